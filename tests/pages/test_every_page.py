"""Every page there is, in every shipped language: whole, translated, and easy to use on a phone.

The pages are built once, on SQLite: what they look like does not come from the database, and
every page's own test runs on both. The browser gets the very answers that were built.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from portfolio.languages import LANGUAGES
from tests.chromium import AXE_TAGS, PHONE
from tests.document import read
from tests.page_checks import check_page
from tests.pages.every_page import NO_PAGES, PLACES, READINGS, Reading
from tests.pages.house import House, Windows, lines_of, open_house, open_windows
from tests.pages.taps import wrong_taps
from tests.pages.untranslated import alone_in_dutch, left_in_dutch, without_dutch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import Browser

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


@pytest.fixture(scope="module")
def house(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Build every page, and serve them."""
    with open_house(stores, tmp_path_factory.mktemp("pages") / "data") as opened:
        yield opened


def words_in(nodes: Iterable[Node]) -> set[str]:
    """List what is said in any of these elements, and in what stands inside it."""
    return {inner.text for node in nodes for inner in node.walk()}


@pytest.fixture(scope="module")
def windows(chromium: Browser, house: House) -> Iterator[Windows]:
    """Give the windows in which the pages are looked at."""
    with open_windows(chromium, house) as opened:
        yield opened


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


@pytest.mark.parametrize("reading", [each for each in READINGS if each.mode == "both"], ids=str)
@every_place
def test_nothing_stands_in_dutch_alone(house: House, place: Place, reading: Reading) -> None:
    found = alone_in_dutch(house.pages[place.name, reading].tree, reading.language)
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
