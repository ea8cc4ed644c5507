"""The glossary: one word for one thing, in every language, and what official words keep.

The words stand in one file beside the catalogues. Run through script/translations this module
writes them into the files that Weblate reads as a glossary (TBX, one per language).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polib

FOLDER = ROOT / "portfolio" / "translations"
FILE = FOLDER / "glossary.toml"
PLACE = str(FILE.relative_to(ROOT))
SOURCE = "nl"
# Signs that only join letters: the same word with and without.
JOINERS = str.maketrans("", "", "\u200c\u200d")
HEAD = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- Made by script/translations from {PLACE}. -->
<martif type="TBX" xml:lang="{SOURCE}">
<martifHeader><fileDesc><sourceDesc><p>mijn-map</p></sourceDesc></fileDesc></martifHeader>
<text>
<body>
"""
FOOT = "</body>\n</text>\n</martif>\n"


@dataclass(frozen=True)
class Term:
    """A word of the field: how it stands in Dutch, and its words in each language."""

    dutch: str
    note: str
    forms: re.Pattern[str]
    said: Mapping[str, Sequence[str]]
    # An official word: it stays visible in Dutch, also inside a translation.
    kept: bool
    # The strings in which the Dutch word means another thing.
    otherwise: frozenset[str]

    @property
    def is_name(self) -> bool:
        """Tell whether it stays as it is in every language."""
        return all([*words] == [self.dutch] for words in self.said.values())

    def stands_in(self, text: str) -> bool:
        """Tell whether a Dutch string has this word, in this meaning."""
        return text not in self.otherwise and self.forms.search(text) is not None

    def is_said(self, language: str, text: str) -> bool:
        """Tell whether a translation says it with the language's own word for it."""
        read = _folded(text)
        if self.kept and _folded(self.dutch) not in read:
            return False
        return any(_folded(word) in read for word in self.said[language])


@cache
def terms() -> tuple[Term, ...]:
    """Read the glossary."""
    with FILE.open("rb") as file:
        rows = tomllib.load(file)["terms"]
    return tuple(
        Term(
            row["dutch"],
            row["note"],
            re.compile(rf"\b(?:{'|'.join(row['forms'])})\b"),
            row["said"],
            row.get("kept", False),
            frozenset(row.get("otherwise", ())),
        )
        for row in rows
    )


def wrong_words(
    place: str, language: str, entries: Iterable[polib.POEntry], words: Iterable[Term]
) -> Iterator[Finding]:
    """Find the strings in which a catalogue has another word than its own for a thing."""
    entries = list(entries)
    for term in words:
        if language not in term.said:
            yield Finding(PLACE, f"say {term.dutch!r} in {language!r} too")
            continue
        for entry in entries:
            forms = [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]
            # What has no translation yet is found by another check.
            if all(forms) and term.stands_in(entry.msgid):
                for form in forms:
                    if not term.is_said(language, form):
                        wanted = term.said[language][0] + (f" ({term.dutch})" * term.kept)
                        yield Finding(place, f"{form!r} must say {term.dutch!r} as {wanted!r}")


def gone_strings(texts: set[str], words: Iterable[Term]) -> Iterator[Finding]:
    """Find the terms and their exceptions that no string has any more."""
    for term in words:
        for text in sorted(term.otherwise - texts):
            yield Finding(PLACE, f"{text!r} is no longer on screen: leave it out of otherwise")
        if not any(term.stands_in(text) for text in texts):
            yield Finding(PLACE, f"no string says {term.dutch!r} any more: leave it out")


def _folded(text: str) -> str:
    """Give a text without capitals, accents and joiners, the Turkish i as any other."""
    plain = text.replace("\u0130", "i").replace("\u0131", "i").translate(JOINERS)
    parts = unicodedata.normalize("NFD", plain.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def path_of(language: str) -> Path:
    """Say where the glossary of a language is that Weblate reads."""
    return FOLDER / language / "glossary.tbx"


def tbx(language: str) -> str:
    """Write the glossary as TermBase eXchange: Dutch, and the word of one language."""
    return HEAD + "".join(_entry(term, language) for term in terms()) + FOOT


def _entry(term: Term, language: str) -> str:
    said = [*term.said.get(language, ()), ""][0]
    untouched = '<descrip type="Translation needed">No</descrip>\n' if term.is_name else ""
    if said and term.kept and not term.is_name and said != term.dutch:
        said = f"{said} ({term.dutch})"
    return (
        f'<termEntry id="{term.dutch.replace(" ", "-")}">\n'
        f"<descrip>{escape(term.note)}</descrip>\n{untouched}"
        f'<langSet xml:lang="{SOURCE}"><tig><term>{escape(term.dutch)}</term></tig></langSet>\n'
        f'<langSet xml:lang="{language}"><tig><term>{escape(said)}</term></tig></langSet>\n'
        "</termEntry>\n"
    )
