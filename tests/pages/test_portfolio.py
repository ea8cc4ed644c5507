from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from portfolio.access import Action, visible
from portfolio.data import LEEFGEBIEDEN, SCALE
from portfolio.extensions import db
from portfolio.models import Entry, LeefgebiedState, SignIn
from portfolio.models.base import begin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.people import Actor, Cast


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """Note every statement that a page sends to either database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    with app.app_context():
        engines = [db.engine, db.get_engine("keyring")]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("cast")
def test_the_start_page_shows_the_map_at_a_glance(amina: Actor) -> None:
    page = amina.page.visit("/map")
    tiles = {node["href"]: node.text for node in page.tree.walk("a") if node.get("class") == "tile"}
    assert list(tiles) == [f"/map/{key}" for key in LEEFGEBIEDEN]
    assert "3 dingen" in tiles["/map/werk"]
    assert "Ik kan het met hulp" in tiles["/map/werk"]
    assert "1 ding" in tiles["/map/taal"]
    assert "ding" not in tiles["/map/geld"]


def test_what_others_said_since_the_last_visit_is_new(amina: Actor, app: Flask) -> None:
    assert "1 nieuwe reactie" not in amina.page.visit("/map").text
    with app.app_context():
        begin(db.session, writing=True)
        for row in db.session.query(SignIn).filter(SignIn.person_id == amina.person_id):
            row.new_since = datetime.now(UTC) - timedelta(hours=1)
        db.session.commit()
    # Bas asked and Amina answered: only what Bas said is new to her.
    assert "1 nieuwe reactie" in amina.page.visit("/map").text


def test_what_was_kept_last_stands_first_with_its_photo(amina: Actor, cast: Cast) -> None:
    page = amina.page.visit("/map")
    first = next(n for n in page.tree.walk("a") if n["href"].startswith("/map/stuk/"))
    assert first["href"] == f"/map/stuk/{cast.entries['achievement']}"
    assert f"/foto/{cast.photos['achievement']}/klein" in page.html


def test_an_empty_map_teaches_by_examples(farid: Actor, cast: Cast) -> None:
    farid.page.post(f"/map/stuk/{cast.entries['farids_work']}/weghalen")
    page = farid.page.visit("/map")
    assert "Je map is nog leeg" in page.text
    page.submit("Ik praat elke week een uur met mijn taalmaatje.")
    assert page.path.endswith("/soort")


def test_a_leefgebied_shows_its_things_newest_first(amina: Actor, cast: Cast, app: Flask) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        row = db.session.get(Entry, cast.entries["work"])
        assert row is not None
        row.created_at -= timedelta(days=3)
        db.session.commit()
    page = amina.page.visit("/map/werk")
    there = [page.html.index(cast.canaries[n]) for n in ("work_refused", "work_private", "work")]
    assert there[2] == max(there)
    for said in ("Alleen voor mij", "Wie kan dit zien?", "2 uur", "2 reacties", "Ik zeg het zelf"):
        assert said in page.text
    for elsewhere in ("work_deleted", "language", "farids_work"):
        assert cast.canaries[elsewhere] not in page.html
    assert amina.page.get("/map/justitie").status_code == 404


def test_a_step_is_chosen_and_sealed(amina: Actor, app: Flask) -> None:
    page = amina.page.visit("/map/gezondheid").follow("Kies je stap")
    page.choose("Ik ben begonnen").submit("Bewaar")
    assert "Hier ben ik nu" in page.text
    with app.app_context():
        for row in db.session.query(LeefgebiedState):
            assert not any(key.encode() in row.scale for key in SCALE)
    # What is no step changes nothing.
    amina.page.post("/map/gezondheid/stap", {"step": "tien"})
    page.visit("/map/gezondheid/stap")
    chosen = [n["value"] for n in page.tree.walk("input") if "checked" in n.attrs]
    assert chosen == ["begonnen"]


@pytest.mark.parametrize("path", ["/map", "/map/werk", "/map/weggehaald"])
def test_a_page_asks_few_questions(amina: Actor, queries: list[str], path: str) -> None:
    amina.page.get(path)
    queries.clear()
    assert amina.page.get(path).status_code == 200
    assert len([sent for sent in queries if sent.startswith("SELECT")]) <= 12, queries


@pytest.mark.parametrize("who", ["bas", "dirk", "eva"])
def test_who_has_no_map_finds_none_of_its_pages(cast: Cast, who: str) -> None:
    other = cast.everybody()[who]
    for path in ("/map", "/map/werk", "/map/werk/stap", "/map/weggehaald"):
        assert other.page.get(path).status_code == 404
    assert other.page.post("/map/werk/stap", {"step": "zelf"}).status_code == 404
    assert other.page.post("/toevoegen").status_code == 404


def test_who_looks_along_sees_nothing_private_first(app: Flask, amina: Actor, cast: Cast) -> None:
    """The start page is neutral: no health, family or private thing stands large on it."""
    with app.app_context():
        her = amina.viewer()
        begin(db.session, writing=True)
        others = visible(her, Action.MAP_KEEP, Entry).where(
            Entry.leefgebied != "gezondheid", Entry.private.is_(False)
        )
        for row in db.session.scalars(others):
            row.private = True
        db.session.commit()
    page = amina.page.visit("/map")
    assert cast.canaries["health"] not in page.html
    assert cast.canaries["work_private"] not in page.html
    assert "Je map is nog leeg" not in page.text
