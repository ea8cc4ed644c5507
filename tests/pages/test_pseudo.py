"""Pages in the language that nobody speaks: what is not translated, and what is too long.

A handful of pages by default, and every page in the long form; built once, on SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio import pseudo
from portfolio.config import ConfigurationError, read_settings
from tests.document import read
from tests.pages.every_page import PLACES, Reading
from tests.pages.house import House, Windows, open_house, open_windows
from tests.pages.test_every_page import MEASURE
from tests.pages.untranslated import left_outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser import Page
    from tests.pages.place import Place
    from tests.stores import Stores

PSEUDO = Reading(pseudo.TAG, "own")
# One of each kind: a start, a list, a thing, a form, a refusal, a plan, a talk, a coach's page.
SHORT = {
    "portfolio.start",
    "portfolio.leefgebied",
    "entry.page",
    "consent.overview",
    "consent.receipt",
    "goal.page",
    "route.overview",
    "talk.page",
    "people.person",
    "access_log.overview",
    "person.overview",
    "home.page",
}
every_place = pytest.mark.parametrize(
    "place",
    [pytest.param(each, marks=[] if each.name in SHORT else [pytest.mark.long]) for each in PLACES],
    ids=lambda place: place.name,
)


@pytest.fixture(scope="module")
def house(
    request: pytest.FixtureRequest, stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Build the pages of this run, and serve them."""
    wanted = [*PLACES]
    if not request.config.getoption("--long"):
        wanted = [place for place in PLACES if place.name in SHORT]
    folder = tmp_path_factory.mktemp("pseudo") / "data"
    with open_house(stores, folder, [PSEUDO], wanted, pseudo=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def windows(chromium: Browser, house: House) -> Iterator[Windows]:
    """Give the windows in which the pages are looked at."""
    with open_windows(chromium, house) as opened:
        yield opened


@pytest.mark.parametrize(
    ("dutch", "said"),
    [
        ("Verder", "[Véérdéér~]"),
        ("Van %(start)s tot %(end)s uur.", "[Vààñ %(start)s tööt %(end)s üüüür.~~]"),
        ("Over 100%% <b>klaar</b>", "[ÖÖvéér 100%% <b>klààààr</b>~~~]"),
        ("", ""),
    ],
)
def test_a_text_is_longer_and_keeps_what_is_filled_in(dutch: str, said: str) -> None:
    assert pseudo.stretched(dutch)[:8] == said[:8]
    assert pseudo.FIXED.findall(pseudo.stretched(dutch)) == pseudo.FIXED.findall(dutch)
    assert len(pseudo.stretched(dutch)) >= len(dutch) * 1.2


def test_what_stands_outside_the_brackets_is_found() -> None:
    said = (
        "<p>[Vààñ <bdi>Bas</bdi> tööt [3 mààààrt]]</p><p>Terug</p>"
        '<p lang="nl">Het huis</p><img alt="[Fööö] bij"><input placeholder="[Ñààm]">'
    )
    assert left_outside(read(said)) == ["not translated: 'Terug'", "not translated: '[Fööö] bij'"]


def test_only_the_demonstration_may_speak_it() -> None:
    with pytest.raises(ConfigurationError, match="PORTFOLIO_PSEUDO"):
        read_settings({"PORTFOLIO_PSEUDO": "1"})


def test_nobody_is_offered_it(page: Page) -> None:
    assert pseudo.TAG not in page.visit("/").html
    assert page.post("/taal-kiezen", {"language": pseudo.TAG}).status_code == 400


@pytest.mark.browser
@every_place
def test_a_page_says_nothing_else_and_nothing_is_cut_off(
    windows: Windows, house: House, place: Place
) -> None:
    built = house.pages[place.name, PSEUDO]
    found = left_outside(built.tree)
    found += windows.show(built).evaluate(MEASURE, ["edges", "targets"])
    assert not found, "\n".join(found)
