"""What goes along in a hand-over: agreed versions, and the story of somebody who left before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.extensions import db
from portfolio.models import Consent
from portfolio.models.base import begin
from portfolio.models.consent import withdraw
from portfolio.verify import verify
from tests.browser import Page
from tests.pages.sharing import living
from tests.pages.test_contact import contacts, give, passing_to
from tests.pages.test_contact import newcomer as newcomer  # noqa: PLC0414 -- a fixture
from tests.pages.test_plan import DREAM, say
from tests.pages.test_version import agreed, proposed
from tests.talks import make_full_talk

if TYPE_CHECKING:
    from tests.people import Actor, Cast


def frozen(owner: Actor, member: Actor) -> str:
    """Let both say yes to a version; gives its id."""
    say(owner, "direction", "horizon", DREAM)
    say(owner, "barriers", "money", "Kanarieschuld")
    for part in ("direction", "barriers", "talks"):
        give(owner, member, part=part)
    owner.page.post(f"/contactpersoon/{member.seat_id}/kies", {"once": "k"})
    return agreed(owner, member, once="versie")


def read_by(member: Actor, owner: Actor, version_id: str, status: int = 200) -> Page:
    return member.page.visit(f"/mensen/{owner.map_id}/versies/{version_id}", status)


def test_versions_go_along_part_by_part_and_the_chain_stays_whole(
    amina: Actor, bas: Actor, newcomer: Actor, cast: Cast
) -> None:
    version_id = frozen(amina, bas)
    waiting = proposed(amina, bas, once="k2")
    page = amina.page.visit(passing_to(newcomer))
    assert "De versies van je plan gaan mee." in page.text
    page.submit("Ja, dit is mijn contactpersoon")
    read = read_by(newcomer, amina, version_id)
    assert DREAM in read.text
    # What is sensitive was not ticked, so it does not pass in an old version either.
    assert "Kanarieschuld" not in read.html
    assert "Met Bas" in read.text
    assert "Ja, dit hebben we afgesproken" not in read.text
    assert "Versie van" in read.visit(f"/mensen/{amina.map_id}/versies").text
    yes = f"/mensen/{amina.map_id}/versies/{version_id}/ja"
    assert newcomer.page.post(yes, {}).status_code == 404
    read_by(newcomer, amina, waiting, 404)
    read_by(bas, amina, version_id, 404)
    assert verify(amina.app) == (2, [])
    # Shared with the old one again, it is still with the new one.
    give(amina, bas, part="direction")
    read_by(bas, amina, version_id, 404)
    for who in (cast.farid, cast.dirk, cast.eva):
        read_by(who, amina, version_id, 404)
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == newcomer.seat_id)
        db.session.commit()
    read_by(newcomer, amina, version_id, 404)
    assert DREAM in amina.page.visit(f"/plan/versies/{version_id}").text


def test_versions_go_back_with_the_one_who_comes_back(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    version_id = frozen(amina, bas)
    for new in (newcomer, bas):
        amina.page.visit(passing_to(new)).submit("Ja, dit is mijn contactpersoon")
    assert DREAM in read_by(bas, amina, version_id).text
    read_by(newcomer, amina, version_id, 404)


def test_a_version_of_which_nothing_is_shared_any_more_stays_behind(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    version_id = frozen(amina, bas)
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part.in_(("direction", "barriers")))
        db.session.commit()
    give(amina, newcomer, part="direction")
    page = amina.page.visit(passing_to(newcomer))
    assert "De versies van je plan" not in page.text
    page.submit("Ja, dit is mijn contactpersoon")
    read_by(newcomer, amina, version_id, 404)


def test_a_version_agreed_while_the_page_was_open_is_shown_first(
    amina: Actor, bas: Actor, newcomer: Actor
) -> None:
    give(amina, bas, part="direction")
    amina.page.post(f"/contactpersoon/{bas.seat_id}/kies", {"once": "k"})
    page = Page(amina.browse()).visit(passing_to(newcomer))
    version_id = agreed(amina, bas, once="versie")
    page.submit("Ja, dit is mijn contactpersoon")
    assert "Er is net iets veranderd" in page.text
    assert "De versies van je plan gaan mee." in page.text
    read_by(newcomer, amina, version_id, 404)


def test_from_somebody_who_left_the_story_goes_along_too(
    amina: Actor, bas: Actor, newcomer: Actor, cast: Cast
) -> None:
    version_id = frozen(amina, bas)
    with amina.app.app_context():
        begin(db.session, writing=True)
        talk_id = make_full_talk(amina.map_id, bas.seat_id, agreed=True)
        db.session.commit()
    cast.eva.page.post(f"/organisatie/mensen/{bas.seat_id}/stoppen")
    page = amina.page.visit("/contactpersoon")
    assert "Bas werkt daar niet meer." in page.text
    page.visit(passing_to(newcomer))
    for said in ("Jullie gesprekken gaan mee.", "De versies van je plan gaan mee.", "Bas werkt"):
        assert said in page.text, said
    # Nothing passes by itself: only the yes of the owner does it.
    newcomer.page.visit(f"/mensen/{amina.map_id}/plan", 404)
    page.submit("Ja, dit is mijn contactpersoon")
    assert contacts(amina) == [(bas.seat_id, False), (newcomer.seat_id, True)]
    assert DREAM in read_by(newcomer, amina, version_id).text
    newcomer.page.visit(f"/mensen/{amina.map_id}/gesprekken/{talk_id}")
    assert {row.verdict for row in living(amina, bas)} <= {"refuse"}
    assert verify(amina.app) == (2, [])
