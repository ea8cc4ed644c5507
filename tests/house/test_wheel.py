"""An installed wheel holds pages, pictures, migrations and languages, and finds them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.house.finding import ROOT

if TYPE_CHECKING:
    from pathlib import Path

BUILD = "import setuptools.build_meta as build; print(build.build_wheel('dist'))"
ASK_FOR_A_PAGE = """
import portfolio
from portfolio.commands import open_app
from portfolio.config import read_settings
print(portfolio.__file__)
page = open_app(read_settings()).test_client().get("/hulp", base_url="http://localhost:8000")
print(page.status_code)
"""
SOURCES = ("portfolio", "templates", "static", "migrations")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel in a copy of the checkout and unpack it as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (ROOT / "setup.cfg", ROOT / "pyproject.toml", ROOT / "README.md"):
        shutil.copy(file, folder)
    subprocess.run([sys.executable, "-P", "-c", BUILD], cwd=folder, check=True, capture_output=True)
    place = folder / "installed"
    with ZipFile(next((folder / "dist").glob("*.whl"))) as wheel:
        wheel.extractall(place)
    return place


@pytest.mark.parametrize("room", SOURCES)
def test_a_wheel_holds_what_the_checkout_holds(installed: Path, room: str) -> None:
    missing = {
        path
        for path in _files(ROOT / room)
        if not (installed / ("" if room == "portfolio" else "portfolio") / room / path).is_file()
    }
    assert missing == set()


def test_the_installed_application_answers_away_from_the_checkout(
    installed: Path, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-c", ASK_FOR_A_PAGE],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(installed),
            "PORTFOLIO_DATA": str(tmp_path / "data"),
            "PORTFOLIO_MASTER_KEY": b64encode(bytes(32)).decode(),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split() == [str(installed / "portfolio" / "__init__.py"), "200"], (
        ended.stderr
    )


def _files(room: Path) -> set[Path]:
    return {
        path.relative_to(room)
        for path in room.rglob("*")
        if path.is_file()
        and path.suffix not in {".pyc", ".po", ".pot", ".tbx"}
        # What is for translators: the pages read the compiled catalogues alone.
        and path.name not in {"notes.toml", "glossary.toml"}
    }
