"""The list of the erased: every change is found, and nothing starts without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio import create_app
from portfolio.config import ConfigurationError, read_settings
from portfolio.erasure import check_list, erase, erasure_list
from portfolio.erasure_list import ErasureList, ErasureListError

if TYPE_CHECKING:
    from pathlib import Path

    from portfolio.config import Settings
    from tests.people import Cast

SECRET = b"s" * 32


def test_the_list_finds_every_change(tmp_path: Path) -> None:
    """A line changed, taken out, moved, put in or cut; another's list; no list at all."""
    found = ErasureList(tmp_path / "list", SECRET)
    with pytest.raises(ErasureListError, match="missing"):
        found.read()
    with pytest.raises(ErasureListError, match="missing"):
        found.add("person", None, [])
    found.start()
    found.start()
    for name in ("anna", "bert", "cleo"):
        found.add(name, f"map-{name}", [f"key-{name}", "key"])
    assert found.add("bert", None, []).number == 2, "who is in it is not added again"
    lines = found.path.read_bytes().splitlines(keepends=True)
    assert [line.person_id for line in found.read()] == ["anna", "bert", "cleo"]
    assert found.read()[2].key_ids == ("key-cleo", "key")
    damaged = {
        "changed": [*lines[:2], lines[2].replace(b"bert", b"bart"), lines[3]],
        "another key": [*lines[:3], lines[3].replace(b"key-cleo", b"key-farid")],
        "taken out": [*lines[:2], lines[3]],
        "moved": [lines[0], lines[2], lines[1], lines[3]],
        "twice": [*lines, lines[3]],
        "no beginning": lines[1:],
        "empty": [],
        "an empty line": [*lines, b"\n"],
        "no ASCII": [*lines[:3], lines[3][:-2] + "é\n".encode()],
    }
    for name, content in damaged.items():
        found.path.write_bytes(b"".join(content))
        with pytest.raises(ErasureListError):
            assert [name, *found.read()] == []
    found.path.write_bytes(b"".join(lines))
    with pytest.raises(ErasureListError, match="not the one of this keyring"):
        ErasureList(tmp_path / "list", b"t" * 32).read()
    # What a crash left half written was never acted upon, and makes room for the next.
    found.path.write_bytes(b"".join(lines) + b"4 2026-11-28T20:00:00+00:00 dirk")
    assert len(found.read()) == 3
    found.add("eva", None, [])
    assert [line.person_id for line in found.read()] == ["anna", "bert", "cleo", "eva"]
    assert found.path.stat().st_mode & 0o077 == 0


def test_a_cut_or_missing_list_stops_the_start(cast: Cast, settings: Settings) -> None:
    app = cast.amina.app
    with app.app_context():
        path = erasure_list().path
        before = path.read_bytes()
        assert not path.is_relative_to(settings.data_folder)
        assert erase(cast.farid.person_id)
    for content in (before, None):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        with pytest.raises(ConfigurationError, match=r"cut|missing"):
            create_app(settings)
    # Started anew by hand it is as empty as a cut one.
    with app.app_context():
        erasure_list().start()
        with pytest.raises(ErasureListError, match="cut"):
            check_list()
        # Nor does another line make it long enough again.
        erasure_list().add("somebody-else", None, [])
        with pytest.raises(ErasureListError, match="cut"):
            check_list()


def test_the_list_stands_outside_the_data(tmp_path: Path) -> None:
    env = {"PORTFOLIO_DATA": str(tmp_path / "data"), "PORTFOLIO_MASTER_KEY": "A" * 43 + "="}
    assert read_settings(env).erasure_folder == tmp_path / "data-erasures"
    named = read_settings({**env, "PORTFOLIO_ERASURES": str(tmp_path / "elsewhere")})
    assert named.erasure_folder == tmp_path / "elsewhere"
    with pytest.raises(ConfigurationError, match="outside the data folder"):
        read_settings({**env, "PORTFOLIO_ERASURES": str(tmp_path / "data" / "list")})
