"""The forms: what may come in, and the sentence that says what to do when it may not."""

from __future__ import annotations

import secrets

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Length, Regexp

from portfolio.languages import mark

TITLE_LENGTH = 120
STORY_LENGTH = 8_000


def tidy(text: object) -> object:
    """Take spaces off both ends of what was typed."""
    return text.strip() if isinstance(text, str) else text


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of ours: it carries a key of its own, so that sent twice it counts once."""

    once = HiddenField(
        default=lambda: secrets.token_urlsafe(16),
        validators=[Length(max=64), Regexp(r"^[\w-]*$", message=mark("Probeer het nog een keer."))],
    )
