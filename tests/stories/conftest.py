"""Who walks through the stories about evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import factories
from tests.stores import SQLITE
from tests.stories.evidence import CountedWalk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Phone
    from tests.people import Actor


@pytest.fixture(params=[SQLITE])
def database(request: pytest.FixtureRequest) -> str:
    """Walk before one database: every page is tried on both where it is tested by itself.

    The main story names PostgreSQL as well.
    """
    return str(request.param)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Take a photo with a phone."""
    path = tmp_path / "foto.jpg"
    path.write_bytes(factories.picture("peru", (1200, 900)))
    return path


@pytest.fixture
def amina_walks(phone: Phone, amina: Actor, *, javascript: bool) -> CountedWalk:
    """Given: Amina before the start page of her map."""
    walk = CountedWalk(phone.open(amina, javascript=javascript))
    walk.window.visit("/map")
    return walk


@pytest.fixture
def javascript() -> bool:
    """Scripts run, unless a story says otherwise."""
    return True
