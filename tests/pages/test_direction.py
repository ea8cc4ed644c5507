"""Where somebody wants to go, what was tried, what makes it hard: said, kept, shared apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.data.plan import BARRIERS, DIRECTION, MOST_TRIED, PHASES
from portfolio.extensions import db
from portfolio.keyring import open_text
from portfolio.models import Answer, Portfolio
from tests import factories
from tests.browser import Page
from tests.pages.test_plan import DREAM, give, say

if TYPE_CHECKING:
    from tests.people import Actor


def answers(owner: Actor) -> dict[str, Answer]:
    with owner.app.app_context():
        found = db.session.scalars(select(Answer).where(Answer.portfolio_id == owner.map_id)).all()
        db.session.expunge_all()
        return {row.question: row for row in found}


def test_a_question_is_answered_and_shown(amina: Actor) -> None:
    page = amina.page.visit("/plan").follow("Waar ik naartoe wil")
    page.follow("Waar wil ik naartoe?")
    page.fill("Waar wil ik naartoe?", DREAM).submit("Bewaar")
    assert page.path == "/plan/richting"
    assert DREAM in page.text


def test_an_example_is_taken_over_with_one_tap(amina: Actor) -> None:
    page = amina.page.visit("/plan/vraag/horizon")
    page.submit(DIRECTION["horizon"].examples[1])
    assert DIRECTION["horizon"].examples[1] in page.text
    for wrong in ("9", "-1", "x", "²"):
        assert page.post("/plan/vraag/horizon", {"voorbeeld": wrong}).status_code == 400


def test_two_languages_stand_beside_each_other(amina: Actor, bas: Actor) -> None:
    page = amina.page.visit("/plan/vraag/horizon")
    page.post("/plan/vraag/horizon", {"text": "أريد أن أطبخ", "lang": "ar"})
    page.post("/plan/vraag/horizon", {"text": DREAM, "lang": "nl"})
    give(amina, bas, "direction")
    assert DREAM in bas.page.visit(f"/mensen/{amina.map_id}/plan").text
    page.post("/plan/vraag/horizon", {"text": "", "lang": "nl"})
    assert "أريد أن أطبخ" in bas.page.visit(f"/mensen/{amina.map_id}/plan").text


def test_too_much_comes_back_as_it_was_typed(amina: Actor) -> None:
    long = "veel " * 500
    page = amina.page.visit("/plan/vraag/interests").fill("Wat vind ik leuk?", long)
    page.submit("Bewaar", 422)
    assert long.strip() in page.html
    assert answers(amina) == {}


def test_what_makes_it_hard_is_not_shown_with_the_direction(amina: Actor, bas: Actor) -> None:
    page = amina.page.visit("/plan/moeilijk").follow(BARRIERS["health"].label)
    page.fill(BARRIERS["health"].label, "Ik slaap slecht").submit("Bewaar")
    assert "Ik slaap slecht" in page.text
    give(amina, bas, "direction")
    assert "Ik slaap slecht" not in bas.page.visit(f"/mensen/{amina.map_id}/plan").html
    give(amina, bas, "barriers")
    assert "Ik slaap slecht" in bas.page.visit(f"/mensen/{amina.map_id}/plan").text


@pytest.mark.parametrize(("question", "key"), [("health", "gezondheid"), ("family", "gezin")])
def test_what_is_said_of_health_and_family_has_their_own_key(
    amina: Actor, question: str, key: str
) -> None:
    amina.page.visit("/plan").post(f"/plan/vraag/{question}", {"text": DREAM, "lang": "nl"})
    row = answers(amina)[question]
    assert row.said is not None
    with amina.app.app_context():
        own = factories.keys_for(amina.map_id).of(key)
        assert DREAM in open_text(own, "answer", row.id, "said", row.said)


@pytest.mark.parametrize("phase", list(PHASES))
def test_nothing_is_lost_by_another_phase(amina: Actor, phase: str) -> None:
    page = amina.page.visit("/plan/vraag/horizon").fill("Waar wil ik naartoe?", DREAM)
    page.submit("Bewaar").visit("/plan/fase")
    assert page.post("/plan/fase", {"fase": phase}).status_code == 303
    assert page.post("/plan/fase", {"fase": "klaar"}).status_code == 400
    with amina.app.app_context():
        assert db.session.get_one(Portfolio, amina.map_id).phase == phase
    assert DREAM in page.visit("/plan/richting").text


def test_two_browsers_in_one_language_lose_neither_text(amina: Actor) -> None:
    one, two = Page(amina.browse()), Page(amina.browse())
    for page in (one, two):
        page.visit("/plan/vraag/horizon")
    one.fill("Waar wil ik naartoe?", DREAM).submit("Bewaar")
    two.fill("Waar wil ik naartoe?", "Van de tweede").submit("Bewaar", 422)
    assert DREAM in two.text
    assert "Van de tweede" in two.html
    two.submit("Bewaar")
    assert "Van de tweede" in two.text


def test_an_example_does_not_take_the_place_of_own_words_unseen(amina: Actor) -> None:
    page = amina.page.visit("/plan/vraag/horizon").fill("Waar wil ik naartoe?", DREAM)
    page.submit("Bewaar").visit("/plan/vraag/horizon")
    page.submit(DIRECTION["horizon"].examples[0], 422)
    assert DREAM in page.text
    assert DREAM in page.visit("/plan/richting").text


def test_what_was_tried_is_told_of_six_times_and_the_first_stays(amina: Actor, bas: Actor) -> None:
    say(amina, "direction", "proef-did", "Kanariebakker")
    page = amina.page.visit("/plan/richting")
    assert "Proefweek 1" not in page.text
    for number in range(2, MOST_TRIED + 1):
        page.follow("Voeg een proefweek toe")
        assert page.path == f"/plan/vraag/proef-{number}-did"
        page.fill("text", f"Kanarieproef{number}").submit("Bewaar")
        assert f"Proefweek {number}" in page.text
    assert "Voeg een proefweek toe" not in page.text
    assert "Kanariebakker" in page.text
    page.visit("/plan/vraag/proef-7-did", 404)
    page.visit("/plan/vraag/proef-1-did", 404)
    assert bas.page.get(f"/mensen/{amina.map_id}/plan").status_code == 404
    give(amina, bas, "direction")
    seen = bas.page.visit(f"/mensen/{amina.map_id}/plan").text
    places = [seen.index(f"Kanarieproef{number}") for number in range(2, MOST_TRIED + 1)]
    assert [seen.index("Kanariebakker"), *places] == sorted([seen.index("Kanariebakker"), *places])
    page.visit("/plan/vraag/proef-2-did").fill("text", "").submit("Bewaar")
    assert "Kanarieproef3" in page.text


def test_a_question_that_does_not_exist_is_not_there(amina: Actor) -> None:
    amina.page.visit("/plan/vraag/loon", 404)
    assert amina.page.post("/plan/vraag/loon", {"text": "x", "lang": "nl"}).status_code == 404
    assert answers(amina) == {}
