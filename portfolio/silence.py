"""A long silence: a coach and an owner who did not speak for six weeks.

It is worked out at each look, from what this coach may see anyway: talks and what was agreed in
them, comments either way, versions. It is kept nowhere, has no number and no order, and only
who coaches through a seat that holds both the signals and the talks is told.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, SQLColumnExpression, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from portfolio.access import Action, visible
from portfolio.extensions import db
from portfolio.models.agreement import Agreement
from portfolio.models.comment import Comment
from portfolio.models.consent import AMSTERDAM, Consent
from portfolio.models.parts import SIGNALS, TALKS
from portfolio.models.people import read_held
from portfolio.models.talk import CANCELLED, Talk
from portfolio.models.version import PlanVersion
from portfolio.viewer import SEEN_THROUGH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import ScalarSelect, Subquery

    from portfolio.access import Viewer
    from portfolio.models.people import Held

# Counted in days as they are in Amsterdam; on the last day itself it is not yet so long.
SIX_WEEKS = timedelta(days=42)
SEE = Action.PEOPLE_SEE


def silent(me: Viewer, now: datetime) -> frozenset[str]:
    """List the maps whose owner and this coach did not speak for six weeks.

    A talk that is planned is no silence, and neither is what was shared not long ago. However
    many maps there are, it asks two questions.
    """
    chosen = visible(me, SEE, Consent).where(Consent.part.in_((SIGNALS, TALKS)))
    since = shared_since(me, read_held(db.session, chosen))
    if not since:
        return frozenset()
    made = _contacts(me).c
    last = select(made.map_id, func.max(made.at)).where(made.map_id.in_(list(since)))
    rows = db.session.execute(last.group_by(made.map_id)).all()
    at: dict[str, datetime] = {row[0]: row[1] for row in rows}
    return frozenset(key for key, shared in since.items() if long_ago(now, shared, at.get(key)))


@lru_cache(maxsize=256)
def last_contact(me: Viewer, portfolio_id: str) -> ScalarSelect[datetime]:
    """Ask, inside another question, when the last contact with one owner was, or will be.

    Only the question is kept, as the gate does: writing it anew took longer than asking it.
    """
    made = _contacts(me).c
    return select(func.max(made.at)).where(made.map_id == portfolio_id).scalar_subquery()


def shared_since(me: Viewer, held: Iterable[Held]) -> dict[str, datetime]:
    """Tell for each map since when one seat of a coach holds both the signals and the talks."""
    seats = _seats(me)
    found: dict[tuple[str, str], dict[str, datetime]] = {}
    for each in held:
        if each.part in (SIGNALS, TALKS) and each.membership_id in seats:
            place = (each.portfolio_id, each.membership_id)
            found.setdefault(place, {})[each.part] = each.starts_at
    since: dict[str, datetime] = {}
    for (key, _seat), parts in found.items():
        if len(parts) > 1:
            both = max(parts.values())
            since[key] = max(both, since.get(key, both))
    return since


def long_ago(now: datetime, shared: datetime, last: datetime | None) -> bool:
    """Tell whether the last contact, or else the day of sharing, is more than six weeks ago."""
    return day_of(now) - day_of(max(shared, last or shared)) > SIX_WEEKS


def day_of(at: datetime) -> date:
    """Give the day of a moment, as it is in Amsterdam."""
    return at.astimezone(AMSTERDAM).date()


def _contacts(me: Viewer) -> Subquery:
    """Choose every moment of contact that this coach may know of, with its map."""
    talks = visible(me, SEE, Talk).where(Talk.state != CANCELLED)
    agreed = visible(me, SEE, Agreement)
    versions = visible(me, SEE, PlanVersion).where(PlanVersion.membership_id.in_(_seats(me)))
    return union_all(
        _moments(talks, Talk.portfolio_id, Talk.starts_at),
        # Done comes after agreed, so that of two moments the later one is known.
        _moments(
            agreed, Agreement.portfolio_id, func.coalesce(Agreement.done_at, Agreement.created_at)
        ),
        _moments(versions, PlanVersion.portfolio_id, PlanVersion.other_yes_at),
        _moments(_spoken(me), Comment.portfolio_id, Comment.created_at),
    ).subquery()


def _spoken(me: Viewer) -> Select[Comment]:
    """Choose what this coach wrote, and what the owner answered to it."""
    seats, asked = _seats(me), aliased(Comment)
    answered = (
        select(asked.id)
        .where(asked.id == Comment.reply_to, asked.membership_id.in_(seats))
        .exists()
    )
    theirs = and_(Comment.membership_id.is_(None), answered)
    return visible(me, SEE, Comment).where(or_(Comment.membership_id.in_(seats), theirs))


def _seats(me: Viewer) -> list[str]:
    # Only a coach writes and holds talks: for anybody else it would always be silent.
    return me.seat_ids(*SEEN_THROUGH[Action.PEOPLE_COMMENT])


def _moments(
    chosen: Select[Any], map_id: SQLColumnExpression[str], at: SQLColumnExpression[Any]
) -> Select[Any]:
    columns: list[Any] = [map_id.label("map_id"), at.label("at")]
    return chosen.with_only_columns(*columns)
