"""Inviting somebody to work for an organisation."""

from __future__ import annotations

from wtforms import RadioField, StringField
from wtforms.validators import AnyOf, Length

from portfolio.data import ROLES
from portfolio.forms import Form, tidy
from portfolio.languages import mark

LABEL_LENGTH = 120


class InviteForm(Form):
    """As what somebody is invited, and a label by which the beheerder knows for whom."""

    role = RadioField(
        mark("Wat doet deze persoon?"),
        choices=[(role.key, role.label) for role in ROLES.values()],
        validate_choice=False,
        validators=[AnyOf(list(ROLES), mark("Kies wat deze persoon doet."))],
    )
    for_whom = StringField(
        mark("Voor wie is de uitnodiging?"),
        filters=[tidy],
        validators=[Length(max=LABEL_LENGTH, message=mark("Schrijf het iets korter."))],
    )
