"""Who does what, and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from portfolio.forms import tidy
from portfolio.forms.talk import SHORT, TOO_LONG, WithLanguage, date_field, day_of
from portfolio.languages import mark
from portfolio.models.agreement import AgreementPage, Deed
from portfolio.models.words import Words

if TYPE_CHECKING:
    from wtforms import Field

WHAT_LENGTH = 400


class AgreementForm(WithLanguage):
    """One agreement."""

    what = StringField(
        mark("Wat spreken jullie af?"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf eerst iets.")),
            Length(max=WHAT_LENGTH, message=TOO_LONG),
        ],
    )
    who = RadioField(
        mark("Wie doet dit?"), choices=[], validators=[InputRequired(mark("Kies wie dit doet."))]
    )
    other = StringField(
        mark("Naam van iemand anders"),
        filters=[tidy],
        validators=[Length(max=SHORT, message=TOO_LONG)],
    )
    due_on = StringField(mark("Wanneer moet het klaar zijn?"), filters=[tidy])
    # Which it is, is checked against what stands on the page (views/agreeing.py).
    goal = SelectField(mark("Bij welk doel hoort dit?"), choices=[], validate_choice=False)
    version = HiddenField()

    def validate_due_on(self, field: Field) -> None:
        """Nothing is fine too; what is no day is not."""
        if field.data and day_of(field.data) is None:
            raise ValidationError(mark("Kies een dag."))

    @property
    def due_as(self) -> str:
        """Choose the sort of field, so that nothing typed is dropped."""
        return date_field(self.due_on.data)

    def show(self, page: AgreementPage) -> None:
        """Fill the fields with what stands there now."""
        deed = page.deed
        self.what.data, self.lang.data = deed.what.text, deed.what.lang
        self.who.data, self.other.data = deed.who, deed.other
        self.due_on.data = deed.due_on.isoformat() if deed.due_on else ""
        self.goal.data = deed.goal_id
        self.version.data = str(page.version)

    @property
    def deed(self) -> Deed:
        """Give what was filled in well."""
        what = Words(self.what.data or "", self.lang.data)
        other = (self.other.data or "") if self.who.data == "other" else ""
        due_on = day_of(self.due_on.data or "")
        return Deed(self.who.data, what, other, due_on, self.goal.data or "")
