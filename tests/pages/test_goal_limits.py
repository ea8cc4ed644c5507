"""What happens to a goal's words when there are too many, or when two browsers write one field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.data.plan import GOAL_EXAMPLES
from portfolio.models import goal as goals
from tests.browser import Page
from tests.pages.test_goal import made

if TYPE_CHECKING:
    import pytest

    from tests.people import Actor


def test_a_step_that_does_not_fit_is_said_and_kept_on_the_page(amina: Actor) -> None:
    goal_id, _step = made(amina)
    path = f"/plan/doelen/{goal_id}/steps"
    for number in range(2):
        sent = {f"stap_{each}": f"Stap {number}{each}" for each in range(5)} | {"lang": "nl"}
        assert amina.page.post(path, sent | {"once": f"k{number}"}).status_code == 303
    sent = {"stap_0": "Ik bel een kok", "stap_1": "Ik maak soep", "lang": "nl", "once": "k9"}
    answer = amina.page.post(path, sent)
    assert answer.status_code == 422
    assert "Ik maak soep" in answer.text


def test_one_goal_too_many_gets_a_sentence(amina: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    made(amina)
    monkeypatch.setattr(goals, "MOST_GOALS", 1)
    sent = {"leefgebied": "werk", "once": "k"}
    assert amina.page.post("/plan/doelen/nieuw", sent).status_code == 422
    ready = next(iter(GOAL_EXAMPLES))
    taken = amina.page.post(f"/plan/doelen/voorbeeld/{ready}", {"once": "k2"})
    assert taken.status_code == 303
    assert "Haal eerst een doel weg" in amina.page.visit("/plan/doelen").text


def test_two_browsers_that_change_one_field_lose_neither_text(amina: Actor) -> None:
    goal_id, _step = made(amina)
    path = f"/plan/doelen/{goal_id}/why"
    first, second = Page(amina.browse()), Page(amina.browse())
    for page in (first, second):
        page.visit(path)
    first.fill("Waarom wil jij dit?", "Ik kook graag").submit("Bewaar")
    second.fill("Waarom wil jij dit?", "Ik wil geld verdienen").submit("Bewaar", 422)
    assert "Ik kook graag" in second.text
    assert "Ik wil geld verdienen" in second.html
    # Who has seen both decides.
    second.submit("Bewaar")
    assert "Ik wil geld verdienen" in second.text
