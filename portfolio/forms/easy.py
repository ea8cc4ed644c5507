"""A text of which somebody wants to know whether it is easy to read."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portfolio.forms import STORY_LENGTH, Form, tidy
from portfolio.languages import mark


class EasyForm(Form):
    """A text to look at; it is kept nowhere."""

    text = TextAreaField(
        mark("Zet hier je tekst"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf eerst iets.")),
            Length(max=STORY_LENGTH, message=mark("Dit is te lang. Schrijf iets korters.")),
        ],
    )
