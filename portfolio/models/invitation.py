"""Invitations: a one-time way in for one role at one organisation.

What lives here: making, finding, spending and withdrawing one. What does not: the member
that comes of it (organisation.py) and the account (person.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    String,
    and_,
    select,
    update,
)
from sqlalchemy.orm import Mapped

from portfolio.keyring import Keyring, new_id, open_text, seal_text
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
from portfolio.models.organisation import ROLES, Organisation, draw_code, normal_code

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

INVITATION_LASTS = timedelta(days=7)


class Invitation(Base):
    """A one-time way in for one role. The link carries the id; the code is handed over apart."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)
    id: Mapped[str] = identity()
    organisation_id: Mapped[str] = internal(ID, ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = internal(String(20))
    code_hash: Mapped[str] = internal(String(64))
    for_whom: Mapped[bytes | None] = sealed(export=False)
    invited_by: Mapped[str | None] = internal(ID, ForeignKey("person.id"), erase="forget")
    created_at: Mapped[datetime] = internal(UtcDateTime)
    expires_at: Mapped[datetime] = internal(UtcDateTime)
    used_at: Mapped[datetime | None] = internal(UtcDateTime)
    used_by: Mapped[str | None] = internal(ID, ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = internal(UtcDateTime)


@dataclass(frozen=True)
class Invited:
    """What an invitation says to whoever holds it."""

    id: str
    organisation_id: str
    organisation: str
    role: str
    expires_at: datetime


@dataclass(frozen=True)
class Sent:
    """An open invitation as the beheerder sees it."""

    id: str
    organisation_id: str
    role: str
    for_whom: str
    expires_at: datetime


@dataclass(frozen=True, repr=False)
class Made:
    """An invitation with its code, which is said only now."""

    id: str
    code: str
    is_new: bool = True


def invite(  # noqa: PLR0913 -- where, as what, who, by whom: none may be forgotten
    session: Session,
    ring: Keyring,
    organisation: Organisation,
    role: str,
    *,
    for_whom: str = "",
    invited_by: str | None = None,
    row_id: str | None = None,
) -> Made:
    """Make an invitation, in the caller's transaction."""
    now, code = clock(session), draw_code()
    row = Invitation(id=row_id or new_id(), organisation_id=organisation.id, role=role)
    row.code_hash = _code_hash(ring, row.id, code)
    row.invited_by = invited_by
    row.created_at, row.expires_at = now, now + INVITATION_LASTS
    key = ring.fetch([organisation.key_id])[organisation.key_id]
    if for_whom:
        row.for_whom = seal_text(key, "invitation", row.id, "for_whom", for_whom)
    session.add(row)
    session.flush()
    return Made(row.id, code)


def invite_once(  # noqa: PLR0913 -- as above, and the key that the form carried
    session: Session,
    ring: Keyring,
    organisation: Organisation,
    role: str,
    once: str,
    *,
    for_whom: str,
    invited_by: str,
) -> Made | None:
    """Make an invitation, or give the one of the same form a new code: a second click shows it.

    Gives None when the invitation of that form cannot be used any more.
    """
    row_id = ring.lookup_hash("invitation-form", f"{invited_by}/{organisation.id}/{once}")[:32]
    before = session.scalars(
        select(Invitation).where(Invitation.id == row_id).with_for_update()
    ).first()
    if before is None:
        return invite(
            session,
            ring,
            organisation,
            role,
            for_whom=for_whom,
            invited_by=invited_by,
            row_id=row_id,
        )
    code = draw_code()
    renewed = rows_changed(
        session,
        update(Invitation)
        .where(Invitation.id == row_id, still_open())
        .values(code_hash=_code_hash(ring, row_id, code)),
    )
    return Made(row_id, code, is_new=False) if renewed else None


def still_open() -> ColumnElement[bool]:
    """Say in SQL which invitations can still be used."""
    return and_(
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > database_now(),
    )


def find_invitation(session: Session, invitation_id: str) -> Invited | None:
    """Find an invitation that can still be used, at an organisation that is still open."""
    row = session.execute(
        select(
            Invitation.id,
            Invitation.organisation_id,
            Organisation.name,
            Invitation.role,
            Invitation.expires_at,
        )
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.id == invitation_id, still_open(), Organisation.closed_at.is_(None))
    ).first()
    return Invited(*row) if row else None


def code_fits(session: Session, ring: Keyring, invitation_id: str, code: str) -> bool:
    """Tell whether this code belongs to an open invitation; it spends nothing."""
    found = session.scalars(
        select(Invitation.id).where(
            Invitation.id == invitation_id,
            Invitation.code_hash == _code_hash(ring, invitation_id, code),
            still_open(),
        )
    ).first()
    return found is not None


def spend(session: Session, ring: Keyring, invitation_id: str, code: str) -> bool:
    """Spend an invitation. Of any number that try at once, one is told True."""
    done = rows_changed(
        session,
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.code_hash == _code_hash(ring, invitation_id, code),
            still_open(),
        )
        .values(used_at=database_now()),
    )
    return bool(done)


def note_user(session: Session, invitation_id: str, person_id: str) -> None:
    """Keep who used an invitation, in the transaction that spent it."""
    rows_changed(
        session,
        update(Invitation).where(Invitation.id == invitation_id).values(used_by=person_id),
    )


def withdraw_invitation(session: Session, invitation_id: str) -> bool:
    """Withdraw an invitation that nobody used. False when there is nothing to withdraw."""
    done = rows_changed(
        session,
        update(Invitation)
        .where(Invitation.id == invitation_id, still_open())
        .values(withdrawn_at=database_now()),
    )
    return bool(done)


def read_invitations(session: Session, ring: Keyring, chosen: Select[Invitation]) -> list[Sent]:
    """Load the open invitations among those chosen, with the label the beheerder gave."""
    rows = session.execute(
        chosen.where(still_open())
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .with_only_columns(
            Invitation.id,
            Invitation.organisation_id,
            Invitation.role,
            Invitation.for_whom,
            Invitation.expires_at,
            Organisation.key_id,
        )
        .order_by(Invitation.created_at)
    ).all()
    keys = ring.fetch(row.key_id for row in rows)
    return [
        Sent(
            row.id,
            row.organisation_id,
            row.role,
            open_text(keys[row.key_id], "invitation", row.id, "for_whom", row.for_whom)
            if row.for_whom and row.key_id in keys
            else "",
            row.expires_at,
        )
        for row in rows
    ]


def _code_hash(ring: Keyring, invitation_id: str, code: str) -> str:
    return ring.lookup_hash("invitation", f"{invitation_id}/{normal_code(code)}")
