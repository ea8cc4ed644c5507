"""Going away: asked for, with days to come back; and a map that rests for very long.

What lives here: the moments, and who is past them. What does not: erasing (erasure.py).
While somebody is about to go, nobody else sees anything of their map: `Portfolio.withheld_at`
is part of the condition of every consent (models/consent.py). The consents themselves stay as
they were given, so that coming back brings back exactly what was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from portfolio.models.base import before_now, clock, database_now, rows_changed
from portfolio.models.consent import Consent
from portfolio.models.organisation import Membership
from portfolio.models.person import Person
from portfolio.models.portfolio import Portfolio
from portfolio.models.sign_in import SignIn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COMES_BACK_WITHIN = timedelta(days=14)
# 24 months without signing in, then 3 and 6 months after the first notice: never a day less.
RESTS = timedelta(days=731)
TOLD_AGAIN = timedelta(days=92)
REMOVED = timedelta(days=184)
# The notices that whoever rests gets: rest, and rest again.
REST, REST_AGAIN = "rest", "rest_again"


def leave(session: Session, person_id: str, portfolio_id: str | None) -> None:
    """Let somebody be about to go: from now on nobody else sees anything of their map.

    Begin for writing before. Asked twice, the first time counts.
    """
    if portfolio_id:
        # In the order of everybody: consents, the map, the person. Who is reading ends first.
        theirs = select(Consent.id).where(Consent.portfolio_id == portfolio_id)
        session.execute(theirs.order_by(Consent.id).with_for_update()).all()
        mine = and_(Portfolio.id == portfolio_id, Portfolio.withheld_at.is_(None))
        rows_changed(session, update(Portfolio).where(mine).values(withheld_at=database_now()))
    here = and_(Person.id == person_id, Person.leaving_at.is_(None))
    rows_changed(session, update(Person).where(here).values(leaving_at=database_now()))


def come_back(session: Session, person_id: str, portfolio_id: str | None) -> bool:
    """Take going away back; everything is as it was. False when the days are over.

    By the same clock as the sweep, so that nobody comes back to what is being erased.
    """
    in_time = Person.leaving_at > before_now(COMES_BACK_WITHIN)
    done = rows_changed(
        session,
        update(Person).where(Person.id == person_id, in_time).values(leaving_at=None),
    )
    if not done:
        return False
    mine = Portfolio.id == portfolio_id
    rows_changed(session, update(Portfolio).where(mine).values(withheld_at=None))
    return True


def goes_at(session: Session, person_id: str) -> datetime | None:
    """Tell when somebody will be erased who asked to go."""
    asked = session.scalars(select(Person.leaving_at).where(Person.id == person_id)).first()
    return asked + COMES_BACK_WITHIN if asked else None


def past_their_days() -> ColumnElement[bool]:
    """Hold for a Person whose days to come back are over."""
    return Person.leaving_at <= before_now(COMES_BACK_WITHIN)


def past_their_rest() -> ColumnElement[bool]:
    """Hold for a Person who was told twice, and did not come for half a year after the first."""
    return and_(
        Person.leaving_at.is_(None),
        Person.rest_told_at <= before_now(REMOVED),
        Person.rest_told_again_at <= before_now(REMOVED - TOLD_AGAIN),
        last_seen() <= before_now(RESTS + REMOVED),
    )


def last_seen() -> ColumnElement[datetime]:
    """Say in SQL when a Person was last here; the newest sign-in is never swept."""
    seen = select(func.max(SignIn.seen_at)).where(SignIn.person_id == Person.id)
    return func.coalesce(seen.correlate(Person).scalar_subquery(), Person.created_at)


def people(session: Session, which: ColumnElement[bool], most: int = 200) -> list[str]:
    """List some people for whom a condition holds, and who are still there."""
    chosen = select(Person.id).where(which, Person.sign_in_name != b"").limit(most)
    return list(session.scalars(chosen).all())


def note_rest(session: Session) -> list[tuple[str, str]]:
    """Note who rests so long that they are told; gives whom to tell what.

    Whoever was here since, is told nothing any more. Begin for writing before.
    """
    # A notice is not a sign-in: only somebody who came back is later than it.
    back = or_(
        last_seen() > before_now(RESTS),
        last_seen() > Person.rest_told_at,
    )
    came = [*session.scalars(select(Person.id).where(Person.rest_told_at.is_not(None), back))]
    cleared = {"rest_told_at": None, "rest_told_again_at": None}
    rows_changed(session, update(Person).where(Person.id.in_(came)).values(**cleared))
    now = clock(session)
    here = and_(Person.leaving_at.is_(None), last_seen() <= before_now(RESTS))
    first = people(session, and_(here, Person.rest_told_at.is_(None)))
    again = people(
        session,
        and_(
            here,
            Person.rest_told_at <= before_now(TOLD_AGAIN),
            Person.rest_told_again_at.is_(None),
        ),
    )
    rows_changed(session, update(Person).where(Person.id.in_(first)).values(rest_told_at=now))
    rows_changed(session, update(Person).where(Person.id.in_(again)).values(rest_told_again_at=now))
    return [*((each, REST) for each in first), *((each, REST_AGAIN) for each in again)]


def kept_alone(session: Session, person_id: str) -> list[str]:
    """List the organisations where somebody is the only beheerder while others work there."""
    mine = select(Membership.organisation_id).where(
        Membership.person_id == person_id,
        Membership.role == "beheerder",
        Membership.ended_at.is_(None),
    )
    others = select(Membership.organisation_id, Membership.role).where(
        Membership.organisation_id.in_(mine),
        Membership.person_id != person_id,
        Membership.ended_at.is_(None),
    )
    found: dict[str, set[str]] = {}
    for organisation_id, role in session.execute(others).all():
        found.setdefault(organisation_id, set()).add(role)
    return [each for each, roles in found.items() if "beheerder" not in roles]
