"""Goals, talks and comments that two change at once: none waits for ever, nothing is a 500."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db, keyring
from portfolio.models import Comment, Goal, GoalStep, Talk
from portfolio.models.base import begin
from portfolio.models.chain import hold
from portfolio.models.goal import hold_goal, remove_goal, remove_step
from tests import talks
from tests.models.test_chains import trouble_in
from tests.pages.test_goal_talk import agree_on, goal_of, theirs
from tests.pages.test_talk import make, of_bas, share

if TYPE_CHECKING:
    from tests.people import Cast


@pytest.fixture
def shared(cast: Cast) -> Cast:
    """Let Amina share talks and the goals of Werk with Bas, and let him write there."""
    share(cast, "bas", "talks")
    share(cast, "bas", "goals:werk")
    return cast


# Long enough for a request to come as far as it can.
A_WHILE = 1.0


@pytest.mark.parametrize("what", ["steps", "agreement", "yes", "evidence"])
def test_nothing_that_is_added_waits_for_a_map_with_its_own_row_held(
    shared: Cast, what: str
) -> None:
    """Whoever holds the map goes on to its goals and talks, as a comment and a hand-over do."""
    goal, talk = goal_of(shared), make(shared, when=talks.A_WEEK_AGO)
    agree_on(shared, talk, goal)
    shared.bas.page.visit(of_bas(shared, talk)).submit("Ja, dit klopt")
    with shared.amina.app.app_context():
        step = db.session.scalars(select(GoalStep.id)).one()
        now = str(db.session.get_one(Talk, talk).summary_version)
    path, form = {
        "steps": (f"/plan/doelen/{goal}/steps", {"stap_0": "Nog een", "lang": "nl"}),
        "agreement": (f"/gesprekken/{talk}/afspraken", {"what": "x", "who": "owner", "lang": "nl"}),
        "yes": (f"/gesprekken/{talk}/verslag/ja", {"version": now, "lang": "nl"}),
        "evidence": (
            f"/plan/doelen/stap/{step}/bewijs",
            {"stukken_lijst": shared.entries["work"]},
        ),
    }[what]
    amina = shared.amina
    amina.page.visit("/plan")
    with ThreadPoolExecutor(1) as pool, amina.app.app_context():
        begin(db.session, writing=True)
        hold(db.session, amina.map_id)
        posted = pool.submit(amina.page.post, path, form)
        time.sleep(A_WHILE)
        for table, row_id in ((Goal, goal), (Talk, talk)):
            held = select(table.id).where(table.id == row_id).with_for_update(nowait=True)
            assert db.session.scalars(held).one() == row_id
        db.session.rollback()
        assert posted.result().status_code == 303


@pytest.mark.parametrize("who", ["amina", "bas"])
def test_a_step_that_goes_while_it_is_ticked_breaks_nothing(shared: Cast, who: str) -> None:
    goal, talk = goal_of(shared), make(shared, when=talks.A_WEEK_AGO)
    agree_on(shared, talk, goal)
    shared.amina.page.visit(f"/gesprekken/{talk}").submit("Ja, dit klopt")
    shared.bas.page.visit(of_bas(shared, talk)).submit("Ja, dit klopt")
    with shared.amina.app.app_context():
        mine = select(GoalStep).where(GoalStep.agreement_id.is_not(None))
        step = db.session.scalars(mine).one()
        step_id, agreement_id = step.id, str(step.agreement_id)
    paths = {
        "amina": f"/plan/doelen/stap/{step_id}/klaar",
        "bas": of_bas(shared, talk, f"/afspraken/{agreement_id}/klaar"),
    }
    with ThreadPoolExecutor(1) as pool, shared.amina.app.app_context():
        begin(db.session, writing=True)
        assert hold_goal(db.session, db.session.get_one(Goal, goal))
        posted = pool.submit(getattr(shared, who).page.post, paths[who], {"klaar": "ja"})
        time.sleep(A_WHILE)
        remove_step(db.session, db.session.get_one(GoalStep, step_id))
        db.session.commit()
        assert posted.result().status_code == {"amina": 404, "bas": 303}[who]


def test_two_talks_about_the_same_goals_hold_them_in_one_order(shared: Cast) -> None:
    goals = sorted([goal_of(shared), goal_of(shared, what="Nog een")])
    talk = make(shared, when=talks.A_WEEK_AGO)
    deed = {"what": "Eerst dit", "who": "owner", "lang": "nl", "goal": goals[1]}
    shared.bas.page.post(of_bas(shared, talk, "/afspraken"), deed)
    agree_on(shared, talk, goals[0])
    shared.bas.page.visit(of_bas(shared, talk)).submit("Ja, dit klopt")
    page = shared.amina.page.visit(f"/gesprekken/{talk}")
    with ThreadPoolExecutor(1) as pool, shared.amina.app.app_context():
        begin(db.session, writing=True)
        assert hold_goal(db.session, db.session.get_one(Goal, goals[0]))
        posted = pool.submit(page.submit, "Ja, dit klopt")
        time.sleep(A_WHILE)
        held = select(Goal.id).where(Goal.id == goals[1]).with_for_update(nowait=True)
        assert db.session.scalars(held).one() == goals[1]
        db.session.rollback()
        posted.result()
    with shared.amina.app.app_context():
        mine = select(GoalStep).where(GoalStep.agreement_id.is_not(None))
        assert len(db.session.scalars(mine).all()) == len(goals)


@pytest.mark.parametrize("deed", ["antwoord", "verbergen", "weghalen", "mensen"])
def test_what_is_done_with_a_comment_of_a_goal_that_goes_is_not_found(
    shared: Cast, deed: str
) -> None:
    goal = goal_of(shared)
    shared.bas.page.post(theirs(shared, goal) + "/reactie", {"text": "Kanarie"})
    with shared.amina.app.app_context():
        which = select(Comment.id).where(Comment.goal_id == goal)
        comment = db.session.scalars(which).one()
    if deed == "weghalen":
        shared.amina.page.post(f"/reactie/{comment}/antwoord", {"text": "Ja", "lang": "nl"})
        with shared.amina.app.app_context():
            comment = db.session.scalars(which.where(Comment.reply_to.is_not(None))).one()
    path = f"/reactie/{comment}/{deed}"
    page = (shared.bas if deed == "mensen" else shared.amina).page.visit("/")
    if deed == "mensen":
        path = f"/mensen/reactie/{comment}/weghalen"
    form = {"text": "Nog een", "lang": "nl", "verberg": "ja"}
    with ThreadPoolExecutor(1) as pool, shared.amina.app.app_context():
        begin(db.session, writing=True)
        hold(db.session, shared.amina.map_id)
        remove_goal(db.session, keyring(), db.session.get_one(Goal, goal))
        posted = pool.submit(page.post, path, form)
        time.sleep(A_WHILE)
        db.session.commit()
        assert posted.result().status_code == 404
        assert trouble_in(db.session, "comment_head", shared.amina.map_id) == []
