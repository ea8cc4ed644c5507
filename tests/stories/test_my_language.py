"""The main promise in one's own language: beside Dutch in Tigrinya, and in Arabic alone.

Amina finds her way by what the pages say in her language, and by nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from portfolio.data import KINDS, LEEFGEBIEDEN, PURPOSES
from portfolio.languages import LANGUAGES, translate
from tests.document import read
from tests.pages.untranslated import alone_in_dutch, left_in_dutch
from tests.stories.evidence import on_sqlite
from tests.stories.test_main_story import code_of
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Phone
    from tests.people import Cast

pytestmark = pytest.mark.browser

PASSPHRASE = "brood op de plank"
TITLES = {"ti": "ሕብስቲ ሰንኪተ", "ar": "خبزت الخبز"}


@dataclass
class OwnWalk(Walk):
    """A walk that reads the own language on every page, and sees that no Dutch stands alone."""

    mode: str = "own"
    # Where the Dutch stayed beside her own language all the same.
    kept_dutch: list[str] = field(default_factory=list)

    @property
    def beside(self) -> bool:
        """Tell whether this page shows both: as she chose, or as nobody read her language yet."""
        return self.mode == "both" or self.page.locator("[data-keeps-dutch]").count() == 1

    def named(self, msgid: str, **params: str) -> re.Pattern[str]:
        """Give what a button is called: the own words, in both with the Dutch before them."""
        said = dict.fromkeys((msgid, self.said(msgid)) if self.beside else (self.said(msgid),))
        words = r"\s+".join(re.escape(text % params if params else text) for text in said)
        return re.compile(rf"^\s*{words}\s*$")

    def press(self, msgid: str, within: str = "main", **params: str) -> OwnWalk:
        """Press the button or follow the link with these words, and look at what comes."""
        place, name = self.page.locator(within), self.named(msgid, **params)
        target = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        # A page that is still the last one would be looked at as the next.
        with self.page.expect_navigation():
            target.first.click()
        return self.look()

    def pick(self, msgid: str, *, role: Literal["radio", "checkbox"] = "radio") -> OwnWalk:
        """Touch the tile with these words."""
        # A hint may follow them.
        begins = re.compile(self.named(msgid).pattern.removesuffix(r"\s*$"))
        tile = self.page.get_by_role(role, name=begins)
        self.page.locator(f'label[for="{tile.first.get_attribute("id")}"]').click()
        return self

    def choose_language(self) -> OwnWalk:
        """Find one's own language by its own name, and say how one wants to see it."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=LANGUAGES[self.tag].name, exact=True).first.click()
        if self.mode == "own":
            # Beside the Dutch it now stands in her language as well.
            own = translate(self.tag, "Mijn taal")
            with self.page.expect_navigation():
                self.page.get_by_role("button", name=re.compile(rf"{own}\s*$")).first.click()
        return self.look()

    def look(self) -> OwnWalk:
        """Expect the right language and direction, and no Dutch that nobody translated."""
        tree = read(self.page.content())
        root = tree.first("html")
        assert root is not None
        kept = any("data-keeps-dutch" in node.attrs for node in tree.walk())
        beside = self.mode == "both" or kept
        page = LANGUAGES["nl" if beside else self.tag]
        assert (root["lang"], root["dir"]) == (page.tag, page.dir), self.path
        if kept:
            self.kept_dutch.append(self.path)
        if not beside:
            assert not left_in_dutch(tree, self.tag), self.path
            return self
        assert not alone_in_dutch(tree, self.tag), self.path
        own = LANGUAGES[self.tag]
        pairs = [(pair, pair.first("i")) for pair in tree.walk("b") if pair.get("lang") == "nl"]
        assert pairs, self.path
        for pair, other in pairs:
            assert pair["dir"] == "ltr"
            assert other is not None
            assert (other["lang"], other["dir"]) == (own.tag, own.dir)
        return self


@on_sqlite
@pytest.mark.parametrize(("tag", "mode"), [("ti", "both"), ("ar", "own")])
def test_the_main_promise_in_my_language(
    phone: Phone, cast: Cast, photo: Path, tag: str, mode: str
) -> None:
    amina, coach = OwnWalk(phone.open(), tag, mode), Walk(phone.open(cast.bas))
    amina.window.visit("/")
    amina.choose_language().press("Begin mijn map")
    start(amina)
    keep(amina, photo)
    share(amina, code_of(coach), cast.bas.name)
    hers = looks(coach, cast.amina.map_id, TITLES[tag])
    amina.press("Wie heeft gekeken?").sees(cast.bas.name)
    amina.press("Delen", "header").press("Stop alles voor %(name)s", name=cast.bas.name)
    amina.reads("Niemand ziet jouw map")
    assert coach.window.status_of(hers) == 404
    # Arabic stands alone but where she decides who sees something, and sees who did.
    about = ("/delen", "/wie-heeft-gekeken", "/map/stuk/", "/toevoegen/")
    assert bool(amina.kept_dutch) == (mode == "own")
    assert not [path for path in amina.kept_dutch if not path.startswith(about)]


def start(amina: OwnWalk) -> None:
    """Given: a map that she begins herself."""
    amina.pick("18 of ouder").press("Verder")
    amina.fill("display_name", "Amina").press("Verder")
    amina.fill("sign_in_name", f"amina in {amina.tag}").press("Verder")
    amina.fill("passphrase", PASSPHRASE).press("Maak mijn map")
    expect(amina.page.locator(".codes li")).to_have_count(10)
    amina.press("Ik heb ze opgeschreven").reads("Je map is nog leeg")


def keep(amina: OwnWalk, photo: Path) -> None:
    """When: she adds something to Werk, with a photo, in her own language."""
    amina.press("Voeg iets toe").pick(LEEFGEBIEDEN["werk"].name).press("Verder")
    amina.pick(KINDS["gedaan"].label).press("Verder")
    assert amina.page.locator('[name="lang_0"]').input_value() == amina.tag
    amina.fill("title_0", TITLES[amina.tag]).press("Verder").press("Verder").press("Verder")
    amina.page.locator('input[type="file"]:not([capture])').set_input_files(photo)
    amina.press("Verder").sees(TITLES[amina.tag])
    assert len(amina.photos()) == 1
    amina.press("Bewaar").sees(TITLES[amina.tag])


def share(amina: OwnWalk, code: str, name: str) -> None:
    """When: she shares Werk with her coach, whose code she types."""
    amina.press("Delen", "header").press("Deel met iemand")
    amina.fill("code", code).press("Verder").sees(name)
    amina.press("Ja, dit is de persoon")
    amina.pick(LEEFGEBIEDEN["werk"].name, role="checkbox").press("Verder")
    amina.pick(PURPOSES["gesprek"].label).press("Verder").press("Verder")
    amina.pick("Nee, alleen kijken").press("Verder")
    # The exact page, before the yes.
    amina.press("Verder").press("Ja, deel dit")
    assert amina.path == "/delen"


def looks(coach: Walk, another: str, title: str) -> str:
    """Then: the coach finds her among his people and sees what she keeps. Gives the path."""
    coach.window.visit("/mensen")
    person = f'a[href^="/mensen/"]:not([href="/mensen/{another}"])'
    coach.page.locator(person, has_text="Amina").first.click()
    coach.page.locator('a[href$="/werk"]').first.click()
    coach.sees(title)
    assert len(coach.photos()) == 1
    return coach.path
