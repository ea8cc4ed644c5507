"""What somebody writes about a thing or a leefgebied, and what an owner answers."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from portfolio.forms import Form, tidy
from portfolio.languages import LANGUAGES, SOURCE, mark

COMMENT_LENGTH = 2_000
SHORT_ENOUGH = Length(max=COMMENT_LENGTH, message=mark("Dit is te lang. Schrijf iets korters."))


# What a tap says, for whoever writes nothing: with its picture, and sent in Dutch.
SHORT_ANSWERS = (
    ("vrijwilligerswerk", mark("Dank je wel.")),
    ("check", mark("Ja, dat is goed.")),
    ("stop", mark("Nee, liever niet.")),
    ("talk", mark("Ik wil hierover praten.")),
)


class CommentForm(Form):
    """A comment, written or spoken. Once sent it is never changed, so it must not be empty."""

    text = TextAreaField(mark("Schrijf een reactie"), filters=[tidy], validators=[SHORT_ENOUGH])
    geluid = FileField(mark("Spreek het in"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what says nothing at all, and what was found wrong with the sound before."""
        wrong = list(self.geluid.errors)
        good = bool(super().validate(extra_validators)) and not wrong
        self.geluid.errors = wrong
        if not (self.text.data or self.geluid.data):
            self.text.errors = [mark("Schrijf eerst iets, of spreek iets in.")]
            return False
        return good


class AnswerForm(CommentForm):
    """The owner's answer, in the language that the owner chooses."""

    text = TextAreaField(mark("Schrijf een antwoord"), filters=[tidy], validators=[SHORT_ENOUGH])
    lang = SelectField(
        mark("In welke taal schrijf je?"),
        choices=[(language.tag, language.name) for language in LANGUAGES.values()],
        default=SOURCE,
        validate_choice=True,
    )
