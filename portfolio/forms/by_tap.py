"""What a tap answers instead of letters: a name for a thing, and when it was.

What lives here: the names we think up and the days one can tap. What does not: the screens
themselves (draft.py), and a title that somebody writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from babel.dates import format_date

from portfolio.data import KINDS, LEEFGEBIEDEN
from portfolio.forms.period import read_period
from portfolio.languages import SOURCE, mark
from portfolio.models.entry import MOST_TEXTS
from portfolio.models.writing import Typed, TypedDate, typed_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio.models.writing import Writing

# The days that most things are of; each in the words of its button.
DAYS = (
    ("vandaag", mark("Vandaag")),
    ("gisteren", mark("Gisteren")),
    ("maand", mark("Deze maand")),
    ("jaar", mark("Dit jaar")),
)


@dataclass(frozen=True)
class Name:
    """A name that we think up: by what it goes, its picture, and the words."""

    key: str
    icon: str
    text: str


def names_for(writing: Writing, today: date) -> tuple[Name, ...]:
    """Think up names for a thing: what it is about or what kind it is, and the month."""
    on = read_period(writing).started.on or today
    month = format_date(on, "MMMM y", locale=SOURCE)
    about = LEEFGEBIEDEN.get(writing.leefgebied or "")
    kind = KINDS.get(writing.kind or "")
    found = [Name("onderwerp", about.key, f"{about.name}, {month}")] if about else []
    if kind:
        found.append(Name("soort", kind.icon, f"{kind.label}, {month}"))
    return tuple(found)


def tapped(writing: Writing, chosen: Mapping[str, str], today: date) -> Writing:
    """Take in what was tapped; what is no answer of ours changes nothing."""
    started = _days(today).get(chosen.get("tik", ""))
    if started:
        writing = replace(writing, started=started, ended=TypedDate())
    name = next((n for n in names_for(writing, today) if n.key == chosen.get("voorstel")), None)
    return _named(writing, name.text) if name else writing


def _days(today: date) -> dict[str, TypedDate]:
    return {
        "vandaag": typed_date(today, "day"),
        "gisteren": typed_date(today - timedelta(days=1), "day"),
        "maand": typed_date(today, "month"),
        "jaar": typed_date(today, "year"),
    }


def _named(writing: Writing, name: str) -> Writing:
    """Put a name of ours where Dutch stands: it is Dutch, whatever else was said."""
    texts = list(writing.texts)
    for number, typed in enumerate(texts):
        if typed.lang == SOURCE:
            texts[number] = replace(typed, title=name)
            return replace(writing, texts=tuple(texts))
    # Words and sounds in other languages stay as they are; only an empty row makes room.
    if len(texts) >= MOST_TEXTS:
        return writing
    return replace(writing, texts=(*texts, Typed(SOURCE, name)))
