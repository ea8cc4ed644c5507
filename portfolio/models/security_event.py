"""The log of security events of the installation: ids only, in one chain for all processes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Integer, String, insert, select, update
from sqlalchemy.orm import Mapped

from portfolio.models.base import Base, UtcDateTime, internal
from portfolio.models.chain import Link, link_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

LONGEST = 400


class SecurityEvent(Base):
    """One event: when, which, and the fields that the catalogue allows it."""

    __tablename__ = "security_event"
    number: Mapped[int] = internal(Integer, primary_key=True, autoincrement=False, erase="keep")
    at: Mapped[datetime] = internal(UtcDateTime, erase="keep")
    name: Mapped[str] = internal(String(40), erase="keep")
    facts: Mapped[str] = internal(String(LONGEST), erase="keep")
    code: Mapped[str] = internal(String(64), erase="keep")


class SecurityHead(Base):
    """The end of the chain; one row, held by whoever adds."""

    __tablename__ = "security_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = internal(Integer, primary_key=True, erase="keep")
    number: Mapped[int] = internal(Integer, erase="keep")
    code: Mapped[str] = internal(String(64), erase="keep")


@dataclass(frozen=True)
class Happened:
    """An event that is about to be written."""

    at: datetime
    name: str
    facts: str


def happened(name: str, fields: dict[str, Any]) -> Happened:
    """Give an event of this moment."""
    return Happened(datetime.now(UTC), name, json.dumps(fields, sort_keys=True))


def append(connection: Connection, secret: bytes, events: Iterable[Happened]) -> None:
    """Add events to the chain, in a transaction of their own that began for writing."""
    head = connection.execute(
        select(SecurityHead.number, SecurityHead.code).with_for_update()
    ).one()
    number, code = head.number, head.code
    for event in events:
        number += 1
        code = link_code(secret, code, number, _parts(event.at, event.name, event.facts))
        connection.execute(
            insert(SecurityEvent).values(
                number=number, at=event.at, name=event.name, facts=event.facts, code=code
            )
        )
    connection.execute(update(SecurityHead).values(number=number, code=code))


def broken_events(session: Session, secret: bytes) -> Iterator[str]:
    """Name what is wrong with the chain."""
    before, place = "", 0
    for row in session.execute(select(SecurityEvent.__table__).order_by(SecurityEvent.number)):
        place += 1
        if row.number != place:
            yield f"security log: event {place} is missing"
            place = row.number
        parts = _parts(row.at, row.name, row.facts)
        if row.code != link_code(secret, before, row.number, parts):
            yield f"security log: event {row.number} is not what was written"
        before = row.code
    head = read_head(session)
    if (head.number, head.code) != (place, before):
        yield "security log: its end is missing"


def read_head(session: Session) -> Link:
    """Give the end of the chain."""
    row = session.execute(select(SecurityHead.number, SecurityHead.code)).first()
    return Link(row[0], row[1]) if row else Link(0, "")


def read_events(session: Session, last: int) -> list[SecurityEvent]:
    """Give the newest events, the oldest of them first."""
    newest = select(SecurityEvent).order_by(SecurityEvent.number.desc()).limit(last)
    return list(reversed(session.scalars(newest).all()))


def _parts(at: datetime, name: str, facts: str) -> list[bytes]:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return [moment.encode(), name.encode(), facts.encode()]


def code_at(session: Session, number: int) -> str | None:
    """Give the code of one event."""
    return session.scalar(select(SecurityEvent.code).where(SecurityEvent.number == number))
