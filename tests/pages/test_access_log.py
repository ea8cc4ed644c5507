"""Wie heeft gekeken: every reading by another, and none of one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from portfolio.extensions import db
from portfolio.models.access_log import AccessLog, note_reading
from portfolio.models.base import begin
from portfolio.models.entry import Entry
from tests import factories, people

if TYPE_CHECKING:
    from tests.people import Actor, Cast


def test_nobody_looked_yet(amina: Actor) -> None:
    page = amina.page.visit("/wie-heeft-gekeken")
    assert "Nog niemand heeft gekeken" in page.text


def test_each_page_that_another_opened_is_named(
    amina: Actor, bas: Actor, dirk: Actor, cast: Cast
) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}")
    bas.page.visit(f"/mensen/{amina.map_id}/werk")
    bas.page.visit(f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}")
    dirk.page.visit(f"/prestaties/{amina.map_id}")
    amina.page.visit(f"/map/stuk/{cast.entries['work']}")
    page = amina.page.visit("/wie-heeft-gekeken")
    main = page.tree.first("main")
    assert main is not None
    assert [node.text for node in main.walk("strong")] == ["Dirk", "Bas", "Bas", "Bas"]
    assert "Werk" in main.text
    assert f"Titel {cast.canaries['work']}" in main.text
    assert "Gemeente Voorbeeldstad" in main.text
    assert "Buurthuis De Linde" in main.text


def test_a_thing_that_is_gone_is_said_to_be_gone(amina: Actor, bas: Actor, cast: Cast) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}")
    with amina.app.app_context():
        begin(db.session, writing=True)
        row = db.session.get(Entry, cast.entries["work"])
        assert row is not None
        row.deleted_at = datetime.now(UTC)
        db.session.commit()
    page = amina.page.visit("/wie-heeft-gekeken")
    assert "Iets dat je hebt weggehaald" in page.text
    assert cast.canaries["work"] not in page.html


def test_another_owner_sees_nothing_of_it(farid: Actor, amina: Actor, bas: Actor) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}")
    assert "Bas" not in farid.page.visit("/wie-heeft-gekeken").text
    bas.page.visit("/wie-heeft-gekeken", 404)


def test_fifty_on_a_page(amina: Actor, bas: Actor) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        keys = factories.keys_for(amina.map_id)
        for number in range(60):
            about = f"entry:unknown{number}"
            who = people.grantee("bas")
            note_reading(db.session, amina.map_id, keys, bas.seat_id, who, about=about)
        db.session.commit()
    page = amina.page.visit("/wie-heeft-gekeken")
    assert page.html.count("<strong>") == 50
    page.follow("Eerder")
    assert page.html.count("<strong>") == 10
    page.follow("Later")
    for odd in ("0", "-1", "x", "٣", "9" * 40):
        page.visit(f"/wie-heeft-gekeken?pagina={odd}")


def test_readings_stand_under_their_day(amina: Actor, bas: Actor) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}")
    with amina.app.app_context():
        begin(db.session, writing=True)
        for row in db.session.query(AccessLog):
            row.at -= timedelta(days=1)
        db.session.commit()
    bas.page.visit(f"/mensen/{amina.map_id}/werk")
    page = amina.page.visit("/wie-heeft-gekeken")
    main = page.tree.first("main")
    assert main is not None
    assert len(list(main.walk("h2"))) == 2
