"""A person's longer words and times on a page: lines kept, links made, nothing else let through."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_skeleton
from bleach.linkifier import Linker
from markupsafe import Markup, escape

from portfolio.data import KINDS
from portfolio.languages import beside, mark, translate

if TYPE_CHECKING:
    from datetime import date

    from portfolio.models.entry import EntryPage
    from portfolio.models.words import Words

SCHEMES = ("http://", "https://")
BEGINNING = 180
WORD = re.compile(r"(\s+)")
LONGEST_ADDRESS = 500
# A month and a year in the order and with the words of each language.
SKELETONS = {"month": "yMMMM", "year": "y"}
BOTH_ENDS = mark("%(start)s tot en met %(end)s")
FROM = mark("Vanaf %(start)s")
UNTIL = mark("Tot en met %(end)s")


def story(words: Words) -> Markup:
    """Show a longer text in its own language; addresses in it become links."""
    text = Markup("").join(_linked(part) for part in WORD.split(words.text))
    return Markup('<span lang="{}" dir="{}">{}</span>').format(words.tag, words.dir, text)


def _linked(part: str) -> Markup:
    # One word at a time: over a long text the search for addresses takes time by its square.
    if not part.startswith(SCHEMES) or len(part) > LONGEST_ADDRESS:
        return escape(part)
    # Bleach keeps state while it reads, so each address gets a reader of its own.
    return Markup(Linker(callbacks=[_own_link]).linkify(escape(part)))  # noqa: S704 -- escaped before


def _own_link(attrs: dict[Any, str], new: bool = False) -> dict[Any, str] | None:  # noqa: FBT001, FBT002 -- as bleach calls it
    address = attrs.get((None, "href"), "")
    if not new or not attrs["_text"].startswith(SCHEMES) or not address.startswith(SCHEMES):
        return None
    return {
        (None, "href"): address,
        (None, "rel"): "noreferrer noopener nofollow",
        "_text": attrs["_text"],
    }


def beginning(words: Words) -> Markup:
    """Show how a longer text begins, cut between two words."""
    text = words.text
    if len(text) > BEGINNING:
        text = text[:BEGINNING].rsplit(maxsplit=1)[0] + " …"
    return Markup('<span lang="{}" dir="{}">{}</span>').format(words.tag, words.dir, text)


def period(entry: EntryPage) -> Markup:
    """Say when something was, as exactly as its owner knows, in the reader's languages."""
    return beside(lambda tag: _period(entry, tag))


def _period(entry: EntryPage, tag: str) -> str:
    start = _exact(entry.started_on, entry.started_in, tag)
    end = _exact(entry.ended_on, entry.ended_in, tag)
    if start and end and start != end:
        return translate(tag, BOTH_ENDS) % {"start": start, "end": end}
    if end and not start:
        return translate(tag, UNTIL) % {"end": end}
    # What takes hours goes on until its end is written down.
    if start and not end and KINDS[entry.kind].asks_hours:
        return translate(tag, FROM) % {"start": start}
    return start


@lru_cache(maxsize=4096)
def _exact(day: date | None, exact: str, tag: str) -> str:
    if not day:
        return ""
    if exact == "day":
        return str(format_date(day, "full", locale=tag))
    return str(format_skeleton(SKELETONS[exact], day, locale=tag))
