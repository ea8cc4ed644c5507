"""Ways through a new share that several tests take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models.consent import Consent, in_force
from portfolio.models.organisation import Membership

if TYPE_CHECKING:
    from tests.browser import Page
    from tests.people import Actor


def public_id(who: Actor) -> str:
    with who.app.app_context():
        return db.session.scalars(
            select(Membership.public_id).where(Membership.id == who.seat_id)
        ).one()


def living(owner: Actor, member: Actor) -> list[Consent]:
    """List the permissions that this member holds now, refusals too."""
    with owner.app.app_context():
        rows = db.session.scalars(
            select(Consent)
            .where(
                Consent.portfolio_id == owner.map_id,
                Consent.membership_id == member.seat_id,
                in_force(),
            )
            .order_by(Consent.scope)
        ).all()
        db.session.expunge_all()
    return list(rows)


def meet(owner: Actor, member: Actor) -> Page:
    """Open the address of the picture to scan and say: this is the person."""
    page = owner.page.visit(f"/delen/met/{public_id(member)}")
    assert member.name in page.text
    return page.submit("Ja, dit is de persoon")


def answer(page: Page, *, may: str | None = "Nee, alleen kijken") -> Page:
    """Answer what for, until when and what is allowed."""
    page.choose("Voor ons gesprek").submit("Verder")
    page.submit("Verder")
    if may:
        page.choose(may).submit("Verder")
    return page
