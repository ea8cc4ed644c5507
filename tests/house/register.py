"""The register of columns, docs/register.md, made from what the models declare.

Made anew by: .venv/bin/python -m tests.house.register
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from sqlalchemy import Table

from portfolio.keyring import data_key
from portfolio.models import Base
from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PLACE = "docs/register.md"
INTRO = """# Register of columns

Made from what the models declare (`.venv/bin/python -m tests.house.register`); `script/check`
fails when it differs. Each column of each table:

- **class**: `public` (everybody may know), `internal` (ids, dates, states: not sealed, see
  decision 1), `sealed` (says something about a person; under that person's, map's or
  organisation's key).
- **export**: whether the owner's own export holds it.
- **erasing**: `key` (unreadable as soon as the key is destroyed, then the row goes), `row` (goes
  with its row), `keep` (says nothing about a person and may stay).
"""
COLUMNS = ", ".join(f"`{column.name}`" for column in data_key.columns)
KEYRING = f"""
## {data_key.name}, in the keyring

The data keys, wrapped by the master key. No column says anything about a person; erasing
destroys the rows of a person first of all. Columns: {COLUMNS}.
"""


def check(root: Path = ROOT) -> list[Finding]:
    """Find whether the register says what the models declare."""
    path = root / PLACE
    kept = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [] if kept == text() else [Finding(PLACE, "run: python -m tests.house.register")]


def text() -> str:
    """Write the register."""
    purposes = {
        mapper.local_table.name: (inspect.getdoc(mapper.class_) or "").partition("\n")[0]
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    }
    parts = [_of(table, purposes[name]) for name, table in sorted(Base.metadata.tables.items())]
    return INTRO + "".join(parts) + KEYRING


def _of(table: Table, purpose: str) -> str:
    return "\n".join((f"\n## {table.name}\n", f"{purpose}\n", *_rows(table), ""))


def _rows(table: Table) -> Iterator[str]:
    yield "| column | class | export | erasing |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        said = column.info
        exported = "yes" if said["export"] else "no"
        yield f"| {column.name} | {said['class']} | {exported} | {said['erase']} |"


if __name__ == "__main__":
    (ROOT / PLACE).write_text(text(), encoding="utf-8")
