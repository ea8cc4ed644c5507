"""An answer to a question of the plan: in words, spoken, and sometimes with photos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.file import FileField
from wtforms import HiddenField

from portfolio.forms import Form
from portfolio.forms.talk import SayForm
from portfolio.forms.words import WordsForm
from portfolio.languages import mark

if TYPE_CHECKING:
    from portfolio.models.attachment import Attached
    from portfolio.models.words import Words


class SpokenForm(Form):
    """A sound beside the words of an answer, or instead of them."""

    geluid = FileField(mark("Spreek het in"))
    # Which sounds the page let one hear: only they are replaced by a new one.
    gehoord = HiddenField()

    def offer(self, attached: Attached) -> None:
        """Remember what the page shows now, and ask the language of words and sound alike."""
        self["lang"].label.text = mark("In welke taal is dit?")
        self.gehoord.data = " ".join(each.id for each in attached.sounds)

    @property
    def heard(self) -> list[str]:
        """Give the sounds that the page let one hear."""
        return str(self.gehoord.data or "").split()

    @property
    def sound(self) -> bytes | None:
        """Give the sound that was made or chosen."""
        return bytes(self.geluid.data.read()) if self.geluid.data else None

    @property
    def photos(self) -> list[bytes]:
        """Give the photos that were made or chosen."""
        return []


class AnswerForm(SpokenForm, WordsForm):
    """An answer in one language."""


class PictureForm(AnswerForm):
    """An answer that photos can tell too."""

    foto = FileField(mark("Wil je er een foto bij?"))
    foto_camera = FileField(mark("Maak nu een foto"))

    @property
    def photos(self) -> list[bytes]:
        """Give the photos that were made or chosen."""
        return [bytes(each.data.read()) for each in (self.foto_camera, self.foto) if each.data]


class PrepareForm(SpokenForm, SayForm):
    """What one prepares for a talk."""

    # In which language the page let one read what stood there; nothing else is replaced unseen.
    read = HiddenField()

    def show(self, words: Words) -> None:
        """Begin with these words, or with nothing yet in their language."""
        self.text.data, self.lang.data, self.read.data = words.text, words.lang, words.lang

    def replaces(self, texts: tuple[Words, ...]) -> bool:
        """Tell whether this would take the place of words that the page did not show."""
        other = self.lang.data != (self.read.data or self.lang.data)
        return other and self.lang.data in [each.lang for each in texts]
