"""Goals: asked one thing per screen, taken over with a tap, shown only where they are shared."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.data.plan import GOAL_EXAMPLES
from portfolio.extensions import db
from portfolio.keyring import open_text
from portfolio.models import Consent, Entry, Goal, GoalStep, StepEvidence
from portfolio.models.base import begin
from portfolio.models.consent import AMSTERDAM, withdraw
from portfolio.models.content import put_back, take_away
from portfolio.models.goal import MOST_STEPS, link_entries
from tests import factories
from tests.browser import Page
from tests.pages.sharing import meet
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Actor, Cast

WISH, STEP = "Ik wil koken voor anderen", "Ik zoek een kok die ik ken"


def made(owner: Actor, leefgebied: str = "werk", *steps: str) -> tuple[str, str]:
    """Let an owner have a goal; gives its id and that of its last step."""
    with owner.app.app_context():
        begin(db.session, writing=True)
        found = factories.goal(owner.map_id, leefgebied, WISH, steps or (STEP,))
        db.session.commit()
        return found


def give(owner: Actor, member: Actor, part: str) -> None:
    with owner.app.app_context():
        begin(db.session, writing=True)
        factories.share(owner.map_id, member.seat_id, grantee(member.key), part=part)
        db.session.commit()


def rows(owner: Actor) -> list[Goal]:
    with owner.app.app_context():
        chosen = select(Goal).where(Goal.portfolio_id == owner.map_id).order_by(Goal.created_at)
        found = list(db.session.scalars(chosen))
        db.session.expunge_all()
        return found


def test_a_goal_is_made_one_question_at_a_time(amina: Actor) -> None:
    page = amina.page.visit("/plan").follow("Mijn doelen").follow("Een nieuw doel")
    page.choose("Werk").submit("Verder")
    page.fill("Wat wil je bereiken?", WISH).submit("Verder")
    assert WISH in page.visit("/plan/doelen").text
    assert "Nog niet af" in page.text
    [row] = rows(amina)
    page.visit(f"/plan/doelen/{row.id}/why").fill("Waarom wil jij dit?", "Ik kook graag")
    page.submit("Verder")
    assert page.path.endswith("/done_when")
    page.follow("Sla over").follow("Sla over")
    day = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    page.fill("Wanneer wil je dit bereiken?", day).submit("Verder")
    page.fill("Eerste stap", STEP).fill("Derde stap", "Ik maak soep").submit("Bewaar")
    assert page.path == f"/plan/doelen/{row.id}"
    for said in (WISH, "Ik kook graag", STEP, "Ik maak soep"):
        assert said in page.text
    [row] = rows(amina)
    assert row.made_at is not None
    assert str(row.by_day) == day


def test_a_ready_goal_is_taken_over_with_one_tap_and_once(amina: Actor) -> None:
    page = amina.page.visit("/plan/doelen")
    ready = GOAL_EXAMPLES[next(iter(GOAL_EXAMPLES))]
    sent = {"once": "een-keer"}
    for _ in range(2):
        assert page.post(f"/plan/doelen/voorbeeld/{ready.key}", sent).status_code == 303
    [row] = rows(amina)
    page.visit(f"/plan/doelen/{row.id}")
    assert ready.what in page.text
    assert all(step in page.text for step in ready.steps)
    assert row.by_day == datetime.now(AMSTERDAM).date() + timedelta(weeks=ready.weeks)
    assert page.post("/plan/doelen/voorbeeld/bestaat-niet", sent).status_code == 404


def test_a_day_that_is_over_is_refused_and_what_was_there_stays(amina: Actor) -> None:
    goal_id, _step = made(amina)
    page = amina.page.visit(f"/plan/doelen/{goal_id}/when")
    page.fill("Wanneer wil je dit bereiken?", "2001-01-01").submit("Bewaar", 422)
    assert "Deze dag is al voorbij" in page.text
    assert "2001-01-01" in page.html
    assert rows(amina)[0].by_day is None


def test_a_text_that_is_too_long_comes_back_whole(amina: Actor) -> None:
    goal_id, _step = made(amina)
    long = "soep " * 400
    page = amina.page.visit(f"/plan/doelen/{goal_id}/why").fill("Waarom wil jij dit?", long)
    page.submit("Bewaar", 422)
    assert long.strip() in page.html


def test_a_step_that_is_too_long_is_said_in_dutch_and_kept(amina: Actor) -> None:
    goal_id, _step = made(amina)
    sent = {"stap_0": "x" * 201, "lang": "nl", "once": "k"}
    answered = amina.page.post(f"/plan/doelen/{goal_id}/steps", sent)
    assert answered.status_code == 422
    assert "Dit is te lang. Schrijf iets korters." in answered.text
    assert sent["stap_0"] in answered.text


def test_a_second_language_stands_beside_the_first(amina: Actor, bas: Actor) -> None:
    goal_id, _step = made(amina)
    sent = {"text": "أريد أن أطبخ", "lang": "ar", "once": "k"}
    assert amina.page.post(f"/plan/doelen/{goal_id}/what", sent).status_code == 303
    give(amina, bas, "goals:werk")
    # Who coaches reads Dutch where it exists.
    assert WISH in bas.page.visit(f"/mensen/{amina.map_id}/plan").text
    emptied = {"text": "", "lang": "nl", "once": "k2"}
    assert amina.page.post(f"/plan/doelen/{goal_id}/what", emptied).status_code == 303
    assert "أريد أن أطبخ" in bas.page.visit(f"/mensen/{amina.map_id}/plan").text


def test_steps_are_ticked_added_and_taken_away(amina: Actor) -> None:
    goal_id, step_id = made(amina)
    page = amina.page.visit(f"/plan/doelen/{goal_id}").submit("Dit is klaar")
    assert "Klaar. Toch niet?" in page.text
    page.submit("Klaar. Toch niet?")
    assert "Dit is klaar" in page.text
    for number in range(5):
        sent = {f"stap_{each}": f"Stap {number}{each}" for each in range(5)} | {"lang": "nl"}
        sent |= {"once": f"k{number}"}
        # With eleven there is no room; what does not fit is never left out in silence.
        answer = page.post(f"/plan/doelen/{goal_id}/steps", sent).status_code
        assert answer == (303 if number < 2 else 422)
    with amina.app.app_context():
        steps = db.session.scalars(select(GoalStep).where(GoalStep.goal_id == goal_id)).all()
        assert len(steps) == 11 <= MOST_STEPS
    assert page.post(f"/plan/doelen/stap/{step_id}/weg", {}).status_code == 303
    assert page.post(f"/plan/doelen/stap/{step_id}/weg", {}).status_code == 404
    assert STEP not in page.visit(f"/plan/doelen/{goal_id}").text


def test_a_form_of_steps_sent_twice_counts_once(amina: Actor) -> None:
    goal_id, _step = made(amina)
    sent = {"stap_0": "Ik bel een kok", "lang": "nl", "once": "k"}
    for _ in range(2):
        assert amina.page.post(f"/plan/doelen/{goal_id}/steps", sent).status_code == 303
    assert amina.page.visit(f"/plan/doelen/{goal_id}").text.count("Ik bel een kok") == 1


def test_reaching_a_goal_is_celebrated_and_lands_in_the_map(amina: Actor) -> None:
    goal_id, _step = made(amina)
    page = amina.page.visit(f"/plan/doelen/{goal_id}").submit("Ik heb dit gehaald")
    assert "Je hebt het gehaald" in page.h1
    reached = rows(amina)[0].reached_at
    assert amina.page.post(f"/plan/doelen/{goal_id}/gehaald", {}).status_code == 303
    assert rows(amina)[0].reached_at == reached
    page.submit("Zet dit in mijn map")
    assert page.path.endswith("/klaar")
    assert WISH in page.text
    assert WISH in page.visit("/plan/doelen").text


def test_a_goal_that_was_not_reached_does_not_land_in_the_map(amina: Actor) -> None:
    goal_id, _step = made(amina)
    sent = {"once": "k"}
    assert amina.page.post(f"/plan/doelen/{goal_id}/in-mijn-map", sent).status_code == 400


def test_a_goal_that_was_taken_away_is_gone_for_everybody(amina: Actor, bas: Actor) -> None:
    goal_id, step_id = made(amina)
    give(amina, bas, "goals:werk")
    page = amina.page.visit(f"/plan/doelen/{goal_id}").follow("Haal dit doel weg")
    page.submit("Haal dit doel weg")
    assert WISH not in page.text
    page.visit(f"/plan/doelen/{goal_id}", 404)
    assert page.post(f"/plan/doelen/stap/{step_id}/klaar", {"klaar": "ja"}).status_code == 404
    assert WISH not in bas.page.visit(f"/mensen/{amina.map_id}/plan").text
    with amina.app.app_context():
        for table in (Goal, GoalStep, StepEvidence):
            assert db.session.scalars(select(table.id)).all() == []


def test_goals_are_seen_only_where_their_leefgebied_is_shared_by_name(
    amina: Actor, bas: Actor
) -> None:
    made(amina, "werk")
    made(amina, "gezondheid", "Ik ga naar de huisarts")
    # Bas holds Werk as a leefgebied: that brings no goals along.
    give(amina, bas, "direction")
    page = bas.page.visit(f"/mensen/{amina.map_id}/plan")
    assert WISH not in page.text
    assert "doel" not in page.text.lower()
    give(amina, bas, "goals:werk")
    assert WISH in page.visit(f"/mensen/{amina.map_id}/plan").text
    assert "huisarts" not in page.text
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "goals:werk")
        db.session.commit()
    assert WISH not in page.visit(f"/mensen/{amina.map_id}/plan").text


def test_a_goal_in_the_making_is_the_owners_alone(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "goals:werk")
    page = amina.page.visit("/plan/doelen/nieuw").choose("Werk").submit("Verder")
    page.fill("Wat wil je bereiken?", WISH).submit("Verder")
    assert WISH not in bas.page.visit(f"/mensen/{amina.map_id}/plan").text


def test_evidence_is_seen_only_by_who_may_see_the_entry(
    amina: Actor, bas: Actor, cast: Cast
) -> None:
    _goal, step_id = made(amina)
    page = amina.page.visit(f"/plan/doelen/stap/{step_id}/bewijs")
    page.choose(cast.entries["work"], cast.entries["language"]).submit("Bewaar")
    assert cast.canaries["work"] in page.text
    give(amina, bas, "goals:werk")
    seen = bas.page.visit(f"/mensen/{amina.map_id}/plan")
    assert cast.canaries["work"] in seen.text
    assert cast.canaries["language"] not in seen.html
    assert cast.entries["language"] not in seen.html


def test_only_ones_own_entries_can_show_a_step(amina: Actor, cast: Cast) -> None:
    goal_id, step_id = made(amina)
    sent = {"stukken_lijst": cast.entries["farids_work"], "once": "k"}
    assert amina.page.post(f"/plan/doelen/stap/{step_id}/bewijs", sent).status_code == 303
    assert cast.canaries["farids_work"] not in amina.page.visit(f"/plan/doelen/{goal_id}").html
    with amina.app.app_context():
        begin(db.session, writing=True)
        step = db.session.get_one(GoalStep, step_id)
        foreign = select(Entry).where(Entry.id == cast.entries["farids_work"])
        link_entries(db.session, step, foreign)
        db.session.commit()
    # Even a link that should not be there shows nothing: the entry has its own rule.
    assert cast.canaries["farids_work"] not in amina.page.visit(f"/plan/doelen/{goal_id}").html


def test_what_was_not_offered_stays_linked(amina: Actor, cast: Cast) -> None:
    goal_id, step_id = made(amina)
    path, work = f"/plan/doelen/stap/{step_id}/bewijs", cast.entries["work"]
    amina.page.visit(path).choose(work).submit("Bewaar")
    with amina.app.app_context():
        begin(db.session, writing=True)
        take_away(db.session, db.session.get_one(Entry, work))
        db.session.commit()
    # It is taken away, so it is not offered; once it is back, it still shows the step.
    amina.page.visit(path).submit("Bewaar")
    with amina.app.app_context():
        begin(db.session, writing=True)
        put_back(db.session.get_one(Entry, work))
        db.session.commit()
    assert cast.canaries["work"] in amina.page.visit(f"/plan/doelen/{goal_id}").text
    amina.page.visit(path).untick(work).submit("Bewaar")
    assert cast.canaries["work"] not in amina.page.visit(f"/plan/doelen/{goal_id}").text


@pytest.mark.parametrize("who", ["farid", "bas", "dirk", "eva"])
def test_nobody_else_reaches_a_goal(amina: Actor, cast: Cast, who: str) -> None:
    goal_id, step_id = made(amina)
    other: Actor = getattr(cast, who)
    for path in (f"/plan/doelen/{goal_id}", f"/plan/doelen/stap/{step_id}/bewijs"):
        other.page.visit(path, 404)
    for path, sent in (
        (f"/plan/doelen/{goal_id}/what", {"text": "van mij", "lang": "nl"}),
        (f"/plan/doelen/{goal_id}/weghalen", {}),
        (f"/plan/doelen/stap/{step_id}/klaar", {"klaar": "ja"}),
    ):
        assert other.page.post(path, {**sent, "once": "k"}).status_code == 404
    assert WISH in amina.page.visit(f"/plan/doelen/{goal_id}").text


def test_two_changes_at_once_are_both_kept(amina: Actor) -> None:
    goal_id, _step = made(amina)
    said = {"why": "Ik kook graag", "helper": "Mijn buurvrouw", "done_when": "Ik heb een baan"}
    browsers = {name: Page(amina.browse()) for name in said}

    def post(name: str) -> int:
        sent = {"text": said[name], "lang": "nl", "once": name}
        return browsers[name].post(f"/plan/doelen/{goal_id}/{name}", sent).status_code

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(post, said)) == {303}
    page = amina.page.visit(f"/plan/doelen/{goal_id}")
    assert all(each in page.text for each in said.values())


def test_the_words_of_a_goal_are_sealed_with_the_key_of_its_leefgebied(amina: Actor) -> None:
    made(amina, "gezin")
    [row] = rows(amina)
    assert row.said is not None
    assert WISH.encode() not in row.said
    with amina.app.app_context():
        keys = factories.keys_for(amina.map_id)
        assert keys.gezin.id != keys.general.id
        assert WISH in open_text(keys.gezin, "goal", row.id, "said", row.said)


def test_only_leefgebieden_with_goals_are_offered_when_one_shares(
    amina: Actor, carla: Actor
) -> None:
    page = meet(amina, carla)
    assert "goals:" not in page.html
    made(amina, "taal")
    page = meet(amina, carla)
    assert "goals:taal" in page.html
    assert "goals:werk" not in page.html
