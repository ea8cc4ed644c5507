"""The stage itself: stores of one's own, the cast in its place, and pages that are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio.access import Action, visible
from portfolio.extensions import db
from portfolio.models import Entry
from portfolio.models.entry import read_entries
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast


def test_the_cast_sees_what_it_should(cast: Cast) -> None:
    with cast.amina.app.app_context():
        for actor, action, wanted in (
            (cast.amina, Action.MAP_KEEP, {*cast.entries} - {"work_deleted", "farids_work"}),
            (cast.farid, Action.MAP_KEEP, {"farids_work"}),
            (cast.bas, Action.PEOPLE_SEE, {"work"}),
            (cast.carla, Action.PEOPLE_SEE, set()),
            (cast.dirk, Action.ACHIEVEMENTS_SEE, {"achievement"}),
            (cast.eva, Action.PEOPLE_SEE, set()),
        ):
            rows = db.session.scalars(visible(actor.viewer(), action, Entry)).all()
            names = {
                name
                for name, entry_id in cast.entries.items()
                for row in rows
                if row.id == entry_id
            }
            assert names == wanted, actor.key


def test_the_words_can_be_read_again(cast: Cast, amina: Actor) -> None:
    with amina.app.app_context():
        chosen = visible(amina.viewer(), Action.MAP_KEEP, Entry)
        keys = {amina.map_id: factories.keys_for(amina.map_id)}
        titles = {
            entry.text_for("nl").title.text for entry in read_entries(db.session, chosen, keys)
        }
    assert f"Titel {cast.canaries['health']}" in titles


@pytest.mark.parametrize("number", range(2))
def test_every_test_has_stores_of_its_own(app: Flask, number: int) -> None:
    with app.app_context():
        made = factories.make_person("amina", f"Amina {number}")
        db.session.commit()
        assert made.person.id
