"""The commands as somebody types them: what they print, what they refuse, how they end."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from portfolio.bodies import MOST_AT_ONCE
from portfolio.config import DEMO_MARK, write_master_key
from portfolio.demo.place import passphrases_of
from portfolio.shape import LARGEST_UPLOAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORTFOLIO = [sys.executable, "-P", "-m", "portfolio"]
PEOPLE = {
    "amina": "owner",
    "farid": "owner",
    "bas": "coach",
    "carla": "coach",
    "dirk": "provider",
    "eva": "beheerder",
}
PATIENCE = 60
OURS = ("PORT", "DATABASE_URL", "KEYRING_URL", "MEDIA_URL")


def environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if k not in OURS and "PORTFOLIO" not in k}
    return {**clean, "PORTFOLIO_DATA": str(folder), **more}


def portfolio(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*PORTFOLIO, *arguments],
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@contextmanager
def serving(folder: Path, *arguments: str, **more: str) -> Iterator[tuple[list[str], int]]:
    """Serve on a free port; give the lines that were printed, and the port."""
    command = [*PORTFOLIO, "serve", "--port", "0", *arguments]
    started = time.monotonic()
    with subprocess.Popen(
        command,
        env=environment(folder, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines: list[str] = []
        try:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if line.startswith("http://"):
                    break
            assert lines, process.stderr.read() if process.stderr else ""
            assert time.monotonic() - started < PATIENCE
            yield lines, int(lines[-1].rpartition(":")[2])
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(PATIENCE)
    assert status == 0, "told to stop, it ends cleanly"


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Give the one line with which a command refused."""
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the demonstration once."""
    folder = tmp_path_factory.mktemp("served") / "demo"
    with serving(folder, "--demo"):
        pass
    return folder


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """Make a folder for real people, with its master key beside it."""
    write_master_key(tmp_path / "data-master.key")
    return tmp_path / "data"


def test_the_demonstration_prints_a_line_per_person_and_its_address(demo: Path) -> None:
    with serving(demo, "--demo") as (lines, port):
        people = [line.split("  ") for line in lines[:-2]]
        assert {name: role for name, _, role in people} == PEOPLE
        assert [name for name, _, _ in people] == list(PEOPLE)
        for _, passphrase, _ in people:
            assert re.fullmatch(r"[a-z]+(-[a-z]+){2}-\d{2}", passphrase)
        assert lines[-2].endswith("portfolio demo-code bas")
        assert lines[-1] == f"http://localhost:{port}"
        # It really listens when it says so.
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
    with serving(demo, "--demo") as (again, _):
        assert again[:-1] == lines[:-1], "the same people with the same passphrases"


def test_a_code_is_printed_for_example_people_and_for_nobody_else(demo: Path, real: Path) -> None:
    done = portfolio(demo, "demo-code", "bas")
    assert re.fullmatch(r"\d{6}\n", done.stdout), done.stderr
    assert "no app" in refused(portfolio(demo, "demo-code", "amina"))
    assert "example people only" in refused(portfolio(real, "demo-code", "bas"))
    assert "unset DATABASE_URL" in refused(
        portfolio(demo, "demo-code", "bas", DATABASE_URL="postgresql://elsewhere/data")
    )


def test_the_passphrases_are_for_us_alone_and_drawn_per_folder(demo: Path, tmp_path: Path) -> None:
    kept = demo / "passphrases.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(demo.stat().st_mode) == 0o700
    here, there = passphrases_of(demo, PEOPLE), passphrases_of(tmp_path, PEOPLE)
    assert passphrases_of(demo, PEOPLE) == here
    assert not set(here.values()) & set(there.values())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])  # noqa: S104 -- refused
def test_the_demonstration_refuses_other_addresses(tmp_path: Path, host: str) -> None:
    done = portfolio(tmp_path / "demo", "serve", "--demo", "--host", host)
    assert "this machine only" in refused(done)
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://localhost/real"),
        ("KEYRING_URL", "postgresql://localhost/real"),
        ("MEDIA_URL", "s3://photos"),
        ("PORTFOLIO_URL", "https://map.example.org"),
        ("PORTFOLIO_TRUSTED_PROXIES", "1"),
    ],
)
def test_the_demonstration_refuses_other_stores(tmp_path: Path, name: str, value: str) -> None:
    done = portfolio(tmp_path / "demo", "serve", "--demo", **{name: value})
    assert name in refused(done)
    assert not (tmp_path / "demo").exists()


def test_the_demonstration_refuses_a_folder_with_something_else(real: Path) -> None:
    real.mkdir()
    (real / "portfolio.sqlite").touch()
    assert "something else" in refused(portfolio(real, "serve", "--demo"))
    assert not (real / DEMO_MARK).exists()


@pytest.mark.parametrize("command", [["serve"], ["sweep"], ["beheerder", "--organisation", "X"]])
def test_real_people_are_refused_in_the_demonstrations_folder(
    demo: Path, command: list[str]
) -> None:
    key = str(demo.parent / "demo-example.key")
    done = portfolio(demo, *command, PORTFOLIO_MASTER_KEY_FILE=key)
    assert "holds the demonstration" in refused(done)


def test_an_old_setting_never_turns_the_demonstration_on(real: Path) -> None:
    with serving(real, PORTFOLIO_DEMO="1") as (lines, _):
        assert not any(line.startswith("amina") for line in lines)


def test_nothing_starts_without_a_master_key(tmp_path: Path) -> None:
    done = portfolio(tmp_path / "data", "serve")
    assert "portfolio master-key" in refused(done)
    assert list(tmp_path.iterdir()) == []


def test_it_starts_empty_and_says_how_the_first_beheerder_is_made(real: Path) -> None:
    with serving(real) as (lines, port):
        assert "portfolio beheerder" in "\n".join(lines)
        connection = HTTPConnection("localhost", port, timeout=10)
        connection.request("GET", "/inloggen")
        assert connection.getresponse().status == 200


def test_the_master_key_is_made_once_and_never_replaced(tmp_path: Path) -> None:
    done = portfolio(tmp_path / "data", "master-key")
    key = tmp_path / "data-master.key"
    assert done.returncode == 0
    assert str(key) in done.stdout
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    kept = key.read_bytes()
    assert "never replaced" in refused(portfolio(tmp_path / "data", "master-key"))
    assert key.read_bytes() == kept
    inside = str(tmp_path / "data" / "my.key")
    assert "outside" in refused(portfolio(tmp_path / "data", "master-key", inside))


def test_another_master_key_is_said_in_one_line(real: Path, tmp_path: Path) -> None:
    assert portfolio(real, "sweep").returncode == 0
    write_master_key(tmp_path / "other.key")
    other = str(tmp_path / "other.key")
    done = portfolio(real, "sweep", PORTFOLIO_MASTER_KEY_FILE=other)
    assert "not the one" in refused(done)


def test_beheerder_invites_and_makes_no_account(real: Path) -> None:
    done = portfolio(real, "beheerder", "--organisation", "Gemeente  Voorbeeldstad")
    assert done.returncode == 0, done.stderr
    link = re.search(r"^link {2}http://localhost:8000(/\S+)$", done.stdout, re.MULTILINE)
    assert link
    assert re.search(r"^code {2}[A-Z0-9]{4}-[A-Z0-9]{4}$", done.stdout, re.MULTILINE)
    again = portfolio(real, "beheerder", "--organisation", "Gemeente Voorbeeldstad")
    assert again.returncode == 0, "the organisation is there already, and that is fine"
    with serving(real) as (lines, port):
        assert "portfolio beheerder" in "\n".join(lines), "an invitation is not an account"
        connection = HTTPConnection("localhost", port, timeout=10)
        connection.request("GET", link[1])
        assert "Gemeente Voorbeeldstad" in connection.getresponse().read().decode()


def test_an_organisation_is_closed_once_and_its_name_stays_its_own(real: Path) -> None:
    assert portfolio(real, "beheerder", "--organisation", "Stichting Brug").returncode == 0
    done = portfolio(real, "close-organisation", "Stichting  Brug", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Closed Stichting Brug. 0 of its people have no access any more.\n"
    assert "no open organisation" in refused(
        portfolio(real, "close-organisation", "Stichting Brug", "--yes")
    )
    assert "closed" in refused(portfolio(real, "beheerder", "--organisation", "Stichting Brug"))


def test_a_port_that_is_taken_is_said_in_one_line(real: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = portfolio(real, "serve", "--port", port)
    assert f"port {port}" in refused(done)


def test_a_request_that_is_too_large_gets_our_page(real: Path) -> None:
    """ASVS 5.2.1."""
    with serving(real) as (_, port):
        connection = HTTPConnection("localhost", port, timeout=30)
        connection.putrequest("POST", "/begin")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", str(2 * LARGEST_UPLOAD))
        connection.endheaders()
        for _ in range(2 * LARGEST_UPLOAD // 2**20):
            connection.send(b"x" * 2**20)
        answer = connection.getresponse()
        assert answer.status == 413
        assert b"<h1>" in answer.read()
        # The same connection goes on to serve.
        connection.request("GET", "/hulp")
        assert connection.getresponse().status == 200
    assert not [path for path in real.rglob("*") if path.stat().st_size > LARGEST_UPLOAD]


def test_large_bodies_share_one_room_and_others_are_told_to_wait(real: Path) -> None:
    """Half-sent bodies hold memory: above their share the next one is read away, and told so.

    ASVS 5.2.1.
    """
    megabyte, each = b"x" * 2**20, 20
    with serving(real) as (_, port):
        waiting = [
            half_sent(port, megabyte, each) for _ in range(MOST_AT_ONCE // 2**20 // (each - 1))
        ]
        # What was sent lies in the machine's own buffers for a while.
        time.sleep(2)
        late = half_sent(port, megabyte, each)
        late.send(megabyte)
        answer = late.getresponse()
        assert (answer.status, answer.getheader("Retry-After")) == (503, "5")
        assert b"<h1>" in answer.read()
        for connection in waiting:
            connection.close()
        time.sleep(1)
        last = half_sent(port, megabyte, each)
        last.send(megabyte)
        assert last.getresponse().status == 400, "there is room again: only the form is wrong"


def half_sent(port: int, megabyte: bytes, count: int) -> HTTPConnection:
    """Send a body all but its last megabyte."""
    connection = HTTPConnection("localhost", port, timeout=30)
    connection.putrequest("POST", "/begin")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(count * len(megabyte)))
    connection.endheaders()
    for _ in range(count - 1):
        connection.send(megabyte)
    return connection


def test_nobody_learns_with_what_we_serve(real: Path) -> None:
    """No version of any part is given away."""
    with serving(real) as (_, port):
        connection = HTTPConnection("localhost", port, timeout=10)
        connection.request("GET", "/hulp")
        assert connection.getresponse().getheader("Server") is None
