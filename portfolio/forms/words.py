"""Something in one's own words, in a language that one chooses, never written over unseen."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark
from portfolio.models.words import WRITTEN, Words

MOST_LETTERS = 2_000
SHORTER = mark("Dit is te lang. Schrijf iets korters.")
CHANGED = mark("Hier staat nu een andere tekst. Kies welke je houdt.")


class WordsForm(Form):
    """An answer in one language; an empty one takes it away."""

    text = TextAreaField("", filters=[tidy], validators=[Length(max=MOST_LETTERS, message=SHORTER)])
    lang = SelectField(mark("In welke taal schrijf je?"), choices=list(WRITTEN.items()))
    # What stood there when the page was opened, so that another text is not written over unseen.
    was = HiddenField()

    def show(self, words: Words, lang: str) -> None:
        """Begin with what stands there, or with nothing yet, in this language."""
        self.text.data = self.was.data = words.text
        self.lang.data = lang

    def overwrites(self, standing: str) -> bool:
        """Tell whether this would replace a text that the writer has not seen."""
        seen = self.was.data
        if seen is None or not standing or standing in (tidy(seen), self.text.data):
            return False
        self.text.errors = (CHANGED,)
        self.was.data = standing
        return True

    def ask(self, question: str) -> None:
        """Ask this question."""
        self.text.label.text = question
