"""What an owner copies from their letters: one question on each screen, and all may stay empty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField

from portfolio.data.plan import ACTS, BUILDING_BLOCKS, EXAMS, LEVELS, ROUTES
from portfolio.forms import Form
from portfolio.forms.draft import months
from portfolio.forms.period import END_FIRST, read_date, read_hours
from portfolio.languages import mark, say_on_line
from portfolio.models.writing import TypedDate, hours_of

if TYPE_CHECKING:
    from datetime import date

    from portfolio.models.route import RouteSaid

DAY_ASKED = mark("Schrijf de hele datum: dag, maand en jaar.")
UNKNOWN = mark("Dat weet ik niet")
NOTHING = mark("Kies")
LETTER = tuple(block.key for block in BUILDING_BLOCKS.values() if block.from_letter)
AIMED = tuple(exam.key for exam in EXAMS.values() if exam.levels)
PARTS = ("day", "month", "year")


class RouteForm(Form):
    """A screen about the leerroute. `version` tells which one was read before it was changed."""

    version = HiddenField(default="0")

    def show(self, said: RouteSaid) -> None:
        """Show what was said before."""
        raise NotImplementedError

    def taken_into(self, said: RouteSaid) -> RouteSaid:
        """Take in what is said now; only after validate()."""
        raise NotImplementedError


class ActForm(RouteForm):
    """Which act holds."""

    act = RadioField(
        mark("Welke wet staat in je brief?"),
        choices=[*((row.key, row.label) for row in ACTS.values()), ("", UNKNOWN)],
        validate_choice=False,
        default="",
    )

    def show(self, said: RouteSaid) -> None:
        """Show what was said before."""
        self.act.data = said.act

    def taken_into(self, said: RouteSaid) -> RouteSaid:
        """Take the act in."""
        return replace(said, act=_one_of(self.act.data, ACTS))


class WayForm(RouteForm):
    """Which leerroute the letter names."""

    route = RadioField(
        mark("Welke leerroute heb je?"),
        choices=[*((row.key, row.label) for row in ROUTES.values()), ("", UNKNOWN)],
        validate_choice=False,
        default="",
    )

    def show(self, said: RouteSaid) -> None:
        """Show what was said before."""
        self.route.data = said.route

    def taken_into(self, said: RouteSaid) -> RouteSaid:
        """Take the leerroute in."""
        return replace(said, route=_one_of(self.route.data, ROUTES))


class TermForm(RouteForm):
    """The date on the first letter with the plan, and the end date: as the letters say them."""

    started_day = StringField(mark("Dag"))
    started_month = SelectField(mark("Maand"), validate_choice=False)
    started_year = StringField(mark("Jaar"))
    ended_day = StringField(mark("Dag"))
    ended_month = SelectField(mark("Maand"), validate_choice=False)
    ended_year = StringField(mark("Jaar"))

    def __init__(self) -> None:
        super().__init__()
        self.started_month.choices = self.ended_month.choices = months()

    def show(self, said: RouteSaid) -> None:
        """Show what was said before."""
        for name, on in (("started", said.first_pip), ("ended", said.end)):
            for part in PARTS:
                self[f"{name}_{part}"].data = str(getattr(on, part)) if on else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what is no whole date, and an end before the beginning."""
        good = bool(super().validate(extra_validators))
        errors: dict[str, str] = {}
        started, ended = (self._read(name, errors) for name in ("started", "ended"))
        if started and ended and ended < started:
            errors["ended_year"] = END_FIRST
        for name, error in errors.items():
            self[name].errors = [error]
        return good and not errors

    def taken_into(self, said: RouteSaid) -> RouteSaid:
        """Take both dates in."""
        return replace(said, first_pip=self._read("started", {}), end=self._read("ended", {}))

    def _read(self, name: str, errors: dict[str, str]) -> date | None:
        typed = TypedDate(*(str(self[f"{name}_{part}"].data or "") for part in PARTS))
        found = read_date(typed, name, errors, last=False)
        if found.on and found.exact != "day":
            errors[f"{name}_day"] = DAY_ASKED
        return found.on


class LetterForm(RouteForm):
    """The hours that the letter with the plan names, for each block of the Z-route."""

    z_lessen = StringField(BUILDING_BLOCKS["z_lessen"].label)
    z_meedoen = StringField(BUILDING_BLOCKS["z_meedoen"].label)

    def show(self, said: RouteSaid) -> None:
        """Show what was said before."""
        for block in LETTER:
            minutes = said.letter.get(block)
            self[block].data = hours_of(minutes) if minutes else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what is no number of hours."""
        good = bool(super().validate(extra_validators))
        for block in LETTER:
            errors: dict[str, str] = {}
            read_hours(str(self[block].data or ""), errors)
            if errors:
                self[block].errors = list(errors.values())
                good = False
        return good

    def taken_into(self, said: RouteSaid) -> RouteSaid:
        """Take the hours in."""
        read = {block: read_hours(str(self[block].data or ""), {}) for block in LETTER}
        return replace(said, letter={block: each for block, each in read.items() if each})


class AimForm(RouteForm):
    """The level that the letter names for each exam."""

    asked = AIMED

    def show(self, said: RouteSaid) -> None:
        """Show what was said before."""
        for exam in AIMED:
            self[exam].data = said.aims.get(exam, "")

    def taken_into(self, said: RouteSaid) -> RouteSaid:
        """Take the levels in."""
        read = {exam: _one_of(self[exam].data, EXAMS[exam].levels) for exam in AIMED}
        return replace(said, aims={exam: level for exam, level in read.items() if level})


def aim_form() -> AimForm:
    """Make the form with a list per exam; each language stands beside the other."""
    fields = {}
    for exam in AIMED:
        choices = [("", say_on_line(NOTHING))]
        choices += [(level, say_on_line(LEVELS[level].label)) for level in EXAMS[exam].levels]
        fields[exam] = SelectField(EXAMS[exam].label, choices=choices, validate_choice=False)
    return cast("AimForm", type("AimFormNow", (AimForm,), fields)())


class CountForm(RouteForm):
    """What counts for a block: things of the map, and subjects that are done."""

    entries_lijst = SelectMultipleField(mark("Wat telt mee?"), validate_choice=False)
    themes_lijst = SelectMultipleField(mark("Welke onderwerpen zijn klaar?"), validate_choice=False)


QUESTIONS = {
    "wet": ActForm,
    "route": WayForm,
    "brief": TermForm,
    "uren": LetterForm,
    "niveaus": aim_form,
}


def _one_of(typed: object, known: Any) -> str:
    return typed if isinstance(typed, str) and typed in known else ""
