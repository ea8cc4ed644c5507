"""Read aloud: a button per block, in the language of the text, marked, slow, stopped, recorded."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from portfolio import recording, voices
from portfolio.commands import main
from portfolio.languages import say
from portfolio.migrations import folder_of
from tests import factories

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Page

    from tests.chromium import Phone
    from tests.people import Actor, Cast

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
    import json

    return DEVICE.replace("VOICES", json.dumps(those))


def button(page: Page, heading: str) -> Any:
    """Find the button of the block with this heading."""
    return page.locator(".hear button[aria-pressed]").filter(visible=True).and_(
        page.locator(f':is(h1, h2, h3, legend, label):has-text("{heading}") + .hear button')
    ).first


def heard(page: Page) -> list[tuple[str, str]]:
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
    one.click()
    expect(one).to_have_attribute("aria-pressed", "false")
    assert window.axe() == []
    # A voice from elsewhere reads what we wrote, and never what a person wrote.
    window = phone.open(cast.amina)
    window.context.add_init_script(voices_of(FAR_NL, HERE_AR))
    page = window.visit(f"/map/stuk/{cast.entries['work']}")
    page.locator("h1 + .hear button").click()
    while page.evaluate("speaks()"):
        page.evaluate("spoken()")
    far = " ".join(text for tag, text in heard(page) if tag == "nl_NL")
    assert "Wat is het?" in far
    own = page.locator("h1 [dir]").inner_text()
    assert own
    assert own not in far
    expect(page.locator("h1 + .hear [role=status]")).to_contain_text("Eigen woorden lezen we")
    page.evaluate("voices([{lang: 'nl', localService: true}])")
    page.locator("h1 + .hear button").click()
    assert heard(page)[0] == ("nl", own)
