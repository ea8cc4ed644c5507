"""What an owner says of a link."""

from __future__ import annotations

from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portfolio.forms import Form, tidy
from portfolio.forms.consent import purpose_field
from portfolio.languages import mark

LONGEST_NAME = 120
DAYS = (
    ("7", mark("7 dagen")),
    ("14", mark("14 dagen")),
    ("30", mark("30 dagen")),
)


class LinkForm(Form):
    """Who it is for, which one page, what for, and until when."""

    name = StringField(
        mark("Voor wie is deze link?"),
        filters=[tidy],
        validators=[
            DataRequired(mark("Schrijf voor wie de link is.")),
            Length(max=LONGEST_NAME, message=mark("Deze naam is te lang. Maak hem korter.")),
        ],
    )
    scope = RadioField(
        mark("Welke bladzijde laat je zien?"),
        choices=[],
        validators=[InputRequired(mark("Kies één bladzijde."))],
    )
    purpose = purpose_field()
    days = RadioField(
        mark("Hoe lang werkt de link?"),
        choices=DAYS,
        validators=[InputRequired(mark("Kies hoe lang de link werkt."))],
    )
