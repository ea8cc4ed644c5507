"""How a database connection of ours behaves: one place for data and keyring alike.

What lives here: pragmas, their reading back, and how a transaction begins.
What does not: tables, sessions, and anything that knows a person.
"""

from __future__ import annotations

import threading
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
LONGEST_TURN = 5.0


def prepare(engine: Engine) -> Engine:
    """Make every connection of this engine safe to use; PostgreSQL needs nothing."""
    if engine.dialect.name == "sqlite":
        turn = Turn()
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", turn.begin)
        event.listen(engine, "commit", turn.end)
        event.listen(engine, "rollback", turn.end)
        event.listen(engine, "checkin", turn.left)
    return engine


class Turn:
    """Whose turn it is to write, among the threads of this process.

    SQLite lets whoever waits for the database sleep ever longer between two looks; a lock of
    ours wakes the next one at once. The database's own lock stays what counts, between
    processes as well: this one may be handed on a moment early, and never waits for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Begin a transaction; a writing one waits for its turn."""
        # An upgrade from reading to writing fails at once in SQLite when another writes,
        # so whoever is going to write says so at the beginning.
        if not connection.get_execution_options().get("writing"):
            connection.exec_driver_sql("BEGIN")
            return
        connection.info["turn"] = self._lock.acquire(timeout=LONGEST_TURN)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            self.end(connection)
            raise

    def end(self, connection: Connection) -> None:
        """Give the turn to the next."""
        self._give(connection.info)

    def left(self, _connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        """Give the turn of a connection that was dropped without an end."""
        self._give(entry.info)

    def _give(self, info: dict[Any, Any]) -> None:
        if info.pop("turn", False):
            self._lock.release()


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling would begin too late; _begin does it.
    connection.isolation_level = None
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
