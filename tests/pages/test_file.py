"""Sounds and papers that are sent: ranges, disposition, the gate at every piece, broken files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from portfolio.extensions import db, media_store
from portfolio.models import AccessLog, Attachment, Comment
from portfolio.models.base import begin, clock
from portfolio.models.consent import Consent, withdraw
from portfolio.models.filing import hang, seal_sound
from portfolio.views import file
from tests import factories

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.people import Actor, Cast

ORIGIN = "https://localhost"


class LongSound:
    """A sound of many chunks; what is in it does not matter to whoever sends it."""

    content = bytes(range(256)) * 1024
    seconds = 100


def get(actor: Actor, path: str, **headers: str) -> TestResponse:
    return actor.page.client.get(path, base_url=ORIGIN, headers=headers)


@pytest.fixture
def long_sound(app: Flask, cast: Cast) -> str:
    """Hang a sound of four chunks on the shared entry; gives its address."""
    with app.app_context():
        begin(db.session, writing=True)
        key = factories.keys_for(cast.amina.map_id).of("werk")
        row = seal_sound(media_store(), key, cast.amina.map_id, LongSound(), "ar")
        hang(db.session, row, entry_id=cast.entries["work"])
        db.session.commit()
        return f"/geluid/{row.id}"


def test_a_sound_plays_whole_and_says_that_it_may_be_asked_in_parts(
    amina: Actor, long_sound: str
) -> None:
    answer = get(amina, long_sound)
    assert answer.status_code == 200
    assert answer.data == LongSound.content
    assert answer.headers["Content-Type"] == "audio/mp4"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-", 0, 262144),
        ("bytes=0-0", 0, 1),
        ("bytes=65535-65536", 65535, 65537),
        ("bytes=70000-200000", 70000, 200001),
        ("bytes=262143-", 262143, 262144),
        ("bytes=-10", 262134, 262144),
        ("bytes=200000-999999999", 200000, 262144),
    ],
)
def test_a_part_is_exactly_that_part(
    amina: Actor, long_sound: str, asked: str, start: int, stop: int
) -> None:
    answer = get(amina, long_sound, Range=asked)
    assert answer.status_code == 206
    assert answer.data == LongSound.content[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/262144"
    assert int(answer.headers["Content-Length"]) == stop - start


@pytest.mark.parametrize(
    "asked", ["bytes=262144-", "bytes=9-3", "bytes=x-y", "bytes=0-1,5-6", "bytes=-0"]
)
def test_a_part_that_is_not_there_is_refused(amina: Actor, long_sound: str, asked: str) -> None:
    assert get(amina, long_sound, Range=asked).status_code == 416


def test_each_part_passes_the_gate(cast: Cast, app: Flask, long_sound: str) -> None:
    bas = cast.bas
    assert get(bas, long_sound, Range="bytes=0-99").status_code == 206
    with app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == bas.seat_id)
        db.session.commit()
    for asked in ("bytes=0-99", "bytes=100-", "bytes=-5"):
        assert get(bas, long_sound, Range=asked).status_code == 404
    for other in (cast.carla, cast.dirk, cast.eva, cast.farid):
        assert get(other, long_sound).status_code == 404


def test_withdrawn_half_way_the_rest_is_not_sent(cast: Cast, app: Flask, long_sound: str) -> None:
    """ASVS 8.3.2 is asked again at each chunk: 1 of 4 was under way."""
    answer = cast.bas.page.client.get(long_sound, base_url=ORIGIN, buffered=False)
    pieces = iter(answer.response)
    assert next(pieces) == LongSound.content[:65536]
    with app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == cast.bas.seat_id)
        db.session.commit()
    with pytest.raises(Exception, match="404"):
        next(pieces)
    answer.close()


def test_a_flipped_byte_is_found_named_and_not_sent(
    amina: Actor, app: Flask, long_sound: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="portfolio.events")
    attachment_id = long_sound.rpartition("/")[2]
    with app.app_context():
        name = factories.file_of(attachment_id, "geluid")
        content = bytearray(media_store().get(name))
        content[100] ^= 1
        media_store().put(name, bytes(content), replace=True)
    assert get(amina, long_sound).status_code == 404
    assert f'"file_broken", "attachment": "{attachment_id}", "part": "geluid"' in caplog.text


def test_a_paper_is_kept_and_never_shown_inside_the_site(amina: Actor, cast: Cast) -> None:
    """ASVS 3.2.1."""
    answer = get(amina, f"/papier/{cast.papers['work']}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="papier.pdf"'
    assert answer.headers["Content-Security-Policy"] == file.SANDBOX
    with pikepdf.open(io.BytesIO(answer.data)) as paper:
        assert len(paper.pages) == 2
    first = get(amina, f"/foto/{cast.papers['work']}/klein")
    assert (first.status_code, first.mimetype) == (200, "image/jpeg")


def test_a_file_is_only_what_it_is(amina: Actor, cast: Cast) -> None:
    sound, paper, photo = cast.sounds["work"], cast.papers["work"], cast.photos["work"]
    for path in (
        f"/foto/{sound}/groot",
        f"/foto/{sound}/geluid",
        f"/foto/{paper}/groot",
        f"/foto/{paper}/papier",
        f"/geluid/{photo}",
        f"/geluid/{paper}",
        f"/papier/{photo}",
        f"/papier/{sound}",
    ):
        assert get(amina, path).status_code == 404, path


def test_a_paper_is_always_written_down_and_a_sound_inside_its_page_is_not(
    app: Flask, cast: Cast
) -> None:
    bas, sound, paper = cast.bas, cast.sounds["work"], cast.papers["work"]
    bas.page.visit(f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}")
    get(bas, f"/geluid/{sound}", **{"Sec-Fetch-Dest": "audio"})
    get(bas, f"/foto/{paper}/klein", **{"Sec-Fetch-Dest": "image"})
    assert noted(app) == [f"entry:{cast.entries['work']}"]
    get(bas, f"/papier/{paper}", **{"Sec-Fetch-Dest": "document"})
    get(bas, f"/geluid/{sound}", **{"Sec-Fetch-Dest": "document"})
    assert noted(app)[1:] == [f"paper:{paper}", f"sound:{sound}"]
    page = cast.amina.page.visit("/wie-heeft-gekeken")
    assert page.text.count("Bas") >= 3


def noted(app: Flask) -> list[str]:
    with app.app_context():
        rows = db.session.query(AccessLog).order_by(AccessLog.number).all()
        return [row.about for row in rows]


def test_the_sound_of_a_comment_is_heard_by_who_may_read_it(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        sound = factories.make_sound(
            cast.amina.map_id, None, "werk", comment_id=cast.comments["asked"]
        )
        db.session.commit()
    path = f"/geluid/{sound}"
    statuses = {name: get(who, path).status_code for name, who in cast.everybody().items()}
    allowed = {name for name, status in statuses.items() if status == 200}
    assert allowed == {"amina", "bas"}
    with app.app_context():
        row = db.session.get_one(Attachment, sound)
        assert row.comment_id == cast.comments["asked"]
    cast.amina.page.post(f"/reactie/{cast.comments['asked']}/verbergen", {"verberg": "ja"})
    assert get(cast.bas, path).status_code == 200, "an author still sees what they wrote"
    with app.app_context():
        begin(db.session, writing=True)
        # The row alone says that it is taken away: the file may still be on its way out.
        db.session.get_one(Comment, cast.comments["asked"]).removed_at = clock(db.session)
        db.session.commit()
    assert get(cast.bas, path).status_code == 404
    assert get(cast.amina, path).status_code == 404


def test_a_comment_that_is_taken_away_takes_its_sound_along(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        asked = cast.comments["asked"]
        sound = factories.make_sound(cast.amina.map_id, None, "werk", comment_id=asked)
        name = factories.file_of(sound, "geluid")
        db.session.commit()
    cast.bas.page.post(f"/mensen/reactie/{asked}/weghalen")
    assert get(cast.amina, f"/geluid/{sound}").status_code == 404
    with app.app_context():
        assert name not in set(media_store().names())
