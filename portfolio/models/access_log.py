"""Who looked: each reading by another, written in the transaction that read. No content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    UniqueConstraint,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session

from portfolio.keyring import new_id
from portfolio.models import chain
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    before_now,
    database_now,
    identity,
    internal,
    rows_changed,
    sealed,
)
from portfolio.models.clock import note_time
from portfolio.models.comment import Comment
from portfolio.models.consent import Grantee
from portfolio.models.entry import Entry
from portfolio.models.visit import VISITOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio.models.attachment import Attachment
    from portfolio.models.portfolio import Portfolio, PortfolioKeys

# So long a page that was read may still be fetching its photos, the last ones when they scroll
# into sight.
PAGE_LASTS = timedelta(minutes=15)
# Readings are kept two years; the chain then begins with a mark (chain.py).
KEPT = timedelta(days=731)
# So many readings of one reader in one hour of the clock are still usual: a talk is prepared.
USUAL_IN_AN_HOUR = 30


EXPORT = "export"


class AccessLog(Base):
    """One reading by another: one row per viewer, page and minute is enough.

    That everything was taken along stands here too: an owner sees it when it was not they.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "membership_id", "about", "minute"),
        UniqueConstraint("portfolio_id", "link_id", "about", "minute"),
        # A member looked, or a visitor by a link; or the owner took everything along.
        CheckConstraint(
            "(membership_id IS NULL) != (link_id IS NULL)"
            " OR (about = 'export' AND membership_id IS NULL AND link_id IS NULL)",
            name="one_reader",
        ),
        Index("ix_access_log_time", "portfolio_id", "at"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    membership_id: Mapped[str | None] = internal(ID, ForeignKey("membership.id"), export=True)
    link_id: Mapped[str | None] = internal(ID, ForeignKey("visitor_link.id"), export=True)
    # map | leefgebied:<key> | entry:<id> | photo:<id> | export: ids and keys only.
    about: Mapped[str] = internal(String(60), export=True)
    minute: Mapped[str] = internal(String(16))
    at: Mapped[datetime] = internal(UtcDateTime, export=True)
    who: Mapped[bytes] = sealed()
    number: Mapped[int] = internal(Integer)
    code: Mapped[str] = internal(String(64))


@dataclass(frozen=True)
class Reading:
    """A reading as the owner sees it. `reader`: which membership, or which link."""

    reader: str
    who: Grantee
    kind: str
    thing: str
    at: datetime


def note_reading(  # noqa: PLR0913 -- a log row is who, whose, what and when
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    reader_id: str | None,
    who: Grantee,
    *,
    about: str,
    held: Portfolio | None = None,
) -> bool:
    """Write that somebody looked, once per page and minute. Tells whether a row was added.

    `reader_id`: the membership through which they looked, or the link of a visitor; None is
    the owner, who is noted only when everything is taken along (`EXPORT`).

    `held`: the portfolio's row, when the caller holds it; nobody else writes meanwhile.
    """
    row_held = held or chain.hold(session, portfolio_id)
    reader = "link_id" if who.role == VISITOR else "membership_id"
    same = and_(AccessLog.about == about, getattr(AccessLog, reader) == reader_id)
    now, noted = _last_noted(session, portfolio_id, same)
    minute = now.strftime("%Y-%m-%dT%H:%M")
    if noted == minute:
        return False
    row = AccessLog(
        id=new_id(),
        portfolio_id=portfolio_id,
        about=about,
        minute=minute,
        at=now,
    )
    setattr(row, reader, reader_id)
    row.who = who.sealed_for(keys.general, "access_log", row.id, "who")
    parts = chained_parts(row)
    link = chain.append(session, "access_log_head", portfolio_id, keys, parts, held=row_held)
    row.number, row.code = link.number, link.code
    session.add(row)
    note_time(session)
    session.flush()
    return True


def page_noted(session: Session, chosen: Select[AccessLog], row: Attachment) -> bool:
    """Tell whether one of these readings was just now of a page on which this file stands."""
    if row.comment_id:
        said = select(Comment.entry_id, Comment.goal_id, Comment.leefgebied)
        entry_id, goal_id, leefgebied = session.execute(
            said.where(Comment.id == row.comment_id)
        ).one()
        places = ("plan",) if goal_id else (f"entry:{entry_id}", f"leefgebied:{leefgebied}")
        pages: ColumnElement[bool] = AccessLog.about.in_(places)
    elif row.answer_id:
        # A plan and its talks are noted by one name.
        pages = AccessLog.about == "plan"
    else:
        place = select(Entry.leefgebied).where(Entry.id == row.entry_id).scalar_subquery()
        pages = or_(
            AccessLog.about.in_(("map", f"entry:{row.entry_id}")),
            AccessLog.about == literal("leefgebied:").concat(place),
        )
    found = chosen.where(pages, AccessLog.at > before_now(PAGE_LASTS)).limit(1)
    return session.scalars(found.with_only_columns(AccessLog.id)).first() is not None


def chained_parts(row: AccessLog) -> list[bytes]:
    """List what the chain vouches for."""
    # An id of the one kind never passes for one of the other.
    reader = row.membership_id if row.link_id is None else f"link:{row.link_id}"
    moment = row.at.isoformat(timespec="microseconds")
    facts = (row.id, str(reader), row.about, moment)
    return [*(fact.encode() for fact in facts), row.who]


def read_log(
    session: Session, chosen: Select[AccessLog], keys: Mapping[str, PortfolioKeys]
) -> list[Reading]:
    """Load readings, newest first."""
    rows = session.scalars(chosen.order_by(AccessLog.number.desc())).all()
    return [
        Reading(
            str(row.membership_id or row.link_id),
            Grantee.opened(keys[row.portfolio_id].general, "access_log", row.id, "who", row.who),
            row.about.partition(":")[0],
            row.about.partition(":")[2],
            row.at,
        )
        for row in rows
        if row.portfolio_id in keys
    ]


def busy_hours(session: Session, chosen: Select[AccessLog]) -> set[tuple[str, str]]:
    """List the reader and the hour (in UTC) wherever somebody read more than is usual."""
    reader = func.coalesce(AccessLog.membership_id, AccessLog.link_id)
    hour = func.substr(AccessLog.minute, 1, 13)
    counted = chosen.with_only_columns(reader, hour).group_by(reader, hour)
    rows = session.execute(counted.having(func.count() > USUAL_IN_AN_HOUR)).all()
    return {(row[0], row[1]) for row in rows}


def busy_maps(session: Session, chosen: Select[AccessLog]) -> set[tuple[str, str]]:
    """List the map and the hour (in UTC) wherever somebody read more than is usual."""
    reader = func.coalesce(AccessLog.membership_id, AccessLog.link_id)
    by = (AccessLog.portfolio_id, func.substr(AccessLog.minute, 1, 13))
    counted = chosen.with_only_columns(*by).group_by(*by, reader)
    rows = session.execute(counted.having(func.count() > USUAL_IN_AN_HOUR)).all()
    return {(row[0], row[1]) for row in rows}


def old_maps(session: Session, most: int) -> list[str]:
    """Name the maps in which somebody looked longer ago than is kept."""
    old = select(AccessLog.portfolio_id).where(AccessLog.at <= before_now(KEPT)).distinct()
    return list(session.scalars(old.order_by(AccessLog.portfolio_id).limit(most)).all())


def forget_readings(session: Session, portfolio_id: str, keys: PortfolioKeys) -> int:
    """Take away the readings of a map that were kept long enough, and mark where it now begins."""
    chain.hold(session, portfolio_id)
    here = AccessLog.portfolio_id == portfolio_id
    first = select(func.min(AccessLog.number)).where(here, AccessLog.at > before_now(KEPT))
    kept_from: int | None = session.scalar(first)
    going = here if kept_from is None else and_(here, AccessLog.number < kept_from)
    newest = select(AccessLog).where(going).order_by(AccessLog.number.desc()).limit(1)
    last = session.scalars(newest).first()
    if last is None:
        return 0
    chain.move_start(session, portfolio_id, keys, chain.Link(last.number, last.code))
    done = rows_changed(session, delete(AccessLog).where(going))
    session.expunge_all()
    return done


def _last_noted(
    session: Session, portfolio_id: str, same: ColumnElement[bool]
) -> tuple[datetime, str | None]:
    """Give the time, and the minute in which this reader was last noted here."""
    last = (
        select(func.max(AccessLog.minute))
        .where(AccessLog.portfolio_id == portfolio_id, same)
        .scalar_subquery()
    )
    now, noted = session.execute(select(database_now(), last)).one()
    return now, noted
