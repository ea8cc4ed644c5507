"""Backup, restore and turning with real processes: written to, served from, and killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portfolio import create_app
from portfolio.backup import back_up
from portfolio.keyring_backup import back_up_keyring
from portfolio.verify import look
from tests.faults.server import environment, running
from tests.faults.test_backup import PASSPHRASE, elsewhere, everything, put_back
from tests.faults.test_killed import Acknowledged, check, write_until_killed
from tests.faults.test_turning import now, with_file
from tests.house.finding import ROOT
from tests.stores import close_engines

if TYPE_CHECKING:
    from pathlib import Path

    from portfolio.config import Settings
    from tests.people import Cast
    from tests.stores import Stores

WRITERS = 5


def command(settings: Settings, *words: str, given: str = "") -> subprocess.Popen[str]:
    """Run a command of ours in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "portfolio", *words],
        cwd=ROOT,
        env=environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdin
    process.stdin.write(given)
    process.stdin.close()
    process.stdin = None
    return process


def said(settings: Settings, *words: str, given: str = "", status: int = 0) -> str:
    """Run a command to its end; gives what it said."""
    process = command(settings, *words, given=given)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == status, out
    return out


def test_backup_and_turning_while_five_write(
    cast: Cast, settings: Settings, stores: Stores, database: str, tmp_path: Path
) -> None:
    """A backup is of one moment, and a turning stops nobody, while a server is written to."""
    token = cast.amina.sign_in()
    close_engines(cast.amina.app)
    mine, data, keys = with_file(settings, tmp_path), tmp_path / "a.backup", tmp_path / "a.keys"
    kept = [Acknowledged() for _ in range(WRITERS)]
    with running(mine, tmp_path / "log") as (server, port):
        writers = [
            threading.Thread(target=write_until_killed, args=(port, token, each, f"s{number}"))
            for number, each in enumerate(kept)
        ]
        for writer in writers:
            writer.start()
        time.sleep(2)
        made = said(mine, "backup", str(data))
        assert " files in " in made
        assert "keys wrapped anew" in said(mine, "rotate-master-key")
        said(mine, "keyring", "backup", str(keys), "--passphrase-fd", "0", given=PASSPHRASE)
        before = sum(len(each.entries) for each in kept)
        time.sleep(2)
        # They are served as before, also with what was made after the turning.
        assert sum(len(each.entries) for each in kept) > before
        server.kill()
        for writer in writers:
            writer.join()
    new = now(mine)
    app = create_app(new)
    everybody = Acknowledged()
    for each in kept:
        everybody.titles |= each.titles
        everybody.files |= each.files
        everybody.entries |= each.entries
    with app.app_context():
        check(app, cast, everybody)
    assert look(app).wrong == []
    close_engines(app)
    there = replace(
        elsewhere(stores, settings, database, tmp_path / "there"), master_key=new.master_key
    )
    put_back(there, keys, data)
    assert "0 wrong" in said(there, "verify")
    stores.forget(there)


def test_killed_while_putting_back(
    cast: Cast,
    settings: Settings,
    stores: Stores,
    database: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """`kill -9` at any moment of a restore: nothing serves, and the same command ends it."""
    app, data, keys = cast.amina.app, tmp_path / "a.backup", tmp_path / "a.keys"
    back_up(app, data)
    back_up_keyring(app, keys, PASSPHRASE)
    wanted = everything(app)
    there = elsewhere(stores, settings, database, tmp_path / "there")
    given = ("keyring", "restore", str(keys), "--passphrase-fd", "0")
    assert "keys put back" in said(there, *given, given=PASSPHRASE)
    mark = there.data_folder / "a-restore-is-going-on"
    killed = 0
    for turn in range(30 if request.config.getoption("--long") else 2):
        process = command(there, "restore", str(data))
        while not mark.exists() and process.poll() is None:
            time.sleep(0.002)
        time.sleep(0.03 * turn)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if mark.exists():
            killed += 1
            assert "broken off" in said(there, "serve", "--port", "0", status=2)
        elif turn:
            break
    assert killed
    if mark.exists():
        assert "Everybody signs in anew" in said(there, "restore", str(data))
    again = create_app(there)
    assert everything(again) == wanted
    close_engines(again)
    stores.forget(there)
