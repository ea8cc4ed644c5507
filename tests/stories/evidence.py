"""What the stories about evidence share: a walk that counts, and a file that is chosen and kept.

What does not live here: what a story promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.stories.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

# What is the same on both databases is told once.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass
class CountedWalk(Walk):
    """A walk of which every tap counts, and of which is known whether something was typed."""

    taps: int = 0
    typed: bool = False

    def press(self, msgid: str, within: str = "body", **params: str) -> Walk:
        """Press a button: a tap."""
        self.taps += 1
        return super().press(msgid, within, **params)

    def main(self) -> Walk:
        """Press the main button: a tap."""
        self.taps += 1
        return super().main()

    def choose(self, name: str, value: str) -> Walk:
        """Touch a tile: a tap."""
        self.taps += 1
        return super().choose(name, value)

    def fill(self, name: str, text: str) -> Walk:
        """Type."""
        self.typed = True
        return super().fill(name, text)


def choose_file(walk: Walk, name: str, path: Path, *, javascript: bool) -> None:
    """When: she makes or chooses a file, which a script sends ahead."""
    walk.page.locator(f'input[type="file"][name="{name}"]').set_input_files(path)
    if javascript:
        expect(walk.page.locator("[data-said=done]:visible")).to_have_count(1)
        assert walk.page.locator("input[name=upload]").input_value()


def keep_in_work(walk: Walk) -> str:
    """When: she says what it is about and keeps it. Gives its path."""
    walk.choose("leefgebied", "werk").main()
    walk.reads("Klopt alles?").main()
    assert walk.path.startswith("/map/stuk/")
    return walk.path


def is_drawn(walk: Walk, picture: str) -> bool:
    """Tell whether a picture on the page is really there."""
    shown = walk.page.locator(picture).first
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", value=True)
    wide: int = shown.evaluate("(image) => image.naturalWidth")
    return wide > 0
