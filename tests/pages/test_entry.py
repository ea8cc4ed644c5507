from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from portfolio.access import grantees_of
from portfolio.extensions import db
from portfolio.models import Attachment, Consent, Entry, EntryText
from portfolio.models.base import begin
from portfolio.sight import seen_by, who_would_see
from tests import factories
from tests.people import grantee

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

HOSTILE = "<script>alert(1)</script>\"'><svg onload=alert(2)>{{ 7 * 7 }}"


def change(actor: Actor, entry_id: str) -> str:
    """Take an entry into a draft; gives the address of its screens."""
    answer = actor.page.post(f"/map/stuk/{entry_id}/verander")
    return answer.headers["Location"].rsplit("/", 1)[0]


def entry_row(entry_id: str) -> Entry:
    row = db.session.get(Entry, entry_id)
    assert row is not None
    return row


def test_the_page_shows_all_of_one_thing(amina: Actor, cast: Cast) -> None:
    page = amina.page.visit(f"/map/stuk/{cast.entries['work']}")
    for said in (
        cast.canaries["work"],
        "عنوان",
        "Wie kan dit zien?",
        "1 ander kan dit zien",
        "2 uur",
    ):
        assert said in page.text
    assert "Kanarievraag van Bas?" in page.text
    assert f"/foto/{cast.photos['work']}/groot" in page.html
    # A title of a page stands in a history that others may see.
    assert cast.canaries["work"] not in page.title


def test_hostile_words_stand_as_they_are(amina: Actor, app: Flask) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        words = {"nl": (HOSTILE, f'{HOSTILE}\nhttp://a.nl/"onmouseover=x')}
        entry_id = factories.make_entry(amina.map_id, "taal", words)
        db.session.commit()
    places = (f"/map/stuk/{entry_id}", "/map/taal", f"/map/stuk/{entry_id}/weghalen")
    for place in places:
        page = amina.page.visit(place)
        assert HOSTILE in page.text
        assert "<svg onload" not in page.html
        assert "<script>alert" not in page.html


def test_only_for_me_hides_it_at_once_and_asks_before_showing_it_again(
    amina: Actor, bas: Actor, cast: Cast
) -> None:
    entry_id, photo = cast.entries["work"], f"/foto/{cast.photos['work']}/klein"
    assert bas.page.get(photo).status_code == 200
    page = amina.page.visit(f"/map/stuk/{entry_id}").submit("Alleen voor mij")
    assert "Dit is alleen voor jou." in page.text
    assert bas.page.get(photo).status_code == 404
    page.submit("Niet meer alleen voor mij")
    assert page.h1 == "Mogen deze mensen dit zien?"
    assert "Bas" in page.text
    assert bas.page.get(photo).status_code == 404
    page.submit("Ja, zij mogen dit zien")
    assert bas.page.get(photo).status_code == 200


def test_what_was_taken_away_comes_back_for_14_days(
    amina: Actor, bas: Actor, cast: Cast, app: Flask
) -> None:
    entry_id, photo = cast.entries["work"], f"/foto/{cast.photos['work']}/klein"
    page = amina.page.visit(f"/map/stuk/{entry_id}").follow("Haal weg").submit("Ja, haal weg")
    assert cast.canaries["work"] not in page.text
    assert amina.page.get(f"/map/stuk/{entry_id}").status_code == 404
    assert amina.page.get(photo).status_code == 404
    assert bas.page.get(photo).status_code == 404
    page.visit("/map/weggehaald")
    assert cast.canaries["work"] in page.text
    page.submit("Zet terug")
    assert cast.canaries["work"] in page.text
    assert amina.page.get(photo).status_code == 200
    with app.app_context():
        begin(db.session, writing=True)
        entry_row(entry_id).deleted_at = datetime.now(UTC) - timedelta(days=14, minutes=1)
        db.session.commit()
    assert cast.canaries["work"] not in page.visit("/map/weggehaald").text
    assert amina.page.post(f"/map/weggehaald/{entry_id}").status_code == 404


def test_a_change_is_made_on_the_same_screens(amina: Actor, cast: Cast, app: Flask) -> None:
    entry_id = cast.entries["work"]
    draft = change(amina, entry_id)
    page = amina.page.visit(f"{draft}/titel")
    assert cast.canaries["work"] in page.value("title_0")
    page.fill("title_0", "Nieuwe naam").submit("Verder")
    assert page.path == f"{draft}/klaar"
    page.visit(f"{draft}/foto").attach("foto", factories.picture("red")).submit("Nog een foto")
    page.submit("Haal deze weg")
    assert amina.page.get(f"/foto/{cast.photos['work']}/klein").status_code == 200
    page.visit(f"{draft}/klaar").submit("Bewaar")
    assert page.h1 == "Nieuwe naam"
    assert amina.page.get(f"/foto/{cast.photos['work']}/klein").status_code == 404
    photo = next(node["src"] for node in page.tree.walk("img"))
    assert amina.page.get(photo).status_code == 200
    with app.app_context():
        assert entry_row(entry_id).version == 2


def test_a_change_elsewhere_meanwhile_shows_both_and_one_chooses(amina: Actor, cast: Cast) -> None:
    entry_id = cast.entries["work"]
    mine, other = change(amina, entry_id), change(amina, entry_id)
    amina.page.post(f"{mine}/titel", {"title_0": "Van hier", "lang_0": "nl"})
    amina.page.post(f"{other}/titel", {"title_0": "Van daar", "lang_0": "nl"})
    page = amina.page.visit(f"{other}/klaar").submit("Bewaar")
    assert page.h1 == "Van daar"
    page.visit(f"{mine}/klaar").submit("Bewaar", status=409)
    assert "Van hier" in page.text
    assert "Van daar" in page.text
    page.submit("Houd wat ik net schreef")
    assert page.h1 == "Van hier"


def test_of_two_versions_the_one_in_the_map_may_stay(amina: Actor, cast: Cast) -> None:
    entry_id = cast.entries["work"]
    mine, other = change(amina, entry_id), change(amina, entry_id)
    amina.page.post(f"{mine}/titel", {"title_0": "Van hier", "lang_0": "nl"})
    amina.page.post(f"{other}/titel", {"title_0": "Van daar", "lang_0": "nl"})
    amina.page.post(f"{other}/klaar")
    page = amina.page.visit(f"{mine}/klaar").submit("Bewaar", status=409)
    page.submit("Houd wat er al staat")
    assert page.h1 == "Van daar"
    assert "Van hier" not in page.visit("/map").text


def test_a_change_of_what_was_taken_away_waits_until_it_is_back(amina: Actor, cast: Cast) -> None:
    entry_id = cast.entries["work"]
    draft = change(amina, entry_id)
    amina.page.post(f"{draft}/titel", {"title_0": "Nog te bewaren", "lang_0": "nl"})
    amina.page.post(f"/map/stuk/{entry_id}/weghalen")
    page = amina.page.visit(f"{draft}/klaar")
    assert "Dit is weggehaald. Zet het eerst terug." in page.text
    page.submit("Zet terug")
    # Taken away and put back counts as a change elsewhere, so both are shown.
    page.visit(f"{draft}/klaar").submit("Bewaar", status=409).submit("Houd wat ik net schreef")
    assert page.h1 == "Nog te bewaren"


def test_moving_shows_who_gains_sight_and_asks_first(amina: Actor, bas: Actor, cast: Cast) -> None:
    entry_id, photo = cast.entries["language"], cast.photos["language"]
    draft = change(amina, entry_id)
    amina.page.post(f"{draft}/onderwerp", {"leefgebied": "werk"})
    # A yes that was not asked does not count.
    assert amina.page.post(f"{draft}/klaar").status_code == 409
    assert bas.page.get(f"/foto/{photo}/klein").status_code == 404
    page = amina.page.visit(f"{draft}/klaar")
    assert "Bas" in page.text
    page.submit("Ja, zij mogen dit zien. Bewaar")
    assert "1 ander kan dit zien" in page.text
    assert bas.page.get(f"/foto/{photo}/klein").status_code == 200


def test_moving_into_gezondheid_ends_its_consents_and_changes_its_key(
    amina: Actor, dirk: Actor, cast: Cast, app: Flask
) -> None:
    entry_id, photo = cast.entries["achievement"], f"/foto/{cast.photos['achievement']}/klein"
    assert dirk.page.get(photo).status_code == 200
    draft = change(amina, entry_id)
    amina.page.post(f"{draft}/onderwerp", {"leefgebied": "gezondheid"})
    page = amina.page.visit(f"{draft}/klaar")
    assert "Dit onderwerp is heel persoonlijk." in page.text
    page.submit("Bewaar")
    assert "Delen van dit ding is gestopt." in page.text
    assert cast.canaries["achievement"] in page.text
    assert "Niemand anders kan dit zien" in page.text
    assert dirk.page.get(photo).status_code == 404
    new = next(node["src"] for node in page.tree.walk("img"))
    assert amina.page.get(new).status_code == 200
    assert dirk.page.get(new).status_code == 404
    with app.app_context():
        key = factories.keys_for(amina.map_id).gezondheid
        photos = db.session.query(Attachment).filter(Attachment.entry_id == entry_id).all()
        assert {row.key_id for row in photos} == {key.id}
        texts = db.session.query(EntryText).filter(EntryText.entry_id == entry_id)
        for row in texts.all():
            assert key.open(f"entry_text/{row.id}/title".encode(), row.title or b"")
        consent = db.session.get(Consent, cast.facts.consents["dirk"])
        assert consent is not None
        assert consent.withdrawn_at


def test_a_shared_leefgebied_says_who_will_see_what_is_added(amina: Actor) -> None:
    page = amina.page.visit("/map/werk").submit("Voeg iets toe")
    page.visit(page.path.replace("soort", "klaar"))
    assert "Deze mensen zien dit onderwerp" in page.text
    assert "Bas" in page.text


@pytest.mark.parametrize("who", ["farid", "bas", "dirk", "eva"])
def test_nobody_else_finds_the_owners_pages_of_it(amina: Actor, cast: Cast, who: str) -> None:
    other = cast.everybody()[who]
    here = f"/map/stuk/{cast.entries['work']}"
    for path in (here, f"{here}/weghalen"):
        assert other.page.get(path).status_code == 404
    for path in ("verander", "alleen-voor-mij", "weghalen"):
        assert other.page.post(f"{here}/{path}", {"private": "1"}).status_code == 404
    assert other.page.post(f"/map/weggehaald/{cast.entries['work_deleted']}").status_code == 404
    page = amina.page.visit(here)
    assert "1 ander kan dit zien" in page.text


def test_what_would_be_seen_is_what_the_gate_then_shows(
    amina: Actor, cast: Cast, app: Flask
) -> None:
    with app.app_context():
        who = amina.viewer()
        begin(db.session, writing=True)
        for refused in (False, True):
            factories.share(
                amina.map_id,
                cast.carla.seat_id,
                grantee("carla"),
                entry_id=cast.entries["work" if refused else "language"],
                refuse=refused,
            )
        db.session.commit()
        begin(db.session, writing=True)
        for name in ("work", "work_refused", "language", "achievement", "health"):
            for leefgebied in ("werk", "taal", "opleiding"):
                row = entry_row(cast.entries[name])
                said = set(who_would_see(who, leefgebied, row))
                row.leefgebied = leefgebied
                db.session.flush()
                assert said == set(grantees_of(who, row)), (name, leefgebied)
                assert len(said) == seen_by(who, [row.id]).get(row.id, 0)
                db.session.rollback()
                begin(db.session, writing=True)
