"""Making a version of the plan together: with whom, and why it changed."""

from __future__ import annotations

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark
from portfolio.models.words import WRITTEN


class ProposeForm(Form):
    """With whom the owner makes a version, and the reason for the change."""

    member = RadioField(
        mark("Met wie maak je deze versie?"),
        choices=[],
        validators=[InputRequired(mark("Kies met wie je deze versie maakt."))],
    )
    reason = TextAreaField(
        mark("Waarom is je plan nu anders?"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf in een paar woorden waarom.")),
            Length(max=1_000, message=mark("Dit is te lang. Schrijf iets korters.")),
        ],
    )
    lang = SelectField(mark("In welke taal schrijf je?"), choices=list(WRITTEN.items()))
