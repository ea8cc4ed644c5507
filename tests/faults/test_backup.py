"""A backup is put back whole: nothing is lost, the erased stay erased, and damage is named."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import MetaData, select

from portfolio import backup, create_app, erasure, stores_alone
from portfolio.backup import BackupError, back_up
from portfolio.config import RESTORING, ConfigurationError, Settings
from portfolio.erasure_list import ErasureListError
from portfolio.extensions import db, keyring, media_store
from portfolio.keyring_backup import back_up_keyring, restore_keyring
from portfolio.models import Entry, VisitorLink
from portfolio.models.base import begin
from portfolio.restore import restore
from portfolio.verify import look
from tests import factories
from tests.browser import Page
from tests.pages.test_visit import make_link
from tests.stores import POSTGRESQL, SQLITE, close_engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.people import Cast
    from tests.stores import Stores

PASSPHRASE = "een lange zin voor de sleutels"
# What changes by restoring: sign-ins end, the mark of erasures moves, and this is an event.
CHANGED = {"sign_in", "erasure_mark", "security_event", "security_head", "alembic_version"}

# And this: nobody else sees anything until the owner looked at what was restored.
HELD_BACK = {"portfolio.withheld_at", "visitor_link.ended_at"}


def elsewhere(stores: Stores, settings: Settings, database: str, folder: Path) -> Settings:
    """Give an empty place that has the erasure list and the master key of another."""
    made = stores.empty(database, folder)
    shutil.copytree(settings.erasure_folder, made.erasure_folder)
    return made


def everything(app: Flask) -> dict[str, list[Any]]:
    """Give every row and the hash of every file."""
    with app.app_context():
        with db.engine.connect() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            found: dict[str, list[Any]] = {
                table.name: sorted(
                    repr(tuple(row))
                    for row in connection.execute(
                        select(*(each for each in table.c if str(each) not in HELD_BACK))
                    )
                )
                for table in metadata.sorted_tables
                if table.name not in CHANGED
            }
        found["files"] = sorted(
            hashlib.sha256(media_store().get(name)).hexdigest() for name in media_store().names()
        )
    return found


def put_back(settings: Settings, keys: Path, data: Path) -> int:
    """Put keyring and data back, as the two commands do."""
    app = stores_alone(settings)
    try:
        restore_keyring(app, keys, PASSPHRASE)
        return restore(app, data, settings)
    finally:
        close_engines(app)


def test_backup_brings_no_erased_person_back(
    cast: Cast, settings: Settings, stores: Stores, database: str, tmp_path: Path
) -> None:
    """Abuse 12: an old backup, put back after an erasure, holds everybody but them."""
    app, data, keys = cast.amina.app, tmp_path / "a.backup", tmp_path / "a.keys"
    with app.app_context():
        begin(db.session, writing=True)
        gone = factories.make_owner("weg", "Weg")
        assert gone.portfolio
        entry = factories.make_entry(gone.portfolio.id, "werk", {"nl": ("Titel", "Verhaal")})
        factories.make_photo(gone.portfolio.id, entry, "werk")
        db.session.commit()
        person, lost = gone.person.id, [gone.portfolio.key_id, gone.person.key_id]
    back_up(app, data)
    back_up_keyring(app, keys, PASSPHRASE)
    assert not (data.stat().st_mode | keys.stat().st_mode) & 0o077
    with app.app_context():
        assert erasure.erase(person)
    wanted = everything(app)
    there = elsewhere(stores, settings, database, tmp_path / "there")
    assert put_back(there, keys, data) == 1
    again = create_app(there)
    assert everything(again) == wanted
    with again.app_context():
        assert not keyring().fetch(lost)
        assert {line.person_id for line in erasure.check_list()} == {person}
    found = look(again)
    assert found.wrong == []
    # Every sign-in of before has ended: whoever left a library PC stays away.
    assert again.test_client().get("/map").status_code in {302, 303, 401}
    # It is no empty place any more.
    with pytest.raises(BackupError, match="empty place"):
        restore(again, data, there)
    close_engines(again)
    stores.forget(there)


def test_what_was_taken_back_after_the_backup_stays_shut_until_its_owner_looked(
    cast: Cast, settings: Settings, stores: Stores, database: str, tmp_path: Path
) -> None:
    """A restore gives nobody back what the owner took: they see, stop it again, and say so."""
    data, keys = tmp_path / "a.backup", tmp_path / "a.keys"
    bas, seen = cast.bas, f"/mensen/{cast.amina.map_id}"
    link = make_link(cast.amina, f"entry:{cast.entries['work']}")
    back_up(cast.amina.app, data)
    back_up_keyring(cast.amina.app, keys, PASSPHRASE)
    assert cast.amina.page.post(f"/delen/wie/{bas.seat_id}/stop").status_code == 303
    assert bas.page.get(seen).status_code == 404
    there = elsewhere(stores, settings, database, tmp_path / "there")
    assert put_back(there, keys, data) == 0
    again = create_app(there)
    amina, bas, dirk = (
        replace(each, app=again, _page=None) for each in (cast.amina, cast.bas, cast.dirk)
    )
    other = f"/prestaties/{cast.amina.map_id}"
    for page, path in ((bas.page, seen), (dirk.page, other)):
        assert page.get(path).status_code == 404, path
    assert "Amina" not in bas.page.visit("/mensen").text
    assert Page(again.test_client()).get("/bezoek").status_code == 404
    with again.app_context():
        assert db.session.get_one(VisitorLink, link).ended_at is not None
    # Each page says so, and leads to where one sees what was given, and can stop it again.
    amina.page.visit("/map").follow("Kijk of alles klopt")
    assert bas.name in amina.page.text
    assert amina.page.post(f"/delen/wie/{bas.seat_id}/stop").status_code == 303
    amina.page.visit("/delen").submit("Het klopt. Zij mogen weer kijken.")
    assert "Zij zien weer wat jij deelt" in amina.page.text
    assert "Niemand ziet nu iets van jou" not in amina.page.text
    assert bas.page.get(seen).status_code == 404
    assert dirk.page.get(other).status_code == 200
    close_engines(again)
    stores.forget(there)


def test_what_is_just_being_taken_away_is_not_missing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many send files, one has always just gone; only what is never there is missing."""
    named, turns = backup._files_named, iter(range(100))
    for always, wanted in (((), ()), (("lost",), ("lost",))):
        busy = [next(turns) for _ in range(8)]

        def naming(
            connection: Any, tables: Any, busy: list[int] = busy, always: Any = always
        ) -> list[str]:
            gone = [f"gone-{busy.pop()}"] if busy else []
            return [*named(connection, tables), *gone, *always]

        monkeypatch.setattr(backup, "_files_named", naming)
        assert back_up(app, tmp_path / f"{len(always)}.backup").missing == wanted


@pytest.mark.postgres
@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_from_one_database_to_the_other_and_back(
    cast: Cast, stores: Stores, settings: Settings, tmp_path: Path
) -> None:
    """One format for both: nothing is lost or changed on the way."""
    app, keys = cast.amina.app, tmp_path / "a.keys"
    wanted, last = everything(app), settings
    back_up_keyring(app, keys, PASSPHRASE)
    for turn, other in enumerate((SQLITE, POSTGRESQL)):
        data = tmp_path / f"{other}.backup"
        back_up(app, data)
        there = elsewhere(stores, last, other, tmp_path / f"there-{turn}")
        assert put_back(there, keys, data) == 0
        app, last = create_app(there), there
        assert look(app).wrong == []
        if other == POSTGRESQL:
            assert everything(app) == wanted
        close_engines(app)
        if other == POSTGRESQL:
            stores.forget(there)


def test_restore_refuses_in_one_line(
    cast: Cast, settings: Settings, stores: Stores, database: str, tmp_path: Path
) -> None:
    """A wrong keyring, a missing erasure list, a changed file: said, nothing written."""
    app, data, keys = cast.amina.app, tmp_path / "a.backup", tmp_path / "a.keys"
    back_up(app, data)
    back_up_keyring(app, keys, PASSPHRASE)
    with pytest.raises(BackupError, match="never replaces"):
        back_up(app, data)
    there = elsewhere(stores, settings, database, tmp_path / "there")
    empty = stores_alone(there)
    with pytest.raises(BackupError, match="keyring is not the one"):
        restore(empty, data, there)
    with pytest.raises(BackupError, match="passphrase is not the one"):
        restore_keyring(empty, keys, PASSPHRASE + "x")
    restore_keyring(empty, keys, PASSPHRASE)
    with pytest.raises(BackupError, match="keys already"):
        restore_keyring(empty, keys, PASSPHRASE)
    close_engines(empty)
    empty = stores_alone(there)
    for forged, why in damaged(data, tmp_path):
        with pytest.raises(BackupError, match=why):
            restore(empty, forged, there)
    shutil.rmtree(there.erasure_folder)
    with pytest.raises(ErasureListError, match="missing"):
        restore(empty, data, there)
    with empty.app_context():
        assert next(iter(media_store().names()), None) is None
        assert not db.session.scalars(select(Entry.id)).first()
    assert not (there.data_folder / RESTORING).exists()
    close_engines(empty)
    stores.forget(there)


def damaged(data: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """Damage a backup in every way; gives each with what has to be said of it."""
    with zipfile.ZipFile(data) as made:
        name = next(each for each in made.namelist() if each.startswith("media/"))
        at = made.getinfo(name).header_offset + 200
    flipped = bytearray(data.read_bytes())
    flipped[at] ^= 1
    (folder / "flipped").write_bytes(flipped)
    yield folder / "flipped", f"{name} was changed"
    with zipfile.ZipFile(data) as made, zipfile.ZipFile(folder / "cut", "w") as cut:
        for each in made.namelist():
            if each != name:
                cut.writestr(each, made.read(each))
    yield folder / "cut", f"{name} is missing"
    (folder / "half").write_bytes(data.read_bytes()[:5000])
    yield folder / "half", "not a backup"
    # The list of hashes itself, changed with what it vouches for.
    with zipfile.ZipFile(data) as made, zipfile.ZipFile(folder / "forged", "w") as forged:
        for each in made.namelist():
            content = made.read(each)
            if each == "list.json":
                said = json.loads(content)
                said["facts"] = said["facts"].replace('"missing": []', '"missing": ["x"]')
                content = json.dumps(said).encode()
            forged.writestr(each, content)
    yield folder / "forged", "list of the backup was changed"


def test_half_a_restore_never_serves(  # noqa: PLR0913, PLR0917 -- every one a place or a store
    cast: Cast,
    settings: Settings,
    stores: Stores,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Broken off after the rows: no start, and the same command ends it."""
    app, data, keys = cast.amina.app, tmp_path / "a.backup", tmp_path / "a.keys"
    back_up(app, data)
    back_up_keyring(app, keys, PASSPHRASE)
    wanted = everything(app)
    there = elsewhere(stores, settings, database, tmp_path / "there")
    for step in ("_fill", "_finish"):
        with monkeypatch.context() as broken:

            def stop(*_given: object) -> int:
                raise RuntimeError(step)  # noqa: B023 -- called in this turn only

            broken.setattr(f"portfolio.restore.{step}", stop)
            half = stores_alone(there)
            if step == "_fill":
                restore_keyring(half, keys, PASSPHRASE)
            with pytest.raises(RuntimeError):
                restore(half, data, there)
            close_engines(half)
        with pytest.raises(ConfigurationError, match="broken off"):
            create_app(there)
    half = stores_alone(there)
    assert restore(half, data, there) == 0
    close_engines(half)
    again = create_app(there)
    assert everything(again) == wanted
    close_engines(again)
    stores.forget(there)
