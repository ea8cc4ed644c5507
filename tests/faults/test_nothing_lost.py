"""What was sent is there or is said not to be: in the wrong order, twice, half, full, broken."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from portfolio.bodies import Parser
from portfolio.extensions import db, media_store
from portfolio.media.store import StoreDownError
from portfolio.models import Attachment, Comment, Consent, Draft, Entry, Upload
from portfolio.models.base import begin, clock
from portfolio.models.content import Content, change_entry
from portfolio.models.space import space_used
from portfolio.models.upload import begin_upload
from portfolio.serving import listen, port_of
from portfolio.sweep import BATCH, sweep
from tests import factories
from tests.models.test_sweep import DAY, make_draft, put_back
from tests.pages.test_upload import new_draft, send
from tests.people import grantee

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from tests.people import Actor, Cast


def hanging(app: Flask, draft: str, kind: str = "photo") -> list[Attachment]:
    """List what hangs on a draft."""
    with app.app_context():
        here = Attachment.draft_id == draft.rpartition("/")[2]
        return db.session.query(Attachment).filter(here, Attachment.kind == kind).all()


def flip(name: str) -> None:
    content = bytearray(media_store().get(name))
    content[60] ^= 1
    media_store().put(name, bytes(content), replace=True)


def with_quota(app: Flask, quota: int) -> int:
    before = app.extensions["portfolio.settings"]
    app.extensions["portfolio.settings"] = replace(before, quota=quota)
    return int(before.quota)


def test_many_uploads_or_drafts_never_stop_the_sweep(app: Flask, amina: Actor, cast: Cast) -> None:
    entry = cast.entries["language"]
    with app.app_context():
        begin(db.session, writing=True)
        old = make_draft(amina)
        key = factories.keys_for(amina.map_id).of("werk")
        for number in range(BATCH + 1):
            begin_upload(
                db.session,
                key,
                portfolio_id=amina.map_id,
                draft_id=old,
                mark=str(number),
                size=1,
            )
            make_draft(amina, entry_id=entry)
        put_back(Draft, old, changed_at=31 * DAY)
        put_back(Entry, entry, deleted_at=15 * DAY)
        db.session.commit()
    swept = sweep(app)
    assert (swept["entries"], swept["drafts"]) == (1, 1)


def test_one_draft_takes_in_only_so_many_files_at_once(amina: Actor) -> None:
    draft = new_draft(amina)
    said = [
        send(amina, draft, b"x", 0, kenmerk=str(number), deel=(b"", "deel")).status_code
        for number in range(41)
    ]
    assert (said[:40], said[40]) == ([200] * 40, 507)


def test_files_that_never_come_take_no_room(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    with app.app_context():
        before = space_used(db.session, amina.map_id)
    for number in range(12):
        size = str(20 * 1024 * 1024)
        answer = send(amina, draft, b"x", 0, kenmerk=str(number), grootte=size, deel=(b"", "d"))
        assert answer.status_code == 200
    with app.app_context():
        assert space_used(db.session, amina.map_id) == before


def test_a_lost_line_gives_its_room_back(app: Flask) -> None:
    server = listen(app, "127.0.0.1", 0, 2)
    threading.Thread(target=server.run, daemon=True).start()
    head = b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port_of(server))) as line:
        line.sendall(head + bytes(10_000_000))
        until = time.monotonic() + 10
        while Parser.room.held == 0 and time.monotonic() < until:
            time.sleep(0.01)
        assert Parser.room.held > 0
    until = time.monotonic() + 10
    while Parser.room.held and time.monotonic() < until:
        time.sleep(0.01)
    assert Parser.room.held == 0
    server.close()


def test_another_file_from_the_same_page_counts(app: Flask, amina: Actor) -> None:
    """Back brings a page again with its old key, and another photo is chosen."""
    draft = new_draft(amina)
    for colour in ("red", "blue"):
        form = {"once": "zelfde", "foto": (factories.picture(colour), "a.jpg")}
        amina.page.post(f"{draft}/foto", form)
    assert len(hanging(app, draft)) == 2


def test_a_new_sound_after_a_story_that_was_too_long_is_kept(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal").fill("story_0", "x" * 9000)
    page.attach("geluid_0", factories.tone(1), "a.wav").submit("Verder", status=422)
    page.fill("story_0", "kort").attach("geluid_0", factories.tone(3), "a.wav").submit("Verder")
    assert [row.seconds for row in hanging(app, draft, "sound")] == [3]


def test_a_refused_sound_loses_no_other(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal").submit("Voeg een taal toe")
    page.attach("geluid_0", b"geen geluid", "a.wav")
    page.attach("geluid_1", factories.tone(2), "b.wav").submit("Verder", status=422)
    assert len(hanging(app, draft, "sound")) == 1


def test_a_sound_follows_the_language_that_is_put_right(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/verhaal").fill("lang_0", "nl")
    page.attach("geluid_0", factories.tone(1), "a.wav").submit("Verder")
    page.visit(f"{draft}/verhaal").fill("lang_0", "ar").submit("Verder")
    [sound] = hanging(app, draft, "sound")
    assert sound.lang == "ar"
    assert sound.id in page.visit(f"{draft}/verhaal").html


def test_when_there_is_room_again_the_same_page_may_be_sent(app: Flask, amina: Actor) -> None:
    draft, before = new_draft(amina), with_quota(app, 1)
    page = amina.page.visit(f"{draft}/foto").attach("foto", factories.picture())
    page.submit("Verder", status=422)
    with_quota(app, before)
    page.attach("foto", factories.picture()).submit("Verder")
    assert len(hanging(app, draft)) == 1


def test_a_file_that_is_not_here_any_more_is_asked_for_again(app: Flask, amina: Actor) -> None:
    draft, photo = new_draft(amina), factories.picture()
    answer = amina.page.post(f"{draft}/foto", {"upload": "weg"})
    assert answer.status_code == 422
    assert "Wij hebben dit bestand niet meer." in answer.get_data(as_text=True)
    for start in range(0, len(photo), 2_000):
        send(amina, draft, photo, start)
    with app.app_context():
        flip(f"{db.session.query(Upload).one().id}-deel-0")
    assert amina.page.post(f"{draft}/foto", {"upload": "naam"}).status_code == 422
    assert hanging(app, draft) == []


def test_a_broken_file_stops_no_topic(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    amina.page.visit(f"{draft}/foto").attach("foto", factories.picture()).submit("Verder")
    [row] = hanging(app, draft)
    with app.app_context():
        flip(f"{row.file_id}-groot")
    amina.page.post(f"{draft}/foto", {f"over_{row.id}": "Soep"})
    answer = amina.page.post(f"{draft}/onderwerp", {"leefgebied": "gezondheid"})
    assert answer.status_code == 303
    amina.page.visit(f"{draft}/klaar").submit("Bewaar")
    assert amina.page.path.startswith("/map/stuk/")
    assert amina.page.get(f"/foto/{row.id}/groot").status_code == 404


def test_a_store_that_is_down_gives_the_words_of_a_comment_back(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: object, **_more: object) -> NoReturn:
        raise StoreDownError

    monkeypatch.setattr(app.extensions["portfolio.media"], "put", down)
    path = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}/reactie"
    form = {"text": "Lange woorden", "geluid": (factories.tone(), "a.wav")}
    answer = cast.bas.page.post(path, form)
    assert answer.status_code == 503
    assert "Lange woorden" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.query(Comment).count() == 2


def test_an_answer_is_sealed_where_the_thing_stands_now(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        keys = factories.keys_for(cast.amina.map_id)
        row = db.session.get_one(Entry, cast.entries["work"])
        content = Content("gezondheid", "gedaan")
        change_entry(db.session, media_store(), keys, row, content)
        db.session.commit()
    form = {"lang": "nl", "text": "bloeddruk", "geluid": (factories.tone(), "a.wav")}
    cast.amina.page.post(f"/reactie/{cast.comments['asked']}/antwoord", form)
    with app.app_context():
        said = db.session.query(Comment).order_by(Comment.number.desc()).first()
        assert said is not None
        sound = db.session.query(Attachment).filter(Attachment.comment_id == said.id).one()
        health = factories.keys_for(cast.amina.map_id).of("gezondheid").id
        assert (said.leefgebied, sound.key_id) == ("gezondheid", health)


def test_the_sound_of_a_comment_that_is_taken_away_takes_no_room(app: Flask, cast: Cast) -> None:
    with app.app_context():
        before = space_used(db.session, cast.amina.map_id)
    path = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}/reactie"
    cast.bas.page.post(path, {"geluid": (factories.tone(), "a.wav")})
    with app.app_context():
        said = db.session.query(Comment).order_by(Comment.number.desc()).first()
        assert said is not None
    cast.bas.page.post(f"/mensen/reactie/{said.id}/weghalen")
    with app.app_context():
        assert space_used(db.session, cast.amina.map_id) == before


def test_a_comment_is_heard_where_nothing_else_stands(app: Flask, cast: Cast) -> None:
    bas, amina = cast.bas, cast.amina
    with app.app_context():
        begin(db.session, writing=True)
        for each in db.session.query(Consent).filter(Consent.membership_id == bas.seat_id):
            each.withdrawn_at = clock(db.session)
        who = grantee("bas")
        factories.share(amina.map_id, bas.seat_id, who, leefgebied="wonen", may_comment=True)
        db.session.commit()
    path = f"/mensen/{amina.map_id}/wonen/reactie"
    assert bas.page.post(path, {"geluid": (factories.tone(), "a.wav")}).status_code == 303
    with app.app_context():
        sound = db.session.query(Attachment).filter(Attachment.comment_id.is_not(None)).one()
    assert bas.page.get(f"/geluid/{sound.id}").status_code == 200
    assert cast.dirk.page.get(f"/geluid/{sound.id}").status_code == 404
