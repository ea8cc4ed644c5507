"""A line that breaks, a page that is left, a house that is busy: what came is never sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portfolio.media.intake import BusyError, Intake
from tests.media.pictures import encoded, noise
from tests.stories.evidence import choose_file, is_drawn, keep_in_work, on_sqlite

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Response, Route

    from portfolio.media.intake import CleanPhoto
    from tests.stories.evidence import CountedWalk
    from tests.stories.walk import Walk

pytestmark = pytest.mark.browser

PIECE = 128 * 1024


@pytest.fixture
def large_photo(tmp_path: Path) -> Path:
    """Take a photo that stays large whatever one does: several pieces."""
    path = tmp_path / "grote foto.jpg"
    path.write_bytes(encoded(noise((1400, 1000)), "JPEG", quality=90))
    return path


class Line:
    """A line to the server that breaks after some pieces, and what the server said about each."""

    def __init__(self, walk: Walk, pieces: int) -> None:
        self.left, self.here = pieces, list[int]()
        self._walk = walk
        walk.page.route("**/deel", self._carry)
        walk.page.on("response", self._note)

    def _carry(self, route: Route) -> None:
        self.left -= 1
        if self.left < 0:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    def _note(self, response: Response) -> None:
        if response.url.endswith("/deel"):
            self.here.append(response.json()["ontvangen"])

    def comes_back(self) -> None:
        """Let everything through, and let the page know."""
        self.left = 1000
        self._walk.page.evaluate("dispatchEvent(new Event('online'))")

    def forgive(self) -> None:
        """Forgive the browser's complaints about the broken line, and nothing else."""
        window = self._walk.window
        window.trouble = [each for each in window.trouble if "/deel)" not in each]


def is_waiting(walk: Walk, part: float) -> None:
    """Then: the page says that it waits, and shows how far it came."""
    expect(walk.page.locator("[data-said=waiting]:visible")).to_have_count(1)
    expect(walk.page.locator("[data-said]:visible")).to_have_count(1)
    assert 0 < walk.page.locator("[data-sending] progress").evaluate("(bar) => bar.value") <= part


@on_sqlite
def test_a_broken_line_costs_nothing(amina_walks: CountedWalk, large_photo: Path) -> None:
    walk = amina_walks
    walk.press("Een foto")
    # The question how much is here, and two pieces.
    line = Line(walk, 3)
    walk.page.locator('input[name="foto"]').set_input_files(large_photo)
    is_waiting(walk, 90)
    # She goes on, and the form waits for the line.
    walk.page.locator("main button.primary").click()
    expect(walk.page.locator("main button.primary[aria-busy]")).to_have_count(1)
    assert walk.path.endswith("/foto")
    line.comes_back()
    walk.page.wait_for_url("**/onderwerp")
    keep_in_work(walk)

    assert line.here[:3] == [0, PIECE, 2 * PIECE]
    assert line.here == sorted(set(line.here))
    # What was sent is smaller than what was chosen.
    assert line.here[-1] < large_photo.stat().st_size
    assert is_drawn(walk, 'main img[src^="/foto/"]')
    line.forgive()


@on_sqlite
def test_the_same_file_goes_on_where_it_was(amina_walks: CountedWalk, large_photo: Path) -> None:
    walk = amina_walks
    walk.press("Een foto")
    line = Line(walk, 3)
    walk.page.locator('input[name="foto"]').set_input_files(large_photo)
    is_waiting(walk, 90)
    # The page is gone, as when a phone needs its memory; later she comes back to it.
    line.left = 1000
    walk.page.reload()
    line.here.clear()
    choose_file(walk, "foto", large_photo, javascript=True)
    walk.main()
    keep_in_work(walk)

    assert line.here[:2] == [2 * PIECE, 3 * PIECE]
    assert is_drawn(walk, 'main img[src^="/foto/"]')
    line.forgive()


@on_sqlite
def test_sending_stops_when_it_is_skipped(amina_walks: CountedWalk, large_photo: Path) -> None:
    walk = amina_walks
    walk.press("Een foto")
    line = Line(walk, 2)
    walk.page.locator('input[name="foto"]').set_input_files(large_photo)
    is_waiting(walk, 90)
    walk.press("Sla over")
    walk.page.wait_for_url("**/onderwerp")
    walk.choose("leefgebied", "werk").main().reads("Klopt alles?")
    assert walk.page.locator('main img[src^="/foto/"]').count() == 0
    line.forgive()


@on_sqlite
def test_a_busy_house_is_asked_again(
    amina_walks: CountedWalk, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk, tries = amina_walks, list[bytes]()
    take_in = Intake.photo

    def take_in_later(self: Intake, content: bytes) -> CleanPhoto:
        tries.append(content)
        if len(tries) == 1:
            raise BusyError
        return take_in(self, content)

    monkeypatch.setattr(Intake, "photo", take_in_later)
    walk.press("Een foto")
    choose_file(walk, "foto", photo, javascript=True)
    walk.press("Nog een foto")
    walk.reads("Het is nu heel druk. Wij hebben je bestand al. Wacht even en druk op Verder.")
    expect(walk.page.locator('.seen img[src^="/foto/"]')).to_have_count(1)
    assert walk.path.endswith("/foto")
    assert walk.taps == 2
    assert tries[0] == tries[1]
