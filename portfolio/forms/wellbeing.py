"""One question about how somebody is, answered in words."""

from __future__ import annotations

from wtforms import RadioField
from wtforms.validators import AnyOf

from portfolio.data.plan import WELLBEING_ANSWERS
from portfolio.forms import Form
from portfolio.languages import mark


class WellbeingForm(Form):
    """One side of how somebody is. The label is the question that is asked."""

    answer = RadioField(
        mark("Hoe gaat het?"),
        choices=[(row.key, row.label) for row in WELLBEING_ANSWERS.values()],
        validate_choice=False,
        validators=[
            AnyOf(
                tuple(WELLBEING_ANSWERS), message=mark("Kies een antwoord, of sla de vraag over.")
            )
        ],
    )
