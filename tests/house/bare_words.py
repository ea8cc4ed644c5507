"""No word stands in a template by itself: say() or one() gives it in the reader's language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from pathlib import Path

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = frozenset({"alt", "aria-description", "aria-label", "aria-roledescription", "placeholder"})
SILENT = frozenset({"script", "style"})
# The product's name is the same in every language.
NAMES = frozenset({"Mijn map"})


def check(root: Path = ROOT) -> list[Finding]:
    """Find the words that no catalogue knows."""
    return sorted(
        Finding(f"{path.relative_to(root)}:{line}", f"{words!r} needs say() or one()")
        for path in (root / "templates").rglob("*.html")
        for line, words in bare_words(path.read_text(encoding="utf-8"))
    )


def bare_words(template: str) -> list[tuple[int, str]]:
    """List the words outside Jinja that a person sees or hears, with their lines."""
    reader = _Reader()
    # A blank keeps the lines, so that the place is right.
    reader.feed(JINJA.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), template))
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Collects text and spoken attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in SILENT
        for name, value in attrs:
            if name in SPOKEN or (name == "title" and tag != "link"):
                self._note(value or "")

    def handle_endtag(self, _tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._note(data)

    def _note(self, text: str) -> None:
        words = " ".join(text.split()).strip(" –-·:")
        if WORD.search(words) and words not in NAMES:
            self.found.append((self.getpos()[0], words))
