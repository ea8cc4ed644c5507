"""Is this Dutch text easy enough, and why not?

What lives here: what makes a sentence hard to read, how hard, and what to write instead.
What does not: a verdict on a level of language or on whoever wrote it; it reports, and a
person judges. The words themselves: b1_words.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from portfolio.b1_words import DATA, WORD, hard_words, is_known, read, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from portfolio.b1_words import Token

__all__ = [
    "DATA",
    "MAX_WORDS",
    "RULES",
    "SENTENCE_END",
    "WORD",
    "Finding",
    "findings",
    "is_easy",
    "report",
    "sentences",
]

Rule = Literal[
    "long_sentence",
    "hard_word",
    "long_word",
    "long_words",
    "passive",
    "abbreviation",
    "two_negatives",
    "many_clauses",
]

MAX_WORDS = 15
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")

# How much of what is hard a sentence may hold and still be easy.
TOO_MUCH = 1.0

# Words over the limit, and how hard that is.
OVER = ((10, 1.0), (5, 0.7), (0, 0.4))
LONG, VERY_LONG = 12, 16
LONG_WEIGHT, VERY_LONG_WEIGHT, ABSTRACT_WEIGHT = 0.5, 0.8, 0.45
ABSTRACT_LENGTH = 9
ABSTRACT = re.compile(
    r"(?:ing(?:en)?|heid|heden|atie|aties|iteit(?:en)?|isme|schap|name|eren|eerd|eerde|eert"
    r"|isch|ische|ief|ieve|ueel|uele|aire|air|ance|antie|entie|baarheid|telijk|telijke)$"
)
# What one, two, or three words that nobody learns first weigh together.
RARE_LENGTH, RARE = 7, (0, 0, 0.6, 1.0)
ENOUGH_WORDS = 5
AVERAGES = ((6.6, 0.8), (6.0, 0.55), (5.7, 0.3))
FELT = 6
LONGEST_SHOWN = 3

PASSIVE_WEIGHT = 0.5
BECOMES = frozenset({"word", "wordt", "worden", "werd", "werden"})
IS = frozenset({"is", "zijn", "was", "waren"})
DONE = re.compile(
    r"(?:(?:aan|af|bij|door|in|mee|om|op|over|samen|terug|toe|uit|vast|voor|weer)?ge\w{2,}"
    r"|(?:be|ver|ont|her|er|over|onder|voor)\w{3,})(?:d|t|en)$"
)
ABBREVIATION_WEIGHT, SOFT_WEIGHT = 1.0, 0.5

NEGATIVE_WEIGHT = 0.5
NOT = frozenset({"niet", "geen", "nooit", "niemand", "niets", "nergens", "noch"})
NOT_EITHER = NOT | {"zonder"}
UN = re.compile(
    r"on(?:aannemelijk|bekend|belangrijk|bevoegd|denkbaar|eerlijk|gebruikelijk|gegrond|geldig"
    r"|gewoon|gunstig|handig|juist|logisch|mogelijk|nodig|redelijk|terecht|toelaatbaar|verstandig"
    r"|voldoende|waarschijnlijk|wenselijk)e?$"
)
NEAR = 5

CLAUSES = ((3.0, 0.7), (2.0, 0.4))


GRAMMAR = {name: frozenset(str(words).split()) for name, words in read("word_grammar.toml").items()}
JOINS, MAY_JOIN = GRAMMAR["joins"], GRAMMAR["may_join"]
NO_PARTICIPLE = GRAMMAR["no_participle"]
_SHORT = read("word_abbreviations.toml")
ABBREVIATIONS: dict[str, str] = _SHORT["abbreviations"]
SOFT = frozenset(_SHORT["everyday"])
_LONGEST_FIRST = sorted(ABBREVIATIONS, key=len, reverse=True)
ABBREVIATED = re.compile(
    rf"(?<![\w.])(?:{'|'.join(map(re.escape, _LONGEST_FIRST))})(?!\w)", re.IGNORECASE
)
# What is said about each rule, and what a writer can do.
RULES: dict[str, dict[str, str]] = {each["key"]: each for each in read("b1_rules.toml")["rules"]}


@dataclass(frozen=True)
class Finding:
    """One thing in a text that is hard to read.

    `words` is the text that is hard; `better` says what to write, or what to do.
    """

    rule: Rule
    words: str
    better: str
    weight: float = field(default=TOO_MUCH, compare=False)


def findings(text: str, most: int = MAX_WORDS) -> list[Finding]:
    """List what makes a Dutch text hard to read, sentence by sentence."""
    return [found for each in _by_sentence(text, most) for found in each]


def is_easy(text: str) -> bool:
    """Tell whether no sentence of a text holds too much of what is hard."""
    return all(sum(f.weight for f in each) < TOO_MUCH for each in _by_sentence(text, MAX_WORDS))


def report(lines: Iterable[str], *, as_json: bool) -> Iterator[str]:
    """Say for each line of a text what is hard in it; with `as_json` one object for each line."""
    for number, line in enumerate(lines, start=1):
        text = line.rstrip("\r\n")
        found = findings(text)
        if as_json:
            said = [{"rule": f.rule, "words": f.words, "better": f.better} for f in found]
            judged = {"text": text, "easy": is_easy(text), "findings": said}
            yield json.dumps(judged, ensure_ascii=False)
        else:
            yield from (f"{number}: {f.words} -> {f.better} ({f.rule})" for f in found)


def _by_sentence(text: str, most: int) -> Iterator[list[Finding]]:
    for sentence in sentences(text):
        words = tokens(sentence)
        yield [
            *_long_sentence(sentence, words, most),
            *_words(sentence, words),
            *_passive(sentence, words),
            *_abbreviations(sentence),
            *_two_negatives(sentence, words),
            *_many_clauses(sentence, words),
        ]


def sentences(text: str) -> Iterator[str]:
    """Cut a text into sentences; the dots of an abbreviation end none."""
    masked = ABBREVIATED.sub(lambda match: match.group().replace(".", "·"), text)
    start = 0
    for end in SENTENCE_END.finditer(masked):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]


def _long_sentence(sentence: str, words: Sequence[Token], most: int) -> Iterator[Finding]:
    over = len(words) - most
    if over > 0:
        weight = next(weight for least, weight in OVER if over > least)
        yield _finding("long_sentence", sentence.strip(), weight)


def _words(sentence: str, words: Sequence[Token]) -> Iterator[Finding]:
    """Find hard words by the lists, and of all other words the long and the abstract ones."""
    listed: set[int] = set()
    for found in hard_words(sentence, words):
        listed.update(range(found.first, found.last + 1))
        said = sentence[words[found.first].start : words[found.last].end]
        yield Finding("hard_word", said, found.better, found.weight)
    for number, word in enumerate(words):
        if number not in listed and (weight := _length(word)):
            yield _finding("long_word", word.text, weight)
    yield from _long_words(words, listed)


def _length(word: Token) -> float:
    size = len(word.low)
    abstract = size >= ABSTRACT_LENGTH and ABSTRACT.search(word.low)
    if not (abstract or size >= LONG) or not word.low[0].isalpha() or is_known(word.low):
        return 0
    if size >= VERY_LONG:
        return VERY_LONG_WEIGHT
    return LONG_WEIGHT if size >= LONG else ABSTRACT_WEIGHT


def _long_words(words: Sequence[Token], listed: set[int]) -> Iterator[Finding]:
    """Weigh the words together: offices write them long and rare, people say them short."""
    plain = [each for each in words if each.low.isalpha()]
    rare = [
        each
        for number, each in enumerate(words)
        if number not in listed
        and len(each.low) >= RARE_LENGTH
        and each.low.isalpha()
        and not is_known(each.low)
    ]
    weight = RARE[min(len(rare), len(RARE) - 1)]
    if len(plain) >= ENOUGH_WORDS:
        average = sum(_felt(each.low) for each in plain) / len(plain)
        weight = max(weight, next((heavy for least, heavy in AVERAGES if average >= least), 0))
    if weight:
        shown = sorted(rare or plain, key=lambda each: -len(each.low))[:LONGEST_SHOWN]
        yield _finding("long_words", ", ".join(each.text for each in shown), weight)


def _felt(word: str) -> int:
    """Count the letters of a word; an everyday one never feels long."""
    size = len(word)
    return FELT if size > FELT and is_known(word) else size


def _passive(sentence: str, words: Sequence[Token]) -> Iterator[Finding]:
    by = any(each.low == "door" for each in words)
    verb = next((each for each in words if each.low in BECOMES or (by and each.low in IS)), None)
    done = next((each for each in words if verb and _is_participle(each.low)), None)
    if verb and done:
        first, last = sorted((verb, done), key=lambda each: each.start)
        near = words.index(last) - words.index(first) <= 1
        said = sentence[first.start : last.end] if near else f"{first.text} … {last.text}"
        yield _finding("passive", said, PASSIVE_WEIGHT)


def _is_participle(word: str) -> bool:
    return word not in NO_PARTICIPLE and DONE.match(word) is not None


def _abbreviations(sentence: str) -> Iterator[Finding]:
    for match in ABBREVIATED.finditer(sentence):
        said = match.group().lower()
        weight = SOFT_WEIGHT if said in SOFT else ABBREVIATION_WEIGHT
        yield Finding("abbreviation", match.group(), ABBREVIATIONS[said], weight)


def _two_negatives(sentence: str, words: Sequence[Token]) -> Iterator[Finding]:
    for number, word in enumerate(words):
        if word.low not in NOT:
            continue
        for other in words[number + 1 : number + 1 + NEAR]:
            between = sentence[word.end : other.start]
            if other.low in JOINS | MAY_JOIN or "," in between or " en " in between:
                break
            if other.low in NOT_EITHER or UN.match(other.low):
                yield _finding("two_negatives", sentence[word.start : other.end], NEGATIVE_WEIGHT)
                return


def _many_clauses(sentence: str, words: Sequence[Token]) -> Iterator[Finding]:
    inner = [each.low for each in words[1:]]
    clauses = sum(low in JOINS for low in inner) + sum(low in MAY_JOIN for low in inner) / 2
    for least, weight in CLAUSES:
        if clauses >= least:
            yield _finding("many_clauses", sentence.strip(), weight)
            return


def _finding(rule: Rule, words: str, weight: float) -> Finding:
    return Finding(rule, words, RULES[rule]["advice"], weight)
