"""Consents: what an owner lets somebody see, what for and until when. History is never changed.

A change withdraws the old row and adds one. The item counts before the leefgebied, refusal
before permission, and silence refuses (AVG art. 7; domain rules 2 and 5).
"""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, Session

from portfolio.keyring import DataKey, new_id, open_text, seal_text
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    clock,
    database_now,
    end_now,
    identity,
    internal,
    sealed,
)
from portfolio.models.portfolio import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portfolio.models.portfolio import PortfolioKeys

ALLOW, REFUSE = "allow", "refuse"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# How long something can be shared, in months; and what stands there for 16 and 17 year olds.
MONTHS = (1, 3, 6, 12)
USUAL_MONTHS, USUAL_MONTHS_YOUNG = 6, 3


class Consent(Base):
    """One permission or refusal, for one member, over exactly one thing."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("verdict IN ('allow', 'refuse')", name="verdict"),
        CheckConstraint(
            "CASE WHEN leefgebied IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN entry_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN part IS NULL THEN 0 ELSE 1 END = 1",
            name="one_scope",
        ),
        # A permission always says what for and until when; a refusal outlasts every permission.
        CheckConstraint(
            "verdict = 'refuse' OR (purpose IS NOT NULL AND expires_at IS NOT NULL)",
            name="purpose_and_end",
        ),
        CheckConstraint("verdict = 'allow' OR expires_at IS NULL", name="refusal_stays"),
        CheckConstraint("expires_at IS NULL OR expires_at > starts_at", name="period"),
        Index(
            "one_consent_in_force",
            "portfolio_id",
            "membership_id",
            "scope",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    membership_id: Mapped[str] = internal(ID, ForeignKey("membership.id"), index=True, export=True)
    scope: Mapped[str] = internal(String(60))
    leefgebied: Mapped[str | None] = internal(String(20), export=True)
    entry_id: Mapped[str | None] = internal(ID, ForeignKey("entry.id"), index=True, export=True)
    # A part of the plan: `direction`, `route`, or `goals:taal` for the goals of one leefgebied.
    part: Mapped[str | None] = internal(String(40), export=True)
    verdict: Mapped[str] = internal(String(6), export=True)
    purpose: Mapped[str | None] = internal(String(20), export=True)
    may_comment: Mapped[bool] = internal(Boolean, default=False, export=True)
    # Name, role and organisation of the member as they were when the owner said yes.
    grantee: Mapped[bytes] = sealed()
    starts_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    expires_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    withdrawn_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Grantee:
    """Who somebody was when they were given sight, or when they looked."""

    name: str
    role: str
    organisation: str

    def sealed_for(self, key: DataKey, table: str, row: str, column: str) -> bytes:
        """Seal this copy into somebody's portfolio."""
        return seal_text(key, table, row, column, json.dumps(vars(self)))

    @classmethod
    def opened(cls, key: DataKey, table: str, row: str, column: str, sealed: bytes) -> Grantee:
        """Open such a copy."""
        return cls(**json.loads(open_text(key, table, row, column, sealed)))


@dataclass(frozen=True)
class Terms:
    """What an owner agrees to: what for, until when, and whether comments are welcome."""

    purpose: str
    expires_at: datetime
    may_comment: bool = False


@dataclass(frozen=True)
class ConsentPage:
    """A consent as its owner sees it."""

    id: str
    membership_id: str
    leefgebied: str | None
    entry_id: str | None
    part: str | None
    verdict: str
    purpose: str | None
    may_comment: bool
    starts_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    in_force: bool
    # Whether the member still works there.
    here: bool
    grantee: Grantee


def end_of_day(day: date) -> datetime:
    """Give the moment in UTC at which a day ends in Amsterdam, in summer time too."""
    midnight = datetime.combine(day + timedelta(days=1), time(), AMSTERDAM)
    return midnight.astimezone(UTC)


def last_day(expires_at: datetime) -> date:
    """Give the last day in Amsterdam on which something holds that ends at this moment."""
    return (expires_at - timedelta(microseconds=1)).astimezone(AMSTERDAM).date()


def months_later(day: date, months: int) -> date:
    """Give the same day some months later; the last day of the month where it has none."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


@cache
def in_force() -> ColumnElement[bool]:
    """Say in SQL which consents count at this moment."""
    return and_(given(), shown(Consent.portfolio_id))


def given() -> ColumnElement[bool]:
    """Say in SQL which consents their owner gave and did not take back, as the owner sees them."""
    return and_(
        Consent.withdrawn_at.is_(None),
        Consent.starts_at <= database_now(),
        or_(Consent.expires_at.is_(None), Consent.expires_at > database_now()),
    )


@dataclass(frozen=True)
class Scope:
    """The one thing that a consent is about: exactly one of these."""

    leefgebied: str | None = None
    entry_id: str | None = None
    part: str | None = None

    @property
    def name(self) -> str:
        """Name it, for the guarantee of one consent in force per member and thing."""
        named = {"leefgebied": self.leefgebied, "entry": self.entry_id, "part": self.part}
        return next(f"{kind}:{which}" for kind, which in named.items() if which)


def decide(  # noqa: PLR0913 -- one consent has this many parts, and none may be forgotten
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    membership_id: str,
    grantee: Grantee,
    *,
    about: Scope,
    terms: Terms | None,
) -> Consent:
    """Add a consent, withdrawing the one it replaces; without terms it is a refusal."""
    now = clock(session)
    withdraw(
        session,
        Consent.portfolio_id == portfolio_id,
        Consent.membership_id == membership_id,
        Consent.scope == about.name,
    )
    row = Consent(
        id=new_id(),
        portfolio_id=portfolio_id,
        membership_id=membership_id,
        scope=about.name,
        leefgebied=about.leefgebied,
        entry_id=about.entry_id,
        part=about.part,
        verdict=ALLOW if terms else REFUSE,
        purpose=terms.purpose if terms else None,
        may_comment=bool(terms and terms.may_comment),
        starts_at=now,
        expires_at=terms.expires_at if terms else None,
    )
    row.grantee = grantee.sealed_for(keys.general, "consent", row.id, "grantee")
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, *which: ColumnElement[bool]) -> int:
    """End consents now. Gives how many ended; what had ended already stays as it was."""
    return end_now(session, Consent, Consent.withdrawn_at, *which)


def read_consents(
    session: Session,
    chosen: Select[Consent],
    keys: Mapping[str, PortfolioKeys],
    here: ColumnElement[bool] | None = None,
) -> list[ConsentPage]:
    """Load consents as their owner sees them, newest first.

    `here` tells in the same query whether a member still works there; without it, all do.
    """
    return [
        _page([*row[:-2]], keys[row.portfolio_id], row.grantee)
        for row in session.execute(_told(chosen, here)).all()
        if row.portfolio_id in keys
    ]


@lru_cache(maxsize=256)
def _told(chosen: Select[Consent], here: ColumnElement[bool] | None) -> Select[Any]:
    facts = [getattr(Consent, name) for name in CONSENT_FACTS]
    asked = (given().label("in_force"), (true() if here is None else here).label("here"))
    return chosen.with_only_columns(*facts, *asked, Consent.portfolio_id, Consent.grantee).order_by(
        Consent.starts_at.desc(), Consent.scope
    )


CONSENT_FACTS = (
    "id",
    "membership_id",
    "leefgebied",
    "entry_id",
    "part",
    "verdict",
    "purpose",
    "may_comment",
    "starts_at",
    "expires_at",
    "withdrawn_at",
)


def _page(facts: list[Any], keys: PortfolioKeys, sealed: bytes) -> ConsentPage:
    grantee = Grantee.opened(keys.general, "consent", facts[0], "grantee", sealed)
    return ConsentPage(*[*facts, grantee])


def lock_in_force(session: Session, portfolio_id: str, membership_ids: Iterable[str]) -> None:
    """Hold the consents that a reading rests on, so that none is withdrawn half-way.

    SQLite holds the whole database by BEGIN IMMEDIATE; PostgreSQL locks the rows.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    session.execute(
        select(Consent.id)
        .where(
            Consent.portfolio_id == portfolio_id,
            Consent.membership_id.in_(list(membership_ids)),
            Consent.withdrawn_at.is_(None),
        )
        # In one order, so that two who hold several never wait for each other.
        .order_by(Consent.id)
        .with_for_update(read=True)
    ).all()
