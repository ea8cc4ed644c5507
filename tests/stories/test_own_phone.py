"""Amina makes a passkey on her own phone, comes in with it, and shows with it that it is she."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portfolio.proving import PROOF_LASTS
from tests.pages.test_sign_in import later
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from flask import Flask

    from tests.chromium import Phone
    from tests.people import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_passkey_on_an_own_phone(phone: Phone, app: Flask, cast: Cast) -> None:
    """Given a phone that asks a finger; when she signs in with it, then one touch is enough."""
    amina = Walk(phone.open())
    browser = amina.window.context.new_cdp_session(amina.page)
    browser.send("WebAuthn.enable")
    finger = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": finger})

    amina.window.visit("/inloggen")
    amina.fill("sign_in_name", "amina").fill("passphrase", cast.amina.passphrase)
    amina.page.get_by_label("Dit is mijn eigen telefoon").check()
    amina.main()
    assert amina.path == "/over-mij/passkeys/nieuw"
    assert not amina.window.axe()
    amina.fill("label", "Mijn blauwe telefoon").main()
    # She had no codes on paper yet; now she has.
    expect(amina.page.locator(".codes li")).to_have_count(10)
    amina.window.visit("/over-mij")
    amina.sees("Mijn blauwe telefoon").press("Uitloggen")

    amina.window.visit("/inloggen")
    amina.page.get_by_label("Dit is mijn eigen telefoon").check()
    amina.press("Inloggen met een passkey")
    amina.page.wait_for_url("**/map")

    later(app, PROOF_LASTS * 1.5)
    amina.window.visit("/map/gezondheid")
    assert amina.path == "/bevestig"
    amina.sees("Laat zien dat jij het bent").sees_not(cast.canaries["health"])
    assert not amina.window.axe()
    amina.press("Gebruik je passkey")
    amina.page.wait_for_url("**/map/gezondheid")
    amina.sees(cast.canaries["health"])
