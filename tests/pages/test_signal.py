"""*Ik heb hulp nodig*: seen by the people who were chosen, and by nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import AccessLog, Answer
from portfolio.models.base import begin
from portfolio.models.consent import Consent, withdraw
from portfolio.models.portfolio import PortfolioKeys, open_keys
from tests import talks
from tests.browser import Page
from tests.pages.test_talk import make, of_bas, share

if TYPE_CHECKING:
    import pytest
    from sqlalchemy.orm import Session

    from portfolio.keyring import Keyring
    from tests.people import Cast

PHONE = "06 12 34 56 78"
PAST = "De dag van een afspraak is geweest."
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


def test_the_list_opens_no_number_without_a_signal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def note(session: Session, ring: Keyring, ids: list[str]) -> dict[str, PortfolioKeys]:
        opened.extend(ids)
        return open_keys(session, ring, ids)

    monkeypatch.setattr("portfolio.signals.open_keys", note)
    share(cast, "bas", "signals")
    give_number(cast)
    assert PHONE not in cast.bas.page.visit("/mensen").html
    assert opened == []
    cast.amina.page.post("/hulp-vragen")
    assert PHONE in cast.bas.page.visit("/mensen").html
    assert opened == [cast.amina.map_id]


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
