"""Where somebody wants to go: spoken and shown instead of written, and heard by a coach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.pages.test_plan import give
from tests.stories.evidence import choose_file, is_drawn, on_sqlite
from tests.stories.test_evidence import HEARD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Phone
    from tests.people import Actor
    from tests.stories.evidence import CountedWalk


@on_sqlite
def test_a_direction_is_spoken_and_shown(
    phone: Phone, amina: Actor, bas: Actor, amina_walks: CountedWalk, photo: Path
) -> None:
    walk = amina_walks
    walk.window.visit("/plan/vraag/horizon")
    walk.press("Spreek in", "[data-speak]")
    expect(walk.page.locator("[data-time]")).to_have_text("0:02")
    walk.press("Stop", "[data-speak]").reads("Luister of het goed is. Dan kun je verder.")
    choose_file(walk, "foto", photo, javascript=False)
    expect(walk.page.locator("[data-preview] img")).to_be_visible()
    walk.main()
    walk.page.wait_for_url("**/plan/richting")
    kept = walk.page.locator('audio[src^="/geluid/"]').evaluate(HEARD)
    assert is_drawn(walk, 'main img[src^="/foto/"]')
    give(amina, bas, "direction")
    coach = phone.open(bas).visit(f"/mensen/{amina.map_id}/plan")
    heard = coach.locator('audio[src^="/geluid/"]').evaluate(HEARD)
    for each in (kept, heard):
        assert each["ready"] >= 2
        assert 1 < each["seconds"] < 10
    walk.window.visit("/plan/vraag/horizon")
    walk.press("Haal dit geluid weg")
    expect(walk.page.locator('audio[src^="/geluid/"]')).to_have_count(0)
    assert is_drawn(walk, 'main img[src^="/foto/"]')
