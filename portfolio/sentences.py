"""The sentences of a catalogue, as somebody finds the one that is wrong.

What lives here: the sentences of a language by their names, on a page, and by a few words. What
does not: what was said about them (models/sentence.py). What somebody types to find a sentence is
theirs: it is compared here and goes nowhere.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.messages.mofile import read_mo
from flask import current_app
from jinja2 import TemplateNotFound, meta, nodes

from portfolio.languages import FOLDER, LANGUAGES, SOURCE, Reader, beside, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from portfolio.languages import Label

# Enough to choose from, and few enough to look through.
MOST_FOUND = 7
MOST_WORDS = 20
FILLED_IN = re.compile(r"%\(\w+\)[sd]")
# A page of ours: a folder of the templates and a file in it. Not the frame of every page.
PAGE = re.compile(r"[a-z_]+/[a-z_]+")
SAYING = frozenset({"say", "say_n", "one"})
# What `portfolio sentences` calls what is wrong.
TITLES = {
    "unclear": "not understood",
    "word": "a wrong word",
    "hard": "too hard",
    "unkind": "unkind",
}
# What is wrong: how it is drawn, and what it is called.
REASONS: Mapping[str, tuple[str, str]] = {
    "unclear": ("help", mark("Ik begrijp het niet")),
    "word": ("pen", mark("Een woord klopt niet")),
    "hard": ("stairs", mark("Het is te moeilijk")),
    "unkind": ("comment", mark("Het is niet aardig")),
}


@dataclass(frozen=True)
class Sentence:
    """A sentence in Dutch and in a language. Its name is another one as soon as it changes."""

    name: str
    tag: str
    dutch: str
    said: str

    @property
    def label(self) -> Label:
        """Show it in both languages; what is filled in on a page are dots here."""
        texts = {SOURCE: self.dutch, self.tag: self.said}
        return beside(texts.__getitem__, Reader(self.tag, "both"))


def of_language(tag: str) -> Mapping[str, Sentence]:
    """Give every sentence of a language by its name; Dutch is the source and has none."""
    return {sentence.name: sentence for sentence in _told(tag)}


def named(name: str) -> Sentence | None:
    """Find a sentence by its name, in whichever language it stands."""
    return _by_name().get(name)


def on_page(page: str, tag: str) -> list[Sentence]:
    """List the sentences of a page of ours, in their order; of anything else none."""
    said = _in_template(f"{page}.html") if PAGE.fullmatch(page) else ()
    by_dutch = {sentence.dutch: sentence for sentence in _told(tag)}
    return [by_dutch[dutch] for dutch in said if dutch in by_dutch]


def find(tag: str, typed: str) -> list[Sentence]:
    """Find the sentences that hold most of a few words, in Dutch or in the language."""
    wanted = list(dict.fromkeys(_folded(typed).split()))[:MOST_WORDS]
    scored = [
        (sum(word in folded for word in wanted), len(folded), sentence)
        for sentence, folded in _searched(tag)
    ]
    # Names and dates of a page are no words of a catalogue, so not every word must be there.
    good = [each for each in scored if each[0] * 2 >= max(2, len(wanted))]
    good.sort(key=lambda each: (-each[0], each[1]))
    return [sentence for _count, _length, sentence in good[:MOST_FOUND]]


def report(said: Mapping[str, Mapping[str, int]], only: str | None) -> Iterator[str]:
    """List for translators what was called wrong, most often first.

    `said`: sentence -> reason -> how often. Whatever was changed since has another name, and is
    no longer here.
    """
    there = [(named(name), reasons) for name, reasons in said.items()]
    wrong = [(one, why) for one, why in there if one and only in (None, one.tag)]
    for sentence, why in sorted(wrong, key=lambda each: (each[0].tag, -sum(each[1].values()))):
        counted = ", ".join(f"{count} x {TITLES[reason]}" for reason, count in why.items())
        yield f"{sentence.tag}  {counted}"
        yield f"  {SOURCE}  {sentence.dutch}"
        yield f"  {sentence.tag}  {sentence.said}"


@lru_cache(maxsize=32)
def _told(tag: str) -> tuple[Sentence, ...]:
    if tag == SOURCE or tag not in LANGUAGES:
        return ()
    path = FOLDER / tag / "LC_MESSAGES" / "messages.mo"
    with path.open("rb") as file:
        read = [(each.id, each.string) for each in read_mo(file)]
    return tuple(_read(tag, dutch, said) for dutch, said in read if dutch and said)


def _read(tag: str, dutch: str | Iterable[str], said: str | Iterable[str]) -> Sentence:
    # The last form of a plural is the one for many.
    from_, to = ([each] if isinstance(each, str) else list(each) for each in (dutch, said))
    name = hashlib.sha256("\0".join((tag, *from_, *to)).encode()).hexdigest()[:16]
    return Sentence(name, tag, _dotted(from_[-1]), _dotted(to[-1]))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Sentence]:
    return {name: each for tag in LANGUAGES for name, each in of_language(tag).items()}


@lru_cache(maxsize=32)
def _searched(tag: str) -> tuple[tuple[Sentence, str], ...]:
    return tuple((each, _folded(f"{each.dutch} {each.said}")) for each in _told(tag))


def _dotted(said: str) -> str:
    return FILLED_IN.sub("…", said).replace("%%", "%")


def _folded(text: str) -> str:
    """Give a text as it is compared: without capitals, accents and the signs around words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        each if each.isalnum() else " " for each in plain if not unicodedata.combining(each)
    )


@lru_cache(maxsize=256)
def _in_template(name: str) -> tuple[str, ...]:
    """List the Dutch that a template says, with what it brings in from its own folder."""
    return tuple(dict.fromkeys(_said_in(name)))


def _said_in(name: str) -> Iterator[str]:
    env = current_app.jinja_env
    try:
        source = env.loader.get_source(env, name)[0] if env.loader else ""
    except TemplateNotFound:
        return
    tree = env.parse(source)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in SAYING:
            yield from _texts_of(call)
    for part in meta.find_referenced_templates(tree):
        # The frame and the parts of every page are found by a few words.
        if part and "/_" in part:
            yield from _said_in(part)


def _texts_of(call: nodes.Call) -> Iterator[str]:
    for argument in call.args:
        held = [argument] if isinstance(argument, nodes.Const) else argument.find_all(nodes.Const)
        yield from (_dotted(each.value) for each in held if isinstance(each.value, str))
