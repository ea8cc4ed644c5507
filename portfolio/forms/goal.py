"""The goal helper, one question per screen, and the small steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import (
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from portfolio.data import LEEFGEBIEDEN, SCALE
from portfolio.forms import Form, tidy
from portfolio.forms.words import SHORTER, WordsForm
from portfolio.languages import mark
from portfolio.models.consent import months_later
from portfolio.models.words import WRITTEN

if TYPE_CHECKING:
    from datetime import date

WORDS_LENGTH = 1_000
STEP_LENGTH = 200
ROWS = 5
FURTHEST = 60
MANY = mark("Je hebt al heel veel doelen. Haal eerst een doel weg.")
WORDLESS = mark("Schrijf hier iets. Of haal de stap weg.")
FULL = mark("Meer dan 12 stappen past niet. Haal eerst een stap weg.")
QUESTIONS = {
    "what": mark("Wat wil je bereiken?"),
    "why": mark("Waarom wil jij dit?"),
    "done_when": mark("Hoe weet je dat het klaar is?"),
    "helper": mark("Wie helpt je?"),
}
HINTS = {
    "what": mark("Zeg het in een paar woorden. Klein is goed."),
    "why": mark("Wat wordt er beter voor jou?"),
    "done_when": mark("Bijvoorbeeld: ik kook elke week voor 4 mensen."),
    "helper": mark("Bijvoorbeeld een vriend, een docent of je contactpersoon."),
}


STEP_SHORT = [Length(max=STEP_LENGTH, message=SHORTER)]


class PlaceForm(Form):
    """In which leefgebied the goal stands."""

    leefgebied = RadioField(
        mark("Waar gaat je doel over?"),
        choices=[(each.key, each.name) for each in LEEFGEBIEDEN.values()],
        validators=[InputRequired(mark("Kies een onderwerp."))],
    )


class SayForm(WordsForm):
    """What is said for one field of a goal."""

    text = TextAreaField("", filters=[tidy], validators=[Length(max=WORDS_LENGTH, message=SHORTER)])


class WhenForm(Form):
    """By when; it may stay open."""

    day = DateField(mark("Wanneer wil je dit bereiken?"), validators=[Optional()])
    today: date

    def validate_day(self, field: DateField) -> None:
        """Ask for a day that still comes, within some years."""
        if field.data is None:
            return
        if field.data < self.today:
            raise ValidationError(mark("Deze dag is al voorbij. Kies een andere dag."))
        if field.data > months_later(self.today, FURTHEST):
            raise ValidationError(mark("Kies een dag binnen 5 jaar."))


class StepWordsForm(WordsForm):
    """What a step is called, in one language."""

    text = TextAreaField(mark("Welke kleine stap zet je?"), filters=[tidy], validators=STEP_SHORT)


class StepDayForm(WhenForm):
    """By when a step; it may stay open."""

    day = DateField(mark("Wanneer wil je deze stap doen?"), validators=[Optional()])
    # What stands there now; a day that came and went is only refused where it is new.
    standing: date | None = None

    def validate_day(self, field: DateField) -> None:
        """Ask for a day that still comes, unless it is the one that stands there."""
        if field.data != self.standing:
            super().validate_day(field)


class StepsForm(Form):
    """Small steps, one per line; an empty line is no step."""

    lang = SelectField(mark("In welke taal schrijf je?"), choices=list(WRITTEN.items()))
    stap_0 = StringField(mark("Eerste stap"), filters=[tidy], validators=STEP_SHORT)
    stap_1 = StringField(mark("Tweede stap"), filters=[tidy], validators=STEP_SHORT)
    stap_2 = StringField(mark("Derde stap"), filters=[tidy], validators=STEP_SHORT)
    stap_3 = StringField(mark("Vierde stap"), filters=[tidy], validators=STEP_SHORT)
    stap_4 = StringField(mark("Vijfde stap"), filters=[tidy], validators=STEP_SHORT)

    @property
    def rows(self) -> list[StringField]:
        """List the lines for the steps."""
        return [self[f"stap_{number}"] for number in range(ROWS)]

    @property
    def texts(self) -> list[str]:
        """List what was typed, empty lines left out."""
        return [row.data for row in self.rows if row.data]


class EvidenceForm(Form):
    """Which entries show a step; none is ticked beforehand."""

    stukken_lijst = SelectMultipleField(mark("Wat laat zien dat je dit kunt?"), choices=[])


class GoalScaleForm(Form):
    """How far one is with a goal."""

    step = RadioField(
        mark("Hoe ver ben je?"),
        choices=[(row.key, row.label) for row in SCALE.values()],
        validators=[InputRequired(mark("Kies hoe ver je bent."))],
    )
