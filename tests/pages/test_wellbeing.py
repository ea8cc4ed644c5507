"""Hoe gaat het met mij?: optional, one question at a time, and nobody else's until shared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.data.plan import WELLBEING
from portfolio.extensions import db
from portfolio.keyring import SealBrokenError, open_text
from portfolio.models import Wellbeing
from tests import factories
from tests.pages.test_route import share

if TYPE_CHECKING:
    from tests.people import Actor

PATH = "/plan/hoe-gaat-het"


def rows(owner: Actor) -> list[Wellbeing]:
    with owner.app.app_context():
        mine = select(Wellbeing).where(Wellbeing.portfolio_id == owner.map_id)
        return list(db.session.scalars(mine).all())


def test_six_questions_one_on_each_page(amina: Actor) -> None:
    page = amina.page.visit(PATH).follow("Beantwoord 6 korte vragen")
    for number, row in enumerate(WELLBEING.values()):
        assert row.question in page.h1
        assert len(list(page.tree.walk("h1"))) == 1
        page = page.choose("Best goed").submit("Bewaar") if number % 2 else page.follow("Sla over")
    assert page.path == PATH
    assert len(rows(amina)) == 3
    assert page.text.count("Best goed") == 3
    assert 'class="drawn web"' in page.html


def test_what_was_said_stays_and_two_taps_count_once(amina: Actor) -> None:
    for once, answer in (("a", "goed"), ("a", "goed"), ("b", "niet_goed")):
        form = {"once": once, "answer": answer}
        assert amina.page.post(f"{PATH}/lichaam", form).status_code == 303
    assert len(rows(amina)) == 2
    assert "Nu niet zo goed" in amina.page.visit(PATH).text


@pytest.mark.parametrize("answer", ["", "geweldig", "x" * 50_000])
def test_no_answer_is_asked_again_kindly(amina: Actor, answer: str) -> None:
    answered = amina.page.post(f"{PATH}/dag", {"once": "k", "answer": answer})
    assert answered.status_code == 422
    assert "Kies een antwoord, of sla de vraag over." in answered.text
    assert not rows(amina)


def test_it_is_sealed_with_the_key_of_gezondheid(amina: Actor) -> None:
    assert amina.page.post(f"{PATH}/dag", {"once": "k", "answer": "goed"}).status_code == 303
    row = rows(amina)[0]
    with amina.app.app_context():
        keys = factories.keys_for(amina.map_id)
        told = open_text(keys.gezondheid, "wellbeing", row.id, "said", row.said)
        assert json.loads(told) == {"dimension": "dag", "answer": "goed"}
        with pytest.raises(SealBrokenError):
            open_text(keys.general, "wellbeing", row.id, "said", row.said)


def test_there_is_no_such_question(amina: Actor) -> None:
    amina.page.visit(f"{PATH}/geld", 404)


def test_a_coach_sees_it_by_its_name_only(amina: Actor, bas: Actor) -> None:
    address = f"/mensen/{amina.map_id}/plan"
    assert amina.page.post(f"{PATH}/dag", {"once": "k", "answer": "niet_goed"}).status_code == 303
    for part in ("route", "levels"):
        share(amina, bas, part)
    assert "Nu niet zo goed" not in bas.page.visit(address).text
    share(amina, bas, "wellbeing")
    assert "Nu niet zo goed" in bas.page.visit(address).text
