"""Help at a desk: the choice with its own word, the name at the desk, and the paper at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portfolio.forms import Form, tidy
from portfolio.forms.person import refuse_weak
from portfolio.forms.sign_in import NAME_MISSING
from portfolio.languages import mark
from portfolio.models.person import fold
from portfolio.passphrase import LONGEST, is_easy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms import Field

SHORTEST_WORD = 8
LONGEST_NAME = 200
NOT_TWICE = mark("Dit is niet 2 keer hetzelfde. Typ het nog een keer.")
TOO_EASY = mark("Dit kunnen anderen raden. Kies een ander woord.")
NOT_FOR_WORK = mark("Jij werkt voor een organisatie. Daarom kan dit bij jou niet.")
# Said for a wrong code, a wrong word, a day that is not there yet and a day that is past alike.
NO_MATCH = mark("Dit lukt nu niet. Kijk op je papier wanneer het kan, en typ alles opnieuw.")


def plain_word(word: str | None) -> str:
    """Bring an own word to the form that is hashed: any case, any width, any spacing."""
    return fold(word or "")


def long_enough(_form: Form, field: Field) -> None:
    """Refuse a word that is soon guessed, or that is no word at all."""
    length = len(plain_word(field.data))
    if length < SHORTEST_WORD:
        raise ValidationError(mark("Maak je woord langer: 8 letters of meer."))
    if length > LONGEST:
        raise ValidationError(mark("Maak je woord iets korter."))


class DeskForm(Form):
    """An organisation that one trusts, and the word that only oneself knows."""

    organisation = RadioField(
        mark("Welke organisatie mag je helpen?"),
        choices=[],
        validators=[InputRequired(mark("Kies een organisatie."))],
    )
    own_word = PasswordField(
        mark("Kies je eigen woord"),
        validators=[InputRequired(mark("Schrijf je eigen woord.")), long_enough],
    )
    own_word_again = PasswordField(
        mark("Typ je eigen woord nog een keer"),
        validators=[InputRequired(mark("Typ je eigen woord nog een keer."))],
    )

    def is_good(self, names: Iterable[str]) -> bool:
        """Check what was chosen; `names` are what everybody knows of somebody."""
        if not self.validate():
            return False
        word = plain_word(self.own_word.data)
        if is_easy(word, names):
            self.own_word.errors = [TOO_EASY]
        elif word != plain_word(self.own_word_again.data):
            self.own_word_again.errors = [NOT_TWICE]
        return not self.errors


class PaperForm(Form):
    """The name that somebody types at the desk."""

    sign_in_name = StringField(
        mark("Je naam om in te loggen"),
        filters=[tidy],
        validators=[
            InputRequired(NAME_MISSING),
            Length(max=LONGEST_NAME, message=mark("Maak de naam korter: 40 letters of minder.")),
        ],
    )


class ClaimForm(Form):
    """What stands on the paper, the own word, and a new passphrase."""

    code = StringField(
        mark("De code op je papier"),
        filters=[tidy],
        validators=[
            InputRequired(mark("Schrijf de code die op je papier staat.")),
            Length(max=100, message=NO_MATCH),
        ],
    )
    own_word = PasswordField(
        mark("Je eigen woord"),
        validators=[
            InputRequired(mark("Schrijf je eigen woord.")),
            Length(max=LONGEST, message=NO_MATCH),
        ],
    )
    passphrase = PasswordField(
        mark("Kies een nieuw wachtwoord"),
        validators=[InputRequired(mark("Schrijf een nieuw wachtwoord."))],
    )
    passphrase_again = PasswordField(
        mark("Typ je nieuwe wachtwoord nog een keer"),
        validators=[InputRequired(mark("Typ je nieuwe wachtwoord nog een keer."))],
    )

    def is_strong(self, *names: str) -> bool:
        """Check the new passphrase as everywhere; `names` as soon as they are known."""
        try:
            refuse_weak(self.passphrase, *names)
        except ValidationError as wrong:
            self.passphrase.errors = [str(wrong)]
            return False
        if self.passphrase.data != self.passphrase_again.data:
            self.passphrase_again.errors = [NOT_TWICE]
            return False
        return True
