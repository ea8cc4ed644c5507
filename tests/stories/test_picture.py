"""Somebody who writes not one letter: from the first screen to a thing that a coach sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from playwright.sync_api import Keyboard, Locator, Page, expect

from tests.pages.sharing import public_id
from tests.pages.test_every_page import MEASURE
from tests.pages.test_listen import HERE_NL, heard, voices_of
from tests.stories.evidence import choose_file, is_drawn, on_sqlite
from tests.stories.test_evidence import HEARD
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Phone
    from tests.people import Actor

pytestmark = pytest.mark.browser

NAMED = re.compile(r"^\s*Werk, [a-z]+ \d{4}\s*$")


@pytest.fixture
def no_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every way to type break the story."""

    def refuse(*_typed: Any, **_more: Any) -> NoReturn:
        pytest.fail("something was typed")

    for kind, ways in (
        (Locator, ("fill", "type", "press", "press_sequentially", "clear")),
        (Page, ("fill", "type", "press")),
        (Keyboard, ("type", "press", "insert_text", "down", "up")),
    ):
        for way in ways:
            monkeypatch.setattr(kind, way, refuse)


def is_easy(walk: Walk) -> None:
    """Then: what is there is large, clear and whole on a phone, also for a screen reader."""
    found = walk.page.evaluate(MEASURE, ["contrast", "targets", "edges"])
    assert [*found, *walk.window.axe()] == []


def tap(walk: Walk, name: str, value: str) -> Walk:
    """Tap the button that answers."""
    walk.page.locator(f'main button[name="{name}"][value="{value}"]').click()
    walk.page.wait_for_load_state()
    return walk


def begin_by_picture(walk: Walk) -> str:
    """Given: somebody new, who chooses pictures and takes what we offer. Gives their name."""
    walk.window.visit("/")
    tap(walk, "pictures", "1")
    expect(walk.page.locator("body")).to_have_class("pictures")
    walk.main().choose("age", "18+").main()
    called = []
    for question in ("Hoe wil je dat mensen je noemen?", "Kies een naam om in te loggen"):
        expect(walk.page.locator("h1")).to_have_text(question)
        expect(walk.page.locator("main .drawn .icon")).to_have_count(2)
        called.append(walk.page.locator("main .drawn").inner_text())
        walk.main()
    expect(walk.page.locator("main .drawn .icon")).to_have_count(5)
    is_easy(walk)
    walk.main()
    expect(walk.page.locator(".codes li")).to_have_count(10)
    walk.main()
    assert walk.path == "/map"
    return " ".join(called[0].split())


def hears(walk: Walk, name: str, value: str, words: str) -> None:
    """Then: one option is heard by itself, and hearing it chooses nothing."""
    option = walk.page.locator(f'.choice:has(input[name="{name}"][value="{value}"])')
    told = option.locator(".hear button").first.get_attribute("aria-describedby")
    assert option.locator(f'label[id="{told}"]').count() == 1
    heard(walk.page)
    option.locator(".hear button").first.click()
    assert heard(walk.page) == [("nl-NL", words)]
    walk.page.evaluate("spoken()")
    assert not walk.page.evaluate("speaks()")
    expect(option.locator("input")).not_to_be_checked()


def keep_without_writing(walk: Walk, photo: Path) -> None:
    """When: she keeps a photo with her voice, by pictures alone."""
    walk.main()
    choose_file(walk, "foto", photo, javascript=True)
    walk.main()
    walk.page.wait_for_url("**/verhaal")
    walk.press("Spreek in", "[data-speak]")
    expect(walk.page.locator("[data-time]")).to_have_text("0:02")
    walk.press("Stop", "[data-speak]").reads("Luister of het goed is. Dan kun je verder.")
    walk.main()
    walk.page.wait_for_url("**/onderwerp")
    walk.page.locator("h1 + .hear button, legend + .hear button").first.click()
    assert heard(walk.page)[-1] == ("nl-NL", "Waar gaat het over?")
    is_easy(walk)
    hears(walk, "leefgebied", "wonen", "Wonen")
    walk.choose("leefgebied", "werk").main()
    walk.choose("kind", "betaald_werk").main()
    tap(walk, "tik", "maand")
    is_easy(walk)
    tap(walk, "voorstel", "onderwerp")
    walk.reads("Klopt alles?").main()
    assert walk.path.startswith("/map/stuk/")
    expect(walk.page.locator("h1")).to_have_text(NAMED)


@on_sqlite
@pytest.mark.usefixtures("no_letters")
def test_nothing_is_written_from_the_first_screen_to_what_a_coach_sees(
    phone: Phone, bas: Actor, photo: Path
) -> None:
    walk = Walk(phone.open(reduced_motion="reduce"))
    walk.window.context.add_init_script(voices_of(HERE_NL))
    called = begin_by_picture(walk)
    keep_without_writing(walk, photo)
    # The coach's card is before her camera.
    walk.window.visit(f"/delen/met/{public_id(bas)}")
    walk.sees(bas.name).main()
    walk.choose("leefgebieden_lijst", "werk").main()
    walk.choose("purpose", "gesprek").main().main()
    walk.choose("may", "nee").main()
    assert walk.path.endswith("/bekijk")
    walk.main().main()
    assert walk.path == "/delen"
    coach = Walk(phone.open(bas))
    coach.window.visit("/mensen")
    coach.page.locator('main a[href^="/mensen/"]', has_text=called).first.click()
    coach.page.locator('a[href$="/werk"]').first.click()
    coach.page.locator("main h2 a", has_text=NAMED).first.click()
    coach.page.wait_for_url("**/stuk/*")
    assert is_drawn(coach, 'main img[src^="/foto/"]')
    assert coach.page.locator('audio[src^="/geluid/"]').evaluate(HEARD)["ready"] >= 2
