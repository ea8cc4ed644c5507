"""Languages: which there are, which one this reader gets, and Dutch with my language beside it.

What lives here: locales, direction, negotiation, the labels of every page (`say`, `one`),
dates in words. What does not: a person's own words; those are never translated.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from babel.dates import format_date, format_time, get_timezone
from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request, session
from flask_login import current_user
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from typing import BinaryIO

    from portfolio.models.words import Words

Mode = Literal["nl", "both", "own"]
MODES: tuple[Mode, ...] = ("nl", "both", "own")
SOURCE = "nl"
AMSTERDAM = get_timezone("Europe/Amsterdam")
FOLDER = Path(__file__).parent / "translations"


@dataclass(frozen=True)
class Language:
    """A language of the pages, by its own name."""

    tag: str
    name: str
    dir: Literal["ltr", "rtl"] = "ltr"


# A new language is one line here and a catalogue.
LANGUAGES: dict[str, Language] = {
    language.tag: language
    for language in (
        Language("nl", "Nederlands"),
        Language("en", "English"),
        Language("ar", "العربية", "rtl"),
    )
}


@dataclass(frozen=True)
class Reader:
    """Whoever reads this page: the language of their own, and how they want to see it."""

    language: str
    mode: Mode

    @property
    def page(self) -> Language:
        """Give the language of the page itself; beside Dutch, Dutch leads."""
        return LANGUAGES[self.language if self.mode == "own" else SOURCE]

    @property
    def tags(self) -> tuple[str, ...]:
        """List the languages of a label, in the order in which they are shown."""
        if self.language == SOURCE or self.mode == "nl":
            return (SOURCE,)
        return (SOURCE, self.language) if self.mode == "both" else (self.language,)


def mark(msgid: str) -> str:
    """Mark a Dutch string for the catalogues where it stands apart from its page."""
    return msgid


def reader() -> Reader:
    """Give the reader of the page that is being made."""
    if not has_request_context():
        return Reader(SOURCE, "nl")
    if "reader" not in g:
        g.reader = negotiate()
    found: Reader = g.reader
    return found


def negotiate() -> Reader:
    """Choose language and mode.

    In this order: the choice made in this browser, the choice kept with the account, what
    the browser asks for, Dutch. Whoever reads another language first sees both.
    """
    kept = (None, None)
    if current_user and current_user.is_authenticated:
        kept = (current_user.language, current_user.mode)
    tag, mode = session.get("language"), session.get("mode")
    if tag not in LANGUAGES:
        tag, mode = kept
    if tag not in LANGUAGES:
        tag = request.accept_languages.best_match(list(LANGUAGES)) or SOURCE
        mode = None
    if mode not in MODES:
        mode = "nl" if tag == SOURCE else "both"
    return Reader(tag, mode)


@lru_cache(maxsize=32)
def catalogue(tag: str) -> NullTranslations:
    """Load the catalogue of a language; Dutch is the source and needs none."""
    if tag == SOURCE:
        return NullTranslations()
    return Translations.load(FOLDER, [tag])


def translate(tag: str, msgid: str) -> str:
    """Translate one label; what has no translation yet stands in Dutch, never empty."""
    return str(catalogue(tag).ugettext(msgid)) or msgid


def one(msgid: str, **params: object) -> str:
    """Say a label in one language, for titles, alternative texts and the like."""
    text = translate(reader().page.tag, msgid)
    return text % params if params else text


def say(msgid: str, **params: object) -> Markup:
    """Say a label in Dutch, in the reader's language, or both, each with `lang` and `dir`."""
    frame = _frame(reader(), msgid, None, 0)
    return frame % _wrapped(params) if params else _plain(reader(), msgid)


def say_n(singular: str, plural: str, number: int, **params: object) -> Markup:
    """Say a label that counts, with each language's own plural."""
    frame = _frame(reader(), singular, plural, number)
    return frame % _wrapped({"num": number, **params})


def _wrapped(params: dict[str, object]) -> dict[str, Markup]:
    # bdi: a name in Latin letters inside Arabic, or the other way round, keeps its place.
    return {
        name: value if isinstance(value, Markup) else Markup("<bdi>{}</bdi>").format(value)
        for name, value in params.items()
    }


@lru_cache(maxsize=8192)
def _plain(who: Reader, msgid: str) -> Markup:
    # Without parameters a "%" is only a "%".
    return _pair(who, [translate(tag, msgid) for tag in who.tags])


@lru_cache(maxsize=8192)
def _frame(who: Reader, msgid: str, plural: str | None, number: int) -> Markup:
    texts = []
    for tag in who.tags:
        if plural is None:
            texts.append(translate(tag, msgid))
        elif tag == SOURCE:
            texts.append(msgid if number == 1 else plural)
        else:
            texts.append(str(catalogue(tag).ungettext(msgid, plural, number)))
    return _pair(who, texts)


def _pair(who: Reader, texts: list[str]) -> Markup:
    if len(texts) == 1:
        return Markup(escape(texts[0]))
    if texts[0] == texts[1]:
        return Markup('<span lang="nl">{}</span>').format(texts[0])
    own = LANGUAGES[who.tags[1]]
    return Markup(
        '<span class="pair"><span class="nl" lang="nl" dir="ltr">{}</span> '
        '<span class="own" lang="{}" dir="{}">{}</span></span>'
    ).format(texts[0], own.tag, own.dir, texts[1])


def day(moment: date) -> Markup:
    """Write a date out, with its weekday, in the reader's languages."""
    return _pair(reader(), [format_date(moment, "full", locale=tag) for tag in reader().tags])


def month(moment: date) -> Markup:
    """Write a month and year out, in the reader's languages."""
    return _pair(reader(), [format_date(moment, "MMMM y", locale=tag) for tag in reader().tags])


def moment(at: datetime) -> Markup:
    """Write a moment out as it was in Amsterdam, in the reader's languages."""
    local = at.astimezone(AMSTERDAM)
    clock = format_time(local, "HH.mm", locale=SOURCE, tzinfo=AMSTERDAM)
    texts = [f"{format_date(local, 'full', locale=tag)}, {clock}" for tag in reader().tags]
    if reader().tags[0] == SOURCE:
        texts[0] += " uur"
    return _pair(reader(), texts)


def words(text: Words) -> Markup:
    """Show a person's own words, in the language and direction in which they were written."""
    return Markup('<span lang="{}" dir="{}">{}</span>').format(text.tag, text.dir, text.text)


def extract_toml(
    file: BinaryIO, _keywords: Any, _comment_tags: Any, _options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give Babel the Dutch strings of the data files (a Babel extraction method)."""
    from portfolio.data import SAID_FIELDS  # noqa: PLC0415 -- only the extraction needs it

    text = file.read().decode()
    for rows in tomllib.loads(text).values():
        for row in rows if isinstance(rows, list) else []:
            for name, value in row.items():
                if name in SAID_FIELDS:
                    for said in [value] if isinstance(value, str) else value:
                        yield _line_of(text, said), "mark", said, []


def _line_of(text: str, said: str) -> int:
    return text[: text.find(said)].count("\n") + 1
