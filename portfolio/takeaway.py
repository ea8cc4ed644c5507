"""Making the file with everything: a page to read, JSON with a schema, and all files.

What lives here: packing, piece by piece, each sealed before it is kept. What does not: what the
JSON means (schema.py), and who may have it: views/takeaway.py passes the gate at the start and at
each piece. The maker works for the owner alone and reads only rows that are theirs.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import zipfile
from typing import TYPE_CHECKING, Any

from flask import render_template
from sqlalchemy import LargeBinary, select

from portfolio.data import LEEFGEBIEDEN
from portfolio.events import record
from portfolio.extensions import db, keyring, media_store
from portfolio.keyring import SealBrokenError
from portfolio.languages import LANGUAGES, mark, translate
from portfolio.media.store import StoreDownError
from portfolio.models.attachment import PAPER, PHOTO, SOUND, Attachment
from portfolio.models.base import Base, begin
from portfolio.models.erasure import Whole, rows_of, whole_of
from portfolio.models.filing import HEARD, LARGE, PRINTED, open_file
from portfolio.models.portfolio import Portfolio
from portfolio.models.takeaway import (
    FAILED,
    READY,
    claim,
    exported,
    note,
    piece_name,
    piece_names,
    rows_taken,
    tables_taken,
)
from portfolio.schema import NOT_TAKEN, SCHEMA_PATH, VERSION, schema

if TYPE_CHECKING:
    from flask import Flask

    from portfolio.keyring import DataKey

LOGGER = logging.getLogger("portfolio")
PIECE = 1024 * 1024
# What somebody opens later, and the name and kind under which it lies in the file.
KINDS = {
    PHOTO: (LARGE, "foto", "jpg"),
    SOUND: (HEARD, "geluid", "m4a"),
    PAPER: (PRINTED, "papier", "pdf"),
}
# What begins like this, a spreadsheet would work out instead of show.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# How the page to read calls what is in it.
TITLE, HERE, ALSO = mark("Mijn map"), mark("Hier staat alles uit je map."), mark("Ook in je map")
WITH_FILES = mark("Bestanden")
CALLED = {
    "person": mark("Over mij"),
    "answer": mark("Mijn plan"),
    "goal": mark("Mijn doelen"),
    "goal_step": mark("Mijn stappen"),
    "talk": mark("Gesprekken"),
    "agreement": mark("Afspraken"),
    "comment": mark("Reacties"),
    "consent": mark("Delen"),
    "access_log": mark("Wie heeft gekeken?"),
    "route": mark("Mijn leerroute"),
    "wellbeing": mark("Hoe gaat het met me?"),
}


class StoppedError(Exception):
    """It was stopped, erased, or is made by another by now."""


class Pieces(io.RawIOBase):
    """Where the ZIP is written: full pieces are sealed and kept at once, never a whole file."""

    def __init__(self, row_id: str, turn: int, key: DataKey) -> None:
        self._row_id, self._turn, self._key = row_id, turn, key
        self._held = bytearray()
        self.count = self.size = 0

    def writable(self) -> bool:
        """Say that this can be written to; it can be neither read nor searched."""
        return True

    def write(self, content: Any) -> int:
        """Take in bytes."""
        self._held += content
        while len(self._held) >= PIECE:
            self._put(bytes(self._held[:PIECE]))
            del self._held[:PIECE]
        return len(content)

    def end(self) -> None:
        """Keep what is left."""
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()

    def _put(self, content: bytes) -> None:
        name = piece_name(self._row_id, self._turn, self.count)
        media_store().put(name, self._key.seal_file(name, content), replace=True)
        self.count, self.size = self.count + 1, self.size + len(content)


def make_next(app: Flask) -> bool:
    """Make the next file that somebody waits for. False when nobody waits."""
    # The page in it is made as any page is, in the owner's language; nobody asks for it.
    with app.test_request_context():
        begin(db.session, writing=True)
        claimed = claim(db.session)
        db.session.commit()
        if claimed is None:
            return False
        row_id, portfolio_id, turn = claimed
        try:
            _make(row_id, portfolio_id, turn)
        except StoppedError:
            pass
        except StoreDownError as error:
            LOGGER.warning("a file to take along waits for room: %s", error)
            begin(db.session, writing=True)
            note(db.session, row_id, turn, state=FAILED)
            db.session.commit()
        return True


def _make(row_id: str, portfolio_id: str, turn: int) -> None:
    begin(db.session, writing=False)
    owner = select(Portfolio.person_id, Portfolio.key_id).where(Portfolio.id == portfolio_id)
    person_id, key_id = db.session.execute(owner).one()
    whole = whole_of(db.session, person_id)
    keys = keyring().fetch(whole.key_ids) if whole else {}
    if whole is None or key_id not in keys:
        raise StoppedError
    pieces = Pieces(row_id, turn, keys[key_id])
    try:
        _pack(whole, keys, pieces, row_id, turn)
        _note(row_id, turn, state=READY, pieces=pieces.count, size=pieces.size)
    except BaseException:
        db.session.rollback()
        media_store().delete(piece_names(row_id, turn, pieces.count))
        raise
    record("takeaway_made", portfolio=portfolio_id)


def _pack(whole: Whole, keys: dict[str, DataKey], pieces: Pieces, row_id: str, turn: int) -> None:
    found, files = read_all(whole, keys)
    db.session.rollback()
    _note(row_id, turn, done=0, total=len(files))
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as out:
        missing = []
        for number, (row, name) in enumerate(files, start=1):
            part = KINDS[row.kind][0]
            try:
                content = open_file(media_store(), keys[row.key_id], row.file_id, part)
            except (FileNotFoundError, SealBrokenError):
                missing.append(name)
                continue
            # These are packed already.
            out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_STORED)
            _note(row_id, turn, done=number, pieces=pieces.count)
        names = {row.id: name for row, name in files if name not in missing}
        all_of_it = {
            "schema": SCHEMA_PATH,
            "version": VERSION,
            "files": names,
            "missing": missing,
            "tables": found,
        }
        out.writestr("mijn-map.json", json.dumps(all_of_it, ensure_ascii=False, indent=1))
        out.writestr("schema.json", json.dumps(schema(), indent=1))
        out.writestr("lijst.csv", list_of(found))
        out.writestr("lees-mij.html", readable(found, names))
    pieces.end()


def _note(row_id: str, turn: int, **facts: int | str) -> None:
    """Say how far it is, and stop when nobody waits for it any more."""
    begin(db.session, writing=True)
    there = note(db.session, row_id, turn, **facts)
    db.session.commit()
    if not there:
        raise StoppedError


def read_all(
    whole: Whole, keys: dict[str, DataKey]
) -> tuple[dict[str, list[dict[str, Any]]], list[tuple[Attachment, str]]]:
    """Read every row of somebody's that a column declares as exported, and name their files."""
    mine = rows_of(whole)
    found = {
        table.name: rows_taken(db.session, table, mine[table], keys.values())
        for table in tables_taken()
        if table in mine and table.name not in NOT_TAKEN
    }
    place_of = {row["id"]: row["leefgebied"] for row in found["entry"]}
    chosen = select(Attachment).where(mine[Base.metadata.tables["attachment"]])
    rows = db.session.scalars(chosen.order_by(Attachment.created_at, Attachment.id)).all()
    files = []
    for number, row in enumerate(rows, start=1):
        _part, word, ending = KINDS[row.kind]
        folder = place_of.get(row.entry_id or "", "plan-en-reacties")
        files.append((row, f"bestanden/{folder}/{word}-{number}.{ending}"))
    return found, files


def safe_cell(text: str) -> str:
    """Keep a spreadsheet from working out what somebody wrote. ASVS 1.2.10."""
    return f"'{text}" if text.startswith(FORMULA) else text


def list_of(found: dict[str, list[dict[str, Any]]]) -> str:
    """Write the list of what is in the map, for a spreadsheet."""
    out = io.StringIO()
    # A mark at the beginning, by which spreadsheets know the script.
    out.write("\ufeff")
    rows = csv.writer(out, quoting=csv.QUOTE_ALL)
    rows.writerow(["leefgebied", "taal", "titel", "verhaal"])
    about = {row["id"]: row["leefgebied"] for row in found["entry"]}
    for text in found["entry_text"]:
        cells = (about.get(text["entry_id"], ""), text["lang"], text["title"], text["story"])
        rows.writerow([safe_cell(str(cell or "")) for cell in cells])
    return out.getvalue()


def readable(found: dict[str, list[dict[str, Any]]], names: dict[str, str]) -> str:
    """Make the page to read: what is in the map by leefgebied, then all other words."""
    texts: dict[str, list[dict[str, Any]]] = {}
    for text in found["entry_text"]:
        texts.setdefault(text["entry_id"], []).append(text)
    by_place: dict[str, list[dict[str, Any]]] = {key: [] for key in LEEFGEBIEDEN}
    for entry in found["entry"]:
        by_place.setdefault(entry["leefgebied"], []).append(
            {**entry, "texts": texts.get(entry["id"], []), "told": list(words_in(entry["details"]))}
        )
    others = {
        table: [list(words_in([row[name] for name in _sealed(table)])) for row in rows]
        for table, rows in found.items()
        if table not in ("entry", "entry_text") and _sealed(table)
    }
    person = found["person"][0]
    return render_template(
        "takeaway/readable.html",
        said={"title": TITLE, "here": HERE, "also": ALSO, "files": WITH_FILES},
        called=CALLED,
        both=lambda text: _in_both(person["language"], text),
        person=person,
        by_place={key: rows for key, rows in by_place.items() if rows},
        others={table: rows for table, rows in others.items() if any(rows)},
        files=sorted(names.values()),
    )


def _in_both(language: str, text: str) -> str:
    """Say a label in Dutch, and beside it in somebody's own language."""
    own = translate(language, text) if language in LANGUAGES else text
    return text if own == text else f"{text} · {own}"


def _sealed(table: str) -> list[str]:
    columns = exported(Base.metadata.tables[table])
    return [column.name for column in columns if isinstance(column.type, LargeBinary)]


def words_in(value: Any) -> list[str]:
    """List the words in something that was kept whole."""
    if isinstance(value, str):
        return [value] if value else []
    each = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [word for one in each for word in words_in(one)]
