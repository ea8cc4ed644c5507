"""Following the chains of a map from their first link to their head: what was changed is found.

Comments and readings are checked alike. A comment that was taken away on purpose left its
mark; readings that were kept long enough left one mark, at which the chain now begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portfolio.keyring import SealBrokenError
from portfolio.models import access_log, comment
from portfolio.models.access_log import AccessLog
from portfolio.models.chain import (
    LOG_START,
    Link,
    RemovedLink,
    link_code,
    read_head,
    removal_mark,
)
from portfolio.models.comment import Comment

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import Portfolio, PortfolioKeys

# A chained row is a Comment or an AccessLog; what is asked of it both have.
CHAINS: dict[str, tuple[Any, Callable[..., list[bytes]], str]] = {
    "access_log_head": (AccessLog, access_log.chained_parts, "readings"),
    "comment_head": (Comment, comment.chained_parts, "comments"),
}


def broken_chains(session: Session, portfolio: Portfolio, keys: PortfolioKeys) -> list[str]:
    """Name what is wrong with the readings and comments of one map; nothing when they hold."""
    return [
        f"the {CHAINS[head][2]} of portfolio {portfolio.id}: {each}"
        for head in CHAINS
        for each in broken_links(session, portfolio, keys, head)
    ]


def broken_links(
    session: Session, portfolio: Portfolio, keys: PortfolioKeys, head: str
) -> list[str]:
    """Say what is wrong with one chain of a map."""
    model, parts, _name = CHAINS[head]
    rows = session.scalars(select(model).where(model.portfolio_id == portfolio.id)).all()
    marks = session.scalars(
        select(RemovedLink).where(RemovedLink.portfolio_id == portfolio.id)
    ).all()
    secret, found = keys.chain_secret, []
    start = Link(0, "")
    for mark in marks:
        if head == "access_log_head" and mark.head == LOG_START:
            start = Link(mark.number, mark.code)
            if removal_mark(secret, LOG_START, start) != mark.mark:
                found.append("the mark at the start is not ours")
    links = [*rows, *(mark for mark in marks if mark.head == head)]
    before, number = start.code, start.number
    for row in sorted(links, key=lambda each: each.number):
        number += 1
        if row.number != number:
            return [*found, f"link {number} is not there"]
        if isinstance(row, RemovedLink):
            whole = removal_mark(secret, head, Link(row.number, row.code)) == row.mark
        else:
            whole = link_code(secret, before, number, parts(row)) == row.code
        if not whole:
            found.append(f"link {number} is not what was written")
        before = row.code
    try:
        kept = read_head(portfolio, head, keys)
    except SealBrokenError:
        return [*found, "the head is not what was written"]
    if kept != Link(number, before):
        found.append(f"the head knows {kept.number} links, here are {number}")
    return found
