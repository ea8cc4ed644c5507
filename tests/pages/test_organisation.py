"""The beheerder's pages: accounts and invitations of one's own organisation, nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portfolio.extensions import db, keyring
from portfolio.models import Invitation, Membership, Organisation
from portfolio.models.base import begin, clock
from portfolio.models.invitation import invite
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.browser import Page
    from tests.people import Actor, Cast


def made_elsewhere(app: Flask) -> tuple[str, str, str]:
    """Make another organisation with a member and an open invitation; give their ids."""
    with app.app_context():
        begin(db.session, writing=True)
        school = factories.organisation("School De Brug")
        member = factories.member(factories.make_person("gijs", "Gijs"), school, "coach")
        sent = invite(db.session, keyring(), school, "coach", for_whom="Iemand van de school")
        db.session.commit()
        return school.id, member.id, sent.id


def test_a_beheerder_sees_who_works_at_each_organisation(eva: Actor) -> None:
    page = eva.page.visit("/organisatie")
    for name in ("Bas", "Carla", "Dirk", "Eva", "Gemeente Voorbeeldstad", "Buurthuis De Linde"):
        assert name in page.text
    assert "Amina" not in page.text
    assert "Farid" not in page.text


def test_a_beheerder_of_another_organisation_sees_and_does_nothing(eva: Actor) -> None:
    organisation, member, invitation = made_elsewhere(eva.app)
    assert "Gijs" not in eva.page.visit("/organisatie").text
    assert "School De Brug" not in eva.page.text
    assert "Iemand van de school" not in eva.page.text
    for path in (
        f"/organisatie/{organisation}/uitnodigen",
        f"/organisatie/mensen/{member}/stoppen",
    ):
        assert eva.page.get(path).status_code == 404
        assert eva.page.post(path, {"role": "coach"}).status_code == 404
    path = f"/organisatie/uitnodiging/{invitation}/intrekken"
    assert eva.page.post(path).status_code == 404
    with eva.app.app_context():
        assert db.session.get_one(Membership, member).ended_at is None
        assert db.session.get_one(Invitation, invitation).withdrawn_at is None


@pytest.mark.parametrize("name", ["amina", "bas", "dirk"])
def test_others_have_no_such_pages(cast: Cast, name: str) -> None:
    page = cast.everybody()[name].page
    assert page.get("/organisatie").status_code == 404
    organisation = cast.facts.organisations["gemeente"]
    assert page.get(f"/organisatie/{organisation}/uitnodigen").status_code == 404
    assert page.post(f"/organisatie/{organisation}/uitnodigen").status_code == 404


def test_a_visitor_is_asked_to_sign_in(visitor: Actor) -> None:
    answer = visitor.page.get("/organisatie")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/inloggen")


def test_a_beheerder_has_no_right_to_content(cast: Cast, eva: Actor) -> None:
    entry, photo, amina = cast.entries["work"], cast.photos["work"], cast.amina.map_id
    for path in (
        "/map",
        "/map/werk",
        "/map/weggehaald",
        f"/map/stuk/{entry}",
        "/delen",
        "/wie-heeft-gekeken",
        "/mensen",
        f"/mensen/{amina}",
        f"/mensen/{amina}/werk",
        f"/mensen/{amina}/stuk/{entry}",
        "/mijn-code",
        "/prestaties",
        f"/prestaties/{amina}",
        f"/foto/{photo}/groot",
        f"/foto/{photo}/klein",
    ):
        answer = eva.page.get(path)
        assert answer.status_code == 404, path
        assert cast.canaries["work"] not in answer.get_data(as_text=True)


def test_an_invitation_shows_its_link_and_code_once(cast: Cast, eva: Actor) -> None:
    page = invite_coach(eva, cast.facts.organisations["gemeente"], "Hanna van de gemeente")
    assert "http://localhost:8000/uitnodiging/" in page.text
    assert "Hanna van de gemeente" not in page.path
    code = code_on(page)
    page.visit("/organisatie")
    assert "Hanna van de gemeente" in page.text
    assert code not in page.html
    with eva.app.app_context():
        row = db.session.scalars(select(Invitation)).one()
        assert row.for_whom
        assert "Hanna" not in str(row.for_whom)
        assert code not in row.code_hash


def test_a_second_click_makes_no_second_invitation(cast: Cast, eva: Actor) -> None:
    path = f"/organisatie/{cast.facts.organisations['gemeente']}/uitnodigen"
    fields = {"role": "coach", "for_whom": "", "once": "twee-keer-geklikt"}
    shown = [eva.page.post(path, fields).get_data(as_text=True) for _ in range(2)]
    with eva.app.app_context():
        row = db.session.scalars(select(Invitation)).one()
    assert all(row.id in html for html in shown)


def test_what_is_missing_is_said_and_what_was_typed_stays(cast: Cast, eva: Actor) -> None:
    organisation = cast.facts.organisations["gemeente"]
    page = eva.page.visit(f"/organisatie/{organisation}/uitnodigen")
    page.fill("for_whom", "Hanna").submit("Maak de uitnodiging", status=422)
    assert "Kies wat deze persoon doet." in page.text
    assert page.value("for_whom") == "Hanna"


def test_an_open_invitation_can_be_taken_back(cast: Cast, eva: Actor) -> None:
    page = invite_coach(eva, cast.facts.organisations["gemeente"], "Hanna")
    link = page.text.split("http://localhost:8000")[1].split()[0]
    page.visit("/organisatie").submit("Haal de uitnodiging weg")
    assert "De uitnodiging werkt niet meer." in page.text
    assert "Hanna" not in page.text
    assert cast.visitor.page.get(link).status_code == 404


def test_ending_a_membership_ends_access_at_once(cast: Cast, eva: Actor, bas: Actor) -> None:
    assert bas.page.get("/mijn-code").status_code != 404
    page = eva.page.visit(f"/organisatie/mensen/{bas.seat_id}/stoppen")
    assert "Bas" in page.text
    page.submit("Ja, stop de toegang")
    assert "Bas" not in page.text
    for path in ("/mensen", f"/mensen/{cast.amina.map_id}", "/mijn-code"):
        assert bas.page.get(path).status_code == 404
    assert page.post(f"/organisatie/mensen/{bas.seat_id}/stoppen").status_code == 404


def test_the_last_beheerder_stays(cast: Cast, eva: Actor) -> None:
    page = eva.page.visit(f"/organisatie/mensen/{eva.seat_id}/stoppen")
    page.submit("Ja, stop de toegang")
    assert "Dit is de laatste beheerder." in page.text
    with cast.eva.app.app_context():
        count = select(func.count()).where(
            Membership.role == "beheerder", Membership.ended_at.is_(None)
        )
        assert db.session.scalars(count).one() == 2


def test_an_organisation_that_closed_is_gone(cast: Cast, eva: Actor) -> None:
    organisation = cast.facts.organisations["gemeente"]
    with eva.app.app_context():
        begin(db.session, writing=True)
        row = db.session.get_one(Organisation, organisation)
        row.closed_at = clock(db.session) - timedelta(minutes=1)
        db.session.commit()
    assert "Gemeente Voorbeeldstad" not in eva.page.visit("/organisatie").text
    assert eva.page.get(f"/organisatie/{organisation}/uitnodigen").status_code == 404


def invite_coach(eva: Actor, organisation_id: str, for_whom: str) -> Page:
    page = eva.page.visit(f"/organisatie/{organisation_id}/uitnodigen")
    return page.choose("coach").fill("for_whom", for_whom).submit("Maak de uitnodiging")


def code_on(page: Page) -> str:
    return next(node.text for node in page.tree.walk("p") if node.get("class") == "code")
