"""The README tells the truth: what it names is there, and its two commands do what they say."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
from typing import TYPE_CHECKING
from urllib.request import urlopen

from PIL import Image

from tests.chromium import PHONE
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A folder, a file of ours, or a script, as the README names them.
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
LINKED = re.compile(r"\]\(([^)#:]+)\)")
OURS = ("PORT", "DATABASE_URL", "KEYRING_URL", "MEDIA_URL")


def commands() -> list[list[str]]:
    """List the commands of the README, without what stands behind them."""
    lines = [line for block in BLOCK.findall(README) for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def run(*command: str, **settings: str) -> subprocess.Popen[str]:
    clean = {k: v for k, v in os.environ.items() if k not in OURS and "PORTFOLIO" not in k}
    # A test inside a test is no part of this run.
    clean.pop("PYTEST_CURRENT_TEST", None)
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**clean, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_two_commands_are_the_whole_set_up() -> None:
    assert commands() == [["script/server", "--demo"], ["script/test"]]


def test_what_the_readme_names_is_there() -> None:
    rooms = ("models", "forms", "views", "templates")
    missing = [
        name
        for name in (*NAMED.findall(README), *LINKED.findall(README))
        if not (ROOT / name).exists()
        and not (name.startswith(rooms) and (ROOT / "portfolio" / name).exists())
    ]
    assert not missing
    for script in set(re.findall(r"\bscript/\w+", README)):
        assert os.access(ROOT / script, os.X_OK), f"{script} cannot be run"


def test_the_picture_is_of_a_phone() -> None:
    with Image.open(ROOT / "docs" / "start.png") as picture:
        assert picture.size == PHONE


def test_the_first_command_serves_the_demonstration(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
    serving = run(*commands()[0], PORT=port, PORTFOLIO_DATA=str(tmp_path / "demo"))
    with serving as server:
        try:
            assert server.stdout is not None
            lines = [server.stdout.readline().rstrip("\n") for _ in range(8)]
            people = [tuple(re.split(r" {2,}", line)) for line in lines[:6]]
            assert [(name, role) for name, _, role in people] == [
                ("amina", "owner"),
                ("farid", "owner"),
                ("bas", "coach"),
                ("carla", "coach"),
                ("dirk", "provider"),
                ("eva", "beheerder"),
            ]
            assert lines[6].endswith("portfolio demo-code bas")
            assert lines[7] == f"http://localhost:{port}"
            with urlopen(lines[7], timeout=10) as answer:  # noqa: S310 -- our own, on this machine
                assert answer.status == 200
                assert "Mijn map" in answer.read().decode()
        finally:
            server.send_signal(signal.SIGTERM)
    assert server.returncode == 0


def test_the_second_command_runs_tests() -> None:
    one = "tests/house/test_readme.py::test_two_commands_are_the_whole_set_up"
    with run(*commands()[1], "-q", "-p", "no:cacheprovider", one) as testing:
        said, _ = testing.communicate(timeout=120)
    assert testing.returncode == 0, said
    assert "1 passed" in said
