"""Languages: which there are, which one this reader gets, and Dutch with my language beside it.

What lives here: locales, direction, negotiation, the labels of every page (`say`, `one`),
dates in words. What does not: a person's own words; those are never translated.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from babel import Locale
from babel.dates import format_date, format_time, get_day_names, get_timezone
from babel.lists import format_list
from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request, session
from flask_login import current_user
from markupsafe import Markup, escape

from portfolio.data import SAID_FIELDS
from portfolio.models.words import WRITTEN
from portfolio.voices import Voices, here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
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
    # Names the letters for devices that lack them; empty where every device has them.
    font_sheet: str = ""


# A new language is one line here and a catalogue.
LANGUAGES: dict[str, Language] = {
    language.tag: language
    for language in (
        Language("nl", "Nederlands"),
        Language("en", "English"),
        Language("ar", "العربية", "rtl", "fonts-ar.css"),
        Language("ti", "ትግርኛ", font_sheet="fonts-ti.css"),
        Language("tr", "Türkçe"),
        Language("fa", "فارسی", "rtl", "fonts-ar.css"),
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


def own_first() -> tuple[str, ...]:
    """List the languages in which an owner's words are looked for: as the page is read."""
    return (*reader().tags, SOURCE)


def dutch_first() -> tuple[str, ...]:
    """List the languages in which a text is looked for by another: Dutch where it exists.

    The same for every reader, so that the owner's look through another's eyes is exact.
    """
    return (SOURCE, *reader().tags)


def written() -> str:
    """Give the language in which a reader most likely writes."""
    own = reader().language
    return own if own in WRITTEN else SOURCE


def negotiate() -> Reader:
    """Choose language and mode.

    In this order: the choice made in this browser, the choice kept with the account, what
    the browser asks for, Dutch. Whoever reads another language first sees both.
    """
    kept: tuple[str | None, str | None] = (None, None)
    if current_user and current_user.is_authenticated:
        kept = (current_user.language, current_user.mode)
    tag, mode = session.get("language"), session.get("mode")
    if tag not in LANGUAGES:
        tag, mode = kept
    if tag not in LANGUAGES:
        tag, mode = request.accept_languages.best_match(list(LANGUAGES)), None
    return chosen(tag, mode)


def chosen(tag: str | None, mode: str | None) -> Reader:
    """Make a reader of a choice that may be empty or no longer exist."""
    tag = tag if tag in LANGUAGES else SOURCE
    first: Mode = "nl" if tag == SOURCE else "both"
    return Reader(tag, next((known for known in MODES if known == mode), first))


@lru_cache(maxsize=32)
def catalogue(tag: str) -> NullTranslations:
    """Load the catalogue of a language; Dutch is the source and needs none."""
    if tag == SOURCE:
        return NullTranslations()
    return Translations.load(FOLDER, [tag])


def translate(tag: str, msgid: str) -> str:
    """Translate one label; what has no translation yet stands in Dutch, never empty."""
    return str(catalogue(tag).ugettext(msgid)) or msgid


class Label(Markup):
    """A label as it is shown, that still knows its plain text in each of its languages.

    So a label that stands inside another one is said in the language around it.
    """

    texts: Mapping[str, str] = MappingProxyType({})


def one(msgid: str, **params: object) -> str:
    """Say a label in one language, for titles, alternative texts and the like."""
    tag = reader().page.tag
    text = translate(tag, msgid)
    return text % {name: _in(tag, value) for name, value in params.items()} if params else text


def on_line(text_in: Callable[[str], str]) -> str:
    """Write a text in the reader's languages where nothing can be marked up, as in a list."""
    return " · ".join(dict.fromkeys(text_in(tag) for tag in reader().tags))


def say(msgid: str, **params: object) -> Label:
    """Say a label in Dutch, in the reader's language, or both, each with `lang` and `dir`."""
    if not params:
        return _plain(reader(), msgid, here())
    return _filled({tag: translate(tag, msgid) for tag in reader().tags}, params)


def say_n(singular: str, plural: str, number: int, **params: object) -> Label:
    """Say a label that counts, with each language's own plural."""
    texts = {}
    for tag in reader().tags:
        if tag == SOURCE:
            texts[tag] = singular if number == 1 else plural
        else:
            texts[tag] = str(catalogue(tag).ungettext(singular, plural, number))
    return _filled(texts, {"num": number, **params})


def _in(tag: str, value: object) -> object:
    return value.texts.get(tag, value) if isinstance(value, Label) else value


def _filled(texts: dict[str, str], params: dict[str, object]) -> Label:
    plain, marked = {}, {}
    for tag, text in texts.items():
        values = {name: _in(tag, value) for name, value in params.items()}
        plain[tag] = text % values
        # bdi: a name in Latin letters inside Arabic, or the other way round, keeps its place.
        marked[tag] = escape(text) % {name: _isolated(value) for name, value in values.items()}
    return _shown(plain, marked)


def _isolated(value: object) -> object:
    # Digits keep their place by themselves.
    return value if isinstance(value, (Markup, int)) else Markup("<bdi>{}</bdi>").format(value)


@lru_cache(maxsize=8192)
def _plain(who: Reader, msgid: str, voices: Voices) -> Label:
    # Without parameters a "%" is only a "%".
    texts = {tag: translate(tag, msgid) for tag in who.tags}
    return _shown(texts, {tag: _heard(voices, tag, text) for tag, text in texts.items()})


def _heard(voices: Voices, tag: str, text: str) -> Markup:
    """Write a text with the address of its recording, where somebody recorded it."""
    address = voices.address(tag, text)
    if address is None:
        return escape(text)
    return Markup('<span data-voice="{}">{}</span>').format(address, text)


def beside(text_in: Callable[[str], str], who: Reader | None = None) -> Label:
    """Show a text that is made per language, in the reader's languages."""
    texts = {tag: text_in(tag) for tag in (who or reader()).tags}
    return _shown(texts, {tag: escape(text) for tag, text in texts.items()})


def _shown(plain: dict[str, str], marked: dict[str, Markup]) -> Label:
    shown = list(marked.items())
    if len(shown) == 1:
        label = Label(shown[0][1])
    elif len(set(plain.values())) == 1:
        label = Label(Markup('<span lang="nl">{}</span>').format(shown[0][1]))
    else:
        own = LANGUAGES[shown[1][0]]
        # As short as HTML allows: a page holds a hundred of these, and comes over a slow line.
        parts = (shown[0][1], own.tag, own.dir, shown[1][1])
        label = Label(Markup("<b lang=nl dir=ltr>{} <i lang={} dir={}>{}</i></b>").format(*parts))
    label.texts = plain
    return label


def day(on: date) -> Label:
    """Write a date out, with its weekday, in the reader's languages."""
    if isinstance(on, datetime):
        on = on.astimezone(AMSTERDAM).date()
    return beside(lambda tag: _date(on, "full", tag))


def weekday(on: date) -> Label:
    """Name a day of the week, in the reader's languages."""
    return beside(lambda tag: _date(on, "EEEE", tag))


def weekdays(days: Iterable[int]) -> Label:
    """Name days of the week, Monday being 1, as one list in the reader's languages."""
    at = [day - 1 for day in days]
    return beside(
        lambda tag: format_list([get_day_names("wide", locale=tag)[day] for day in at], locale=tag)
    )


def month(on: date) -> Label:
    """Write a month and year out, in the reader's languages."""
    return beside(lambda tag: _date(on, "MMMM y", tag))


def moment(at: datetime) -> Label:
    """Write a moment out as it was in Amsterdam, in the reader's languages."""
    local = at.astimezone(AMSTERDAM)
    clock = format_time(local, "HH.mm", locale=SOURCE, tzinfo=AMSTERDAM)
    hour = {SOURCE: f"{clock} uur"}
    comma = {"ltr": ", ", "rtl": "، "}
    return beside(
        lambda tag: comma[LANGUAGES[tag].dir].join(
            (_date(local.date(), "full", tag), hour.get(tag, clock))
        )
    )


@lru_cache(maxsize=8192)
def _date(on: date, form: str, tag: str) -> str:
    return format_date(on, form, locale=tag)


def named(lang: str) -> Label:
    """Name a language in which somebody writes, in the reader's languages."""
    if lang == SOURCE:
        # As everywhere on the pages, which is not what a dictionary says in every language.
        return _plain(reader(), mark("Nederlands"), here())
    return beside(lambda tag: Locale.parse(tag).languages.get(lang) or WRITTEN[lang])


def also_in(spoken: Iterable[str]) -> str:
    """Choose the language in which something can be said besides: Dutch first, or none."""
    there = {*spoken}
    return next((lang for lang in (SOURCE, written()) if lang not in there), "")


def words(text: Words) -> Markup:
    """Show a person's own words, in the language and direction in which they were written."""
    return Markup('<span lang="{}" dir="{}">{}</span>').format(text.tag, text.dir, text.text)


def extract_toml(
    file: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give Babel the Dutch strings of the data files (a Babel extraction method)."""
    del keywords, comment_tags, options
    text = file.read().decode()
    for rows in tomllib.loads(text).values():
        for row in rows if isinstance(rows, list) else []:
            for name, value in row.items():
                if name in SAID_FIELDS:
                    for said in [value] if isinstance(value, str) else value:
                        yield _line_of(text, said), "mark", said, []


def _line_of(text: str, said: str) -> int:
    return text[: text.find(said)].count("\n") + 1
