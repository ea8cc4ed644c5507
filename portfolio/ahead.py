"""What lies ahead of an owner: the next talk, what they agreed to do, and whom to call.

What lives here: loading it for the first page of the plan. What does not: the talks
themselves (talked.py), and how far the goals are (views/goal.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from portfolio.access import Action, Viewer, keys_of, visible
from portfolio.extensions import db
from portfolio.models.agreement import Agreement, AgreementPage, read_agreements
from portfolio.models.base import database_now
from portfolio.models.consent import AMSTERDAM
from portfolio.models.talk import OWNER, PLANNED, Talk, TalkPage, read_talks
from portfolio.signals import open_agreements

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Select

# How many agreements are looked at, by their days, and how many are shown.
LOOKED_AT, SHOWN = 20, 5


@dataclass(frozen=True)
class Ahead:
    """What comes next in a plan."""

    talk: TalkPage | None
    agreements: tuple[AgreementPage, ...]
    today: date


def ahead(me: Viewer, now: datetime) -> Ahead:
    """Load what comes next for an owner. What has no day comes after what has one."""
    keys = keys_of(me.portfolio_id)
    talks = read_talks(db.session, _next_talk(visible(me, Action.MAP_KEEP, Talk)), keys)
    undone = _first_undone(open_agreements(me, Action.MAP_KEEP))
    mine = [each for each in read_agreements(db.session, undone, keys) if each.deed.who == OWNER]
    mine.sort(key=lambda each: (each.deed.due_on is None, each.deed.due_on))
    today = now.astimezone(AMSTERDAM).date()
    return Ahead(talks[0] if talks else None, tuple(mine[:SHOWN]), today)


# The gate keeps its questions, and so do these: writing them anew took longer than asking them.


@lru_cache(maxsize=256)
def _next_talk(chosen: Select[Talk]) -> Select[Talk]:
    coming = chosen.where(Talk.state == PLANNED, Talk.starts_at > database_now())
    soonest = coming.order_by(Talk.starts_at, Talk.id).limit(1).with_only_columns(Talk.id)
    return coming.where(Talk.id.in_(soonest))


@lru_cache(maxsize=256)
def _first_undone(chosen: Select[Agreement]) -> Select[Agreement]:
    no_day = Agreement.due_on.is_(None)
    latest = chosen.order_by(no_day, Agreement.due_on, Agreement.id).limit(LOOKED_AT)
    return chosen.where(Agreement.id.in_(latest.with_only_columns(Agreement.id)))
