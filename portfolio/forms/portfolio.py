"""The one question of a leefgebied: where am I now?"""

from __future__ import annotations

from wtforms import RadioField

from portfolio.data import SCALE
from portfolio.forms import Form
from portfolio.languages import mark


class ScaleForm(Form):
    """Which of the four steps."""

    step = RadioField(
        mark("Hoe ver ben je?"),
        choices=[(key, row.label) for key, row in SCALE.items()],
        validate_choice=False,
    )
