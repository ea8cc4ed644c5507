"""Checks the hard words of a page: each explained once, where it is no part of a control."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portfolio.data import HARD_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.document import Node

FORMS = {form: word.key for word in HARD_WORDS.values() for form in word.forms} | {
    form[0].upper() + form[1:]: word.key for word in HARD_WORDS.values() for form in word.forms
}
HARD = re.compile(rf"\b({'|'.join(map(re.escape, sorted(FORMS, key=len, reverse=True)))})\b")
NO_PLACE = ("a", "button", "h1", "h2", "h3", "label", "legend", "option", "summary", "title")
# Where a sentence of ours stands by itself.
SENTENCES = ("p",)


def wrong_taps(tree: Node) -> list[str]:
    """List what is wrong with the hard words of a page that is read in Dutch."""
    taps = [node for node in tree.walk("a") if node.get("class") == "tap"]
    keys = [node["id"].removeprefix("bij-") for node in taps]
    meanings = [node for node in tree.walk("div") if node.get("class") == "meaning"]
    wrong = [f"explained at a wrong place: {node.text}" for node in taps if _within(node, NO_PLACE)]
    wrong += [f"explained twice: {key}" for key in {each for each in keys if keys.count(each) > 1}]
    if keys != [node["id"].removeprefix("woord-") for node in meanings]:
        wrong.append(f"what is tapped is not what is explained: {keys}")
    said = {key for node in tree.walk(*SENTENCES) for key in _hard_words(node)}
    return wrong + [f"not explained: {key}" for key in sorted(said - set(keys))]


def _within(node: Node, tags: tuple[str, ...]) -> bool:
    return any(node.above(tag) for tag in tags)


def _hard_words(sentence: Node) -> Iterator[str]:
    """Give the hard words that we say here ourselves; the meanings themselves are left alone."""
    if _within(sentence, NO_PLACE) or _classes_above(sentence) & {"meaning", "hard-words"}:
        return
    for text in _own_texts(sentence):
        yield from (FORMS[form] for form in HARD.findall(text))


def _classes_above(node: Node) -> set[str]:
    found: set[str] = set()
    at: Node | None = node
    while at is not None:
        found |= set(at.get("class").split())
        at = at.parent
    return found


def _own_texts(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            yield child
        elif not _is_of_others(child):
            yield from _own_texts(child)


def _is_of_others(node: Node) -> bool:
    """Tell whether this is a control, a name, somebody's words, or a fact beside a picture."""
    words = "lang" in node.attrs and node.get("class") != "nl"
    return words or node.tag in (*NO_PLACE, "bdi") or "fact" in node.get("class").split()
