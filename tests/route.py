"""A leerroute, levels and how it goes, said by an owner for the tests to look at.

Works in the caller's transaction; the caller commits.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models.can_do import judge
from portfolio.models.entry import Entry
from portfolio.models.route import RouteSaid, count_for, keep_route
from portfolio.models.wellbeing import say_how
from tests import factories

if TYPE_CHECKING:
    from tests.people import Actor

SAID = RouteSaid(
    act="wi2021",
    route="z",
    first_pip=date(2026, 3, 2),
    end=date(2029, 3, 1),
    letter={"z_lessen": 800 * 60, "z_meedoen": 95},
    aims={"lezen": "a2", "spreken": "b1"},
    themes={"map": ["beroepen"]},
)


def say_all(owner: Actor) -> None:
    """Let an owner have said something everywhere."""
    keys = factories.keys_for(owner.map_id)
    keep_route(db.session, None, owner.map_id, keys, SAID)
    mine = select(Entry.id).where(Entry.portfolio_id == owner.map_id, Entry.private.is_(False))
    entries = list(db.session.scalars(mine.where(Entry.deleted_at.is_(None))).all())[:1]
    for entry_id in entries:
        db.session.get_one(Entry, entry_id).minutes = 95
    count_for(db.session, owner.map_id, "map", entries, entries)
    said = {"spreken.a1.1": "zelf", "spreken.a1.2": "met_hulp", "lezen.b1.1": "willen"}
    said |= {"knm.wonen.1": "zelf", "knm.staat.1": "begonnen"}
    judge(db.session, owner.map_id, keys, {}, said)
    for dimension, answer in (("lichaam", "goed"), ("dag", "niet_goed"), ("zin", "beetje")):
        say_how(db.session, owner.map_id, keys, dimension, answer)
