"""The second step of signing in: who works for others is nobody until it is taken."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import select

from portfolio import limits
from portfolio.extensions import db, keyring
from portfolio.models import Credential, Person, SignIn
from portfolio.models.base import begin, clock
from portfolio.models.second_factor import use_totp
from portfolio.models.sign_in import HALF_LASTS, hash_token
from portfolio.security import SIGN_IN_COOKIE
from tests import factories
from tests.access.things import ALWAYS, lay_out
from tests.browser import HOST, ORIGIN, Page
from tests.pages.test_sign_in import codes_for, later, token_of
from tests.people import APPS

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

STEP_2 = "/inloggen/stap-2"


@pytest.fixture
def stranger(cast: Cast) -> Page:
    """Give a browser in which nobody signed in yet."""
    return Page(cast.visitor.browse())


def half_way(page: Page, who: Actor, way: str = "", *, own: bool = False) -> Page:
    """Take the first step."""
    page.visit("/inloggen" + (f"?next={way}" if way else ""))
    page.fill("sign_in_name", who.key).fill("passphrase", who.passphrase)
    if own:
        page.choose("Dit is mijn eigen telefoon")
    page.submit("Inloggen")
    assert page.path.partition("?")[0] == STEP_2
    return page


def test_passphrase_and_code_lead_in_and_every_step_gives_a_new_token(
    app: Flask, stranger: Page, bas: Actor
) -> None:
    """ASVS 7.2.4: the token of the first step opens nothing after the second."""
    half_way(stranger, bas, "/mijn-code")
    first = token_of(stranger)
    stranger.fill("code", bas.code()).submit("Verder")
    assert stranger.path == "/mijn-code"
    assert token_of(stranger) != first
    old = bas.app.test_client()
    old.set_cookie(SIGN_IN_COOKIE, first, domain=HOST)
    assert Page(old).get(STEP_2).headers["Location"].startswith("/inloggen")
    with app.app_context():
        row = db.session.scalars(
            select(SignIn).where(SignIn.token_hash == hash_token(token_of(stranger)))
        ).one()
        assert row.second_factor_at is not None


def test_half_way_in_opens_no_page_at_all(app: Flask, cast: Cast, stranger: Page) -> None:
    """ASVS 6.3.3: coach, provider and beheerder have no session without a second factor."""
    with app.app_context():
        values = {**ALWAYS, **{k: v for of in lay_out(cast).values.values() for k, v in of.items()}}
    for who in (cast.bas, cast.dirk, cast.eva):
        half_way(stranger, who)
        tried = 0
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if view.__dict__.get("access") is None or "GET" not in (rule.methods or ()):
                continue
            built = rule.build({name: values.get(name, "x") for name in rule.arguments})
            assert built is not None
            answer = stranger.client.get(built[1], base_url=ORIGIN)
            assert answer.status_code == 303, rule
            assert answer.headers["Location"].startswith("/inloggen?next="), rule
            tried += 1
        assert tried > 80
        for path in ("/over-mij/naam", "/over-mij/app", "/over-mij/passkeys/vraag", "/bevestig"):
            answer = stranger.post(path, {"display_name": "Iemand anders", "code": who.code()})
            assert answer.headers["Location"] == "/inloggen?verstuurd=nee", path


def test_an_owner_who_chose_an_app_is_asked_as_well(
    app: Flask, stranger: Page, farid: Actor
) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        person = db.session.get_one(Person, farid.person_id)
        factories.app(factories.Account(person), APPS["bas"])
        db.session.commit()
    half_way(stranger, farid)
    for path in ("/map", "/over-mij", "/delen"):
        assert stranger.get(path).headers["Location"] == f"/inloggen?next={path}"


def test_it_lasts_ten_minutes(app: Flask, stranger: Page, bas: Actor) -> None:
    half_way(stranger, bas)
    later(app, HALF_LASTS * 1.1)
    answer = stranger.post(STEP_2, {"code": bas.code()})
    assert answer.headers["Location"].startswith("/inloggen")
    assert stranger.get("/over-mij").status_code == 303


def test_a_code_works_once_and_only_near_its_half_minute(
    app: Flask, stranger: Page, bas: Actor, carla: Actor
) -> None:
    """ASVS 6.5.1, 6.5.5: one step of 30 seconds, one on either side, and never a second time."""
    half_way(stranger, bas)
    for wrong in (bas.code(-2), bas.code(2), carla.code(), "000000", "12345", "zes cijfers"):
        assert stranger.post(STEP_2, {"code": wrong}).status_code == 422, wrong
    used = bas.code()
    assert stranger.post(STEP_2, {"code": used}).status_code == 303
    stranger.post("/uitloggen")
    half_way(stranger, bas)
    assert stranger.post(STEP_2, {"code": used}).status_code == 422
    # Nor an older one, once a newer was used.
    assert stranger.post(STEP_2, {"code": bas.code(-1)}).status_code == 422
    assert stranger.post(STEP_2, {"code": bas.code(1)}).status_code == 303
    with app.app_context():
        row = db.session.scalars(
            select(Credential).where(
                Credential.person_id == bas.person_id, Credential.kind == "totp"
            )
        ).one()
        assert APPS["bas"].encode() not in (row.secret or b"")


def test_of_many_uses_of_one_code_at_once_one_succeeds(app: Flask, bas: Actor) -> None:
    """ASVS 6.5.1."""
    code, told = bas.code(), []
    ready = threading.Barrier(8)

    def use() -> None:
        ready.wait()
        with app.app_context():
            begin(db.session, writing=True)
            told.append(use_totp(db.session, keyring(), bas.person_id, code))
            db.session.commit()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]


def test_guessing_is_limited_and_leaves_the_other_ways_open(
    app: Flask, cast: Cast, bas: Actor
) -> None:
    """ASVS 6.1.1: who has the passphrase and guesses on shuts out neither paper nor phone."""
    known = Page(cast.visitor.browse())
    half_way(known, bas, own=True).fill("code", bas.code()).submit("Verder")
    known.client.delete_cookie(SIGN_IN_COOKIE, domain=HOST)
    paper = codes_for(app, bas)
    attacker = Page(cast.visitor.browse())
    half_way(attacker, bas)
    tries = limits.LIMITS["app_code"].tries
    told = [attacker.post(STEP_2, {"code": f"{n:06}"}).status_code for n in range(tries + 1)]
    assert told == [422] * tries + [429]
    # The paper has a count of its own, and so has a browser in which bas was before.
    other = Page(cast.visitor.browse())
    half_way(other, bas)
    assert other.post(STEP_2, {"code": paper[0]}).status_code == 303
    half_way(known, bas)
    assert known.post(STEP_2, {"code": bas.code(1)}).status_code == 303


def test_a_code_on_paper_is_no_way_round(app: Flask, stranger: Page, bas: Actor) -> None:
    """ASVS 6.4.3, 6.3.4: after a lost passphrase the second factor is asked all the same."""
    first, second, *_ = codes_for(app, bas)
    answer = stranger.post("/inloggen/code", {"sign_in_name": "bas", "code": first})
    assert answer.headers["Location"] == STEP_2
    assert stranger.get("/over-mij/wachtwoord").status_code == 303
    # Two codes of one paper are one thing.
    assert stranger.post(STEP_2, {"code": second}).status_code == 422
    answer = stranger.post(STEP_2, {"code": bas.code()})
    assert answer.headers["Location"] == "/over-mij/wachtwoord"
    new = {"passphrase": "een blauwe fiets erbij"}
    assert stranger.post("/over-mij/wachtwoord", new).status_code == 303
    stranger.post("/uitloggen")
    again = {"sign_in_name": "bas", "passphrase": new["passphrase"]}
    assert stranger.post("/inloggen", again).headers["Location"] == STEP_2
    assert stranger.post(STEP_2, {"code": second}).status_code == 303


def test_the_first_step_tells_nothing_of_who_has_what(stranger: Page, amina: Actor) -> None:
    """ASVS 6.3.8: with a wrong passphrase a coach looks like an owner, and like nobody."""
    tries = ("bas", "amina", "nobody-at-all")
    pages = [
        stranger.post("/inloggen", {"sign_in_name": name, "passphrase": "dit is het niet"})
        for name in tries
    ]
    assert {page.status_code for page in pages} == {422}
    # Whoever chooses a passphrase only never meets a second step.
    answer = stranger.post("/inloggen", {"sign_in_name": "amina", "passphrase": amina.passphrase})
    assert answer.headers["Location"] == "/"


def test_a_session_without_second_factor_is_none_for_whoever_got_a_seat(
    app: Flask, bas: Actor
) -> None:
    """Whatever brought it about: the seat counts at the next request."""
    page = bas.page.visit("/mijn-code")
    with app.app_context():
        begin(db.session, writing=True)
        for row in db.session.scalars(select(SignIn).where(SignIn.person_id == bas.person_id)):
            row.second_factor_at = None
        db.session.commit()
    assert page.get("/mijn-code").status_code == 303


def test_another_app_asks_again_and_signs_out_elsewhere(app: Flask, bas: Actor) -> None:
    """ASVS 7.4.3, 7.5.1: an app is changed after a new proof, and ends the other sessions."""
    other, page = Page(bas.browse()), bas.page.visit("/over-mij/app")
    later(app, HALF_LASTS * 0.6)
    assert page.visit("/over-mij/app").h1 == "Laat zien dat jij het bent"
    # Who signs in with two things shows two; neither alone is enough.
    assert page.post("/bevestig", {"passphrase": bas.passphrase}).status_code == 422
    assert (
        page.post("/bevestig/code", {"code": bas.code()}).headers["Location"] == "/bevestig?next=/"
    )
    wrong = {"passphrase": "dit is het niet", "code": bas.code()}
    assert page.post("/bevestig", wrong).status_code == 422
    page.fill("passphrase", bas.passphrase).fill("code", bas.code()).submit("Verder")
    assert page.h1 == "Kies een app voor codes"
    assert "<svg" in page.html
    assert page.post("/over-mij/app", {"code": "000000"}).status_code == 422
    # The picture's secret is the one on the page, and becomes bas's own by its code alone.
    secret = next(node.text for node in page.tree.walk("p") if node.get("class") == "code")
    code = code_of(app, secret.replace(" ", ""))
    assert page.post("/over-mij/app", {"code": code}).status_code == 200
    assert other.get("/over-mij").status_code == 303
    assert page.get("/over-mij").status_code == 200
    assert page.post("/over-mij/app/weg").status_code == 303
    assert "Je hebt er 1 nodig voor je werk" in page.visit("/over-mij").text


def code_of(app: Flask, secret: str) -> str:
    """Give what an app shows that scanned the picture just now."""
    with app.app_context():
        begin(db.session, writing=False)
        return pyotp.TOTP(secret).at(int(clock(db.session).timestamp()))
