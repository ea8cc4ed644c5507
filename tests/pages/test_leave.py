"""The quick way out: it always leads away, and on a shared computer the session is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio.security import SIGN_IN_COOKIE
from tests.browser import HOST, Page
from tests.pages.test_sign_in import sign_in, token_of

if TYPE_CHECKING:
    from tests.people import Cast


def words(path: str, page: Page) -> str:
    """Give the words of a page where the quick way out leads."""
    assert page.path == path
    assert (page.h1, page.title) == ("De dagen van de week", "De dagen van de week")
    assert "map" not in page.text.lower()
    return page.text


def test_it_ends_a_session_on_a_shared_computer(cast: Cast) -> None:
    page = sign_in(Page(cast.visitor.browse()), cast.farid).visit("/map/gezondheid")
    token, cookie = page.token(), token_of(page)
    page.submit("Snel weg")
    first = words("/weg", page)
    assert token_of(page) == ""
    page.client.set_cookie(SIGN_IN_COOKIE, cookie, domain=HOST)
    assert page.get("/map/gezondheid").status_code == 303
    # Twice, and with the token of a session that is over.
    answer = page.send("/weg", {"csrf_token": [token]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/weg")
    assert words("/weg", page.visit("/weg")) == first


def test_an_own_phone_stays_signed_in(cast: Cast) -> None:
    page = sign_in(Page(cast.visitor.browse()), cast.farid, own=True).visit("/map/gezin")
    page.submit("Snel weg")
    words("/weg", page)
    assert page.get("/map/gezin").status_code == 200


def test_another_site_signs_nobody_out(cast: Cast) -> None:
    page = sign_in(Page(cast.visitor.browse()), cast.farid)
    assert page.send("/weg", {"csrf_token": ["forged"]}).headers["Location"] == "/weg"
    assert page.get("/map").status_code == 200


@pytest.mark.parametrize("who", ["amina", "bas", "dirk"])
def test_it_stands_before_all_else_on_every_page(cast: Cast, who: str) -> None:
    page = cast.everybody()[who].page.visit("/over-mij")
    first = next(iter(page.tree.walk("button")))
    assert first.text == "Snel weg"
    assert "Snel weg" not in Page(cast.visitor.browse()).visit("/hulp").text
