"""The measuring itself works; a short run says nothing about how fast anything is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.bench.place import LOGGED, PAGES
from tests.house.finding import ROOT

COMMAND = (sys.executable, "-m", "tests.bench")


@dataclass(frozen=True)
class Measured:
    """What a run printed, by name and page, and what it said at the end."""

    values: dict[tuple[str, str], float]
    said: str


@pytest.fixture(scope="module")
def short() -> Measured:
    """Measure everything once in the shortest form; the browser's part where there is one."""
    in_browser = ("paint",) if shutil.which("chromium") else ()
    parts = ("memory", "rates", "queries", "history", *in_browser)
    done = subprocess.run(
        [*COMMAND, "--short", *parts], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(set(line) == {"name", "page", "value", "unit"} for line in lines)
    return Measured({(line["name"], line["page"]): line["value"] for line in lines}, done.stderr)


def test_every_page_is_measured_beside_the_same_page_of_the_floor(short: Measured) -> None:
    for name in ("requests_per_s", "floor_per_s", "floor_ratio", "p50_ms", "p95_ms"):
        assert all(short.values[name, page] > 0 for page in PAGES)
    assert short.values["memory_mb", ""] > 0
    assert "floor_ratio" in short.said


def test_a_reading_that_is_logged_costs_statements_that_another_does_not(short: Measured) -> None:
    assert short.values["sql_queries", LOGGED] > short.values["sql_queries", "coach"] > 0


def test_an_old_plan_is_laid_beside_a_new_one(short: Measured) -> None:
    for page in ("plan", "goals", "talks", "talk", "versions", "coach_plan", "coach_talk"):
        new, old = (short.values[f"{age}_plan_p95_ms", page] for age in ("new", "old"))
        assert short.values["old_plan_ratio", page] == pytest.approx(old / new, abs=0.01)
    assert "old_plan_ratio" in short.said


@pytest.mark.browser
def test_a_page_is_weighed_and_its_paint_timed_in_a_browser(short: Measured) -> None:
    for page in PAGES[:-1]:
        assert short.values["bytes_total", page] > short.values["bytes_js", page]
        assert short.values["requests", page] > 2
        assert short.values["lcp_ms", page] > 0
    assert short.values["bytes_total", "coach"] > short.values["bytes_without_photos", "coach"]


def test_a_name_that_is_no_measure_is_refused() -> None:
    done = subprocess.run(
        [*COMMAND, "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "nothing" in done.stderr
