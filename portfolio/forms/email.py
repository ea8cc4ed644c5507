"""An e-mail address, and the code that proves it."""

from __future__ import annotations

import unicodedata

from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired

from portfolio.config import MAIL_ADDRESS
from portfolio.forms import Form, tidy
from portfolio.languages import mark

# RFC 5321, 4.5.3.1: so long may an address be, and the part before the @.
LONGEST, LONGEST_NAME = 254, 64
NO_ADDRESS = mark("Dit is geen e-mailadres. Kijk het nog een keer na.")
WRONG_CODE = mark("Deze code klopt niet. Vraag een nieuwe code.")


class EmailForm(Form):
    """The address to which one wants to be written."""

    address = StringField(
        mark("Wat is je e-mailadres?"),
        filters=[tidy],
        validators=[InputRequired(mark("Schrijf je e-mailadres."))],
    )

    def validate_address(self, field: StringField) -> None:
        """Take one plain address: no names, no lists, nothing that could begin a header."""
        typed = field.data or ""
        name, _, host = typed.rpartition("@")
        long = len(typed) > LONGEST or len(name) > LONGEST_NAME
        if long or "." not in host or not MAIL_ADDRESS.fullmatch(typed):
            raise ValidationError(NO_ADDRESS)


class CodeForm(Form):
    """The code that was mailed, in digits of any script."""

    code = StringField(mark("Welke code staat in de e-mail?"), filters=[tidy])

    @property
    def digits(self) -> str:
        """Give the digits that were typed."""
        typed = (self.code.data or "")[:40]
        return "".join(str(unicodedata.digit(each)) for each in typed if each.isdigit())
