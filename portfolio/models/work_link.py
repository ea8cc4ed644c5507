"""Who somebody is at their organisation, as they linked it themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from portfolio.models.base import ID, Base, UtcDateTime, identity, internal


class WorkLink(Base):
    """One person, at one organisation, by the keyed hash of issuer and subject."""

    __tablename__ = "work_link"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)
    id: Mapped[str] = identity()
    organisation_id: Mapped[str] = internal(ID, ForeignKey("organisation.id"), index=True)
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    subject_hash: Mapped[str] = internal(String(64), unique=True)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
