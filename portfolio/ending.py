"""What ends soon: told some days before, so that nothing stops by surprise. Nothing renews itself.

What lives here: which consents end soon, for the pages of their owner and for whoever sends
notices. What does not: sharing once more, which is a new act with all its questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from portfolio.access import Action, Viewer, there_is, visible
from portfolio.deciding import member_in_service
from portfolio.extensions import db
from portfolio.models.base import clock
from portfolio.models.consent import ALLOW, AMSTERDAM, Consent, end_of_day, in_force, last_day
from portfolio.models.organisation import Membership
from portfolio.models.portfolio import Portfolio

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# So many days before the last one an owner is told; on the pages it stands from the first on.
DAYS_BEFORE = (14, 3)
SOON = timedelta(days=max(DAYS_BEFORE))


@dataclass(frozen=True)
class Ending:
    """Somebody whose sharing ends in so many days. No word of what, or with whom."""

    person_id: str
    days: int


def is_soon(until: date | None, today: date) -> bool:
    """Tell whether something that ends on this day ends soon."""
    return until is not None and until - today <= SOON


def today_here() -> date:
    """Give the day of today in Amsterdam, by the clock that counts."""
    return clock(db.session).astimezone(AMSTERDAM).date()


def something_ends(viewer: Viewer) -> bool:
    """Tell whether anything that an owner shares ends soon: one question for the first page."""
    mine = visible(viewer, Action.MAP_SHARE, Consent)
    there = visible(viewer, Action.MAP_SHARE, Membership)
    before = Consent.expires_at <= end_of_day(today_here() + SOON)
    here = there.where(Membership.id == Consent.membership_id).exists()
    return there_is(mine.where(in_force(), Consent.verdict == ALLOW, before, here))[0]


def ending_today(session: Session) -> list[Ending]:
    """List whom to tell today: once a day, 14 and 3 days before the last day of a share.

    For the notices: this is the one place that says who is told.
    """
    today = clock(session).astimezone(AMSTERDAM).date()
    last = {number: today + timedelta(days=number) for number in DAYS_BEFORE}
    on_these = [
        and_(
            Consent.expires_at > end_of_day(day - timedelta(days=1)),
            Consent.expires_at <= end_of_day(day),
        )
        for day in last.values()
    ]
    rows = session.execute(
        select(Portfolio.person_id, Consent.expires_at)
        .join(Consent, Consent.portfolio_id == Portfolio.id)
        .join(Membership, Membership.id == Consent.membership_id)
        .where(in_force(), Consent.verdict == ALLOW, member_in_service(), or_(*on_these))
        .order_by(Portfolio.person_id, Consent.expires_at)
    ).all()
    found = {
        (row[0], number)
        for row in rows
        for number in DAYS_BEFORE
        if row[1] and last_day(row[1]) == last[number]
    }
    return [Ending(*each) for each in sorted(found)]
