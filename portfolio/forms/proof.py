"""Showing who one is: with the passphrase, or with a code."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark
from portfolio.passphrase import LONGEST

WRONG_CODE = mark("Deze code klopt niet. Wacht op de volgende code.")
LONGEST_CODE = 100


class CodeForm(Form):
    """A code of an app, or one of the ten codes on paper."""

    code = StringField(
        mark("Wat is je code?"),
        filters=[tidy],
        validators=[
            InputRequired(mark("Schrijf de code.")),
            Length(max=LONGEST_CODE, message=WRONG_CODE),
        ],
    )


class PassphraseForm(CodeForm):
    """The passphrase, asked again; and a code of whoever signs in with both."""

    passphrase = PasswordField(
        mark("Wat is je wachtwoord?"),
        validators=[InputRequired(mark("Schrijf je wachtwoord.")), Length(max=LONGEST)],
    )
