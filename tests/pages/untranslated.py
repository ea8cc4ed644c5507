"""Finds what stands in Dutch on a page that is read in another language alone.

Dutch may stand there only where the page says so: a person's own words have their `lang`,
names stand in <bdi>, codes and links in translate="no".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from portfolio.languages import catalogue
from portfolio.models.words import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.document import Node

SPOKEN = ("alt", "aria-label", "placeholder", "title")
NOT_SAID = frozenset({"bdi", "textarea", "script", "style"})
PARAMETER = re.compile(r"%\(\w+\)[sd]")
# Words that stand in nearly every Dutch sentence, and in no English one.
DUTCH = re.compile(r"\b(?:je|het|een|niet|voor|wie|wat|met|jouw|deze|naar|van|ik)\b", re.IGNORECASE)
LATIN = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
# Beside an Arabic word its Dutch one may stand, since that is what one hears at a counter.
BESIDE = re.compile(r"\([^)]*\)")
BRAND = "Mijn map"
EDGES = " –.:,"
LISTED = " · "
LANGUAGE_NAMES = frozenset(WRITTEN.values())


def left_in_dutch(tree: Node, language: str) -> list[str]:
    """List the texts of a page that no one translated."""
    found = [said for said in _texts(tree) if _is_foreign(said, language)]
    # Attributes hold names and titles as they are, so only whole labels are known there.
    found += [said for said in _spoken(tree) if _tidied(said) in _dutch(language)]
    return [f"not translated: {said.strip()!r}" for said in found]


def _is_foreign(said: str, language: str) -> bool:
    text = _tidied(said)
    wrong = LATIN if language == "ar" else DUTCH
    return bool(wrong.search(BESIDE.sub("", text))) or text in _dutch(language)


def _tidied(said: str) -> str:
    return " ".join(said.replace(BRAND, "").split()).strip(EDGES)


@cache
def _dutch(language: str) -> frozenset[str]:
    """Collect the Dutch of every label that is said otherwise in a language, in its pieces."""
    texts: dict[str | tuple[str, int], str] = catalogue(language)._catalog
    pieces = set()
    for known, said in texts.items():
        msgid = known[0] if isinstance(known, tuple) else known
        for piece in PARAMETER.split(msgid) if msgid and msgid != said else ():
            pieces.add(piece.strip(EDGES))
    return frozenset(pieces - set(texts.values()) - {""})


def _texts(tree: Node) -> Iterator[str]:
    """Give what is read of a page, outside of what says that it is something else."""
    for child in tree.children:
        if isinstance(child, str):
            yield child
        elif not _is_of_others(child):
            yield from _texts(child)


def _is_of_others(node: Node) -> bool:
    """Tell whether somebody's own words stand here, a name, a code, or another language."""
    marked = node.tag != "html" and "lang" in node.attrs
    own = node.get("dir") == "auto" or node.get("translate") == "no"
    return marked or own or node.tag in NOT_SAID or node.text in LANGUAGE_NAMES


def _spoken(tree: Node) -> Iterator[str]:
    for node in tree.walk():
        if not _is_of_others(node):
            yield from (node[name] for name in SPOKEN if node.get(name))


def alone_in_dutch(tree: Node, language: str) -> list[str]:
    """List what stands in Dutch on a page in both, with nothing beside it."""
    body = tree.first("body")
    assert body is not None
    # In a list both stand on one line, since nothing is marked up there.
    found = [said for said in _texts(body) if _is_foreign(said, language) and LISTED not in said]
    return [f"Dutch alone: {said.strip()!r}" for said in found]
