"""Coming in by an invitation: its code, and the account of whoever has none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portfolio.forms import Form, tidy
from portfolio.forms.person import NamesForm, refuse_weak
from portfolio.languages import mark

if TYPE_CHECKING:
    from wtforms import Field

NO_SUCH_CODE = mark("Deze code klopt niet. Kijk nog een keer goed.")
CODE_LENGTH = 40
CODE_CHECKS = (
    InputRequired(mark("Schrijf de code.")),
    Length(max=CODE_LENGTH, message=NO_SUCH_CODE),
)


class CodeForm(Form):
    """The code that came apart from the link."""

    code = StringField(mark("Wat is je code?"), filters=[tidy], validators=CODE_CHECKS)


class JoinForm(Form):
    """The yes of somebody who is signed in. The code travels in the form, never in an address."""

    code = HiddenField(filters=[tidy], validators=CODE_CHECKS)


class MemberForm(JoinForm, NamesForm):
    """The account of somebody who comes to work for an organisation."""

    passphrase = PasswordField(
        mark("Kies een wachtwoord"), validators=[InputRequired(mark("Schrijf een wachtwoord."))]
    )

    def validate_passphrase(self, field: Field) -> None:
        """Refuse a passphrase that is easy to guess."""
        refuse_weak(field, self.display_name.data, self.sign_in_name.data)
