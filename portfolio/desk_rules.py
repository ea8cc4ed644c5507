"""The rules for help at a desk: whose choice it is, and which organisations can be chosen.

What lives here: two conditions for the gate (rules.py). What does not: who wins (models/desk.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, or_

from portfolio.deciding import held, own, some
from portfolio.models.consent import ALLOW, Consent
from portfolio.models.contact import Contact
from portfolio.models.desk import DeskChoice
from portfolio.models.organisation import COACHING_ROLES, Membership, Organisation
from portfolio.viewer import Action

if TYPE_CHECKING:
    from portfolio.viewer import Viewer


def desk_choice_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Hold for a choice of the viewer's own."""
    mine = DeskChoice.person_id == viewer.person_id
    return mine if action is Action.MAP_SHARE else false()


def helping_organisation(viewer: Viewer) -> ColumnElement[bool]:
    """Hold for an organisation where somebody works who helps the viewer with their map.

    Helping is: seeing something of it at this moment, or being the contact person.
    """
    sees = held(own(viewer, Consent.__table__.c.portfolio_id), Consent.verdict == ALLOW)
    contact = some(
        Contact,
        Contact.membership_id == Membership.id,
        Contact.ended_at.is_(None),
        own(viewer, Contact.__table__.c.portfolio_id),
    )
    works = some(
        Membership,
        Membership.organisation_id == Organisation.id,
        Membership.role.in_(COACHING_ROLES),
        Membership.ended_at.is_(None),
        Membership.person_id != viewer.person_id,
        or_(sees, contact),
    )
    return and_(Organisation.closed_at.is_(None), works)
