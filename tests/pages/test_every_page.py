"""Every page there is, in every shipped language: whole, translated, and easy to use on a phone.

The pages are built once, on SQLite: what they look like does not come from the database, and
every page's own test runs on both. The browser gets the very answers that were built.
"""

from __future__ import annotations

import socket
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from portfolio import create_app
from portfolio.languages import LANGUAGES
from tests.chromium import AXE_TAGS, PHONE, Phone, serve
from tests.document import read
from tests.page_checks import check_page
from tests.pages.every_page import NO_PAGES, PLACES, READINGS, Built, Reading, build
from tests.pages.taps import wrong_taps
from tests.pages.untranslated import left_in_dutch, without_dutch
from tests.people import Cast
from tests.stores import SQLITE, close_engines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tests.chromium import Window
    from tests.document import Node
    from tests.pages.place import Place
    from tests.stores import Stores

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
# Contrast is measured by our own, stricter check.
AXE_OPTIONS: dict[str, object] = {
    "runOnly": {"type": "tag", "values": AXE_TAGS},
    "rules": {"color-contrast": {"enabled": False}},
    "resultTypes": ["violations"],
}
# Only what is found travels back; the whole answer takes as long as finding it.
RUN_AXE = """(options) => axe.run(options).then((answer) => answer.violations.flatMap((each) =>
  each.nodes.map((node) => `${each.id}: ${each.help}: ${node.html}`)))"""
every_place = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
every_reading = pytest.mark.parametrize("reading", READINGS, ids=str)
SELDOM = LANGUAGES.keys() - {"nl", "ar"}
# English lies on the screen as Dutch does, and Persian as Arabic; Turkish and Tigrinya alone are no
# wider than beside Dutch. They are looked at in the long form.
on_a_phone = pytest.mark.parametrize(
    "reading",
    [
        pytest.param(each, marks=[pytest.mark.long] if each.page in SELDOM else [])
        for each in READINGS
    ],
    ids=str,
)


@dataclass
class House:
    """One application with the cast, on a port of this machine, and all its pages."""

    app: Flask
    cast: Cast
    address: str
    pages: dict[tuple[str, Reading], Built]


class Shelf:
    """Gives a built page again, as it was answered; all else comes from the application."""

    def __init__(self, app: WSGIApplication, pages: Iterable[Built]) -> None:
        self.app, self.pages = app, {page.path: page.answer for page in pages}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer = self.pages.get(environ["PATH_INFO"])
        if answer is None:
            return self.app(environ, start)
        # The browser keeps its own cookies: with them it asks for the photos of the page.
        headers = [
            (name, value)
            for name, value in answer.headers
            if name.lower() not in ("set-cookie", "clear-site-data")
        ]
        start(answer.status, headers)
        return [answer.get_data()]


@pytest.fixture(scope="module")
def house(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Build every page, and serve them."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"http://localhost:{held.getsockname()[1]}"
        settings = stores.copy(SQLITE, "cast", tmp_path_factory.mktemp("pages") / "data")
        app = create_app(replace(settings, public_url=address))
        cast = Cast(app, stores.facts(SQLITE))
        built = build(app, cast)
        app.wsgi_app = Shelf(app.wsgi_app, built)  # type: ignore[assignment,method-assign]  # Flask's way
        with serve(app, held):
            yield House(
                app, cast, address, {(page.place.name, page.reading): page for page in built}
            )
        close_engines(app)


class Windows:
    """One window per person, with and without script, kept for all the pages."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.house, self.phone = house, Phone(browser, house.address)
        self._kept: dict[tuple[str, bool], Window] = {}
        self._said: dict[str, Counter[str]] = {}

    def show(self, built: Built, *, javascript: bool = True) -> Page:
        """Open a page for the person whose page it is."""
        key = (built.place.who, javascript)
        if key not in self._kept:
            actor = self.house.cast.everybody()[built.place.who]
            self._kept[key] = self.phone.open(
                actor if actor.key in actor.facts.people else None,
                javascript=javascript,
                # Colours that are still changing would be measured halfway.
                reduced_motion="reduce",
                # Fingers and no mouse, so that the camera is offered.
                is_mobile=True,
                has_touch=True,
            )
            if javascript:
                # The browser keeps it; handed over again for each page it took as long as running.
                self._kept[key].context.add_init_script(Axe().axe_script)
        window = self._kept[key]
        window.trouble.clear()
        page = window.visit(built.path, built.place.status)
        assert not window.trouble, window.trouble
        if javascript:
            self._said[built.path] = lines_of(page)
        return page

    def said(self, built: Built) -> Counter[str]:
        """Give the lines of a page with script, looked at now or a moment ago."""
        if built.path not in self._said:
            self.show(built)
        return self._said[built.path]


def words_in(nodes: Iterable[Node]) -> set[str]:
    """List what is said in any of these elements, and in what stands inside it."""
    return {inner.text for node in nodes for inner in node.walk()}


def lines_of(page: Page) -> Counter[str]:
    """Count the lines that somebody reads in the main part of a page."""
    lines = page.inner_text("main").splitlines()
    return Counter(" ".join(line.split()) for line in lines if line.strip())


@pytest.fixture(scope="module")
def windows(chromium: Browser, house: House) -> Iterator[Windows]:
    """Give the windows in which the pages are looked at."""
    made = Windows(chromium, house)
    yield made
    for window in made.phone.windows:
        window.context.close()


def test_every_page_is_in_the_list(house: House) -> None:
    asked = {place.endpoint for place in PLACES if place.send is None}
    there = {
        rule.endpoint for rule in house.app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    missing = there - asked - NO_PAGES
    assert not missing, f"add to PLACES in tests/pages/every_page.py: {sorted(missing)}"
    assert not asked - there, f"no such pages any more: {sorted(asked - there)}"
    names = [place.name for place in PLACES]
    assert len(set(names)) == len(names), "two places of one name"


def test_dutch_among_other_words_is_found() -> None:
    said = '<p>Add something</p><p>Voeg iets toe</p><p>Dit is van jou</p><p lang="nl">Het huis</p>'
    found = left_in_dutch(read(said), "en")
    assert found == ["not translated: 'Voeg iets toe'", "not translated: 'Dit is van jou'"]


@pytest.mark.browser
def test_what_is_hard_to_use_is_found(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.add_init_script(Axe().axe_script)
    page.goto("about:blank")
    page.set_content(
        '<p style="color: #777">Bleek</p><button style="width: 20px">x</button>'
        '<div style="width: 400px">Breed</div><input>'
    )
    found: list[str] = page.evaluate(MEASURE, ["contrast", "targets", "edges"])
    found += [line for line in page.evaluate(RUN_AXE, AXE_OPTIONS) if line.startswith("label")]
    page.close()
    assert {line.partition(":")[0] for line in found} == {"contrast", "target", "edge", "label"}


@every_reading
@every_place
def test_a_page_is_whole(house: House, place: Place, reading: Reading) -> None:
    built = house.pages[place.name, reading]
    assert built.answer.status_code == place.status, built.tree.text[:300]
    check_page(built.answer, built.tree, built.html)
    root = built.tree.first("html")
    assert root is not None
    lang = reading.of(place)
    assert (root["lang"], root["dir"]) == (lang, LANGUAGES[lang].dir)
    wrong = wrong_taps(built.tree) if reading.page == "nl" else ()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("reading", [each for each in READINGS if each.page != "nl"], ids=str)
@every_place
def test_a_page_is_translated(house: House, place: Place, reading: Reading) -> None:
    tree = house.pages[place.name, reading].tree
    wrong = left_in_dutch if reading.of(place) == reading.language else without_dutch
    found = wrong(tree, reading.language)
    assert not found, "\n".join(found)


@pytest.mark.browser
@on_a_phone
@every_place
def test_a_page_is_easy_on_a_phone(
    windows: Windows, house: House, place: Place, reading: Reading
) -> None:
    page = windows.show(house.pages[place.name, reading])
    found: list[str] = page.evaluate(MEASURE, ["contrast", "targets", "edges"])
    # What is asked of a page's build is asked of Dutch alone, and of two languages at once.
    if reading.mode != "own":
        found += page.evaluate(RUN_AXE, AXE_OPTIONS)
    # Colours are the same in every language.
    if reading.mode == "nl":
        page.emulate_media(color_scheme="dark")
        found += [f"dark {line}" for line in page.evaluate(MEASURE, ["contrast"])]
        page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


@pytest.mark.browser
@every_place
def test_a_page_says_the_same_without_script(windows: Windows, house: House, place: Place) -> None:
    built = house.pages[place.name, READINGS[0]]
    plain, scripted = lines_of(windows.show(built, javascript=False)), windows.said(built)
    assert plain
    # What only a script can do is hidden until there is one, or says that it is not there.
    waiting = [node for node in built.tree.walk() if "hidden" in node.attrs]
    assert not (plain - scripted).keys() - words_in(built.tree.walk("noscript")), (
        "said without script only"
    )
    assert not (scripted - plain).keys() - words_in(waiting), "said with script only"
