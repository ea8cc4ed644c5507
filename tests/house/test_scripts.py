"""The scripts refuse what they must before they make or start anything."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.house.finding import ROOT


def _run(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "KEYRING_URL", "PORT", "PORTFOLIO_DATA"}
    }
    return subprocess.run(
        [str(ROOT / command[0]), *command[1:]],
        env={**environment, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--demo", "--host", "0.0.0.0"),  # noqa: S104 -- it must be refused
        ("--demo", "--host=192.168.1.4"),
        ("--host", "example.org", "--demo"),
        ("--demo", "--host", ""),
    ],
)
def test_the_demonstration_is_for_this_machine_only(arguments: tuple[str, ...]) -> None:
    ended = _run("script/server", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "--demo is for this machine only" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["DATABASE_URL", "KEYRING_URL"])
def test_the_demonstration_refuses_a_database_of_others(name: str) -> None:
    secret = "postgresql://someone:a-passphrase@example.org/data"
    ended = _run("script/server", "--demo", **{name: secret})
    assert ended.returncode == 2
    assert "unset DATABASE_URL and KEYRING_URL" in ended.stderr
    assert "a-passphrase" not in ended.stderr


@pytest.mark.parametrize("arguments", [("--port", "1"), ("--host",)])
def test_the_server_refuses_arguments_it_does_not_know(arguments: tuple[str, ...]) -> None:
    assert _run("script/server", *arguments).returncode == 2


def test_a_port_is_a_number() -> None:
    assert _run("script/server", PORT="http").returncode == 2


def test_a_setup_that_is_done_says_nothing_and_needs_no_network() -> None:
    nowhere = "http://127.0.0.1:9"
    ended = _run("script/setup", "test", HOME="", PIP_INDEX_URL=nowhere, HTTPS_PROXY=nowhere)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_an_unknown_check_is_refused_by_name() -> None:
    ended = _run("script/check", "luck")
    assert ended.returncode == 2
    assert "luck" in ended.stdout
