"""A story that is spoken: per language, instead of words, again, taken away, refused, waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import update

from portfolio.extensions import db, media_store
from portfolio.media.intake import BusyError
from portfolio.models import Attachment, Comment, Entry
from portfolio.models.filing import sealed_code
from tests import factories
from tests.models.test_chains import trouble_in
from tests.pages.test_upload import names_known, new_draft

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from tests.people import Actor, Cast


def sounds_of(app: Flask, draft: str) -> list[tuple[str | None, int | None]]:
    with app.app_context():
        here = Attachment.draft_id == draft.rpartition("/")[2]
        rows = db.session.query(Attachment).filter(here, Attachment.kind == "sound")
        return [(row.lang, row.seconds) for row in rows.order_by(Attachment.number)]


def test_a_sound_instead_of_words_makes_a_whole_entry(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal")
    page.attach("geluid_0", factories.tone(2), "opname.webm").submit("Verder")
    assert sounds_of(app, draft) == [("nl", 2)]
    page.visit(f"{draft}/klaar").submit("Bewaar")
    assert "/geluid/" in page.html
    assert page.path.startswith("/map/stuk/")


def test_words_and_sound_are_kept_together_in_their_language(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal").fill("story_0", "قصتي").fill("lang_0", "ar")
    page.attach("geluid_0", factories.tone()).submit("Verder")
    assert sounds_of(app, draft) == [("ar", 1)]
    assert page.visit(f"{draft}/verhaal").value("story_0").strip() == "قصتي"


def test_spoken_again_takes_the_place_of_what_was_there(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    for seconds in (1, 3):
        page = amina.page.visit(f"{draft}/verhaal")
        page.attach("geluid_0", factories.tone(seconds)).submit("Verder")
    assert sounds_of(app, draft) == [("nl", 3)]
    there, known = names_known(app)
    assert there == known


def test_it_can_be_taken_away_and_what_was_typed_stays(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal")
    page.attach("geluid_0", factories.tone()).submit("Verder")
    page.visit(f"{draft}/verhaal").fill("story_0", "Blijft").submit("Haal dit geluid weg")
    assert sounds_of(app, draft) == []
    assert page.visit(f"{draft}/verhaal").value("story_0").strip() == "Blijft"


def test_in_a_change_the_new_sound_replaces_the_old_when_it_is_kept(
    app: Flask, amina: Actor, cast: Cast
) -> None:
    entry = cast.entries["work"]
    place = amina.page.post(f"/map/stuk/{entry}/verander").headers["Location"]
    change = place.rpartition("/")[0]
    page = amina.page.visit(f"{change}/verhaal")
    # The cast's sound is Arabic, the second text of the entry.
    assert f"/geluid/{cast.sounds['work']}" in page.html
    page.attach("geluid_1", factories.tone(2)).submit("Verder")
    assert amina.page.get(f"/geluid/{cast.sounds['work']}").status_code == 200
    page.visit(f"{change}/klaar").submit("Bewaar")
    assert amina.page.get(f"/geluid/{cast.sounds['work']}").status_code == 404
    with app.app_context():
        here = (Attachment.entry_id == entry, Attachment.kind == "sound")
        [row] = db.session.query(Attachment).filter(*here).all()
        assert (row.lang, row.seconds) == ("ar", 2)
    there, known = names_known(app)
    assert there == known


def test_what_is_no_sound_is_refused_and_the_words_stay(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal").fill("story_0", "Blijft staan")
    page.attach("geluid_0", b"<html>geen geluid", "x.mp3").submit("Verder", status=422)
    assert page.value("story_0").strip() == "Blijft staan"
    assert sounds_of(app, draft) == []
    assert page.visit(f"{draft}/verhaal").value("story_0").strip() == "Blijft staan"


def test_a_sound_that_must_wait_is_not_spoken_again(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_content: bytes) -> None:
        raise BusyError

    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal").attach("geluid_0", factories.tone(2))
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["portfolio.intake"], "sound", busy)
        page.submit("Verder", status=503)
    assert sounds_of(app, draft) == []
    page.submit("Verder")
    assert sounds_of(app, draft) == [("nl", 2)]
    there, known = names_known(app)
    assert there == known


def test_it_moves_with_its_entry_under_another_key(app: Flask, amina: Actor, cast: Cast) -> None:
    entry, sound = cast.entries["work"], cast.sounds["work"]
    place = amina.page.post(f"/map/stuk/{entry}/verander").headers["Location"]
    change = place.rpartition("/")[0]
    amina.page.post(f"{change}/onderwerp", {"leefgebied": "gezondheid"})
    amina.page.visit(f"{change}/klaar").submit("Bewaar")
    with app.app_context():
        row = db.session.get_one(Attachment, sound)
        keys = factories.keys_for(amina.map_id)
        assert row.key_id == keys.of("gezondheid").id
        assert db.session.get_one(Entry, entry).leefgebied == "gezondheid"
    assert amina.page.get(f"/geluid/{sound}").status_code == 200
    assert amina.page.get(f"/papier/{cast.papers['work']}").status_code == 200
    there, known = names_known(app)
    assert there == known


def test_a_comment_is_spoken_and_its_chain_vouches_for_the_sound(app: Flask, cast: Cast) -> None:
    path = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}/reactie"
    answer = cast.bas.page.post(path, {"text": "", "geluid": (factories.tone(2), "a.webm")})
    assert answer.status_code == 303
    page = cast.amina.page.visit(f"/map/stuk/{cast.entries['work']}")
    assert page.html.count("/geluid/") == 2
    with app.app_context():
        head, map_id = "comment_head", cast.amina.map_id
        assert trouble_in(db.session, head, map_id) == []
        db.session.execute(
            update(Comment).where(Comment.sound_code.is_not(None)).values(sound_code="0" * 64)
        )
        assert trouble_in(db.session, head, map_id) == ["link 3 is not what was written"]
        db.session.rollback()
        spoken = db.session.query(Comment).filter(Comment.sound_code.is_not(None)).one()
        row = db.session.query(Attachment).filter(Attachment.comment_id == spoken.id).one()
        assert spoken.sound_code == sealed_code(media_store(), row)
    nothing = cast.bas.page.post(path, {"text": "  "})
    assert nothing.status_code == 422
    wrong = cast.bas.page.post(path, {"text": "Wel", "geluid": (b"geen geluid", "a.webm")})
    assert wrong.status_code == 422
    assert "Wel" in wrong.get_data(as_text=True)


def test_a_comment_that_fails_leaves_no_sound_behind(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_more: object) -> NoReturn:
        raise OSError

    monkeypatch.setattr("portfolio.views.comment.write_comment", fails)
    path = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}/reactie"
    answer = cast.bas.page.post(path, {"geluid": (factories.tone(), "a.webm")})
    assert answer.status_code == 500
    there, known = names_known(app)
    assert there == known


def test_a_sound_for_what_is_not_shared_is_not_even_heard(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []
    monkeypatch.setattr(cast.bas.app.extensions["portfolio.intake"], "sound", heard.append)
    path = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work_private']}/reactie"
    answer = cast.bas.page.post(path, {"geluid": (factories.tone(), "a.webm")})
    assert (answer.status_code, heard) == (404, [])
