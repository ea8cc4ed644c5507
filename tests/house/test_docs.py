"""The pages of docs/ that say what is kept and why, against what really is."""

from __future__ import annotations

import logging
import re
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from portfolio import events
from portfolio.keyring import data_key
from portfolio.models import Base
from portfolio.postman import send_waiting
from tests.house import register
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from portfolio.config import Settings
    from tests.people import Cast

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


def test_what_a_server_leaves_on_its_disk_is_in_the_inventory(
    cast: Cast, settings: Settings
) -> None:
    """ASVS 16.1.1. Each file is named there, each row of the log too, and no log is a file."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (.+?) \| .+? \| .+? \|$", text.partition("## What is written")[2], re.MULTILINE
    )
    patterns = [found for row in rows for found in re.findall(r"`([^`]+)`", row) if "*" in found]
    tables = [row.split("`")[1] for row in rows if row.startswith("table ")]
    assert set(tables) <= set(Base.metadata.tables)
    assert len(patterns) >= 4
    cast.bas.page.visit(f"/mensen/{cast.amina.map_id}/werk")
    cast.amina.page.post("/over-mij/e-mail", {"address": "amina@voorbeeld.nl"})
    assert send_waiting(cast.amina.app)
    folder = settings.data_folder
    kept = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert any(name.startswith("mail/") for name in kept)
    unnamed = [name for name in kept if not any(fnmatch(name, each) for each in patterns)]
    assert unnamed == []
    handlers = [*logging.getLogger("portfolio").handlers, *events.LOGGER.handlers]
    assert not [each for each in handlers if isinstance(each, logging.FileHandler)]
    source = [path.read_text() for path in (ROOT / "portfolio").rglob("*.py")]
    assert not [text for text in source if "FileHandler" in text or "logging.config" in text]


def test_each_abuse_and_fault_has_tests_named_after_it_that_exist() -> None:
    threats = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([AF]\d+) \|.*\|([^|]*)\|$", threats, flags=re.MULTILINE)
    numbers = [number for number, _ in rows]
    assert numbers == [f"A{each}" for each in range(1, 24)] + [f"F{each}" for each in range(1, 11)]
    for number, shown in rows:
        named = re.findall(r"`(\S+?\.py)::(test_\w+)`", shown)
        assert named, f"{number} names no test"
        assert len(named) == shown.count("`") // 2, f"{number} names something else than a test"
        for path, name in named:
            written = (ROOT / "tests" / path).read_text(encoding="utf-8")
            assert f"def {name}(" in written, f"{number}: {path} has no {name}"
