"""What erasing takes from the tables, and the mark by which a cut erasure list is found.

What lives here: which rows are somebody's, found from the keys between the tables, so that a
table that comes later goes along by itself. What does not: the list, the keys and the order
in which all goes (portfolio/erasure.py).
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Integer,
    String,
    Table,
    delete,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id
from portfolio.models.attachment import Attachment
from portfolio.models.base import Base, database_now, internal, rows_changed
from portfolio.models.consent import Consent
from portfolio.models.draft import Draft
from portfolio.models.filing import file_names
from portfolio.models.kept_consent import released
from portfolio.models.organisation import Membership
from portfolio.models.person import Person
from portfolio.models.portfolio import Portfolio
from portfolio.models.sign_in import SignIn
from portfolio.models.takeaway import Takeaway, piece_names
from portfolio.models.upload import Upload, piece_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Column
    from sqlalchemy.orm import Session

# So many ids are asked for at once.
BATCH = 400


class ErasureMark(Base):
    """How many erasures the list outside held at least, and the code of the last; one row."""

    __tablename__ = "erasure_mark"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = internal(Integer, primary_key=True, erase="keep")
    count: Mapped[int] = internal(Integer, erase="keep")
    code: Mapped[str] = internal(String(64), erase="keep")


@dataclass(frozen=True)
class Whole:
    """All that is known of somebody: their ids and the ids of their keys."""

    person_id: str
    portfolio_id: str | None
    key_ids: tuple[str, ...]


def read_mark(session: Session) -> tuple[int, str] | None:
    """Give how many erasures there were at least, and the code of the last of them."""
    row = session.execute(select(ErasureMark.count, ErasureMark.code)).first()
    return (row[0], row[1]) if row else None


def move_mark(session: Session, count: int, code: str) -> None:
    """Note how long the list is. The mark never moves back. Begin for writing before."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Two processes that start together both find no mark: the later list counts.
    statement = make(ErasureMark).values(id=1, count=count, code=code)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[ErasureMark.id],
            set_={"count": count, "code": code},
            where=ErasureMark.count < count,
        )
    )


def whole_of(session: Session, person_id: str) -> Whole | None:
    """Find somebody who is still there. None for whoever was erased, or never was."""
    keys = (Person.key_id, Portfolio.key_id, Portfolio.gezondheid_key_id, Portfolio.gezin_key_id)
    chosen = (
        select(Portfolio.id, *keys)
        .select_from(Person)
        .outerjoin(Portfolio, Portfolio.person_id == Person.id)
    )
    row = session.execute(chosen.where(Person.id == person_id, Person.sign_in_name != b"")).first()
    return Whole(person_id, row[0], tuple(key for key in row[1:] if key)) if row else None


def holds_for(session: Session, person_id: str, which: ColumnElement[bool]) -> bool:
    """Tell whether a condition holds for a person at this moment."""
    found = select(Person.id).where(Person.id == person_id, which)
    return session.scalars(found).first() is not None


def still_here(session: Session, person_ids: Iterable[str]) -> set[str]:
    """Tell which of these people still have rows."""
    wanted, found = list(person_ids), set[str]()
    for start in range(0, len(wanted), BATCH):
        some = Person.id.in_(wanted[start : start + BATCH])
        found |= set(session.scalars(select(Person.id).where(some, Person.sign_in_name != b"")))
    return found


def shut_out(session: Session, whole: Whole) -> None:
    """End what lets somebody in, and what lets others look: before the long work begins."""
    now = database_now()
    for statement in (
        update(SignIn).where(SignIn.person_id == whole.person_id, SignIn.ended_at.is_(None)),
        update(Membership).where(
            Membership.person_id == whole.person_id, Membership.ended_at.is_(None)
        ),
    ):
        rows_changed(session, statement.values(ended_at=now))
    if whole.portfolio_id:
        mine = (Consent.portfolio_id == whole.portfolio_id, Consent.withdrawn_at.is_(None))
        # In the order of everybody who holds consents: whoever is reading ends first.
        session.execute(select(Consent.id).where(*mine).order_by(Consent.id).with_for_update())
        rows_changed(session, update(Consent).where(*mine).values(withdrawn_at=now))


def hold_whole(session: Session, whole: Whole) -> None:
    """Hold a person and their map: nothing is hung on them until the end of the transaction."""
    if whole.portfolio_id:
        mine = Consent.portfolio_id == whole.portfolio_id
        session.execute(select(Consent.id).where(mine).order_by(Consent.id).with_for_update())
        map_row = select(Portfolio.id).where(Portfolio.id == whole.portfolio_id)
        session.execute(map_row.with_for_update())
    session.execute(select(Person.id).where(Person.id == whole.person_id).with_for_update())


def files_of(session: Session, whole: Whole) -> list[str]:
    """Name every file that is somebody's, also those on their way."""
    found = rows_of(whole)
    attached = select(Attachment.kind, Attachment.file_id).where(found[_table(Attachment)])
    coming = select(Upload.id, Upload.pieces).where(found[_table(Upload)])
    taken = select(Takeaway.id, Takeaway.turn, Takeaway.pieces).where(found[_table(Takeaway)])
    return [
        *(name for row in session.execute(taken) for name in piece_names(*row)),
        *file_names((row[0], row[1]) for row in session.execute(attached)),
        *piece_files((row[0], row[1]) for row in session.execute(coming)),
    ]


def remove_rows(session: Session, whole: Whole) -> None:
    """Remove every row of somebody. Of who had a seat a row without a name stays.

    What others keep about a member (a consent, a reading, a talk) is theirs, and points there.
    """
    found = rows_of(whole)
    for column in _forgetting():
        # The row is another's and stays; it forgets who.
        theirs = _pointing(column, whole, found)
        if theirs is None:
            continue
        rows_changed(session, update(column.table).where(theirs).values({column.name: None}))
    # What was agreed goes with its map, and with nothing else.
    with released(session, whole.portfolio_id) if whole.portfolio_id else nullcontext():
        for table in reversed(Base.metadata.sorted_tables):
            if table in found and table is not _table(Person):
                rows_changed(session, delete(table).where(found[table]))
    chosen = select(Membership.id).where(Membership.person_id == whole.person_id)
    seats = session.scalars(chosen).all()
    if not seats:
        rows_changed(session, delete(Person).where(Person.id == whole.person_id))
        return
    for seat in seats:
        emptied = {"code": b"", "phone": None, "hours": None}
        fresh = {"code_hash": new_id(), "public_id": new_id()}
        row = update(Membership).where(Membership.id == seat)
        rows_changed(session, row.values(**emptied, **fresh))
    rows_changed(
        session,
        update(Person)
        .where(Person.id == whole.person_id)
        .values(
            sign_in_hash=new_id(),
            sign_in_name=b"",
            display_name=b"",
            language="nl",
            mode="nl",
            age_group="18+",
            leaving_at=None,
            rest_told_at=None,
            rest_told_again_at=None,
        ),
    )


def rows_of(whole: Whole) -> dict[Table, ColumnElement[bool]]:
    """Say for each table which rows are somebody's: those that point to them, however far.

    A column declares what erasing does where it points: the row goes along (`row`), forgets
    (`forget`), or stays as it is (`keep`).
    """
    person, portfolio = _table(Person), _table(Portfolio)
    found: dict[Table, ColumnElement[bool]] = {person: person.c.id == whole.person_id}
    for table in Base.metadata.sorted_tables:
        pointing = [
            _pointing(column, whole, found)
            for column in table.columns
            if column.info.get("erase") == "row" and column.foreign_keys
        ]
        if table is _table(Draft):
            # Also what another was writing in this map.
            pointing.append(Draft.key_id.in_(whole.key_ids))
        if table is portfolio:
            pointing = [portfolio.c.person_id == whole.person_id]
        conditions = [each for each in pointing if each is not None]
        if conditions and table is not person:
            found[table] = or_(*conditions)
    return found


def _pointing(
    column: Column[Any], whole: Whole, found: dict[Table, ColumnElement[bool]]
) -> ColumnElement[bool] | None:
    """Say in SQL that a column points to somebody's row; None when it points elsewhere."""
    (key,) = column.foreign_keys
    parent = key.column.table
    if parent is column.table:
        return None
    if parent is _table(Person):
        return column == whole.person_id
    if parent is _table(Portfolio):
        return column == whole.portfolio_id if whole.portfolio_id else false()
    if parent not in found:
        return None
    return column.in_(select(key.column).where(found[parent]))


def _forgetting() -> list[Column[Any]]:
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("erase") == "forget"
    ]


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]
