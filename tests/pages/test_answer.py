"""An answer that is spoken or shown: who hears it, what replaces it, what takes it away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest
from sqlalchemy import func, select

from portfolio.extensions import db
from portfolio.media.intake import BusyError
from portfolio.models import AccessLog, Answer, Attachment
from portfolio.models.base import begin
from portfolio.models.beside import MOST_BESIDE
from portfolio.models.consent import Consent, withdraw
from portfolio.sweep import sweep
from tests import factories
from tests.browser import Page
from tests.models.test_sweep import AT_ONCE
from tests.pages.test_file import get, noted
from tests.pages.test_plan import DREAM, give, say
from tests.pages.test_preparation import prepare
from tests.pages.test_talk import make, of_bas, share
from tests.pages.test_upload import names_known
from tests.people import grantee

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

HORIZON = "/plan/vraag/horizon"


def files_of(owner: Actor, question: str, kind: str = "sound") -> list[str]:
    with owner.app.app_context():
        chosen = select(Attachment.id).join(Answer, Answer.id == Attachment.answer_id)
        chosen = chosen.where(Answer.question == question, Attachment.kind == kind)
        mine = chosen.where(Answer.portfolio_id == owner.map_id)
        return list(db.session.scalars(mine.order_by(Attachment.number)).all())


def speak(owner: Actor, path: str = HORIZON, button: str = "Bewaar", seconds: int = 1) -> Page:
    page = owner.page.visit(path).attach("geluid", factories.tone(seconds), "opname.webm")
    return page.submit(button)


def stop(cast: Cast) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == cast.facts.seats["bas"])
        db.session.commit()


def whole(app: Flask) -> bool:
    there, known = names_known(app)
    return there == known


def test_a_spoken_answer_is_heard_by_who_may_read_it_and_no_longer(app: Flask, cast: Cast) -> None:
    amina, bas = cast.amina, cast.bas
    page = speak(amina)
    assert page.path == "/plan/richting"
    [sound] = files_of(amina, "horizon")
    path = f"/geluid/{sound}"
    assert path in page.html
    assert path in page.visit(HORIZON).html
    assert get(bas, path).status_code == 404
    for who, part in ((bas, "direction"), (cast.carla, "barriers")):
        give(amina, who, part)
    assert path in bas.page.visit(f"/mensen/{amina.map_id}/plan").html
    get(bas, path, **{"Sec-Fetch-Dest": "audio"})
    assert noted(app) == ["plan"]
    heard = {name for name, who in cast.everybody().items() if get(who, path).status_code == 200}
    assert heard == {"amina", "bas"}
    assert noted(app)[1:] == [f"sound:{sound}"]
    assert "Waar wil ik naartoe?" in amina.page.visit("/wie-heeft-gekeken").text
    stop(cast)
    assert get(bas, path).status_code == 404
    assert get(bas, path, Range="bytes=0-9").status_code == 404


@pytest.mark.parametrize(("question", "key"), [("health", "gezondheid"), ("family", "gezin")])
def test_it_has_the_key_of_its_answer(amina: Actor, question: str, key: str) -> None:
    page = speak(amina, f"/plan/vraag/{question}")
    assert page.path == "/plan/moeilijk"
    [sound] = files_of(amina, question)
    assert f"/geluid/{sound}" in page.html
    with amina.app.app_context():
        row = db.session.get_one(Attachment, sound)
        assert row.key_id == factories.keys_for(amina.map_id).of(key).id
    assert get(amina, f"/geluid/{sound}").status_code == 200


def test_words_and_sound_go_apart_and_leave_no_file(app: Flask, amina: Actor) -> None:
    amina.page.visit(HORIZON).fill("text", DREAM).attach("geluid", factories.tone(), "a.webm")
    amina.page.submit("Bewaar").visit(HORIZON).fill("text", "").submit("Bewaar")
    [sound] = files_of(amina, "horizon")
    assert DREAM not in amina.page.text
    assert f"/geluid/{sound}" in amina.page.html
    page = amina.page.visit(HORIZON).fill("text", "Blijft").submit("Haal dit geluid weg")
    assert page.path == HORIZON
    assert page.value("text").strip() == "Blijft"
    assert files_of(amina, "horizon") == []
    assert whole(app)
    # A second tap on the same button finds nothing, and harms nothing.
    form = {"text": "Blijft", "lang": "nl", "weg": sound}
    assert page.post(HORIZON, form).status_code == 303


def test_photos_answer_only_where_somebody_wants_to_go(app: Flask, amina: Actor) -> None:
    for number in range(MOST_BESIDE["photo"]):
        photo = factories.picture(size=(640 + number, 480))
        page = amina.page.visit(HORIZON).attach("foto", photo).submit("Nog een foto")
        assert page.path == HORIZON
    photos = files_of(amina, "horizon", "photo")
    assert len(photos) == MOST_BESIDE["photo"]
    assert all(f"/foto/{each}/klein" in page.html for each in photos)
    more = {"lang": "nl", "once": "vier", "foto": (factories.picture("red"), "x.jpg")}
    answer = page.post(HORIZON, more)
    assert answer.status_code == 422
    assert "Haal eerst een foto weg" in answer.text
    assert files_of(amina, "horizon", "photo") == photos
    page.visit(HORIZON).submit("Haal deze weg")
    assert files_of(amina, "horizon", "photo") == photos[1:]
    again = {"lang": "nl", "once": "x", "foto": (factories.picture("blue"), "x.jpg")}
    assert page.post("/plan/vraag/interests", again).status_code == 303
    assert files_of(amina, "interests", "photo") == []
    assert whole(app)


def test_what_is_no_sound_is_refused_and_the_words_come_back(app: Flask, amina: Actor) -> None:
    page = amina.page.visit(HORIZON).fill("text", DREAM)
    page.attach("geluid", b"<html>geen geluid", "x.mp3").submit("Bewaar", status=422)
    assert page.value("text").strip() == DREAM
    page.attach("foto", b"%PDF-1.4 geen foto", "x.jpg").submit("Bewaar", status=422)
    huge = b"RIFF" + bytes(12_000_000)
    page.visit(HORIZON).attach("geluid", huge, "x.wav").submit("Bewaar", status=422)
    assert files_of(amina, "horizon") == files_of(amina, "horizon", "photo") == []
    with app.app_context():
        assert db.session.scalars(select(func.count(Answer.id))).one() == 0
    assert whole(app)


def test_busy_or_full_is_said_and_nothing_is_half_kept(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_content: bytes) -> NoReturn:
        raise BusyError

    page = amina.page.visit(HORIZON).fill("text", DREAM).attach("geluid", factories.tone())
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["portfolio.intake"], "sound", busy)
        page.submit("Bewaar", status=503)
    assert page.value("text").strip() == DREAM
    full = replace(app.extensions["portfolio.settings"], quota=1000)
    monkeypatch.setitem(app.extensions, "portfolio.settings", full)
    page.attach("geluid", factories.tone()).submit("Bewaar", status=422)
    assert "Je map is vol" in page.text
    assert files_of(amina, "horizon") == []
    assert whole(app)


def test_a_text_that_is_refused_loses_no_recording(app: Flask, amina: Actor) -> None:
    page = amina.page.visit(HORIZON).fill("text", "veel " * 500)
    page.attach("geluid", factories.tone(), "a.webm").submit("Bewaar", status=422)
    [sound] = files_of(amina, "horizon")
    assert f"/geluid/{sound}" in page.html
    page.fill("text", DREAM).submit("Bewaar")
    assert files_of(amina, "horizon") == [sound]
    assert DREAM in page.text
    assert whole(app)


def test_twice_the_same_post_is_one_sound_and_two_browsers_keep_both(
    app: Flask, amina: Actor
) -> None:
    one, two = Page(amina.browse()), Page(amina.browse())
    for seconds, page in ((1, one), (2, two)):
        page.visit(HORIZON).attach("geluid", factories.tone(seconds), "a.webm")
    one.submit("Bewaar")
    two.submit("Bewaar")
    same = {"lang": "nl", "once": "tweemaal", "geluid": (factories.tone(3), "a.webm")}
    for _ in range(2):
        assert amina.page.post(HORIZON, same).status_code == 303
    assert len(files_of(amina, "horizon")) == 3
    # Spoken again on a page that lets one hear all, the new one takes their place.
    speak(amina, seconds=4)
    assert len(files_of(amina, "horizon")) == 1
    form = {"lang": "ar", "once": "arabisch", "geluid": (factories.tone(), "a.webm")}
    amina.page.post(HORIZON, form)
    assert len(files_of(amina, "horizon")) == 2
    assert "العربية" in amina.page.visit(HORIZON).text
    assert whole(app)


def test_nobody_takes_away_what_hangs_on_another_answer(cast: Cast) -> None:
    amina, farid = cast.amina, cast.farid
    speak(amina)
    [sound] = files_of(amina, "horizon")
    farid.page.visit(HORIZON)
    for who, path, of in (
        (farid, HORIZON, sound),
        (amina, "/plan/vraag/can", sound),
        (amina, HORIZON, cast.sounds["work"]),
    ):
        form = {"text": "x", "lang": "nl", "weg": of}
        assert who.page.post(path, form).status_code == 303
    assert files_of(amina, "horizon") == [sound]
    assert get(amina, f"/geluid/{cast.sounds['work']}").status_code == 200
    unknown = {"lang": "nl", "geluid": (factories.tone(), "a.webm")}
    assert amina.page.post("/plan/vraag/loon", unknown).status_code == 404


def test_a_talk_is_prepared_by_voice_for_the_seat_it_is_with(app: Flask, cast: Cast) -> None:
    amina, bas, talk = cast.amina, cast.bas, make(cast)
    page = speak(amina, f"/gesprekken/{talk}/voorbereiden/proud", "Verder")
    assert page.path.endswith("/going")
    [sound] = files_of(amina, "proud")
    path = f"/geluid/{sound}"
    assert path in page.visit(f"/gesprekken/{talk}").html
    assert path in page.visit(f"/gesprekken/{talk}/voorbereiden/proud").html
    share(cast, "carla", "preparation")
    share(cast, "carla", "talks")
    share(cast, "bas", "talks")
    assert get(bas, path).status_code == 404
    share(cast, "bas", "preparation")
    assert path in bas.page.visit(of_bas(cast, talk)).html
    heard = {name for name, who in cast.everybody().items() if get(who, path).status_code == 200}
    assert heard == {"amina", "bas"}
    assert "Waar ben ik trots op?" in amina.page.visit("/wie-heeft-gekeken").text
    stop(cast)
    assert get(bas, path).status_code == 404
    page.visit(f"/gesprekken/{talk}/voorbereiden/proud").submit("Haal dit geluid weg")
    assert files_of(amina, "proud") == []
    assert whole(app)


def test_what_comes_after_is_named_in_the_log(cast: Cast) -> None:
    amina, talk = cast.amina, make(cast, kind="final")
    after = f"/gesprekken/{talk}/voorbereiden/after"
    amina.page.visit(after).choose("Ik weet het nog niet").submit("Verder")
    speak(amina, f"{after}:weet_niet", "Verder")
    [sound] = files_of(amina, "after:weet_niet")
    share(cast, "bas", "preparation")
    # Heard without its page, so it is written down by itself.
    assert get(cast.bas, f"/geluid/{sound}").status_code == 200
    assert "Ik weet het nog niet" in amina.page.visit("/wie-heeft-gekeken").text


def test_what_is_said_of_health_is_heard_only_where_health_is_shared(
    app: Flask, cast: Cast
) -> None:
    amina, bas, talk = cast.amina, cast.bas, make(cast)
    going = f"/gesprekken/{talk}/voorbereiden/going"
    form = {"lang": "nl", "version": "0", "once": "a", "geluid": (factories.tone(), "a.webm")}
    assert amina.page.post(f"{going}:gezondheid", form).status_code == 404
    amina.page.visit(going).choose("Gezondheid").submit("Verder")
    speak(amina, f"{going}:gezondheid", "Verder")
    [sound] = files_of(amina, "going:gezondheid")
    share(cast, "bas", "talks")
    share(cast, "bas", "preparation")
    assert get(bas, f"/geluid/{sound}").status_code == 404
    assert sound not in bas.page.visit(of_bas(cast, talk)).html
    with app.app_context():
        begin(db.session, writing=True)
        row = db.session.get_one(Attachment, sound)
        assert row.key_id == factories.keys_for(amina.map_id).of("gezondheid").id
        seat = cast.facts.seats["bas"]
        factories.share(amina.map_id, seat, grantee("bas"), leefgebied="gezondheid")
        db.session.commit()
    assert get(bas, f"/geluid/{sound}").status_code == 200
    assert "Gezondheid" in amina.page.visit("/wie-heeft-gekeken").text
    amina.page.visit(going).untick("Gezondheid").submit("Verder")
    assert get(bas, f"/geluid/{sound}").status_code == 404
    assert whole(app)


def test_two_screens_keep_both_recordings_and_a_talk_that_is_over_takes_none(
    app: Flask, cast: Cast
) -> None:
    amina, talk = cast.amina, make(cast)
    path = f"/gesprekken/{talk}/voorbereiden/want"
    prepare(cast, talk, "want", "Van de pc")
    typed = {"text": "Van mijn telefoon", "lang": "nl", "version": "0"}
    for seconds in (1, 2):
        spoken = {"once": f"a{seconds}", "geluid": (factories.tone(seconds), "a.webm")}
        answer = amina.page.post(path, {**typed, **spoken})
        assert answer.status_code == 422
        assert "Van de pc" in answer.text
        assert answer.text.count("/geluid/") == seconds
    both = files_of(amina, "want")
    assert len(both) == 2
    amina.page.post(f"/gesprekken/{talk}/afzeggen")
    form: dict[str, object] = {**typed, "version": "1", "once": "later"}
    form |= {"geluid": (factories.tone(3), "a.webm"), "weg": both[0]}
    assert amina.page.post(path, form).status_code == 422
    assert files_of(amina, "want") == both
    for who in (cast.farid, cast.bas):
        assert who.page.post(path, form).status_code == 404
    assert whole(app)


def test_the_sweep_leaves_it_and_a_version_holds_words_only(app: Flask, cast: Cast) -> None:
    amina, bas = cast.amina, cast.bas
    speak(amina)
    say(amina, "direction", "can", DREAM)
    give(amina, bas, "direction")
    page = amina.page.visit("/plan/versies/nieuw")
    assert "Foto's en geluid staan niet in een versie." in page.text
    page.choose("Bas").fill("reason", "Ik begin").submit("Ja, dit is mijn plan")
    assert "/geluid/" not in page.html
    sweep(app, grace=AT_ONCE)
    [sound] = files_of(amina, "horizon")
    assert get(amina, f"/geluid/{sound}").status_code == 200
    with app.app_context():
        assert db.session.scalars(select(func.count(AccessLog.id))).one() == 0
