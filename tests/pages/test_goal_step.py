"""A step of a goal: its words change without writing over others, and it may have its own day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.extensions import db
from portfolio.models import Goal, GoalStep
from portfolio.models.base import begin
from portfolio.models.consent import AMSTERDAM
from portfolio.models.goal import texts_of_step
from portfolio.verify import verify
from tests import factories
from tests.browser import Page
from tests.pages.test_goal import STEP, give, made
from tests.pages.test_version import agreed

if TYPE_CHECKING:
    from datetime import date

    from tests.people import Actor, Cast

ARABIC = "أبحث عن طباخ"
NEW = "Ik bel een kok die ik ken"
PLANNED, AFTER, PAST = "Ik wil dit doen op", "na de dag van je doel", "Hoe gaat het hiermee?"


def at(step_id: str, place: str) -> str:
    return f"/plan/doelen/stap/{step_id}/{place}"


def in_days(count: int) -> date:
    return datetime.now(AMSTERDAM).date() + timedelta(days=count)


def put(owner: Actor, table: type[Goal | GoalStep], row_id: str, by_day: date) -> None:
    """Let a day stand there that no form would take now."""
    with owner.app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(table).where(table.id == row_id).values(by_day=by_day))
        db.session.commit()


def test_the_words_of_a_step_change_and_a_second_language_stands_beside_them(
    amina: Actor, bas: Actor
) -> None:
    goal_id, step_id = made(amina, "gezin")
    give(amina, bas, "goals:gezin")
    page = amina.page.visit(f"/plan/doelen/{goal_id}").follow("Verander deze stap")
    assert page.value("Welke kleine stap zet je?").strip() == STEP
    page.fill("Welke kleine stap zet je?", NEW).submit("Bewaar")
    assert NEW in page.text
    assert STEP not in page.text
    sent = {"text": ARABIC, "lang": "ar", "was": NEW, "once": "k"}
    assert page.post(at(step_id, "woorden"), sent).status_code == 303
    seen = f"/mensen/{amina.map_id}/plan"
    assert NEW in bas.page.visit(seen).text
    with amina.app.app_context():
        row = db.session.scalars(select(GoalStep).where(GoalStep.id == step_id)).one()
        assert ARABIC.encode() not in row.said
        texts = texts_of_step(row, factories.keys_for(amina.map_id).gezin)
        assert {lang: each.text for lang, each in texts.items()} == {"nl": NEW, "ar": ARABIC}
    emptied = {"text": "", "lang": "nl", "was": NEW, "once": "k2"}
    assert page.post(at(step_id, "woorden"), emptied).status_code == 303
    assert ARABIC in bas.page.visit(seen).text
    # A step is its words: the last ones cannot be emptied, only the step be taken away.
    last = page.post(at(step_id, "woorden"), {"text": " ", "lang": "ar", "was": ARABIC})
    assert last.status_code == 422
    assert "Schrijf hier iets. Of haal de stap weg." in last.text
    assert ARABIC in page.visit(f"/plan/doelen/{goal_id}").text
    page.follow("Verander deze stap").submit("Haal deze stap weg")
    assert ARABIC not in page.text


def test_what_somebody_did_not_see_is_not_written_over(amina: Actor) -> None:
    goal_id, step_id = made(amina)
    first, second = Page(amina.browse()), Page(amina.browse())
    for each in (first, second):
        each.visit(at(step_id, "woorden"))
    first.fill("Welke kleine stap zet je?", NEW).submit("Bewaar")
    second.fill("Welke kleine stap zet je?", "Ik vraag mijn buurvrouw").submit("Bewaar", 422)
    assert "Hier staat nu een andere tekst. Kies welke je houdt." in second.text
    assert NEW in second.text
    assert second.value("Welke kleine stap zet je?").strip() == "Ik vraag mijn buurvrouw"
    assert NEW in amina.page.visit(f"/plan/doelen/{goal_id}").text
    # Whoever has seen both may choose.
    second.submit("Bewaar")
    assert "Ik vraag mijn buurvrouw" in second.text
    # What stands in another language is seen before it is written over too.
    sent = {"text": ARABIC, "lang": "ar", "was": "", "once": "k"}
    assert second.post(at(step_id, "woorden"), sent).status_code == 303
    again = {"text": "شيء آخر", "lang": "ar", "was": "Ik vraag mijn buurvrouw", "once": "k2"}
    refused = second.post(at(step_id, "woorden"), again)
    assert refused.status_code == 422
    assert ARABIC in refused.text
    # Words that do not fit come back whole.
    long = {"text": "soep " * 400, "lang": "nl", "was": "Ik vraag mijn buurvrouw"}
    refused = second.post(at(step_id, "woorden"), long)
    assert refused.status_code == 422
    assert long["text"].strip() in refused.text


def test_of_two_at_the_same_moment_one_is_asked(amina: Actor) -> None:
    _goal, step_id = made(amina)
    said = (NEW, "Ik vraag mijn buurvrouw")
    browsers = dict(zip(said, (Page(amina.browse()), Page(amina.browse())), strict=True))

    def post(text: str) -> int:
        sent = {"text": text, "lang": "nl", "was": STEP}
        return browsers[text].post(at(step_id, "woorden"), sent).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(post, said)) == [303, 422]


def test_a_step_has_a_day_of_its_own_and_a_past_one_only_asks(amina: Actor, bas: Actor) -> None:
    goal_id, step_id = made(amina)
    give(amina, bas, "goals:werk")
    put(amina, Goal, goal_id, in_days(30))
    path, seen = f"/plan/doelen/{goal_id}", f"/mensen/{amina.map_id}/plan"
    page = amina.page.visit(path).follow("Verander deze stap").follow("Kies een dag")
    page.fill("Wanneer wil je deze stap doen?", in_days(30).isoformat()).submit("Bewaar")
    assert PLANNED in page.text
    assert AFTER not in page.text
    assert PLANNED in bas.page.visit(seen).text
    # After the day of the goal is no mistake: it is kept, and only the owner is asked.
    page.visit(at(step_id, "dag"))
    page.fill("Wanneer wil je deze stap doen?", in_days(31).isoformat()).submit("Bewaar")
    assert AFTER in page.text
    assert AFTER not in bas.page.visit(seen).text
    page.visit(at(step_id, "dag"))
    page.fill("Wanneer wil je deze stap doen?", in_days(-1).isoformat()).submit("Bewaar", 422)
    assert "Deze dag is al voorbij. Kies een andere dag." in page.text
    for day in ("9999-12-31", "2027-02-31", "ooit", "1" * 5000):
        assert page.post(at(step_id, "dag"), {"day": day}).status_code == 422
    assert PLANNED in page.visit(path).text
    # One that came and went says nothing but a question, and stays where it is kept.
    put(amina, GoalStep, step_id, in_days(-1))
    for each in (page.visit(path), bas.page.visit(seen)):
        assert PAST in each.text
        assert PLANNED not in each.text
    page.visit(at(step_id, "dag")).submit("Bewaar")
    assert PAST in page.text
    page.submit("Dit is klaar")
    assert PAST not in page.text
    page.visit(at(step_id, "dag")).fill("Wanneer wil je deze stap doen?", "").submit("Bewaar")
    with amina.app.app_context():
        assert db.session.get_one(GoalStep, step_id).by_day is None


def test_a_version_holds_the_day_and_older_ones_still_open(amina: Actor, bas: Actor) -> None:
    _goal, step_id = made(amina)
    give(amina, bas, "goals:werk")
    first = agreed(amina, bas)
    assert amina.page.post(at(step_id, "dag"), {"day": in_days(9).isoformat()}).status_code == 303
    last = agreed(amina, bas, once="k2")
    assert verify(amina.app) == (2, [])
    assert PLANNED not in amina.page.visit(f"/plan/versies/{first}").text
    assert PLANNED in bas.page.visit(f"/mensen/{amina.map_id}/versies/{last}").text
    beside = amina.page.visit(f"/plan/versies/{last}/naast/{first}").text
    before, after = beside.split("Nu staat er:")
    assert STEP in before
    assert PLANNED not in before
    assert STEP in after
    assert PLANNED in after


@pytest.mark.parametrize("who", ["farid", "bas"])
def test_nobody_else_changes_a_step(amina: Actor, cast: Cast, who: str) -> None:
    goal_id, step_id = made(amina)
    other: Actor = getattr(cast, who)
    give(amina, cast.bas, "goals:werk")
    for place, sent in (
        ("woorden", {"text": NEW, "lang": "nl", "was": STEP}),
        ("woorden", {"text": NEW * 100, "lang": "nl"}),
        ("dag", {"day": in_days(3).isoformat()}),
        ("dag", {"day": "ooit"}),
    ):
        other.page.visit(at(step_id, place), 404)
        assert other.page.post(at(step_id, place), sent).status_code == 404
    page = amina.page.visit(f"/plan/doelen/{goal_id}")
    assert STEP in page.text
    # Once it is taken away there is nothing left to change.
    page.follow("Verander deze stap").submit("Haal deze stap weg")
    for place, sent in (("woorden", {"text": NEW, "lang": "nl"}), ("dag", {"day": ""})):
        assert page.post(at(step_id, place), sent).status_code == 404
