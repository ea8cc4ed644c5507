"""Agreements of a talk: written and changed by both, kept or still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import Agreement
from portfolio.models.agreement import Deed, add_agreement
from portfolio.models.base import begin
from portfolio.models.words import Words
from tests import factories, talks
from tests.pages.test_talk import make, of_bas, share

if TYPE_CHECKING:
    from tests.people import Cast


@pytest.fixture
def shared(cast: Cast) -> Cast:
    """Let Amina share talks with Bas, and let him write there."""
    share(cast, "bas", "talks")
    return cast


def test_agreements_of_both_are_changed_by_both(shared: Cast) -> None:
    talk = make(shared, when=talks.A_WEEK_AGO)
    deed = {"what": "Bellen met de school", "who": "coach", "lang": "nl", "once": "a"}
    assert shared.bas.page.post(of_bas(shared, talk, "/afspraken"), deed).status_code == 303
    page = shared.amina.page.visit(f"/gesprekken/{talk}").follow("Verander")
    assert "Bellen met de school" in page.html
    page.fill("what", "Mailen met de school").submit("Bewaar")
    page.submit("Dit is klaar")
    with shared.amina.app.app_context():
        row = db.session.scalars(select(Agreement)).one()
    assert row.done_at is not None
    assert b"school" not in row.said
    assert "Mailen met de school" in shared.bas.page.visit(of_bas(shared, talk)).text


def test_two_who_change_one_agreement_keep_both_texts(shared: Cast) -> None:
    talk = make(shared, when=talks.A_WEEK_AGO)
    deed = {"what": "Eerst", "who": "owner", "lang": "nl", "once": "a"}
    shared.amina.page.post(f"/gesprekken/{talk}/afspraken", deed)
    with shared.amina.app.app_context():
        row = db.session.scalars(select(Agreement)).one()
        path, seen = f"/afspraken/{row.id}", str(row.version)
    mine = {**deed, "what": "Van Amina", "version": seen, "once": "b"}
    theirs = {**deed, "what": "Van Bas", "version": seen, "once": "c"}
    assert shared.amina.page.post(f"/gesprekken/{talk}{path}", mine).status_code == 303
    answer = shared.bas.page.post(of_bas(shared, talk, path), theirs)
    assert answer.status_code == 422
    assert "Van Amina" in answer.text
    assert "Van Bas" in answer.text
    assert "net veranderd" in answer.text


def test_an_open_agreement_stays_in_sight_and_its_day_is_said_kindly(shared: Cast) -> None:
    before, now = make(shared, when=talks.A_WEEK_AGO), make(shared)
    with shared.amina.app.app_context():
        begin(db.session, writing=True)
        talks.make_agreement(shared.amina.map_id, before, "Kanarielaat", talks.A_WEEK_AGO / 7)
        db.session.commit()
    for page in (
        shared.bas.page.visit(of_bas(shared, now)),
        shared.amina.page.visit(f"/gesprekken/{now}"),
    ):
        assert "Kanarielaat" in page.text
        assert "Praat er samen over" in page.text
    page.submit("Dit is klaar")
    assert "Kanarielaat" not in shared.bas.page.visit(of_bas(shared, now)).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"what": ""}, "Schrijf eerst iets"),
        ({"what": "   "}, "Schrijf eerst iets"),
        ({"what": "x" * 401}, "te lang"),
        ({"who": "iemand"}, "Wie doet dit?"),
        ({"due_on": "ooit"}, "Kies een dag."),
    ],
)
def test_what_is_no_agreement_gets_a_clear_sentence(
    shared: Cast, typed: dict[str, str], said: str
) -> None:
    talk = make(shared, when=talks.A_WEEK_AGO)
    deed = {"what": "Kanarie", "who": "owner", "lang": "nl", "once": "a", **typed}
    answer = shared.amina.page.post(f"/gesprekken/{talk}/afspraken", deed)
    assert answer.status_code == 422
    assert said in answer.text
    assert typed.get("due_on", deed["what"]) in answer.text
    with shared.amina.app.app_context():
        assert db.session.scalars(select(Agreement)).all() == []


def test_an_agreement_of_another_talk_is_not_found(shared: Cast) -> None:
    mine, other = make(shared), make(shared, "carla")
    with shared.amina.app.app_context():
        begin(db.session, writing=True)
        agreement = talks.make_agreement(shared.amina.map_id, other)
        db.session.commit()
    path = of_bas(shared, mine, f"/afspraken/{agreement}")
    shared.bas.page.visit(path, 404)
    assert shared.bas.page.post(f"{path}/klaar", {"klaar": "ja"}).status_code == 404
    assert shared.bas.page.post(path, {"what": "x", "who": "owner"}).status_code == 404


def test_the_plan_begins_with_what_comes_next(shared: Cast) -> None:
    assert "Wat komt er nu?" not in shared.amina.page.visit("/plan").text
    before = make(shared, when=talks.A_WEEK_AGO)
    coming = make(shared)
    with shared.amina.app.app_context():
        begin(db.session, writing=True)
        talks.make_agreement(shared.amina.map_id, coming, "Kanarie van een ander gesprek")
        mine = shared.amina.map_id
        keys = factories.keys_for(mine)
        for what, who in (("Kanarie van mij", "owner"), ("Kanarie van Bas", "coach")):
            add_agreement(db.session, mine, before, keys, Deed(who, Words(what, "nl")))
        soon = talks.make_agreement(mine, before, "Kanarie met een dag")
        db.session.commit()
    page = shared.amina.page.visit("/plan")
    assert page.text.index("Kanarie met een dag") < page.text.index("Kanarie van mij")
    assert "Kanarie van Bas" not in page.text
    assert "Gesprek: hoe gaat het?" in page.text
    shared.amina.page.post(f"/gesprekken/{before}/afspraken/{soon}/klaar", {"klaar": "ja"})
    assert "Kanarie met een dag" not in shared.amina.page.visit("/plan").text
    assert "Kanarie" not in shared.farid.page.visit("/plan").text
    # What was agreed for a talk that does not go on stands on no page.
    shared.amina.page.post(f"/gesprekken/{coming}/afzeggen")
    left = shared.amina.page.visit("/plan").text
    assert "Kanarie van mij" in left
    assert "Kanarie van een ander gesprek" not in left
