"""The intake for these tests: a real one, and a quick one for hundreds of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio.media.intake import Intake
from tests.media.quick import Quick

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def workers() -> Iterator[Quick]:
    """Start quick workers for this run."""
    with Quick() as quick:
        yield quick


@pytest.fixture
def quick(workers: Quick, monkeypatch: pytest.MonkeyPatch) -> Intake:
    """Give an intake whose workers start quickly, with the same limits."""
    monkeypatch.setattr("portfolio.media.intake.work", workers.work)
    return Intake(threads=8, clamd_url=None)


@pytest.fixture
def intake() -> Intake:
    """Give an intake as the server has it."""
    return Intake(threads=8, clamd_url=None)
