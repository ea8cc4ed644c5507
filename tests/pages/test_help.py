"""Help: people first, to everybody; one's own contact person only to the owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio.extensions import db
from portfolio.models import AccessLog, Consent, Membership
from portfolio.models.base import begin
from portfolio.models.consent import withdraw
from tests.browser import Page

if TYPE_CHECKING:
    import pytest

    from tests.people import Actor, Cast

PHONE = "06 12 34 56 78"
CALL = re.compile(r'href="tel:([^"]*)"')


def test_my_contact_person_stands_there_for_me_alone(
    cast: Cast, amina: Actor, bas: Actor, farid: Actor
) -> None:
    bas.page.visit("/mijn-code").follow("Mijn telefoonnummer")
    bas.page.fill("Op welk nummer", PHONE).choose("maandag", "woensdag").submit("Bewaar")
    amina.page.visit("/hulp").follow("Mijn contactpersoon").submit("Dit is mijn contactpersoon")
    for path in ("/hulp", "/hulp/nodig"):
        assert "Bas" in amina.page.visit(path).text
        assert CALL.findall(amina.page.html) == ["112", "0612345678", "113"]
        assert "Bellen kan op maandag en woensdag. Van 09.00 tot 17.00 uur." in amina.page.text
        for other in (farid.page, bas.page, Page(cast.visitor.browse())):
            other.visit(path)
            assert CALL.findall(other.html) == ["112", "113"]
            assert "Bellen kan op" not in other.text
            assert "Bas" not in other.tree.first("main").text  # type: ignore[union-attr]  # a page has one
    # Who no longer shares with him sees who he is, and no number any more.
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == bas.seat_id)
        db.session.commit()
    amina.page.visit("/hulp")
    assert "Bas" in amina.page.text
    assert "Bellen kan op" not in amina.page.text
    assert CALL.findall(amina.page.html) == ["112", "113"]


def test_hours_are_kept_refused_and_taken_away(bas: Actor, carla: Actor) -> None:
    page = bas.page.visit("/mijn-code").follow("Mijn telefoonnummer")
    path = page.path
    page.choose("vrijdag").fill("Vanaf hoe laat?", "17.00").submit("Bewaar", 422)
    assert "Kies een tijd die later is." in page.text
    for wrong in ({"dagen_lijst": "8"}, {"start": "09.15"}, {"dagen_lijst": "x", "end": "25.00"}):
        typed = {"start": "09.00", "end": "17.00", "dagen_lijst": "1", **wrong}
        assert page.post(path, typed).status_code == 422
    assert carla.page.post(path, {"start": "09.00", "end": "17.00"}).status_code == 404
    page.visit(path).choose("vrijdag").fill("Tot hoe laat?", "12.30").submit("Bewaar")
    assert (page.visit(path).value("Tot hoe laat?"), hours_kept(bas)) == ("12.30", True)
    page.untick("vrijdag").submit("Bewaar")
    assert not hours_kept(bas)


def hours_kept(member: Actor) -> bool:
    with member.app.app_context():
        row = db.session.get_one(Membership, member.seat_id)
        # What is kept is sealed.
        assert row.hours is None or b"12.30" not in row.hours
        return row.hours is not None


def test_a_door_asks_nothing_and_nothing_is_kept_of_it(
    amina: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    with amina.app.app_context():
        before = db.session.scalar(select(func.count()).select_from(AccessLog))
    caplog.clear()
    page = amina.page.visit("/hulp").follow("Kijk wie je helpt")
    main = page.tree.first("main")
    assert main is not None
    assert not list(main.walk("form", "input", "textarea", "select", "button"))
    doors = [node.text for node in main.walk("summary")]
    assert doors == ["Het is thuis niet veilig", "Ik kan niet stoppen", "Politie, rechter of wet"]
    # What is behind a door is already there: a door leads to no address.
    behind = [link["href"] for door in main.walk("details") for link in door.walk("a")]
    assert behind
    assert all(href.startswith("#") for href in behind)
    # Only numbers that everybody knows.
    assert set(re.findall(r"\d{2,}", main.text)) == {"112", "113"}
    assert not caplog.records
    with amina.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AccessLog)) == before
