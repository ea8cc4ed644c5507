from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from portfolio.extensions import db
from portfolio.models import Attachment, Draft, Entry
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.browser import Page
    from tests.people import Actor, Cast

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}"


def draft_of(page: Page) -> str:
    """Give the id of the draft that a page is about."""
    found = re.match(r"/toevoegen/([^/?]+)/", page.path)
    assert found, page.path
    return found.group(1)


def begin_one(actor: Actor, leefgebied: str = "werk") -> Page:
    """Begin one thing in a leefgebied; the page asks what kind it is."""
    return actor.page.visit(f"/map/{leefgebied}").submit("Voeg iets toe")


def written(actor: Actor, title: str = "Brood", leefgebied: str = "werk") -> str:
    """Write one thing up to its last screen; gives its draft."""
    draft_id = draft_of(begin_one(actor, leefgebied))
    answer = actor.page.post(f"/toevoegen/{draft_id}/titel", {"title_0": title, "lang_0": "nl"})
    assert answer.status_code == 303
    return draft_id


def test_one_thing_is_added_question_by_question(amina: Actor) -> None:
    page = amina.page.visit("/map").submit("Voeg iets toe")
    assert page.h1 == "Waar gaat het over?"
    page.choose("werk").submit("Verder")
    assert "Wat wil je bewaren?" in page.h1
    page.choose("les").submit("Verder")
    page.fill("detail_les_waar", "Buurthuis De Oven").submit("Verder")
    page.fill("title_0", "Brood gebakken").submit("Voeg een taal toe")
    page.fill("title_1", "خبز").fill("lang_1", "ar").submit("Verder")
    page.fill("story_0", "Eerst meel.\nDan water.").submit("Verder")
    page.fill("started_month", "3").fill("started_year", "2026").fill("hours", "2,5")
    page.submit("Verder")
    page.attach("foto", factories.picture()).submit("Verder")
    for said in ("Buurthuis De Oven", "Brood gebakken", "خبز", "2,5 uur"):
        assert said in page.text
    page.submit("Bewaar")
    assert page.path.startswith("/map/stuk/")
    assert page.h1 == "Brood gebakken"
    for said in ("خبز", "Dan water.", "Vanaf maart 2026", "2,5 uur", "Bewaard."):
        assert said in page.text
    assert 'lang="ar" dir="rtl">خبز' in page.html
    photo = next(node["src"] for node in page.tree.walk("img"))
    assert amina.page.get(photo).data.startswith(b"\xff\xd8")


def test_every_screen_can_be_skipped_and_the_leefgebied_is_not_asked_twice(amina: Actor) -> None:
    page = begin_one(amina, "wonen")
    asked = []
    while "klaar" not in page.path:
        asked.append(page.h1)
        page.submit("Sla over")
    assert len(asked) == 5
    assert "Waar gaat het over?" not in asked
    page.submit("Bewaar", status=422)
    assert "Geef het een naam, schrijf of spreek iets in, of kies een foto." in page.text


def test_what_was_typed_is_there_again_when_one_goes_back(amina: Actor) -> None:
    page = begin_one(amina)
    draft_id = draft_of(page)
    # The button to go back belongs to the form by its name, so it is sent with what was typed.
    amina.page.post(
        f"/toevoegen/{draft_id}/titel", {"title_0": "Half", "lang_0": "so", "back": "1"}
    )
    page.visit(f"/toevoegen/{draft_id}/titel")
    assert page.value("title_0") == "Half"
    assert page.value("lang_0") == "so"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"hours": "veel"}, "Schrijf een getal van 0 tot en met 9999."),
        ({"hours": "10000"}, "Schrijf een getal van 0 tot en met 9999."),
        (
            {"started_day": "31", "started_month": "2", "started_year": "2026"},
            "Deze dag is er niet.",
        ),
        ({"started_month": "2"}, "Schrijf ook het jaar."),
        ({"started_year": "26"}, "Schrijf het jaar met 4 cijfers."),
        ({"started_year": "2026", "ended_year": "2025"}, "Het einde is voor het begin."),
    ],
)
def test_a_time_that_cannot_be_is_said_and_kept(
    amina: Actor, typed: dict[str, str], said: str
) -> None:
    """ASVS 2.2.3."""
    page = begin_one(amina)
    draft_id = draft_of(page)
    page.visit(f"/toevoegen/{draft_id}/wanneer")
    for name, value in typed.items():
        page.fill(name, value)
    page.submit("Verder", status=422)
    assert said in page.text
    page.visit(f"/toevoegen/{draft_id}/wanneer")
    assert {name: page.value(name) for name in typed} == typed
    page.visit(f"/toevoegen/{draft_id}/klaar").submit("Bewaar", status=422)
    assert said in page.text


def test_a_title_that_is_too_long_is_kept_and_not_accepted(amina: Actor) -> None:
    page = begin_one(amina)
    draft_id = draft_of(page)
    page.visit(f"/toevoegen/{draft_id}/titel").fill("title_0", "a" * 121)
    page.submit("Verder", status=422)
    assert "Dit is te lang." in page.text
    assert page.visit(f"/toevoegen/{draft_id}/titel").value("title_0") == "a" * 121


def test_the_same_language_twice_is_refused_and_both_texts_stay(amina: Actor) -> None:
    page = begin_one(amina)
    draft_id = draft_of(page)
    page.visit(f"/toevoegen/{draft_id}/titel").fill("title_0", "Een").submit("Voeg een taal toe")
    page.fill("title_1", "Twee").fill("lang_1", "nl").fill("lang_0", "nl")
    page.submit("Verder", status=422)
    assert "Deze taal staat er al." in page.text
    assert [page.value("title_0"), page.value("title_1")] == ["Een", "Twee"]


def test_a_background_save_keeps_what_is_typed_and_never_what_is_late(amina: Actor) -> None:
    page = begin_one(amina)
    where = f"/toevoegen/{draft_of(page)}/titel"
    early = {"title_0": "Bro", "lang_0": "nl", "once": "een-pagina"}
    answer = amina.page.post(f"{where}/bewaar", early)
    assert (answer.status_code, answer.data) == (204, b"")
    assert page.visit(where).value("title_0") == "Bro"
    assert amina.page.post(where, {**early, "title_0": "Brood"}).status_code == 303
    assert amina.page.post(f"{where}/bewaar", early).status_code == 409
    assert page.visit(where).value("title_0") == "Brood"


def test_an_open_draft_is_named_on_the_start_page_and_can_be_thrown_away(
    amina: Actor, app: Flask
) -> None:
    draft_id = written(amina, "Nog niet af")
    page = amina.page.visit("/map")
    assert "Nog niet af" in page.text
    page.follow("Ga verder")
    page.follow("Toch niet bewaren").submit("Ja, haal weg")
    assert "Nog niet af" not in page.text
    with app.app_context():
        assert db.session.get(Draft, draft_id) is None


def test_a_draft_in_which_nothing_was_written_is_not_named(amina: Actor) -> None:
    begin_one(amina)
    assert "Hier was je mee bezig" not in amina.page.visit("/map").text


def test_an_example_is_taken_over_with_one_tap(farid: Actor) -> None:
    page = farid.page.visit("/map/wonen").submit("Ik ken de regels voor afval.")
    page.visit(f"/toevoegen/{draft_of(page)}/titel")
    assert page.value("title_0") == "Ik ken de regels voor afval."


def test_finishing_twice_makes_one_entry(amina: Actor, app: Flask) -> None:
    draft_id = written(amina, "Een keer")
    first = amina.page.post(f"/toevoegen/{draft_id}/klaar")
    second = amina.page.post(f"/toevoegen/{draft_id}/klaar")
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    # Each screen of a finished draft leads to what came of it.
    assert (
        amina.page.get(f"/toevoegen/{draft_id}/titel").headers["Location"]
        in (first.headers["Location"])
    )
    assert amina.page.visit("/map/werk").text.count("Een keer") == 1
    with app.app_context():
        row = db.session.get(Draft, draft_id)
        assert row is not None
        assert row.done_at


def test_nothing_but_the_questions_is_taken_in(amina: Actor, cast: Cast, app: Flask) -> None:
    """ASVS 15.3.3."""
    draft_id = written(amina)
    more = {
        "portfolio_id": cast.farid.map_id,
        "person_id": cast.farid.person_id,
        "grade": "papier",
        "created_at": "2001-01-01",
        "entry_id": cast.entries["farids_work"],
    }
    amina.page.post(f"/toevoegen/{draft_id}/soort", {"kind": "gedaan", **more})
    amina.page.post(f"/toevoegen/{draft_id}/onderwerp", {"leefgebied": "justitie"})
    place = amina.page.post(f"/toevoegen/{draft_id}/klaar", more).headers["Location"]
    with app.app_context():
        row = db.session.get(Entry, place.rsplit("/", 1)[1])
        assert row is not None
        assert (row.portfolio_id, row.grade, row.leefgebied) == (amina.map_id, "zelf", "werk")
        assert row.created_at.year > 2001


def test_an_official_kind_without_its_paper_is_ones_own_word(amina: Actor) -> None:
    draft_id = written(amina, "Diploma", "opleiding")
    amina.page.post(f"/toevoegen/{draft_id}/soort", {"kind": "diploma"})
    page = amina.page.visit(f"/toevoegen/{draft_id}/klaar").submit("Bewaar")
    # The page also explains all four, so the words alone would prove nothing.
    badges = [node.text for node in page.tree.walk("span") if "badge" in node.get("class").split()]
    assert badges[0] == "Ik zeg het zelf"


def test_hostile_words_are_shown_and_never_run(amina: Actor) -> None:
    draft_id = written(amina, HOSTILE[:100])
    page = amina.page
    for place, fields in (
        ("verhaal", {"story_0": f"{HOSTILE} http://voorbeeld.nl/<b> javascript:alert(1)"}),
        ("wanneer", {"hours": HOSTILE, "started_day": HOSTILE, "started_year": HOSTILE}),
    ):
        page.post(f"/toevoegen/{draft_id}/{place}", {**fields, "skip": "1"})
    for place in ("titel", "verhaal", "wanneer", "klaar", "weg"):
        page.visit(f"/toevoegen/{draft_id}/{place}")
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert "49" not in page.text
    assert HOSTILE[:100] in page.visit("/map").text
    page.post(
        f"/toevoegen/{draft_id}/wanneer", {"hours": "", "started_day": "", "started_year": ""}
    )
    page.visit(f"/toevoegen/{draft_id}/klaar").submit("Bewaar")
    assert page.h1 == HOSTILE[:100]
    assert HOSTILE in page.text
    link = next(n for n in page.tree.walk("a") if n["href"].startswith("http://voorbeeld.nl"))
    assert link["rel"] == "noreferrer noopener nofollow"
    assert not [n for n in page.tree.walk("a") if n["href"].startswith("javascript")]


def test_a_draft_is_sealed_with_the_key_of_its_leefgebied(amina: Actor, app: Flask) -> None:
    draft_id = written(amina, "Geheim", "werk")
    amina.page.post(f"/toevoegen/{draft_id}/foto", {"foto": (factories.picture(), "a.jpg")})
    with app.app_context():
        keys = factories.keys_for(amina.map_id)
        assert draft_key(draft_id) == {keys.general.id}
    amina.page.post(f"/toevoegen/{draft_id}/onderwerp", {"leefgebied": "gezondheid"})
    with app.app_context():
        assert draft_key(draft_id) == {keys.gezondheid.id}
        row = db.session.get(Draft, draft_id)
        assert row is not None
        assert b"Geheim" not in row.body
    page = amina.page.visit(f"/toevoegen/{draft_id}/foto")
    photo = next(node["src"] for node in page.tree.walk("img"))
    assert amina.page.get(photo).status_code == 200


def draft_key(draft_id: str) -> set[str]:
    """List the keys under which a draft and its photos are sealed."""
    row = db.session.get(Draft, draft_id)
    assert row is not None
    photos = db.session.query(Attachment.key_id).filter(Attachment.draft_id == draft_id)
    return {row.key_id, *(photo[0] for photo in photos)}


def test_another_owner_finds_no_draft(amina: Actor, farid: Actor) -> None:
    draft_id = written(amina)
    amina.page.post(f"/toevoegen/{draft_id}/foto", {"foto": (factories.picture(), "a.jpg")})
    page = amina.page.visit(f"/toevoegen/{draft_id}/foto")
    photo = next(node["src"] for node in page.tree.walk("img")).split("/")[2]
    for step in ("onderwerp", "soort", "titel", "verhaal", "wanneer", "foto", "klaar", "weg"):
        assert farid.page.get(f"/toevoegen/{draft_id}/{step}").status_code == 404
        assert farid.page.post(f"/toevoegen/{draft_id}/{step}").status_code == 404
    assert farid.page.post(f"/toevoegen/{draft_id}/titel/bewaar").status_code == 404
    assert farid.page.post(f"/toevoegen/{draft_id}/foto/{photo}/weg").status_code == 404
    assert farid.page.get(f"/foto/{photo}/klein").status_code == 404
    # Somebody else's photo is not to be had through a draft of one's own either.
    own = written(farid)
    assert farid.page.post(f"/toevoegen/{own}/foto/{photo}/weg").status_code == 404
    assert amina.page.get(f"/foto/{photo}/klein").status_code == 200
    assert amina.page.get(f"/toevoegen/{draft_id}/niets").status_code == 404


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "²", "٣", "5.0"])
def test_an_example_that_is_not_there_begins_with_nothing(amina: Actor, number: str) -> None:
    answered = amina.page.post("/toevoegen", {"leefgebied": "werk", "example": number})
    assert answered.status_code == 303


def test_no_address_holds_a_zero_byte(amina: Actor) -> None:
    for path in ("/map/stuk/%00", "/foto/a%00/groot", "/delen/%00/wat", "/uitnodiging/%00"):
        assert amina.page.get(path).status_code == 404, path
