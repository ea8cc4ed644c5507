"""Planning a talk, preparing it, and saying afterwards what was said."""

from __future__ import annotations

import datetime as dt
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms import TextAreaField as Area
from wtforms.validators import DataRequired, InputRequired, Length

from portfolio.data import LEEFGEBIEDEN
from portfolio.data.plan import AFTER, TALK_KINDS, TALK_QUESTIONS
from portfolio.forms import Form, tidy
from portfolio.languages import SOURCE, mark
from portfolio.models.consent import AMSTERDAM
from portfolio.models.talk import Appointment, TalkPage
from portfolio.models.words import WRITTEN, Words

SHORT, LONG = 120, 4_000
# How far ahead a talk can be planned.
FURTHEST = timedelta(days=731)
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?:\s*uur)?")
TOO_LONG = mark("Dit is te lang. Schrijf iets korters.")
ANOTHER_TIME = mark("Deze tijd is er niet. Kijk nog een keer naar de tijd.")


def day_of(typed: str) -> date | None:
    """Read a day as a browser sends it, or as somebody types it."""
    match = DATE.fullmatch(typed.strip())
    if match is None:
        return None
    numbers = [int(each) for each in match.groups() if each is not None]
    try:
        return date(*numbers) if match[1] else date(*reversed(numbers))
    except ValueError:
        return None


def date_field(typed: str | None) -> str:
    """Choose a date field, or one of text for what a date field would drop."""
    whole = re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed or "") and day_of(typed or "")
    return "date" if not typed or whole else "text"


def time_of(typed: str) -> time | None:
    """Read a time of day: 14:30, 14.30 or 14."""
    match = TIME.fullmatch(typed.strip().lower())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:  # noqa: PLR2004 -- of a day
        return None
    return time(int(match[1]), int(match[2] or 0))


def moment_of(day: date, at: time) -> datetime | None:
    """Give the moment in UTC of a time in Amsterdam; None for one that the clock jumps over."""
    local = datetime.combine(day, at, AMSTERDAM)
    found = local.astimezone(UTC)
    return (
        found
        if found.astimezone(AMSTERDAM).replace(tzinfo=None) == local.replace(tzinfo=None)
        else None
    )


class WithLanguage(Form):
    """Something in one's own words, in the language that one chooses."""

    lang = SelectField(
        mark("In welke taal schrijf je?"),
        choices=list(WRITTEN.items()),
        default=SOURCE,
        validate_choice=True,
    )


class WhenForm(WithLanguage):
    """Which talk, when, where, and who else is there."""

    kind = RadioField(
        mark("Welk gesprek is het?"),
        choices=[(each.key, each.label) for each in TALK_KINDS.values()],
        validators=[InputRequired(mark("Kies welk gesprek het is."))],
    )
    day = StringField(mark("Op welke dag?"), filters=[tidy])
    time = StringField(mark("Hoe laat?"), filters=[tidy])
    place = StringField(
        mark("Waar?"), filters=[tidy], validators=[Length(max=SHORT, message=TOO_LONG)]
    )
    beside = StringField(
        mark("Wie is er nog bij?"), filters=[tidy], validators=[Length(max=SHORT, message=TOO_LONG)]
    )
    version = HiddenField()
    now: datetime
    starts_at: datetime | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Read day and time together: what was, or never is, cannot be planned."""
        good = bool(super().validate(extra_validators))
        day, at = day_of(self.day.data or ""), time_of(self.time.data or "")
        if day is None:
            self.day.errors = [mark("Kies een dag.")]
        if at is None:
            self.time.errors = [mark("Schrijf hoe laat. Bijvoorbeeld 14.30.")]
        if day is None or at is None:
            return False
        self.day.data, self.time.data = day.isoformat(), f"{at:%H:%M}"
        wrong = self._wrong(day, at)
        if wrong:
            name, sentence = wrong
            self[name].errors = [sentence]
        return good and wrong is None

    def _wrong(self, day: date, at: dt.time) -> tuple[str, str] | None:
        today = self.now.astimezone(AMSTERDAM).date()
        if day < today:
            return "day", mark("Deze dag is al voorbij. Kies een andere dag.")
        if day > today + FURTHEST:
            return "day", mark("Kies een dag binnen 2 jaar.")
        self.starts_at = moment_of(day, at)
        if self.starts_at is None:
            return "time", ANOTHER_TIME
        if self.starts_at <= self.now:
            return "time", mark("Deze tijd is al voorbij. Kies een andere tijd.")
        return None

    @property
    def day_as(self) -> str:
        """Choose the sort of field: a date field would drop what is no date, and its words."""
        return date_field(self.day.data)

    @property
    def time_as(self) -> str:
        """Choose the sort of field, as for the day."""
        typed = self.time.data or ""
        return "time" if not typed or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", typed) else "text"

    def show(self, talk: TalkPage) -> None:
        """Fill the fields with what stands there now."""
        local = talk.starts_at.astimezone(AMSTERDAM)
        self.kind.data = talk.kind
        self.day.data, self.time.data = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
        self.place.data, self.beside.data = talk.place.text, talk.beside.text
        self.lang.data = (talk.place or talk.beside).lang
        self.version.data = str(talk.version)

    @property
    def appointment(self) -> Appointment:
        """Give what was filled in well."""
        if self.starts_at is None:
            message = "a form that was refused gives no appointment"
            raise ValueError(message)
        place, beside = (
            Words(each.data or "", self.lang.data) for each in (self.place, self.beside)
        )
        return Appointment(self.kind.data, self.starts_at, place, beside)


class PlanForm(WhenForm):
    """A new talk: also with whom."""

    membership = RadioField(
        mark("Met wie praat je?"),
        choices=[],
        validators=[InputRequired(mark("Kies met wie je praat."))],
    )


class SayForm(WithLanguage):
    """An answer with which one prepares, or one's own view."""

    text = Area(
        mark("Wat wil je zeggen?"),
        filters=[tidy],
        validators=[Length(max=LONG, message=TOO_LONG)],
    )
    version = HiddenField()

    @property
    def words(self) -> Words:
        """Give what was written."""
        return Words(self.text.data or "", self.lang.data)


class SummaryForm(SayForm):
    """What was said, by one of the two, to be confirmed by both."""

    text = Area(
        mark("Wat hebben jullie besproken?"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf eerst iets.")),
            Length(max=LONG, message=TOO_LONG),
        ],
    )


class ChoosingForm(Form):
    """What one chooses of a list; nothing is ticked before."""

    # What was ticked when the page was opened: only that can be taken away by it.
    was = HiddenField()

    @property
    def choice(self) -> SelectMultipleField:
        """Give the list."""
        raise NotImplementedError

    @property
    def chosen(self) -> list[str]:
        """List what is ticked."""
        return list(self.choice.data or ())

    @property
    def seen(self) -> list[str]:
        """List what was ticked when the page was opened."""
        return (self.was.data or "").split()

    def show(self, chosen: tuple[str, ...]) -> None:
        """Tick what was chosen before."""
        self.choice.data, self.was.data = list(chosen), " ".join(chosen)


class TopicsForm(ChoosingForm):
    """Which leefgebieden one wants to talk about."""

    leefgebieden_lijst = SelectMultipleField(
        mark("Waarover wil je praten?"),
        choices=[(each.key, each.name) for each in LEEFGEBIEDEN.values()],
    )

    @property
    def choice(self) -> SelectMultipleField:
        """Give the leefgebieden."""
        return self.leefgebieden_lijst


class AfterForm(ChoosingForm):
    """What one will do after the inburgering."""

    hierna_lijst = SelectMultipleField(
        TALK_QUESTIONS["after"].question,
        choices=[(each.key, each.label) for each in AFTER.values()],
    )

    @property
    def choice(self) -> SelectMultipleField:
        """Give what can come after."""
        return self.hierna_lijst
