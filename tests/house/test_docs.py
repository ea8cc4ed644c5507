"""The pages of docs/ that say what is kept and why, against what really is."""

from __future__ import annotations

import re

from portfolio.keyring import data_key
from portfolio.models.base import Base
from tests.house import register
from tests.house.finding import ROOT

DPIA = (ROOT / "docs" / "dpia.md").read_text(encoding="utf-8")
PROOF = re.compile(r"`(tests/\S+?\.py)::(test_\w+)`")


def rows_under(heading: str) -> list[list[str]]:
    """Read the first table under a heading, its two first lines left out."""
    part = DPIA.partition(f"\n## {heading}")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_each_table_stands_once_in_the_impact_assessment_with_whose_why_and_on_what_basis() -> None:
    """ASVS 14.1.1. What is kept is put in classes of what it is for."""
    rows = rows_under("1.")
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row[1])]
    assert sorted(named) == sorted([*Base.metadata.tables, data_key.name])
    assert all(len(row) == 5 and all(row) for row in rows)


def test_each_risk_has_a_measure_and_a_proof_that_exists() -> None:
    rows = rows_under("3.")
    assert len(rows) >= 15
    for row in rows:
        assert len(row) == 4, row
        found = PROOF.fullmatch(row[3])
        assert found, row[3]
        text = (ROOT / found[1]).read_text(encoding="utf-8")
        assert f"def {found[2]}(" in text, row[3]


def test_the_assessment_has_the_parts_that_the_law_asks() -> None:
    for part in ("(a)", "(b)", "(c)", "(d)"):
        assert re.search(rf"## .*{re.escape(part)}", DPIA), part
    assert "To be filled in by the controller" in DPIA


def test_the_register_is_what_the_models_declare() -> None:
    """ASVS 14.1.1, 14.1.2. Each column carries a class, and what erasing and an export do."""
    assert register.check() == []
    text = register.text()
    for table in Base.metadata.tables.values():
        assert f"\n## {table.name}\n" in text
        for column in table.columns:
            said = column.info
            exported = "yes" if said["export"] else "no"
            line = f"| {column.name} | {said['class']} | {exported} | {said['erase']} |"
            assert line in text
            # What says something about a person is sealed, and goes with its key.
            assert (said["class"] == "sealed") == (said["erase"] == "key")
