"""Hard words: explained once on a page, at our own words only, without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, session
from markupsafe import Markup

from portfolio.data import HARD_WORDS
from portfolio.hard_words import explained, tapped
from portfolio.languages import mark, say, words
from portfolio.migrations import folder_of
from portfolio.models.words import Words
from tests.browser import Page
from tests.document import read
from tests.pages.taps import wrong_taps

if TYPE_CHECKING:
    from tests.chromium import Phone
    from tests.people import Actor, Cast

GEMEENTE = '<a class="tap" id="bij-gemeente" href="#woord-gemeente">gemeente</a>'
SENTENCE = "Je contactpersoon bij de gemeente."


def test_only_the_first_place_of_a_word_is_a_tap(app: Flask) -> None:
    with app.test_request_context("/hulp", headers={"Accept-Language": "nl"}):
        assert explained(Markup("Bel de gemeente.")) == f"Bel de {GEMEENTE}."
        assert explained(Markup("Jouw gemeente, en de gemeenten.")) == (
            "Jouw gemeente, en de gemeenten."
        )
        capital = explained(Markup("Inburgering is leren."))
        assert '<a class="tap" id="bij-inburgering" href="#woord-inburgering">Inbu' in capital
        assert [word.key for word in tapped()] == ["gemeente", "inburgering"]
    # A text without a page, as of a mail, stays as it is.
    assert explained(Markup("Bel de gemeente.")) == "Bel de gemeente."


@pytest.mark.parametrize(
    "said",
    [
        "De gemeenteraad en mijn map.",
        "<bdi>Gemeente DUO</bdi>",
        '<a href="/x">Vraag de gemeente</a>',
        '<svg data-word="gemeente"></svg>',
        words(Words("Mijn gemeente", "nl")),
    ],
)
def test_names_words_of_others_and_links_are_left_alone(app: Flask, said: str) -> None:
    with app.test_request_context("/hulp", headers={"Accept-Language": "nl"}):
        assert explained(Markup(said)) == said  # noqa: S704 -- the words of this test
        assert tapped() == []
        name = say(mark("%(name)s werkt daar niet meer."), name="Gemeente <b>")
        assert explained(name) == "<bdi>Gemeente &lt;b&gt;</bdi> werkt daar niet meer."
        # What was not yet escaped is, before anything is put in.
        assert "&lt;i&gt;" in explained("<i>gemeente</i>")


def test_beside_dutch_the_dutch_word_is_the_tap(app: Flask) -> None:
    with app.test_request_context("/hulp"):
        session["language"], session["mode"] = "ar", "both"
        dutch, own = str(explained(say(SENTENCE))).split("<i lang=")
        assert "#woord-contactpersoon" in dutch
        assert GEMEENTE in dutch
        assert "tap" not in own


def test_in_another_language_the_dutch_word_in_brackets_is_the_tap(app: Flask) -> None:
    with app.test_request_context("/woorden"):
        session["language"], session["mode"] = "ar", "own"
        found = explained(say(SENTENCE))
        assert '#woord-gemeente" lang="nl" dir="ltr">gemeente</a>)' in found


def test_every_word_has_a_picture_and_one_spelling() -> None:
    icons = (folder_of("static") / "icons.svg").read_text(encoding="utf-8")
    forms = [form.casefold() for word in HARD_WORDS.values() for form in word.forms]
    # A map (folder) is no MAP.
    assert len(forms) == len(set(forms))
    assert not {word.icon for word in HARD_WORDS.values() if f'id="{word.icon}"' not in icons}


def test_everybody_can_read_all_the_words(cast: Cast, amina: Actor) -> None:
    for page in (Page(cast.visitor.browse()), amina.page):
        page.visit("/hulp").follow("Alle moeilijke woorden")
        headings = [node.text for node in page.tree.walk("h2")]
        assert [word.name for word in HARD_WORDS.values()] == headings[: len(HARD_WORDS)]
        assert all(word.explanation in page.text for word in HARD_WORDS.values())


def test_a_wrong_or_missing_tap_is_found() -> None:
    tap = '<a class="tap" id="bij-duo" href="#woord-duo">DUO</a>'
    meaning = '<div class="meaning" id="woord-duo"><p>DUO</p></div>'
    assert wrong_taps(read(f"<p>Vraag {tap} of DUO</p>{meaning}")) == []
    assert wrong_taps(read("<p>Vraag DUO</p>")) == ["not explained: duo"]
    assert wrong_taps(read(f"<h2>{tap}</h2>{meaning}")) == ["explained at a wrong place: DUO"]
    assert "explained twice: duo" in wrong_taps(read(f"<p>{tap}</p><p>{tap}</p>{meaning}"))
    assert wrong_taps(read(f"<p>{tap}</p>")) == ["what is tapped is not what is explained: ['duo']"]


@pytest.mark.browser
def test_a_word_is_explained_by_keyboard_and_without_script(phone: Phone) -> None:
    window = phone.open(javascript=False)
    page = window.visit("/hulp")
    # Sign-in and language come from the phone: Dutch alone.
    tap, meaning = page.locator("#bij-gemeente"), page.locator("#woord-gemeente")
    assert not meaning.is_visible()
    tap.focus()
    page.keyboard.press("Enter")
    meaning.wait_for(state="visible")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    meaning.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "bij-gemeente"
