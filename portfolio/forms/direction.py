"""What an owner says about where to go, what was tried, and what makes it hard."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark
from portfolio.models.words import WRITTEN

ANSWER_LENGTH = 2_000
SHORTER = mark("Dit is te lang. Schrijf iets korters.")


class WordsForm(Form):
    """An answer in a language that one chooses; an empty one takes it away."""

    text = TextAreaField(
        "",
        filters=[tidy],
        validators=[Length(max=ANSWER_LENGTH, message=SHORTER)],
    )
    lang = SelectField(mark("In welke taal schrijf je?"), choices=list(WRITTEN.items()))

    def ask(self, question: str) -> None:
        """Ask this question."""
        self.text.label.text = question
