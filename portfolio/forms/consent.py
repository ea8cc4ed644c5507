"""Sharing, one question per screen: with whom, what, what for, until when, what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from wtforms import DateField, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portfolio.data import LEEFGEBIEDEN, PLAN_PARTS, PURPOSES
from portfolio.forms import Form, tidy
from portfolio.languages import mark
from portfolio.models.consent import MONTHS, months_later
from portfolio.models.parts import GOALS, goals_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

A_DAY = "dag"
LONGEST = max(MONTHS)
PERIODS = (
    ("1", mark("1 maand")),
    ("3", mark("3 maanden")),
    ("6", mark("6 maanden")),
    ("12", mark("12 maanden")),
    (A_DAY, mark("Tot en met een dag die ik kies")),
)


class CodeForm(Form):
    """The code that a coach or school gave, or an owner to a visitor."""

    code = StringField(
        mark("Welke code kreeg je?"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf de code die je kreeg.")),
            Length(max=40, message=mark("Deze code is te lang. Kijk nog een keer.")),
        ],
    )


class WhatForm(Form):
    """Whole leefgebieden and parts of the plan; none is ticked. The names end as lists do."""

    leefgebieden_lijst = SelectMultipleField(
        mark("Wat wil je delen?"),
        choices=[(each.key, each.name) for each in LEEFGEBIEDEN.values()],
    )
    plan_lijst = SelectMultipleField(mark("Ook iets uit je plan?"), choices=[])
    doelen_lijst = SelectMultipleField(mark("Ook je doelen? Kies de onderwerpen."), choices=[])

    def offer_plan(self, goals: Iterable[str]) -> None:
        """Offer the parts of the plan, and the goals of the leefgebieden that have any."""
        parts = [each for each in PLAN_PARTS.values() if each.key != GOALS]
        self.plan_lijst.choices = [(each.key, each.label) for each in parts]
        self.doelen_lijst.choices = [
            (goals_of(key), each.name) for key, each in LEEFGEBIEDEN.items() if key in set(goals)
        ]

    @property
    def parts(self) -> tuple[str, ...]:
        """Give the parts of the plan that were ticked, in the order in which they were offered."""
        return (*(self.plan_lijst.data or ()), *(self.doelen_lijst.data or ()))

    def order(self, *, coach: bool) -> None:
        """Put first what a coach is asked most, and last what is most one's own."""
        rows = sorted(
            LEEFGEBIEDEN.values(),
            key=lambda each: (each.sensitive, coach and not each.listed_first),
        )
        self.leefgebieden_lijst.choices = [(each.key, each.name) for each in rows]


class ThingsForm(Form):
    """Single things, by their own titles."""

    stukken_lijst = SelectMultipleField(mark("Welke dingen wil je delen?"), choices=[])


def purpose_field() -> RadioField:
    """Make the question what something is shared for: nothing is chosen beforehand."""
    return RadioField(
        mark("Waarvoor deel je dit?"),
        choices=[(each.key, each.label) for each in PURPOSES.values()],
        validators=[InputRequired(mark("Kies waarvoor je dit deelt."))],
    )


class WhyForm(Form):
    """What the share is for."""

    purpose = purpose_field()


class UntilForm(Form):
    """Until when: some months, or a day of one's own."""

    period = RadioField(
        mark("Tot wanneer deel je dit?"),
        choices=PERIODS,
        validators=[InputRequired(mark("Kies tot wanneer je dit deelt."))],
    )
    day = DateField(mark("Welke dag?"), validators=[Optional()])
    today: date

    def validate_day(self, field: DateField) -> None:
        """Ask for a day that is not over and not more than a year away."""
        if self.period.data != A_DAY:
            return
        if field.data is None:
            raise ValidationError(mark("Kies een dag."))
        if field.data < self.today:
            raise ValidationError(mark("Deze dag is al voorbij. Kies een andere dag."))
        if field.data > months_later(self.today, LONGEST):
            raise ValidationError(mark("Kies een dag binnen 12 maanden."))

    @property
    def last(self) -> date:
        """Give the last day of the share."""
        if self.period.data == A_DAY:
            return cast("date", self.day.data)
        return months_later(self.today, int(self.period.data))


class MayForm(Form):
    """Whether comments are welcome."""

    may = RadioField(
        mark("Mag deze persoon ook iets schrijven?"),
        choices=[
            ("nee", mark("Nee, alleen kijken")),
            ("ja", mark("Ja, ook een reactie schrijven")),
        ],
        validators=[InputRequired(mark("Kies ja of nee."))],
    )
