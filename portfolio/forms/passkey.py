"""Passkeys: what a phone answers, and the name by which somebody knows theirs."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from portfolio.forms import Form, tidy
from portfolio.forms.person import NAME_LENGTH, seen_letters
from portfolio.languages import mark
from portfolio.passkeys import LONGEST

NOT_KNOWN = mark("Deze passkey werkt hier niet. Log in met je wachtwoord.")
NOT_MADE = mark("Er is geen passkey gemaakt. Probeer het nog een keer.")
NEEDED = mark("Je hebt er 1 nodig voor je werk. Maak eerst een andere.")


class PasskeyForm(Form):
    """What a phone answers; the script of static/js/passkey.js fills it in."""

    credential = HiddenField(validators=[InputRequired(), Length(max=LONGEST)])
    own_device = BooleanField()


class NewPasskeyForm(Form):
    """A passkey that was just made, with a name."""

    credential = HiddenField(validators=[Length(max=LONGEST)])
    label = StringField(
        mark("Hoe heet je telefoon of computer?"),
        filters=[tidy],
        validators=[
            InputRequired(mark("Schrijf een naam.")),
            seen_letters,
            Length(max=NAME_LENGTH, message=mark("Maak de naam korter: 60 letters of minder.")),
        ],
    )
