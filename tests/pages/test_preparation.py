"""Preparing a talk: one question per screen; who sees what of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.access import Action, visible
from portfolio.extensions import db
from portfolio.keyring import open_text
from portfolio.models import Answer
from portfolio.models.base import begin
from tests import factories, talks
from tests.browser import Page
from tests.pages.test_portfolio import queries as queries  # noqa: PLC0414 -- a fixture
from tests.pages.test_talk import make, of_bas, share
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Actor, Cast


def prepare(cast: Cast, talk: str, question: str, text: str) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        talks.prepare(cast.amina.map_id, talk, question, text)
        db.session.commit()


def seen_by(who: Actor) -> set[str]:
    with who.app.app_context():
        chosen = visible(who.viewer(), Action.PEOPLE_SEE, Answer)
        return {row.question for row in db.session.scalars(chosen)}


def test_the_owner_answers_one_question_after_the_other(cast: Cast) -> None:
    talk = make(cast)
    page = cast.amina.page.visit(f"/gesprekken/{talk}/voorbereiden")
    assert page.path.endswith("/proud")
    page.fill("text", "أنا فخورة").fill("lang", "ar").submit("Verder")
    assert page.path.endswith("/going")
    assert not [node for node in page.tree.walk("input") if "checked" in node.attrs]
    page.choose("Gezondheid").submit("Verder")
    assert page.path.endswith("/going:gezondheid")
    page.fill("text", "Kanariegezond").submit("Verder")
    assert page.path.endswith("/want")
    page.submit("Verder").submit("Verder").submit("Verder")
    assert page.path == f"/gesprekken/{talk}"
    assert "أنا فخورة" in page.text
    assert "Kanariegezond" in page.text
    page.visit(f"/gesprekken/{talk}/voorbereiden/going").untick("Gezondheid").submit("Verder")
    assert "Kanariegezond" not in page.visit(f"/gesprekken/{talk}").text


def test_what_is_prepared_is_sealed_as_what_it_is_about(cast: Cast) -> None:
    talk = make(cast)
    prepare(cast, talk, "going:gezin", "Kanariegezin")
    with cast.amina.app.app_context():
        row = db.session.scalars(select(Answer)).one()
        keys = factories.keys_for(cast.amina.map_id)
        assert row.said is not None
        opened = open_text(keys.gezin, "answer", row.id, "said", row.said)
        assert "Kanariegezin" in opened


def test_the_coach_sees_what_is_prepared_where_that_is_shared(cast: Cast) -> None:
    talk = make(cast)
    prepare(cast, talk, "proud", "Kanarietrots")
    assert seen_by(cast.bas) == set()
    share(cast, "bas", "talks")
    assert "Kanarietrots" not in cast.bas.page.visit(of_bas(cast, talk)).text
    share(cast, "bas", "preparation")
    assert "Kanarietrots" in cast.bas.page.visit(of_bas(cast, talk)).text
    share(cast, "carla", "preparation")
    assert seen_by(cast.carla) == set()


def test_what_the_other_may_not_see_stays_closed_on_the_table(cast: Cast) -> None:
    talk = make(cast)
    prepare(cast, talk, "proud", "Kanarietrots")
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        for question in ("horizon", "proef-did"):
            talks.tell(cast.amina.map_id, question, f"Kanarie {question}")
        db.session.commit()
    mine = f"/gesprekken/{talk}"
    page = cast.amina.page.visit(mine)
    assert page.text.index("Dit ziet alleen jij") < page.text.index("Kanarietrots")
    assert "Kanarie horizon" not in page.text
    for part in ("talks", "preparation", "direction"):
        share(cast, "bas", part)
    for page in (cast.amina.page.visit(mine), cast.bas.page.visit(of_bas(cast, talk))):
        assert "Dit ziet alleen jij" not in page.text
        for words in ("Kanarietrots", "Kanarie horizon", "Kanarie proef-did"):
            assert words in page.text


def test_preparation_alone_is_on_the_page_of_the_plan(cast: Cast) -> None:
    talk = make(cast)
    prepare(cast, talk, "proud", "Kanarietrots")
    share(cast, "bas", "preparation")
    page = cast.bas.page.visit(f"/mensen/{cast.amina.map_id}/plan")
    assert "Kanarietrots" in page.text
    assert talk not in page.html


def test_two_preparations_are_never_mixed(cast: Cast) -> None:
    first, second = make(cast, when=talks.A_WEEK_AGO), make(cast)
    prepare(cast, first, "want", "Kanarieoud")
    prepare(cast, second, "proud", "Kanarienieuw")
    share(cast, "bas", "preparation")
    page = cast.bas.page.visit(f"/mensen/{cast.amina.map_id}/plan")
    assert "Kanarienieuw" in page.text
    assert "Kanarieoud" not in page.text


@pytest.mark.parametrize("leefgebied", ["gezondheid", "gezin"])
def test_a_sensitive_leefgebied_must_be_shared_itself(cast: Cast, leefgebied: str) -> None:
    talk = make(cast)
    prepare(cast, talk, "going:werk", "Kanariewerk")
    prepare(cast, talk, f"going:{leefgebied}", "Kanarieteer")
    share(cast, "bas", "talks")
    share(cast, "bas", "preparation")
    assert seen_by(cast.bas) == {"going:werk"}
    page = cast.bas.page.visit(of_bas(cast, talk))
    assert "Kanariewerk" in page.text
    assert "Kanarieteer" not in page.text
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        seat = cast.facts.seats["bas"]
        factories.share(cast.amina.map_id, seat, grantee("bas"), leefgebied=leefgebied)
        db.session.commit()
    assert "Kanarieteer" in cast.bas.page.visit(of_bas(cast, talk)).text


def test_nobody_else_prepares_and_nobody_asks_what_is_no_question(cast: Cast) -> None:
    share(cast, "bas", "preparation")
    talk = make(cast)
    path = f"/gesprekken/{talk}/voorbereiden/proud"
    for who in (cast.farid, cast.bas):
        assert who.page.get(path).status_code == 404
        assert who.page.post(path, {"text": "x", "version": "0"}).status_code == 404
    cast.amina.page.visit(f"/gesprekken/{talk}/voorbereiden/after", 404)
    cast.amina.page.visit(f"/gesprekken/{talk}/voorbereiden/going:werk", 404)


def test_two_screens_that_answer_one_question_keep_both_texts(cast: Cast) -> None:
    talk = make(cast)
    path = f"/gesprekken/{talk}/voorbereiden/proud"
    form = {"text": "Van mijn telefoon", "lang": "nl", "version": "0", "once": "a"}
    assert cast.amina.page.post(path, form).status_code == 303
    answer = cast.amina.page.post(path, {**form, "text": "Van de pc", "once": "b"})
    assert answer.status_code == 422
    assert "Van mijn telefoon" in answer.text
    assert "Van de pc" in answer.text


def test_a_talk_that_is_over_is_prepared_no_more(cast: Cast) -> None:
    talk = make(cast)
    cast.amina.page.post(f"/gesprekken/{talk}/afzeggen")
    form = {"text": "x", "lang": "nl", "version": "0", "once": "a"}
    path = f"/gesprekken/{talk}/voorbereiden/proud"
    assert cast.amina.page.post(path, form).status_code == 422


def test_a_page_of_topics_takes_away_only_what_it_showed(cast: Cast) -> None:
    talk = make(cast)
    going = f"/gesprekken/{talk}/voorbereiden/going"
    one, two = Page(cast.amina.browse()), Page(cast.amina.browse())
    one.visit(going)
    two.visit(going).choose("Gezondheid").submit("Verder")
    two.fill("text", "Kanariegezond").submit("Verder")
    one.choose("Werk").submit("Verder")
    assert "Kanariegezond" in two.visit(f"/gesprekken/{talk}").text
    one.visit(going).untick("Gezondheid").submit("Verder")
    assert "Kanariegezond" not in two.visit(f"/gesprekken/{talk}").text


def test_what_comes_after_is_chosen_and_told(cast: Cast) -> None:
    for part in ("talks", "preparation"):
        share(cast, "bas", part)
    talk = make(cast, kind="final")
    after = f"/gesprekken/{talk}/voorbereiden/after"
    page = cast.amina.page.visit(after).choose("Werk", "Ik weet het nog niet").submit("Verder")
    assert page.path == f"{after}:werk"
    page.fill("text", "In de keuken").submit("Verder")
    for path in (f"/gesprekken/{talk}", of_bas(cast, talk)):
        page = (cast.bas if "mensen" in path else cast.amina).page.visit(path)
        for words in ("Werk", "In de keuken", "Ik weet het nog niet", "Dit wil ik hierna doen."):
            assert words in page.text
    cast.amina.page.visit(after).untick("Werk").submit("Verder")
    page = cast.bas.page.visit(of_bas(cast, talk))
    assert "In de keuken" not in page.html
    assert "Ik weet het nog niet" in page.text
    answer = cast.amina.page.post(after, {"hierna_lijst": "villa", "once": "v", "was": ""})
    assert answer.status_code == 422
    assert "villa" not in cast.amina.page.visit(f"/gesprekken/{talk}").html
    cast.amina.page.visit(f"{after}:villa", 404)


QUERIES = 15


def test_the_talk_page_asks_no_more_than_it_may(cast: Cast, queries: list[str]) -> None:
    for part in ("talks", "preparation", "direction"):
        share(cast, "bas", part)
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        for _ in range(3):
            last = talks.make_full_talk(cast.amina.map_id, cast.facts.seats["bas"], agreed=True)
        db.session.commit()
    for who, path in ((cast.bas, of_bas(cast, last)), (cast.amina, f"/gesprekken/{last}")):
        page = who.page
        page.get("/hulp")
        queries.clear()
        assert page.get(path).status_code == 200
        asked = [each for each in queries if not each.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) <= QUERIES, "\n".join(asked)
