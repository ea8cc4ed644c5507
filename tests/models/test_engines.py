"""How our connections behave: pragmas read back, writers that wait for each other."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, func, select, text

from portfolio.engines import PRAGMAS, prepare
from portfolio.extensions import db
from portfolio.keyring import new_id
from portfolio.models import FormReceipt
from portfolio.models.base import begin, clock
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

WRITERS = 20
# Said here once more: what the code asks for is not what it should be asking for.
WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize("name", ["default", "keyring"])
def test_every_connection_has_its_pragmas(app: Flask, database: str, name: str) -> None:
    if database != "sqlite":
        with app.app_context(), db.get_engine(name).connect() as connection:
            assert connection.scalar(text("SHOW server_version_num"))
        return
    with app.app_context():
        engine = db.get_engine(name)
        connections = [engine.connect() for _ in range(3)]
        for connection in connections:
            for pragma, wanted in WANTED.items():
                assert connection.scalar(text(f"PRAGMA {pragma}")) == wanted
            assert int(connection.scalar(text("PRAGMA busy_timeout")) or 0) >= 5_000
            connection.close()


def test_a_pragma_that_does_not_take_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "secure_delete", 7)
    engine = prepare(create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}"))
    with pytest.raises(RuntimeError, match="secure_delete"):
        engine.connect()


def test_foreign_keys_hold(app: Flask) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        db.session.add(FormReceipt(id="a" * 64, person_id="nobody", created_at=clock(db.session)))
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            db.session.commit()


def at_once(number: int, deed: Callable[[int], None]) -> list[Exception]:
    """Let so many threads do something at the same moment; gives what went wrong."""
    errors: list[Exception] = []
    gate = threading.Barrier(number)

    def run(index: int) -> None:
        gate.wait()
        try:
            deed(index)
        except Exception as error:  # noqa: BLE001 -- the test names it
            errors.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_twenty_writers_at_once_all_get_their_turn(app: Flask) -> None:
    with app.app_context():
        person = factories.make_person("amina", "Amina").person.id
        db.session.commit()

    def write(index: int) -> None:
        for turn in range(3):
            with app.app_context():
                begin(db.session, writing=True)
                # Read first, as a view does: an upgrade from reading would fail at once.
                now = clock(db.session)
                receipt = f"{index}-{turn}-{new_id()}"
                db.session.add(FormReceipt(id=receipt, person_id=person, created_at=now))
                db.session.commit()

    assert at_once(WRITERS, write) == []
    with app.app_context():
        assert db.session.scalars(select(func.count(FormReceipt.id))).one() == WRITERS * 3


def test_twenty_makers_of_keys_all_get_theirs(app: Flask) -> None:
    with app.app_context():
        ring = app.extensions["portfolio.keyring"]
        made: list[str] = []
        assert at_once(WRITERS, lambda _index: made.append(ring.create("person").id)) == []
        assert ring.fetch(made).keys() == set(made)
        ring._installation.clear()
        seen: list[bytes] = []
        assert at_once(WRITERS, lambda _i: seen.append(ring.installation_key("x").secret)) == []
        assert len(set(seen)) == 1
