"""What a page in Dutch and another language weighs beside one in Dutch alone, over every page.

Dutch alone is the smallest there is: Arabic, Persian and Tigrinya take two or three bytes a letter,
so beside the own language alone it is less. What is sent is packed as the product packs it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.languages import LANGUAGES, SOURCE
from tests.bench.measurement import Measurement
from tests.pages.every_page import Reading
from tests.pages.house import open_house
from tests.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.servers import Run

# As in portfolio/pages.py.
LEVEL = 5


@dataclass(frozen=True)
class Weight:
    """The bytes of all pages in one reading: as written, and as sent."""

    written: int
    sent: int


def measure(run: Run) -> Iterator[Measurement]:
    """Build every page in Dutch, and in each other language alone and beside Dutch."""
    stores = Stores(run.folder / "stores")
    dutch = _weigh(run.folder, stores, Reading(SOURCE, "nl"))
    for tag in LANGUAGES:
        if tag != SOURCE:
            both = _weigh(run.folder, stores, Reading(tag, "both"))
            own = _weigh(run.folder, stores, Reading(tag, "own"))
            yield Measurement("both_ratio", tag, both.written / dutch.written, "ratio")
            yield Measurement("both_sent_ratio", tag, both.sent / dutch.sent, "ratio")
            yield Measurement("both_own_ratio", tag, both.written / own.written, "ratio")
            yield Measurement("both_own_sent_ratio", tag, both.sent / own.sent, "ratio")
    stores.close()


def _weigh(folder: Path, stores: Stores, reading: Reading) -> Weight:
    with open_house(stores, folder / f"pages-{reading}", [reading]) as house:
        pages = [page.html.encode() for page in house.pages.values()]
    sent = (gzip.compress(page, LEVEL, mtime=0) for page in pages)
    return Weight(sum(map(len, pages)), sum(map(len, sent)))
