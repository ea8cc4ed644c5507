"""Amina keeps a photo, her voice and a paper in under a minute, with few taps and no typing."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.media.documents import plain, written
from tests.media.pictures import full_of_tags, heic, noise
from tests.media.recordings import WAYS, recorded
from tests.stories.evidence import choose_file, is_drawn, keep_in_work, on_sqlite
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chromium import Phone
    from tests.people import Actor
    from tests.stories.evidence import CountedWalk

pytestmark = pytest.mark.browser

MINUTE = 60
# From the start page: the way in, on, what it is about, on, keep. And the camera's own.
FEW_TAPS = 5
both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["script", "without-script"])
LISTENING = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.listening = [];
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await ask(wish);
    listening.push(stream);
    return stream;
  };
"""
HEARD = """async (player) => {
  player.preload = "auto";
  player.load();
  await new Promise((ready, broken) => {
    player.addEventListener("canplay", ready, { once: true });
    player.addEventListener("error", () => broken(new Error(player.error.message)), { once: true });
  });
  player.muted = true;
  await player.play();
  return { ready: player.readyState, seconds: player.duration };
}"""


@both_ways
def test_a_photo_is_kept_in_under_a_minute(
    amina_walks: CountedWalk, photo: Path, *, javascript: bool
) -> None:
    began, walk = time.monotonic(), amina_walks
    walk.press("Een foto").reads("Welke foto wil je bewaren?")
    walk.reads("Staan er andere mensen op? Vraag het eerst.")
    choose_file(walk, "foto_camera", photo, javascript=javascript)
    walk.main()
    keep_in_work(walk)

    assert time.monotonic() - began < MINUTE
    assert walk.taps <= FEW_TAPS
    assert not walk.typed
    assert is_drawn(walk, 'main img[src^="/foto/"]')


@on_sqlite
def test_what_is_spoken_is_heard(
    phone: Phone, amina: Actor, bas: Actor, amina_walks: CountedWalk
) -> None:
    walk = amina_walks
    walk.press("Spreek in").press("Spreek in", "[data-speak]")
    walk.reads("Wij nemen nu op. Praat maar.")
    expect(walk.page.locator("[data-time]")).to_have_text("0:02")
    walk.press("Stop", "[data-speak]").reads("Luister of het goed is. Dan kun je verder.")
    mine = walk.page.locator("audio[data-play]").evaluate(HEARD)
    expect(walk.page.locator("[data-said=done]:visible")).to_have_count(1)
    walk.main()
    thing = keep_in_work(walk)
    kept = walk.page.locator('audio[src^="/geluid/"]').evaluate(HEARD)
    coach = phone.open(bas).visit(f"/mensen/{amina.map_id}/stuk/{thing.rpartition('/')[2]}")
    heard = coach.locator('audio[src^="/geluid/"]').evaluate(HEARD)

    assert mine["ready"] >= 2
    for each in (kept, heard):
        assert each["ready"] >= 2
        assert 1 < each["seconds"] < 10


@on_sqlite
def test_whoever_goes_on_while_speaking_is_heard(amina_walks: CountedWalk) -> None:
    walk = amina_walks
    walk.press("Spreek in").press("Spreek in", "[data-speak]")
    expect(walk.page.locator("[data-time]")).to_have_text("0:01")
    walk.main()
    walk.page.wait_for_url("**/onderwerp")
    keep_in_work(walk)
    assert walk.page.locator('audio[src^="/geluid/"]').count() == 1


@on_sqlite
def test_recording_ends_by_itself_and_lets_the_microphone_go(phone: Phone, amina: Actor) -> None:
    window = phone.open(amina)
    window.context.add_init_script(LISTENING)
    walk = Walk(window)
    window.visit("/map")
    walk.press("Spreek in")
    walk.page.locator("[data-speak]").evaluate("(group) => { group.dataset.most = 1; }")
    walk.press("Spreek in", "[data-speak]")
    walk.reads("3 minuten zijn voorbij. Wij zijn gestopt met opnemen.")
    states = walk.page.evaluate("listening.flatMap((s) => s.getTracks().map((t) => t.readyState))")
    assert states == ["ended"]
    assert walk.page.locator("audio[data-play]").evaluate(HEARD)["seconds"] > 0.5


@on_sqlite
def test_a_story_is_spoken_in_two_languages(amina_walks: CountedWalk) -> None:
    walk = amina_walks
    walk.press("Spreek in").press("Voeg een taal toe")
    for group in walk.page.locator("[data-speak]").all():
        group.locator("[data-start]").click()
        expect(group.locator("[data-time]")).to_have_text("0:01")
        group.locator("[data-stop]").click()
        expect(group.locator("[data-said=done]:visible, [data-said=chosen]:visible")).to_have_count(
            1
        )
    walk.main()
    walk.page.wait_for_url("**/onderwerp")
    keep_in_work(walk)
    assert walk.page.locator('audio[src^="/geluid/"]').count() == 2


@on_sqlite
def test_a_microphone_that_is_refused_leaves_another_way(
    phone: Phone, amina: Actor, tmp_path: Path
) -> None:
    window = phone.open(amina)
    window.context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    walk = Walk(window)
    window.visit("/map")
    walk.press("Spreek in").press("Spreek in", "[data-speak]")
    walk.reads("Je telefoon laat ons niet luisteren. Kies hieronder een geluid.")
    spoken = tmp_path / "gesproken.m4a"
    spoken.write_bytes(recorded(WAYS["iPhone"], 2))
    choose_file(walk, "geluid_0", spoken, javascript=True)
    walk.main()
    keep_in_work(walk)
    assert walk.page.locator('audio[src^="/geluid/"]').evaluate(HEARD)["seconds"] > 1


@both_ways
def test_photographed_pages_become_one_paper(
    amina_walks: CountedWalk, photo: Path, *, javascript: bool
) -> None:
    walk = amina_walks
    walk.press("Een papier")
    for number in (1, 2):
        choose_file(walk, "blad_camera", photo, javascript=javascript)
        walk.press("Nog een bladzijde")
        expect(walk.page.locator(".pages img")).to_have_count(number)
    assert is_drawn(walk, ".pages img")
    walk.main()
    walk.choose("kind", "certificaat").main()
    while not walk.path.endswith("/onderwerp"):
        walk.main()
    keep_in_work(walk)

    assert is_drawn(walk, '.papers img[src^="/foto/"]')
    walk.reads("2 bladzijden")
    address = walk.page.locator('a[href^="/papier/"]').get_attribute("href")
    answer = walk.window.context.request.get(f"{walk.window.address}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    with pikepdf.open(io.BytesIO(answer.body())) as paper:
        assert len(paper.pages) == 2
    if javascript:
        with walk.page.expect_download() as kept:
            walk.page.locator('a[href^="/papier/"]').click()
        assert kept.value.suggested_filename == "papier.pdf"


@on_sqlite
def test_a_photo_on_its_side_stands_up(amina_walks: CountedWalk, photo: Path) -> None:
    walk = amina_walks
    photo.write_bytes(full_of_tags("JPEG", 6, noise((1200, 800))))
    walk.press("Een foto")
    choose_file(walk, "foto", photo, javascript=True)
    walk.main()
    keep_in_work(walk)
    kept = walk.page.locator('main img[src^="/foto/"]').first
    wide, high = (int(kept.get_attribute(side) or 0) for side in ("width", "height"))
    assert high > wide


@on_sqlite
@pytest.mark.parametrize("kind", ["photo", "heic", "pdf"])
def test_what_is_chosen_is_shown(amina_walks: CountedWalk, photo: Path, kind: str) -> None:
    walk, path = amina_walks, photo
    if kind != "photo":
        path = photo.with_name(f"mijn brief van school.{kind}")
        path.write_bytes(heic(noise((64, 64))) if kind == "heic" else written(plain(2)))
    walk.press("Een papier")
    choose_file(walk, "papier", path, javascript=True)
    shown = walk.page.locator("[data-preview]")
    if kind == "photo":
        assert is_drawn(walk, "[data-preview] img")
    else:
        expect(shown).to_contain_text(path.name)
    assert shown.locator("[data-name]").is_visible() == (kind != "photo")
    assert walk.window.axe() == []


@both_ways
def test_a_sound_can_be_chosen(
    amina_walks: CountedWalk, tmp_path: Path, *, javascript: bool
) -> None:
    del javascript
    walk = amina_walks
    spoken = tmp_path / "gesproken.ogg"
    spoken.write_bytes(recorded(WAYS["Firefox"], 2))
    walk.press("Spreek in")
    walk.page.locator('input[name="geluid_0"]').set_input_files(spoken)
    walk.main()
    walk.page.wait_for_url("**/onderwerp")
    keep_in_work(walk)
    assert walk.page.locator('audio[src^="/geluid/"]').count() == 1
