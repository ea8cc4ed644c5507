"""Turning the master key: killed at any step it goes on, servers never stand still."""

from __future__ import annotations

import base64
import multiprocessing
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio import create_app, stores_alone, turning
from portfolio.backup import BackupError
from portfolio.config import ConfigurationError, next_master_key, read_master_key
from portfolio.extensions import db, keyring
from portfolio.keyring import SealBrokenError, data_key, master_id
from portfolio.keyring_backup import back_up_keyring, restore_keyring
from portfolio.turning import turn
from portfolio.verify import look
from tests.faults.test_erasure_killed import after, before
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from portfolio.config import Settings
    from tests.people import Cast
    from tests.stores import Stores

STEPS: dict[str, Callable[[], None]] = {
    "before the new key": before(turning, "make_next"),
    "half a new key": after(turning, "write_master_key"),
    "before it is named": before(turning, "name_current"),
    "named": after(turning, "name_current"),
    "some wrapped": after(turning, "wrap_some"),
    "all wrapped": before(turning, "see_all_wrapped"),
    "before the switch": before(turning, "switch"),
    "switched": after(turning, "switch"),
}


def with_file(settings: Settings, folder: Path) -> Settings:
    """Give the settings of an installation whose master key is a file."""
    path = folder / "master.key"
    path.write_bytes(base64.b64encode(settings.master_key) + b"\n")
    path.chmod(0o600)
    return replace(settings, master_key_file=path)


def now(settings: Settings) -> Settings:
    """Read the master key again, as a new start does."""
    assert settings.master_key_file
    key = read_master_key(settings.master_key_file, None, settings.data_folder)
    return replace(settings, master_key=key)


def all_open(app: Flask) -> set[str]:
    """Open every key; gives the names of the masters that wrap them."""
    with app.app_context(), db.get_engine("keyring").connect() as connection:
        rows = connection.execute(select(data_key.c.id, data_key.c.master)).all()
        assert len(keyring().fetch(row.id for row in rows)) == len(rows)
    return {row.master for row in rows}


def test_killed_while_turning(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    """`kill -9` at every step: nothing is lost, a server goes on, the next turning ends it."""
    close_engines(cast.amina.app)
    mine = with_file(settings, tmp_path)
    # A server that started before, and never starts again.
    serving = create_app(mine)
    for step in STEPS:
        killed_while_turning(now(mine), step)
        all_open(serving)
        with serving.app_context():
            made = keyring().create("person")
        again = create_app(now(mine))
        with again.app_context():
            # Each reads what the other makes, in the middle of it as well.
            assert keyring().fetch([made.id])[made.id].secret == made.secret
            other = keyring().create("person")
        with serving.app_context():
            assert keyring().fetch([other.id])[other.id].secret == other.secret
            keyring().destroy([made.id, other.id])
        turn(again, now(mine))
        assert all_open(again) == all_open(serving) == {master_id(now(mine).master_key)}
        assert mine.master_key_file
        assert not next_master_key(mine.master_key_file).exists()
        close_engines(again)
    assert look(serving).wrong == []
    close_engines(serving)


def killed_while_turning(settings: Settings, step: str) -> None:
    """Turn the master key in another process, which dies at a planted step."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["portfolio.views", __name__])
    child = context.Process(target=turn_and_die, args=(settings, step))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL, step


def turn_and_die(settings: Settings, step: str) -> None:
    """Turn the master key until the step that was planted."""
    app = create_app(settings)
    turning.BATCH = 3
    STEPS[step]()
    turn(app, settings)


def test_after_a_turning_older_keyring_backups_open_nothing(
    cast: Cast, settings: Settings, stores: Stores, database: str, tmp_path: Path
) -> None:
    """The old master is gone from the disk, orphan keys are not carried over."""
    close_engines(cast.amina.app)
    mine = with_file(settings, tmp_path)
    app, backup = create_app(mine), tmp_path / "old.keys"
    with app.app_context():
        orphan = keyring().create("person").id
        fresh = keyring().create("person").id
        with db.get_engine("keyring").connect().execution_options(writing=True) as connection:
            connection.execute(
                data_key.update()
                .where(data_key.c.id == orphan)
                .values(created_at="2020-01-01T00:00:00+00:00")
            )
            connection.commit()
    passphrase = "een lange zin voor de sleutels"
    back_up_keyring(app, backup, passphrase)
    assert mine.master_key_file
    with mine.master_key_file.open("rb") as held:
        turn(app, mine)
        held.seek(0)
        # Whoever holds the file of before reads nothing in it any more.
        assert not held.read().strip(b"\0")
    assert base64.b64encode(settings.master_key).decode() not in mine.master_key_file.read_text()
    assert mine.master_key_file.stat().st_mode & 0o077 == 0
    with app.app_context():
        assert keyring().fetch([orphan]).keys() == set()
        assert keyring().fetch([fresh]).keys() == {fresh}
    close_engines(app)
    with pytest.raises(SealBrokenError):
        create_app(replace(mine, master_key_file=None))
    there = replace(stores.empty(database, tmp_path / "there"), master_key=now(mine).master_key)
    empty = stores_alone(there)
    with pytest.raises(BackupError, match="turned since"):
        restore_keyring(empty, backup, passphrase)
    close_engines(empty)
    stores.forget(there)
    # A secret of the host cannot be replaced by us, and we say so.
    with pytest.raises(ConfigurationError, match="secret of the host"):
        turn(create_app(now(mine)), replace(now(mine), master_key_file=None))
