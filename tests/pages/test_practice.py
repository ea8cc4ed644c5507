"""Zo doen wij het: an organisation's own number for what is practice, and where it is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.access import Action, visible
from portfolio.data.plan import LAW
from portfolio.extensions import db
from portfolio.models import Contact, Practice
from portfolio.models.base import begin
from portfolio.models.consent import AMSTERDAM, months_later
from portfolio.models.practice import ADJUSTABLE, TALK_EVERY, hold_practice, keep_practice
from portfolio.talked import Chair, start, talk_view
from tests.browser import Page
from tests.pages.test_organisation import made_elsewhere
from tests.pages.test_talk import make, share

if TYPE_CHECKING:
    from tests.people import Actor, Cast

NAME = "Gemeente Voorbeeldstad"
ASKED = "Hoeveel maanden zitten er tussen twee gesprekken?"


def address(cast: Cast, which: str = "gemeente") -> str:
    return f"/organisatie/{cast.facts.organisations[which]}/zo-doen-wij-het"


def kept(actor: Actor) -> list[tuple[str, int]]:
    with actor.app.app_context():
        rows = db.session.execute(select(Practice.fact, Practice.number)).all()
        return [(fact, number) for fact, number in rows]


def set_to(cast: Cast, number: int, which: str = "gemeente") -> None:
    with cast.eva.app.app_context():
        begin(db.session, writing=True)
        at = cast.facts.organisations[which]
        hold_practice(db.session, at)
        chosen = select(Practice).where(Practice.organisation_id == at)
        keep_practice(db.session, at, chosen, {TALK_EVERY: number})
        db.session.commit()


def test_a_beheerder_sets_it_from_our_number_with_source_and_kind(
    cast: Cast, eva: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    page = eva.page.visit("/organisatie")
    page.visit(address(cast))
    assert page.value(TALK_EVERY) == "3"
    for said in (NAME, ASKED, "van 1 tot en met 12", "Zo gaat het vaak", LAW[TALK_EVERY].source):
        assert said in page.text, said
    with caplog.at_level("INFO", "portfolio.events"):
        page.fill(TALK_EVERY, "6").submit("Bewaar")
    assert kept(eva) == [(TALK_EVERY, 6)]
    assert "practice_changed" in caplog.text
    assert page.visit(address(cast)).value(TALK_EVERY) == "6"
    caplog.clear()
    # The same once more is no change, and neither is the same form sent twice.
    with caplog.at_level("INFO", "portfolio.events"):
        page.submit("Bewaar")
    assert "practice_changed" not in caplog.text


@pytest.mark.parametrize("typed", ["0", "13", "", "drie", "2,5", "-3", "9" * 500, "٣٣", "³"])
def test_what_is_out_of_bounds_is_said_and_what_was_typed_stays(
    cast: Cast, eva: Actor, typed: str
) -> None:
    page = eva.page.visit(address(cast)).fill(TALK_EVERY, typed).submit("Bewaar", 422)
    assert "Schrijf een getal van 1 tot en met 12." in page.text
    assert page.value(TALK_EVERY) == typed
    assert kept(eva) == []


def test_others_have_no_such_page(cast: Cast) -> None:
    school, _, _ = made_elsewhere(cast.eva.app)
    theirs = f"/organisatie/{school}/zo-doen-wij-het"
    sent = {TALK_EVERY: "6", "once": "k", "shown": ""}
    for who, path in (
        *((getattr(cast, name), address(cast)) for name in ("amina", "farid", "bas", "dirk")),
        (cast.eva, theirs),
        (cast.eva, theirs.replace(school, "A" * 22)),
    ):
        assert who.page.get(path).status_code == 404
        assert who.page.post(path, sent).status_code == 404
    assert cast.visitor.page.get(address(cast)).status_code == 303
    assert kept(cast.eva) == []


def test_a_fact_of_the_law_is_never_set(cast: Cast, eva: Actor) -> None:
    assert all(LAW[key].kind == "practice" for key in ADJUSTABLE)
    sent = {TALK_EVERY: "6", "term": "12", "pvt_seen": "9", "once": "k", "shown": ""}
    assert eva.page.post(address(cast), sent).status_code == 303
    assert kept(eva) == [(TALK_EVERY, 6)]
    with eva.app.app_context(), pytest.raises(ValueError, match="no number of its own"):
        keep_practice(db.session, "x", select(Practice), {"term": 12})
    with eva.app.app_context():
        # What stands in the database against the rule is not told.
        begin(db.session, writing=True)
        at = cast.facts.organisations["gemeente"]
        row = db.session.scalars(select(Practice)).one()
        row.number = 99
        wrong = Practice(organisation_id=at, fact="term", number=1, changed_at=row.changed_at)
        db.session.add(wrong)
        db.session.commit()
    choose(cast)
    page = cast.amina.page.visit("/plan/leerroute")
    assert "Je hebt 36 maanden" in page.text
    assert "Aantal maanden tussen de gesprekken: 3." in page.text
    assert page.visit("/plan/leerroute").text.count("Zo doet") == 0


def test_what_another_beheerder_changed_meanwhile_is_shown_beside(cast: Cast, eva: Actor) -> None:
    page = eva.page.visit(address(cast)).fill(TALK_EVERY, "6")
    set_to(cast, 9)
    page.submit("Bewaar", 422)
    assert "Dit staat er nu: 9." in page.text
    assert page.value(TALK_EVERY) == "6"
    page.submit("Bewaar")
    assert kept(eva) == [(TALK_EVERY, 6)]


def test_two_who_set_it_at_once_leave_one_number(cast: Cast, eva: Actor) -> None:
    pages = [Page(eva.browse()) for _ in range(4)]

    def post(number: int) -> int:
        sent = {TALK_EVERY: str(number + 5), "once": f"k{number}", "shown": ""}
        return pages[number].post(address(cast), sent).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(post, range(4))) == [303, 422, 422, 422]
    assert len(kept(eva)) == 1


def choose(cast: Cast, who: str = "bas") -> None:
    path = f"/contactpersoon/{cast.facts.seats[who]}/kies"
    assert cast.amina.page.post(path, {"once": "k"}).status_code == 303


def test_an_owner_reads_what_the_organisation_of_the_contact_person_does(cast: Cast) -> None:
    set_to(cast, 6)
    set_to(cast, 9, "linde")
    page = cast.amina.page.visit("/plan/leerroute")
    # Without a contact person our number stands, whoever else looks in.
    assert "Aantal maanden tussen de gesprekken: 3." in page.text
    assert "Zo doet" not in page.text
    choose(cast)
    page.visit("/plan/leerroute")
    assert "Aantal maanden tussen de gesprekken: 6." in page.text
    assert f"Zo doet {NAME} het" in page.text
    assert (
        "Aantal maanden tussen de gesprekken: 3." in cast.farid.page.visit("/plan/leerroute").text
    )
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        # Whoever was the contact person once says nothing any more.
        db.session.execute(update(Contact).values(ended_at=datetime.now(UTC)))
        db.session.commit()
    assert "Aantal maanden tussen de gesprekken: 3." in page.visit("/plan/leerroute").text
    choose(cast)
    cast.eva.page.post(f"/organisatie/mensen/{cast.bas.seat_id}/stoppen")
    page.visit("/plan/leerroute")
    assert "Aantal maanden tussen de gesprekken: 3." in page.text


def test_the_gate_keeps_the_numbers_of_others_from_a_beheerder(cast: Cast) -> None:
    school, _, _ = made_elsewhere(cast.eva.app)
    set_to(cast, 6)
    with cast.eva.app.app_context():
        begin(db.session, writing=True)
        keep_practice(db.session, school, select(Practice), {TALK_EVERY: 9})
        db.session.commit()
        for who, numbers in ((cast.eva, [6]), (cast.bas, []), (cast.amina, [])):
            mine = visible(who.viewer(), Action.ORGANISATION_KEEP, Practice)
            assert [row.number for row in db.session.scalars(mine).all()] == numbers


def test_the_day_of_the_next_talk_follows_the_organisation_of_its_seat(cast: Cast) -> None:
    share(cast, "bas", "talks")
    talk_id = make(cast)
    set_to(cast, 12)
    amina, bas = cast.amina, cast.bas
    today = datetime.now(UTC).astimezone(AMSTERDAM).date()
    for page in (
        amina.page.visit(f"/gesprekken/{talk_id}"),
        bas.page.visit(f"/mensen/{amina.map_id}/gesprekken/{talk_id}"),
        amina.page.visit("/gesprekken/nieuw"),
        bas.page.visit(f"/mensen/{amina.map_id}/gesprekken/nieuw"),
    ):
        assert "Aantal maanden tussen de gesprekken: 12." in page.text
        assert f"Zo doet {NAME} het" in page.text
    for actor, party in ((amina, "owner"), (bas, "coach")):
        with actor.app.test_request_context():
            chair = Chair(actor.viewer(), party, amina.map_id)  # type: ignore[arg-type]  # one of two
            view = talk_view(chair, talk_id)
            expected = months_later(view.talk.starts_at.astimezone(AMSTERDAM).date(), 12)
            assert view.suggested == start(chair).suggested == expected > today
