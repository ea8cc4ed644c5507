"""The same words once more, in another language."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portfolio.forms import STORY_LENGTH, TITLE_LENGTH, Form, tidy
from portfolio.forms.comment import SHORT_ENOUGH
from portfolio.forms.words import SHORTER
from portfolio.languages import SOURCE, mark
from portfolio.models.words import WRITTEN

NOTHING = mark("Schrijf eerst iets.")


class AlsoForm(Form):
    """In which language it is said now."""

    lang = SelectField(
        mark("In welke taal schrijf je?"), choices=list(WRITTEN.items()), default=SOURCE
    )
    FIELDS: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what says nothing at all."""
        good = bool(super().validate(extra_validators))
        if any(self[name].data for name in self.FIELDS):
            return good
        self[self.FIELDS[0]].errors = [NOTHING]
        return False


class EntryAlsoForm(AlsoForm):
    """What one did, learned or made: its name and its story."""

    FIELDS = ("title", "story")
    title = StringField(
        mark("Hoe noem je dit?"),
        filters=[tidy],
        validators=[Length(max=TITLE_LENGTH, message=SHORTER)],
    )
    story = TextAreaField(
        mark("Wil je er iets over vertellen?"),
        filters=[tidy],
        validators=[Length(max=STORY_LENGTH, message=SHORTER)],
    )


class CommentAlsoForm(AlsoForm):
    """What the owner answered."""

    FIELDS = ("text",)
    text = TextAreaField(mark("Schrijf een antwoord"), filters=[tidy], validators=[SHORT_ENOUGH])
