"""A file that comes in pieces: resumed, refused, too much, too early, twice, and half."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from portfolio.access import Action, visible
from portfolio.extensions import db, media_store
from portfolio.media.intake import BusyError
from portfolio.models import Attachment, Upload
from portfolio.models.base import begin, clock
from portfolio.models.filing import FILES, file_name
from portfolio.models.upload import piece_files
from portfolio.sweep import sweep
from tests import factories

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.people import Actor, Cast

PIECE = 2_000


def new_draft(actor: Actor) -> str:
    """Start a draft in werk; gives its address."""
    place = actor.page.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    return place.rpartition("/")[0]


def send(actor: Actor, draft: str, content: bytes, start: int, **more: Any) -> TestResponse:
    fields = {
        "kenmerk": "naam",
        "grootte": str(len(content)),
        "vanaf": str(start),
        "deel": (content[start : start + PIECE], "deel"),
        **more,
    }
    return actor.page.post(f"{draft}/deel", fields)


def send_whole(actor: Actor, draft: str, content: bytes) -> None:
    for start in range(0, len(content), PIECE):
        answer = send(actor, draft, content, start)
        assert (answer.status_code, answer.json) == (
            200,
            {"ontvangen": min(start + PIECE, len(content))},
        )


def names_known(app: Flask) -> tuple[set[str], set[str]]:
    """Give the files that are there, and those that a row knows."""
    with app.app_context():
        rows = db.session.query(Attachment).all()
        known = {file_name(row.file_id, part) for row in rows for part in FILES[row.kind]}
        coming = db.session.query(Upload).all()
        pieces = piece_files((row.id, row.pieces - 1) for row in coming)
        return set(media_store().names()), known | set(pieces)


def photos_of(app: Flask, draft: str) -> int:
    with app.app_context():
        draft_id = draft.rpartition("/")[2]
        return db.session.query(Attachment).filter(Attachment.draft_id == draft_id).count()


def test_a_photo_comes_in_pieces_and_goes_on_where_it_was(app: Flask, amina: Actor) -> None:
    draft, photo = new_draft(amina), factories.picture()
    assert len(photo) > 2 * PIECE
    assert send(amina, draft, photo, 0).json == {"ontvangen": PIECE}
    # The line was lost: the browser does not know what arrived, and asks with an empty piece.
    asked = send(amina, draft, photo, 0, deel=(b"", "deel"))
    assert (asked.status_code, asked.json) == (409, {"ontvangen": PIECE})
    for start in range(PIECE, len(photo), PIECE):
        assert send(amina, draft, photo, start).status_code == 200
    assert photos_of(app, draft) == 0, "nothing is decoded before the form is sent"
    with app.app_context():
        row = db.session.query(Upload).one()
        lies_there = b"".join(media_store().get(name) for name in piece_files([(row.id, 0)]))
        assert photo[:16] not in lies_there, "a piece is sealed as soon as it is there"
    answer = amina.page.post(f"{draft}/foto", {"upload": "naam"})
    assert answer.status_code == 303
    assert photos_of(app, draft) == 1
    there, known = names_known(app)
    assert there == known, "the pieces are gone"


def test_a_piece_that_comes_twice_or_too_early_counts_once(app: Flask, amina: Actor) -> None:
    draft, photo = new_draft(amina), factories.picture()
    send(amina, draft, photo, 0)
    for start in (0, 2 * PIECE):
        answer = send(amina, draft, photo, start)
        assert (answer.status_code, answer.json) == (409, {"ontvangen": PIECE})
    with app.app_context():
        row = db.session.query(Upload).one()
        assert (row.received, row.pieces) == (PIECE, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kenmerk": ""},
        {"grootte": ""},
        {"grootte": "-5"},
        {"grootte": "0"},
        {"grootte": "٣"},
        {"grootte": str(21 * 1024 * 1024)},
        {"grootte": "9" * 40},
        {"vanaf": "x"},
        {"deel": (bytes(512 * 1024 + 1), "deel"), "grootte": str(2**20)},
    ],
)
def test_what_is_no_piece_is_refused(app: Flask, amina: Actor, wrong: dict[str, Any]) -> None:
    draft = new_draft(amina)
    assert send(amina, draft, factories.picture(), 0, **wrong).status_code == 400
    with app.app_context():
        assert db.session.query(Upload).count() == 0


def test_more_than_was_said_is_not_taken(amina: Actor) -> None:
    draft, photo = new_draft(amina), factories.picture()
    answer = send(amina, draft, photo, 0, grootte="100")
    assert (answer.status_code, answer.json) == (409, {"ontvangen": 0})


def test_half_a_file_is_no_file(app: Flask, amina: Actor) -> None:
    draft, photo = new_draft(amina), factories.picture()
    send(amina, draft, photo, 0)
    amina.page.post(f"{draft}/foto", {"upload": "naam"})
    assert photos_of(app, draft) == 0


def test_what_is_no_photo_is_forgotten_with_its_pieces(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    send_whole(amina, draft, b"<svg/>" * 1000)
    answer = amina.page.post(f"{draft}/foto", {"upload": "naam"})
    assert answer.status_code == 422
    there, known = names_known(app)
    assert there == known
    with app.app_context():
        assert db.session.query(Upload).count() == 0


def test_nobody_sends_into_the_draft_of_another(
    app: Flask, amina: Actor, farid: Actor, bas: Actor
) -> None:
    draft, photo = new_draft(amina), factories.picture()
    for other in (farid, bas):
        assert send(other, draft, photo, 0).status_code == 404
    send_whole(amina, draft, photo)
    with app.app_context():
        for actor, count in ((amina, 1), (farid, 0), (bas, 0)):
            chosen = visible(actor.viewer(), Action.MAP_KEEP, Upload)
            assert len(db.session.scalars(chosen).all()) == count, actor.key
    own = new_draft(farid)
    farid.page.post(f"{own}/foto", {"upload": "naam"})
    assert photos_of(app, own) == 0, "a name is of one draft"


def test_a_full_map_says_so_and_keeps_the_rest(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 5.2.4."""
    settings = app.extensions["portfolio.settings"]
    monkeypatch.setitem(app.extensions, "portfolio.settings", replace(settings, quota=1000))
    draft, photo = new_draft(amina), factories.picture()
    amina.page.post(f"{draft}/titel", {"title_0": "Blijft staan", "lang_0": "nl"})
    assert send(amina, draft, photo, 0).status_code == 507
    page = amina.page.visit(f"{draft}/foto").attach("foto", photo).submit("Verder", status=422)
    assert "Je map is vol." in page.text
    there, known = names_known(app)
    assert there == known, "what was sealed before there was no room is gone"
    assert page.visit(f"{draft}/titel").value("title_0") == "Blijft staan"


def test_when_it_is_busy_the_file_waits_and_is_not_sent_again(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = app.extensions["portfolio.intake"]

    def busy(_content: bytes) -> None:
        raise BusyError

    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/foto").attach("foto", factories.picture())
    with monkeypatch.context() as patch:
        patch.setattr(intake, "photo", busy)
        page.submit("Verder", status=503)
    assert "Het is nu heel druk." in page.text
    assert photos_of(app, draft) == 0
    page.submit("Verder")
    assert photos_of(app, draft) == 1
    there, known = names_known(app)
    assert there == known


def test_what_stopped_coming_is_swept_after_a_day(app: Flask, cast: Cast, amina: Actor) -> None:
    draft, photo = new_draft(amina), factories.picture()
    send(amina, draft, photo, 0)
    assert sweep(app)["uploads"] == 0
    with app.app_context():
        begin(db.session, writing=True)
        row = db.session.query(Upload).one()
        row.changed_at = clock(db.session) - timedelta(days=1)
        db.session.commit()
    assert sweep(app)["uploads"] == 1
    there, known = names_known(app)
    assert there == known
    assert cast.facts.people


def test_a_draft_that_is_thrown_away_takes_its_pieces_along(app: Flask, amina: Actor) -> None:
    draft, photo = new_draft(amina), factories.picture()
    send(amina, draft, photo, 0)
    amina.page.post(f"{draft}/weg")
    there, known = names_known(app)
    assert there == known
    with app.app_context():
        assert db.session.query(Upload).count() == 0
