"""Bas writes to Amina, and sees beside the field what is hard in it; what he sends he decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.chromium import Phone
    from tests.people import Cast

pytestmark = pytest.mark.browser
HARD = "U wordt derhalve verzocht te komen."


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_hints_come_beside_the_field_and_stop_nothing(phone: Phone, cast: Cast) -> None:
    """Given a hard text; when he pauses, hints come; when he sends it all the same, it stands."""
    there = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}"
    window = phone.open(cast.bas)
    page = window.visit(there)
    hints = page.locator("[data-hints]")
    page.locator("[name=text]").fill(HARD)
    expect(hints).to_contain_text("daarom")
    assert not window.axe()
    page.locator("[name=text]").fill("Kom je maandag?")
    page.get_by_role("button", name="Is dit makkelijk?").click()
    expect(hints).to_contain_text("Dit is makkelijk te lezen.")
    page.locator("[name=text]").fill(HARD)
    page.get_by_role("button", name="Stuur").click()
    expect(page.locator(".thread")).to_contain_text(HARD)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_script_the_hints_come_in_a_window_of_their_own(phone: Phone, cast: Cast) -> None:
    """Given no script; when he asks, then the answer opens apart and his text still stands."""
    there = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}"
    window = phone.open(cast.bas, javascript=False)
    page = window.visit(there)
    page.locator("[name=text]").fill(HARD)
    with window.context.expect_page() as opened:
        page.get_by_role("button", name="Is dit makkelijk?").click()
    expect(opened.value.locator("[data-found]")).to_contain_text("daarom")
    expect(page.locator("[name=text]")).to_have_value(HARD)
