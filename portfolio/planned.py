"""A plan as a member who coaches sees it: only the parts that were shared by name, on one page.

What lives here: the page, for the viewer it is given; the coach's own and the owner's look
through their eyes. What does not: who may see what (access.py), and the owner's own pages.
What is not shared leaves no trace: a part that is hidden and a part that is empty look alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import NotFound

from portfolio.access import Action, Viewer, reading, there_is, visible, visible_in, welcome
from portfolio.checked import page_about
from portfolio.extensions import db
from portfolio.models.answer import Answer, AnswerPage, read_answers
from portfolio.models.base import database_now
from portfolio.models.can_do import CanDo, Point, Result, read_growths, read_results
from portfolio.models.comment import Comment, CommentPage, Subject, read_goal_talk
from portfolio.models.consent import Consent
from portfolio.models.entry import Entry
from portfolio.models.goal import Goal, GoalStep, StepEvidence
from portfolio.models.goal_page import GoalPage, goals_on_leaf, read_goals
from portfolio.models.leaf import Leaf, leaf_of, on_leaf
from portfolio.models.parts import (
    BARRIERS,
    DIRECTION,
    HELP,
    LEVELS,
    PREPARATION,
    ROUTE,
    SIGNALS,
    TALKS,
    WELLBEING,
    place_of,
)
from portfolio.models.people import read_held_with
from portfolio.models.route import Counted, Route, RoutePage, read_route
from portfolio.models.talk import Talk, TalkPage, read_talks
from portfolio.models.wellbeing import Web, Wellbeing, read_webs
from portfolio.shown import Share, shares_of
from portfolio.signals import NOTHING, Signal, first_due, number_in
from portfolio.silence import day_of, last_contact, long_ago, shared_since
from portfolio.viewer import SEEN_THROUGH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select

    from portfolio.access import Guest
    from portfolio.models.people import Held

# The parts that are answers to questions.
ANSWERED = frozenset({DIRECTION, BARRIERS, SIGNALS})


# Goals stand here whole, with their steps, so fewer fit than in a list of names.
GOALS_SHOWN, TALKS_SHOWN = 3, 3
# As many as their pictures show.
POINTS_SHOWN, WEBS_SHOWN = 3, 2
NOW = database_now()


@dataclass(frozen=True)
class Leaves:
    """Which leaf of each long list is looked at."""

    goals: int = 1
    talks: int = 1


@dataclass(frozen=True)
class PlanPage:
    """What one person shares of their plan."""

    portfolio_id: str
    name: str
    shares: tuple[Share, ...]
    # The parts that this viewer holds, by name: direction, goals:taal.
    parts: frozenset[str]
    direction: Mapping[str, AnswerPage]
    barriers: Mapping[str, AnswerPage]
    goals: Leaf[GoalPage]
    talks: Leaf[TalkPage] = field(default_factory=lambda: Leaf(()))
    may_plan: bool = False
    # What is prepared, for whoever may see that and no talks.
    prepared: Mapping[str, AnswerPage] = field(default_factory=dict)
    # What is there of the other parts; empty where nothing was said, as where nothing is held.
    route: RoutePage | None = None
    levels: Mapping[str, list[Point]] = field(default_factory=dict)
    results: Mapping[str, list[Result]] = field(default_factory=dict)
    webs: tuple[Web, ...] = ()
    # Help and number for whoever holds the signals; a past day for whoever holds the talks.
    signal: Signal = NOTHING


def plan_page(
    viewer: Viewer, portfolio_id: str, *, log: bool = True, at: Leaves | None = None
) -> PlanPage:
    """Load what one person shares of their plan. Raises NotFound when that is nothing.

    `at`: which part of the long lists; without it the whole of them.
    """
    action = Action.PEOPLE_SEE
    with reading(viewer, action, portfolio_id, "plan", log=log) as guest:
        mine = _of_parts(visible_in(viewer, action, Consent, portfolio_id))
        when = (last_contact(viewer, portfolio_id), first_due(viewer, portfolio_id), NOW)
        found = read_held_with(db.session, mine, *when)
        held = [each for each, _more in found]
        # Who looks through another's eyes may find that there is nothing to see.
        if log and not held:
            raise NotFound
        parts = frozenset(str(each.part) for each in held)
        said = _answers(viewer, guest) if parts & ANSWERED else {}
        with_goals = any(place_of(part) for part in parts)
        goals = _goals(viewer, guest, at) if with_goals else Leaf(())
        talks = _talks(viewer, guest, at) if TALKS in parts else Leaf(())
        apart = PREPARATION in parts and TALKS not in parts
        prepared = _prepared(viewer, guest) if apart else {}
        more = _route_and_levels(viewer, guest, parts)
        signal = _signal(viewer, found, said)
    may_plan = any(each.part == TALKS and each.may_comment for each in held)
    return PlanPage(
        portfolio_id,
        guest.owner,
        shares_of(held),
        parts,
        {key: each for key, each in said.items() if each.part == DIRECTION},
        {key: each for key, each in said.items() if each.part == BARRIERS},
        goals,
        talks=talks,
        may_plan=may_plan and viewer.may(Action.PEOPLE_COMMENT),
        prepared=prepared,
        signal=signal,
        **more,
    )


@lru_cache(maxsize=64)
def _of_parts(chosen: Select[Consent]) -> Select[Consent]:
    return chosen.where(Consent.part.is_not(None))


@dataclass(frozen=True)
class SharedGoal:
    """One goal that somebody shares, with what was said about it."""

    portfolio_id: str
    name: str
    goal: GoalPage
    may_comment: bool
    # The seats of the viewer, and the talk about this goal.
    mine: tuple[str, ...]
    talk: tuple[CommentPage, ...]


def goal_page(viewer: Viewer, portfolio_id: str, goal_id: str, *, log: bool = True) -> SharedGoal:
    """Load one shared goal. Raises NotFound when it is not shared, or no longer."""
    action = Action.PEOPLE_SEE
    with reading(viewer, action, portfolio_id, "plan", log=log) as guest:
        found = _goals(viewer, guest, goal_id=goal_id).rows
        if not found:
            raise NotFound
        said = visible_in(viewer, action, Comment, portfolio_id)
        talk = read_goal_talk(db.session, said, {portfolio_id: guest.keys}, goal_id)
        page_about(found[0].leefgebied)
        about = Subject(portfolio_id, found[0].leefgebied, goal_id=goal_id)
        (may_comment,) = there_is(welcome(viewer, about))
    mine = tuple(viewer.seat_ids(*SEEN_THROUGH[action]))
    return SharedGoal(portfolio_id, guest.owner, found[0], may_comment, mine, tuple(talk))


def _signal(
    viewer: Viewer, found: list[tuple[Held, tuple[Any, ...]]], said: Mapping[str, AnswerPage]
) -> Signal:
    """Tell the signals by what was asked together with the permissions."""
    if not found:
        return NOTHING
    last, due, now = found[0][1]
    since = shared_since(viewer, (held for held, _more in found)).get(found[0][0].portfolio_id)
    quiet = since is not None and long_ago(now, since, last)
    past = due is not None and due < day_of(now)
    return Signal(HELP in said, quiet, past, number_in(said))


def _talks(viewer: Viewer, guest: Guest, at: Leaves | None) -> Leaf[TalkPage]:
    chosen = visible_in(viewer, Action.PEOPLE_SEE, Talk, guest.portfolio_id)
    if at is None:
        return Leaf(tuple(read_talks(db.session, chosen, guest.keys)))
    found = read_talks(db.session, on_leaf(chosen, at.talks, TALKS_SHOWN), guest.keys)
    return leaf_of(found, at.talks, TALKS_SHOWN)


def _goals(
    viewer: Viewer, guest: Guest, at: Leaves | None = None, goal_id: str = ""
) -> Leaf[GoalPage]:
    action, keys = Action.PEOPLE_SEE, {guest.portfolio_id: guest.keys}
    chosen = visible_in(viewer, action, Goal, guest.portfolio_id)
    if goal_id:
        chosen = chosen.where(Goal.id == goal_id)
    steps, evidence = visible(viewer, action, GoalStep), visible(viewer, action, StepEvidence)
    if at is None:
        return Leaf(tuple(read_goals(db.session, chosen, steps, evidence, keys)))
    chosen = goals_on_leaf(chosen, at.goals, GOALS_SHOWN)
    found = read_goals(db.session, chosen, steps, evidence, keys)
    return leaf_of(found, at.goals, GOALS_SHOWN)


def _answers(viewer: Viewer, guest: Guest) -> dict[str, AnswerPage]:
    chosen = _answered(visible_in(viewer, Action.PEOPLE_SEE, Answer, guest.portfolio_id))
    return read_answers(db.session, chosen, {guest.portfolio_id: guest.keys})


@lru_cache(maxsize=64)
def _answered(chosen: Select[Answer]) -> Select[Answer]:
    return chosen.where(Answer.part.in_(ANSWERED))


def _prepared(viewer: Viewer, guest: Guest) -> dict[str, AnswerPage]:
    """Load what was prepared for one talk: the one that was prepared last."""
    chosen = visible(viewer, Action.PEOPLE_SEE, Answer).where(
        Answer.portfolio_id == guest.portfolio_id, Answer.part == PREPARATION
    )
    newest = chosen.order_by(Answer.changed_at.desc(), Answer.id).limit(1)
    which = newest.with_only_columns(Answer.about_id).correlate(None).scalar_subquery()
    chosen = chosen.where(Answer.about_id == which)
    return read_answers(db.session, chosen, {guest.portfolio_id: guest.keys})


def _route_and_levels(viewer: Viewer, guest: Guest, parts: frozenset[str]) -> dict[str, Any]:
    see, mine = Action.PEOPLE_SEE, guest.portfolio_id
    found: dict[str, Any] = {}
    if ROUTE in parts:
        chosen = visible_in(viewer, see, Route, mine)
        counted = visible_in(viewer, see, Counted, mine)
        route = read_route(db.session, chosen, counted, guest.keys)
        found["route"] = route if route.version else None
    if LEVELS in parts:
        said = visible_in(viewer, see, CanDo, mine)
        found["levels"] = read_growths(db.session, said, guest.keys, POINTS_SHOWN)
        # A result stands in the map, and is seen only where that thing itself is shared.
        exams = visible_in(viewer, see, Entry, mine)
        found["results"] = read_results(db.session, exams, guest.keys)
    if WELLBEING in parts:
        felt = visible_in(viewer, see, Wellbeing, mine)
        found["webs"] = tuple(read_webs(db.session, felt, guest.keys, WEBS_SHOWN))
    return found
