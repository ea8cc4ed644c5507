"""The contact person, how to call, and the hand-over: the new one sees, the old one does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select

from portfolio.extensions import db
from portfolio.models import Consent, Contact, Talk
from portfolio.models.base import begin
from portfolio.models.consent import withdraw
from tests import factories
from tests.browser import Page
from tests.pages.sharing import living, public_id
from tests.people import grantee
from tests.talks import make_full_talk, make_talk

if TYPE_CHECKING:
    from tests.people import Actor, Cast

PHONE = "06 12 34 56 78"


@pytest.fixture
def newcomer(carla: Actor) -> Actor:
    """Give a coach with whom nothing is shared yet."""
    with carla.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == carla.seat_id)
        db.session.commit()
    return carla


def give(owner: Actor, member: Actor, **what: Any) -> None:
    with owner.app.app_context():
        begin(db.session, writing=True)
        factories.share(owner.map_id, member.seat_id, grantee(member.key), may_comment=True, **what)
        db.session.commit()


def contacts(owner: Actor) -> list[tuple[str, bool]]:
    """List who is and was the contact person, and whether still."""
    with owner.app.app_context():
        rows = db.session.scalars(
            select(Contact).where(Contact.portfolio_id == owner.map_id).order_by(Contact.started_at)
        ).all()
        return [(row.membership_id, row.ended_at is None) for row in rows]


def passing_to(new: Actor) -> str:
    return f"/contactpersoon/nieuw/{public_id(new)}"


def test_the_contact_person_is_chosen_and_shown_with_a_number(amina: Actor, bas: Actor) -> None:
    bas.page.visit("/mijn-code").follow("Mijn telefoonnummer")
    bas.page.fill("Op welk nummer", PHONE).submit("Bewaar")
    assert PHONE in bas.page.text
    page = amina.page.visit("/contactpersoon")
    assert "nog geen contactpersoon" in page.text
    page.submit("Dit is mijn contactpersoon")
    assert contacts(amina) == [(bas.seat_id, True)]
    assert PHONE in page.text
    assert 'href="tel:0612345678"' in page.html


def test_a_number_is_refused_or_taken_away(bas: Actor) -> None:
    page = bas.page.visit("/mijn-code").follow("Mijn telefoonnummer")
    page.fill("Op welk nummer", "bel mij").submit("Bewaar", 422)
    assert "bel mij" in page.html
    page.fill("Op welk nummer", PHONE).submit("Bewaar")
    page.follow("Mijn telefoonnummer").fill("Op welk nummer", "").submit("Bewaar")
    assert PHONE not in page.text


def test_somebody_with_whom_nothing_is_shared_cannot_be_chosen_at_once(
    amina: Actor, newcomer: Actor, farid: Actor, bas: Actor
) -> None:
    for owner, member in ((amina, newcomer), (farid, bas)):
        answered = owner.page.post(f"/contactpersoon/{member.seat_id}/kies", {"once": "k"})
        assert answered.status_code == 404
        assert contacts(owner) == []


def test_a_refusal_is_no_sharing(amina: Actor, newcomer: Actor, cast: Cast) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        who, entry = grantee("carla"), cast.entries["work"]
        factories.share(amina.map_id, newcomer.seat_id, who, entry_id=entry, refuse=True)
        db.session.commit()
    assert "Carla" not in amina.page.visit("/contactpersoon").text
    answered = amina.page.post(f"/contactpersoon/{newcomer.seat_id}/kies", {"once": "k"})
    assert answered.status_code == 404


def test_being_the_contact_person_shows_nothing(amina: Actor, newcomer: Actor) -> None:
    amina.page.visit(passing_to(newcomer)).submit("Ja, dit is mijn contactpersoon")
    assert contacts(amina) == [(newcomer.seat_id, True)]
    assert living(amina, newcomer) == []
    newcomer.page.visit(f"/mensen/{amina.map_id}", 404)


def test_a_hand_over_passes_what_was_shared_and_ends_the_old_ones_sight(
    amina: Actor, bas: Actor, newcomer: Actor, cast: Cast
) -> None:
    give(amina, bas, part="direction")
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    before = {row.scope: row for row in living(amina, bas)}
    page = amina.page.visit(passing_to(newcomer))
    assert "Bas ziet vanaf nu niets meer van jou" in page.text
    assert "Waar ik naartoe wil" in page.text
    page.submit("Ja, dit is mijn contactpersoon")
    after = {row.scope: row for row in living(amina, newcomer)}
    assert after.keys() == before.keys()
    for scope, row in after.items():
        kept = before[scope]
        facts = (row.verdict, row.purpose, row.may_comment, row.expires_at)
        assert facts == (kept.verdict, kept.purpose, kept.may_comment, kept.expires_at), scope
    # What was refused to the old one is refused to the new one, and stays refused to the old.
    assert {row.verdict for row in living(amina, bas)} <= {"refuse"}
    assert cast.canaries["work"] in newcomer.page.visit(f"/mensen/{amina.map_id}/werk").text
    assert cast.canaries["work_refused"] not in newcomer.page.html
    newcomer.page.visit(f"/mensen/{amina.map_id}/plan")
    for path in ("", "/werk", "/plan"):
        bas.page.visit(f"/mensen/{amina.map_id}{path}", 404)
    assert contacts(amina) == [(bas.seat_id, False), (newcomer.seat_id, True)]


@pytest.mark.parametrize("ticked", [False, True])
def test_what_is_sensitive_passes_only_with_a_yes_of_its_own(
    amina: Actor, bas: Actor, newcomer: Actor, *, ticked: bool
) -> None:
    give(amina, bas, leefgebied="gezondheid")
    give(amina, bas, part="barriers")
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    page = amina.page.visit(passing_to(newcomer))
    assert not [node for node in page.tree.walk("input") if "checked" in node.attrs]
    if ticked:
        page.choose("leefgebied:gezondheid")
    page.submit("Ja, dit is mijn contactpersoon")
    passed = {row.scope for row in living(amina, newcomer)}
    assert ("leefgebied:gezondheid" in passed) is ticked
    assert "part:barriers" not in passed
    bas.page.visit(f"/mensen/{amina.map_id}/gezondheid", 404)


def test_what_the_new_one_was_refused_before_stays_refused(
    amina: Actor, bas: Actor, newcomer: Actor, cast: Cast
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(
            amina.map_id,
            newcomer.seat_id,
            grantee("carla"),
            entry_id=cast.entries["work"],
            refuse=True,
        )
        db.session.commit()
    give(amina, bas, entry_id=cast.entries["work"])
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    amina.page.visit(passing_to(newcomer)).submit("Ja, dit is mijn contactpersoon")
    newcomer.page.visit(f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}", 404)


def test_what_changed_since_the_page_was_opened_is_shown_again_first(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    page = amina.page.visit(passing_to(newcomer))
    give(amina, bas, part="direction")
    page.submit("Ja, dit is mijn contactpersoon")
    assert "Er is net iets veranderd" in page.text
    assert living(amina, newcomer) == []
    assert "Waar ik naartoe wil" in page.text
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == bas.seat_id, Consent.verdict == "allow")
        db.session.commit()
    page.submit("Ja, dit is mijn contactpersoon")
    assert living(amina, newcomer) == []
    page.submit("Ja, dit is mijn contactpersoon")
    assert {row.verdict for row in living(amina, newcomer)} <= {"refuse"}
    assert contacts(amina) == [(bas.seat_id, False), (newcomer.seat_id, True)]


def test_a_hand_over_from_another_than_was_shown_is_shown_again_first(
    amina: Actor, bas: Actor, newcomer: Actor, cast: Cast
) -> None:
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    page = amina.page.visit(passing_to(newcomer))
    with amina.app.app_context():
        begin(db.session, writing=True)
        db.session.execute(delete(Contact))
        db.session.commit()
    page.submit("Ja, dit is mijn contactpersoon")
    assert contacts(amina) == []
    assert cast.canaries["work"] in bas.page.visit(f"/mensen/{amina.map_id}/werk").text


def test_a_yes_of_the_old_one_is_no_yes_of_the_new_one(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    give(amina, bas, part="talks")
    with amina.app.app_context():
        begin(db.session, writing=True)
        held = make_full_talk(amina.map_id, bas.seat_id, agreed=False)
        row = db.session.get_one(Talk, held)
        row.coach_yes = row.summary_version
        planned = make_talk(amina.map_id, bas.seat_id)
        db.session.get_one(Talk, planned).accepted_at = datetime.now(UTC)
        db.session.commit()
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    amina.page.visit(passing_to(newcomer)).submit("Ja, dit is mijn contactpersoon")
    seen = newcomer.page.visit(f"/mensen/{amina.map_id}/gesprekken/{planned}")
    assert "De ander wacht op jouw ja" in seen.text
    page = amina.page.visit(f"/gesprekken/{held}")
    assert "Carla heeft nog geen ja gezegd" in page.text
    assert "Bas zegt" not in page.text
    newcomer.page.visit(f"/mensen/{amina.map_id}/gesprekken/{held}").submit("Ja, dit klopt")
    assert "Carla zegt: dit klopt" in amina.page.visit(f"/gesprekken/{held}").text


def test_talks_that_the_old_one_no_longer_holds_do_not_go_along(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        talk_id = make_full_talk(amina.map_id, bas.seat_id, agreed=True)
        db.session.commit()
    give(amina, newcomer, part="talks")
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    page = amina.page.visit(passing_to(newcomer))
    assert "Jullie gesprekken gaan mee" not in page.text
    page.submit("Ja, dit is mijn contactpersoon")
    newcomer.page.visit(f"/mensen/{amina.map_id}/gesprekken/{talk_id}", 404)


def test_a_number_is_not_for_who_shares_nothing(farid: Actor, bas: Actor) -> None:
    bas.page.visit("/mijn-code").follow("Mijn telefoonnummer")
    bas.page.fill("Op welk nummer", PHONE).submit("Bewaar")
    farid.page.visit(passing_to(bas)).submit("Ja, dit is mijn contactpersoon")
    assert "Bas" in farid.page.text
    assert PHONE not in farid.page.html
    give(farid, bas, part="direction")
    assert PHONE in farid.page.visit("/contactpersoon").text


def test_two_hand_overs_at_once_leave_one_contact_person(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    path = passing_to(newcomer)
    asked = amina.page.visit(path)
    shown = {name: asked.value(name) for name in ("old", "shown")}
    browsers = [amina.browse() for _ in range(4)]

    def post(number: int) -> int:
        page = Page(browsers[number])
        return page.post(path, {**shown, "once": f"k{number}"}).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(post, range(4)))
    assert set(answers) == {303}
    assert [each for each, now in contacts(amina) if now] == [newcomer.seat_id]


def test_talks_go_along_and_the_old_one_sees_them_no_more(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    give(amina, bas, part="talks")
    with amina.app.app_context():
        begin(db.session, writing=True)
        talk_id = make_full_talk(amina.map_id, bas.seat_id, agreed=True)
        db.session.commit()
    path = f"/mensen/{amina.map_id}/gesprekken/{talk_id}"
    bas.page.visit(path)
    newcomer.page.visit(path, 404)
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    amina.page.visit(passing_to(newcomer)).submit("Ja, dit is mijn contactpersoon")
    bas.page.visit(path, 404)
    newcomer.page.visit(path)
    # In whose time the talk was stays written in it.
    assert "Bas" in amina.page.visit(f"/gesprekken/{talk_id}").text


def test_a_school_is_no_contact_person(amina: Actor, dirk: Actor) -> None:
    amina.page.visit(passing_to(dirk), 404)
    assert amina.page.post(passing_to(dirk), {"once": "k"}).status_code == 404
    answered = amina.page.post(f"/contactpersoon/{dirk.seat_id}/kies", {"once": "k"})
    assert answered.status_code == 404
    assert contacts(amina) == []
