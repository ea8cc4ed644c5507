"""Where is measured: a folder with the example people, Amina's map at the measured size.

What lives here: making that folder, whom each page is opened by, and its address. What does
not: anything that asks for a page.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio import create_app
from portfolio.config import read_settings, write_master_key
from portfolio.demo import load
from portfolio.extensions import db, keyring
from portfolio.models.attachment import Attachment
from portfolio.models.base import begin
from portfolio.models.consent import Grantee
from portfolio.models.entry import Entry
from portfolio.models.organisation import Membership
from portfolio.models.person import Person, sign_in_hash
from portfolio.models.portfolio import Portfolio
from portfolio.models.sign_in import start_sign_in
from portfolio.security import SIGN_IN_COOKIE
from portfolio.viewer import Viewer
from tests.plans import A_YEAR, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.plans import Plan

ENTRIES, PHOTOS = 60, 30
ENTRIES_SHOWN, PHOTOS_SHOWN = 20, 10
LEEFGEBIED = "werk"
# Every page but the last is also served by the floor.
LOGGED = "coach_logged"
PAGES = (
    *("sign_in", "start", "leefgebied", "coach", "delen"),
    *("plan", "talk", "coach_plan", "coach_talk", LOGGED),
)
# A row of the log stands for one viewer, page and minute. Here each row moves to a minute before
# all others as soon as it is written, inside the same statement, so that every request finds
# none of its own minute and writes one. Nothing else writes, and the product is not touched.
EVERY_READING_IS_NEW = """
UPDATE access_log SET minute = '!' || substr(id, 1, 15);
CREATE TRIGGER every_reading_is_new AFTER INSERT ON access_log BEGIN
  UPDATE access_log SET minute = '!' || substr(NEW.id, 1, 15) WHERE id = NEW.id;
END;
"""


@dataclass(frozen=True)
class Target:
    """One page: what is asked for, and with which sign-in."""

    page: str
    path: str
    token: str

    @property
    def request(self) -> str:
        """Write the request as a browser that keeps its connection would."""
        cookie = f"Cookie: {SIGN_IN_COOKIE}={self.token}\r\n" if self.token else ""
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\n"
            f"Accept: text/html\r\nAccept-Encoding: gzip\r\nAccept-Language: nl\r\n{cookie}\r\n"
        )


@dataclass(frozen=True)
class Place:
    """A folder with data, its master key, and the pages to ask for."""

    folder: Path
    targets: dict[str, Target]

    @property
    def environment(self) -> dict[str, str]:
        """Give the environment in which a process works on this place, and on no other."""
        ours = ("PORTFOLIO_", "DATABASE_URL", "KEYRING_URL", "MEDIA_URL")
        rest = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return rest | {
            "PORTFOLIO_DATA": str(self.folder / "data"),
            "PORTFOLIO_MASTER_KEY_FILE": str(self.folder / "master.key"),
        }

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """Open the product on this place, inside this process."""
        app = create_app(read_settings(self.environment))
        try:
            yield app
        finally:
            with app.app_context():
                for engine in db.engines.values():
                    engine.dispose()


def make_place(folder: Path) -> Place:
    """Make a place with the example people, and sign in whoever is needed."""
    empty = Place(folder, {})
    write_master_key(folder / "master.key")
    with empty.app() as app:
        load(app, entries=ENTRIES, photos=PHOTOS)
        with app.app_context():
            return replace(empty, targets=_targets())


def with_every_reading_logged(place: Place, folder: Path) -> Place:
    """Copy a place to another folder, where each request of the coach writes its log row."""
    shutil.copytree(place.folder, folder)
    connection = sqlite3.connect(folder / "data" / "portfolio.sqlite")
    connection.executescript(EVERY_READING_IS_NEW)
    connection.close()
    return replace(place, folder=folder)


def readings_logged(place: Place) -> int:
    """Count the rows of the log."""
    connection = sqlite3.connect(place.folder / "data" / "portfolio.sqlite")
    found = connection.execute("SELECT count(*) FROM access_log").fetchone()
    connection.close()
    return int(found[0])


def _targets() -> dict[str, Target]:
    amina, bas = _sign_in("amina"), _sign_in("bas")
    map_id = db.session.scalars(
        select(Portfolio.id).join(Person).where(Person.sign_in_hash == _hash("amina"))
    ).one()
    _check_size(map_id)
    talk_id = _write_plan(map_id).talk_id
    coach = f"/mensen/{map_id}/{LEEFGEBIED}"
    found = (
        Target("sign_in", "/inloggen", ""),
        Target("start", "/map", amina),
        Target("leefgebied", f"/map/{LEEFGEBIED}", amina),
        Target("coach", coach, bas),
        Target("delen", "/delen", amina),
        Target("plan", "/plan", amina),
        Target("talk", f"/gesprekken/{talk_id}", amina),
        Target("coach_plan", f"/mensen/{map_id}/plan", bas),
        Target("coach_talk", f"/mensen/{map_id}/gesprekken/{talk_id}", bas),
        Target(LOGGED, coach, bas),
    )
    return {target.page: target for target in found}


def _hash(name: str) -> str:
    return sign_in_hash(keyring(), name)


def _sign_in(name: str) -> str:
    begin(db.session, writing=True)
    person = db.session.scalars(select(Person.id).where(Person.sign_in_hash == _hash(name))).one()
    token = start_sign_in(
        db.session, person, "passphrase", own_device=False, network_hash=None, second_factor=True
    )
    db.session.commit()
    return token


def _write_plan(map_id: str) -> Plan:
    """Write the plan that is measured: that of a year."""
    begin(db.session, writing=True)
    hers = Portfolio.id == map_id
    amina = db.session.scalars(select(Person).join(Portfolio).where(hers)).one()
    held_by = Person.sign_in_hash == _hash("bas")
    seat = db.session.scalars(select(Membership).join(Person).where(held_by)).one()
    owner = Viewer(amina.id, amina.key_id, map_id, "18+", "ar", "both", ())
    made = Writer(owner, seat, Grantee("Bas", "coach", "Gemeente Voorbeeldstad"), A_YEAR).write()
    db.session.commit()
    return made


def _check_size(map_id: str) -> None:
    """Refuse to measure another map than the one that is promised."""
    mine = Entry.portfolio_id == map_id
    here = Entry.leefgebied == LEEFGEBIED
    entries = select(func.count(Entry.id))
    photos = select(func.count(Attachment.id)).join(Entry, Entry.id == Attachment.entry_id)
    wanted = {
        entries.where(mine): ENTRIES,
        entries.where(mine, here): ENTRIES_SHOWN,
        photos.where(mine): PHOTOS,
        photos.where(mine, here): PHOTOS_SHOWN,
    }
    for query, number in wanted.items():
        found = db.session.scalars(query).one()
        if found != number:
            message = f"the map to measure has {found} where it should have {number}"
            raise RuntimeError(message)
