"""The high-water mark of time: what has expired stays expired, whatever a clock says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Integer, update
from sqlalchemy.orm import Mapped

from portfolio.models.base import Base, UtcDateTime, database_now, internal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class ClockMark(Base):
    """The latest moment that this installation has seen; one row."""

    __tablename__ = "clock_mark"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = internal(Integer, primary_key=True, erase="keep")
    seen_at: Mapped[datetime] = internal(UtcDateTime, erase="keep")


def note_time(session: Session) -> None:
    """Move the mark to now; it never moves back, since now is at least the mark."""
    session.execute(update(ClockMark).where(ClockMark.id == 1).values(seen_at=database_now()))
