"""When a member can be called: days of the week and two times, sealed with the member's own key.

The number itself stands in models/organisation.py. Both are told to who shares, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.keyring import open_text, seal_text
from portfolio.models.organisation import Membership

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portfolio.keyring import DataKey, Keyring
    from portfolio.models.people import KnownMember

DAYS = tuple(range(1, 8))


@dataclass(frozen=True)
class Hours:
    """Days of the week, Monday first as 1, and from when until when, as 09.00."""

    days: tuple[int, ...]
    start: str
    end: str


def keep_hours(row: Membership, key: DataKey, hours: Hours | None) -> None:
    """Keep when a member can be called; nothing takes it away."""
    row.hours = None
    if hours:
        text = " ".join([hours.start, hours.end, *map(str, hours.days)])
        row.hours = seal_text(key, "membership", row.id, "hours", text)


def read_hours(key: DataKey, membership_id: str, sealed_hours: bytes | None) -> Hours | None:
    """Open when a member can be called, if they said so."""
    if sealed_hours is None:
        return None
    start, end, *days = open_text(key, "membership", membership_id, "hours", sealed_hours).split()
    return Hours(tuple(int(day) for day in days), start, end)


def hours_of(
    session: Session, ring: Keyring, chosen: Select[Membership], member: KnownMember
) -> Hours | None:
    """Open when a member that the gate chose can be called."""
    here = chosen.where(Membership.id == member.id).with_only_columns(Membership.hours)
    found = session.scalars(here).first()
    return read_hours(ring.fetch([member.key_id])[member.key_id], member.id, found)
