"""Neem alles mee: one file of everything that is somebody's, made apart and kept sealed a day.

What lives here: the row that says how far it is, and reading all that a column declares as
exported. What does not: packing it (portfolio/takeaway.py). Several processes may make these:
a row is claimed with a turn of its own, and whoever lost it writes nothing more.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    and_,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, SealBrokenError, new_id, place
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    before_now,
    clock,
    identity,
    internal,
    rows_changed,
)
from portfolio.models.chain import hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column, ColumnElement, Select, Table
    from sqlalchemy.orm import Session

WAITING, MAKING, READY, FAILED = "waiting", "making", "ready", "failed"
STATES = (WAITING, MAKING, READY, FAILED)
KEPT = timedelta(days=1)
# Nothing was heard of whoever made it for so long: another begins anew.
LOST = timedelta(minutes=2)


class Takeaway(Base):
    """One file in the making or ready; its pieces lie sealed in the media store."""

    __tablename__ = "takeaway"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", name="state"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), unique=True)
    state: Mapped[str] = internal(String(8))
    turn: Mapped[int] = internal(Integer, default=0)
    done: Mapped[int] = internal(Integer, default=0)
    total: Mapped[int] = internal(Integer, default=0)
    pieces: Mapped[int] = internal(Integer, default=0)
    size: Mapped[int] = internal(Integer, default=0)
    changed_at: Mapped[datetime] = internal(UtcDateTime, index=True)


def find(session: Session, chosen: Select[Takeaway]) -> Takeaway | None:
    """Find the one that the gate chose, as it is now."""
    anew = chosen.execution_options(populate_existing=True)
    return session.scalars(anew).first()


def ask_for(session: Session, portfolio_id: str) -> list[str]:
    """Ask for everything anew; gives the files of the one before, to remove after the commit.

    One that is being made goes on: asked twice, it is made once.
    """
    # Two who ask at once: the second sees what the first asked for.
    hold(session, portfolio_id)
    mine = Takeaway.portfolio_id == portfolio_id
    row = session.scalars(select(Takeaway).where(mine).with_for_update()).first()
    if row and row.state in (WAITING, MAKING):
        return []
    gone = drop(session, mine)
    now = clock(session)
    session.add(Takeaway(id=new_id(), portfolio_id=portfolio_id, state=WAITING, changed_at=now))
    session.flush()
    return gone


def claim(session: Session) -> tuple[str, str, int] | None:
    """Take the next that waits, or was left: its id, whose it is, and the turn that it is."""
    left = and_(Takeaway.state == MAKING, Takeaway.changed_at <= before_now(LOST))
    chosen = select(Takeaway).where(or_(Takeaway.state == WAITING, left))
    chosen = chosen.order_by(Takeaway.changed_at).limit(1).with_for_update(skip_locked=True)
    row = session.scalars(chosen).first()
    if row is None:
        return None
    # One change and no more: PostgreSQL asks after the map for a row that changes twice, and
    # whoever holds the map may be waiting for this row.
    now = clock(session)
    row.state, row.turn, row.done, row.pieces = MAKING, row.turn + 1, 0, 0
    row.changed_at = now
    session.flush()
    return row.id, row.portfolio_id, row.turn


def note(session: Session, row_id: str, turn: int, **facts: Any) -> bool:
    """Note how far it is. False when it was stopped, erased, or taken over meanwhile."""
    mine = and_(Takeaway.id == row_id, Takeaway.turn == turn, Takeaway.state == MAKING)
    done = rows_changed(
        session,
        update(Takeaway).where(mine).values(changed_at=clock(session), **facts),
    )
    return bool(done)


def drop(session: Session, *which: ColumnElement[bool]) -> list[str]:
    """Forget them; gives the files to remove after the commit."""
    rows = session.scalars(select(Takeaway).where(*which).with_for_update()).all()
    gone = [name for row in rows for name in piece_names(row.id, row.turn, row.pieces)]
    chosen = Takeaway.id.in_([row.id for row in rows])
    rows_changed(session, delete(Takeaway).where(chosen))
    return gone


def piece_name(row_id: str, turn: int, number: int) -> str:
    """Name the file of one piece."""
    return f"{row_id}-mee-{turn}-{number}"


def piece_names(row_id: str, turn: int, pieces: int) -> list[str]:
    """Name every piece, and one more: its file may be there before the row says so."""
    return [piece_name(row_id, turn, number) for number in range(pieces + 1)]


def exported(table: Table) -> list[Column[Any]]:
    """List the columns of a table that somebody takes along."""
    return [column for column in table.columns if column.info.get("export")]


def tables_taken() -> list[Table]:
    """List the tables of which more than an id is taken along."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if {column.name for column in exported(table)} - {"id"}
    ]


def rows_taken(
    session: Session,
    table: Table,
    which: ColumnElement[bool],
    keys: Iterable[DataKey],
) -> list[dict[str, Any]]:
    """Read the exported columns of somebody's rows, opened."""
    columns = exported(table)
    opening = list(keys)
    return [
        {column.name: _plain(column, row, opening) for column in columns}
        for row in session.execute(select(table).where(which)).mappings()
    ]


def _plain(column: Column[Any], row: Mapping[Any, Any], keys: list[DataKey]) -> Any:
    value = row[column]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not isinstance(value, bytes):
        return value
    where = place(column.table.name, row[column.table.c.id], column.name)
    for key in keys:
        try:
            return _unpacked(key.open(where, value).decode())
        except SealBrokenError:
            continue
    return None


def _unpacked(text: str) -> Any:
    """Give what was kept as JSON as it is, and words as words."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict | list) else text
