"""Joint versions: what the other could see, frozen by two yeses, chained, and laid side by side."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db, keyring
from portfolio.keyring import open_text
from portfolio.models import Consent, Person, PlanVersion, PlanVersionPart
from portfolio.models.base import begin
from portfolio.models.consent import withdraw
from portfolio.models.organisation import join
from portfolio.verify import verify
from tests import factories
from tests.browser import Page
from tests.pages.test_plan import DREAM, give, say
from tests.people import grantee
from tests.route import say_all

if TYPE_CHECKING:
    from tests.people import Actor, Cast

REASON = "Ik begin met een cursus"


def proposed(owner: Actor, member: Actor, *, once: str = "k") -> str:
    """Let an owner propose a version through the page; gives its id."""
    sent = {"member": member.seat_id, "reason": REASON, "lang": "nl", "once": once}
    answered = owner.page.post("/plan/versies/nieuw", sent)
    assert answered.status_code == 303, answered.text
    return answered.headers["Location"].rpartition("/")[2]


def agreed(owner: Actor, member: Actor, *, once: str = "k") -> str:
    version_id = proposed(owner, member, once=once)
    path = f"/mensen/{owner.map_id}/versies/{version_id}/ja"
    assert member.page.post(path, {}).status_code == 303
    return version_id


def stop(owner: Actor, part: str) -> None:
    """Let an owner stop sharing one part with everybody."""
    with owner.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.portfolio_id == owner.map_id, Consent.part == part)
        db.session.commit()


def test_a_version_is_frozen_when_both_say_yes_from_their_own_sign_in(
    amina: Actor, bas: Actor
) -> None:
    say(amina, "direction", "horizon", DREAM)
    give(amina, bas, "direction")
    page = amina.page.visit("/plan").follow("Versies van mijn plan")
    page.follow("Maak een nieuwe versie").choose("Bas")
    page.fill("Waarom is je plan nu anders?", REASON).submit("Ja, dit is mijn plan")
    assert DREAM in page.text
    assert "Wacht op een ja" in page.text
    read = bas.page.visit(f"/mensen/{amina.map_id}/plan").follow("Versies van dit plan")
    read.follow("Versie van")
    assert DREAM in read.text
    assert REASON in read.text
    read.submit("Ja, dit hebben we afgesproken")
    assert "Allebei ja" in read.text
    assert "Ja, dit hebben we afgesproken" not in read.text
    assert "Allebei ja" in page.visit("/plan/versies").text


def test_the_owner_cannot_say_yes_for_the_other(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    version_id = proposed(amina, bas)
    path = f"/mensen/{amina.map_id}/versies/{version_id}/ja"
    assert amina.page.post(path, {}).status_code == 404
    assert "Wacht op een ja" in amina.page.visit("/plan/versies").text


@pytest.mark.parametrize("who", ["farid", "carla", "dirk", "eva"])
def test_nobody_else_reads_a_version_or_says_yes(
    amina: Actor, bas: Actor, cast: Cast, who: str
) -> None:
    say(amina, "direction", "horizon", DREAM)
    give(amina, bas, "direction")
    version_id = proposed(amina, bas)
    other: Actor = getattr(cast, who)
    for path in (
        f"/plan/versies/{version_id}",
        f"/plan/versies/{version_id}/naast/{version_id}",
        f"/mensen/{amina.map_id}/versies",
        f"/mensen/{amina.map_id}/versies/{version_id}",
    ):
        other.page.visit(path, 404)
    path = f"/mensen/{amina.map_id}/versies/{version_id}/ja"
    assert other.page.post(path, {}).status_code == 404


def test_a_version_holds_only_what_the_other_may_see(amina: Actor, bas: Actor) -> None:
    say(amina, "direction", "horizon", DREAM)
    say(amina, "barriers", "money", "Ik heb schulden")
    give(amina, bas, "direction")
    version_id = proposed(amina, bas)
    with amina.app.app_context():
        parts = db.session.scalars(
            select(PlanVersionPart.part).where(PlanVersionPart.version_id == version_id)
        ).all()
    assert parts == ["direction"]
    assert "schulden" not in amina.page.visit(f"/plan/versies/{version_id}").html


def test_a_part_that_is_no_longer_shared_leaves_no_trace(amina: Actor, bas: Actor) -> None:
    say(amina, "direction", "horizon", DREAM)
    give(amina, bas, "direction")
    give(amina, bas, "route")
    version_id = agreed(amina, bas)
    path = f"/mensen/{amina.map_id}/versies/{version_id}"
    assert DREAM in bas.page.visit(path).text
    stop(amina, "direction")
    assert DREAM not in bas.page.visit(path).html
    assert "Waar ik naartoe wil" not in bas.page.html
    # For its owner it stays as it was agreed.
    assert DREAM in amina.page.visit(f"/plan/versies/{version_id}").text
    amina.page.post(f"/delen/wie/{bas.seat_id}/stop", {})
    bas.page.visit(path, 404)


def test_a_yes_after_the_sharing_was_stopped_counts_for_nothing(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    version_id = proposed(amina, bas)
    amina.page.post(f"/delen/wie/{bas.seat_id}/stop", {})
    path = f"/mensen/{amina.map_id}/versies/{version_id}/ja"
    assert bas.page.post(path, {}).status_code == 404


def test_a_yes_is_to_the_whole_of_a_version(amina: Actor, bas: Actor) -> None:
    say(amina, "direction", "horizon", DREAM)
    give(amina, bas, "direction")
    give(amina, bas, "barriers")
    version_id = proposed(amina, bas)
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "barriers")
        db.session.commit()
    page = bas.page.visit(f"/mensen/{amina.map_id}/versies/{version_id}")
    page.submit("Ja, dit hebben we afgesproken")
    assert "Vraag om een nieuwe" in page.text
    assert "Wacht op een ja" in amina.page.visit("/plan/versies").text


def test_a_part_is_not_read_through_another_seat(amina: Actor, bas: Actor, cast: Cast) -> None:
    say(amina, "barriers", "health", "Ik slaap slecht")
    give(amina, bas, "direction")
    give(amina, bas, "barriers")
    version_id = agreed(amina, bas)
    with amina.app.app_context():
        begin(db.session, writing=True)
        elsewhere = cast.facts.organisations["linde"]
        person = db.session.get_one(Person, bas.person_id)
        seat = join(db.session, keyring(), person, elsewhere, "coach")
        withdraw(db.session, Consent.part == "barriers")
        factories.share(amina.map_id, seat.id, grantee("bas"), part="barriers")
        db.session.commit()
    assert "slaap" not in bas.page.visit(f"/mensen/{amina.map_id}/versies/{version_id}").html


def test_taking_back_and_a_yes_at_one_moment_leave_the_chain_whole(
    amina: Actor, bas: Actor
) -> None:
    give(amina, bas, "direction")
    for number in range(4):
        version_id = proposed(amina, bas, once=f"p{number}")
        pages = (Page(amina.browse()), Page(bas.browse()))
        paths = (
            f"/plan/versies/{version_id}/terug",
            f"/mensen/{amina.map_id}/versies/{version_id}/ja",
        )
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda p, at: p.post(at, {}).status_code, pages, paths))
        assert 500 not in answers, answers
        assert verify(amina.app)[1] == []


def test_two_proposals_at_one_moment_leave_one_waiting(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    pages = [Page(amina.browse()) for _ in range(4)]

    def post(number: int) -> int:
        sent = {"member": bas.seat_id, "reason": REASON, "lang": "nl", "once": f"k{number}"}
        return pages[number].post("/plan/versies/nieuw", sent).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(post, range(4))) == {303}
    with amina.app.app_context():
        assert len(db.session.scalars(select(PlanVersion.id)).all()) == 1


def test_a_proposal_can_be_taken_back_and_a_frozen_version_cannot(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    waiting = proposed(amina, bas)
    assert amina.page.post(f"/plan/versies/{waiting}/terug", {}).status_code == 303
    amina.page.visit(f"/plan/versies/{waiting}", 404)
    frozen = agreed(amina, bas, once="k2")
    assert amina.page.post(f"/plan/versies/{frozen}/terug", {}).status_code == 400
    amina.page.visit(f"/plan/versies/{frozen}")


def test_yes_at_the_same_moment_freezes_once(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    version_id = proposed(amina, bas)
    pages = [Page(bas.browse()) for _ in range(4)]
    path = f"/mensen/{amina.map_id}/versies/{version_id}/ja"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda page: page.post(path, {}).status_code, pages))
    assert set(answers) == {303}
    with amina.app.app_context():
        numbers = db.session.scalars(select(PlanVersion.number)).all()
        assert numbers == [1]
    assert verify(amina.app) == (2, [])


def test_two_versions_are_laid_side_by_side(amina: Actor, bas: Actor) -> None:
    say(amina, "direction", "horizon", DREAM)
    give(amina, bas, "direction")
    first = agreed(amina, bas)
    say(amina, "direction", "horizon", "Ik word bakker")
    say(amina, "direction", "can", "Ik kan goed rekenen")
    second = agreed(amina, bas, once="k2")
    page = amina.page.visit(f"/plan/versies/{first}")
    assert "Kijk wat er anders is dan eerst" not in page.text
    page = amina.page.visit(f"/plan/versies/{second}").follow("Kijk wat er anders is dan eerst")
    for words in (DREAM, "Ik word bakker", "Ik kan goed rekenen", "Dit is erbij gekomen"):
        assert words in page.text
    again = page.visit(f"/plan/versies/{second}/naast/{second}")
    assert "Er is niets veranderd" in again.text
    page.visit(f"/plan/versies/{first}/naast/{'A' * 22}", 404)


def test_the_other_lays_them_side_by_side_as_far_as_both_are_shared(
    amina: Actor, bas: Actor, cast: Cast
) -> None:
    say(amina, "direction", "horizon", DREAM)
    say(amina, "barriers", "health", "Kanariekwaal")
    give(amina, bas, "direction")
    give(amina, bas, "barriers")
    first = agreed(amina, bas)
    say(amina, "direction", "horizon", "Ik word bakker")
    say(amina, "barriers", "health", "Kanariekwaal is over")
    second = agreed(amina, bas, once="k2")
    base = f"/mensen/{amina.map_id}/versies"
    page = bas.page.visit(f"{base}/{second}").follow("Leg deze versie naast een andere")
    page = page.follow("Versie van")
    for words in (DREAM, "Ik word bakker", "Kanariekwaal is over"):
        assert words in page.text
    cast.carla.page.visit(page.path, 404)
    stop(amina, "barriers")
    page = bas.page.visit(page.path)
    assert "Ik word bakker" in page.text
    assert "Kanariekwaal" not in page.html
    stop(amina, "direction")
    bas.page.visit(page.path, 404)
    assert f"{base}/{second}/naast/{first}" == page.path


def test_another_time_in_the_tasting_weeks_is_a_line_of_its_own(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    say(amina, "direction", "proef-did", "In een bakkerij")
    first = agreed(amina, bas)
    say(amina, "direction", "proef-2-did", "In een school")
    second = agreed(amina, bas, once="k2")
    page = amina.page.visit(f"/plan/versies/{second}/naast/{first}")
    assert "In een school" in page.text
    assert "In een bakkerij" not in page.text
    assert "Proefweek 2" in page.text
    assert "Proefweek" not in page.visit(f"/plan/versies/{first}").text
    assert verify(amina.app)[1] == []
    with amina.app.app_context():
        kept = db.session.query(PlanVersionPart).filter_by(version_id=first).one()
        key = factories.keys_for(amina.map_id).general
        line = json.loads(open_text(key, "plan_version_part", kept.id, "said", kept.said))
        # As a version was written down before there could be more than one.
        assert line == {"proef-did": {"label": "Wat deed ik?", "words": {"nl": "In een bakkerij"}}}


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    page = amina.page.visit("/plan/versies/nieuw")
    page.fill("Waarom is je plan nu anders?", REASON).submit("Ja, dit is mijn plan", 422)
    assert REASON in page.html
    assert "Kies met wie" in page.text


def test_a_version_holds_what_the_letters_say(amina: Actor, bas: Actor) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        say_all(amina)
        db.session.commit()
    give(amina, bas, "route")
    give(amina, bas, "levels")
    version_id = agreed(amina, bas)
    page = bas.page.visit(f"/mensen/{amina.map_id}/versies/{version_id}")
    for said in ("Z-route", "800 uur", "1,58 uur", "Welk werk past bij mij?", "A2", "Zelf: 1."):
        assert said in page.text, said


def test_a_goal_stands_in_a_version_in_the_order_of_its_page(amina: Actor, bas: Actor) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.goal(amina.map_id, "werk", "Ik leer koken", ["Ik zoek een kok", "Ik maak soep"])
        db.session.commit()
    give(amina, bas, "goals:werk")
    version_id = agreed(amina, bas)
    for page in (
        amina.page.visit(f"/plan/versies/{version_id}"),
        bas.page.visit(f"/mensen/{amina.map_id}/versies/{version_id}"),
    ):
        told = ("Ik leer koken", "Ik zoek een kok", "Ik maak soep")
        places = [page.text.index(each) for each in told]
        assert places == sorted(places)
