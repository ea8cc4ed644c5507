"""The rules of the gate for a plan: what is shared by the name of its part, and nothing else.

Silence refuses, as everywhere. Only access.py asks these rules, by way of rules.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false

from portfolio.deciding import own, part_decision, seated, some
from portfolio.models.answer import Answer
from portfolio.models.can_do import CanDo
from portfolio.models.entry import Entry
from portfolio.models.parts import LEVELS, ROUTE, WELLBEING
from portfolio.models.route import Counted, Route
from portfolio.models.wellbeing import Wellbeing
from portfolio.viewer import OWNER_ACTIONS, SEEN_THROUGH, Action, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio.models.base import Base


def of_part(
    viewer: Viewer,
    action: Action,
    portfolio: ColumnElement[str],
    part: str | ColumnElement[str],
) -> ColumnElement[bool]:
    """Hold for the owner, and for whoever coaches them where this part is shared."""
    if action in OWNER_ACTIONS:
        return own(viewer, portfolio)
    if action not in (Action.PEOPLE_SEE, Action.PEOPLE_COMMENT, Action.FILE_SEE):
        return false()
    seats = viewer.seat_ids(*COACHED_THROUGH[action])
    comment = action is Action.PEOPLE_COMMENT
    return seated(seats, part_decision(portfolio, part, comment=comment))


# A plan is for those who coach: a school or organisation sees no part of it, nor its files.
COACHED_THROUGH = {
    **SEEN_THROUGH,
    Action.FILE_SEE: SEEN_THROUGH[Action.PEOPLE_SEE],
}


def answer_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over what an owner says to a question of the plan."""
    columns = Answer.__table__.c
    return of_part(viewer, action, columns.portfolio_id, columns.part)


def route_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over what an owner says about their leerroute."""
    return of_part(viewer, action, Route.__table__.c.portfolio_id, ROUTE)


def counted_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over an entry that counts for a block; of the entry itself nothing is told.

    One that was taken away counts for nobody, and *alleen voor mij* holds for its hours too.
    """
    there = [Entry.id == Counted.entry_id, Entry.deleted_at.is_(None)]
    if action not in OWNER_ACTIONS:
        there.append(Entry.private.is_(False))
    about = of_part(viewer, action, Counted.__table__.c.portfolio_id, ROUTE)
    return and_(about, some(Entry, *there))


def can_do_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over what an owner says that they can do in Dutch."""
    return of_part(viewer, action, CanDo.__table__.c.portfolio_id, LEVELS)


def wellbeing_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over how an owner says that they are."""
    return of_part(viewer, action, Wellbeing.__table__.c.portfolio_id, WELLBEING)


PLAN_RULES: dict[type[Base], Callable[[Viewer, Action], ColumnElement[bool]]] = {
    Answer: answer_rule,
    CanDo: can_do_rule,
    Counted: counted_rule,
    Route: route_rule,
    Wellbeing: wellbeing_rule,
}
