"""*Ik heb hulp nodig*: seen by the people who were chosen, and by nobody else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from portfolio.extensions import db
from portfolio.languages import AMSTERDAM
from portfolio.models import (
    AccessLog,
    Agreement,
    Answer,
    Comment,
    Membership,
    PlanVersion,
    Talk,
)
from portfolio.models.answer import keep_answer
from portfolio.models.base import begin
from portfolio.models.consent import Consent, withdraw
from portfolio.models.words import Words
from tests import factories, talks
from tests.browser import Page
from tests.pages.test_portfolio import queries as queries  # noqa: PLC0414 -- a fixture
from tests.pages.test_talk import make, of_bas, share
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Cast

PHONE = "06 12 34 56 78"
SAID = "Vraagt om hulp"


def test_one_tap_is_seen_by_whom_it_was_shared_with(cast: Cast) -> None:
    share(cast, "bas", "signals")
    share(cast, "carla", "talks")
    page = cast.amina.page.visit("/plan").follow("Ik heb hulp nodig")
    assert "Bas" in page.text
    assert "Carla" not in page.text
    page.submit("Vraag nu om hulp")
    assert SAID in cast.bas.page.visit("/mensen").text
    assert SAID not in cast.carla.page.visit("/mensen").text
    page.submit("Ik heb geen hulp meer nodig")
    assert SAID not in cast.bas.page.visit("/mensen").text
    with cast.amina.app.app_context():
        assert db.session.scalars(select(Answer)).all() == []
        assert db.session.scalars(select(AccessLog)).all() == []


def test_without_anybody_chosen_nothing_is_asked(cast: Cast) -> None:
    page = cast.amina.page.visit("/hulp-vragen")
    assert "Kies eerst wie het mag zien." in page.text
    assert page.post("/hulp-vragen").status_code == 303
    with cast.amina.app.app_context():
        assert db.session.scalars(select(Answer)).all() == []


def test_asked_twice_it_stands_once_and_withdrawn_it_is_gone(cast: Cast) -> None:
    share(cast, "bas", "signals")
    for _ in range(2):
        assert cast.amina.page.post("/hulp-vragen").status_code == 303
    with cast.amina.app.app_context():
        assert len(db.session.scalars(select(Answer)).all()) == 1
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "signals")
        db.session.commit()
    assert SAID not in cast.bas.page.visit("/mensen").text


def test_another_owner_takes_nothing_back(cast: Cast) -> None:
    share(cast, "bas", "signals")
    cast.amina.page.post("/hulp-vragen")
    assert cast.farid.page.post("/hulp-vragen/weg").status_code == 303
    assert cast.bas.page.post("/hulp-vragen/weg").status_code == 404
    assert SAID in cast.bas.page.visit("/mensen").text


def test_two_taps_at_one_moment_count_once(cast: Cast) -> None:
    share(cast, "bas", "signals")
    pages = [Page(cast.amina.browse()) for _ in range(4)]
    with ThreadPoolExecutor(len(pages)) as pool:
        answers = pool.map(lambda page: page.post("/hulp-vragen").status_code, pages)
        assert set(answers) == {303}
    with cast.amina.app.app_context():
        assert len(db.session.scalars(select(Answer)).all()) == 1


def give_number(cast: Cast, number: str = PHONE) -> None:
    sent = {"phone": number, "once": "nummer"}
    assert cast.amina.page.post("/hulp-vragen/nummer", sent).status_code == 303


def plan_of(cast: Cast) -> str:
    return f"/mensen/{cast.amina.map_id}/plan"


def test_a_number_is_given_with_the_signal_and_kept_until_taken_away(cast: Cast) -> None:
    share(cast, "bas", "signals")
    share(cast, "carla", "talks")
    page = cast.amina.page.visit("/hulp-vragen")
    page.fill("Op welk nummer", PHONE).submit("Vraag nu om hulp")
    for path in ("/mensen", plan_of(cast)):
        assert SAID in cast.bas.page.visit(path).text
        assert 'href="tel:0612345678"' in cast.bas.page.html, path
        assert PHONE not in cast.carla.page.visit(path).html
    with cast.amina.app.app_context():
        rows = db.session.scalars(select(Answer)).all()
        assert {row.question for row in rows} == {"help", "phone"}
        assert not any(PHONE.encode() in (row.said or b"") for row in rows)
    page.submit("Ik heb geen hulp meer nodig")
    # Without a signal the list opens no number; the page of the plan still has it.
    assert PHONE not in cast.bas.page.visit("/mensen").html
    assert PHONE in cast.bas.page.visit(plan_of(cast)).text
    page.submit("Haal mijn nummer weg")
    assert "Je nummer is weg." in page.text
    assert PHONE not in cast.bas.page.visit(plan_of(cast)).html
    with cast.amina.app.app_context():
        assert db.session.scalars(select(Answer)).all() == []


def test_help_never_waits_for_a_number(cast: Cast) -> None:
    share(cast, "bas", "signals")
    page = cast.amina.page.visit("/hulp-vragen")
    page.fill("Op welk nummer", "bel mij snel").submit("Vraag nu om hulp", 422)
    assert page.value("phone") == "bel mij snel"
    assert "Schrijf een nummer met 10 cijfers." in page.text
    assert "Je vroeg om hulp" in page.text
    assert SAID in cast.bas.page.visit("/mensen").text
    # The page is now the one of who asked: the number is kept apart from the question.
    page.fill("Op welk nummer", PHONE).submit("Bewaar")
    assert PHONE in cast.bas.page.visit("/mensen").text
    # One tap without the field changes no number.
    cast.amina.page.post("/hulp-vragen")
    assert PHONE in cast.bas.page.visit("/mensen").text


def test_a_number_is_gone_with_the_sharing(cast: Cast) -> None:
    share(cast, "bas", "signals")
    share(cast, "bas", "talks")
    cast.amina.page.post("/hulp-vragen", {"phone": PHONE, "once": "k"})
    assert PHONE in cast.bas.page.visit("/mensen").text
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "signals")
        db.session.commit()
    for path in ("/mensen", plan_of(cast)):
        assert PHONE not in cast.bas.page.visit(path).html
    for who in ("farid", "carla", "dirk", "eva"):
        cast.everybody()[who].page.visit(plan_of(cast), 404)
    assert cast.bas.page.post("/hulp-vragen/nummer", {"phone": PHONE}).status_code == 404
    assert cast.farid.page.post("/hulp-vragen/nummer", {"phone": ""}).status_code == 303
    assert PHONE in cast.amina.page.visit("/hulp-vragen").html


def test_numbers_kept_at_one_moment_leave_one(cast: Cast) -> None:
    share(cast, "bas", "signals")
    pages = [Page(cast.amina.browse()) for _ in range(4)]

    def post(number: int) -> int:
        sent = {"phone": f"06 1234567{number}", "once": f"k{number}"}
        return pages[number].post("/hulp-vragen/nummer", sent).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(post, range(4))) == {303}
    with cast.amina.app.app_context():
        assert len(db.session.scalars(select(Answer)).all()) == 1


def test_the_owner_can_call_whoever_sees_it(cast: Cast) -> None:
    share(cast, "bas", "signals")
    cast.bas.page.visit("/mijn-code").follow("Mijn telefoonnummer")
    cast.bas.page.fill("Op welk nummer", "020-1234567").submit("Bewaar")
    page = cast.amina.page.visit("/hulp-vragen")
    assert 'href="tel:0201234567"' in page.html
    assert "020-1234567" not in cast.farid.page.visit("/hulp-vragen").html


def test_an_agreement_past_its_date_has_the_number_beside_it(cast: Cast) -> None:
    share(cast, "bas", "talks")
    talk_id = make(cast, when=-timedelta(days=9))
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        talks.make_agreement(cast.amina.map_id, talk_id, due=-timedelta(days=2))
        db.session.commit()
    give_number(cast)
    page = cast.bas.page.visit(of_bas(cast, talk_id))
    assert "Deze dag is geweest" in page.text
    assert PHONE not in page.html
    for path in ("/mensen", plan_of(cast)):
        assert PAST in page.visit(path).text
        assert PHONE not in page.html
        assert PAST not in cast.carla.page.visit("/mensen").text
    share(cast, "bas", "signals")
    for path in ("/mensen", plan_of(cast)):
        assert PHONE in page.visit(path).html
    assert 'href="tel:0612345678"' in page.visit(of_bas(cast, talk_id)).html
    assert PHONE not in cast.amina.page.visit(f"/gesprekken/{talk_id}").html
    page.submit("Dit is klaar")
    assert PHONE not in page.html
    for path in ("/mensen", plan_of(cast)):
        assert PAST not in page.visit(path).text


PAST = "De dag van een afspraak is geweest."
SILENT = "Jullie spraken elkaar 6 weken niet."


def ago(days: int) -> datetime:
    """Give noon in Amsterdam so many days before today there."""
    day = datetime.now(AMSTERDAM).date() - timedelta(days=days)
    return datetime.combine(day, time(12), AMSTERDAM)


def share_since(cast: Cast, days: int, who: str = "bas", *parts: str) -> None:
    """Share signals and talks, as if that was so many days ago."""
    for part in parts or ("signals", "talks"):
        share(cast, who, part)
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        seat = Consent.membership_id == cast.facts.seats[who]
        mine = update(Consent).where(seat, Consent.part.in_(("signals", "talks")))
        db.session.execute(mine.values(starts_at=ago(days)))
        # What the cast said to each other is contact too: here it was long ago.
        db.session.execute(update(Comment).values(created_at=ago(120)))
        db.session.commit()


def silence(cast: Cast, who: str = "bas") -> bool:
    """Tell whether the list says so; the page of the plan says the same."""
    page = cast.everybody()[who].page
    listed = SILENT in page.visit("/mensen").text
    assert (SILENT in page.visit(plan_of(cast)).text) is listed
    return listed


@pytest.mark.parametrize(("days", "told"), [(41, False), (42, False), (43, True)])
def test_six_weeks_count_from_the_day_of_sharing(cast: Cast, days: int, *, told: bool) -> None:
    share_since(cast, days)
    give_number(cast)
    assert silence(cast) is told
    assert (PHONE in cast.bas.page.visit("/mensen").html) is told
    if told:
        assert "Vraag hoe het gaat, of plan een gesprek." in cast.bas.page.text
        assert not re.search(r"\b\d+ (dagen|weken)\b", cast.bas.page.text.replace(SILENT, ""))


def test_only_a_coach_who_holds_both_is_told(cast: Cast) -> None:
    share_since(cast, 100, "bas", "signals")
    assert not silence(cast)
    share_since(cast, 100, "carla", "talks")
    assert not silence(cast, "carla")
    share_since(cast, 100)
    assert silence(cast)
    assert not silence(cast, "carla")
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        # Who only looks writes and holds no talks: nothing is said of a silence.
        seat = db.session.get_one(Membership, cast.facts.seats["bas"])
        seat.role = "begeleider"
        db.session.commit()
    assert not silence(cast)
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "signals")
        db.session.commit()
    assert SILENT not in cast.bas.page.visit("/mensen").text


def at_day(cast: Cast, row_id: str, model: type[Any], column: str, days: int | None) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        setattr(db.session.get_one(model, row_id), column, ago(days) if days is not None else None)
        db.session.commit()


def test_a_talk_is_contact_and_one_that_comes_is_no_silence(cast: Cast) -> None:
    share_since(cast, 100)
    talk_id = make(cast)
    assert not silence(cast)
    for days, told in ((43, True), (42, False), (41, False)):
        at_day(cast, talk_id, Talk, "starts_at", days)
        assert silence(cast) is told, days
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        db.session.get_one(Talk, talk_id).state = "cancelled"
        db.session.commit()
    assert silence(cast)
    # A talk with somebody else is no contact with this coach.
    make(cast, "carla")
    assert silence(cast)


def test_what_was_agreed_and_said_is_contact(cast: Cast) -> None:
    share_since(cast, 100)
    amina, bas = cast.amina, cast.facts.seats["bas"]
    with amina.app.app_context():
        begin(db.session, writing=True)
        talk_id = talks.make_talk(amina.map_id, bas)
        agreement = talks.make_agreement(amina.map_id, talk_id)
        version = factories.version(amina.map_id, bas, "signals", "x")
        db.session.commit()
    at_day(cast, talk_id, Talk, "starts_at", 90)
    at_day(cast, agreement, Agreement, "created_at", 90)
    assert silence(cast)
    for row_id, model, column in (
        (agreement, Agreement, "done_at"),
        (agreement, Agreement, "created_at"),
        (version, PlanVersion, "other_yes_at"),
        (cast.facts.comments["asked"], Comment, "created_at"),
        (cast.facts.comments["answered"], Comment, "created_at"),
    ):
        at_day(cast, row_id, model, column, 3)
        assert not silence(cast), (model, column)
        at_day(cast, row_id, model, column, 90)
        assert silence(cast), (model, column)
    # An answer to somebody else is none to this coach.
    with amina.app.app_context():
        begin(db.session, writing=True)
        asked = db.session.get_one(Comment, cast.facts.comments["asked"])
        asked.membership_id = cast.facts.seats["carla"]
        db.session.commit()
    at_day(cast, cast.facts.comments["answered"], Comment, "created_at", 3)
    assert silence(cast)


def test_the_list_asks_no_more_for_more_people_and_keeps_its_order(
    cast: Cast, queries: list[str]
) -> None:
    def asked() -> int:
        queries.clear()
        cast.bas.page.visit("/mensen")
        return len(queries)

    share_since(cast, 100)
    cast.amina.page.post("/hulp-vragen", {"phone": PHONE, "once": "k"})
    cast.bas.page.visit("/mensen")
    one, names = asked(), []
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        for number in range(6):
            owner = factories.make_owner(f"eigenaar{number}", f"Eigenaar {number}")
            assert owner.portfolio
            names.append(owner.portfolio.id)
            seat = cast.facts.seats["bas"]
            for part in ("signals", "talks"):
                factories.share(owner.portfolio.id, seat, grantee("bas"), part=part)
            if number % 2:
                keep_answer(
                    db.session,
                    select(Answer).where(Answer.portfolio_id == owner.portfolio.id),
                    owner.portfolio.id,
                    factories.keys_for(owner.portfolio.id),
                    part="signals",
                    question="phone",
                    texts=(Words(f"06 1234567{number}", "nl"),),
                )
                old = update(Consent).where(Consent.portfolio_id == owner.portfolio.id)
                db.session.execute(old.values(starts_at=ago(100)))
        db.session.commit()
    assert asked() == one
    assert cast.bas.page.text.count(SILENT) == 4
    places = [cast.bas.page.text.index(f"Eigenaar {number}") for number in range(6)]
    assert places == sorted(places)
    assert len(names) == 6
