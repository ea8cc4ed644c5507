"""Putting a backup back, into an empty place only.

What lives here: the order. First the whole backup, the keyring and the erasure list are
checked; then a mark is set that lets no server start; then files, then all rows in one
transaction, every sign-in ended; then all that is shared is withheld until its owner looked
(models/restored.py) and the erasure list is replayed; then the mark goes. A restore that breaks
off is begun again with the same command. What does not live here: the format (backup.py), and
the keyring, which has to be back first (keyring_backup.py).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, func, inspect, select, text

from portfolio.backup import Backup, BackupError, signature, tables_of
from portfolio.config import NOTES, RESTORING
from portfolio.erasure import check_list, erasure_list, take_up
from portfolio.extensions import db, keyring, media_store, settings
from portfolio.migrations import migrate
from portfolio.models.base import begin
from portfolio.models.restored import hold_back

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flask import Flask

    from portfolio.config import Settings

KEY_COLUMNS = ("key_id", "gezondheid_key_id", "gezin_key_id")
BATCH = 200


def restore(app: Flask, path: Path, place: Settings, *, without_keys: bool = False) -> int:
    """Put a backup back; gives how many people of the erasure list were in it.

    `app`: stores joined, nothing else (keeping_stores). Raises BackupError and
    ErasureListError before anything is written.
    """
    with app.app_context(), path.open("rb") as file:
        backup = Backup(file)
        backup.check(signature)
        _check_erasures(backup)
        if not without_keys:
            _check_keys(backup)
        mark = place.data_folder / RESTORING
        _check_empty(again=mark.exists())
        place.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch()
        _keep_name(place.data_folder)
        _write(backup)
        gone = _finish()
        mark.unlink()
        _keep_name(place.data_folder)
        return gone


def _check_erasures(backup: Backup) -> None:
    """The list must be there, ours, and at least as long as it was at the backup."""
    marks = list(backup.rows("erasure_mark", zoned=False))
    found = erasure_list()
    lines = found.read()
    codes = [found.first_code, *(line.code for line in lines)]
    for mark in marks:
        if len(lines) < mark["count"] or codes[mark["count"]] != mark["code"]:
            message = f"The erasure list {found.path} is older than the backup: bring the newest."
            raise BackupError(message)


def _check_keys(backup: Backup) -> None:
    """A keyring older than the backup would lose whole maps without a word."""
    erased = {key for line in erasure_list().read() for key in line.key_ids}
    named = {
        row[column]
        for table in ("person", "portfolio", "organisation")
        for row in backup.rows(table, zoned=False)
        for column in KEY_COLUMNS
        if row.get(column) and (table != "person" or row["sign_in_name"] != b"")
    } - erased
    lost = len(named - keyring().fetch(named).keys())
    if lost:
        message = f"The keyring lacks {lost} keys of this backup: it is older than the backup."
        raise BackupError(message)


def _check_empty(*, again: bool) -> None:
    engine = db.engine
    here = inspect(engine).get_table_names()
    used = 0
    if "person" in here:
        with engine.connect() as connection:
            for name in ("person", "organisation"):
                used += connection.scalar(select(func.count()).select_from(text(name))) or 0
    if used and not again:
        message = "There are data already: a backup is put back into an empty place only."
        raise BackupError(message)
    if not again and next(iter(media_store().names()), None) is not None:
        message = "There are files already: a backup is put back into an empty place only."
        raise BackupError(message)


def _write(backup: Backup) -> None:
    for name in backup.files():
        media_store().put(name, backup.file(name), replace=True)
    engine = db.engine
    # The schema of the backup first, and from there to ours: rows are never guessed at.
    with engine.connect() as connection:
        there = inspect(connection).has_table("alembic_version")
        now = connection.scalar(text("SELECT version_num FROM alembic_version")) if there else None
        connection.rollback()
    revision = backup.facts["revision"]
    if now is None:
        migrate(engine, "data", revision)
    elif now != revision:
        # An empty place: nothing is lost by going back to the schema of the backup.
        with engine.connect().execution_options(writing=True) as connection:
            _clear(connection, tables_of(connection))
            connection.commit()
        migrate(engine, "data", "base")
        migrate(engine, "data", revision)
    with engine.connect().execution_options(writing=True) as connection:
        tables = tables_of(connection)
        if {table.name for table in tables} != set(backup.facts["counts"]):
            message = "The tables of the backup are not those of its schema."
            raise BackupError(message)
        _clear(connection, tables)
        for table in tables:
            _fill(connection, table, backup)
        ended = "UPDATE sign_in SET ended_at = seen_at WHERE ended_at IS NULL"
        connection.execute(text(ended))
        connection.commit()
    migrate(engine, "data")


def _clear(connection: Connection, tables: list[Table]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = 1")
    there = {table.name: table for table in tables}
    release = there.pop("consent_release", None)
    if release is not None:
        # What was agreed is never taken away, but for a whole map; here all maps go.
        maps = select(there["consent"].c.portfolio_id).distinct()
        connection.execute(release.delete())
        connection.execute(release.insert().from_select(["portfolio_id"], maps))
    for table in reversed(list(there.values())):
        connection.execute(table.delete())
    if release is not None:
        connection.execute(release.delete())


def _fill(connection: Connection, table: Table, backup: Backup) -> None:
    zoned = connection.dialect.name == "postgresql"
    rows = list(backup.rows(table.name, zoned=zoned))
    if len(rows) != backup.facts["counts"][table.name]:
        message = f"The rows of {table.name} are not all there."
        raise BackupError(message)
    for some in _batches(_parents_first(table, rows)):
        connection.execute(table.insert(), some)


def _batches(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _parents_first(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put rows behind those of the same table that they point at."""
    own = [
        key.parent.name
        for key in table.foreign_keys
        if key.column.table is table and key.parent.name != "id"
    ]
    if not own:
        return rows
    done: list[dict[str, Any]] = []
    placed: set[Any] = set()
    while rows:
        ready = [row for row in rows if all(row[name] in {None, *placed} for name in own)]
        if not ready:
            return done + rows
        done += ready
        placed |= {row["id"] for row in ready}
        rows = [row for row in rows if row["id"] not in placed]
    return done


def _finish() -> int:
    check_list()
    # These data are older on purpose: the ends noted for the newer ones are kept aside.
    notes = settings().erasure_folder / NOTES
    if notes.exists():
        notes.rename(notes.with_name(f"{NOTES}.before-restore"))
    begin(db.session, writing=True)
    hold_back(db.session)
    db.session.commit()
    return take_up()


def _keep_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
