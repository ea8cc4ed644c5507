"""Hard words: at its first place on a page such a word becomes a tap that explains it.

What lives here: where the taps come, and which words this page has to explain. What does not:
the words themselves (portfolio/data/words.toml). A person's own words are never touched, and a
text that is a title, a label, a button or a link is not given to `explained`.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import g, has_request_context
from markupsafe import Markup, escape

from portfolio.data import HARD_WORDS
from portfolio.languages import SOURCE, reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio.data import HardWord

# At the start of a sentence a word has a capital.
BY_FORM: Mapping[str, HardWord] = MappingProxyType(
    {
        spelled: word
        for word in HARD_WORDS.values()
        for form in word.forms
        for spelled in (form, form[0].upper() + form[1:])
    }
)
# First what is stepped over: Dutch's own language beside it, names, links, somebody's words, tags.
PLACES = re.compile(
    r"<i lang=.*?</i>|<bdi\b.*?</bdi>|<a\b.*?</a>"
    r'|<span lang="[^"]*" dir="[^"]*">.*?</span>|<[^>]*>'
    rf"|\b({'|'.join(map(re.escape, sorted(BY_FORM, key=len, reverse=True)))})\b",
    re.DOTALL,
)


def explained(said: object) -> Markup:
    """Let the hard words in a sentence of ours be tapped, each once on a page."""
    text = escape(said)
    return Markup(PLACES.sub(_tap, text)) if has_request_context() else text  # noqa: S704 -- text was escaped


def tapped() -> list[HardWord]:
    """List the words that this page explains, in the order in which they stand there."""
    return list(_of_page().values())


def _of_page() -> dict[str, HardWord]:
    words: dict[str, HardWord] = g.setdefault("hard_words", {})
    return words


def _tap(found: re.Match[str]) -> str:
    form, words = found[1], _of_page()
    if form is None or BY_FORM[form].key in words:
        return found[0]
    key = BY_FORM[form].key
    words[key] = BY_FORM[form]
    # On a page in another language the word itself is still Dutch.
    lang = "" if reader().page.tag == SOURCE else ' lang="nl" dir="ltr"'
    return f'<a class="tap" id="bij-{key}" href="#woord-{key}"{lang}>{form}</a>'
