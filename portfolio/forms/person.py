"""Beginning a map, and changing one's own name and passphrase."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import AnyOf, InputRequired, ValidationError

from portfolio.forms import Form, tidy
from portfolio.languages import mark
from portfolio.models.person import fold
from portfolio.passphrase import weakness

if TYPE_CHECKING:
    from wtforms import Field

UNDER_16 = "under-16"
YOUNG = "16-17"
AGES = (
    (UNDER_16, mark("Jonger dan 16")),
    (YOUNG, mark("16 of 17")),
    ("18+", mark("18 of ouder")),
)
SCREENS = ("age", "young", "display_name", "sign_in_name", "passphrase")
NAME_LENGTH = 60
SIGN_IN_NAME_SHORTEST, SIGN_IN_NAME_LONGEST = 3, 40
TAKEN = mark("Iemand anders heeft deze naam al. Kies een andere naam.")
WRONG_PASSPHRASE = mark("Dit is niet je wachtwoord. Probeer het nog een keer.")


def seen_letters(_form: Form, field: Field) -> None:
    """Refuse a name with signs that nobody sees, or with none that somebody sees."""
    kinds = {unicodedata.category(letter)[0] for letter in field.data or ""}
    if any(unicodedata.category(letter) == "Cc" for letter in field.data or "") or not (
        kinds - {"C", "Z"}
    ):
        raise ValidationError(mark("Schrijf een naam met gewone letters."))


def short_enough(_form: Form, field: Field) -> None:
    """Refuse a name that fits on no page."""
    if len(field.data) > NAME_LENGTH:
        raise ValidationError(mark("Maak de naam korter: 60 letters of minder."))


def fit_to_sign_in(_form: Form, field: Field) -> None:
    """Refuse a sign-in name that is too short or too long, as it is compared."""
    length = len(fold(field.data))
    if length < SIGN_IN_NAME_SHORTEST:
        raise ValidationError(mark("Maak de naam langer: 3 letters of meer."))
    if max(length, len(field.data)) > SIGN_IN_NAME_LONGEST:
        raise ValidationError(mark("Maak de naam korter: 40 letters of minder."))


def refuse_weak(field: Field, *own_words: str | None) -> None:
    """Refuse a passphrase that is short, common, or made of somebody's own names."""
    wrong = weakness(field.data or "", [word for word in own_words if word])
    if wrong:
        raise ValidationError(wrong)


def hard_to_guess(form: BeginForm, field: Field) -> None:
    """Refuse a passphrase that is easy to guess."""
    refuse_weak(field, form.display_name.data, form.sign_in_name.data)


# The length of a passphrase stands in no attribute: a browser would cut it off in silence.
class NamesForm(Form):
    """The two names of whoever gets an account: to be called by, and to sign in with."""

    display_name = StringField(
        mark("Hoe wil je dat mensen je noemen?"),
        filters=[tidy],
        validators=[InputRequired(mark("Schrijf je naam.")), seen_letters, short_enough],
    )
    sign_in_name = StringField(
        mark("Kies een naam om in te loggen"),
        filters=[tidy],
        validators=[
            InputRequired(mark("Schrijf een naam om in te loggen.")),
            seen_letters,
            fit_to_sign_in,
        ],
    )


class BeginForm(NamesForm):
    """All that is asked of somebody who begins, one question per screen."""

    screen = HiddenField(default="age", validators=[AnyOf(SCREENS)])
    age = RadioField(
        mark("Hoe oud ben je?"),
        choices=AGES,
        validate_choice=False,
        validators=[AnyOf([age for age, _ in AGES], mark("Kies hoe oud je bent."))],
    )
    passphrase = PasswordField(
        mark("Kies een wachtwoord"),
        validators=[InputRequired(mark("Schrijf een wachtwoord.")), hard_to_guess],
    )

    def way(self) -> list[str]:
        """List the screens for this person: from 16 to 17 there is one explanation more."""
        return [name for name in SCREENS if name != "young" or self.age.data == YOUNG]

    def beside(self, screen: str, step: int) -> str:
        """Name the screen before or after one; at the ends, the first or the last."""
        way = self.way()
        at = way.index(screen) if screen in way else 0
        return way[min(max(at + step, 0), len(way) - 1)]

    def first_wrong(self, screen: str) -> str | None:
        """Check the answers up to and with a screen; name the first screen that is not right."""
        asked = SCREENS[: SCREENS.index(screen) + 1]
        wrong = [name for name in asked if name in self and not self[name].validate(self)]
        return wrong[0] if wrong else None


class NameForm(Form):
    """The name that somebody wants to be called by."""

    display_name = StringField(
        mark("Hoe wil je dat mensen je noemen?"),
        filters=[tidy],
        validators=[InputRequired(mark("Schrijf je naam.")), seen_letters, short_enough],
    )


class NewPassphraseForm(Form):
    """A new passphrase, after the old one or a recovery code."""

    old_passphrase = PasswordField(
        mark("Je wachtwoord van nu"),
        validators=[InputRequired(mark("Schrijf je wachtwoord van nu."))],
    )
    passphrase = PasswordField(
        mark("Kies een nieuw wachtwoord"),
        validators=[InputRequired(mark("Schrijf een nieuw wachtwoord."))],
    )
