"""A plan is shared part by part: by name, only with who coaches, and gone when it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models.access_log import AccessLog
from portfolio.models.answer import Answer, keep_answer
from portfolio.models.base import begin
from portfolio.models.entry import Entry
from portfolio.models.goal import GoalStep, link_entries
from portfolio.models.parts import is_sensitive
from portfolio.models.words import Words
from tests import factories
from tests.access.states import EVERY_PART
from tests.pages.sharing import answer, living, meet
from tests.pages.test_portfolio import queries as queries  # noqa: PLC0414 -- a fixture
from tests.people import grantee
from tests.route import say_all
from tests.talks import make_full_talk

if TYPE_CHECKING:
    from tests.people import Actor, Cast

QUERIES = 15
DREAM = "Ik word kok in mijn eigen zaak"


def say(owner: Actor, part: str, question: str, words: str) -> str:
    """Let an owner have said something to a question of the plan."""
    with owner.app.app_context():
        begin(db.session, writing=True)
        row = keep_answer(
            db.session,
            select(Answer).where(Answer.portfolio_id == owner.map_id),
            owner.map_id,
            factories.keys_for(owner.map_id),
            part=part,
            question=question,
            texts=(Words(words, "nl"),),
        )
        db.session.commit()
        return row.id


def give(owner: Actor, member: Actor, part: str) -> None:
    """Let an owner share one part of the plan."""
    with owner.app.app_context():
        begin(db.session, writing=True)
        factories.share(owner.map_id, member.seat_id, grantee(member.key), part=part)
        db.session.commit()


def test_a_part_is_chosen_by_name_and_none_is_ticked(amina: Actor, carla: Actor) -> None:
    page = meet(amina, carla)
    assert "Waar ik naartoe wil" in page.text
    assert not [node for node in page.tree.walk("input") if "checked" in node.attrs]
    page.choose("Waar ik naartoe wil").submit("Verder")
    answer(page)
    page.follow("Verder")
    assert "Waar ik naartoe wil" in page.text
    page.submit("Ja, deel dit")
    assert [row.part for row in living(amina, carla)] == ["direction"]
    assert "Waar ik naartoe wil" in page.text


@pytest.mark.parametrize("part", ["barriers", "wellbeing"])
def test_a_part_that_may_tell_of_health_asks_a_second_yes(
    amina: Actor, carla: Actor, part: str
) -> None:
    page = meet(amina, carla)
    draft = page.path.removesuffix("/wat")
    page.choose(part).submit("Verder")
    assert page.path == f"{draft}/zeker/{part}"
    assert amina.page.post(f"{draft}/klopt", {"once": "k"}).status_code == 303
    assert living(amina, carla) == []
    page.submit("Nee, dit deel ik niet")
    assert page.path == f"{draft}/wat"


def test_a_school_is_never_offered_a_plan(amina: Actor, dirk: Actor) -> None:
    before = len(living(amina, dirk))
    page = meet(amina, dirk)
    assert "Waar ik naartoe wil" not in page.text
    typed = {"plan_lijst": "direction", "once": "k"}
    assert amina.page.post(page.path, typed).status_code == 422
    assert len(living(amina, dirk)) == before


def test_a_part_that_does_not_exist_cannot_be_shared(amina: Actor, carla: Actor) -> None:
    page = meet(amina, carla)
    for made_up in ("goals", "goals:alles", "direction:taal", "map"):
        typed = {"plan_lijst": made_up, "once": made_up}
        assert amina.page.post(page.path, typed).status_code == 422
    assert living(amina, carla) == []


def test_goals_of_health_and_family_are_sensitive_and_others_are_not() -> None:
    parts = ("goals:gezondheid", "goals:gezin", "barriers", "wellbeing")
    assert all(is_sensitive(part) for part in parts)
    assert not any(is_sensitive(part) for part in ("goals:taal", "direction", "route", "talks"))


def test_the_page_of_a_plan_is_there_only_for_who_holds_a_part(
    amina: Actor, bas: Actor, carla: Actor, dirk: Actor
) -> None:
    path = f"/mensen/{amina.map_id}/plan"
    bas.page.visit(path, 404)
    assert "Plan van" not in bas.page.visit(f"/mensen/{amina.map_id}").text
    give(amina, bas, "route")
    bas.page.visit(f"/mensen/{amina.map_id}").follow("Plan van")
    assert bas.page.path == path
    for other in (carla, dirk, amina):
        other.page.visit(path, 404)
    amina.page.post(f"/delen/wie/{bas.seat_id}/stop", {})
    bas.page.visit(path, 404)


def test_a_reading_of_the_plan_is_noted(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    bas.page.visit(f"/mensen/{amina.map_id}/plan")
    with amina.app.app_context():
        assert [row.about for row in db.session.scalars(select(AccessLog)).all()] == ["plan"]
    assert "Wat je deelt uit je plan" in amina.page.visit("/wie-heeft-gekeken").text


def test_one_part_brings_no_other_along(amina: Actor, bas: Actor, cast: Cast) -> None:
    say(amina, "direction", "horizon", DREAM)
    give(amina, bas, "route")
    assert DREAM not in bas.page.visit(f"/mensen/{amina.map_id}/plan").html
    # A leefgebied that is shared as a whole brings no part of the plan along.
    assert cast.canaries["work"] in bas.page.visit(f"/mensen/{amina.map_id}/werk").text
    assert DREAM not in bas.page.html


def test_a_whole_plan_asks_no_more_than_it_may(
    amina: Actor, bas: Actor, queries: list[str]
) -> None:
    """Every part shared and filled: the page of a plan stays within the questions of a page."""
    with amina.app.app_context():
        begin(db.session, writing=True)
        for part in EVERY_PART:
            factories.share(amina.map_id, bas.seat_id, grantee("bas"), part=part)
        for leefgebied in ("taal", "werk", "gezin"):
            for number in range(5):
                _goal, step = factories.goal(amina.map_id, leefgebied, f"Doel {number}", ["Stap"])
        row = db.session.get_one(GoalStep, step)
        link_entries(db.session, row, select(Entry).where(Entry.portfolio_id == amina.map_id))
        say_all(amina)
        make_full_talk(amina.map_id, bas.seat_id, agreed=True)
        db.session.commit()
    say(amina, "direction", "horizon", DREAM)
    page = bas.page
    page.get("/hulp")
    queries.clear()
    assert DREAM in page.visit(f"/mensen/{amina.map_id}/plan").text
    # Holding the consents is a question on PostgreSQL, and part of BEGIN on SQLite.
    begun = [each for each in queries if each.startswith(("BEGIN", "PRAGMA"))]
    begun += [each for each in queries if each.rstrip().endswith("FOR SHARE")]
    asked = [each for each in queries if each not in begun]
    assert len(asked) <= QUERIES, "\n".join([str(len(asked)), *(each[:70] for each in asked)])
