"""docs/access.md as data: three tables, and the answer that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from tests.house.finding import ROOT

# How many cells of the matrix were tried in a run; tests/conftest.py prints it.
CELLS = pytest.StashKey[int]()
PAGE = ROOT / "docs" / "access.md"
# The columns of table 1, and who of the cast stands there.
ROLES = {
    "amina": "the owner",
    "farid": "another owner",
    "bas": "coach",
    "dirk": "provider",
    "eva": "beheerder",
    "visitor": "visitor",
}
SHARED_WITH = ("bas", "dirk")
SHARED, LEFT = "Werk", "Werk, no longer working there"
# What one may do through a seat only: whoever left has none of it.
OF_A_SEAT = frozenset({"people_see", "people_comment", "achievements_see", "code_show"})
YES, NO, SIGN_IN, WHERE_SHARED = "yes", "no", "sign in", "where shared"


@dataclass(frozen=True)
class Declared:
    """What table 3 says of an endpoint."""

    endpoint: str
    action: str
    thing: str
    noted: bool


@cache
def _tables() -> tuple[list[dict[str, str]], ...]:
    """Read every table of the page, each as rows by the names of its columns."""
    found: list[list[dict[str, str]]] = []
    names: list[str] = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            names = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not names:
            names = cells
            found.append([])
        elif "".join(cells).strip("-"):
            found[-1].append(dict(zip(names, cells, strict=True)))
    return tuple(found)


def states() -> list[str]:
    """List the states of a consent, in the words of table 2."""
    return [row["what was agreed"] for row in _tables()[1]]


def endpoints() -> dict[str, Declared]:
    """List what table 3 declares."""
    return {
        row["endpoint"]: Declared(row["endpoint"], row["action"], row["thing"], row["noted"] == YES)
        for row in _tables()[2]
    }


def answer(declared: Declared, who: str, state: str) -> str:
    """Say what the tables promise: yes, no or sign in."""
    said = _said(declared)[ROLES[who]]
    if who in SHARED_WITH and state == LEFT and declared.action in OF_A_SEAT:
        return NO
    return _there(declared, state) if said == WHERE_SHARED else said


def depends_on_sharing(declared: Declared, who: str) -> bool:
    """Tell whether the answer is one of table 2."""
    return _said(declared)[ROLES[who]] == WHERE_SHARED


def _said(declared: Declared) -> dict[str, str]:
    for row in _tables()[0]:
        if (row["action"], row["thing"]) == (declared.action, declared.thing):
            return row
    message = (
        f"docs/access.md, table 1 has no row for {declared.action} on {declared.thing!r}, which "
        f"table 3 names for {declared.endpoint}: add the row and say who may"
    )
    raise AssertionError(message)


def _there(declared: Declared, state: str) -> str:
    row = next(row for row in _tables()[1] if row["what was agreed"] == state)
    return row.get(f"{declared.thing}, {declared.action}") or row[declared.thing]
