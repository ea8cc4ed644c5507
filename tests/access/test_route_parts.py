"""The rules of leerroute, levels and how it goes: each seen by the name of its own part only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.access import Action, visible, visible_in
from portfolio.extensions import db
from portfolio.models import CanDo, Consent, Counted, Portfolio, Route, Wellbeing
from portfolio.models.base import begin
from portfolio.models.consent import withdraw
from tests import factories
from tests.access.states import EVERY_PART
from tests.people import grantee
from tests.route import say_all

if TYPE_CHECKING:
    from portfolio.models.base import Base
    from tests.people import Actor, Cast

OF = ((Route, "route"), (Counted, "route"), (CanDo, "levels"), (Wellbeing, "wellbeing"))
of_each = pytest.mark.parametrize(
    ("model", "part"), OF, ids=lambda each: getattr(each, "__name__", each)
)


def sees(who: Actor, model: type[Base], action: Action = Action.PEOPLE_SEE) -> bool:
    which = (model.__table__.c.id, model.__table__.c.portfolio_id)
    chosen = visible(who.viewer(), action, model).with_only_columns(*which)
    seen = {(row[0], row[1]) for row in db.session.execute(chosen)}
    # Asked about one map, the rule is put another way and says the same.
    for place in db.session.scalars(select(Portfolio.id)).all():
        there = visible_in(who.viewer(), action, model, place).with_only_columns(*which)
        found = {(row[0], row[1]) for row in db.session.execute(there)}
        assert found == {each for each in seen if each[1] == place}
    return bool(seen)


def agree(amina: Actor, who: Actor, *parts: str) -> None:
    begin(db.session, writing=True)
    withdraw(db.session, Consent.membership_id == who.seat_id)
    for part in parts:
        factories.share(amina.map_id, who.seat_id, grantee(who.key), part=part, may_comment=True)
    db.session.commit()


@of_each
def test_each_is_seen_by_the_name_of_its_part(cast: Cast, model: type[Base], part: str) -> None:
    amina, bas, dirk = cast.amina, cast.bas, cast.dirk
    with amina.app.app_context():
        begin(db.session, writing=True)
        say_all(amina)
        db.session.commit()
        assert sees(amina, model, Action.MAP_KEEP)
        assert not sees(cast.farid, model, Action.MAP_KEEP)
        agree(amina, bas, *(each for each in EVERY_PART if each != part))
        assert not sees(bas, model)
        agree(amina, bas, part)
        assert sees(bas, model)
        # It is the owner's to keep, whatever a coach holds.
        assert not sees(bas, model, Action.MAP_KEEP)
        # A provider sees no part of a plan, and the beheerder nothing at all.
        agree(amina, dirk, part)
        assert not sees(dirk, model, Action.ACHIEVEMENTS_SEE)
        assert not sees(dirk, model)
        assert not sees(cast.eva, model)
        agree(amina, bas)
        assert not sees(bas, model)
