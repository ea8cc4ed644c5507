"""A plan as a member who coaches sees it: only the parts that were shared by name, on one page.

What lives here: the page, for the viewer it is given; the coach's own and the owner's look
through their eyes. What does not: who may see what (access.py), and the owner's own pages.
What is not shared leaves no trace: a part that is hidden and a part that is empty look alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import NotFound

from portfolio.access import Action, Viewer, reading, visible
from portfolio.extensions import db
from portfolio.models.answer import Answer, AnswerPage, read_answers
from portfolio.models.can_do import CanDo, Point, Result, growths, read_judgements, read_results
from portfolio.models.consent import Consent
from portfolio.models.entry import Entry
from portfolio.models.parts import DIRECTION, LEVELS, ROUTE, WELLBEING
from portfolio.models.people import read_held
from portfolio.models.route import Counted, Route, RoutePage, read_route
from portfolio.models.wellbeing import Web, Wellbeing, read_webs
from portfolio.shown import Share, shares_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolio.access import Guest


@dataclass(frozen=True)
class PlanPage:
    """What one person shares of their plan."""

    portfolio_id: str
    name: str
    shares: tuple[Share, ...]
    # The parts that this viewer holds, by name: direction, goals:taal.
    parts: frozenset[str]
    direction: Mapping[str, AnswerPage]
    # What is there of the other parts; empty where nothing was said, as where nothing is held.
    route: RoutePage | None = None
    levels: Mapping[str, list[Point]] = field(default_factory=dict)
    results: Mapping[str, list[Result]] = field(default_factory=dict)
    webs: tuple[Web, ...] = ()


def plan_page(viewer: Viewer, portfolio_id: str, *, log: bool = True) -> PlanPage:
    """Load what one person shares of their plan. Raises NotFound when that is nothing."""
    action = Action.PEOPLE_SEE
    with reading(viewer, action, portfolio_id, "plan", log=log) as guest:
        mine = visible(viewer, action, Consent).where(
            Consent.portfolio_id == portfolio_id, Consent.part.is_not(None)
        )
        held = read_held(db.session, mine)
        # Who looks through another's eyes may find that there is nothing to see.
        if log and not held:
            raise NotFound
        parts = frozenset(str(each.part) for each in held)
        direction = _answers(viewer, guest, DIRECTION) if DIRECTION in parts else {}
        more = _route_and_levels(viewer, guest, parts)
    return PlanPage(portfolio_id, guest.owner, shares_of(held), parts, direction, **more)


def _answers(viewer: Viewer, guest: Guest, part: str) -> dict[str, AnswerPage]:
    chosen = visible(viewer, Action.PEOPLE_SEE, Answer).where(
        Answer.portfolio_id == guest.portfolio_id, Answer.part == part
    )
    return read_answers(db.session, chosen, {guest.portfolio_id: guest.keys})


def _route_and_levels(viewer: Viewer, guest: Guest, parts: frozenset[str]) -> dict[str, Any]:
    see, mine = Action.PEOPLE_SEE, guest.portfolio_id
    found: dict[str, Any] = {}
    if ROUTE in parts:
        chosen = visible(viewer, see, Route).where(Route.portfolio_id == mine)
        counted = visible(viewer, see, Counted).where(Counted.portfolio_id == mine)
        route = read_route(db.session, chosen, counted, guest.keys)
        found["route"] = route if route.version else None
    if LEVELS in parts:
        said = visible(viewer, see, CanDo).where(CanDo.portfolio_id == mine)
        judged = read_judgements(db.session, said, guest.keys)
        found["levels"] = growths(judged) if judged else {}
        # A result stands in the map, and is seen only where that thing itself is shared.
        exams = visible(viewer, see, Entry).where(Entry.portfolio_id == mine)
        found["results"] = read_results(db.session, exams, guest.keys)
    if WELLBEING in parts:
        felt = visible(viewer, see, Wellbeing).where(Wellbeing.portfolio_id == mine)
        found["webs"] = tuple(read_webs(db.session, felt, guest.keys))
    return found
