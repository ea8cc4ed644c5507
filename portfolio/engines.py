"""How a database connection of ours behaves: one place for data and keyring alike.

What lives here: pragmas, their reading back, and how a transaction begins.
What does not: tables, sessions, and anything that knows a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

# journal_mode persists in the file; the others do not and are set on every connection.
# FULL: WAL with NORMAL lost acknowledged writes in simulated power cuts.
PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 20_000,
    "secure_delete": 1,
}
WRITING = {"writing": True}


def prepare(engine: Engine) -> Engine:
    """Make every connection of this engine safe to use; PostgreSQL needs nothing."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling would begin too late; _begin does it.
    connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's own attribute
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}")
    for name, wanted in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {wanted}")
        cursor.execute(f"PRAGMA {name}")
        row: Any = cursor.fetchone()
        if row is None or row[0] != wanted:
            message = f"SQLite did not take PRAGMA {name} = {wanted}."
            raise RuntimeError(message)
    cursor.close()


def _begin(connection: Connection) -> None:
    # An upgrade from reading to writing fails at once in SQLite when another writes,
    # so whoever is going to write says so at the beginning.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
