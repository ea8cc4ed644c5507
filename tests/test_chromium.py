"""The real browser: it keeps our cookies, and it notices what a page does wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Response

from portfolio.access import public
from portfolio.security import SIGN_IN_COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser

    from tests.chromium import Phone
    from tests.people import Actor

pytestmark = pytest.mark.browser

GOOD = '<!doctype html><html lang="nl"><title>x</title><link rel="icon" href="{}">'
WRONG = {
    "inline": "<script>document.title = 'run'</script>",
    "style": '<p style="color: red">x</p>',
    "foreign": '<img src="http://127.0.0.1:9/x.png" alt="">',
    "handler": '<img src="/weg" onerror="alert(1)" alt="">',
    "missing": '<img src="/er-is-niets" alt="">',
}


@pytest.fixture
def wrong_pages(app: Flask) -> None:
    """Add pages that do what no page of ours may."""

    @public
    def show(what: str) -> Response:
        version = app.extensions["portfolio.assets"]["icon.svg"].version
        icon = f"/bestand/{version}/icon.svg"
        return Response(GOOD.format(icon) + WRONG.get(what, ""), content_type="text/html")

    app.add_url_rule("/fout/<what>", "wrong", show)


@pytest.fixture
def window_of(wrong_pages: None, chromium: Browser, live: str) -> Iterator[Phone]:
    """Give phones whose complaints the test itself reads."""
    from tests.chromium import Phone  # noqa: PLC0415 -- only here is it made by hand

    del wrong_pages
    made = Phone(chromium, live)
    yield made
    for window in made.windows:
        window.context.close()


@pytest.mark.parametrize("what", ["none", *WRONG])
def test_a_wrong_page_is_noticed(window_of: Phone, what: str) -> None:
    window = window_of.open()
    window.visit(f"/fout/{what}")
    window.page.wait_for_timeout(100)
    assert bool(window.trouble) == (what != "none"), window.trouble
    assert window.page.title() == "x"


def test_secure_cookies_work_on_this_machine(phone: Phone, amina: Actor) -> None:
    window = phone.open(amina)
    window.visit("/hulp")
    names = {each.get("name") for each in window.context.cookies()}
    assert SIGN_IN_COOKIE in names
    assert window.page.get_by_role("button", name="Uitloggen").count() == 1
    # The cookie that binds the CSRF token came with the answer: without it this answers 400.
    window.page.get_by_role("button", name="العربية").click()
    assert window.page.get_by_role("button", name="Mijn taal").count() == 1


def test_the_accessibility_check_runs_under_the_policy(phone: Phone) -> None:
    window = phone.open()
    window.visit("/hulp")
    assert window.axe() == []
