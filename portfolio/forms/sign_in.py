"""Signing in: with a passphrase, or with a recovery code when it is lost."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark
from portfolio.passphrase import LONGEST

NAME_MISSING = mark("Schrijf je naam om in te loggen.")
# Said for a wrong name and a wrong passphrase alike: neither is given away.
NO_MATCH = mark("Deze naam en dit wachtwoord horen niet bij elkaar.")
NO_MATCH_CODE = mark("Deze naam en deze code horen niet bij elkaar.")


class SignInForm(Form):
    """A name, a passphrase, and whether this is one's own phone."""

    sign_in_name = StringField(
        mark("Je naam om in te loggen"),
        filters=[tidy],
        validators=[InputRequired(NAME_MISSING), Length(max=200, message=NO_MATCH)],
    )
    passphrase = PasswordField(
        mark("Je wachtwoord"),
        validators=[
            InputRequired(mark("Schrijf je wachtwoord.")),
            Length(max=LONGEST, message=NO_MATCH),
        ],
    )
    own_device = BooleanField(mark("Dit is mijn eigen telefoon"))


class RecoveryForm(Form):
    """A name and one of the ten codes."""

    sign_in_name = StringField(
        mark("Je naam om in te loggen"),
        filters=[tidy],
        validators=[InputRequired(NAME_MISSING), Length(max=200, message=NO_MATCH_CODE)],
    )
    code = StringField(
        mark("Een van je 10 codes"),
        filters=[tidy],
        validators=[
            InputRequired(mark("Schrijf een van je codes.")),
            Length(max=100, message=NO_MATCH_CODE),
        ],
    )
