"""A full disk: a clear page, nothing half kept, and it goes on by itself when there is room."""

from __future__ import annotations

import io
import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import OperationalError

from portfolio import security
from portfolio.extensions import db
from portfolio.keyring import new_id
from portfolio.models import AccessLog, Attachment
from portfolio.models.base import begin
from tests.document import read
from tests.faults.server import Caller, running
from tests.page_checks import check_page
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.engine.interfaces import DBAPIConnection

    from portfolio.config import Settings
    from tests.people import Cast

ROOM = 600_000


def noisy_paper() -> bytes:
    """Scan a paper that hardly shrinks: a photo never takes so much."""
    side = 1400
    noise = random.Random(1).randbytes(side * side * 3)  # noqa: S311 -- any noise will do
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(out, "PDF", quality=90)
    return out.getvalue()


def test_a_paper_that_does_not_fit_is_refused_in_words(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    token = cast.amina.sign_in()
    close_engines(cast.amina.app)
    with running(settings, tmp_path / "log.txt", largest_file=ROOM) as (_, port):
        caller = Caller(port, token)
        begun = caller.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
        base = begun.rpartition("/")[0]
        paper = {"papier": ("brief.pdf", noisy_paper(), "application/pdf")}
        answered = caller.post(f"{base}/papier", {}, paper)
        assert answered.status_code == 503
        page = read(answered.text)
        assert page.first("h1"), answered.text[:300]
        assert "Wij kunnen nu niets bewaren. Probeer het straks nog een keer." in page.text
        assert "Traceback" not in answered.text
        # Their own map goes on, and the draft is as it was.
        for path in ("/map", "/map/werk", f"{base}/papier", f"{base}/titel"):
            assert caller.get(path).status_code == 200, path
        small = {"foto": ("foto.jpg", _small_photo(), "image/jpeg")}
        assert caller.post(f"{base}/foto", {}, small).status_code == 303
    with cast.amina.app.app_context():
        rows = select(func.count(Attachment.id)).where(Attachment.draft_id.is_not(None))
        assert db.session.scalars(rows).one() == 1


def _small_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "olive").save(out, "JPEG")
    return out.getvalue()


@contextmanager
def full_database(app: Flask) -> Iterator[None]:
    """Let the database have no room for one more page."""
    with app.app_context():
        engine = db.engine
    # Free pages would still take some rows in.
    with engine.connect().execution_options(writing=False) as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("VACUUM")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql("BEGIN")
    engine.dispose()

    def limit(connection: DBAPIConnection, _entry: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        cursor.close()

    event.listen(engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        engine.dispose()


def test_a_full_database_refuses_writing_and_foreign_reading_only(
    cast: Cast, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = cast.amina.app
    if database != "sqlite":
        # The rule is the same code; filling a PostgreSQL needs a disk of its own.
        return
    amina, bas = cast.amina.page, cast.bas.page
    amina.visit("/map")
    bas.visit("/mensen")
    with full_database(app):
        for number in range(2000):
            answered = amina.post("/toevoegen", {"leefgebied": "werk", "example": str(number % 5)})
            if answered.status_code != 303:
                break
        assert answered.status_code == 500
        check_page(answered, read(answered.text), answered.text)
        amina.visit("/map")
        amina.visit("/map/werk")
        fill(app, cast)
        for path in (f"/mensen/{cast.amina.map_id}/werk", f"/foto/{cast.photos['work']}/groot"):
            answered = bas.get(path)
            assert answered.status_code == 500, path
            assert not any(canary in answered.text for canary in cast.canaries.values())
        # Also when it is time to note that she is still there.
        monkeypatch.setattr(security, "TOUCH_EVERY", timedelta(days=-1))
        amina.visit("/map/werk")
        monkeypatch.undo()
    amina.visit("/map")
    assert amina.post("/toevoegen", {"leefgebied": "werk"}).status_code == 303
    bas.visit(f"/mensen/{cast.amina.map_id}/werk")


def fill(app: Flask, cast: Cast) -> None:
    """Fill the last corners of the log itself, so that not one row more finds a place."""
    row = {
        "portfolio_id": cast.farid.map_id,
        "membership_id": cast.carla.seat_id,
        "about": "x" * 40,
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "who": b"x" * 100,
        "code": "x" * 64,
    }

    def fill_up() -> None:
        for number in range(10_000):
            begin(db.session, writing=True)
            here = {"id": new_id(), "minute": f"{number:016}", "number": -number}
            db.session.execute(insert(AccessLog).values(**row, **here))
            db.session.commit()

    with app.app_context(), pytest.raises(OperationalError, match="full"):
        fill_up()
