"""Languages: which there are, which one this reader gets, and Dutch with my language beside it.

What lives here: locales, direction, negotiation, the labels of every page (`say`, `one`),
names of languages. What does not: dates and numbers (dates.py), and a person's own words;
those are never translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from babel import Locale
from babel.dates import get_timezone
from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request, session
from flask_login import current_user
from markupsafe import Markup, escape

from portfolio import pseudo
from portfolio.checked import HEADER, is_read, keeps_dutch
from portfolio.models.words import WRITTEN
from portfolio.voices import Voices, here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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

    @property
    def locale(self) -> str:
        """Name the language in CLDR, which does not know the one that nobody speaks."""
        return SOURCE if self.tag == pseudo.TAG else self.tag

    @property
    def read(self) -> bool:
        """Tell whether somebody who knows the language has read its catalogue."""
        said = catalogue(self.tag).info().get(HEADER.lower(), "")
        return self.tag in (SOURCE, pseudo.TAG) or is_read(said)


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


# Made by code, and offered only to whoever builds.
PSEUDO = Language(pseudo.TAG, pseudo.stretched("Nederlands"))


def known() -> Mapping[str, Language]:
    """Give the languages that can be chosen here."""
    return {**LANGUAGES, PSEUDO.tag: PSEUDO} if pseudo.is_on() else LANGUAGES


def language_of(tag: str) -> Language:
    """Give a language by its tag."""
    return PSEUDO if tag == PSEUDO.tag else LANGUAGES[tag]


@dataclass(frozen=True)
class Reader:
    """Whoever reads this page: the language of their own, and how they want to see it."""

    language: str
    mode: Mode

    @property
    def page(self) -> Language:
        """Give the language of the page itself; beside Dutch, Dutch leads."""
        return language_of(self.language if self.mode == "own" else SOURCE)

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
        g.reader = _beside_dutch(choice())
    found: Reader = g.reader
    return found


def choice() -> Reader:
    """Give what this reader chose, also where a page keeps its Dutch."""
    if not has_request_context():
        return Reader(SOURCE, "nl")
    if "choice" not in g:
        g.choice = negotiate()
    found: Reader = g.choice
    return found


def _beside_dutch(who: Reader) -> Reader:
    """Keep the Dutch on pages about consent and health, as long as nobody read the language."""
    alone = who.mode != "own" or not is_unread(who.language) or not keeps_dutch()
    return who if alone else Reader(who.language, "both")


def is_unread(tag: str) -> bool:
    """Tell whether a language is one of ours that nobody who knows it has read."""
    return tag in LANGUAGES and not LANGUAGES[tag].read


def own_first() -> tuple[str, ...]:
    """List the languages in which an owner's words are looked for: as they chose to read."""
    return (*choice().tags, SOURCE)


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
    if tag not in known():
        tag, mode = kept
    if tag not in known():
        tag, mode = request.accept_languages.best_match(list(LANGUAGES)), None
    return chosen(tag, mode)


def chosen(tag: str | None, mode: str | None) -> Reader:
    """Make a reader of a choice that may be empty or no longer exist."""
    tag = tag if tag and tag in known() else SOURCE
    first: Mode = "nl" if tag == SOURCE else "both"
    return Reader(tag, next((known for known in MODES if known == mode), first))


@lru_cache(maxsize=32)
def catalogue(tag: str) -> NullTranslations:
    """Load the catalogue of a language; Dutch is the source and needs none."""
    if tag == SOURCE:
        return NullTranslations()
    if tag == pseudo.TAG:
        return pseudo.Catalogue()
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
    return " · ".join(dict.fromkeys(_made(tag, text_in) for tag in reader().tags))


def say_on_line(msgid: str) -> str:
    """Say a label where nothing can be marked up: in the reader's languages, on one line."""
    return on_line(lambda tag: translate(tag, msgid))


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
    texts = {tag: _made(tag, text_in) for tag in (who or reader()).tags}
    return _shown(texts, {tag: escape(text) for tag, text in texts.items()})


def _made(tag: str, text_in: Callable[[str], str]) -> str:
    return pseudo.stretched(text_in(SOURCE)) if tag == pseudo.TAG else text_in(tag)


def _shown(plain: dict[str, str], marked: dict[str, Markup]) -> Label:
    shown = list(marked.items())
    if len(shown) == 1:
        label = Label(shown[0][1])
    elif len(set(plain.values())) == 1:
        label = Label(Markup('<span lang="nl">{}</span>').format(shown[0][1]))
    else:
        own = language_of(shown[1][0])
        # As short as HTML allows: a page holds a hundred of these, and comes over a slow line.
        parts = (shown[0][1], own.tag, own.dir, shown[1][1])
        label = Label(Markup("<b lang=nl dir=ltr>{} <i lang={} dir={}>{}</i></b>").format(*parts))
    label.texts = plain
    return label


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
