"""What is usual, as the organisation of one's contact person or of one seat does it.

What lives here: which number stands on a page for a viewer, and whose it is. What does not:
setting a number (views/practice.py), and what is law, which is the same for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from portfolio.access import Action, visible
from portfolio.data.plan import LAW
from portfolio.extensions import db
from portfolio.models.contact import Contact
from portfolio.models.organisation import Membership, Organisation
from portfolio.models.practice import ADJUSTABLE, TALK_EVERY, Practice, fits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select

    from portfolio.access import Viewer
    from portfolio.data.plan.rows import Fact


@dataclass(frozen=True)
class Told:
    """A fact with the number that holds here, and the organisation that set it, if one did."""

    fact: Fact
    organisation: str | None = None


def told(me: Viewer, facts: Iterable[Fact]) -> list[Told]:
    """Tell an owner facts as the organisation of their contact person does it."""
    named = list(facts)
    if not any(fact.key in ADJUSTABLE for fact in named):
        return [Told(fact) for fact in named]
    now = visible(me, Action.MAP_KEEP, Contact).where(Contact.ended_at.is_(None))
    who = Membership.id.in_(now.with_only_columns(Contact.membership_id))
    seats = visible(me, Action.MAP_SHARE, Membership).where(who)
    there = seats.with_only_columns(Membership.organisation_id)
    return _told(me, Action.MAP_KEEP, named, there)


def between_talks(me: Viewer, seat_id: str | None) -> Told:
    """Tell how many months there are between two talks with this seat, mine or another's."""
    mine = [seat.organisation_id for seat in me.seats if seat.id == seat_id]
    if mine:
        return _told(me, Action.PEOPLE_SEE, [LAW[TALK_EVERY]], tuple(mine))[0]
    there = _seat_at(visible(me, Action.MAP_SHARE, Membership), seat_id)
    return _told(me, Action.MAP_KEEP, [LAW[TALK_EVERY]], there)[0]


@lru_cache(maxsize=64)
def _seat_at(seats: Select[Membership], seat_id: str | None) -> Select[str]:
    return seats.where(Membership.id == seat_id).with_only_columns(Membership.organisation_id)


def _told(
    me: Viewer, action: Action, facts: list[Fact], at: Select[str] | tuple[str, ...]
) -> list[Told]:
    rows = db.session.execute(_numbers(visible(me, action, Practice), at)).all()
    own = {key: (number, name) for key, number, name in rows}
    return [_as_done(fact, *own.get(fact.key, (None, None))) for fact in facts]


@lru_cache(maxsize=64)
def _numbers(chosen: Select[Practice], at: Select[str] | tuple[str, ...]) -> Select[str, int, str]:
    named = chosen.join(Organisation, Organisation.id == Practice.organisation_id)
    columns = (Practice.fact, Practice.number, Organisation.name)
    return named.where(Practice.organisation_id.in_(at)).with_only_columns(*columns)


def _as_done(fact: Fact, number: int | None, organisation: str | None) -> Told:
    if number is None or not fits(fact, number):
        return Told(fact)
    return Told(replace(fact, number=number), organisation)
