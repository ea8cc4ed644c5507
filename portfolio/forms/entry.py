"""Reading a whole entry from what was typed: what it says, and what is not right yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portfolio.data import KINDS
from portfolio.details import kept_of
from portfolio.forms import STORY_LENGTH, TITLE_LENGTH
from portfolio.forms.draft import SAME_LANGUAGE, TOO_LONG
from portfolio.forms.period import read_period
from portfolio.languages import mark
from portfolio.models.content import Content
from portfolio.models.entry import Text
from portfolio.models.words import Words

if TYPE_CHECKING:
    from portfolio.models.attachment import Attached
    from portfolio.models.writing import Writing

TOPIC_ASKED = mark("Kies waar het over gaat.")
PAGES_WAITING = mark("Er wachten nog bladzijden. Maak er een papier van of haal ze weg.")
SOMETHING_ASKED = mark("Geef het een naam, schrijf of spreek iets in, of kies een foto.")
PAPER_UNWANTED = mark("Bewaar de VOG zelf niet hier. Haal het papier of de foto weg.")


@dataclass(frozen=True)
class Problem:
    """What is not right yet, and on which screen one mends it."""

    screen: str
    sentence: str


def content_of(writing: Writing) -> Content:
    """Read what an entry says; what is not right yet is left out."""
    period = read_period(writing)
    return Content(
        leefgebied=writing.leefgebied or "",
        kind=writing.kind or "anders",
        texts=_texts(writing),
        started_on=period.started.on,
        started_in=period.started.exact,
        ended_on=period.ended.on,
        ended_in=period.ended.exact,
        minutes=period.minutes,
        details=kept_of(writing.kind, writing.details),
    )


def _texts(writing: Writing) -> tuple[Text, ...]:
    texts = (
        Text(Words(typed.title.strip(), typed.lang), Words(typed.story.strip(), typed.lang))
        for typed in writing.texts
    )
    return tuple(text for text in texts if text.title or text.story)


def problems_of(writing: Writing, *, attached: Attached, waiting: bool = False) -> list[Problem]:
    """Say what must be mended before this can be kept, each once."""
    found = [Problem("wanneer", sentence) for sentence in read_period(writing).errors.values()]
    texts = _texts(writing)
    if writing.leefgebied is None:
        found.append(Problem("onderwerp", TOPIC_ASKED))
    if not texts and not attached and not waiting and not kept_of(writing.kind, writing.details):
        found.append(Problem("titel", SOMETHING_ASKED))
    if attached.seen and writing.kind and KINDS[writing.kind].without_paper:
        found.append(Problem("papier" if attached.papers else "foto", PAPER_UNWANTED))
    if waiting:
        found.append(Problem("papier", PAGES_WAITING))
    if len({text.lang for text in texts}) < len(texts):
        found.append(Problem("titel", SAME_LANGUAGE))
    if any(len(text.title.text) > TITLE_LENGTH for text in texts):
        found.append(Problem("titel", TOO_LONG["title"]))
    if any(len(text.story.text) > STORY_LENGTH for text in texts):
        found.append(Problem("verhaal", TOO_LONG["story"]))
    return list(dict.fromkeys(found))
