"""Finds what stands in Dutch on a page that is read in another language alone.

Dutch may stand there only where the page says so: a person's own words have their `lang`,
names stand in <bdi>, codes and links in translate="no".
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from portfolio.languages import SOURCE, catalogue
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
# What the language that nobody speaks puts around each label; one may stand inside another.
BRACKETED = re.compile(r"\[[^][]*(?:\[[^][]*\][^][]*)*\]")
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


def without_dutch(tree: Node, language: str) -> list[str]:
    """List what a page says in a language without the Dutch of it right before it."""
    pairs = {id(pair): pair for pair in _pairs(tree, language)}
    # One label inside another is said in the language around it, never in both once more.
    wrong = [
        pair.text for pair in pairs.values() if any(id(each) in pairs for each in _above(pair))
    ]
    found = [said for said in _alone(tree, pairs) if _tidied(said) in _said_in(language)]
    found += [said for said in _spoken(tree) if _tidied(said) in _said_in(language)]
    if not pairs:
        wrong.append("nothing in two languages")
    return [f"not beside its Dutch: {said.strip()!r}" for said in (*wrong, *found)]


def _pairs(tree: Node, language: str) -> Iterator[Node]:
    """Give what holds a text in a language, with the Dutch of it before it."""
    for node in tree.walk():
        pair = node.parent
        if node.get("lang") != language or pair is None or not node.text:
            continue
        before = pair.children[: next(at for at, each in enumerate(pair.children) if each is node)]
        last = [each for each in before if not isinstance(each, str) or each.strip()][-1:]
        if last and SOURCE in (pair.get("lang"), isinstance(last[0], str) or last[0].get("lang")):
            yield pair


def _above(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _alone(tree: Node, pairs: dict[int, Node]) -> Iterator[str]:
    """Give what is said outside a label in two languages, and outside the line that says why."""
    for child in tree.children:
        if isinstance(child, str):
            yield child
        elif id(child) not in pairs and not (
            "data-keeps-dutch" in child.attrs or child.text in LANGUAGE_NAMES
        ):
            yield from _alone(child, pairs)


@cache
def _said_in(language: str) -> frozenset[str]:
    """Collect what a catalogue says otherwise than Dutch, in its pieces."""
    texts: dict[str | tuple[str, int], str] = catalogue(language)._catalog
    pieces = {
        piece.strip(EDGES)
        for known, said in texts.items()
        for piece in PARAMETER.split(said if known and said != known else "")
    }
    dutch = {known[0] if isinstance(known, tuple) else known for known in texts}
    return frozenset(each for each in pieces - dutch if len(each) > 1)


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


def left_outside(tree: Node) -> list[str]:
    """List what stands outside the brackets on a page in the language that nobody speaks."""
    found, depth, outside = [], 0, ""
    for said in _texts(tree):
        for sign in said:
            depth += (sign == "[") - (sign == "]")
            outside += sign if depth == 0 and sign != "]" else " "
        if depth == 0:
            found.append(outside)
            outside = ""
    found += [said for said in _spoken(tree) if LATIN.search(BRACKETED.sub("", said))]
    return [f"not translated: {said.strip()!r}" for said in found if LATIN.search(_tidied(said))]


def alone_in_dutch(tree: Node, language: str) -> list[str]:
    """List what stands in Dutch on a page in both, with nothing beside it."""
    body = tree.first("body")
    assert body is not None
    # In a list both stand on one line, since nothing is marked up there.
    found = [said for said in _texts(body) if _is_foreign(said, language) and LISTED not in said]
    return [f"Dutch alone: {said.strip()!r}" for said in found]
