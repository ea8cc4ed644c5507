"""Amina at a computer of the library: she is asked in time, and after her there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portfolio.models.sign_in import REST_SHARED, REST_WARNING
from tests.pages.test_sign_in import later
from tests.stories.evidence import on_sqlite
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from datetime import timedelta

    from flask import Flask

    from tests.chromium import Phone
    from tests.people import Cast

pytestmark = pytest.mark.browser

TYPED = "Amina die veel verdriet had"


def pass_time(app: Flask, walk: Walk, span: timedelta) -> None:
    """Let time pass, on the server and on the page."""
    later(app, span)
    walk.page.clock.fast_forward(int(span.total_seconds() * 1000) + 1000)


@on_sqlite
def test_somebody_who_walks_away(app: Flask, phone: Phone, cast: Cast) -> None:
    """ASVS 14.3.1, 14.3.3."""
    walk = Walk(phone.open(cast.amina))
    walk.page.clock.install()
    walk.window.visit("/over-mij/naam")
    walk.fill("display_name", TYPED)

    # She is asked whether she is still there, and says so with one key.
    asks = walk.page.get_by_role("alertdialog")
    expect(asks).to_be_hidden()
    pass_time(app, walk, REST_SHARED - REST_WARNING)
    expect(asks).to_be_visible()
    expect(asks.get_by_role("button")).to_be_focused()
    assert walk.window.axe() == []
    walk.page.keyboard.press("Enter")
    expect(asks).to_be_hidden()
    pass_time(app, walk, REST_SHARED - REST_WARNING - REST_WARNING)
    expect(asks).to_be_hidden()

    # She walks away.
    pass_time(app, walk, REST_WARNING)
    expect(asks).to_be_visible()
    pass_time(app, walk, REST_WARNING)
    walk.page.wait_for_url("**/inloggen?verstuurd=bewaard")
    walk.sees("Wat je schreef, is bewaard.")
    walk.page.go_back()
    assert walk.path == "/inloggen"
    assert TYPED not in walk.page.content()
    assert walk.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert walk.window.status_of("/over-mij") == 303


@on_sqlite
@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_who_has_to_leave_at_once(phone: Phone, cast: Cast, *, javascript: bool) -> None:
    """ASVS 14.3.1."""
    walk = Walk(phone.open(cast.amina, javascript=javascript))
    walk.window.visit("/map")
    walk.window.visit("/map/gezondheid")
    walk.press("Snel weg")
    walk.page.wait_for_url("**/weg")
    walk.sees("De dagen van de week")
    # With a script the page itself is no longer among what was seen before.
    for before in ["/map"] if javascript else ["/map/gezondheid", "/map"]:
        walk.page.go_back()
        assert walk.page.url.endswith(f"/inloggen?next={before}")
        assert "Gezondheid" not in walk.page.content()
    assert walk.window.status_of("/map") == 303
