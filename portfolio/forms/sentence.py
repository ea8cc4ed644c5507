"""A few words of a sentence, to find it; and what is wrong with it."""

from __future__ import annotations

from wtforms import SearchField
from wtforms.validators import DataRequired, Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark

WORDS_LENGTH = 200


class FindForm(Form):
    """A few words to look for. They are compared with the catalogue, and kept nowhere."""

    said = SearchField(
        mark("Zet hier een paar woorden van de zin"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf eerst iets.")),
            Length(max=WORDS_LENGTH, message=mark("Dit is te lang. Schrijf iets korters.")),
        ],
    )
