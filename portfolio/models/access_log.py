"""Who looked: every reading by another, written in the transaction that read. It holds no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Integer, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from portfolio.keyring import new_id
from portfolio.models import chain
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.clock import note_time
from portfolio.models.consent import Grantee

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio.models.portfolio import PortfolioKeys


class AccessLog(Base):
    """One reading by another: one row per viewer, page and minute is enough."""

    __tablename__ = "access_log"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "membership_id", "about", "minute"),
        Index("ix_access_log_time", "portfolio_id", "at"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    membership_id: Mapped[str] = internal(ID, ForeignKey("membership.id"), export=True)
    # map | leefgebied:<key> | entry:<id> | photo:<id>: ids and keys only.
    about: Mapped[str] = internal(String(60), export=True)
    minute: Mapped[str] = internal(String(16))
    at: Mapped[datetime] = internal(UtcDateTime, export=True)
    who: Mapped[bytes] = sealed()
    number: Mapped[int] = internal(Integer)
    code: Mapped[str] = internal(String(64))


@dataclass(frozen=True)
class Reading:
    """A reading as the owner sees it."""

    who: Grantee
    kind: str
    thing: str
    at: datetime


def note_reading(  # noqa: PLR0913 -- a log row is who, whose, what and when
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    membership_id: str,
    who: Grantee,
    about: str,
) -> bool:
    """Write that a member looked, once per page and minute. Tells whether a row was added."""
    now = clock(session)
    minute = now.strftime("%Y-%m-%dT%H:%M")
    seen = (portfolio_id, membership_id, about, minute)
    if _noted(session, *seen):
        return False
    chain.hold(session, portfolio_id)
    # On PostgreSQL another page of this viewer may have written it while we waited.
    if session.get_bind().dialect.name == "postgresql" and _noted(session, *seen):
        return False
    row = AccessLog(
        id=new_id(),
        portfolio_id=portfolio_id,
        membership_id=membership_id,
        about=about,
        minute=minute,
        at=now,
    )
    row.who = who.sealed_for(keys.general, "access_log", row.id, "who")
    link = chain.append(session, "access_log_head", portfolio_id, keys, chained_parts(row))
    row.number, row.code = link.number, link.code
    session.add(row)
    note_time(session)
    session.flush()
    return True


def chained_parts(row: AccessLog) -> list[bytes]:
    """List what the chain vouches for."""
    facts = (row.id, row.membership_id, row.about, row.at.isoformat(timespec="microseconds"))
    return [*(fact.encode() for fact in facts), row.who]


def read_log(
    session: Session, chosen: Select[tuple[AccessLog]], keys: Mapping[str, PortfolioKeys]
) -> list[Reading]:
    """Load readings, newest first."""
    rows = session.scalars(chosen.order_by(AccessLog.number.desc())).all()
    return [
        Reading(
            Grantee.opened(keys[row.portfolio_id].general, "access_log", row.id, "who", row.who),
            row.about.partition(":")[0],
            row.about.partition(":")[2],
            row.at,
        )
        for row in rows
        if row.portfolio_id in keys
    ]


def _noted(
    session: Session, portfolio_id: str, membership_id: str, about: str, minute: str
) -> bool:
    found = session.scalars(
        select(AccessLog.id).where(
            AccessLog.portfolio_id == portfolio_id,
            AccessLog.membership_id == membership_id,
            AccessLog.about == about,
            AccessLog.minute == minute,
        )
    ).first()
    return found is not None
