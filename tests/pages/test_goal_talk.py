"""Goals at the table: what is said about one, and an agreement that becomes its step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.extensions import db, keyring
from portfolio.models import Agreement, Comment, Goal, GoalStep, Person
from portfolio.models.agreement import said_of
from portfolio.models.base import begin
from portfolio.models.organisation import join
from tests import factories, talks
from tests.models.test_chains import trouble_in
from tests.pages.test_talk import make, of_bas, share
from tests.pages.test_version import stop
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Cast

GOALS = "goals:werk"


@pytest.fixture
def shared(cast: Cast) -> Cast:
    """Let Amina share talks and the goals of Werk with Bas, and let him write there."""
    share(cast, "bas", "talks")
    share(cast, "bas", GOALS)
    return cast


def goal_of(cast: Cast, leefgebied: str = "werk", what: str = "Kanariedoel") -> str:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        made = factories.goal(cast.amina.map_id, leefgebied, what, ["Een stap"])[0]
        db.session.commit()
    return made


def theirs(cast: Cast, goal: str) -> str:
    return f"/mensen/{cast.amina.map_id}/doel/{goal}"


def test_a_goal_is_talked_about_and_the_talk_shows_what_was_said(shared: Cast) -> None:
    goal, talk = goal_of(shared), make(shared)
    before = make(shared, when=talks.A_WEEK_AGO)
    page = shared.bas.page.visit(of_bas(shared, talk)).follow("Kanariedoel")
    assert "0 van 1 stappen" in page.visit(of_bas(shared, talk)).text
    page = page.follow("Kanariedoel")
    assert page.path == theirs(shared, goal)
    page = page.fill("text", "Kanariewoord van Bas").submit("Stuur")
    assert "Kanariewoord van Bas" in page.text
    mine = shared.amina.page.visit(f"/plan/doelen/{goal}")
    assert "Kanariewoord van Bas" in mine.text
    mine = mine.fill("text", "Antwoord van Amina").submit("Stuur")
    assert mine.path == f"/plan/doelen/{goal}"
    for page in (
        shared.amina.page.visit(f"/gesprekken/{talk}"),
        shared.bas.page.visit(of_bas(shared, talk)),
    ):
        assert "Kanariewoord van Bas" in page.text
        assert "Antwoord van Amina" in page.text
        assert "Over een doel in Werk" in page.text
    # It stands with the goal and with no leefgebied.
    assert "Kanariewoord" not in shared.amina.page.visit("/map/werk").text
    # The talk of a week ago looks back as well, on all that is there.
    assert "Kanariewoord" in shared.bas.page.visit(of_bas(shared, before)).text


def test_only_whoever_sees_a_goal_may_say_something_about_it(shared: Cast) -> None:
    goal, hidden = goal_of(shared), goal_of(shared, "taal", "Kanarie in taal")
    form = {"text": "Kanariezin", "once": "a"}
    for each in (goal, hidden):
        assert shared.carla.page.post(theirs(shared, each) + "/reactie", form).status_code == 404
        assert shared.dirk.page.post(theirs(shared, each) + "/reactie", form).status_code == 404
        assert shared.farid.page.post(theirs(shared, each) + "/reactie", form).status_code == 404
    shared.bas.page.visit(theirs(shared, hidden), status=404)
    answer = shared.bas.page.post(theirs(shared, hidden) + "/reactie", form)
    assert answer.status_code == 404
    assert "Kanariezin" in answer.text
    shared.bas.page.post(theirs(shared, goal) + "/reactie", form)
    shared.bas.page.post(theirs(shared, goal) + "/reactie", form)
    stop(shared.amina, GOALS)
    shared.bas.page.visit(theirs(shared, goal), status=404)
    assert shared.bas.page.post(theirs(shared, goal) + "/reactie", form).status_code == 404
    with shared.amina.app.app_context():
        chosen = select(Comment).where(Comment.goal_id.is_not(None))
        row = db.session.scalars(chosen).one()
    taken = shared.bas.page.post(f"/mensen/reactie/{row.id}/weghalen", {"once": "b"})
    assert taken.status_code == 404


def test_to_look_only_is_not_to_write(cast: Cast) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        seat, who = cast.facts.seats["bas"], talks.BAS
        factories.share(cast.amina.map_id, seat, who, part=GOALS, may_comment=False)
        db.session.commit()
    goal = goal_of(cast)
    assert "Stuur" not in cast.bas.page.visit(theirs(cast, goal)).text
    form = {"text": "Kanariezin", "once": "a"}
    assert cast.bas.page.post(theirs(cast, goal) + "/reactie", form).status_code == 404


def test_a_goal_that_goes_takes_what_was_said_along(shared: Cast) -> None:
    goal = goal_of(shared)
    shared.bas.page.post(theirs(shared, goal) + "/reactie", {"text": "Kanariezin", "once": "a"})
    with shared.amina.app.app_context():
        # The chain vouches for what it was said about.
        db.session.execute(update(Comment).where(Comment.goal_id == goal).values(goal_id=None))
        assert trouble_in(db.session, "comment_head", shared.amina.map_id)
        db.session.rollback()
    shared.amina.page.visit(f"/plan/doelen/{goal}/weghalen").submit("Haal dit doel weg")
    with shared.amina.app.app_context():
        assert db.session.get(Goal, goal) is None
        chosen = select(Comment).where(Comment.goal_id.is_not(None))
        assert db.session.scalars(chosen).all() == []
        assert trouble_in(db.session, "comment_head", shared.amina.map_id) == []


def agree_on(cast: Cast, talk: str, goal: str, who: str = "owner") -> None:
    """Let Bas write an agreement for a goal, and Amina a summary."""
    page = cast.bas.page.visit(of_bas(cast, talk))
    page.fill("what", "Kanarieafspraak").choose(who).fill("goal", goal)
    page.fill("due_on", "2031-05-06").submit("Zet deze afspraak erbij")
    page = cast.amina.page.visit(f"/gesprekken/{talk}").follow("Schrijf het verslag")
    page.fill("text", "We spraken over werk").submit("Bewaar")


@pytest.mark.parametrize("last", ["amina", "bas"])
def test_what_both_agree_on_becomes_a_step_of_its_goal(shared: Cast, last: str) -> None:
    goal, talk = goal_of(shared), make(shared, when=talks.A_WEEK_AGO)
    agree_on(shared, talk, goal)
    sides = {"amina": f"/gesprekken/{talk}", "bas": of_bas(shared, talk)}
    first = next(each for each in sides if each != last)
    getattr(shared, first).page.visit(sides[first]).submit("Ja, dit klopt")
    assert "Kanarieafspraak" not in shared.amina.page.visit(f"/plan/doelen/{goal}").text
    if last == "bas":
        # Amina said yes to it: that the goals are not shared any more changes nothing.
        stop(shared.amina, GOALS)
    getattr(shared, last).page.visit(sides[last]).submit("Ja, dit klopt")
    getattr(shared, last).page.post(f"{sides[last]}/verslag/ja", {"once": "x", "version": "9"})
    page = shared.amina.page.visit(f"/plan/doelen/{goal}")
    assert page.text.count("Kanarieafspraak") == 1
    with shared.amina.app.app_context():
        agreement = db.session.scalars(select(Agreement)).one()
        step = db.session.scalars(select(GoalStep).where(GoalStep.agreement_id.is_not(None))).one()
    assert step.agreement_id == agreement.id
    assert step.by_day == agreement.due_on
    assert "Dit heb je afgesproken in een gesprek." in page.text
    # Said to be done in the talk, it is done in the plan; and the other way round.
    shared.bas.page.visit(sides["bas"]).submit("Dit is klaar")
    page = shared.amina.page.visit(f"/plan/doelen/{goal}")
    page.submit("Klaar. Toch niet?")
    assert "Toch nog niet klaar" not in shared.bas.page.visit(sides["bas"]).text
    page = shared.amina.page.visit(f"/plan/doelen/{goal}")
    page.post(f"/plan/doelen/stap/{step.id}/klaar", {"klaar": "ja"})
    assert "Toch nog niet klaar" in shared.bas.page.visit(sides["bas"]).text


def test_what_the_other_does_bears_their_name(shared: Cast) -> None:
    goal, talk = goal_of(shared), make(shared, when=talks.A_WEEK_AGO)
    agree_on(shared, talk, goal, who="coach")
    shared.amina.page.visit(f"/gesprekken/{talk}").submit("Ja, dit klopt")
    shared.bas.page.visit(of_bas(shared, talk)).submit("Ja, dit klopt")
    page = shared.amina.page.visit(f"/plan/doelen/{goal}")
    assert f"{talks.BAS.name}: Kanarieafspraak" in page.text


def test_only_what_both_see_lies_on_the_table(shared: Cast) -> None:
    shown = goal_of(shared)
    hidden, talk = goal_of(shared, "taal", "Kanarie in taal"), make(shared, when=talks.A_WEEK_AGO)
    sides = {"amina": f"/gesprekken/{talk}", "bas": of_bas(shared, talk)}
    for who, path in sides.items():
        page = getattr(shared, who).page.visit(path)
        assert shown in page.html, who
        assert hidden not in page.html, who
        assert "Kanarie in taal" not in page.text, who
        # Her private thing in Werk stands on no screen that is shown across the desk.
        assert "kanarie1zwxworkprivate" not in page.text, who
        # Nor can it be named in an agreement, from either side.
        deed = {"what": f"Slim van {who}", "who": "owner", "lang": "nl", "once": who}
        answer = page.post(f"{path}/afspraken", {**deed, "goal": hidden})
        assert answer.status_code == 303
    with shared.amina.app.app_context():
        keys = factories.keys_for(shared.amina.map_id)
        rows = db.session.scalars(select(Agreement)).all()
        assert [said_of(row, keys).goal_id for row in rows] == ["", ""]


def test_a_goal_stays_named_when_it_is_not_shared_any_more(shared: Cast) -> None:
    goal, talk = goal_of(shared), make(shared, when=talks.A_WEEK_AGO)
    agree_on(shared, talk, goal)
    stop(shared.amina, GOALS)
    page = shared.bas.page.visit(of_bas(shared, talk))
    assert goal not in page.html
    page.follow("Verander").fill("what", "Andere woorden").submit("Bewaar")
    with shared.amina.app.app_context():
        row = db.session.scalars(select(Agreement)).one()
        assert said_of(row, factories.keys_for(shared.amina.map_id)).goal_id == goal


def test_what_is_done_before_both_agree_is_a_step_that_is_done(shared: Cast) -> None:
    goal, talk = goal_of(shared), make(shared, when=talks.A_WEEK_AGO)
    agree_on(shared, talk, goal)
    shared.bas.page.visit(of_bas(shared, talk)).submit("Dit is klaar")
    shared.amina.page.visit(f"/gesprekken/{talk}").submit("Ja, dit klopt")
    shared.bas.page.visit(of_bas(shared, talk)).submit("Ja, dit klopt")
    with shared.amina.app.app_context():
        agreement = db.session.scalars(select(Agreement)).one()
        step = db.session.scalars(select(GoalStep).where(GoalStep.agreement_id.is_not(None))).one()
    assert step.done_at == agreement.done_at is not None


def test_what_another_seat_of_the_same_person_sees_is_not_on_the_table(shared: Cast) -> None:
    """Bas works at two organisations; the goals of Taal are shared with the other one alone."""
    talk, goal = make(shared, when=talks.A_WEEK_AGO), goal_of(shared, "taal", "Kanarie in taal")
    with shared.amina.app.app_context():
        begin(db.session, writing=True)
        person = db.session.get_one(Person, shared.facts.people["bas"])
        at = shared.facts.organisations["linde"]
        other = join(db.session, keyring(), person, at, "coach").id
        factories.share(shared.amina.map_id, other, grantee("bas"), part="goals:taal")
        db.session.commit()
    assert "Kanarie in taal" in shared.bas.page.visit(theirs(shared, goal)).text
    deed = {"what": "Slim", "who": "owner", "lang": "nl", "goal": goal}
    assert shared.bas.page.post(of_bas(shared, talk, "/afspraken"), deed).status_code == 303
    with shared.amina.app.app_context():
        row = db.session.scalars(select(Agreement)).one()
        assert said_of(row, factories.keys_for(shared.amina.map_id)).goal_id == ""
