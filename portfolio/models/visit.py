"""A link for somebody without an account: one page, some days, opened with a code each time.

The link's address opens nothing. The owner makes a code for each opening; the code gives one
visit of half an hour. What a visit may see is decided by the gate (rules.py).
"""

from __future__ import annotations

import secrets
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
    end_now,
    identity,
    internal,
    rows_changed,
    sealed,
)
from portfolio.models.organisation import draw_code, normal_code
from portfolio.models.portfolio import shown
from portfolio.models.sign_in import hash_token

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portfolio.models.consent import Scope
    from portfolio.models.portfolio import PortfolioKeys

LONGEST_DAYS = 30
CODE_LASTS = timedelta(minutes=15)
VISIT_LASTS = timedelta(minutes=30)
# The role under which a visitor stands in *Wie heeft gekeken?*; nobody has it by membership.
VISITOR = "visitor"


class VisitorLink(Base):
    """One page for one person without an account. Only its end is ever changed."""

    __tablename__ = "visitor_link"
    __table_args__ = (CheckConstraint("expires_at > starts_at", name="period"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    # `entry:<id>` or `leefgebied:<key>`, as a consent's scope. No foreign key: a link is named
    # in the log for as long as the log is kept, also when the thing itself has gone.
    scope: Mapped[str] = internal(String(60), export=True)
    purpose: Mapped[str] = internal(String(20), export=True)
    # The name of the visitor, as the owner wrote it.
    name: Mapped[bytes] = sealed()
    starts_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    expires_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


class VisitorCode(Base):
    """A code for one opening: only its keyed hash is kept."""

    __tablename__ = "visitor_code"
    id: Mapped[str] = identity()
    link_id: Mapped[str] = internal(ID, ForeignKey("visitor_link.id"), index=True)
    code_hash: Mapped[str] = internal(String(64))
    expires_at: Mapped[datetime] = internal(UtcDateTime)
    used_at: Mapped[datetime | None] = internal(UtcDateTime)


class Visit(Base):
    """One opening of a link, in one browser. The browser holds only a random token."""

    __tablename__ = "visit"
    id: Mapped[str] = identity()
    link_id: Mapped[str] = internal(ID, ForeignKey("visitor_link.id"), index=True)
    token_hash: Mapped[str] = internal(String(64), unique=True)
    started_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    ends_at: Mapped[datetime] = internal(UtcDateTime)


@dataclass(frozen=True)
class LinkPage:
    """A link as its owner sees it."""

    id: str
    leefgebied: str | None
    entry_id: str | None
    purpose: str
    name: str
    starts_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    in_force: bool


def link_in_force() -> ColumnElement[bool]:
    """Say in SQL which links open at this moment."""
    now = database_now()
    return and_(
        VisitorLink.ended_at.is_(None),
        VisitorLink.starts_at <= now,
        VisitorLink.expires_at > now,
        shown(VisitorLink.portfolio_id),
    )


def make_link(  # noqa: PLR0913 -- a link has this many parts, and none may be forgotten
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    *,
    about: Scope,
    name: str,
    purpose: str,
    expires_at: datetime,
) -> VisitorLink:
    """Make a link, in the caller's transaction. It opens nothing before a code was made."""
    row = VisitorLink(
        id=new_id(),
        portfolio_id=portfolio_id,
        scope=about.name,
        purpose=purpose,
        starts_at=clock(session),
        expires_at=expires_at,
    )
    row.name = seal_text(keys.general, "visitor_link", row.id, "name", name)
    session.add(row)
    session.flush()
    return row


def end_links(session: Session, *which: ColumnElement[bool]) -> int:
    """End links now, and with them their codes and visits. Ending twice is ending once."""
    return end_now(session, VisitorLink, VisitorLink.ended_at, *which)


def hold_open(session: Session, chosen: Select[VisitorLink]) -> VisitorLink | None:
    """Hold the one link that was chosen, if it works now: whoever ends it waits."""
    held = chosen.where(link_in_force()).with_for_update(read=True, of=VisitorLink)
    return session.scalars(held.execution_options(populate_existing=True)).first()


def make_code(session: Session, ring: Keyring, link_id: str) -> str:
    """Make a code for one opening; one of before that nobody used opens nothing any more."""
    now, code = clock(session), draw_code()
    unused = and_(VisitorCode.link_id == link_id, VisitorCode.used_at.is_(None))
    rows_changed(
        session,
        update(VisitorCode).where(unused, VisitorCode.expires_at > now).values(expires_at=now),
    )
    row = VisitorCode(id=new_id(), link_id=link_id, expires_at=now + CODE_LASTS)
    row.code_hash = _code_hash(ring, link_id, code)
    session.add(row)
    session.flush()
    return code


def open_code(session: Session, link_id: str) -> str:
    """Name the code that can be used now, or nothing: only to count the tries at it."""
    waiting = select(VisitorCode.id).where(VisitorCode.link_id == link_id, _waiting())
    return session.scalars(waiting.order_by(VisitorCode.expires_at.desc())).first() or ""


def use_code(session: Session, ring: Keyring, link_id: str, typed: str) -> str | None:
    """Spend a code and begin its visit; gives the token for the browser, or None.

    A wrong code spends nothing. Of two who type the right one at once, one gets in.
    """
    code_hash = _code_hash(ring, link_id, normal_code(typed))
    # The link is held: whoever ends it now waits, and the visit is over when they are done.
    if hold_open(session, select(VisitorLink).where(VisitorLink.id == link_id)) is None:
        return None
    spent = rows_changed(
        session,
        update(VisitorCode)
        .where(VisitorCode.link_id == link_id, VisitorCode.code_hash == code_hash, _waiting())
        .values(used_at=database_now()),
    )
    if not spent:
        return None
    now, token = clock(session), secrets.token_urlsafe(32)
    visit = Visit(id=new_id(), link_id=link_id, token_hash=hash_token(token))
    visit.started_at, visit.ends_at = now, now + VISIT_LASTS
    session.add(visit)
    session.flush()
    return token


def find_visit(session: Session, token: str) -> str | None:
    """Find the visit of a browser. Whether it still lasts, the gate asks at every reading."""
    return session.scalars(select(Visit.id).where(Visit.token_hash == hash_token(token))).first()


def read_links(
    session: Session, chosen: Select[VisitorLink], keys: PortfolioKeys
) -> list[LinkPage]:
    """Load links as their owner sees them, newest first."""
    found = chosen.add_columns(link_in_force()).order_by(VisitorLink.starts_at.desc())
    rows = session.execute(found.execution_options(populate_existing=True)).all()
    return [_page(row[0], keys, in_force=bool(row[1])) for row in rows]


def name_of(row: VisitorLink, keys: PortfolioKeys) -> str:
    """Open the name that the owner wrote."""
    return open_text(keys.general, "visitor_link", row.id, "name", row.name)


def _page(row: VisitorLink, keys: PortfolioKeys, *, in_force: bool) -> LinkPage:
    kind, _, thing = row.scope.partition(":")
    return LinkPage(
        row.id,
        thing if kind == "leefgebied" else None,
        thing if kind == "entry" else None,
        row.purpose,
        name_of(row, keys),
        row.starts_at,
        row.expires_at,
        row.ended_at,
        in_force,
    )


def _waiting() -> ColumnElement[bool]:
    return and_(VisitorCode.used_at.is_(None), VisitorCode.expires_at > database_now())


def _code_hash(ring: Keyring, link_id: str, code: str) -> str:
    return ring.lookup_hash("visit", f"{link_id}/{normal_code(code)}")
