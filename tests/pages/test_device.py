"""My devices: one sees each of one's own sessions and ends any of them, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import SignIn
from portfolio.models.sign_in import hash_token
from tests.browser import HOST, Page
from tests.pages.test_sign_in import sign_in, token_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Cast


def session_of(app: Flask, page: Page) -> SignIn:
    """Give the session of a browser as it is now."""
    with app.app_context():
        wanted = select(SignIn).where(SignIn.token_hash == hash_token(token_of(page)))
        return db.session.scalars(wanted).one()


def test_one_is_ended_at_once_and_only_by_its_owner(app: Flask, cast: Cast) -> None:
    here, phone, other = (Page(cast.visitor.browse()) for _ in range(3))
    sign_in(here, cast.farid)
    sign_in(phone, cast.farid, own=True)
    sign_in(other, cast.amina)
    row = session_of(app, phone)
    path = f"/over-mij/apparaten/{row.id}/uitloggen"
    assert other.post(path).status_code == 404
    assert phone.send(path, {"csrf_token": ["forged"]}).status_code == 400
    assert phone.get("/over-mij").status_code == 200

    page = here.visit("/over-mij")
    assert "Op je eigen telefoon" in page.text
    assert page.text.count("Laatst gebruikt") == 2
    assert page.text.count("Dit apparaat") == 1
    # Where and with what somebody signed in is nobody's business.
    assert not any(word in page.html for word in ("127.0.0.1", "werkzeug", "Mozilla"))
    token = phone.token()
    page.submit("Log daar uit")
    assert "Op je eigen telefoon" not in page.text
    assert phone.send("/rust/verder", {"csrf_token": [token]}).status_code == 303
    assert phone.get("/over-mij").status_code == 303

    ended = session_of(app, phone)
    assert (ended.ended_why, ended.ended_at is None) == ("device", False)
    assert here.post(path).status_code == 303
    assert session_of(app, phone).ended_at == ended.ended_at
    assert here.get("/over-mij").status_code == 200


def test_ending_this_one_is_signing_out(app: Flask, cast: Cast) -> None:
    page = sign_in(Page(cast.visitor.browse()), cast.farid)
    row, token = session_of(app, page), token_of(page)
    answer = page.post(f"/over-mij/apparaten/{row.id}/uitloggen")
    assert answer.headers["Location"] == "/uitgelogd"
    assert "Clear-Site-Data" in answer.headers
    page.client.set_cookie("__Host-inloggen", token, domain=HOST)
    assert page.get("/over-mij").status_code == 303
