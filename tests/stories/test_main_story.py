"""Amina starts a map, keeps a thing, shares Werk with Bas, gets an answer, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Phone
    from tests.people import Actor, Cast

pytestmark = pytest.mark.browser

PASSPHRASE = "brood op de plank"
TITLE_NL, TITLE_AR = "Ik bakte brood voor de buurt", "خبزت الخبز للجيران"
STORY_NL = "Om vijf uur stond ik op.\nDe buren kwamen allemaal."
QUESTION, ANSWER = "Wil je dit vaker doen?", "Ja, elke zaterdag."


def begin_a_map(walk: Walk, sign_in_name: str) -> None:
    """Given: somebody new, who begins a map without an e-mail address."""
    walk.window.visit("/")
    walk.choose_language().press("Begin mijn map")
    walk.choose("age", "18+").main()
    walk.fill("display_name", "Amina").main()
    walk.fill("sign_in_name", sign_in_name).main()
    walk.fill("passphrase", PASSPHRASE).main()
    expect(walk.page.locator(".codes li")).to_have_count(10)
    walk.main()
    assert walk.path == "/map"
    walk.reads("Je map is nog leeg")


def keep_a_thing(walk: Walk, photo: Path) -> str:
    """When: she keeps a thing in Werk, with a photo, in two languages. Gives its path."""
    walk.main()
    walk.choose("leefgebied", "werk").main()
    walk.choose("kind", "gedaan").main()
    first, second = ("nl", "ar")
    walk.page.locator('[name="lang_0"]').select_option(first)
    walk.fill("title_0", TITLE_NL).press("Voeg een taal toe")
    walk.page.locator('[name="lang_1"]').select_option(second)
    walk.fill("title_1", TITLE_AR).main()
    walk.fill("story_0", STORY_NL).main()
    walk.fill("hours", "3,5").main()
    walk.page.locator('input[type="file"]:not([capture])').set_input_files(photo)
    walk.main()
    walk.sees(TITLE_NL).sees(TITLE_AR)
    # She looks back at one screen; what she typed still stands there.
    assert len(walk.photos()) == 1
    walk.main()
    walk.sees(TITLE_NL).sees("De buren kwamen allemaal.")
    assert walk.path.startswith("/map/stuk/")
    titles = walk.page.locator(f'[lang="ar"][dir="rtl"]:has-text("{TITLE_AR}")')
    assert titles.count() >= 1
    return walk.path


def share_work(walk: Walk, code: str, bas: str) -> None:
    """When: she shares Werk with Bas, whose code she types."""
    walk.window.visit("/delen")
    walk.main()
    walk.fill("code", code.lower().replace("-", " ")).main()
    walk.sees(bas).main()
    assert walk.page.locator('input[name="leefgebieden_lijst"]:checked').count() == 0
    walk.choose("leefgebieden_lijst", "werk").main()
    walk.choose("purpose", "gesprek").main()
    walk.main()
    walk.choose("may", "ja").main()
    # The exact pages, before the yes.
    assert walk.path.endswith("/bekijk")
    walk.page.locator('a[href*="/bekijk/werk"]').first.click()
    walk.sees(TITLE_NL)
    walk.page.locator("main a.back, .back a, a.back").first.click()
    walk.main()
    walk.main()
    assert walk.path == "/delen"
    walk.sees(bas)


def sign_in(walk: Walk, who: Actor) -> Walk:
    """Sign in as who works for others does: with name, passphrase and the code of an app."""
    walk.window.visit("/inloggen")
    walk.fill("sign_in_name", who.key).fill("passphrase", who.passphrase).main()
    walk.fill("code", who.code()).main()
    return walk


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Take a photo with a phone."""
    path = tmp_path / "foto.jpg"
    path.write_bytes(factories.picture("peru", (1200, 900)))
    return path


# Each way once: the pages themselves are tried on both databases everywhere else.
@pytest.mark.parametrize(
    ("database", "tag", "javascript"),
    [
        pytest.param("sqlite", "nl", True, id="dutch"),
        pytest.param("postgresql", "ar", True, id="arabic", marks=pytest.mark.postgres),
        pytest.param("postgresql", "nl", False, id="no-script", marks=pytest.mark.postgres),
    ],
    indirect=["database"],
)
def test_the_main_story(
    phone: Phone, cast: Cast, photo: Path, tag: str, *, javascript: bool
) -> None:
    amina = Walk(phone.open(javascript=javascript), tag)
    bas = Walk(phone.open(javascript=javascript))
    dirk = Walk(phone.open(javascript=javascript))

    begin_a_map(amina, "amina van het brood")
    thing = keep_a_thing(amina, photo)
    code = code_of(sign_in(bas, cast.bas))
    share_work(amina, code, cast.bas.name)

    her_work, photos = bas_reads_and_comments(bas, cast.amina.map_id)
    amina_sees_and_answers(amina, thing)
    bas.window.visit(her_work)
    bas.sees(ANSWER)

    code = code_of(sign_in(dirk, cast.dirk))
    share_one_thing(amina, code, cast.dirk)
    dirk_sees_only_that(dirk, cast.amina.map_id)

    withdraw_from(amina, cast.bas)
    for gone in (her_work, *photos, photos[0].replace("/klein", "/groot")):
        assert bas.window.status_of(gone) == 404, gone
    assert dirk.window.status_of(photos[0]) == 200


def code_of(walk: Walk) -> str:
    """Read one's own code from one's own page."""
    walk.window.visit("/mijn-code")
    return walk.page.locator(".code").first.inner_text().strip()


def bas_reads_and_comments(bas: Walk, another: str) -> tuple[str, list[str]]:
    """Then: Bas finds Amina among his people, reads Werk and comments. Gives page and photos."""
    bas.window.visit("/mensen")
    # He knows another Amina already.
    person = f'a[href^="/mensen/"]:not([href="/mensen/{another}"])'
    bas.page.locator(person, has_text="Amina").first.click()
    bas.page.locator('a[href$="/werk"]').first.click()
    bas.sees(TITLE_NL).sees("3,5")
    photos = bas.photos()
    assert len(photos) == 1
    assert all(bas.window.status_of(address) == 200 for address in photos)
    her_work = bas.path
    bas.page.locator('main a[href*="/stuk/"]').first.click()
    bas.fill("text", QUESTION).main()
    bas.sees(QUESTION)
    return her_work, photos


def amina_sees_and_answers(amina: Walk, thing: str) -> None:
    """Then: Amina sees that Bas looked, reads his comment and answers."""
    amina.window.visit("/wie-heeft-gekeken")
    # Her own pages show her own words in the language she reads.
    amina.sees("Bas").sees(TITLE_AR if amina.tag == "ar" else TITLE_NL)
    amina.window.visit(thing)
    amina.sees(QUESTION)
    amina.page.locator("main details summary", has_text=amina.said("Geef antwoord")).click()
    amina.fill("text", ANSWER).press("Stuur")
    amina.sees(ANSWER)


def share_one_thing(amina: Walk, code: str, dirk: Actor) -> None:
    """When: she shares one single thing with Dirk."""
    amina.window.visit("/delen/nieuw")
    amina.fill("code", code).main()
    amina.sees(dirk.name).main()
    if amina.path.endswith("/wat"):
        amina.press("Deel alleen losse dingen")
    tile = amina.page.locator('input[name="stukken_lijst"]')
    amina.page.locator(f'label[for="{tile.first.get_attribute("id")}"]').click()
    amina.main()
    amina.choose("purpose", "laten_zien").main()
    amina.main()
    assert amina.path.endswith("/bekijk")
    amina.sees(TITLE_NL)
    amina.main()
    amina.main()
    assert amina.path == "/delen"


def dirk_sees_only_that(dirk: Walk, another: str) -> None:
    """Then: Dirk sees her achievement, and no talk about it."""
    dirk.window.visit("/prestaties")
    person = f'main a[href^="/prestaties/"]:not([href="/prestaties/{another}"])'
    dirk.page.locator(person).first.click()
    dirk.sees(TITLE_NL).sees("3,5").sees_not(QUESTION).sees_not(ANSWER)


def withdraw_from(amina: Walk, bas: Actor) -> None:
    """When: one tap ends all that Bas could see."""
    amina.window.visit("/delen")
    amina.press("Stop alles voor %(name)s", name=bas.name)
    assert amina.path == "/delen"
