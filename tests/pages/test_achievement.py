"""A school or organisation sees the things that were shared with it, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from portfolio.extensions import db
from portfolio.models.access_log import AccessLog
from portfolio.models.base import begin
from portfolio.models.consent import Consent, withdraw
from tests import factories, people

if TYPE_CHECKING:
    from tests.people import Actor, Cast


def test_the_list_opens_nothing(dirk: Actor, cast: Cast) -> None:
    page = dirk.page.visit("/prestaties")
    assert "Amina" in page.text
    assert "1 ding" in page.text
    assert "Farid" not in page.text
    assert not any(canary in page.html for canary in cast.canaries.values())


def test_only_the_shared_thing_stands_on_the_page(dirk: Actor, amina: Actor, cast: Cast) -> None:
    page = dirk.page.visit(f"/prestaties/{amina.map_id}")
    assert cast.canaries["achievement"] in page.text
    assert f"/foto/{cast.photos['achievement']}/groot" in page.html
    assert "2 uur" in page.text
    assert "Tot en met" in page.text
    for name, canary in cast.canaries.items():
        if name != "achievement":
            assert canary not in page.html
    assert "Reacties" not in page.text
    with dirk.app.app_context():
        rows = db.session.execute(select(AccessLog.membership_id, AccessLog.about)).all()
    assert [tuple(row) for row in rows] == [(dirk.seat_id, "map")]


def test_no_steps_and_no_comments_even_with_a_whole_leefgebied(
    dirk: Actor, amina: Actor, cast: Cast
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(amina.map_id, dirk.seat_id, people.grantee("dirk"), leefgebied="werk")
        db.session.commit()
    page = dirk.page.visit(f"/prestaties/{amina.map_id}")
    assert cast.canaries["work"] in page.text
    assert cast.canaries["work_private"] not in page.html
    assert "Kanarievraag" not in page.html
    assert "Ik kan het met hulp" not in page.text


def test_withdrawn_a_moment_ago_is_gone(dirk: Actor, amina: Actor, cast: Cast) -> None:
    dirk.page.visit(f"/prestaties/{amina.map_id}")
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == dirk.seat_id)
        db.session.commit()
    dirk.page.visit(f"/prestaties/{amina.map_id}", 404)
    for size in ("groot", "klein"):
        answered = dirk.page.get(f"/foto/{cast.photos['achievement']}/{size}")
        assert answered.status_code == 404
    assert "Amina" not in dirk.page.visit("/prestaties").text


@pytest.mark.parametrize("who", ["amina", "bas", "eva"])
def test_others_have_no_such_page(cast: Cast, who: str) -> None:
    actor = cast.everybody()[who]
    actor.page.visit("/prestaties", 404)
    actor.page.visit(f"/prestaties/{cast.amina.map_id}", 404)


def test_the_coachs_pages_are_not_the_providers(dirk: Actor, amina: Actor, cast: Cast) -> None:
    for address in ("", "/werk", f"/stuk/{cast.entries['achievement']}"):
        dirk.page.visit(f"/mensen/{amina.map_id}{address}", 404)


def test_at_most_twelve_questions(dirk: Actor, amina: Actor) -> None:
    dirk.page.visit("/prestaties")
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    with dirk.app.app_context():
        for engine in (db.engine, db.get_engine("keyring")):
            event.listen(engine, "before_cursor_execute", note)
    dirk.page.get(f"/prestaties/{amina.map_id}")
    assert len([each for each in asked if not each.startswith("BEGIN")]) <= 12
