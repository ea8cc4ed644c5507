"""Long lists of a plan, one leaf at a time: all is found, nothing hidden, and it is quick."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update

from portfolio.extensions import db
from portfolio.keyring import open_text
from portfolio.models import Goal, Membership, PlanVersion, PlanVersionPart, Talk
from portfolio.models.base import begin
from portfolio.models.leaf import LEAF
from portfolio.models.parts import goals_of
from portfolio.models.version import key_of
from portfolio.planned import GOALS_SHOWN, TALKS_SHOWN
from portfolio.verify import verify
from tests import factories
from tests.pages.test_portfolio import queries as queries  # noqa: PLC0414 -- a fixture
from tests.people import grantee
from tests.plans import Age, Plan, Writer

if TYPE_CHECKING:
    from tests.people import Actor, Cast

# More of everything than stands on two leaves.
OLD = Age(goals=26, talks=18, versions=17, days=900, looks=6, on_the_way=10)
GOAL, TALK = (
    re.compile(r'href="/plan/doelen/([\w-]{20,})"'),
    re.compile(r'/gesprekken/([\w-]{20,})"'),
)
VERSION = re.compile(r'/versies/([\w-]{20,})"')


@pytest.fixture
def old(cast: Cast, amina: Actor) -> Plan:
    """Give Amina a plan of some years with Bas."""
    with amina.app.app_context():
        owner = amina.viewer()
        begin(db.session, writing=True)
        seat = db.session.get_one(Membership, cast.facts.seats["bas"])
        made = Writer(owner, seat, grantee("bas"), OLD).write()
        db.session.commit()
    return made


def leaves(actor: Actor, path: str, name: str, what: re.Pattern[str]) -> list[list[str]]:
    """Turn the leaves from the first to the last; give what is named on each."""
    found: list[list[str]] = []
    page = actor.page.visit(path)
    while True:
        found.append(list(dict.fromkeys(what.findall(page.html))))
        if f"{path}?{name}={len(found) + 1}" not in page.html:
            return found
        page = actor.page.visit(f"{path}?{name}={len(found) + 1}")


def all_ids(amina: Actor, model: type[Goal | Talk | PlanVersion]) -> set[str]:
    with amina.app.app_context():
        chosen = select(model.id).where(model.portfolio_id == amina.map_id)
        return set(db.session.scalars(chosen))


def test_every_goal_talk_and_version_stands_on_one_leaf(
    old: Plan, amina: Actor, bas: Actor
) -> None:
    there = f"/mensen/{old.map_id}"
    for actor, path, name, what, model, size in (
        (amina, "/plan/doelen", "doelen", GOAL, Goal, LEAF),
        (amina, "/gesprekken", "gesprekken", TALK, Talk, LEAF),
        (amina, "/plan/versies", "versies", VERSION, PlanVersion, LEAF),
        (bas, f"{there}/plan", "gesprekken", TALK, Talk, TALKS_SHOWN),
        (bas, f"{there}/versies", "versies", VERSION, PlanVersion, LEAF),
    ):
        found = leaves(actor, path, name, what)
        listed = [each for leaf in found for each in leaf]
        assert len(listed) == len(set(listed)), path
        assert set(listed) == all_ids(amina, model), path
        assert all(len(leaf) == size for leaf in found[:-1]), path
    # Those on the way come first, and those that were reached have a heading of their own.
    assert "Gehaald" not in amina.page.visit("/plan/doelen").text
    page = amina.page.visit("/plan/doelen?doelen=2")
    assert "Gehaald" in page.text
    assert "Verder in de lijst" in page.text
    assert "Terug in de lijst" in page.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "1e3", "99999999999999999999", "1001"])
def test_a_wrong_number_is_the_first_leaf(amina: Actor, number: str) -> None:
    for path in ("/plan/doelen", "/gesprekken", "/plan/versies"):
        name = path.rpartition("/")[2]
        first, other = amina.page.get(path), amina.page.get(f"{path}?{name}={number}")
        assert other.status_code == 200
        assert "Terug in de lijst" not in other.text
        assert len(other.text) == len(first.text)


def test_past_the_end_there_is_a_way_back(old: Plan, amina: Actor, bas: Actor) -> None:
    for actor, path in (
        (amina, "/plan/doelen?doelen=90"),
        (amina, "/gesprekken?gesprekken=90"),
        (amina, "/plan/versies?versies=90"),
        (bas, f"/mensen/{old.map_id}/plan?doelen=90&gesprekken=90"),
        (bas, f"/mensen/{old.map_id}/versies?versies=90"),
    ):
        page = actor.page.visit(path)
        assert "Terug in de lijst" in page.text
        assert "Je hebt nog geen" not in page.text
        assert "Er is nog geen versie" not in page.text


def test_what_is_hidden_is_on_no_leaf_and_takes_no_place(
    old: Plan, amina: Actor, bas: Actor
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        who = grantee("bas")
        for place in ("taal", "werk"):
            part = goals_of(place)
            factories.share(old.map_id, bas.seat_id, who, part=part, refuse=True)
        hidden = Goal.leefgebied.in_(("taal", "werk"))
        mine = select(Goal).where(Goal.portfolio_id == old.map_id)
        shown = len(db.session.scalars(mine.where(~hidden, Goal.made_at.is_not(None))).all())
        db.session.commit()
    counted: list[str] = []
    for number in range(1, 9):
        page = bas.page.visit(f"/mensen/{old.map_id}/plan?doelen={number}")
        articles = list(page.tree.walk("article"))
        of_them = [str(node.get("class")) for node in articles]
        assert not any("hue-taal" in each or "hue-werk" in each for each in of_them)
        assert len(articles) == min(GOALS_SHOWN, shown - len(counted))
        counted += [node.text for node in articles]
        if len(counted) == shown:
            break
    assert len(set(counted)) == shown


def test_a_version_keeps_all_goals_whatever_leaf_is_looked_at(old: Plan, amina: Actor) -> None:
    with amina.app.app_context():
        keys = factories.keys_for(old.map_id)
        chosen = select(PlanVersionPart).where(PlanVersionPart.version_id == old.version_id)
        goals = set()
        for each in db.session.scalars(chosen):
            if each.part.startswith("goals:"):
                key = key_of(keys, each.part)
                said = open_text(key, "plan_version_part", each.id, "said", each.said)
                goals |= {line.partition("/")[0] for line in json.loads(said)}
        made = select(Goal.id).where(Goal.portfolio_id == old.map_id, Goal.made_at.is_not(None))
        there = set(db.session.scalars(made))
    assert len(goals) == OLD.goals
    assert goals <= there


@pytest.mark.usefixtures("old")
def test_a_changed_version_is_seen_where_it_is_shown(amina: Actor) -> None:
    warning = "Er is iets veranderd in een versie"
    with amina.app.app_context():
        rows = db.session.scalars(select(PlanVersion).order_by(PlanVersion.number)).all()
        first, last = rows[0].id, rows[-1].id
    for path in ("/plan/versies", f"/plan/versies/{first}", f"/plan/versies/{last}"):
        assert warning not in amina.page.visit(path).text
    with amina.app.app_context():
        begin(db.session, writing=True)
        later = PlanVersion.owner_yes_at
        changed = update(PlanVersion).where(PlanVersion.id == first)
        db.session.execute(changed.values(other_yes_at=later))
        db.session.commit()
    assert warning in amina.page.visit(f"/plan/versies/{first}").text
    assert warning not in amina.page.visit(f"/plan/versies/{last}").text
    with amina.app.app_context():
        begin(db.session, writing=True)
        for model, column in (
            (PlanVersionPart, PlanVersionPart.version_id),
            (PlanVersion, PlanVersion.id),
        ):
            db.session.execute(delete(model).where(column == last))
        db.session.commit()
    assert warning in amina.page.visit("/plan/versies").text
    assert verify(amina.app)[1]


def test_the_pages_of_an_old_plan_ask_few_questions(
    old: Plan, amina: Actor, bas: Actor, queries: list[str]
) -> None:
    theirs, talk = f"/mensen/{old.map_id}", f"/gesprekken/{old.talk_id}"
    for actor, path in (
        *((amina, path) for path in ("/plan", "/plan/doelen", "/gesprekken", talk)),
        *((amina, path) for path in ("/plan/versies", f"/plan/versies/{old.version_id}")),
        *((bas, theirs + path) for path in ("/plan", talk, "/versies")),
    ):
        actor.page.get(path)
        queries.clear()
        assert actor.page.get(path).status_code == 200
        asked = [sent for sent in queries if sent.startswith(("SELECT", "WITH"))]
        assert len(asked) <= 15, (path, asked)
