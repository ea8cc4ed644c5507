"""Pictures and sound first: whose choice it is, how pages begin then, and what a tap answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from portfolio.extensions import db
from portfolio.forms.by_tap import names_for, tapped
from portfolio.models.comment import Comment
from portfolio.models.person import Person
from portfolio.models.writing import Typed, TypedDate, Writing
from portfolio.passphrase import weakness
from portfolio.proposing import propose_name, propose_passphrase, propose_sign_in_name
from tests.browser import Page
from tests.pages.test_comment import SAID, written

if TYPE_CHECKING:
    from tests.people import Actor, Cast

CHOICE = "/plaatjes-en-geluid"
TODAY = date(2026, 3, 1)


def is_by_picture(page: Page) -> bool:
    """Tell how the page that is there begins."""
    body = page.tree.first("body")
    assert body is not None
    return "pictures" in body.get("class").split()


def kept_of(*actors: Actor) -> list[bool]:
    """Read what is kept with these accounts."""
    with actors[0].app.app_context():
        rows = [db.session.get(Person, actor.person_id) for actor in actors]
        return [row.pictures for row in rows if row]


def test_the_choice_is_ones_own_and_goes_along(amina: Actor, farid: Actor, visitor: Actor) -> None:
    assert not is_by_picture(visitor.page.visit("/"))
    assert is_by_picture(visitor.page.submit("Met plaatjes en geluid"))
    assert visitor.page.path == "/"
    assert not is_by_picture(visitor.page.submit("Met meer tekst"))
    # Nobody chooses for another, whatever they send along.
    sent = {"pictures": "1", "next": "/map", "person_id": farid.person_id, "id": farid.person_id}
    assert amina.page.post(CHOICE, sent).headers["Location"] == "/map"
    assert kept_of(amina, farid) == [True, False]
    assert is_by_picture(amina.page.visit("/over-mij"))
    assert "Met plaatjes en geluid" in amina.page.text
    # Another phone knows it too; and what was chosen on this one comes first.
    other = Page(amina.browse())
    assert is_by_picture(other.visit("/map"))
    other.post(CHOICE, {"pictures": "0"})
    assert kept_of(amina) == [False]
    assert is_by_picture(amina.page.visit("/map"))
    amina.page.post(CHOICE, {"pictures": "0"})
    other.post(CHOICE, {"pictures": "1"})
    assert kept_of(amina) == [True]
    assert not is_by_picture(amina.page.visit("/map"))
    amina.page.post(CHOICE, {"pictures": "1"})
    amina.page.post("/uitloggen")
    assert is_by_picture(amina.page.visit("/"))


@pytest.mark.parametrize("nonsense", [{}, {"pictures": ""}, {"pictures": "2"}, {"pictures": "ja"}])
def test_nonsense_is_refused_kindly(amina: Actor, nonsense: dict[str, str]) -> None:
    answer = amina.page.post(CHOICE, nonsense)
    assert answer.status_code == 400
    assert "Ga naar het begin" in answer.get_data(as_text=True)
    assert kept_of(amina) == [False]


def test_only_our_own_form_chooses(amina: Actor) -> None:
    """ASVS 3.5.1."""
    assert amina.page.send(CHOICE, {"pictures": ["1"]}).status_code == 400
    assert amina.page.get(CHOICE + "?pictures=1").status_code in (404, 405)
    elsewhere = amina.page.post(CHOICE, {"pictures": "0", "next": "https://evil.example"})
    assert elsewhere.headers["Location"] == "/"
    assert kept_of(amina) == [False]


def test_what_we_propose_is_never_weak_and_never_twice() -> None:
    names, secrets = set(), set()
    for _ in range(200):
        called, name, secret = propose_name(), propose_sign_in_name(), propose_passphrase()
        assert weakness(secret.text, [called.text, name.text]) is None, secret.text
        names.add(name.text)
        secrets.add(secret.text)
        assert len({word for word, _ in secret.pieces}) == len(secret.pieces)
    assert len(names) > 190
    assert len(secrets) == 200


def test_a_proposal_is_for_who_reads_little_and_new_each_time(visitor: Actor) -> None:
    page = visitor.page.visit("/begin").choose("18+").submit("Verder")
    assert "Dit is goed" not in page.text
    page.post(CHOICE, {"pictures": "1"})
    seen = set()
    for _ in range(3):
        page.visit("/begin").choose("18+").submit("Verder").submit("Dit is goed")
        seen.add(page.submit("Dit is goed").tree.first("main").text)  # type: ignore[union-attr]  # every page has one
        assert page.h1 == "Kies een wachtwoord"
    assert len(seen) == 3
    # Writing it oneself stays, and so does what is wrong with it.
    page.fill("passphrase", "kort").submit("Maak mijn map", 422)
    assert "10 letters of meer" in page.text


def test_the_draft_begins_with_a_photo_and_ends_with_a_name(amina: Actor) -> None:
    page = amina.page
    page.post(CHOICE, {"pictures": "1"})
    page.visit("/map").submit("Een foto")
    passed = []
    for _ in range(6):
        passed.append(page.path.rpartition("/")[2])
        page.submit("Sla over")
    assert passed == ["foto", "verhaal", "onderwerp", "soort", "wanneer", "titel"]
    assert page.h1 == "Klopt alles?"
    place = page.path.rpartition("/")[0]
    page.visit(f"{place}/wanneer").submit("Vandaag").visit(f"{place}/onderwerp")
    page.choose("werk").submit("Verder").visit(f"{place}/titel")
    # An answer that we do not offer is none.
    assert page.post(f"{place}/titel", {"title_0": "", "voorstel": "zelf"}).status_code == 303
    assert "Nog zonder naam" in page.visit("/map").text
    page.visit(f"{place}/titel").submit("Werk, ").visit(f"{place}/klaar").submit("Bewaar")
    assert page.h1.startswith("Werk, ")
    # Whoever reads more again finds the questions as they were.
    page.post(CHOICE, {"pictures": "0"})
    assert page.visit("/map").submit("Voeg iets toe").path.endswith("/onderwerp")


def test_a_tap_names_and_dates_and_takes_nothing_away() -> None:
    said = Writing(leefgebied="werk", kind="betaald_werk", texts=(Typed("ar", "", "خبز"),))
    assert [name.text for name in names_for(said, TODAY)] == [
        "Werk, maart 2026",
        "Betaald werk, maart 2026",
    ]
    assert names_for(Writing(), TODAY) == ()
    named = tapped(said, {"voorstel": "soort"}, TODAY)
    assert named.texts == (Typed("ar", "", "خبز"), Typed("nl", "Betaald werk, maart 2026"))
    again = tapped(named, {"voorstel": "onderwerp"}, TODAY)
    assert again.texts[1] == Typed("nl", "Werk, maart 2026")
    full = Writing(leefgebied="werk", texts=tuple(map(Typed, ("ar", "ti", "tr", "fa"))))
    assert tapped(full, {"voorstel": "onderwerp"}, TODAY) == full
    for nonsense in ({}, {"voorstel": "x"}, {"tik": "morgen"}, {"voorstel": "gezondheid"}):
        assert tapped(said, nonsense, TODAY) == said
    days = {key: tapped(said, {"tik": key}, TODAY).started for key in ("gisteren", "maand", "jaar")}
    assert days == {
        "gisteren": TypedDate("28", "2", "2026"),
        "maand": TypedDate("", "3", "2026"),
        "jaar": TypedDate("", "", "2026"),
    }


def test_a_coach_is_answered_by_a_tap(amina: Actor, bas: Actor, farid: Actor, cast: Cast) -> None:
    there = f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}"
    bas.page.visit(there).fill("text", SAID).submit("Stuur")
    thing = f"/map/stuk/{cast.entries['work']}"
    assert "Dank je wel." not in amina.page.visit(thing).text
    amina.page.post(CHOICE, {"pictures": "1"})
    amina.page.visit(thing).submit("Dank je wel.")
    assert "Dank je wel." in bas.page.visit(there).text
    with amina.app.app_context():
        row = db.session.get(Comment, written(amina)[-1])
        assert row is not None
        asked = row.reply_to
    # Another's tap is no answer here.
    sent = {"text": "Dank je wel.", "lang": "nl", "once": "x"}
    assert farid.page.post(f"/reactie/{asked}/antwoord", sent).status_code == 404
