"""How a story walks: by the words and pictures on the page, in whatever language it is read.

What lives here: pressing, choosing, typing as a person does. What does not: what a story
promises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from portfolio.languages import translate

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.chromium import Window


@dataclass
class Walk:
    """Somebody with a phone, who reads its pages in one language."""

    window: Window
    tag: str = "nl"

    @property
    def page(self) -> Page:
        """Give the page before them."""
        return self.window.page

    @property
    def path(self) -> str:
        """Give the path of the page before them."""
        return self.page.url.removeprefix(self.window.address).partition("?")[0]

    def said(self, msgid: str) -> str:
        """Give a label as this person reads it."""
        return translate(self.tag, msgid)

    def press(self, msgid: str, within: str = "body", **params: str) -> Walk:
        """Press the button or follow the link with these words."""
        dutch, words = msgid, self.said(msgid)
        for name, value in params.items():
            dutch, words = (each.replace(f"%({name})s", value) for each in (dutch, words))
        place = self.page.locator(within)
        # On pages about consent and health the Dutch stands before it.
        exactly = re.compile(rf"^\s*(?:{re.escape(dutch)}\s+)?{re.escape(words)}\s*$")
        target = place.get_by_role("button", name=exactly).or_(
            place.get_by_role("link", name=exactly)
        )
        target.first.click()
        self.page.wait_for_load_state()
        return self

    def main(self) -> Walk:
        """Press the one main button of the page."""
        # A click ends when the next page has begun: its buttons may still be on their way.
        self.page.wait_for_load_state()
        buttons = self.page.locator("main button.primary, main a.primary")
        expect(buttons, f"main buttons of {self.path}").to_have_count(1)
        buttons.click()
        self.page.wait_for_load_state()
        return self

    def choose(self, name: str, value: str) -> Walk:
        """Touch the tile of a choice."""
        control = self.page.locator(f'input[name="{name}"][value="{value}"]')
        self.page.locator(f'label[for="{control.get_attribute("id")}"]').click()
        return self

    def fill(self, name: str, text: str) -> Walk:
        """Type into a field."""
        self.page.locator(f'[name="{name}"]:visible').fill(text)
        return self

    def sees(self, text: str) -> Walk:
        """Expect words of somebody, or of ours, on the page."""
        expect(self.page.locator("body")).to_contain_text(text)
        return self

    def reads(self, msgid: str) -> Walk:
        """Expect one of our labels on the page, in this person's language."""
        return self.sees(self.said(msgid))

    def sees_not(self, text: str) -> Walk:
        """Expect words to be nowhere on the page."""
        expect(self.page.locator("html")).not_to_contain_text(text)
        return self

    def choose_language(self) -> Walk:
        """Choose the own language by its name, and read nothing else."""
        if self.tag != "nl":
            self.page.locator(f'footer button[name="language"][value="{self.tag}"]').click()
            self.page.locator('footer button[name="mode"][value="own"]').click()
            expect(self.page.locator("html")).to_have_attribute("lang", self.tag)
        return self

    def photos(self) -> list[str]:
        """List the addresses of the photos on the page."""
        self.page.wait_for_load_state()
        found: list[Locator] = self.page.locator('img[src^="/foto/"]').all()
        return [str(image.get_attribute("src")) for image in found]
