"""Is this Dutch text easy enough, and why not?

What lives here: the length of sentences and the words that have an easier one.
What does not: a verdict on a level of language; it reports, and a person judges.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORDS = 15
DATA = Path(__file__).parent / "data"

WORD = re.compile(r"\w+(?:[-'’./]\w+)*")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
VOWELS = "aeiou"
INFINITIVE_LENGTH = 5


@dataclass(frozen=True)
class Finding:
    """One thing in a text that is hard to read.

    `words` is the text that is hard; `better` says what to write, if we know.
    """

    rule: Literal["long_sentence", "hard_word"]
    words: str
    better: str


def findings(text: str) -> list[Finding]:
    """List what makes a Dutch text hard to read, in the order of the text per rule."""
    return [*_long_sentences(text), *_hard_words(text)]


def _long_sentences(text: str) -> Iterator[Finding]:
    for sentence in SENTENCE_END.split(text):
        count = len(WORD.findall(sentence))
        if count > MAX_WORDS:
            better = f"at most {MAX_WORDS} words in a sentence; this one has {count}"
            yield Finding("long_sentence", sentence.strip(), better)


def _hard_words(text: str) -> Iterator[Finding]:
    pattern, better = _hard()
    for match in pattern.finditer(text):
        found = next(name for name, value in match.groupdict().items() if value is not None)
        yield Finding("hard_word", match.group(), better[found])


@cache
def _hard() -> tuple[re.Pattern[str], dict[str, str]]:
    """Read the pairs once: one pattern with a named group per pair, and the easier words."""
    allowed = {entry["word"] for entry in _table("word_exceptions.toml", "exceptions")}
    groups: list[str] = []
    better: dict[str, str] = {}
    for number, pair in enumerate(_table("word_pairs.toml", "pairs")):
        hard = [words for words in pair["avoid"] if words not in allowed]
        if hard:
            groups.append(f"(?P<pair{number}>{'|'.join(_phrase(words) for words in hard)})")
            better[f"pair{number}"] = pair["better"]
    # A hyphen makes another word: 'niet-toegestaan' is one, 'e-status' is not 'status'.
    return re.compile(rf"(?<![\w-])(?:{'|'.join(groups)})(?![\w-])", re.IGNORECASE), better


def _table(file: str, name: str) -> list[dict[str, Any]]:
    with (DATA / file).open("rb") as opened:
        entries: list[dict[str, Any]] = tomllib.load(opened)[name]
    return entries


def _phrase(words: str) -> str:
    """Write a pattern for words and their commonest forms; ' ... ' stands for some words."""
    parts = [
        r"\s+".join(_forms_pattern(word) for word in part.split()) for part in words.split(" ... ")
    ]
    return r"\s+(?:\S+\s+){1,6}?".join(parts)


def _forms_pattern(word: str) -> str:
    forms = sorted(_forms(word), key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(form) for form in forms)})"


def _forms(word: str) -> set[str]:
    """List a word with the forms that the rules of spelling give; some do not exist."""
    forms = {word + ending for ending in ("", "s", "e", "n", "en", "'s")}
    if word.endswith("en") and len(word) >= INFINITIVE_LENGTH:
        stems = {word[:-2], _lengthened(word[:-2])}
        forms |= {stem + ending for stem, ending in product(stems, ("", "t", "d", "de", "te"))}
        forms |= {f"ge{stem}{ending}" for stem, ending in product(stems, ("d", "t"))}
    return forms


def _lengthened(stem: str) -> str:
    """Double the last vowel of an open syllable that closes: 'realiser' to 'realiseer'."""
    long_vowel = stem[-2] in VOWELS and stem[-3] not in VOWELS and stem[-1] not in VOWELS
    return stem[:-1] + stem[-2] + stem[-1] if long_vowel else stem
