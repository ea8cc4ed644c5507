"""Signing in and out: the same answer for every wrong try, and nothing left behind."""

from __future__ import annotations

import re
import secrets
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.extensions import db, keyring
from portfolio.models import Credential, SignIn
from portfolio.models.base import begin, clock
from portfolio.models.clock import ClockMark
from portfolio.models.credential import make_recovery_codes, use_recovery_code
from portfolio.models.sign_in import LASTS_SHARED, OWN_DEVICE_LASTS, REST_SHARED, hash_token
from portfolio.security import SIGN_IN_COOKIE
from tests.browser import HOST, Page

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

GOOD = "een groene fiets"


@pytest.fixture
def stranger(cast: Cast) -> Page:
    """Give a browser in which nobody signed in yet."""
    return Page(cast.visitor.browse())


def sign_in(page: Page, who: Actor, *, next_path: str = "", own: bool = False) -> Page:
    page.visit("/inloggen" + (f"?next={next_path}" if next_path else ""))
    page.fill("sign_in_name", who.key).fill("passphrase", who.passphrase)
    if own:
        page.choose("Dit is mijn eigen telefoon")
    return page.submit("Inloggen")


def token_of(page: Page) -> str:
    cookie = page.client.get_cookie(SIGN_IN_COOKIE, domain=HOST)
    return cookie.value if cookie else ""


def later(app: Flask, span: timedelta) -> None:
    """Let time pass: the clock never goes back behind its mark."""
    with app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(ClockMark).values(seen_at=clock(db.session) + span))
        db.session.commit()


def codes_for(app: Flask, who: Actor) -> list[str]:
    with app.app_context():
        begin(db.session, writing=True)
        codes = make_recovery_codes(db.session, keyring(), who.person_id)
        db.session.commit()
    return codes


def bare(html: str) -> str:
    """Leave out what differs between any two pages: keys, tokens, nonces, and the name typed."""
    return re.sub(r'(value|nonce)="[^"]*"', "", html)


class TestComingIn:
    def test_the_right_passphrase_leads_where_one_was_going(
        self, stranger: Page, farid: Actor
    ) -> None:
        stranger.visit("/over-mij")
        assert stranger.path == "/inloggen?next=/over-mij"
        stranger.fill("sign_in_name", " FARID ").fill("passphrase", farid.passphrase)
        assert stranger.submit("Inloggen").path == "/over-mij"

    @pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example", "/\\evil"])
    def test_it_never_leads_to_another_site(
        self, stranger: Page, farid: Actor, next_path: str
    ) -> None:
        """ASVS 3.7.2."""
        page = stranger.visit("/inloggen")
        answer = page.post(
            f"/inloggen?next={next_path}",
            {"sign_in_name": "farid", "passphrase": farid.passphrase},
        )
        assert answer.headers["Location"] == "/"

    def test_a_wrong_name_and_a_wrong_passphrase_look_the_same(self, stranger: Page) -> None:
        """ASVS 6.3.8."""
        answers = [
            stranger.post("/inloggen", {"sign_in_name": name, "passphrase": "niet goed genoeg"})
            for name in ("farid", "nobody-at-all")
        ]
        assert [answer.status_code for answer in answers] == [422, 422]
        known, unknown = (bare(answer.get_data(as_text=True)) for answer in answers)
        assert known == unknown
        assert "horen niet bij elkaar" in known

    def test_they_take_the_same_time(self, stranger: Page) -> None:
        """ASVS 6.3.8: how often a known name takes longer is about a coin's toss."""
        times: dict[str, list[float]] = {"farid": [], "nobody-at-all": []}
        for _ in range(8):
            for name, taken in times.items():
                start = time.perf_counter()
                stranger.send("/inloggen", {"sign_in_name": [name], "csrf_token": ["x"]})
                del start
                data = {"sign_in_name": name, "passphrase": "niet goed genoeg"}
                start = time.perf_counter()
                assert stranger.post("/inloggen", data).status_code == 422
                taken.append(time.perf_counter() - start)
        known, unknown = (statistics.median(taken) for taken in times.values())
        # Without the hash of nobody it would be a tenth.
        assert 0.5 < known / unknown < 2

    def test_a_token_is_new_and_long(self, stranger: Page, farid: Actor, app: Flask) -> None:
        """ASVS 7.2.3, 7.2.4: what stood in the cookie before opens nothing afterwards."""
        fixed = secrets.token_urlsafe(32)
        stranger.client.set_cookie(SIGN_IN_COOKIE, fixed, domain=HOST)
        sign_in(stranger, farid)
        first = token_of(stranger)
        assert first != fixed
        assert len(first) >= 43
        with app.app_context():
            hashes = db.session.scalars(select(SignIn.token_hash)).all()
            assert hash_token(first) in hashes
            assert first not in hashes

    def test_signing_in_again_ends_the_session_before(
        self, stranger: Page, farid: Actor, cast: Cast
    ) -> None:
        sign_in(stranger, farid)
        first = token_of(stranger)
        data = {"sign_in_name": "amina", "passphrase": cast.amina.passphrase}
        assert stranger.post("/inloggen", data).status_code == 303
        copy = cast.visitor.browse()
        copy.set_cookie(SIGN_IN_COOKIE, first, domain=HOST)
        assert Page(copy).get("/over-mij").status_code == 303

    def test_the_browsers_session_is_emptied_but_for_the_language(
        self, stranger: Page, farid: Actor
    ) -> None:
        stranger.post("/taal-kiezen", {"language": "en", "mode": "both"})
        with stranger.client.session_transaction(base_url="https://localhost") as session:
            session["planted"] = "by somebody else"
        token = stranger.token()
        sign_in(stranger, farid)
        with stranger.client.session_transaction(base_url="https://localhost") as session:
            assert "planted" not in session
            assert (session["language"], session["mode"]) == ("en", "both")
        assert stranger.send("/uitloggen", {"csrf_token": [token]}).status_code == 400

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            ({}, 422),
            ({"sign_in_name": "farid"}, 422),
            ({"sign_in_name": ["farid", "amina"], "passphrase": GOOD}, 400),
            ({"sign_in_name": "a" * 1_000_000, "passphrase": GOOD}, 400),
            ({"sign_in_name": "fa\x00rid", "passphrase": GOOD}, 400),
            ({"sign_in_name": "a" * 300, "passphrase": GOOD}, 422),
        ],
    )
    def test_bad_input_is_answered(self, page: Page, data: dict[str, object], status: int) -> None:
        assert page.post("/inloggen", data).status_code == status


class TestGoingOut:
    def test_a_copied_cookie_is_worth_nothing(self, stranger: Page, cast: Cast) -> None:
        """ASVS 7.4.1."""
        sign_in(stranger, cast.farid)
        copy = cast.visitor.browse()
        copy.set_cookie(SIGN_IN_COOKIE, token_of(stranger), domain=HOST)
        assert Page(copy).get("/over-mij").status_code == 200
        answer = stranger.post("/uitloggen")
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert stranger.visit("/uitgelogd").h1 == "Je bent uitgelogd"
        assert token_of(stranger) == ""
        assert Page(copy).get("/over-mij").status_code == 303

    def test_rest_on_a_shared_computer_ends_it(
        self, stranger: Page, farid: Actor, app: Flask
    ) -> None:
        """ASVS 7.3.1: ten minutes."""
        sign_in(stranger, farid)
        later(app, REST_SHARED - timedelta(seconds=30))
        assert stranger.get("/over-mij").status_code == 200
        later(app, REST_SHARED + timedelta(seconds=30))
        stranger.visit("/over-mij")
        assert "Je was een tijd weg" in stranger.text

    def test_no_session_lasts_for_ever(self, stranger: Page, farid: Actor, app: Flask) -> None:
        """ASVS 7.3.2: twelve hours, however busy."""
        sign_in(stranger, farid)
        for _ in range(LASTS_SHARED // timedelta(minutes=9) - 1):
            later(app, timedelta(minutes=9))
            assert stranger.get("/over-mij").status_code == 200
        later(app, timedelta(minutes=9))
        assert stranger.get("/over-mij").status_code == 303

    def test_an_own_phone_stays_for_thirty_days(
        self, stranger: Page, farid: Actor, app: Flask
    ) -> None:
        """ASVS 7.3.1, 7.3.2."""
        sign_in(stranger, farid, own=True)
        later(app, OWN_DEVICE_LASTS - timedelta(hours=1))
        assert stranger.get("/over-mij").status_code == 200
        later(app, timedelta(hours=2))
        assert stranger.get("/over-mij").status_code == 303


class TestRecovery:
    def test_a_code_lets_in_once_and_asks_for_a_new_passphrase(
        self, stranger: Page, farid: Actor, app: Flask, cast: Cast
    ) -> None:
        """ASVS 6.5.1."""
        code = codes_for(app, farid)[3]
        stranger.visit("/inloggen/code").fill("sign_in_name", "Farid")
        stranger.fill("code", code.lower().replace("-", " ")).submit("Verder")
        assert stranger.path == "/over-mij/wachtwoord"
        stranger.fill("passphrase", GOOD).submit("Bewaar")
        assert stranger.h1 == "Over mij"
        # Once chosen, the next change asks for it.
        assert "Je wachtwoord van nu" in stranger.visit("/over-mij/wachtwoord").text
        again = Page(cast.visitor.browse()).visit("/inloggen/code")
        again.fill("sign_in_name", "farid").fill("code", code).submit("Verder", status=422)
        assert "horen niet bij elkaar" in again.text
        fresh = Page(cast.visitor.browse()).visit("/inloggen")
        fresh.fill("sign_in_name", "farid").fill("passphrase", GOOD).submit("Inloggen")
        assert fresh.visit("/over-mij").h1 == "Over mij"

    def test_of_fifty_at_once_one_succeeds(self, app: Flask, farid: Actor) -> None:
        """ASVS 6.5.1."""
        code = codes_for(app, farid)[0]

        def use(_number: int) -> str | None:
            with app.app_context():
                begin(db.session, writing=True)
                found = use_recovery_code(db.session, keyring(), "farid", code)
                db.session.commit()
                return found

        with ThreadPoolExecutor(10) as pool:
            assert [found for found in pool.map(use, range(50)) if found] == [farid.person_id]

    def test_a_code_of_another_person_or_of_before_is_refused(
        self, stranger: Page, cast: Cast, app: Flask
    ) -> None:
        old = codes_for(app, cast.farid)[0]
        new = codes_for(app, cast.farid)[0]
        for name, code in (("farid", old), ("amina", new), ("nobody", new)):
            answer = stranger.post("/inloggen/code", {"sign_in_name": name, "code": code})
            assert answer.status_code == 422

    def test_only_hashes_are_kept(self, app: Flask, farid: Actor) -> None:
        """ASVS 6.5.2."""
        codes = codes_for(app, farid)
        with app.app_context():
            rows = db.session.scalars(
                select(Credential).where(Credential.kind == "recovery_code")
            ).all()
            assert len(rows) == 10
            for row in rows:
                assert row.secret is None
                assert (row.lookup_hash or "") not in "".join(codes)
                assert len(row.lookup_hash or "") == 64
