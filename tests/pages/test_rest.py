"""Ten minutes of rest on a shared computer: who keeps a session alive, and what stays after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from portfolio.extensions import db
from portfolio.models.base import begin
from portfolio.models.found_sign_in import find_sign_in
from portfolio.models.sign_in import REST_SHARED, hash_token, touch
from tests.browser import ORIGIN, Page
from tests.pages.test_kept_post import SECRET, kept
from tests.pages.test_sign_in import later, sign_in, token_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Cast

NEARLY, REST = REST_SHARED - timedelta(minutes=1), timedelta(minutes=2)
OVER = "/inloggen/voorbij?pad=/over-mij/naam"


@pytest.fixture
def computer(cast: Cast) -> Page:
    """Give a computer of others at which Farid is signed in."""
    return sign_in(Page(cast.visitor.browse()), cast.farid)


def test_going_on_keeps_it_and_asking_does_not(app: Flask, computer: Page) -> None:
    for _ in range(2):
        later(app, NEARLY)
        assert computer.post("/rust/verder").json == {"seconden": REST_SHARED.seconds}
    later(app, NEARLY)
    left = computer.client.post("/rust", base_url=ORIGIN, data={"csrf_token": ""})
    assert left.status_code == 400


@pytest.mark.parametrize("what", ["ask", "photo", "forged"])
def test_what_a_page_asks_by_itself_keeps_nothing_alive(
    app: Flask, computer: Page, what: str
) -> None:
    token = computer.token()
    later(app, NEARLY)
    if what == "ask":
        answer = computer.send("/rust", {"csrf_token": [token]})
        assert 0 < (answer.json or {})["seconden"] <= 60
    elif what == "photo":
        there = {"Sec-Fetch-Dest": "image"}
        answer = computer.client.get("/over-mij", base_url=ORIGIN, headers=there)
        assert answer.status_code == 200
    else:
        assert computer.send("/rust/verder", {"csrf_token": ["forged"]}).status_code == 400
    later(app, REST)
    assert computer.get("/over-mij").status_code == 303


def test_what_is_over_stays_over(app: Flask, computer: Page) -> None:
    token = computer.token()
    with app.app_context():
        begin(db.session, writing=False)
        found = find_sign_in(db.session, hash_token(token_of(computer)))
        db.session.rollback()
    assert found is not None
    assert found.valid
    later(app, REST_SHARED + REST)
    # Found a moment before its end, noted a moment after it.
    with app.app_context():
        begin(db.session, writing=True)
        assert not touch(db.session, found)
        db.session.commit()
    for path in ("/rust", "/rust/verder"):
        answer = computer.send(path, {"csrf_token": [token]})
        assert (answer.status_code, answer.headers["Location"][:9]) == (303, "/inloggen")
    assert computer.get("/over-mij").status_code == 303


@pytest.mark.parametrize("rested", [True, False])
def test_at_the_end_nothing_stays_but_what_was_typed(
    app: Flask, computer: Page, cast: Cast, *, rested: bool
) -> None:
    token = computer.token()
    later(app, REST_SHARED * (2 if rested else 0))
    cookie = token_of(computer)
    answer = computer.send(OVER, {"csrf_token": [token], "display_name": [SECRET]})
    assert answer.headers["Location"] == "/inloggen?verstuurd=bewaard"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    (row,) = kept(app)
    assert row.person_id == cast.farid.person_id
    assert SECRET.encode() not in row.body
    # Not for whoever holds the old token, nor for who signs in next.
    computer.client.set_cookie("__Host-inloggen", cookie, domain="localhost")
    assert computer.get("/bewaard").status_code == 303
    again = computer.send(OVER, {"csrf_token": [token], "display_name": [SECRET]})
    assert again.headers["Location"] == "/inloggen?verstuurd=rust"
    assert "Je was een tijd weg" in computer.visit(again.headers["Location"]).text
    sign_in(computer, cast.amina)
    assert computer.get("/bewaard").headers["Location"] == "/"
    assert len(kept(app)) == 1


@pytest.mark.parametrize(
    ("path", "token"),
    [
        (OVER, "forged"),
        ("/inloggen/voorbij?pad=//elders.nl/over-mij/naam", ""),
        ("/inloggen/voorbij?pad=/inloggen", ""),
        ("/inloggen/voorbij?pad=/over-mij/wachtwoord%00", ""),
        ("/inloggen/voorbij", ""),
    ],
)
def test_what_is_no_form_of_ours_is_not_kept(
    app: Flask, computer: Page, path: str, token: str
) -> None:
    token_sent = token or computer.token()
    answer = computer.send(path, {"csrf_token": [token_sent], "display_name": [SECRET]})
    assert kept(app) == []
    # A page of another site, or of an earlier session, ends nothing.
    assert computer.get("/over-mij").status_code == (200 if token or "%00" in path else 303)
    assert answer.status_code == (400 if "%00" in path else 303)


def test_the_page_says_it_with_and_without_a_script(computer: Page, cast: Cast) -> None:
    page = computer.visit("/map")
    assert "Doe je 10 minuten niets?" in page.text
    assert "Ben je er nog?" in page.html
    own = sign_in(Page(cast.visitor.browse()), cast.farid, own=True).visit("/map")
    assert "Doe je 10 minuten niets?" not in own.text
    assert "Ben je er nog?" not in own.html
