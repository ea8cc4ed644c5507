"""A wheel holds everything: every folder with Python of ours is named in setup.cfg."""

from __future__ import annotations

from configparser import ConfigParser
from typing import TYPE_CHECKING

from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from pathlib import Path


def check(root: Path = ROOT) -> list[Finding]:
    """Find the packages that a wheel would lack, and the names that are no package."""
    setup = ConfigParser()
    setup.read(root / "setup.cfg", encoding="utf-8")
    named = set(setup["options"]["packages"].split())
    moved = [line for line in setup["options"]["package_dir"].splitlines() if line]
    elsewhere = {line.partition("=")[0].strip() for line in moved} - {"portfolio"}
    present = {
        ".".join(path.parent.relative_to(root).parts)
        for path in (root / "portfolio").rglob("__init__.py")
    }
    return sorted(
        [Finding(name, "name this package in setup.cfg") for name in present - named]
        + [
            Finding(name, "setup.cfg names a package that is not there")
            for name in named - present - elsewhere - {"portfolio.translations"}
        ],
    )
