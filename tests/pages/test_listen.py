"""Read aloud: a button per block, in the language of the text, marked, slow, stopped, recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from portfolio import recording, voices
from portfolio.commands import main
from portfolio.languages import say
from tests import factories
from tests.browser import Page

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Page as Screen

    from tests.chromium import Phone
    from tests.people import Cast

# A device whose voices a test chooses, and that speaks until the test says that it is done.
DEVICE = """
window.there = VOICES;
window.heard = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const asked = {};
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => window.there,
  speak(each) { asked.now = each; window.heard.push([each.voice.lang, each.text, each.rate]); },
  cancel() { const was = asked.now; asked.now = undefined; was?.onerror?.(); },
  addEventListener(name, then) { asked[name] = then; },
} });
window.spoken = () => { const was = asked.now; asked.now = undefined; was.onend(); };
window.voices = (those) => { window.there = those; asked.voiceschanged(); };
window.speaks = () => Boolean(asked.now);
"""
HERE_NL = {"lang": "nl-NL", "localService": True}
FAR_NL = {"lang": "nl_NL", "localService": False}
HERE_AR = {"lang": "ar-SA", "localService": True}
MARKED = '() => [...(CSS.highlights.get("read") ?? [])].map(String)'


def voices_of(*those: dict[str, object]) -> str:
    return DEVICE.replace("VOICES", json.dumps(those))


def button(page: Screen, heading: str) -> Any:
    """Find the button of the block with this heading."""
    return (
        page.locator(".hear button[aria-pressed]")
        .filter(visible=True)
        .and_(page.locator(f':is(h1, h2, h3, legend, label):has-text("{heading}") + .hear button'))
        .first
    )


def keep_recordings(app: Flask, folder: Path, *texts: str) -> None:
    """Let an installation have a recorded voice for these Dutch texts."""
    place = folder / voices.PLACE / "nl"
    place.mkdir(parents=True)
    for text in texts:
        (place / f"{voices.name_of(text)}.webm").write_bytes(factories.tone())
    (place / "README.md").write_text("no voice", encoding="utf-8")
    app.extensions["portfolio.voices"] = voices.load(folder)


def heard(page: Screen) -> list[tuple[str, str]]:
    said: list[list[str]] = page.evaluate("window.heard.splice(0)")
    return [(each[0], each[1]) for each in said]


@pytest.mark.browser
def test_a_block_is_read_in_its_languages_marked_slow_and_stopped(phone: Phone) -> None:
    window = phone.open(language="ar")
    window.context.add_init_script(voices_of(FAR_NL, HERE_NL, HERE_AR))
    page = window.visit("/hulp")
    assert page.locator(".hear").filter(visible=True).count() >= 4
    one = button(page, "Hoe werkt mijn map?")
    expect(one).to_have_attribute("aria-pressed", "false")
    one.focus()
    page.keyboard.press("Enter")
    expect(one).to_have_attribute("aria-pressed", "true")
    marks = []
    for _ in range(4):
        marks += page.evaluate(MARKED)
        page.evaluate("spoken()")
    said = heard(page)
    assert [tag for tag, _ in said[:4]] == ["nl-NL", "ar-SA", "nl-NL", "ar-SA"], said
    assert said[0][1] == "Hoe werkt mijn map?"
    assert marks == [text for _, text in said[:4]]
    # Slow begins the sentence again, slower, and is kept for the next page.
    with page.expect_response("**/luister/tempo") as kept:
        page.get_by_role("button", name="Langzaam").click()
    assert kept.value.status == 204
    again = page.evaluate("window.heard.at(-1)")
    assert again[1:] == [said[4][1], 0.6]
    page.keyboard.press("Escape")
    expect(one).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(MARKED) == []
    assert not page.evaluate("speaks()")
    page = window.visit("/hulp")
    one = button(page, "Wie ziet mijn map?")
    one.click()
    assert page.evaluate("window.heard.at(-1)[2]") == 0.6
    other = button(page, "Hoe werkt mijn map?")
    other.click()
    expect(one).to_have_attribute("aria-pressed", "false")
    assert heard(page)[-1] == ("nl-NL", "Hoe werkt mijn map?")
    other.click()
    assert not page.evaluate("speaks()")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert window.axe() == []


@pytest.mark.browser
def test_what_cannot_be_read_is_said_in_words(phone: Phone, cast: Cast) -> None:
    window = phone.open(language="ar")
    window.context.add_init_script(voices_of(HERE_NL))
    page = window.visit("/hulp")
    one = button(page, "Hoe werkt mijn map?")
    expect(one).to_contain_text("Geen stem voor العربية", use_inner_text=True)
    one.click()
    for _ in range(2):
        page.evaluate("spoken()")
    assert {tag for tag, _ in heard(page)} == {"nl-NL"}
    page.evaluate("voices([])")
    page.keyboard.press("Escape")
    expect(one).to_contain_text("Geen stem voor Nederlands", use_inner_text=True)
    expect(one).not_to_contain_text("Luister", use_inner_text=True)
    expect(one).to_have_attribute("aria-disabled", "true")
    one.press("Enter")
    expect(one).to_have_attribute("aria-pressed", "false")
    assert window.axe() == []
    # A voice from elsewhere reads what we wrote, and never what a person wrote.
    window = phone.open(cast.amina)
    window.context.add_init_script(voices_of(FAR_NL, HERE_AR))
    page = window.visit(f"/map/stuk/{cast.entries['work']}")
    page.locator("h1 + .hear button").first.click()
    while page.evaluate("speaks()"):
        page.evaluate("spoken()")
    far = " ".join(text for tag, text in heard(page) if tag == "nl_NL")
    assert "Wat is het?" in far
    own = page.locator("h1 [dir]").inner_text()
    assert own
    assert own not in far
    expect(page.locator("h1 + .hear [role=status]")).to_contain_text("Wat iemand zelf schreef")
    page.evaluate("voices([{lang: 'nl', localService: true}])")
    page.locator("h1 + .hear button").first.click()
    assert heard(page)[0] == ("nl", own)


@pytest.mark.browser
def test_a_recording_is_heard_instead_of_the_voice(
    app: Flask, phone: Phone, tmp_path: Path
) -> None:
    keep_recordings(app, tmp_path, "Hoe werkt mijn map?")
    window = phone.open()
    window.context.add_init_script(voices_of(HERE_NL))
    page = window.visit("/hulp")
    with page.expect_response("**/voice/nl/*.webm") as sound:
        button(page, "Hoe werkt mijn map?").click()
    assert sound.value.status in (200, 206)
    assert page.evaluate(MARKED) == ["Hoe werkt mijn map?"]
    assert heard(page) == []
    # When it has ended, the voice of the device goes on with the next sentence.
    page.evaluate("() => new Promise((go) => setInterval(() => window.heard.length && go(), 50))")
    assert heard(page)[0][1].startswith("Je doet iets in je map")
    # A device without a voice still lets the recording be heard.
    page.evaluate("voices([])")
    one = button(page, "Hoe werkt mijn map?")
    expect(one).to_contain_text("Luister", use_inner_text=True)
    expect(one).to_contain_text("Geen stem voor Nederlands", use_inner_text=True)


def test_a_recording_is_sent_from_our_own_house(app: Flask, cast: Cast, tmp_path: Path) -> None:
    with app.test_request_context():
        assert "data-voice" not in say("Hulp")
    keep_recordings(app, tmp_path, "Hulp")
    with app.test_request_context():
        label = say("Hulp")
    address = label.partition('"')[2].partition('"')[0]
    assert str(label) == f'<span data-voice="{address}">Hulp</span>'
    page = Page(cast.visitor.browse())
    answer = page.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "audio/webm")
    assert answer.get_data() == factories.tone()
    assert "immutable" in answer.headers["Cache-Control"]
    version = address.split("/")[2]
    for wrong in (
        address.replace(version, "0"),
        address.replace("/nl/", "/ar/"),
        address.replace(".webm", ".mp3"),
        f"/bestand/{version}/voice/nl/README.md",
        f"/bestand/{version}/voice/../css/base.css",
        f"/bestand/{version}/voice/nl/",
    ):
        assert page.get(wrong).status_code == 404, wrong
    # What is the same in both languages still stands there once.
    for tag in ("nl", "ar"):
        (tmp_path / "voice" / tag).mkdir(exist_ok=True)
        (tmp_path / "voice" / tag / f"{voices.name_of('B1')}.mp3").write_bytes(b"")
    app.extensions["portfolio.voices"] = voices.load(tmp_path)
    with app.test_request_context(headers={"Accept-Language": "ar"}):
        assert str(say("B1")).count("B1") == 1
    # A text that is filled in with somebody's name has no recording, also if it is the same.
    with app.test_request_context():
        assert say("%(name)s", name="Hulp") == "<bdi>Hulp</bdi>"


def test_slow_is_kept_with_the_session_alone(cast: Cast) -> None:
    page = Page(cast.visitor.browse())
    slow = '<button class="button" type="button" aria-pressed="%s" data-slow>'
    assert slow % "false" in page.visit("/hulp").html
    for wrong in ("", "2", "true"):
        assert page.post("/luister/tempo", {"slow": wrong}).status_code == 400
    assert page.post("/luister/tempo", {"slow": "1"}).status_code == 204
    assert slow % "true" in page.visit("/hulp").html
    assert page.post("/luister/tempo", {"slow": "0"}).status_code == 204
    assert slow % "false" in page.visit("/hulp").html
    # Without script there is no button: the only ones stand in what is hidden.
    rows = [node for node in page.tree.walk("div") if node.get("class") == "hear"]
    hidden = [node for node in page.tree.walk("div") if "hidden" in node.attrs]
    assert len(rows) == 1
    assert any(rows[0] in node.walk("div") for node in hidden)


def test_the_command_lists_what_nobody_recorded(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, app: Flask
) -> None:
    assert main(["voices"]) == 0
    counted = capsys.readouterr().out.splitlines()
    assert counted[0].startswith("nl ")
    assert main(["voices", "nl"]) == 0
    lines = capsys.readouterr().out.splitlines()
    place = f"static/voice/nl/{voices.name_of('Hulp')}.mp3"
    assert f"{place}\tHulp" in lines
    assert f" {len(lines)} missing" in counted[0]
    assert not any("%(" in line for line in lines)
    keep_recordings(app, tmp_path, "Hulp", "Deze zin staat nergens")
    texts = recording.texts_of("nl")
    still = recording.missing("nl", texts, app.extensions["portfolio.voices"])
    assert len(still) == len(texts) - 1
    assert main(["voices", "tlh"]) == 2
