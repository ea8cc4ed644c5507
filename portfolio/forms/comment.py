"""What somebody writes about a thing or a leefgebied, and what an owner answers."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from portfolio.forms import Form, tidy
from portfolio.languages import LANGUAGES, SOURCE, mark

COMMENT_LENGTH = 2_000


class CommentForm(Form):
    """A comment. Once sent it is never changed, so it must not be empty."""

    text = TextAreaField(
        mark("Schrijf een reactie"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf eerst iets.")),
            Length(max=COMMENT_LENGTH, message=mark("Dit is te lang. Schrijf iets korters.")),
        ],
    )


class AnswerForm(CommentForm):
    """The owner's answer, in the language that the owner chooses."""

    text = TextAreaField(
        mark("Schrijf een antwoord"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf eerst iets.")),
            Length(max=COMMENT_LENGTH, message=mark("Dit is te lang. Schrijf iets korters.")),
        ],
    )
    lang = SelectField(
        mark("In welke taal schrijf je?"),
        choices=[(language.tag, language.name) for language in LANGUAGES.values()],
        default=SOURCE,
        validate_choice=True,
    )
