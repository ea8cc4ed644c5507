"""Hulp aan de balie: lost everything, and who comes in by it and who does not."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select

from portfolio.erasure import erase
from portfolio.extensions import db
from portfolio.models import (
    Credential,
    DeskChoice,
    DeskRecovery,
    Membership,
    Notice,
    Organisation,
    Person,
    SecurityEvent,
    SignIn,
)
from portfolio.models.base import Base, begin
from portfolio.models.desk import KEPT, OPEN_FOR, WAITS
from portfolio.models.organisation import close_organisation, end_membership
from portfolio.passphrase import hash_passphrase
from portfolio.proving import PROOF_LASTS
from portfolio.sweep import sweep
from portfolio.views.desk import STEADY
from tests import factories
from tests.browser import ORIGIN, Page
from tests.pages.test_email import letters, prove
from tests.pages.test_sign_in import bare, later, sign_in
from tests.people import GEMEENTE, LINDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.people import Actor, Cast

WORD, NEW = "Oma's  blauwe Deur", "mijn nieuwe lange zin"
HASHED = hash_passphrase("oma's blauwe deur")
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b")
BANNER = "Iemand vroeg aan de balie om een nieuw wachtwoord"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let a paper be given at once, but where that is what is tried."""
    if "learns_nothing" not in request.node.name:
        monkeypatch.setattr("portfolio.views.desk.STEADY", 0.0)


def choose(who: Actor, word: str = WORD) -> None:
    """Let an owner choose the municipality on the page."""
    page = Page(who.browse()).visit("/over-mij/balie").choose(GEMEENTE)
    page.fill("own_word", word).fill("own_word_again", word.upper())
    assert "mag je helpen" in page.submit("Deze organisatie mag me helpen").text


def chosen(app: Flask, who: Actor) -> None:
    """Let an owner choose the municipality, without the pages."""
    place = who.facts.organisations["gemeente"]
    act(app, lambda: factories.choose_desk(who.person_id, place, HASHED))


def paper(member: Actor, name: str) -> Page:
    """Let a member give a paper to whoever types this name."""
    page = Page(member.browse()).visit("/balie").fill("sign_in_name", name)
    return page.submit("Maak het papier")


def code_of(page: Page) -> str:
    (code,) = set(CODE.findall(page.text))
    return str(code)


def claim(cast: Cast, code: str, word: str = WORD, new: str = NEW) -> TestResponse:
    """Send what stands on the paper from a browser in which nobody signed in."""
    data = {"code": code, "own_word": word, "passphrase": new, "passphrase_again": new}
    return Page(cast.visitor.browse()).post("/inloggen/balie", data)


def count(app: Flask, model: type[Base]) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count()).select_from(model)).one()


def act(app: Flask, deed: Callable[[], object]) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        deed()
        db.session.commit()


def test_who_lost_everything_comes_back_after_72_hours(app: Flask, cast: Cast) -> None:
    """ASVS 6.4.4: proof of the same strength, a waiting time, and a notice on each way left."""
    amina, phone = cast.amina, Page(cast.visitor.browse())
    prove(amina)
    choose(amina)
    sign_in(phone, amina, own=True)
    code = code_of(paper(cast.bas, " AMINA "))
    # Each way that still works is told: a session, the list, the mail.
    assert BANNER in phone.visit("/map").text
    assert BANNER in phone.visit("/over-mij/naam").text
    assert "nieuwe manier van inloggen" in phone.visit("/berichten").text
    assert "nieuwe manier van inloggen" in letters(app)[-1][1]
    later(app, WAITS - MINUTE)
    assert claim(cast, code).status_code == 422
    later(app, 2 * MINUTE)
    page = Page(cast.visitor.browse()).visit("/inloggen/balie")
    page.fill("code", code.lower().replace("-", " ")).fill("own_word", WORD.lower())
    page.fill("passphrase", "amina amina").fill("passphrase_again", "amina amina")
    assert "Gebruik niet alleen je naam" in page.submit("Bewaar", 422).text
    page.fill("code", code).fill("own_word", WORD).fill("passphrase", NEW)
    page.fill("passphrase_again", NEW).submit("Bewaar")
    assert len(set(CODE.findall(page.text))) == 10
    assert page.follow("Ik heb ze opgeschreven").path == "/map"
    assert BANNER not in page.text
    # All of before has ended, and the paper worked once.
    assert phone.visit("/map").path.startswith("/inloggen")
    assert claim(cast, code).status_code == 422
    old = {"sign_in_name": "amina", "passphrase": amina.passphrase}
    assert phone.post("/inloggen", old).status_code == 422
    assert phone.post("/inloggen", {**old, "passphrase": NEW}).status_code == 303
    assert "iets gebeurd met je inloggen" in letters(app)[-1][1]
    with app.app_context():
        mine = select(SecurityEvent.name).where(SecurityEvent.name.like("desk_%"))
        events = sorted(db.session.scalars(mine).all())
        assert events == ["desk_chosen", "desk_paper_given", "desk_recovery_used"]
        kinds = select(Credential.kind).where(
            Credential.person_id == amina.person_id, Credential.ended_at.is_(None)
        )
        found = db.session.scalars(kinds).all()
        assert sorted(found) == ["passphrase", *["recovery_code"] * 10]


def test_a_desk_learns_nothing_and_gives_one_paper_for_two_taps(app: Flask, cast: Cast) -> None:
    """The same words, as many rows and as much time, whoever is asked for. ASVS 6.3.8."""
    chosen(app, cast.amina)
    seen = []
    # Chosen; already running; a map without a choice; who works here; nobody.
    for name in ("amina", "amina", "farid", "carla", "nobody-at-all"):
        before = count(app, DeskRecovery)
        began = time.monotonic()
        page = paper(cast.bas, name)
        assert time.monotonic() - began >= STEADY
        assert count(app, DeskRecovery) == before + 1
        plain = CODE.sub("CODE", bare(page.html).replace("<wbr>", ""))
        seen.append(re.sub(r"\d\d\.\d\d uur", "uur", plain))
    assert len(set(seen)) == 1
    assert "amina" not in seen[0].lower()
    with app.app_context():
        named = select(DeskRecovery.person_id).where(DeskRecovery.person_id.is_not(None))
        assert db.session.scalars(named).all() == [cast.amina.person_id]
        assert db.session.scalars(select(Notice.person_id)).all() == [cast.amina.person_id]
    data = {"sign_in_name": "farid", "once": "the-same-form"}
    carla, bas = cast.carla.page, cast.bas.page
    first, again, other = (each.post("/balie", data).data for each in (carla, carla, bas))
    shown = re.compile(rb"[0-9A-Z-]{10}<wbr>[0-9A-Z-]{9}")
    assert shown.findall(first) == shown.findall(again)
    # Another member who sends that very form gets another paper.
    assert shown.findall(other) != shown.findall(first)
    assert count(app, DeskRecovery) == 7


def test_a_member_alone_comes_to_nothing_and_shuts_nobody_out(app: Flask, cast: Cast) -> None:
    """Whoever keeps the paper guesses ten words a day; without it nothing is counted there."""
    chosen(app, cast.amina)
    code = code_of(paper(cast.bas, "amina"))
    later(app, WAITS + MINUTE)
    tries = [claim(cast, code, f"geraden woord {number}").status_code for number in range(11)]
    assert tries == [422] * 10 + [429]
    assert claim(cast, code).status_code == 429
    assert claim(cast, "ABCD-EFGH-JKMN-PQRS").status_code == 422
    assert sign_in(Page(cast.visitor.browse()), cast.amina).path == "/map"
    later(app, timedelta(days=1))
    assert claim(cast, code).status_code == 200


def test_whatever_is_wrong_it_is_said_in_the_same_words(app: Flask, cast: Cast) -> None:
    """Also who got a seat meanwhile gets nothing: it would go past the second step. ASVS 6.4.3."""
    amina, bas, carla = cast.amina, cast.bas, cast.carla
    seen: dict[str, str] = {}

    def refused(what: str, code: str, word: str = WORD) -> None:
        answer = claim(cast, code, word)
        assert answer.status_code == 422, what
        seen[what] = re.sub(r"data-\S+", "", bare(answer.get_data(as_text=True)))

    def fresh(member: Actor = bas, wait: timedelta = WAITS + MINUTE) -> str:
        chosen(app, amina)
        code = code_of(paper(member, "amina"))
        later(app, wait)
        return code

    refused("unknown code", "ABCD-EFGH-JKMN-PQRS")
    refused("too early", fresh(wait=WAITS - MINUTE))
    code = fresh()
    refused("wrong word", code, "een ander woord")
    later(app, OPEN_FOR)
    refused("too late", code)
    code = fresh()
    assert Page(amina.browse()).visit("/map").submit("Stop het").path == "/map"
    refused("stopped", code)
    code = fresh()
    choose(amina)
    refused("chosen anew", code)
    code = fresh()
    Page(amina.browse()).visit("/over-mij/balie").submit("Stop hiermee")
    refused("taken back", code)
    code = fresh()
    act(app, lambda: end_membership(db.session, bas.seat_id))
    refused("member left", code)
    assert BANNER not in Page(amina.browse()).visit("/map").text

    def seat() -> Membership:
        person = db.session.get_one(Person, amina.person_id)
        linde = db.session.get_one(Organisation, cast.facts.organisations["linde"])
        return factories.member(factories.Account(person), linde, "provider")

    code = fresh(carla)
    act(app, seat)
    refused("works for others", code)
    mine = Membership.person_id == amina.person_id
    act(app, lambda: db.session.execute(delete(Membership).where(mine)))
    act(app, lambda: close_organisation(db.session, cast.facts.organisations["gemeente"]))
    refused("closed", code)
    assert len(set(seen.values())) == 1, seen
    assert "Kijk op je papier wanneer het kan" in seen["too early"]


def test_of_two_who_finish_at_once_one_comes_in(app: Flask, cast: Cast) -> None:
    chosen(app, cast.amina)
    code = code_of(paper(cast.bas, "amina"))
    later(app, WAITS + MINUTE)
    before = count(app, SignIn)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: claim(cast, code).status_code, range(2)))
    assert sorted(answers) == [200, 422]
    assert count(app, SignIn) == before + 1


def test_the_choice_asks_for_a_word_that_nobody_guesses(app: Flask, cast: Cast) -> None:
    amina = cast.amina
    page = amina.page.visit("/over-mij/balie")
    assert LINDE not in page.text, "a provider is no desk"
    assert "72 uur" in page.text
    for word, said in (
        ("kort", "8 letters of meer"),
        (" Amina 123 ", "Dit kunnen anderen raden"),
        ("wachtwoord", "Dit kunnen anderen raden"),
        ("wit huis aan zee", "niet 2 keer hetzelfde"),
    ):
        again = word if "raden" in said or word == "kort" else "wit huis aan het meer"
        page.choose(GEMEENTE).fill("own_word", word).fill("own_word_again", again)
        assert said in page.submit("Deze organisatie mag me helpen", 422).text
    sent = {"own_word": WORD, "own_word_again": WORD}
    for place in ("linde", "gemeente"):
        known = cast.facts.organisations[place]
        who = amina if place == "linde" else cast.farid
        answer = who.page.post("/over-mij/balie", {**sent, "organisation": known})
        assert answer.status_code == 422, "nobody there helps this owner"
    assert "Deel eerst iets met een coach" in cast.farid.page.visit("/over-mij/balie").text
    assert count(app, DeskChoice) == 0
    # Who works for an organisation has a second step, and no way around it.
    linde, person = cast.facts.organisations["linde"], amina.person_id

    def seat() -> None:
        made = factories.Account(db.session.get_one(Person, person))
        factories.member(made, db.session.get_one(Organisation, linde), "beheerder")

    act(app, seat)
    page = Page(amina.browse()).visit("/over-mij/balie")
    assert "Daarom kan dit bij jou niet" in page.text
    gemeente = cast.facts.organisations["gemeente"]
    assert page.post("/over-mij/balie", {**sent, "organisation": gemeente}).status_code == 422
    assert count(app, DeskChoice) == 0


def test_stopping_asks_nothing_and_choosing_does(app: Flask, cast: Cast) -> None:
    chosen(app, cast.amina)
    phone = sign_in(Page(cast.visitor.browse()), cast.amina, own=True)
    paper(cast.bas, "amina")
    assert BANNER not in Page(cast.farid.browse()).visit("/map").text
    assert BANNER not in Page(cast.bas.browse()).visit("/mensen").text
    desk = cast.bas.page
    later(app, PROOF_LASTS + MINUTE)
    for page, path in ((phone, "/over-mij/balie"), (desk, "/balie")):
        answer = page.client.get(path, base_url=ORIGIN)
        assert answer.headers["Location"].startswith("/bevestig")
    phone.visit("/berichten").submit("Stop het")
    assert phone.path == "/berichten"
    assert BANNER not in phone.text
    # Twice, or too late, does no harm; and it never leads to another site.
    answer = phone.post("/over-mij/balie/stop", {"next": "//evil.example"})
    assert answer.headers["Location"] == "/"


def test_rows_of_a_desk_go_in_time_and_with_their_person(app: Flask, cast: Cast) -> None:
    for who in (cast.amina, cast.farid):
        chosen(app, who)
    paper(cast.bas, "amina")
    paper(cast.bas, "nobody-at-all")
    Page(cast.amina.browse()).visit("/over-mij/balie").submit("Stop hiermee")
    later(app, KEPT - MINUTE)
    sweep(app)
    assert (count(app, DeskRecovery), count(app, DeskChoice)) == (2, 2)
    later(app, 2 * MINUTE)
    sweep(app)
    # What nobody took up is kept as long after its last day; what is in use stays.
    assert (count(app, DeskRecovery), count(app, DeskChoice)) == (1, 1)
    code = code_of(paper(cast.bas, "farid"))
    with app.app_context():
        assert erase(cast.farid.person_id)
    assert (count(app, DeskRecovery), count(app, DeskChoice)) == (1, 0)
    later(app, WAITS + MINUTE)
    assert claim(cast, code).status_code == 422
    later(app, KEPT + OPEN_FOR)
    sweep(app)
    assert count(app, DeskRecovery) == 0
