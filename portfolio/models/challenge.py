"""A question that a passkey answers: random, asked once, answered once, within minutes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    clock,
    database_now,
    identity,
    internal,
    rows_changed,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Long enough to find the phone that holds the passkey.
CHALLENGE_LASTS = timedelta(minutes=5)


class Challenge(Base):
    """One question that is open. The browser's session names it, so no other browser answers it."""

    __tablename__ = "challenge"
    id: Mapped[str] = identity()
    purpose: Mapped[str] = internal(String(16))
    # Nobody yet, where somebody comes in.
    person_id: Mapped[str | None] = internal(ID, ForeignKey("person.id"), index=True)
    value: Mapped[str] = internal(String(64))
    ends_at: Mapped[datetime] = internal(UtcDateTime, index=True)


def pose(session: Session, purpose: str, person_id: str | None) -> tuple[str, bytes]:
    """Ask a new question, and forget those that nobody answered. Begin for writing before."""
    session.execute(delete(Challenge).where(Challenge.ends_at < database_now()))
    value, row_id = secrets.token_bytes(32), new_id()
    session.add(
        Challenge(
            id=row_id,
            purpose=purpose,
            person_id=person_id,
            value=value.hex(),
            ends_at=clock(session) + CHALLENGE_LASTS,
        )
    )
    session.flush()
    return row_id, value


def take(session: Session, row_id: str, purpose: str, person_id: str | None) -> bytes | None:
    """Take a question for its one answer: of many at once one gets it. Right or wrong, it is gone.

    Begin for writing before, and commit also when the answer is wrong.
    """
    asked = select(Challenge.value).where(
        Challenge.id == row_id,
        Challenge.purpose == purpose,
        Challenge.person_id == person_id if person_id else Challenge.person_id.is_(None),
        Challenge.ends_at > database_now(),
    )
    value = session.scalars(asked).first()
    gone = rows_changed(session, delete(Challenge).where(Challenge.id == row_id))
    return bytes.fromhex(value) if value and gone == 1 else None
