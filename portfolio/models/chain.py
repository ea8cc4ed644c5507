"""Chains: an HMAC over sealed bytes, so that a changed, cut or rolled-back row is found.

Each chain is per portfolio. Its head (last code and count) is sealed in the portfolio's
row in the same transaction as the new link.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, rows_changed
from portfolio.models.portfolio import Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

# Where a chain begins whose first links were kept long enough: the mark of the last that went.
LOG_START = "access_log_start"
HEADS = ("access_log_head", "comment_head", "plan_head")


class RemovedLink(Base):
    """What is left of a link whose row was taken away on purpose: no content, only its place.

    Who cuts a row out of the database cannot make the mark, and so cannot hide the gap.
    """

    __tablename__ = "removed_link"
    __table_args__ = (UniqueConstraint("portfolio_id", "head", "number"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    head: Mapped[str] = internal(String(20))
    number: Mapped[int] = internal(Integer)
    code: Mapped[str] = internal(String(64))
    mark: Mapped[str] = internal(String(64))
    removed_at: Mapped[datetime] = internal(UtcDateTime)


@dataclass(frozen=True)
class Link:
    """The place of a row in its chain."""

    number: int
    code: str


def link_code(secret: bytes, before: str, number: int, parts: Iterable[bytes]) -> str:
    """Compute the code of a link from the one before it and its own bytes."""
    mac = hmac.new(secret, f"{before}/{number}".encode(), hashlib.sha256)
    for part in parts:
        # The length stands first, so that two parts can never pass for two others.
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.hexdigest()


def hold(session: Session, portfolio_id: str) -> Portfolio:
    """Hold a portfolio's row, so that its chains grow one link at a time."""
    return session.scalars(
        select(Portfolio)
        .where(Portfolio.id == portfolio_id)
        .with_for_update()
        # What was read before the wait may have an old head.
        .execution_options(populate_existing=True)
    ).one()


def append(  # noqa: PLR0913 -- held spares the second look of whoever holds the row already
    session: Session,
    head: str,
    portfolio_id: str,
    keys: PortfolioKeys,
    parts: Iterable[bytes],
    *,
    held: Portfolio | None = None,
) -> Link:
    """Add a link to a portfolio's chain and move its head, in the caller's transaction."""
    row = held or hold(session, portfolio_id)
    before = read_head(row, head, keys)
    number = before.number + 1
    link = Link(number, link_code(keys.chain_secret, before.code, number, parts))
    state = json.dumps({"number": link.number, "code": link.code})
    setattr(row, head, seal_text(keys.general, "portfolio", row.id, head, state))
    session.flush()
    return link


def read_head(row: Portfolio, head: str, keys: PortfolioKeys) -> Link:
    """Read the head of a chain; an empty chain has number 0."""
    if head not in HEADS:
        raise KeyError(head)
    kept = getattr(row, head)
    if kept is None:
        return Link(0, "")
    state = json.loads(open_text(keys.general, "portfolio", row.id, head, kept))
    return Link(int(state["number"]), str(state["code"]))


def mark_removed(
    session: Session, head: str, portfolio_id: str, keys: PortfolioKeys, link: Link
) -> None:
    """Leave a mark for a link whose row goes in this transaction, so that it is no gap."""
    session.add(
        RemovedLink(
            id=new_id(),
            portfolio_id=portfolio_id,
            head=head,
            number=link.number,
            code=link.code,
            mark=removal_mark(keys.chain_secret, head, link),
            removed_at=clock(session),
        )
    )


def removal_mark(secret: bytes, head: str, link: Link) -> str:
    """Compute the mark of a removed link. No link begins with a word, so none is coded like it."""
    what = f"removed/{head}/{link.number}/{link.code}"
    return hmac.new(secret, what.encode(), hashlib.sha256).hexdigest()


def move_start(session: Session, portfolio_id: str, keys: PortfolioKeys, link: Link) -> None:
    """Let the log of a map begin after this link, which goes in this transaction.

    The mark can be made with the map's own secret only, and there is one: put back, an older
    mark leaves a gap.
    """
    rows_changed(
        session,
        delete(RemovedLink).where(
            RemovedLink.portfolio_id == portfolio_id, RemovedLink.head == LOG_START
        ),
    )
    mark_removed(session, LOG_START, portfolio_id, keys, link)
    session.flush()
