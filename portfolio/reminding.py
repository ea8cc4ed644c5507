"""Telling owners, once a day, of what ends soon and of looks that were not as usual.

What lives here: whom to tell today. What does not: what ends soon (ending.py), what is not as
usual (looked.py, models/access_log.py) and the notices themselves (models/notice.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio.ending import ending_today
from portfolio.looked import is_outside_hours
from portfolio.models.access_log import AccessLog, busy_maps
from portfolio.models.base import before_now, begin, clock
from portfolio.models.consent import AMSTERDAM, end_of_day
from portfolio.models.notice import Kind, Notice, tell_all
from portfolio.models.portfolio import Portfolio

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# The sweep comes by once a day; what it finds twice is told once.
LOOKED_BACK = timedelta(days=2)


def remind(session: Session) -> int:
    """Tell each owner what there is to tell today, each kind once. Gives how many were told."""
    begin(session, writing=True)
    midnight = end_of_day(clock(session).astimezone(AMSTERDAM).date() - timedelta(days=1))
    told = _last_told(session, Kind.SHARE_ENDS)
    ending = {each.person_id for each in ending_today(session)}
    ending = {each for each in ending if each not in told or told[each] <= midnight}
    told = _last_told(session, Kind.LOOKED)
    looked = {
        person: at
        for person, at in _odd_looks(session).items()
        if person not in told or told[person] < at
    }
    tell_all(session, ending, Kind.SHARE_ENDS)
    tell_all(session, looked, Kind.LOOKED)
    session.commit()
    return len(ending) + len(looked)


def _last_told(session: Session, kind: Kind) -> dict[str, datetime]:
    newest = select(Notice.person_id, func.max(Notice.at)).where(
        Notice.kind == kind, Notice.at > before_now(LOOKED_BACK)
    )
    rows = session.execute(newest.group_by(Notice.person_id)).all()
    return {row[0]: row[1] for row in rows}


def _odd_looks(session: Session) -> dict[str, datetime]:
    """Give for each owner the last look outside office hours, or in an hour with very many."""
    lately = select(AccessLog).where(AccessLog.at > before_now(LOOKED_BACK))
    busy = busy_maps(session, lately)
    looks = lately.join(Portfolio, Portfolio.id == AccessLog.portfolio_id).with_only_columns(
        Portfolio.person_id, AccessLog.portfolio_id, AccessLog.at
    )
    return {
        person_id: at
        for person_id, portfolio_id, at in session.execute(looks.order_by(AccessLog.at))
        if is_outside_hours(at) or (portfolio_id, f"{at:%Y-%m-%dT%H}") in busy
    }
