"""Guessing comes to an end, and the owner still gets in: ASVS 6.1.1, 6.3.1."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from werkzeug.exceptions import TooManyRequests

from portfolio import limits, security
from portfolio.extensions import db
from portfolio.models import Attempts
from portfolio.models.base import begin, clock
from tests.browser import ORIGIN, Page
from tests.pages.test_sign_in import codes_for, later, sign_in

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.people import Actor, Cast

ELSEWHERE = "203.0.113.7"


def attempt(
    page: Page, name: str, passphrase: str, address: str = ELSEWHERE, path: str = "/inloggen"
) -> TestResponse:
    """Try to sign in from an address."""
    field = "code" if path.endswith("code") else "passphrase"
    return page.client.post(
        path,
        base_url=ORIGIN,
        data={"csrf_token": page.token(), "sign_in_name": name, field: passphrase},
        environ_overrides={"REMOTE_ADDR": address},
    )


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a wrong passphrase be wrong at once: these tests try hundreds of them."""
    monkeypatch.setattr(
        "portfolio.entrance.fits", lambda secret, typed: bool(secret) and "water" in typed
    )


def test_each_limit_says_whom_it_counts() -> None:
    """ASVS 6.1.1: the rules are written down in one table."""
    assert {"sign_in", "sign_in_name", "sign_in_network", "sign_up", "share_code"} <= (
        limits.LIMITS.keys()
    )
    for limit in limits.LIMITS.values():
        assert limit.per
        assert limit.tries > 0
        # Who guesses with somebody's paper in hand waits longer; nobody else is counted there.
        on_paper = limit.per == "code on the paper"
        assert limit.window <= timedelta(days=1 if on_paper else 0, hours=1)


def test_a_class_in_one_library_fits() -> None:
    for name, limit in limits.LIMITS.items():
        if limit.per.startswith("network") and not name.startswith("invitation"):
            assert limit.tries >= 3 * 30, name


def test_one_network_gets_ten_tries_and_is_told_when_to_come_back(cast: Cast, app: Flask) -> None:
    page = Page(cast.visitor.browse())
    statuses = [attempt(page, "farid", "guess").status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    refused = attempt(page, "farid", cast.farid.passphrase)
    assert refused.status_code == 429
    assert "Probeer het over 15 minuten nog een keer" in refused.get_data(as_text=True)
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    later(app, timedelta(minutes=16))
    assert attempt(page, "farid", cast.farid.passphrase).status_code == 303


def test_a_name_that_nobody_has_is_limited_just_so(cast: Cast) -> None:
    """ASVS 6.3.8."""
    page = Page(cast.visitor.browse())
    statuses = [attempt(page, "nobody", "guess").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_tries_from_many_addresses_end_too_and_the_owner_still_enters(
    cast: Cast, app: Flask
) -> None:
    """ASVS 6.1.1, 6.3.1: a known browser and a recovery code are not shut out."""
    owner = Page(cast.visitor.browse())
    sign_in(owner, cast.farid, own=True)
    owner.post("/uitloggen")
    attacker = Page(cast.visitor.browse())
    statuses = [
        attempt(attacker, "farid", "guess", f"198.51.{n // 200}.{n % 200}").status_code
        for n in range(70)
    ]
    most = limits.LIMITS["sign_in_name"].tries
    # One try was the owner's own.
    assert statuses.count(422) == most - 1
    assert statuses[-1] == 429
    assert attempt(attacker, "farid", cast.farid.passphrase, "198.51.9.9").status_code == 429
    assert sign_in(owner, cast.farid).visit("/over-mij").h1 == "Over mij"
    code = codes_for(app, cast.farid)[0]
    fresh = Page(cast.visitor.browse())
    assert attempt(fresh, "farid", code, "192.0.2.1", "/inloggen/code").status_code == 303


def test_a_neighbour_behind_the_same_address_does_not_shut_the_owner_out(cast: Cast) -> None:
    owner = Page(cast.visitor.browse())
    sign_in(owner, cast.farid, own=True)
    owner.post("/uitloggen")
    neighbour = Page(cast.visitor.browse())
    for _ in range(11):
        last = attempt(neighbour, "farid", "guess", "127.0.0.1").status_code
    assert last == 429
    assert sign_in(owner, cast.farid).visit("/over-mij").h1 == "Over mij"


def test_a_known_browser_of_another_person_helps_nobody(cast: Cast) -> None:
    attacker = Page(cast.visitor.browse())
    sign_in(attacker, cast.amina, own=True)
    attacker.post("/uitloggen")
    statuses = [attempt(attacker, "farid", "guess").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_signing_up_is_no_way_round(cast: Cast) -> None:
    """ASVS 6.3.4: a guess at the sign-up page counts as a guess."""
    page = Page(cast.visitor.browse())
    data = {"screen": "passphrase", "age": "18+", "display_name": "F", "sign_in_name": "farid"}
    statuses = [
        page.post("/begin", {**data, "passphrase": f"wrong guess nummer {n}"}).status_code
        for n in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_one_who_holds_a_session_cannot_guess_on(farid: Actor) -> None:
    statuses = [
        farid.page.post("/bevestig", {"passphrase": "guess"}).status_code for _ in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_processes_count_together(app: Flask) -> None:
    tries = limits.LIMITS["invitation"].tries

    def go(_number: int) -> bool:
        with app.test_request_context():
            try:
                limits.check("invitation", "one")
            except TooManyRequests:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(go, range(40))) == tries


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:0:a:b:c:d", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_a_network_is_one_address_or_one_64(app: Flask, one: str, other: str, same: bool) -> None:  # noqa: FBT001 -- a column of the table
    names = []
    for address in (one, other):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            names.append(security.network())
    assert (names[0] == names[1]) is same


def test_one_more_than_a_limit_is_refused(app: Flask) -> None:
    """ASVS 2.3.2. Each row of the table of limits: the last try that is left, and the next one."""
    for name, limit in limits.LIMITS.items():
        with app.test_request_context("/", base_url=ORIGIN):
            _to_the_limit(name, limit)


def _to_the_limit(name: str, limit: limits.Limit) -> None:
    limits.check(name, "somebody")
    begin(db.session, writing=True)
    db.session.execute(update(Attempts).values(count=limit.tries - 1))
    db.session.commit()
    limits.check(name, "somebody")
    with pytest.raises(TooManyRequests):
        limits.check(name, "somebody")
    # Another is counted apart, and when the time is over it begins anew.
    limits.check(name, "another")
    begin(db.session, writing=True)
    db.session.execute(update(Attempts).values(window_ends_at=clock(db.session)))
    db.session.commit()
    limits.check(name, "somebody")
