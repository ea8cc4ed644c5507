from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlalchemy import select

from portfolio.extensions import db, media_store
from portfolio.models import AccessLog, Attachment
from portfolio.models.filing import FILES, MOST, file_name
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

ALONE = {"Sec-Fetch-Dest": "document"}
IN_A_PAGE = {"Sec-Fetch-Dest": "image"}
ORIGIN = "https://localhost"


def readings(app: Flask, photo: str) -> list[str]:
    """Give the minutes in which a look at this photo was written down."""
    with app.app_context():
        looked = select(AccessLog.minute).where(AccessLog.about == f"photo:{photo}")
        return list(db.session.scalars(looked.order_by(AccessLog.number)))


def fetch(actor: Actor, photo: str, headers: dict[str, str], size: str = "klein") -> int:
    client = actor.page.client
    return client.get(f"/foto/{photo}/{size}", base_url=ORIGIN, headers=headers).status_code


def new_draft(actor: Actor) -> str:
    """Start a draft in werk; gives the address of its photo screen."""
    place = actor.page.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    return place.replace("soort", "foto")


def test_the_owner_gets_a_photo_that_nothing_may_keep_or_run(amina: Actor, cast: Cast) -> None:
    """ASVS 3.2.1."""
    for size, longest in (("groot", 1600), ("klein", 480)):
        answer = amina.page.get(f"/foto/{cast.photos['work']}/{size}")
        assert answer.status_code == 200
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["Content-Disposition"] == 'inline; filename="foto.jpg"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert max(Image.open(io.BytesIO(answer.data)).size) <= longest
    assert amina.page.get(f"/foto/{cast.photos['work']}/origineel").status_code == 404


@pytest.mark.parametrize(
    ("who", "photo", "status"),
    [
        ("bas", "work", 200),
        ("bas", "work_private", 404),
        ("bas", "work_refused", 404),
        ("bas", "language", 404),
        ("carla", "work", 404),
        ("dirk", "achievement", 200),
        ("dirk", "work", 404),
        ("eva", "work", 404),
        ("farid", "work", 404),
    ],
)
def test_another_sees_a_photo_only_through_the_gate(
    cast: Cast, who: str, photo: str, status: int
) -> None:
    for size in ("groot", "klein"):
        for headers in (ALONE, IN_A_PAGE, {}):
            assert fetch(cast.everybody()[who], cast.photos[photo], headers, size) == status


def test_a_photo_opened_alone_is_written_down_and_inside_a_page_it_is_not(
    app: Flask, amina: Actor, bas: Actor, cast: Cast
) -> None:
    photo = cast.photos["work"]
    bas.page.visit(f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}")
    assert fetch(bas, photo, IN_A_PAGE) == 200
    assert readings(app, photo) == []
    assert fetch(amina, photo, ALONE) == 200
    assert readings(app, photo) == []
    assert fetch(bas, photo, ALONE) == 200
    first = readings(app, photo)
    assert len(first) == 1
    assert fetch(bas, photo, {}) == 200
    # Each minute has one row: the second look adds one only when a new minute has begun.
    both = readings(app, photo)
    assert both[:1] == first
    assert len(both) == len(set(both)) <= 2


def test_what_cannot_be_written_down_is_not_shown(
    app: Flask, bas: Actor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kw: object) -> bool:
        raise OSError(28, "no space left")

    monkeypatch.setattr("portfolio.access.note_reading", full)
    assert fetch(bas, cast.photos["work"], ALONE) == 500
    assert readings(app, cast.photos["work"]) == []


def test_a_changed_file_is_never_sent(app: Flask, amina: Actor, cast: Cast) -> None:
    photo = cast.photos["work"]
    with app.app_context():
        for size, other in (("klein", "groot"), ("groot", None)):
            name = factories.file_of(photo, size)
            content = bytearray(media_store().get(factories.file_of(photo, other or size)))
            if other is None:
                content[len(content) // 2] ^= 1
            media_store().delete([name])
            media_store().put(name, bytes(content))
    for size in ("klein", "groot"):
        assert fetch(amina, photo, ALONE, size) == 404
    with app.app_context():
        media_store().delete([factories.file_of(photo, "klein")])
    assert fetch(amina, photo, ALONE, "klein") == 404


def test_what_is_no_photo_is_refused_with_a_sentence_and_the_draft_stays(amina: Actor) -> None:
    where = new_draft(amina)
    titel = where.replace("foto", "titel")
    amina.page.post(titel, {"title_0": "Blijft staan", "lang_0": "nl"})
    for content, said in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Wij kunnen deze foto niet lezen."),
        (b"", "De foto is leeg."),
        (factories.picture()[:300], "Deze foto is stuk."),
        (b"\xff\xd8\xff" + bytes(20 * 1024 * 1024), "De foto is te groot."),
    ):
        page = amina.page.visit(where).attach("foto", content).submit("Verder", status=422)
        assert said in page.text
    assert page.visit(titel).value("title_0") == "Blijft staan"


def test_the_camera_is_a_door_of_its_own(amina: Actor) -> None:
    page = amina.page.visit(new_draft(amina))
    page.attach("foto_camera", factories.picture()).submit("Verder")
    assert "/klein" in page.html


def test_a_form_sent_twice_hangs_one_photo(app: Flask, amina: Actor) -> None:
    where = new_draft(amina)
    for _ in range(2):
        amina.page.post(where, {"foto": (factories.picture(), "a.jpg"), "once": "een-keer"})
    with app.app_context():
        draft_id = where.split("/")[2]
        assert db.session.query(Attachment).filter(Attachment.draft_id == draft_id).count() == 1
        names = list(media_store().names())
        rows = db.session.query(Attachment).all()
        known = [file_name(row.file_id, part) for row in rows for part in FILES[row.kind]]
        assert sorted(names) == sorted(known)


def test_there_is_an_end_to_the_photos_of_one_thing(
    amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST, "photo", 1)
    where = new_draft(amina)
    amina.page.visit(where).attach("foto", factories.picture()).submit("Nog een foto")
    page = amina.page.visit(where).attach("foto", factories.picture())
    page.submit("Nog een foto", status=422)
    assert "Er staan al 10 foto's bij." in page.text


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        'a"; filename="b.html',
        "\u202egpj.exe",
        "фото 💥 صورة.heic",
        "x" * 5000 + ".jpg",
        "CON.<script>alert(1)</script>.svg",
        "a%00%2e%2e/b.jpg",
    ],
)
def test_the_name_of_a_file_says_nothing_and_is_kept_nowhere(
    app: Flask, amina: Actor, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """ASVS 5.3.2, 5.4.2."""
    caplog.set_level("INFO")
    where = new_draft(amina)
    answer = amina.page.post(where, {"foto": (factories.picture(), name)})
    assert answer.status_code == 303
    assert name[-12:] not in amina.page.visit(where).html
    assert name[-12:] not in caplog.text
    with app.app_context():
        assert db.session.query(Attachment).filter(Attachment.draft_id.is_not(None)).count() == 1
        assert all("-" in kept and name[-12:] not in kept for kept in media_store().names())
