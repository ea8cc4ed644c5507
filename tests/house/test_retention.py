"""docs/retention.md says what the code does, and names every step of the sweep."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from portfolio.sweep import STEPS, sweep
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from flask import Flask

PAGE = ROOT / "docs" / "retention.md"
WITHOUT_A_TIME = {"attempts", "browsers", "challenges", "files", "flows", "reminders"}


def rows() -> list[list[str]]:
    """Read the table."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_table_says_what_the_code_does(app: Flask) -> None:
    """ASVS 14.2.7. How long each kind of data is kept, and by which step it goes."""
    found = rows()
    assert len(found) > 10
    for what, days, _start, constant, _step in found:
        module, _, name = constant.rpartition(".")
        assert getattr(import_module(module), name) == timedelta(days=int(days)), what
    steps = set(sweep(app))
    assert set(STEPS) < steps
    assert {row[-1] for row in found} | WITHOUT_A_TIME == steps
    assert all(f"`{name}`" in PAGE.read_text(encoding="utf-8") for name in WITHOUT_A_TIME)
