"""Coming in through one's organisation, against a real issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import SignIn, WorkFlow, WorkLink
from portfolio.models.base import begin
from portfolio.models.organisation import end_membership
from portfolio.models.work_login import forget_gone
from tests.browser import Page
from tests.issuer import CLIENT_ID, SECRET, Issuer, run_issuer
from tests.stores import SQLITE
from tests.work import begin_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.people import Actor, Cast

pytestmark = pytest.mark.issuer
NO = "Dit lukt nu niet"
PLACE = "Gemeente Voorbeeldstad"


@pytest.fixture(params=[SQLITE])
def database(request: pytest.FixtureRequest) -> str:
    """Walk before one database: what is kept is tried on both in tests/models."""
    return str(request.param)


@pytest.fixture
def issuer(cast: Cast) -> Iterator[Issuer]:
    """Run an issuer that knows the municipality's address."""
    gemeente = cast.facts.organisations["gemeente"]
    yield from run_issuer(f"http://localhost:8000/inloggen/organisatie/{gemeente}/terug")


def set_up(cast: Cast, issuer: Issuer, *, two: bool = False) -> str:
    """Let the beheerder set the issuer; give the id of the organisation."""
    gemeente = cast.facts.organisations["gemeente"]
    page = cast.eva.page.visit(f"/organisatie/{gemeente}/inloggen")
    page.fill("issuer", issuer.url).fill("client_id", CLIENT_ID).fill("secret", SECRET)
    if two:
        page.choose("De inlogdienst vraagt al 2 dingen")
    page.submit("Bewaar")
    assert page.path == "/organisatie"
    return gemeente


def way_in(page: Page) -> str:
    """Ask the way to the organisation's issuer."""
    page.visit("/inloggen").follow("Ga verder met je organisatie")
    page.fill("organisation", PLACE).submit("Verder")
    return page.links["Verder"]


def linked(who: Actor, issuer: Issuer, subject: str) -> str:
    """Link somebody's account, and give the path by which the issuer sent back."""
    page = who.page.visit("/over-mij/organisatie").submit("Koppel je organisatie")
    path = issuer.sign_in(page.links["Verder"], subject)
    page.visit(path)
    assert page.path == "/over-mij/organisatie"
    assert "Je kunt inloggen met deze organisatie." in page.text
    return path


def refused(page: Page, path: str) -> None:
    """Check that an address leads nowhere, calmly."""
    assert page.visit(path, 422).h1 == NO
    assert page.get("/organisatie").status_code == 303


def test_staff_come_in_through_their_issuer_after_linking_and_nobody_else(
    cast: Cast, bas: Actor, issuer: Issuer
) -> None:
    """Attack: the issuer names somebody by mail, replays, and another browser has the answer."""
    gemeente = set_up(cast, issuer)
    # Nobody linked yet: nobody is made, and the owner's address and name match nobody.
    stranger = Page(cast.visitor.browse())
    refused(stranger, issuer.sign_in(way_in(stranger), "amina"))
    linked(bas, issuer, "sub-1")
    path = issuer.sign_in(way_in(stranger), "sub-1")
    # Login CSRF: the answer of one browser opens nothing in another.
    refused(Page(cast.visitor.browse()), path)
    # Once more in the right browser: the second step is still to come.
    stranger.visit(path)
    assert stranger.path == "/inloggen/stap-2"
    stranger.fill("code", bas.code()).submit("Verder")
    assert stranger.get("/mijn-code").status_code == 200
    # Another's way back is spent: of one code comes one session.
    refused(Page(cast.visitor.browse()), path)
    # What the organisation says does not open the account's own keys.
    answer = stranger.get("/over-mij/passkeys/nieuw")
    assert answer.status_code == 303
    # Unlinked: out at once, also in the other browser.
    bas.page.visit("/over-mij/organisatie").submit("Haal weg")
    assert stranger.get("/mijn-code").status_code == 303
    refused(stranger, issuer.sign_in(way_in(stranger), "sub-1"))
    with bas.app.app_context():
        begin(db.session, writing=False)
        assert not db.session.scalars(select(WorkLink)).all()
        assert not db.session.scalars(select(WorkFlow)).all()
        ended = db.session.scalars(select(SignIn).where(SignIn.organisation_id == gemeente)).all()
        assert {row.ended_why for row in ended} <= {"unlinked", "second_step"}


def test_a_mixed_up_or_changed_answer_opens_nothing(cast: Cast, bas: Actor, issuer: Issuer) -> None:
    """Attack: another state, another issuer in the answer, none where one is promised."""
    set_up(cast, issuer)
    linked(bas, issuer, "sub-1")
    for old, new in (
        ("state=", "state=x"),
        ("iss=", "iss=https%3A%2F%2Fevil.example"),
        ("iss=", "x="),
    ):
        stranger = Page(cast.visitor.browse())
        path = issuer.sign_in(way_in(stranger), "sub-1")
        refused(stranger, path.replace(old, new, 1))
        # Right or wrong, it was the one answer.
        refused(stranger, path)


def test_the_end_of_the_work_ends_what_came_in_through_it(
    cast: Cast, bas: Actor, issuer: Issuer
) -> None:
    """Attack: a session and link of before, after the work ended; one thing for two."""
    gemeente = set_up(cast, issuer, two=True)
    linked(bas, issuer, "sub-1")
    inside = Page(cast.visitor.browse())
    inside.visit(issuer.sign_in(way_in(inside), "sub-1", two=True))
    assert inside.get("/mijn-code").status_code == 200
    once = Page(cast.visitor.browse())
    once.visit(issuer.sign_in(way_in(once), "sub-1"))
    assert once.path == "/inloggen/stap-2"
    with bas.app.app_context():
        begin(db.session, writing=True)
        assert end_membership(db.session, bas.seat_id)
        forget_gone(db.session, gemeente, bas.person_id)
        db.session.commit()
    assert inside.get("/mijn-code").status_code == 303
    refused(once, issuer.sign_in(way_in(once), "sub-1", two=True))


def test_whoever_began_a_map_after_linking_is_out_and_stays_out(
    cast: Cast, bas: Actor, issuer: Issuer
) -> None:
    """Attack: the issuer opens an owner's account, that was linked before there was a map."""
    set_up(cast, issuer, two=True)
    linked(bas, issuer, "sub-1")
    inside = Page(cast.visitor.browse())
    inside.visit(issuer.sign_in(way_in(inside), "sub-1", two=True))
    assert inside.get("/mijn-code").status_code == 200
    with bas.app.app_context():
        begin(db.session, writing=True)
        begin_map(bas.person_id)
        db.session.commit()
    for path in ("/map", "/over-mij", "/mijn-code"):
        assert inside.get(path).status_code == 303
    refused(inside, issuer.sign_in(way_in(inside), "sub-1", two=True))


def test_an_owner_links_no_organisation(cast: Cast, bas: Actor, issuer: Issuer) -> None:
    """Attack: somebody with a seat and a map sends the form, or began it before the map."""
    gemeente = set_up(cast, issuer)
    page = bas.page.visit("/over-mij/organisatie").submit("Koppel je organisatie")
    path = issuer.sign_in(page.links["Verder"], "sub-1")
    with bas.app.app_context():
        begin(db.session, writing=True)
        begin_map(bas.person_id)
        db.session.commit()
    assert bas.page.visit(path, 422).h1 == NO
    assert bas.page.post(f"/over-mij/organisatie/{gemeente}", {}).status_code == 422
    with bas.app.app_context():
        begin(db.session, writing=False)
        assert not db.session.scalars(select(WorkLink)).all()


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "https://127.0.0.1:1/x", "https://10.0.0.1", "file:///etc/passwd"],
)
def test_a_beheerder_cannot_make_us_ask_an_inner_address(cast: Cast, address: str) -> None:
    """Attack: server-side request forgery by an issuer's address."""
    gemeente = cast.facts.organisations["gemeente"]
    page = cast.eva.page.visit(f"/organisatie/{gemeente}/inloggen")
    page.fill("issuer", address).fill("client_id", "x").fill("secret", "x").submit("Bewaar", 422)
    assert "We vinden hier geen inlogdienst." in page.text
