"""The example's map in another size, for measuring: more of the same, in every leefgebied."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice
from typing import TYPE_CHECKING

from portfolio.demo_pictures import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portfolio.data.demo import Entry, Map

MEASURED = "werk"


def of_size(content: Map, entries: int, photos: int) -> Map:
    """Give a map with so many entries and photos, a third of both in werk."""
    here = [entry for entry in content.entries if entry.leefgebied == MEASURED]
    elsewhere = [entry for entry in content.entries if entry.leefgebied != MEASURED]
    chosen = [
        *_so_many(here, entries // 3, photos // 3),
        *_so_many(elsewhere, entries - entries // 3, photos - photos // 3),
    ]
    kept = {entry.key for entry in chosen}
    return replace(
        content,
        entries=tuple(chosen),
        comments=tuple(c for c in content.comments if c.entry is None or c.entry in kept),
        looks=tuple(look for look in content.looks if look.entry is None or look.entry in kept),
        consents=tuple(c for c in content.consents if kept.issuperset(c.entries) and not c.parts),
        # Whoever measures writes a plan of the size that is measured.
        plan=None,
    )


def _so_many(entries: Sequence[Entry], count: int, photos: int) -> Iterator[Entry]:
    pictures = cycle(NAMES)
    for number, entry in enumerate(islice(cycle(entries), count)):
        key = entry.key if number < len(entries) else f"{entry.key}_{number}"
        painted = entry.picture or next(pictures)
        # Measured through a coach's eyes as well, so nothing here is for the owner alone.
        yield replace(entry, key=key, private=False, picture=painted if number < photos else None)
