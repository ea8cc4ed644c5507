"""Pages of a paper that wait for each other: none is lost, doubled or left under an old key."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from portfolio.extensions import db
from portfolio.models import Upload
from portfolio.models.base import begin
from portfolio.sweep import sweep
from tests import factories
from tests.browser import Page
from tests.faults.test_nothing_lost import flip, hanging
from tests.models.test_sweep import DAY, put_back
from tests.pages.test_upload import PIECE, new_draft, send

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from tests.people import Actor, Cast


def add_page(actor: Actor, draft: str, colour: str = "white") -> None:
    """Send one photographed page of a paper."""
    form = {"blad_camera": (factories.picture(colour), "a.jpg"), "more": "1", "once": colour}
    assert actor.page.post(f"{draft}/papier", form).status_code == 303


def test_pages_that_wait_stay_together(app: Flask, amina: Actor, cast: Cast) -> None:
    draft = new_draft(amina)
    for colour in ("white", "ivory"):
        add_page(amina, draft, colour)
    with app.app_context():
        begin(db.session, writing=True)
        first = db.session.query(Upload).order_by(Upload.page).first()
        assert first is not None
        put_back(Upload, first.id, changed_at=2 * DAY)
        db.session.commit()
    assert sweep(app)["uploads"] == 0
    amina.page.post(f"{draft}/papier", {"once": "klaar"})
    assert [row.pages for row in hanging(app, draft, "paper")] == [2]
    assert cast.facts.people


def test_pages_that_wait_are_named_before_it_is_kept(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    add_page(amina, draft)
    amina.page.post(f"{draft}/papier", {"skip": "1"})
    amina.page.post(f"{draft}/titel", {"title_0": "Brief", "lang_0": "nl"})
    assert "Er wachten nog bladzijden." in amina.page.visit(f"{draft}/klaar").text
    assert amina.page.post(f"{draft}/klaar").status_code == 422
    with app.app_context():
        assert db.session.query(Upload).count() == 1


def test_a_page_that_comes_while_the_paper_is_made_waits_on(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, intake = new_draft(amina), app.extensions["portfolio.intake"]
    add_page(amina, draft)
    other, whole = Page(amina.browse()), intake.paper

    def slow(pages: list[bytes]) -> object:
        form = {"blad_camera": (factories.picture("ivory"), "a.jpg"), "more": "1"}
        busy = threading.Thread(target=other.post, args=(f"{draft}/papier", form))
        busy.start()
        busy.join()
        return whole(pages)

    monkeypatch.setattr(intake, "paper", slow)
    amina.page.post(f"{draft}/papier", {"once": "klaar"})
    assert [row.pages for row in hanging(app, draft, "paper")] == [1]
    with app.app_context():
        assert db.session.query(Upload).count() == 1


def test_a_page_that_came_in_pieces_and_is_sent_twice_counts_once(app: Flask, amina: Actor) -> None:
    """A double tap: the second finds its pieces gone, and knows that they were taken in."""
    draft, photo = new_draft(amina), factories.picture()
    for start in range(0, len(photo), PIECE):
        send(amina, draft, photo, start)
    for _ in range(2):
        form = {"upload": "naam", "once": "een-keer", "more": "1"}
        assert amina.page.post(f"{draft}/papier", form).status_code == 303
    with app.app_context():
        assert db.session.query(Upload).count() == 1


def test_taking_the_last_page_away_twice_takes_one(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    for colour in ("white", "ivory", "red"):
        add_page(amina, draft, colour)
    for _ in range(2):
        amina.page.post(f"{draft}/papier", {"laatste_weg": "3"})
    with app.app_context():
        assert db.session.query(Upload).count() == 2


def test_pages_that_wait_follow_the_topic(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    add_page(amina, draft)
    amina.page.post(f"{draft}/onderwerp", {"leefgebied": "gezondheid"})
    with app.app_context():
        [row] = db.session.query(Upload).all()
        assert row.key_id == factories.keys_for(amina.map_id).of("gezondheid").id
    assert amina.page.get(f"{draft}/blad/1").status_code == 200


def test_a_broken_page_is_named(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    add_page(amina, draft)
    with app.app_context():
        flip(f"{db.session.query(Upload).one().id}-deel-0")
    assert amina.page.get(f"{draft}/blad/1").status_code == 404
    answer = amina.page.post(f"{draft}/papier", {"once": "klaar"})
    assert answer.status_code == 422
    assert "Een bladzijde is stuk." in answer.get_data(as_text=True)
