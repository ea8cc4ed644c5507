"""The lists of words behind the easy-Dutch check, and how a word in a text is found in them.

What lives here: hard words with their forms and their easier ones, and whether a long word is
made of everyday ones. What does not: sentences, and what makes one hard (b1.py).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DATA = Path(__file__).parent / "data"
WORD = re.compile(r"\w+(?:[-'’./]\w+)*")

VOWELS = "aeiou"
INFINITIVE_LENGTH = 5
# Words between the two halves of a phrase such as 'zowel ... als'.
MOST_BETWEEN = 6
LONGEST_KNOWN = 40
SHORTEST_PART = 3
HARD, EVERYDAY = 1.0, 0.5

SEPARABLE = (
    *("aan", "achter", "af", "bij", "door", "in", "mee", "om", "op", "over", "samen", "terug"),
    *("toe", "uit", "vast", "voor"),
)
# What stands behind an everyday word, or joins two of them.
ENDINGS = (
    *(
        "",
        "s",
        "e",
        "n",
        "en",
        "'s",
        "t",
        "d",
        "de",
        "te",
        "den",
        "ten",
        "je",
        "jes",
        "tje",
        "tjes",
    ),
    *("er", "ers", "r", "st", "ste", "ing", "ingen", "ster", "sters", "erij"),
)
JOINTS = ("", "s", "e", "en", "n", "-")


class Token(NamedTuple):
    """A word of a text and where it stands."""

    text: str
    low: str
    start: int
    end: int


@dataclass(frozen=True)
class Hard:
    """A hard word or phrase in all its forms; None among its parts stands for some words."""

    parts: tuple[frozenset[str] | None, ...]
    better: str
    weight: float


class Found(NamedTuple):
    """A hard word in a text: its first and last word, what is better, and how hard it is."""

    first: int
    last: int
    better: str
    weight: float


def tokens(text: str) -> list[Token]:
    """Cut a text into words."""
    return [Token(m.group(), m.group().lower(), *m.span()) for m in WORD.finditer(text)]


def hard_words(text: str, words: Sequence[Token]) -> Iterator[Found]:
    """Find the hard words in the order of the text; of two at one place the longer one."""
    begins = _hard()
    place = 0
    while place < len(words):
        found = [
            Found(place, last, each.better, each.weight)
            for each in begins.get(words[place].low, ())
            if (last := _reaches(text, words, place, each.parts)) is not None
        ]
        if found:
            longest = max(found, key=lambda each: each.last)
            yield longest
            place = longest.last
        place += 1


def _reaches(
    text: str, words: Sequence[Token], place: int, parts: tuple[frozenset[str] | None, ...]
) -> int | None:
    """Give the last word of a phrase that begins here, if all of it stands here."""
    for number, forms in enumerate(parts[1:], start=1):
        if forms is None:
            most = min(place + 2 + MOST_BETWEEN, len(words))
            ends = (_reaches(text, words, at, parts[number + 1 :]) for at in range(place + 2, most)
                    if words[at].low in (parts[number + 1] or ()))  # fmt: skip
            return next((end for end in ends if end is not None), None)
        place += 1
        if place == len(words) or words[place].low not in forms:
            return None
        if text[words[place - 1].end : words[place].start].strip():
            return None
    return place


@cache
def _hard() -> dict[str, list[Hard]]:
    """Read the lists once, by the forms of the first word."""
    formal = read("word_formal.toml")
    everyday = set(formal["everyday"]["words"].split())
    pairs = [(w, p["better"]) for p in read("word_pairs.toml")["pairs"] for w in p["avoid"]]
    known = {words for words, _better in pairs}
    pairs += [(w, better) for w, better in formal["formal"].items() if w not in known]
    begins: dict[str, list[Hard]] = defaultdict(list)
    for words, better in pairs:
        if words in _allowed():
            continue
        weight = EVERYDAY if words in everyday else HARD
        for parts in _phrases(words):
            hard = Hard(parts, better, weight)
            # A form that is an everyday word says that word: 'acht' is a number first.
            alone = _everyday() - {words} if len(parts) == 1 else frozenset()
            for form in (parts[0] or frozenset()) - alone:
                begins[form].append(hard)
    return dict(begins)


def read(file: str) -> dict[str, Any]:
    """Read a list of words."""
    with (DATA / file).open("rb") as opened:
        return tomllib.load(opened)


def _phrases(words: str) -> Iterator[tuple[frozenset[str] | None, ...]]:
    """Give the forms of each word of a phrase, and how a verb of two parts is written apart."""
    yield tuple(None if word == "..." else frozenset(_forms(word)) for word in words.split())
    first, rest = _apart(words)
    if first:
        yield frozenset({first}), frozenset({"te"}), frozenset({rest})


def _apart(word: str) -> tuple[str, str]:
    """Cut a verb of two parts: 'aanleveren' into 'aan' and 'leveren'."""
    if " " not in word and word.endswith("en"):
        for first in SEPARABLE:
            rest = word.removeprefix(first)
            if rest != word and len(rest) >= INFINITIVE_LENGTH:
                return first, rest
    return "", word


@lru_cache(maxsize=2048)
def _forms(word: str) -> frozenset[str]:
    """List a word with the forms that the rules of spelling give; some do not exist."""
    forms = {word + ending for ending in ("", "s", "e", "n", "en", "'s")}
    if word.endswith("en") and len(word) >= INFINITIVE_LENGTH:
        first, rest = _apart(word)
        for begin in {"", first}:
            stem = (rest if begin or not first else word)[:-2]
            stems = {stem, _lengthened(stem)}
            stems |= {each[:-1] + "fs"["vz".index(each[-1])] for each in stems if each[-1] in "vz"}
            ends = product(stems, ("", "t", "d", "de", "te"))
            forms |= {begin + each + end for each, end in ends}
            forms |= {f"{begin}ge{each}{e}" for each, e in product(stems, ("d", "t", "de", "te"))}
    return frozenset(forms)


def _lengthened(stem: str) -> str:
    """Double the last vowel of an open syllable that closes: 'realiser' to 'realiseer'."""
    long_vowel = stem[-2] in VOWELS and stem[-3:-2] not in VOWELS and stem[-1] not in VOWELS
    return stem[:-1] + stem[-2] + stem[-1] if long_vowel else stem


@lru_cache(maxsize=4096)
def is_known(word: str) -> bool:
    """Tell whether a word is an everyday one, or made of everyday ones."""
    if len(word) > LONGEST_KNOWN:
        return False
    everyday = _everyday()
    return _whole(word) or any(
        word[:cut].endswith(joint) and word[: cut - len(joint)] in everyday and _whole(word[cut:])
        for cut in range(SHORTEST_PART - 1, len(word) - 1)
        for joint in JOINTS
    )


def _whole(word: str) -> bool:
    everyday = _everyday()
    for ending in ENDINGS:
        if word.endswith(ending):
            stem = word[: len(word) - len(ending)]
            if stem in everyday or (ending and _respelt(stem) in everyday):
                return True
    return False


def _respelt(stem: str) -> str:
    """Find 'naam' in 'namen', 'bak' in 'bakken' and 'huis' in 'huizen'."""
    if len(stem) < SHORTEST_PART:
        return ""
    if stem[-1] == stem[-2]:
        return stem[:-1]
    if stem[-1] in "vz":
        stem = stem[:-1] + "fs"["vz".index(stem[-1])]
    return _lengthened(stem)


@cache
def _everyday() -> frozenset[str]:
    listed = read("word_easy.toml")
    return frozenset(f"{listed['known']} {listed['parts']}".lower().split()) | _allowed()


@cache
def _allowed() -> frozenset[str]:
    """Give the hard words that may stand, each with a reason in its file."""
    return frozenset(each["word"] for each in read("word_exceptions.toml")["exceptions"])
