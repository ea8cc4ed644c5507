"""Versions of a plan that went along to the next contact person: whose they are to read now.

A frozen version keeps the seat that it was agreed with, as its chain vouches for that. A row
here says with which seat it is since a hand-over; that seat reads what is shared with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ForeignKey, func, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal
from portfolio.models.version import PlanVersion, PlanVersionPart

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


class PassedVersion(Base):
    """With which seat a frozen version is now; passed on again, the row is changed."""

    __tablename__ = "passed_version"
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    version_id: Mapped[str] = internal(ID, ForeignKey("plan_version.id"), unique=True, export=True)
    membership_id: Mapped[str] = internal(ID, ForeignKey("membership.id"), index=True, export=True)
    passed_at: Mapped[datetime] = internal(UtcDateTime, export=True)


def seat_of() -> ColumnElement[str]:
    """Give the seat that a PlanVersion is with now: where it went, or with whom it was made."""
    passed = PassedVersion.__table__.c
    went_to = (
        select(passed.membership_id)
        .where(passed.version_id == PlanVersion.__table__.c.id)
        .correlate_except(PassedVersion.__table__)
        .scalar_subquery()
    )
    return func.coalesce(went_to, PlanVersion.__table__.c.membership_id)


def passing_versions(
    session: Session, portfolio_id: str, old_id: str, parts: Collection[str]
) -> list[str]:
    """List the frozen versions with a seat of which it still holds some part."""
    held = (
        select(PlanVersionPart.id)
        .where(PlanVersionPart.version_id == PlanVersion.id, PlanVersionPart.part.in_(parts))
        .exists()
    )
    rows = session.scalars(
        select(PlanVersion.id)
        .where(
            PlanVersion.portfolio_id == portfolio_id,
            PlanVersion.number.is_not(None),
            seat_of() == old_id,
            held,
        )
        .order_by(PlanVersion.number)
    ).all()
    return list(rows)


def pass_versions(
    session: Session, portfolio_id: str, old_id: str, to_id: str, parts: Collection[str]
) -> None:
    """Let the versions of one seat be with another. The caller's transaction holds the map."""
    found = passing_versions(session, portfolio_id, old_id, parts)
    chosen = select(PassedVersion).where(PassedVersion.version_id.in_(found))
    there = {row.version_id: row for row in session.scalars(chosen.with_for_update()).all()}
    now = clock(session)
    for version_id in found:
        row = there.get(version_id)
        if row is None:
            row = PassedVersion(id=new_id(), portfolio_id=portfolio_id, version_id=version_id)
            session.add(row)
        row.membership_id, row.passed_at = to_id, now
    session.flush()
