"""A server that is killed while it writes loses nothing that it answered for."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname
from zlib import crc32

import httpx
from sqlalchemy import select

from portfolio import create_app
from portfolio.extensions import db, keyring, media_store
from portfolio.models import Attachment, Draft, Entry
from portfolio.models.draft import read_writing
from portfolio.models.entry import read_entries
from portfolio.models.filing import FILES, file_names, open_file
from portfolio.models.upload import Upload, piece_files
from portfolio.sweep import sweep
from tests import factories
from tests.faults.server import Caller, running
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from flask import Flask

    from portfolio.config import Settings
    from tests.people import Cast

WRITERS = 3
PHOTO, TONE = factories.picture("navy", (900, 700)), factories.tone()
PIECE = 4_000


@dataclass
class Acknowledged:
    """What the server said it kept."""

    titles: dict[str, str] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)


def write_until_killed(port: int, token: str, kept: Acknowledged, mark: str) -> None:
    """Add things one after the other, and note what was answered for."""
    try:
        caller = Caller(port, token)
        # Each writer begins with another kind of file, as a server lives for a second or so.
        first = crc32(mark.encode())
        for number in range(1000):
            _add_one(caller, kept, f"{mark} {number}", WAYS[(first + number) % len(WAYS)])
    except (httpx.HTTPError, OSError):
        return


def send_photo(caller: Caller, base: str) -> bool:
    """Send a photo whole."""
    photo = {"foto": ("foto.jpg", PHOTO, "image/jpeg")}
    return caller.post(f"{base}/foto", {}, photo).status_code == 303


def send_pieces(caller: Caller, base: str) -> bool:
    """Send a photo in pieces, as the script does."""
    for start in range(0, len(PHOTO), PIECE):
        said = {"kenmerk": "foto", "grootte": str(len(PHOTO)), "vanaf": str(start)}
        part = {"deel": ("deel", PHOTO[start : start + PIECE], "application/octet-stream")}
        caller.post(f"{base}/deel", said, part)
    return caller.post(f"{base}/foto", {"upload": "foto"}).status_code == 303


def send_sound(caller: Caller, base: str) -> bool:
    """Send a spoken story."""
    sound = {"geluid_0": ("opname.webm", TONE, "audio/webm")}
    return caller.post(f"{base}/verhaal", {"lang_0": "nl"}, sound).status_code == 303


def send_paper(caller: Caller, base: str) -> bool:
    """Send a paper of two photographed pages."""
    page = {"blad_camera": ("blad.jpg", PHOTO, "image/jpeg")}
    caller.post(f"{base}/papier", {"more": "1"}, page)
    return caller.post(f"{base}/papier", {}, page).status_code == 303


WAYS = (send_photo, send_pieces, send_sound, send_paper)


def _add_one(
    caller: Caller, kept: Acknowledged, title: str, send: Callable[[Caller, str], bool]
) -> None:
    begun = caller.post("/toevoegen", {"leefgebied": "werk"})
    assert begun.status_code == 303, begun.text[:300]
    base = begun.headers["Location"].rpartition("/")[0]
    draft_id = base.rpartition("/")[2]
    caller.get(f"{base}/titel")
    if caller.post(f"{base}/titel", {"title_0": title, "lang_0": "nl"}).status_code == 303:
        kept.titles[draft_id] = title
    if send(caller, base):
        kept.files[draft_id] = 1
    done = caller.post(f"{base}/klaar", {})
    if done.status_code == 303 and "/map/stuk/" in done.headers["Location"]:
        kept.entries[draft_id] = done.headers["Location"].rpartition("/")[2]


def check(app: Flask, cast: Cast, kept: Acknowledged) -> None:
    """Every acknowledged write is there; every attachment has its files, whole."""
    map_id = cast.amina.map_id
    keys = factories.keys_for(map_id)
    drafts = {row.id: row for row in db.session.scalars(select(Draft)).all()}
    found = read_entries(db.session, select(Entry), {map_id: keys})
    titles = {entry.id: [text.title.text for text in entry.texts] for entry in found}
    with_file = set(db.session.scalars(select(Attachment.entry_id)).all())
    for draft_id, title in kept.titles.items():
        entry_id = kept.entries.get(draft_id) or drafts[draft_id].result_id
        if entry_id:
            assert titles[entry_id] == [title]
            assert draft_id not in kept.files or entry_id in with_file
        else:
            writing = read_writing(drafts[draft_id], keys)
            assert [text.title for text in writing.texts] == [title]
    for row in db.session.scalars(select(Attachment)).all():
        key = keyring().fetch([row.key_id])[row.key_id]
        for part in FILES[row.kind]:
            assert open_file(media_store(), key, row.file_id, part)
    db.session.rollback()
    sweep(app, grace=timedelta(0))
    rows = db.session.scalars(select(Attachment)).all()
    known = set(file_names((row.kind, row.file_id) for row in rows))
    coming = db.session.scalars(select(Upload)).all()
    pieces = set(piece_files((row.id, row.pieces) for row in coming))
    assert known <= set(media_store().names()) <= known | pieces


def test_a_killed_server_keeps_what_it_answered_for(
    cast: Cast, settings: Settings, tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    """Ten times in a run on SQLite, three on PostgreSQL; 200 with --long. ASVS 2.3.3."""
    kills = 200 if request.config.getoption("--long") else {"sqlite": 10}.get(database, 3)
    token, kept = cast.amina.sign_in(), Acknowledged()
    close_engines(cast.amina.app)
    chance = random.Random(20261122)  # noqa: S311 -- the moments are drawn, and can be drawn again
    for turn in range(kills):
        with running(settings, tmp_path / "log.txt") as (process, port):
            writers = [
                threading.Thread(
                    target=write_until_killed, args=(port, token, kept, f"{turn}-{number}")
                )
                for number in range(WRITERS)
            ]
            before = len(kept.titles)
            for writer in writers:
                writer.start()
            until = time.monotonic() + 30
            while len(kept.titles) == before and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 1))
            process.kill()
            process.wait()
            for writer in writers:
                writer.join()
    app = create_app(settings)
    with app.app_context():
        assert len(kept.titles) >= kills
        check(app, cast, kept)
    close_engines(app)


def test_a_file_whose_row_never_came_is_swept(cast: Cast) -> None:
    app = cast.amina.app
    with app.app_context():
        kept = set(media_store().names())
        media_store().put("A" * 22 + "-groot", b"left by a crash")
        sweep(app)
        assert set(media_store().names()) != kept, "what is being written now is left alone"
        sweep(app, grace=timedelta(0))
        assert set(media_store().names()) == kept


def test_a_file_that_was_half_written_is_swept(cast: Cast, settings: Settings) -> None:
    """The store writes beside the name and moves; what a crash left beside must not stay."""
    folder = Path(url2pathname(urlsplit(settings.media_url).path))
    before = {path.name for path in folder.rglob("*")}
    (folder / f"{'A' * 22}-groot#1").write_bytes(b"half of a sealed photo")
    sweep(cast.amina.app, grace=timedelta(0))
    assert {path.name for path in folder.rglob("*")} == before
