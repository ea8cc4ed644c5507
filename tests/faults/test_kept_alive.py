"""Backup, restore and turning with real processes: written to, served from, and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portfolio import create_app, stores_alone
from portfolio.backup import back_up
from portfolio.commands import main
from portfolio.config import RESTORING, ConfigurationError
from portfolio.keyring_backup import back_up_keyring, restore_keyring
from portfolio.restore import restore
from portfolio.verify import look
from tests.faults.server import environment, running
from tests.faults.test_backup import PASSPHRASE, elsewhere, everything
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


class Commands:
    """Our commands, run in this process as somebody types them."""

    def __init__(
        self, patch: pytest.MonkeyPatch, out: pytest.CaptureFixture[str], settings: Settings
    ) -> None:
        self._patch, self._out = patch, out
        self.settings = settings

    def __call__(self, *words: str, given: str = "", status: int = 0) -> str:
        """Run a command; gives what it said."""
        env = environment(self.settings)
        self._patch.delenv("PORTFOLIO_MASTER_KEY", raising=False)
        for name, value in env.items():
            self._patch.setenv(name, value)
        if given:
            reading, writing = os.pipe()
            os.write(writing, given.encode())
            os.close(writing)
            words = (*words, "--passphrase-fd", str(reading))
        self._out.readouterr()
        ended = main(words)
        said = "".join(self._out.readouterr())
        assert ended == status, said
        return said


def test_backup_and_turning_while_five_write(  # noqa: PLR0913, PLR0917 -- every one a place
    cast: Cast,
    settings: Settings,
    stores: Stores,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A backup is of one moment, and a turning stops nobody, while a server is written to."""
    token = cast.amina.sign_in()
    close_engines(cast.amina.app)
    mine, data, keys = with_file(settings, tmp_path), tmp_path / "a.backup", tmp_path / "a.keys"
    run = Commands(monkeypatch, capsys, mine)
    kept = [Acknowledged() for _ in range(WRITERS)]
    with running(mine, tmp_path / "log") as (server, port):
        writers = [
            threading.Thread(target=write_until_killed, args=(port, token, each, f"s{number}"))
            for number, each in enumerate(kept)
        ]
        for writer in writers:
            writer.start()
        wait_for_more(kept)
        assert " files in " in run("backup", str(data))
        assert "keys wrapped anew" in run("rotate-master-key")
        # They are served as before, also with what was made after the turning.
        wait_for_more(kept)
        server.kill()
        for writer in writers:
            writer.join()
    run("keyring", "backup", str(keys), given=PASSPHRASE)
    assert "passphrase" in run("keyring", "backup", str(tmp_path / "b.keys"), status=2)
    app = create_app(now(mine))
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
        elsewhere(stores, settings, database, tmp_path / "there"),
        master_key=now(mine).master_key,
        master_key_file=mine.master_key_file,
    )
    run = Commands(monkeypatch, capsys, there)
    assert "keyring is not the one" in run("restore", str(data), status=2)
    assert "keys put back" in run("keyring", "restore", str(keys), given=PASSPHRASE)
    assert "Everybody signs in anew" in run("restore", str(data))
    assert "2 plans checked, 0 wrong" in run("verify")
    log = run("security-log")
    assert all(name in log for name in ("backup_restored", '{"number": 0}'))
    stores.forget(there)


def wait_for_more(kept: list[Acknowledged]) -> None:
    """Wait until more is kept than now."""
    before, until = sum(len(each.entries) for each in kept), time.monotonic() + 30
    while sum(len(each.entries) for each in kept) <= before:
        assert time.monotonic() < until, "nobody is served any more"
        time.sleep(0.05)


def test_killed_while_putting_back(  # noqa: PLR0913, PLR0917 -- every one a place
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
    empty = stores_alone(there)
    restore_keyring(empty, keys, PASSPHRASE)
    mark = there.data_folder / RESTORING
    killed = 0
    for turn in range(40 if request.config.getoption("--long") else 2):
        process = subprocess.Popen(
            [sys.executable, "-m", "portfolio", "restore", str(data)],
            cwd=ROOT,
            env=environment(there),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # Again after the first kill: the mark stands, and the rows may be half there.
        if turn:
            time.sleep(0.5 * (turn % 8))
        while not mark.exists() and process.poll() is None:
            time.sleep(0.002)
        time.sleep(0.01 * (turn % 20))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if not mark.exists():
            break
        killed += 1
        with pytest.raises(ConfigurationError, match="broken off"):
            create_app(there)
    assert killed
    if mark.exists():
        restore(empty, data, there)
    close_engines(empty)
    again = create_app(there)
    assert everything(again) == wanted
    close_engines(again)
    stores.forget(there)
