"""What every table shares: the base, the classes of columns, time, and how a write begins.

Each column says what it is (public, internal or sealed), whether the owner's export holds
it, and what erasing does to it. A test refuses a column that says nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    literal,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    MappedColumn,
    Session,
    mapped_column,
)
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from portfolio.keyring import new_id

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.dml import UpdateBase

# row: goes with its row; key: unreadable as soon as the key is destroyed, then the row goes;
# keep: says nothing about a person and may stay; forget: the row is another's and stays, and
# no longer says who.
Erasure = Literal["row", "key", "keep", "forget"]
ID = String(32)


class Base(DeclarativeBase):
    """The base of every table of the data store."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite has no time zone, so there the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a time zone cannot be stored"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class database_now(FunctionElement[datetime]):  # noqa: N801 -- reads as an SQL function
    """The later of the database's clock and the stored high-water mark.

    A clock that is set back never makes an expired consent valid again.
    """

    type = UtcDateTime()
    inherit_cache = True
    name = "database_now"


@compiles(database_now, "sqlite")
def _now_sqlite(_element: database_now, _compiler: SQLCompiler, **_kw: Any) -> str:
    return (
        "max(strftime('%Y-%m-%d %H:%M:%f000', 'now'), "
        "coalesce((SELECT seen_at FROM clock_mark WHERE id = 1), ''))"
    )


@compiles(database_now, "postgresql")
def _now_postgresql(_element: database_now, _compiler: SQLCompiler, **_kw: Any) -> str:
    return "greatest(clock_timestamp(), (SELECT seen_at FROM clock_mark WHERE id = 1))"


def public(*args: Any, export: bool = False, erase: Erasure = "keep", **kw: Any) -> Any:
    """Declare a column that everybody may know."""
    return _declared({"class": "public", "export": export, "erase": erase}, args, kw)


def internal(*args: Any, export: bool = False, erase: Erasure = "row", **kw: Any) -> Any:
    """Declare a column that is not sealed by choice: ids, dates, keys of leefgebieden, states."""
    return _declared({"class": "internal", "export": export, "erase": erase}, args, kw)


def sealed(*, export: bool = True, **kw: Any) -> Any:
    """Declare a column that says something about a person: sealed bytes, nothing else."""
    return _declared({"class": "sealed", "export": export, "erase": "key"}, (LargeBinary,), kw)


def _declared(
    info: dict[str, object], args: tuple[Any, ...], kw: dict[str, Any]
) -> MappedColumn[Any]:
    return mapped_column(*args, info=info, **kw)


def identity() -> Any:
    """Declare a random id, drawn before anything is sealed for its row."""
    return internal(ID, primary_key=True, default=new_id, export=True)


def begin(session: Session, *, writing: bool) -> None:
    """Begin a transaction, ending one that only read. Whoever will write says so here."""
    if session.in_transaction():
        session.rollback()
    session.connection(execution_options={"writing": writing})


def rows_changed(session: Session, statement: UpdateBase) -> int:
    """Change rows by a statement, past what the session holds; gives how many were changed."""
    done: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)


def end_now(
    session: Session,
    model: type[Base],
    moment: InstrumentedAttribute[datetime | None],
    *which: ColumnElement[bool],
) -> int:
    """Set the moment of an end, where there is none yet; gives how many ended.

    Whoever is reading is waited for first, and the time is asked only then: otherwise the end
    would lie before a reading that it let through.
    """
    ending, row_id = (moment.is_(None), *which), model.__table__.c.id
    session.execute(select(row_id).where(*ending).order_by(row_id).with_for_update()).all()
    return rows_changed(session, update(model).where(*ending).values({moment.key: database_now()}))


def clock(session: Session) -> datetime:
    """Ask the database what time it is, in UTC."""
    return session.scalars(select(database_now())).one()


def before_now(span: timedelta) -> ColumnElement[datetime]:
    """Say in SQL: so long ago."""
    return cast("ColumnElement[datetime]", _before_now(span))


class _before_now(FunctionElement[datetime]):  # noqa: N801 -- reads as an SQL function
    type = UtcDateTime()
    inherit_cache = True
    name = "before_now"

    def __init__(self, span: timedelta) -> None:
        super().__init__(literal(int(span.total_seconds())))


@compiles(_before_now, "sqlite")
def _before_now_sqlite(element: _before_now, compiler: SQLCompiler, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    now = compiler.process(database_now(), **kw)
    return f"strftime('%Y-%m-%d %H:%M:%f000', {now}, '-' || {seconds} || ' seconds')"


@compiles(_before_now, "postgresql")
def _before_now_postgresql(element: _before_now, compiler: SQLCompiler, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    now = compiler.process(database_now(), **kw)
    return f"({now} - make_interval(secs => {seconds}))"
