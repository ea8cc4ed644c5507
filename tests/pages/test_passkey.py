"""Passkeys: made, shown, named and taken away; and what a lying phone gets."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from portfolio.extensions import db
from portfolio.models import Challenge, Credential, SignIn
from portfolio.models.base import begin
from portfolio.models.challenge import CHALLENGE_LASTS, pose, take
from portfolio.models.sign_in import hash_token
from portfolio.passkeys import origin, site
from portfolio.proving import PROOF_LASTS
from tests.authenticator import Authenticator
from tests.browser import Page
from tests.pages.test_notice import kinds_of
from tests.pages.test_sign_in import later, sign_in, token_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

MADE = (200, 303)
ASK_IN, COME_IN = "/inloggen/passkey/vraag", "/inloggen/passkey"
ASK_NEW, MAKE = "/over-mij/passkeys/vraag", "/over-mij/passkeys/nieuw"
ASK_AGAIN, AGAIN = "/bevestig/passkey/vraag", "/bevestig/passkey"


def asked(page: Page, path: str) -> dict[str, Any]:
    """Ask what a phone is asked."""
    answer = page.post(path)
    assert answer.status_code == 200, path
    made: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return made


def phone_of(app: Flask) -> Authenticator:
    with app.app_context():
        return Authenticator(origin(), site())


def make(app: Flask, page: Page, label: str = "Mijn telefoon") -> Authenticator:
    """Make a passkey for whoever is signed in."""
    phone = phone_of(app)
    said = phone.make(asked(page, ASK_NEW))
    # Who has no codes on paper gets them on the page that comes then.
    assert page.post(MAKE, {"credential": said, "label": label}).status_code in MADE
    return phone


def refused(page: Page, said: str) -> bool:
    """Tell whether nobody comes in with this answer; whoever gets in fails the test."""
    answer = page.post(COME_IN, {"credential": said})
    return answer.status_code == 422 and page.get("/over-mij").status_code == 303


@pytest.fixture
def stranger(cast: Cast) -> Page:
    """Give a browser in which nobody signed in yet."""
    return Page(cast.visitor.browse())


def test_it_is_made_named_used_and_taken_away(
    app: Flask, stranger: Page, amina: Actor, farid: Actor
) -> None:
    """ASVS 7.2.4, 7.4.3: a session begins anew with it, and others end when it is taken away."""
    before = token_of(amina.page)
    phone = make(app, amina.page, "Blauwe telefoon")
    assert token_of(amina.page) != before
    assert "Blauwe telefoon" in amina.page.visit("/over-mij").text
    answer = stranger.post(
        COME_IN + "?next=/over-mij", {"credential": phone.show(asked(stranger, ASK_IN))}
    )
    assert answer.headers["Location"] == "/over-mij"
    assert "Amina" in stranger.visit("/over-mij").text
    with app.app_context():
        row = db.session.scalars(select(Credential).where(Credential.kind == "passkey")).one()
        assert row.used_at
        assert b"Blauwe" not in (row.label or b"")
        path = f"/over-mij/passkeys/{row.id}"
    for deed in ("", "/weg"):
        assert farid.page.post(path + deed, {"label": "Van mij"}).status_code == 404
    assert farid.page.get(path).status_code == 404
    amina.page.visit(path).fill("label", "Groene telefoon").submit("Bewaar")
    assert "Groene telefoon" in amina.page.text
    assert amina.page.post(path + "/weg").status_code == 303
    assert "Groene telefoon" not in amina.page.visit("/over-mij").text
    # Once when it was made, and once when it went.
    assert kinds_of(amina).count("sign_in_changed") == 2
    # Whoever found her phone is out of the map, and comes in no more.
    assert stranger.get("/over-mij").status_code == 303
    assert refused(stranger, phone.show(asked(stranger, ASK_IN)))
    assert amina.page.post(path + "/weg").status_code == 404


def test_it_is_both_steps_at_once_for_a_professional(
    app: Flask, stranger: Page, bas: Actor
) -> None:
    """ASVS 6.3.3: a passkey asks finger, face or code of the phone itself."""
    phone = make(app, bas.page)
    answer = stranger.post(COME_IN, {"credential": phone.show(asked(stranger, ASK_IN))})
    assert answer.headers["Location"] == "/"
    assert stranger.get("/mijn-code").status_code == 200
    with app.app_context():
        found = select(SignIn).where(SignIn.token_hash == hash_token(token_of(stranger)))
        assert db.session.scalars(found).one().method == "passkey"


def test_a_lying_phone_is_nobody(app: Flask, stranger: Page, amina: Actor, farid: Actor) -> None:
    """Another site's, another's, unverified, with an old question: each is refused."""
    phone, other = make(app, amina.page), make(app, farid.page)

    def ask() -> dict[str, Any]:
        return asked(stranger, ASK_IN)

    good = phone.origin
    for wrong in ("https://localhost.evil.example", "https://evil.example", good + "0"):
        phone.origin = wrong
        assert refused(stranger, phone.show(ask())), wrong
    phone.origin, phone.site = good, "evil.example"
    assert refused(stranger, phone.show(ask()))
    phone.site, phone.verified = "localhost", False
    assert refused(stranger, phone.show(ask()))
    phone.verified = True
    # The signature of another phone under her name; her own, as somebody else.
    key, phone.key = phone.key, other.key
    assert refused(stranger, phone.show(ask()))
    phone.key, handle = key, phone.handle
    phone.handle = other.handle
    assert refused(stranger, phone.show(ask()))
    phone.handle = handle
    for nonsense in (
        "",
        "{}",
        "[]",
        "null",
        '{"id": 1}',
        "x" * 30_000,
        '{"id":"AAAA","rawId":"AAAA"}',
    ):
        ask()
        assert refused(stranger, nonsense), nonsense[:40]
    assert not refused(stranger, phone.show(ask()))


def test_a_question_is_answered_once_soon_and_in_its_own_browser(
    app: Flask, cast: Cast, stranger: Page, amina: Actor
) -> None:
    """ASVS 6.5.1: what was answered, or is old, or was asked of another, opens nothing."""
    phone = make(app, amina.page)
    question = asked(stranger, ASK_IN)
    # An answer without a question; to one that was never asked; to one of another purpose.
    fresh = Page(cast.visitor.browse())
    assert refused(fresh, phone.show(question))
    asked(fresh, ASK_IN)
    assert refused(fresh, phone.show(question))
    again = asked(amina.page, ASK_AGAIN)
    assert refused(stranger, phone.show(again))
    # The wrong answer used the question up.
    assert refused(stranger, phone.show(question))
    late = asked(stranger, ASK_IN)
    later(app, CHALLENGE_LASTS * 1.1)
    assert refused(stranger, phone.show(late))
    question = asked(stranger, ASK_IN)
    with stranger.client.session_transaction(base_url="https://localhost") as session:
        kept = session["challenge"]
    said = phone.show(question)
    assert not refused(stranger, said)
    stranger.post("/uitloggen")
    # An old cookie names the question again: it is gone.
    with stranger.client.session_transaction(base_url="https://localhost") as session:
        session["challenge"] = kept
    assert refused(stranger, said)
    with app.app_context():
        assert db.session.scalars(select(func.count()).select_from(Challenge)).one() <= 1


def test_of_many_answers_at_once_one_gets_the_question(app: Flask) -> None:
    """ASVS 6.5.1."""
    with app.app_context():
        begin(db.session, writing=True)
        row_id, value = pose(db.session, "in", None)
        db.session.commit()
    told: list[bytes | None] = []
    ready = threading.Barrier(8)

    def answer() -> None:
        ready.wait()
        with app.app_context():
            begin(db.session, writing=True)
            told.append(take(db.session, row_id, "in", None))
            db.session.commit()

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each for each in told if each] == [value]
    assert len(told) == len(threads)


def test_a_copied_passkey_is_noticed(app: Flask, stranger: Page, amina: Actor) -> None:
    """A phone that counts shows each number once; a copy comes with one of before."""
    phone = phone_of(app)
    phone.counter = 5
    said = phone.make(asked(amina.page, ASK_NEW))
    assert amina.page.post(MAKE, {"credential": said, "label": "Telt"}).status_code in MADE
    assert not refused(stranger, phone.show(asked(stranger, ASK_IN)))
    stranger.post("/uitloggen")
    phone.counter = 4
    assert refused(stranger, phone.show(asked(stranger, ASK_IN)))
    phone.counter = 40
    assert not refused(stranger, phone.show(asked(stranger, ASK_IN)))


def test_nobody_makes_one_for_another(
    app: Flask, stranger: Page, amina: Actor, farid: Actor
) -> None:
    """ASVS 7.5.1: nor without showing again who one is."""
    question, phone = asked(farid.page, ASK_NEW), phone_of(app)
    said = phone.make(question)
    assert amina.page.post(MAKE, {"credential": said, "label": "Van Farid"}).status_code == 422
    assert farid.page.post(MAKE, {"credential": said, "label": "Eerst"}).status_code in MADE
    # The same one again, for another: it is known already.
    said = phone.make(asked(amina.page, ASK_NEW))
    assert amina.page.post(MAKE, {"credential": said, "label": "Nog eens"}).status_code == 422
    phone = phone_of(app)
    phone.verified = False
    said = phone.make(asked(amina.page, ASK_NEW))
    assert amina.page.post(MAKE, {"credential": said, "label": "Zonder"}).status_code == 422
    assert stranger.post(ASK_NEW).headers["Location"].startswith("/inloggen")
    later(app, PROOF_LASTS * 1.5)
    for path in (ASK_NEW, MAKE):
        answer = amina.page.post(path, {"label": "x"})
        assert answer.headers["Location"].startswith("/bevestig"), path


def test_the_question_says_the_same_to_everybody(app: Flask, stranger: Page, amina: Actor) -> None:
    """ASVS 6.3.8: nobody learns from it who has a passkey."""
    make(app, amina.page)
    question = asked(stranger, ASK_IN)
    assert question.get("allowCredentials", []) == []
    assert question["userVerification"] == "required"
    assert question["rpId"] == "localhost"


def test_on_an_own_phone_it_is_offered_and_may_be_skipped(stranger: Page, farid: Actor) -> None:
    sign_in(stranger, farid, own=True)
    assert stranger.h1 == "Voortaan inloggen met je vinger of gezicht?"
    assert stranger.follow("Nee, nu niet").path == "/map"
