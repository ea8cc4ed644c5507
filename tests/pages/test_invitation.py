"""Coming in by an invitation: link and code, one time, seven days, never by a GET."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portfolio.extensions import db, keyring
from portfolio.limits import LIMITS
from portfolio.models import Invitation, Membership, Organisation, Person
from portfolio.models.base import begin, clock
from portfolio.models.invitation import invite, withdraw_invitation
from portfolio.models.organisation import normal_code, read_code
from tests import factories
from tests.browser import ORIGIN, Page
from tests.pages.test_second_step import code_of
from tests.pages.test_sign_in import sign_in, token_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

ACCOUNT = {
    "step": "account",
    "display_name": "Hanna",
    "sign_in_name": "hanna",
    "passphrase": "drie rode fietsen",
}
AT_ONCE = 50


def invited(app: Flask, role: str = "coach", at: str = "School De Brug") -> tuple[str, str]:
    """Make an invitation and give the path of its link, and its code."""
    with app.app_context():
        begin(db.session, writing=True)
        found = db.session.scalars(select(Organisation).where(Organisation.name == at)).first()
        made = invite(db.session, keyring(), found or factories.organisation(at), role)
        db.session.commit()
    return f"/uitnodiging/{made.id}", made.code


def take_second_factor(app: Flask, page: Page) -> Page:
    """Set up the app to which somebody was led, as far as the codes on paper."""
    assert page.h1 == "Kies een app voor codes", page.h1
    secret = next(node.text for node in page.tree.walk("p") if node.get("class") == "code")
    page.fill("code", code_of(app, secret.replace(" ", ""))).submit("Verder")
    assert page.h1 == "Schrijf deze 10 codes op"
    return page


def come_in(app: Flask, page: Page, path: str, code: str, **other: str) -> Page:
    """Accept an invitation from its link to the role."""
    answer = page.post(path, {**ACCOUNT, "code": code, **other})
    page.visit(answer.headers["Location"])
    take_second_factor(app, page).follow("Ik heb ze opgeschreven")
    assert page.path == path
    return page.submit("Ja, ik doe mee")


def members(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(Membership)).one()


def test_link_and_code_make_an_account_with_the_role(app: Flask, page: Page) -> None:
    """ASVS 6.3.3: the role comes with a second factor, and not before it."""
    path, code = invited(app)
    page.visit(path)
    assert "School De Brug" in page.text
    assert "Contactpersoon" in page.text
    # Typed as people type: small letters, a space for the dash.
    page.fill("code", code.lower().replace("-", " ")).submit("Verder")
    assert code not in page.path
    for name in ("display_name", "sign_in_name", "passphrase"):
        page.fill(name, ACCOUNT[name])
    page.submit("Klaar")
    # An account, and no role before the second factor is there.
    assert members(app) == 0
    before = token_of(page)
    take_second_factor(app, page).follow("Ik heb ze opgeschreven")
    assert token_of(page) != before
    assert "Hanna" in page.text
    assert members(app) == 0
    page.submit("Ja, ik doe mee")
    assert page.path == "/mensen"
    with app.app_context():
        row = db.session.scalars(select(Membership)).one()
        assert row.role == "coach"
        person = db.session.get_one(Person, row.person_id)
        key = keyring().fetch([person.key_id])[person.key_id]
        own = read_code(row, key)
        assert row.code_hash == keyring().lookup_hash("code", normal_code(own))
        assert row.public_id != row.id
        assert db.session.scalars(select(Invitation)).one().used_by == person.id


def test_a_get_spends_nothing(app: Flask, page: Page) -> None:
    path, code = invited(app)
    for _ in range(5):
        page.visit(path)
    page.visit(f"{path}?code={code}")
    assert page.post(path, {"code": code}).status_code == 200
    assert members(app) == 0


def test_a_wrong_code_is_said_and_opens_nothing(app: Flask, page: Page) -> None:
    path, _ = invited(app)
    page.visit(path).fill("code", "ACDE-3467").submit("Verder", status=422)
    assert "Deze code klopt niet." in page.text
    assert page.value("code") == "ACDE-3467"
    assert page.post(path, {**ACCOUNT, "code": "ACDE-3467"}).status_code == 422
    assert members(app) == 0


def test_a_code_of_another_invitation_opens_nothing(app: Flask, page: Page) -> None:
    path, _ = invited(app)
    _, other = invited(app)
    assert page.post(path, {**ACCOUNT, "code": other}).status_code == 422


def test_guessing_is_limited_per_invitation(app: Flask, page: Page) -> None:
    """ASVS 6.3.1: codes cannot be guessed by trying many."""
    path, code = invited(app)
    tries = LIMITS["invitation"].tries
    answers = [page.post(path, {"code": "ACDE-3467"}).status_code for _ in range(tries + 1)]
    assert answers == [422] * tries + [429]
    assert page.post(path, {"code": code}).status_code == 429


def test_an_invitation_works_once(app: Flask, page: Page) -> None:
    path, code = invited(app)
    come_in(app, page, path, code)
    other = Page(app.test_client())
    assert other.get(path).status_code == 404
    again = {**ACCOUNT, "sign_in_name": "ilse", "code": code}
    assert other.post(path, again).status_code == 404
    assert members(app) == 1


def test_a_second_click_of_the_same_person_comes_in_as_well(app: Flask, page: Page) -> None:
    path, code = invited(app)
    fields = {**ACCOUNT, "code": code, "once": "dezelfde-klik"}
    assert page.post(path, fields).status_code == 303
    # The browser dropped the first answer: it has no cookie of it.
    second = Page(app.test_client())
    assert second.post(path, fields).headers["Location"].startswith("/over-mij/app")
    third = Page(app.test_client())
    assert third.post(path, {**fields, "passphrase": "vier rode fietsen"}).status_code == 422
    assert third.post(path, {**fields, "once": "een-andere-klik"}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(func.count()).select_from(Person)).one() == 1


def test_nobody_gets_a_role_with_a_passphrase_alone(
    app: Flask, page: Page, amina: Actor, bas: Actor
) -> None:
    """ASVS 6.3.3, 6.3.4: not by a post of one's own, nor with an account of before."""
    path, code = invited(app)
    assert page.post(path, {**ACCOUNT, "code": code}).status_code == 303
    yes = {"step": "join", "code": code}
    assert page.post(path, yes).headers["Location"].startswith("/over-mij/app")
    # An owner with a map has a passphrase; a coach who came by the first step only is nobody.
    owner = Page(app.test_client())
    sign_in(owner, amina)
    assert owner.post(path, yes).headers["Location"].startswith("/over-mij/app")
    half = Page(app.test_client())
    half.post("/inloggen", {"sign_in_name": "bas", "passphrase": bas.passphrase})
    assert "Zo log je straks in" in half.post(path, yes).get_data(as_text=True)
    before = members(app)
    owner.visit(f"/over-mij/app?next={path}")
    take_second_factor(app, owner).follow("Ik heb ze opgeschreven").submit("Ja, ik doe mee")
    assert members(app) == before + 1


@pytest.mark.parametrize("ending", ["expired", "withdrawn", "closed", "unknown"])
def test_what_cannot_be_used_is_not_there(app: Flask, page: Page, ending: str) -> None:
    path, code = invited(app)
    with app.app_context():
        begin(db.session, writing=True)
        row = db.session.scalars(select(Invitation)).one()
        now = clock(db.session)
        if ending == "expired":
            row.expires_at = now - timedelta(seconds=1)
        if ending == "withdrawn":
            withdraw_invitation(db.session, row.id)
        if ending == "closed":
            db.session.get_one(Organisation, row.organisation_id).closed_at = now
        db.session.commit()
    if ending == "unknown":
        path += "x"
    page.visit(path, status=404)
    assert "School De Brug" not in page.text
    assert page.post(path, {**ACCOUNT, "code": code}).status_code == 404
    assert members(app) == 0


def test_a_name_that_is_taken_does_not_spend_the_invitation(app: Flask, page: Page) -> None:
    first, code = invited(app)
    come_in(app, page, first, code)
    path, code = invited(app)
    other = Page(app.test_client())
    other.visit(path).fill("code", code).submit("Verder")
    for name in ("display_name", "sign_in_name", "passphrase"):
        other.fill(name, ACCOUNT[name])
    other.submit("Klaar", status=422)
    assert "Iemand anders heeft deze naam al." in other.text
    assert other.value("display_name") == "Hanna"
    other.fill("sign_in_name", "hanna2").fill("passphrase", ACCOUNT["passphrase"]).submit("Klaar")
    take_second_factor(app, other).follow("Ik heb ze opgeschreven").submit("Ja, ik doe mee")
    assert members(app) == 2


def test_a_weak_passphrase_is_refused_and_the_invitation_stays(app: Flask, page: Page) -> None:
    path, code = invited(app)
    answer = page.post(path, {**ACCOUNT, "code": code, "passphrase": "kort"})
    assert answer.status_code == 422
    assert members(app) == 0
    assert page.get(path).status_code == 200


def test_who_is_signed_in_keeps_the_account(app: Flask, dirk: Actor) -> None:
    path, code = invited(app, "coach", "Gemeente Voorbeeldstad")
    before = members(app)
    page = dirk.page.visit(path).fill("code", code).submit("Verder")
    assert "Dirk" in page.text
    assert members(app) == before
    page.submit("Ja, ik doe mee")
    with app.app_context():
        roles = db.session.scalars(
            select(Membership.role).where(Membership.person_id == dirk.person_id)
        ).all()
    assert sorted(roles) == ["coach", "provider"]
    assert page.get(path).status_code == 404


def test_fifty_at_once_make_one_member(app: Flask, cast: Cast) -> None:
    """ASVS 2.3.4, 15.4.2."""
    path, code = invited(app)
    limit = LIMITS["invitation_network"].tries
    assert limit >= AT_ONCE, "the limit, and not the invitation, would decide"
    answers: Counter[int] = Counter()
    # Each is signed in with both steps, and has a form of their own before anybody posts.
    everybody = [each for name, each in cast.everybody().items() if name != "visitor"]
    pages = [Page(everybody[number % len(everybody)].browse()) for number in range(AT_ONCE)]
    tokens, before = [page.token() for page in pages], members(app)
    start = threading.Barrier(AT_ONCE)

    def post(number: int) -> None:
        data = {"step": "join", "code": code, "csrf_token": tokens[number]}
        start.wait()
        answer = pages[number].client.post(path, base_url=ORIGIN, data=data)
        answers[answer.status_code] += 1

    threads = [threading.Thread(target=post, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert members(app) == before + 1
    assert set(answers) <= {200, 303, 404, 422, 429}
