"""Erased is erased: list, keys, rows and files, and nobody comes back with a backup."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select

from portfolio import create_app
from portfolio.erasure import check_list, erase, replay
from portfolio.erasure_list import ErasureListError
from portfolio.extensions import db, keyring, media_store
from portfolio.keyring import data_key
from portfolio.media.store import MediaStore, StoreDownError
from portfolio.models import (
    Base,
    Consent,
    Draft,
    ErasureMark,
    Invitation,
    Membership,
    Person,
    Portfolio,
)
from portfolio.models.base import begin
from portfolio.models.draft import start_draft
from portfolio.models.erasure import rows_of, whole_of
from portfolio.models.invitation import invite
from portfolio.models.organisation import find_organisation
from portfolio.models.writing import Writing
from portfolio.sweep import sweep
from tests import factories
from tests.people import GEMEENTE
from tests.stores import close_engines

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from portfolio.config import Settings
    from tests.people import Cast


def key_count() -> int:
    with db.get_engine("keyring").connect() as connection:
        return int(connection.execute(select(func.count()).select_from(data_key)).scalar_one())


def rows_left() -> dict[str, int]:
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def everywhere(app: Flask) -> str:
    """Give every value of every row that is not sealed."""
    with app.app_context():
        db.session.rollback()
        return "\n".join(
            str(value)
            for table in Base.metadata.tables.values()
            for row in db.session.execute(select(table)).all()
            for value in row
            if not isinstance(value, bytes)
        )


def test_an_owner_goes_whole_and_nobody_else(app: Flask, cast: Cast) -> None:
    """ASVS 7.4.2. Account, map, files, keys, sessions, and what stood in others' views."""
    with app.app_context():
        place = find_organisation(db.session, GEMEENTE)
        assert place
        begin(db.session, writing=True)
        sent = invite(db.session, keyring(), place, "coach", invited_by=cast.farid.person_id)
        used = invite(db.session, keyring(), place, "coach")
        db.session.get_one(Invitation, used.id).used_by = cast.amina.person_id
        db.session.get_one(Invitation, sent.id).invited_by = cast.amina.person_id
        # What another was writing in this map, under its key.
        begun = db.session.get_one(Portfolio, cast.amina.map_id).key_id
        draft = start_draft(
            db.session, cast.bas.person_id, factories.keys_for(cast.amina.map_id), Writing("werk")
        )
        assert draft.key_id == begun
        draft_id = draft.id
        db.session.commit()
        begin(db.session, writing=False)
        whole = whole_of(db.session, cast.amina.person_id)
        assert whole
        files, keys, seats = set(media_store().names()), key_count(), rows_left()["membership"]
        kept = {cast.farid.map_id: factories.keys_for(cast.farid.map_id)}
        hers = {
            factories.file_of(cast.photos[name], part)
            for name in ("work", "health")
            for part in ("groot", "klein")
        }
    assert cast.bas.page.get(f"/mensen/{cast.amina.map_id}").status_code == 200
    amina = cast.amina.page
    assert amina.get("/map").status_code == 200
    with app.app_context():
        assert erase(cast.amina.person_id)
        assert not erase(cast.amina.person_id), "twice is harmless"
        left = set(media_store().names())
        assert hers <= files
        assert not left & hers
        assert 0 < len(left) < len(files)
        assert keyring().fetch(whole.key_ids) == {}
        assert key_count() == keys - 4
        assert factories.keys_for(cast.farid.map_id) == kept[cast.farid.map_id]
        assert rows_left()["membership"] == seats
        for table, mine in rows_of(whole).items():
            assert not db.session.scalar(select(func.count()).select_from(table).where(mine))
        assert db.session.get_one(Invitation, sent.id).invited_by is None
        assert db.session.get(Invitation, used.id) is None
        assert db.session.get(Draft, draft_id) is None
        assert not db.session.scalar(select(func.count()).select_from(Consent))
    found = everywhere(app)
    for gone in (cast.amina.person_id, cast.amina.map_id, *cast.facts.consents.values()):
        assert gone not in found
    assert cast.farid.map_id in found
    assert cast.bas.page.get(f"/mensen/{cast.amina.map_id}").status_code == 404
    assert "inloggen" in amina.get("/map").headers["Location"]
    assert cast.farid.page.get("/map").status_code == 200
    assert not any(sweep(app).values())


def test_a_member_goes_and_their_name_stays_where_it_was_copied(app: Flask, cast: Cast) -> None:
    with app.app_context():
        assert erase(cast.bas.person_id)
        assert not erase(cast.bas.person_id)
        row = db.session.get_one(Membership, cast.bas.seat_id)
        assert row.ended_at
        assert (row.code, row.phone) == (b"", None)
        person = db.session.get_one(Person, cast.bas.person_id)
        assert (person.sign_in_name, person.display_name) == (b"", b"")
        assert keyring().fetch([person.key_id]) == {}
    assert "Bas" in cast.amina.page.visit(f"/map/stuk/{cast.entries['work']}").text
    assert "Bas" not in cast.eva.page.visit("/organisatie").text
    assert "Carla" in cast.eva.page.text


def test_every_pointer_to_a_person_says_what_erasing_does(app: Flask, cast: Cast) -> None:
    """A table that comes later goes along by itself, unless its column says otherwise."""
    with app.app_context():
        whole = whole_of(db.session, cast.amina.person_id)
    assert whole
    mine = {table.name for table in rows_of(whole)}
    told = {"invitation.invited_by": "forget", "membership.person_id": "keep"}
    for table in Base.metadata.tables.values():
        for column in table.columns:
            for key in column.foreign_keys:
                name = f"{table.name}.{column.name}"
                if key.column.table.name in ("person", "portfolio"):
                    assert column.info["erase"] == told.get(name, "row"), name
                    assert table.name in mine or name in told, name
    assert {"entry_text", "plan_version_part", "draft", "sign_in", "upload"} <= mine
    assert not {"membership", "organisation", "practice", "clock_mark"} & mine


def test_a_backup_does_not_bring_anybody_back(
    cast: Cast, settings: Settings, database: str, tmp_path: Path
) -> None:
    """security.md 12: an old backup of data and keyring, and the list of today."""
    if database != "sqlite":
        pytest.skip("a copy of the files is a backup here")
    app = cast.amina.app
    close_engines(app)
    old = tmp_path / "old"
    shutil.copytree(settings.data_folder, old)
    with app.app_context():
        erase(cast.amina.person_id)
    back = replace(
        settings,
        data_folder=old,
        database_url=f"sqlite:///{old / 'portfolio.sqlite'}",
        keyring_url=f"sqlite:///{old / 'keyring.sqlite'}",
        media_url=(old / "media").as_uri(),
    )
    # Without the list nothing is served.
    with pytest.raises(ErasureListError, match="missing"):
        create_app(back)
    back = replace(back, erasures=settings.erasure_folder)
    again = create_app(back)
    with again.app_context():
        assert whole_of(db.session, cast.amina.person_id) is None
        assert not db.session.scalar(select(func.count()).select_from(Consent))
        assert db.session.scalars(select(Portfolio.id)).all() == [cast.farid.map_id]
    assert replay(again) == 0
    close_engines(again)


def test_only_the_keyring_comes_back(app: Flask, cast: Cast) -> None:
    """Data of today with the keyring of yesterday: the keys go again, by the list alone."""
    with app.app_context():
        whole = whole_of(db.session, cast.amina.person_id)
        assert whole
        engine = db.get_engine("keyring")
        with engine.connect() as connection:
            chosen = select(data_key).where(data_key.c.id.in_(whole.key_ids))
            rows = [dict(row) for row in connection.execute(chosen).mappings()]
        erase(cast.amina.person_id)
        with engine.connect().execution_options(writing=True) as connection:
            connection.execute(data_key.insert(), rows)
            connection.commit()
        assert len(keyring().fetch(whole.key_ids)) == 4
    assert replay(app) == 1
    with app.app_context():
        assert keyring().fetch(whole.key_ids) == {}
    assert replay(app) == 0


def test_a_store_that_is_down_only_makes_it_later(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys are gone at once: nobody reads, signs in or sees it; the sweep ends it."""
    token = cast.amina.sign_in()

    def down(_self: MediaStore, _names: list[str]) -> None:
        raise StoreDownError

    with monkeypatch.context() as patched, app.app_context():
        patched.setattr(MediaStore, "remove", down)
        with pytest.raises(StoreDownError):
            erase(cast.amina.person_id)
    assert token
    assert cast.amina.page.get("/map").status_code in (302, 303, 404)
    assert cast.bas.page.get(f"/mensen/{cast.amina.map_id}").status_code == 404
    assert cast.bas.page.visit("/mensen").status == 200
    form = {"sign_in_name": "amina", "passphrase": cast.amina.passphrase}
    assert cast.visitor.page.post("/inloggen", form).status_code in (200, 422)
    assert sweep(app)["erased"] == 1
    with app.app_context():
        assert whole_of(db.session, cast.amina.person_id) is None
    assert sweep(app)["erased"] == 0


def test_the_mark_never_moves_back(app: Flask, cast: Cast) -> None:
    with app.app_context():
        erase(cast.amina.person_id)
        erase(cast.dirk.person_id)
        assert db.session.scalars(select(ErasureMark.count)).all() == [2]
        db.session.rollback()
        # Data that know nothing of it take the list up as it is.
        begin(db.session, writing=True)
        db.session.execute(delete(ErasureMark))
        db.session.commit()
        assert len(check_list()) == 2
        assert db.session.scalars(select(ErasureMark.count)).all() == [2]
