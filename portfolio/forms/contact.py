"""Who helps me: choosing the contact person, passing on what was shared, a telephone number."""

from __future__ import annotations

import re

from wtforms import HiddenField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Length

from portfolio.forms import Form, tidy
from portfolio.languages import mark

# Digits as people write them: with a plus, spaces, dashes or brackets.
PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{7,22}[0-9]")


class PhoneForm(Form):
    """The number on which somebody can be called; empty takes it away."""

    phone = StringField(
        mark("Op welk nummer kan iemand je bellen?"),
        filters=[tidy],
        validators=[Length(max=30, message=mark("Dit nummer is te lang. Kijk nog een keer."))],
    )

    def validate_phone(self, field: StringField) -> None:
        """Ask for digits, in any way of writing."""
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError(mark("Schrijf een nummer met 10 cijfers."))


class HandOverForm(Form):
    """What is sensitive passes only when it is ticked; none is ticked beforehand."""

    # From whom, and what stood on the page: a yes holds for that and for nothing else.
    old = HiddenField()
    shown = HiddenField()

    zeker_lijst = SelectMultipleField(mark("Wil je dit ook weer delen?"), choices=[])
