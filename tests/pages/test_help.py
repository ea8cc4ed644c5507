"""Help: people first, to everybody; one's own contact person only to the owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio.extensions import db
from portfolio.models import AccessLog, Consent
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
    bas.page.fill("Op welk nummer", PHONE).submit("Bewaar")
    amina.page.visit("/hulp").follow("Mijn contactpersoon").submit("Dit is mijn contactpersoon")
    for path in ("/hulp", "/hulp/nodig"):
        assert "Bas" in amina.page.visit(path).text
        assert CALL.findall(amina.page.html) == ["112", "0612345678", "113"]
        for other in (farid.page, bas.page, Page(cast.visitor.browse())):
            other.visit(path)
            assert CALL.findall(other.html) == ["112", "113"]
            assert "Bas" not in other.tree.first("main").text  # type: ignore[union-attr]  # a page has one
    # Who no longer shares with him sees who he is, and no number any more.
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == bas.seat_id)
        db.session.commit()
    amina.page.visit("/hulp")
    assert "Bas" in amina.page.text
    assert CALL.findall(amina.page.html) == ["112", "113"]


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
