"""Organisations, who works there in which role, and how somebody is let in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped

from portfolio.models.base import ID, Base, UtcDateTime, identity, internal, public, sealed

INVITATION_LASTS = timedelta(days=7)
ROLES = ("coach", "provider", "begeleider", "tussenpersoon", "beheerder")
# Whom an owner can share with: the roles that have a code and see a person's map.
COACHING_ROLES = ("coach", "begeleider", "tussenpersoon")
SHARING_ROLES = (*COACHING_ROLES, "provider")


class Organisation(Base):
    """A municipality, school, employer or volunteer organisation. Its name is public."""

    __tablename__ = "organisation"
    id: Mapped[str] = identity()
    name: Mapped[str] = public(String(120), unique=True)
    key_id: Mapped[str] = internal(ID, erase="keep")
    created_at: Mapped[datetime] = internal(UtcDateTime, erase="keep")
    closed_at: Mapped[datetime | None] = internal(UtcDateTime, erase="keep")


class Membership(Base):
    """This person in this role at this organisation: what an owner shares with.

    `code` is typed by the owner, `public_id` stands in the QR's address. Both only find
    the member; neither opens anything.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        Index(
            "one_membership_in_force",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    organisation_id: Mapped[str] = internal(ID, ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = internal(String(20))
    public_id: Mapped[str] = internal(ID, unique=True)
    code: Mapped[bytes] = sealed(export=False)
    code_hash: Mapped[str] = internal(String(64), unique=True)
    started_at: Mapped[datetime] = internal(UtcDateTime)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime)


class Invitation(Base):
    """A one-time way in for one role. The link carries the id; the code is handed over apart."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="role"),)
    id: Mapped[str] = identity()
    organisation_id: Mapped[str] = internal(ID, ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = internal(String(20))
    code_hash: Mapped[str] = internal(String(64))
    for_whom: Mapped[bytes | None] = sealed(export=False)
    invited_by: Mapped[str | None] = internal(ID, ForeignKey("person.id"))
    created_at: Mapped[datetime] = internal(UtcDateTime)
    expires_at: Mapped[datetime] = internal(UtcDateTime)
    used_at: Mapped[datetime | None] = internal(UtcDateTime)
    used_by: Mapped[str | None] = internal(ID, ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = internal(UtcDateTime)
