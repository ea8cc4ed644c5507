"""Who helps me: choosing the contact person, passing on what was shared, a telephone number."""

from __future__ import annotations

import re

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Length

from portfolio.dates import clock, weekdays
from portfolio.forms import Form, tidy
from portfolio.languages import mark, reader
from portfolio.models.calling import DAYS, Hours

# Digits as people write them: with a plus, spaces, dashes or brackets.
TIMES = [(time, time) for hour in range(7, 22) for time in (f"{hour:02}.00", f"{hour:02}.30")]
PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{7,22}[0-9]")


class PhoneForm(Form):
    """The number on which somebody can be called, and when; empty takes it away."""

    phone = StringField(
        mark("Op welk nummer kan iemand je bellen?"),
        filters=[tidy],
        validators=[Length(max=30, message=mark("Dit nummer is te lang. Kijk nog een keer."))],
    )

    dagen_lijst = SelectMultipleField(mark("Op welke dagen kan dat?"))
    start = SelectField(mark("Vanaf hoe laat?"), choices=TIMES, default="09.00")
    end = SelectField(mark("Tot hoe laat?"), choices=TIMES, default="17.00")

    def __init__(self) -> None:
        """Name the days in the reader's languages."""
        super().__init__()
        self.dagen_lijst.choices = [(str(day), weekdays([day])) for day in DAYS]
        page = reader().page.tag
        self.start.choices = self.end.choices = [(at, clock(at).texts[page]) for at, _ in TIMES]

    @property
    def hours(self) -> Hours | None:
        """Give when one can be called; without a day that is not said."""
        days = tuple(int(day) for day in self.dagen_lijst.data or ())
        return Hours(days, self.start.data, self.end.data) if days else None

    def show(self, phone: str, hours: Hours | None) -> None:
        """Show what is known now."""
        self.phone.data = phone
        if hours:
            self.dagen_lijst.data = [str(day) for day in hours.days]
            self.start.data, self.end.data = hours.start, hours.end

    def validate_end(self, field: SelectField) -> None:
        """Ask for a time after the first one."""
        if self.dagen_lijst.data and field.data <= self.start.data:
            raise ValidationError(mark("Kies een tijd die later is."))

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
