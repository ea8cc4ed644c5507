"""What lies on the table in a talk: only what both who sit at it may see.

The owner looks at it through the eyes of the other, so what is private or not shared is not
on the screen that is shown across the desk. Who may see what is for the gate (access.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import bindparam, false, select

from portfolio.access import Action, Seat, Viewer, find, visible
from portfolio.extensions import db
from portfolio.models.answer import Answer
from portfolio.models.comment import Comment, CommentPage, read_latest
from portfolio.models.entry import Entry
from portfolio.models.goal import Goal, GoalStep, StepEvidence
from portfolio.models.goal_page import GoalPage, read_goals
from portfolio.models.organisation import Membership
from portfolio.models.title import TitlePage, read_titles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Select

    from portfolio.models.answer import AnswerPage
    from portfolio.models.portfolio import PortfolioKeys

SEE = Action.PEOPLE_SEE
# How much of what is new, and how many goals, fit on one screen.
MOST_NEW, MOST_GOALS = 10, 12
NO_EVIDENCE = select(StepEvidence).where(false())
Made = TypeVar("Made", Entry, Comment)


@dataclass(frozen=True)
class Table:
    """The map that a talk is about, and through whose eyes it is looked at."""

    portfolio_id: str
    # Empty when the other works there no more: then nothing lies there.
    eyes: Viewer | None
    # It is the owner who looks.
    mine: bool = True


@dataclass(frozen=True)
class LaidOut:
    """What lies on the table."""

    new: tuple[TitlePage, ...] = ()
    goals: tuple[GoalPage, ...] = ()
    said: tuple[CommentPage, ...] = ()
    # The questions whose answers both may see: of the direction, and of this preparation.
    questions: frozenset[str] = frozenset()


def table_of(me: Viewer, portfolio_id: str, membership_id: str) -> Table:
    """Sit down at the table of a talk with this membership, on either side."""
    if me.portfolio_id != portfolio_id:
        # What was shared with another seat of theirs does not lie on this table.
        seats = tuple(seat for seat in me.seats if seat.id == membership_id)
        return Table(portfolio_id, replace(me, seats=seats), mine=False)
    row = find(me, Action.MAP_SHARE, Membership, membership_id)
    if row is None:
        return Table(portfolio_id, None)
    # Only what the gate asks: no name and no key of theirs is needed to look along.
    seat = Seat(row.id, row.role, row.organisation_id, "")
    eyes = Viewer(row.person_id, "", None, "18+", me.language, me.mode, (seat,))
    return Table(portfolio_id, eyes)


def laid_out(
    table: Table, keys: PortfolioKeys, since: datetime | None, answers: Mapping[str, AnswerPage]
) -> LaidOut:
    """Load what lies on the table of a talk; what is new and what was said, since that moment.

    `answers`: what this side reads of the direction and of the preparation.
    """
    if table.eyes is None:
        return LaidOut()
    things = _since(visible(table.eyes, SEE, Entry), Entry, table.portfolio_id, since)
    said = _since(visible(table.eyes, SEE, Comment), Comment, table.portfolio_id, since)
    return LaidOut(
        tuple(read_titles(db.session, things, keys, MOST_NEW)),
        tuple(goals_on(table, keys)),
        tuple(read_latest(db.session, said, {table.portfolio_id: keys}, MOST_NEW)),
        _both_see(table, answers),
    )


def _both_see(table: Table, answers: Mapping[str, AnswerPage]) -> frozenset[str]:
    if table.eyes is None or not table.mine:
        return frozenset(each.question for each in answers.values())
    chosen = _questions_of(visible(table.eyes, SEE, Answer))
    return frozenset(db.session.scalars(chosen, {"ids": [each.id for each in answers.values()]}))


def goals_on(table: Table, keys: PortfolioKeys) -> list[GoalPage]:
    """Load the goals that are on their way, those that changed last, without what shows them."""
    if table.eyes is None:
        return []
    chosen = _on_their_way(visible(table.eyes, SEE, Goal), table.portfolio_id)
    steps = visible(table.eyes, SEE, GoalStep)
    return read_goals(db.session, chosen, steps, NO_EVIDENCE, {table.portfolio_id: keys})


# The gate keeps its questions, and so do these: writing them anew took longer than asking them.


@lru_cache(maxsize=64)
def _questions_of(chosen: Select[Answer]) -> Select[str]:
    named = Answer.id.in_(bindparam("ids", expanding=True))
    return chosen.where(named).with_only_columns(Answer.question)


@lru_cache(maxsize=64)
def _since(
    chosen: Select[Made], model: type[Made], portfolio_id: str, since: datetime | None
) -> Select[Made]:
    mine = chosen.where(model.portfolio_id == portfolio_id)
    return mine if since is None else mine.where(model.created_at > since)


@lru_cache(maxsize=64)
def _on_their_way(chosen: Select[Goal], portfolio_id: str) -> Select[Goal]:
    mine = chosen.where(Goal.portfolio_id == portfolio_id, Goal.reached_at.is_(None))
    last = mine.order_by(Goal.changed_at.desc(), Goal.id).limit(MOST_GOALS)
    # Named, so that the gate is asked once and not in every place where these are meant.
    ids = last.with_only_columns(Goal.id).cte("last")
    return select(Goal).where(Goal.id.in_(select(ids.c.id)))
