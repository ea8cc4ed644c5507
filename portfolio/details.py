"""What a kind asks besides name, story and time: what is kept of it, and how a page tells it.

What does not live here: the questions themselves (data/details.toml) and their screen
(forms/details.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.data import ANSWERS, DETAILS, KINDS, PARTS, Answer, Detail, Part
from portfolio.models.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portfolio.models.content import Content
    from portfolio.models.entry import EntryPage


@dataclass(frozen=True)
class Told:
    """One detail as it was answered: in somebody's words, or chosen for each part."""

    detail: Detail
    lines: tuple[Words, ...] = ()
    chosen: tuple[tuple[Part | None, Answer], ...] = ()


def asked_of(kind: str | None) -> tuple[Detail, ...]:
    """List what a kind asks, in order; nothing of what is no kind."""
    row = KINDS.get(kind or "")
    return tuple(DETAILS[key] for key in row.asks) if row else ()


def places_of(detail: Detail) -> Iterator[tuple[str, Part | None]]:
    """Name each place in which a detail is kept, with the part that it is about."""
    if detail.form != "levels":
        yield detail.key, None
    for part in detail.parts:
        yield f"{detail.key}_{part}", PARTS[part]


def kept_of(kind: str | None, typed: Mapping[str, str]) -> dict[str, str]:
    """Keep what was answered to this kind's own questions.

    What was typed for another kind stays in the draft and goes no further.
    """
    here = [place for detail in asked_of(kind) for place, _part in places_of(detail)]
    return {place: typed[place].strip() for place in here if typed.get(place, "").strip()}


def told(entry: EntryPage | Content) -> list[Told]:
    """Tell the details of an entry, each in the order in which it was asked."""
    lang = entry.texts[0].lang if entry.texts else "nl"
    rows = (_told(detail, entry.details, lang) for detail in asked_of(entry.kind))
    return [row for row in rows if row.lines or row.chosen]


def _told(detail: Detail, kept: Mapping[str, str], lang: str) -> Told:
    if detail.answers:
        answers = ((part, kept.get(place, "")) for place, part in places_of(detail))
        return Told(detail, chosen=tuple((part, ANSWERS[a]) for part, a in answers if a in ANSWERS))
    lines = (line.strip() for line in kept.get(detail.key, "").splitlines())
    return Told(detail, lines=tuple(Words(line, lang) for line in lines if line))
