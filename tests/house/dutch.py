"""The Dutch on screen is easy: short sentences, and no word that has an easier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio import b1
from tests.house.catalogues import PLACEHOLDER, Message, extract
from tests.house.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


def check() -> list[Finding]:
    """Find the texts on screen that are hard to read."""
    return sorted(finding for message in extract().values() for finding in hard(message))


def hard(message: Message) -> Iterator[Finding]:
    """Find what is hard in one message; a placeholder counts as one word."""
    for text in filter(None, (message.text, message.plural)):
        for found in b1.findings(PLACEHOLDER.sub("iets", text)):
            yield Finding(message.where, f"{found.words!r}: {found.better}")
