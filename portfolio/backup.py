"""A backup: every row and every sealed file in one ZIP, whatever the databases are.

What lives here: taking it while the server runs, and reading it with every hash checked. Files
are copied first, and those that came meanwhile at the one moment of the database from which all
rows come; when one of those was just taken away, a later moment is taken. A list of all hashes
is signed under a key of the keyring, so that a changed backup is found, and one of another
keyring too. What does not live here: putting it back (restore.py), and the keyring, which is
kept apart (keyring_backup.py).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData, Table, select, text

from portfolio.config import ConfigurationError
from portfolio.extensions import db, keyring, media_store
from portfolio.models.filing import file_names
from portfolio.models.upload import piece_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from flask import Flask

FORMAT = "mijn-map-backup-1"
LIST, ROWS = "list.json", "rows"
# What a person asked to take along is made again; its rows and files last a day only.
LEFT_OUT = frozenset({"alembic_version", "takeaway"})
# A moment at which nothing was just being taken away comes soon, even where many write.
MOST_TURNS = 100
STEP = 1024 * 1024
LONGEST_LIST = 512 * STEP


class BackupError(ConfigurationError):
    """The backup cannot be made or is not what was made; one line says what is wrong."""


@dataclass(frozen=True)
class Made:
    """What went into a backup, and the files that a row names and nobody has."""

    rows: int
    files: int
    missing: tuple[str, ...]


def back_up(app: Flask, path: Path) -> Made:
    """Write a backup, whole or not at all. Raises BackupError when the name is in use."""
    half = path.with_name(f"{path.name}.half")
    if path.exists():
        message = f"{path} is there already; a backup never replaces another."
        raise BackupError(message)
    descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with app.app_context(), zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
                result = _write(made)
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename a link never replaces what came meanwhile.
        os.link(half, path)
    except FileExistsError:
        message = f"{path} is there already; a backup never replaces another."
        raise BackupError(message) from None
    finally:
        with suppress(FileNotFoundError):
            half.unlink()
    _keep_name(path.parent)
    return result


def _write(made: zipfile.ZipFile) -> Made:
    files: dict[str, str] = {}
    missing: set[str] = set()
    with one_moment() as connection:
        tables = tables_of(connection)
        names = _files_named(connection, tables)
        connection.rollback()
    # Most of them, whatever time it takes; what is new since is copied at the moment of the rows.
    for name in names:
        _copy(made, name, files)
    for turn in range(MOST_TURNS):
        with one_moment() as connection:
            names = _files_named(connection, tables)
            gone = {name for name in names if name not in files and not _copy(made, name, files)}
            # Missing at two moments in a row: it is not being taken away, it is lost.
            lost = gone & missing
            missing = gone
            if gone == lost or turn == MOST_TURNS - 1:
                hashes, counts, revision = _write_rows(made, connection, tables)
                break
            connection.rollback()
    wanted = {f"media/{name}": files[name] for name in names if name in files}
    facts = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision,
        "rows": ROWS,
        "counts": counts,
        "hashes": {**hashes, **wanted},
        "missing": sorted(missing),
    }
    said = json.dumps(facts, sort_keys=True)
    made.writestr(LIST, json.dumps({"facts": said, "code": signature(said)}))
    return Made(sum(counts.values()), len(wanted), tuple(sorted(missing)))


def signature(said: str) -> str:
    """Sign the list of a backup under a key that is there from the first start on."""
    secret = keyring().installation_key("cookies").derive("backup")
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()


def _write_rows(
    made: zipfile.ZipFile, connection: Connection, tables: list[Table]
) -> tuple[dict[str, str], dict[str, int], str]:
    hashes: dict[str, str] = {}
    counts: dict[str, int] = {}
    revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    for table in tables:
        name = f"{ROWS}/{table.name}"
        hashes[name], counts[table.name] = _write_table(made, name, connection, table)
    connection.rollback()
    return hashes, counts, revision


def one_moment() -> Connection:
    """Give a connection that sees the database as it is at one moment, whoever writes."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")
    # SQLite keeps the moment of the first reading until the transaction ends.
    return engine.connect()


def tables_of(connection: Connection) -> list[Table]:
    """Give the tables as they are in the database, in the order of their foreign keys."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def _write_table(
    made: zipfile.ZipFile, name: str, connection: Connection, table: Table
) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    rows = connection.execution_options(yield_per=200).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    with made.open(name, "w", force_zip64=True) as out:
        for row in rows:
            line = json.dumps([_said(value) for value in row]).encode() + b"\n"
            if not count:
                line = json.dumps([column.name for column in table.columns]).encode() + b"\n" + line
            digest.update(line)
            out.write(line)
            count += 1
    return digest.hexdigest(), count


def _said(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return {"moment": moment.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(type(value).__name__)


def heard(value: Any, *, zoned: bool) -> Any:
    """Read a value back. `zoned`: whether the database keeps moments with a zone."""
    match value:
        case {"bytes": said}:
            return base64.b64decode(said, validate=True)
        case {"moment": said}:
            moment = datetime.fromisoformat(said)
            return moment if zoned else moment.replace(tzinfo=None)
        case {"day": said}:
            return date.fromisoformat(said)
    return value


def _files_named(connection: Connection, tables: list[Table]) -> list[str]:
    named = {table.name: table for table in tables}
    attachment, upload = named["attachment"], named["upload"]
    kept = connection.execute(select(attachment.c.kind, attachment.c.file_id)).all()
    coming = connection.execute(select(upload.c.id, upload.c.pieces)).all()
    pieces = [piece_name(row[0], number) for row in coming for number in range(row[1])]
    return [*file_names((row[0], row[1]) for row in kept), *pieces]


def _copy(made: zipfile.ZipFile, name: str, files: dict[str, str]) -> bool:
    try:
        content = media_store().get(name)
    except FileNotFoundError:
        return False
    files[name] = hashlib.sha256(content).hexdigest()
    made.writestr(f"media/{name}", content)
    return True


class Backup:
    """A backup that is read: nothing of it is used before every hash was right."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            said = json.loads(self._read_list())
            self._said, self._code = str(said["facts"]), str(said["code"])
            facts = json.loads(self._said)
            known = facts["format"] == FORMAT
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
            known = False
        if not known:
            message = "This is not a backup of a portfolio, or its end is missing."
            raise BackupError(message)
        self.facts: dict[str, Any] = facts

    def _read_list(self) -> bytes:
        if self._zip.getinfo(LIST).file_size > LONGEST_LIST:
            raise ValueError(LIST)
        return self._zip.read(LIST)

    def check(self, sign: Callable[[str], str]) -> None:
        """See that the list is ours and that everything is as listed. Raises BackupError."""
        if not hmac.compare_digest(sign(self._said), self._code):
            message = (
                "The keyring is not the one of this backup: put that one back first with "
                "`portfolio keyring restore`. Or else the list of the backup was changed."
            )
            raise BackupError(message)
        wrong = [
            line for name, code in self.facts["hashes"].items() for line in self._wrong(name, code)
        ]
        if wrong:
            raise BackupError("; ".join(wrong[:20]))

    def _wrong(self, name: str, code: str) -> Iterator[str]:
        digest = hashlib.sha256()
        try:
            with self._zip.open(name) as file:
                while some := file.read(STEP):
                    digest.update(some)
        except KeyError:
            yield f"{name} is missing in the backup"
            return
        except (zipfile.BadZipFile, OSError, EOFError):
            yield f"{name} was changed in the backup"
            return
        if digest.hexdigest() != code:
            yield f"{name} was changed in the backup"

    def rows(self, table: str, *, zoned: bool) -> Iterator[dict[str, Any]]:
        """Give the rows of a table."""
        name = f"{self.facts['rows']}/{table}"
        with self._zip.open(name) as file:
            names: list[str] = []
            for line in file:
                values = json.loads(line)
                if not names:
                    names = values
                    continue
                yield {
                    each: heard(value, zoned=zoned)
                    for each, value in zip(names, values, strict=True)
                }

    def files(self) -> Iterable[str]:
        """Name the sealed files."""
        start = "media/"
        return [name[len(start) :] for name in self.facts["hashes"] if name.startswith(start)]

    def file(self, name: str) -> bytes:
        """Give one sealed file."""
        return self._zip.read(f"media/{name}")


def _keep_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
