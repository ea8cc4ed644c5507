"""An e-mail address: optional, sealed under its person's key, and proven by a code.

It is for fixed sentences only. It opens nothing: nobody signs in or recovers with it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, Select, String, update
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, Keyring, new_id, open_text, seal_text
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    clock,
    database_now,
    identity,
    internal,
    rows_changed,
    sealed,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CODE_LASTS = timedelta(minutes=10)
CODE_DIGITS = 8
MOST_TRIES = 5


class Email(Base):
    """The address of one person, and another that they did not prove yet."""

    __tablename__ = "email"
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), unique=True)
    # Proven: to this one is mailed.
    address: Mapped[bytes | None] = sealed()
    proven_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    wanted: Mapped[bytes | None] = sealed()
    # A keyed hash of the code that was mailed to the wanted one.
    code_hash: Mapped[str | None] = internal(String(64))
    code_ends_at: Mapped[datetime | None] = internal(UtcDateTime)
    tries: Mapped[int] = internal(Integer, default=0)
    changed_at: Mapped[datetime] = internal(UtcDateTime, export=True)


def find_email(session: Session, chosen: Select[Email], *, hold: bool = False) -> Email | None:
    """Load the one row that the gate chose, if there is one."""
    asked = chosen.with_for_update() if hold else chosen
    return session.scalars(asked.execution_options(populate_existing=True)).first()


def address_of(row: Email | None, key: DataKey) -> str:
    """Open the proven address; empty when there is none."""
    return _opened(row, key, "address")


def wanted_of(row: Email | None, key: DataKey) -> str:
    """Open the address that is not proven yet; empty when there is none."""
    return _opened(row, key, "wanted")


def _opened(row: Email | None, key: DataKey, column: str) -> str:
    kept: bytes | None = getattr(row, column) if row else None
    return open_text(key, "email", row.id, column, kept) if row and kept else ""


def want(  # noqa: PLR0913 -- whose, under which key, and what: all of it is sealed or hashed
    session: Session,
    ring: Keyring,
    row: Email | None,
    key: DataKey,
    *,
    person_id: str,
    address: str,
) -> str:
    """Keep an address that is still to be proven; gives the code for it. One of before ends."""
    row = row or Email(id=new_id(), person_id=person_id)
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    now = clock(session)
    row.wanted = seal_text(key, "email", row.id, "wanted", address)
    row.code_hash = _hash(ring, row.id, code)
    row.code_ends_at, row.tries, row.changed_at = now + CODE_LASTS, 0, now
    session.add(row)
    session.flush()
    return code


def prove(session: Session, ring: Keyring, row: Email, key: DataKey, code: str) -> bool:
    """Take a code: the wanted address is the proven one now. Each try counts, also this one.

    Of many tries at once one succeeds, as the code is used up by the one that finds it.
    """
    rows_changed(
        session,
        update(Email).where(Email.id == row.id).values(tries=Email.tries + 1),
    )
    fits = (
        Email.id == row.id,
        Email.code_hash == _hash(ring, row.id, code),
        Email.code_ends_at > database_now(),
        Email.tries <= MOST_TRIES,
    )
    used = rows_changed(
        session,
        update(Email).where(*fits).values(code_hash=None, code_ends_at=None),
    )
    session.refresh(row)
    if used != 1:
        return False
    row.address = seal_text(key, "email", row.id, "address", wanted_of(row, key))
    row.wanted, row.proven_at = None, clock(session)
    row.changed_at = row.proven_at
    session.flush()
    return True


def drop_wanted(session: Session, row: Email) -> None:
    """Let go of an address that was not proven."""
    row.wanted = row.code_hash = row.code_ends_at = None
    if row.address is None:
        session.delete(row)
    session.flush()


def drop_address(session: Session, row: Email) -> None:
    """Let go of an address, proven or not."""
    session.delete(row)
    session.flush()


def _hash(ring: Keyring, row_id: str, code: str) -> str:
    return ring.lookup_hash("email-code", f"{row_id}/{code}")
