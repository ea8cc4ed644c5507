"""Checking the chains of comments and of readings of one map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.models import AccessLog, Comment, RemovedLink, access_log, comment
from portfolio.models.chain import Link, link_code, read_head, removal_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import Portfolio, PortfolioKeys


def broken_comments(session: Session, row: Portfolio, keys: PortfolioKeys) -> Iterator[str]:
    """Name what is wrong with the chain of comments of a map."""
    chosen = select(Comment).where(Comment.portfolio_id == row.id)
    links = {
        each.number: (each.code, comment.chained_parts(each)) for each in session.scalars(chosen)
    }
    yield from _broken(session, row, keys, "comment_head", links)


def broken_readings(session: Session, row: Portfolio, keys: PortfolioKeys) -> Iterator[str]:
    """Name what is wrong with the chain of readings of a map."""
    chosen = select(AccessLog).where(AccessLog.portfolio_id == row.id)
    links = {
        each.number: (each.code, access_log.chained_parts(each)) for each in session.scalars(chosen)
    }
    yield from _broken(session, row, keys, "access_log_head", links)


def _broken(
    session: Session,
    row: Portfolio,
    keys: PortfolioKeys,
    head: str,
    links: dict[int, tuple[str, list[bytes]]],
) -> Iterator[str]:
    what = f"{head.removesuffix('_head')} of portfolio {row.id}"
    marks = session.scalars(
        select(RemovedLink).where(RemovedLink.portfolio_id == row.id, RemovedLink.head == head)
    ).all()
    removed = {mark.number: mark for mark in marks}
    before, secret = "", keys.chain_secret
    end = read_head(row, head, keys)
    for number in range(1, max([end.number, *links, *removed]) + 1):
        if number in links:
            code, parts = links[number]
            if code != link_code(secret, before, number, parts):
                yield f"{what}: {number} is not what was written"
        elif number in removed:
            code = removed[number].code
            if removed[number].mark != removal_mark(secret, head, Link(number, code)):
                yield f"{what}: {number} was taken away, and the mark of it is not ours"
        else:
            yield f"{what}: {number} is missing"
            # One finding for one gap: the next is checked against what it said itself.
            code = ""
        before = code
    if end.code != before:
        yield f"{what}: its end is not what was noted"
