"""What is being written and not yet kept: sealed drafts, and forms that were sent already.

Each screen of a longer form posts to a draft, so nothing typed is lost. A finished draft
stays as a receipt for a day, so that a second click makes no second entry.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session

from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed

DRAFT_KINDS = ("entry", "share", "kept")


class Draft(Base):
    """A form in the making. `kept` is a post that came after the sign-in had ended."""

    __tablename__ = "draft"
    __table_args__ = (CheckConstraint(f"kind IN {DRAFT_KINDS}", name="kind"),)
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    kind: Mapped[str] = internal(String(10))
    # The entry that is being changed, and which version of it the writer saw.
    entry_id: Mapped[str | None] = internal(ID, ForeignKey("entry.id"), index=True)
    base_version: Mapped[int | None] = internal(Integer)
    key_id: Mapped[str] = internal(ID)
    body: Mapped[bytes] = sealed(export=False)
    version: Mapped[int] = internal(Integer, default=1)
    created_at: Mapped[datetime] = internal(UtcDateTime)
    changed_at: Mapped[datetime] = internal(UtcDateTime)
    done_at: Mapped[datetime | None] = internal(UtcDateTime)
    result_id: Mapped[str | None] = internal(ID)


class FormReceipt(Base):
    """A form that was taken in, by the key it carried: sent twice, it counts once."""

    __tablename__ = "form_receipt"
    id: Mapped[str] = internal(String(64), primary_key=True)
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = internal(UtcDateTime, index=True)


def first_time(session: Session, once: str, person_id: str) -> bool:
    """Take in a form by its key. Gives False when this person sent the same form before."""
    receipt_id = hashlib.sha256(f"{person_id}/{once}".encode()).hexdigest()
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    done = session.execute(
        make(FormReceipt)
        .values(id=receipt_id, person_id=person_id, created_at=clock(session))
        .on_conflict_do_nothing()
    )
    return bool(getattr(done, "rowcount", 0))
