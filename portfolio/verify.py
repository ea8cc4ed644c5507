"""Finding what was changed, lost or added behind our back.

What lives here: going through all maps, files and keys, one line for each finding, and the
note of where each chain ended, outside both databases: a database that was rolled back or cut
with its own heads is found by the next look. What does not: how a chain is made
(models/chain.py, models/version.py, models/security_event.py).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portfolio import security_log
from portfolio.config import NOTES
from portfolio.erasure import check_list
from portfolio.extensions import db, keyring, media_store, settings
from portfolio.keyring import SealBrokenError, data_key
from portfolio.left_behind import NAMES_A_KEY
from portfolio.models import Attachment, Portfolio
from portfolio.models.base import begin
from portfolio.models.chain import HEADS, read_head
from portfolio.models.filing import FILES, file_name, file_names
from portfolio.models.portfolio import PortfolioKeys, open_keys
from portfolio.models.security_event import broken_events, code_at
from portfolio.models.takeaway import Takeaway, piece_names
from portfolio.models.unbroken import broken_chains
from portfolio.models.upload import Upload, piece_files, piece_name
from portfolio.models.version import broken_versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

SECURITY = "security"


@dataclass
class Verified:
    """What was looked at, and what is wrong."""

    maps: int = 0
    files: int = 0
    keys: int = 0
    wrong: list[str] = field(default_factory=list)
    # Left for the sweep: said, and no fault.
    left: list[str] = field(default_factory=list)


def verify(app: Flask) -> tuple[int, list[str]]:
    """Check everything; gives how many maps there were, and a line for whatever is wrong."""
    found = look(app)
    return found.maps, found.wrong


def look(app: Flask) -> Verified:
    """Check everything, and note the ends of all chains when all is well.

    A map whose keys are gone by the erasure list is none to check.
    """
    found = Verified()
    with app.app_context():
        erased = {key for line in check_list() for key in line.key_ids}
        begin(db.session, writing=False)
        rows = db.session.scalars(select(Portfolio).order_by(Portfolio.id)).all()
        keys = open_keys(db.session, keyring(), [row.id for row in rows])
        heads: dict[str, list[Any]] = {}
        for row in rows:
            if row.id in keys:
                found.maps += 1
                found.wrong += _broken_chains(row, keys[row.id], heads)
        found.wrong += _check_files(found)
        _check_keys(found, erased)
        found.wrong += broken_events(db.session, security_log.chain_secret())
        heads[SECURITY] = list(security_log.head())
        found.wrong += _cut_since(heads)
        db.session.rollback()
        if not found.wrong:
            _note(heads)
    return found


def _broken_chains(
    row: Portfolio, keys: PortfolioKeys, heads: dict[str, list[Any]]
) -> Iterator[str]:
    try:
        yield from broken_versions(db.session, row, keys)
        yield from broken_chains(db.session, row, keys)
        for head in HEADS:
            link = read_head(row, head, keys)
            heads[f"{row.id}/{head}"] = [link.number, link.code]
    except SealBrokenError as error:
        yield f"portfolio {row.id}: {error}"


def _check_files(found: Verified) -> Iterator[str]:
    """Open every file that a row names, and name every file that no row does."""
    kept = set(media_store().names())
    rows = db.session.execute(
        select(Attachment.id, Attachment.kind, Attachment.file_id, Attachment.key_id)
    ).all()
    coming = db.session.execute(select(Upload.id, Upload.pieces)).all()
    taken = db.session.execute(select(Takeaway.id, Takeaway.turn, Takeaway.pieces)).all()
    opened = keyring().fetch({row.key_id for row in rows})
    for row in rows:
        if row.key_id not in opened:
            continue
        for part in FILES[row.kind]:
            found.files += 1
            name = file_name(row.file_id, part)
            try:
                for _chunk in opened[row.key_id].open_file(name, media_store().get(name)):
                    pass
            except FileNotFoundError:
                yield f"file {name} of attachment {row.id} is missing"
            except SealBrokenError:
                yield f"file {name} of attachment {row.id} is not what was kept"
    pieces = [piece_name(row[0], number) for row in coming for number in range(row[1])]
    yield from (f"piece {name} of an upload is missing" for name in pieces if name not in kept)
    known = {
        *file_names((row.kind, row.file_id) for row in rows),
        *piece_files((row[0], row[1]) for row in coming),
        *(name for row in taken for name in piece_names(*row)),
    }
    # A file comes before its row: one that nobody names goes with the next sweep.
    found.left += [f"file {name} belongs to no row" for name in sorted(kept - known)]


def _check_keys(found: Verified, erased: set[str]) -> None:
    with db.get_engine("keyring").connect() as connection:
        there = set(connection.scalars(select(data_key.c.id)))
    named = {
        key_id
        for column in NAMES_A_KEY
        for key_id in db.session.scalars(select(column).where(column.is_not(None)))
    }
    found.keys = len(there)
    found.wrong += [f"key {key} is missing" for key in sorted(named - there - erased)]
    left = sorted(key for key in there - named if not key.startswith("installation-"))
    found.left += [f"key {key} belongs to no row" for key in left]
    for key in sorted(there):
        try:
            keyring().fetch([key])
        except SealBrokenError:
            found.wrong.append(f"key {key} is not opened by the master key")


def _cut_since(heads: dict[str, list[Any]]) -> Iterator[str]:
    """Hold the ends of all chains against what was noted at the last look."""
    path = _place()
    if not path.exists():
        return
    said = json.loads(path.read_text(encoding="ascii"))
    if not hmac.compare_digest(_code(said["heads"]), said["code"]):
        yield f"{path} was changed"
        return
    for name, (number, code) in json.loads(said["heads"]).items():
        if name not in heads:
            # Erased since, with its whole chain.
            continue
        now, last = heads[name]
        if number > now or (number == now and code != last):
            yield f"chain {name} ended at {number} and ends at {now} now"
        elif name == SECURITY and number and code_at(db.session, number) != code:
            yield f"chain {name} was written anew before {number}"


def _note(heads: dict[str, list[Any]]) -> None:
    """Write the ends of all chains beside the erasure list, whole or not at all."""
    path = _place()
    said = json.dumps(heads, sort_keys=True)
    half = path.with_name(f"{path.name}.half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(json.dumps({"heads": said, "code": _code(said)}))
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)


def _place() -> Path:
    return settings().erasure_folder / NOTES


def _code(said: str) -> str:
    secret = keyring().installation_key("security").derive("heads")
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()
