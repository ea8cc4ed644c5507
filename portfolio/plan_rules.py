"""The rules of the gate for a plan: what is shared by the name of its part, and nothing else.

Silence refuses, as everywhere. Only access.py asks these rules, most of them by way of rules.py.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, literal, not_, or_

from portfolio.deciding import (
    entry_decision,
    held,
    leefgebied_decision,
    own,
    part_decision,
    seated,
    some,
)
from portfolio.models.agreement import Agreement
from portfolio.models.answer import Answer
from portfolio.models.can_do import CanDo
from portfolio.models.consent import REFUSE, Consent
from portfolio.models.contact import Contact
from portfolio.models.entry import Entry
from portfolio.models.goal import Goal, GoalStep, StepEvidence
from portfolio.models.organisation import Membership
from portfolio.models.parts import GOALS, LEVELS, PREPARATION, ROUTE, TALKS, WELLBEING
from portfolio.models.passed_version import PassedVersion, seat_of
from portfolio.models.portfolio import SENSITIVE
from portfolio.models.route import Counted, Route
from portfolio.models.talk import Talk
from portfolio.models.version import PlanVersion, PlanVersionPart
from portfolio.models.wellbeing import Wellbeing
from portfolio.viewer import OWNER_ACTIONS, SEEN_THROUGH, Action, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    Action.PEOPLE_SEE: SEEN_THROUGH[Action.PEOPLE_SEE],
    Action.PEOPLE_COMMENT: SEEN_THROUGH[Action.PEOPLE_COMMENT],
    Action.FILE_SEE: SEEN_THROUGH[Action.PEOPLE_SEE],
}


def answer_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over what an owner says to a question of the plan."""
    columns = Answer.__table__.c
    if action in OWNER_ACTIONS:
        return own(viewer, columns.portfolio_id)
    other = and_(
        columns.part != PREPARATION,
        of_part(viewer, action, columns.portfolio_id, columns.part),
    )
    return or_(other, _prepared(viewer, action))


def _prepared(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Hold for the preparation of a talk with the viewer's own seat, where that seat may see it.

    What is said about a sensitive leefgebied asks besides that this leefgebied itself is shared.
    """
    columns = Answer.__table__.c
    if action not in COACHED_THROUGH:
        return false()
    place = columns.portfolio_id
    with_seat = some(
        Talk, Talk.id == columns.about_id, Talk.membership_id == Membership.__table__.c.id
    )
    plain = columns.question.not_in([f"going:{each}" for each in SENSITIVE])
    closed = [
        and_(
            columns.question == f"going:{each}",
            leefgebied_decision(place, literal(each), comment=False),
        )
        for each in SENSITIVE
    ]
    comment = action is Action.PEOPLE_COMMENT
    decision = and_(
        part_decision(place, PREPARATION, comment=comment), with_seat, or_(plain, *closed)
    )
    seats = viewer.seat_ids(*COACHED_THROUGH[action])
    return and_(columns.part == PREPARATION, seated(seats, decision))


def talk_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over a talk: its owner's, and the seat's it is with where talks are shared."""
    columns = Talk.__table__.c
    if action in OWNER_ACTIONS:
        return own(viewer, columns.portfolio_id)
    if action not in (Action.PEOPLE_SEE, Action.PEOPLE_COMMENT):
        return false()
    comment = action is Action.PEOPLE_COMMENT
    decision = and_(
        Membership.__table__.c.id == columns.membership_id,
        part_decision(columns.portfolio_id, TALKS, comment=comment),
    )
    return seated(viewer.seat_ids(*COACHED_THROUGH[action]), decision)


def agreement_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over an agreement: it is seen with its talk."""
    columns = Agreement.__table__.c
    if action in OWNER_ACTIONS:
        return own(viewer, columns.portfolio_id)
    return some(Talk, Talk.id == columns.talk_id, talk_rule(viewer, action))


def goal_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over a goal: others see what is made, where the goals of its leefgebied are shared."""
    columns = Goal.__table__.c
    part = literal(f"{GOALS}:").concat(columns.leefgebied)
    shared = of_part(viewer, action, columns.portfolio_id, part)
    return shared if action in OWNER_ACTIONS else and_(Goal.made_at.is_not(None), shared)


def step_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over a step: it is seen with its goal."""
    return some(Goal, Goal.id == GoalStep.goal_id, goal_rule(viewer, action))


def evidence_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over a link between step and entry: it is there only for who may see both."""
    on_step = some(GoalStep, GoalStep.id == StepEvidence.step_id, step_rule(viewer, action))
    if action in OWNER_ACTIONS:
        there = and_(own(viewer, Entry.__table__.c.portfolio_id), Entry.deleted_at.is_(None))
    else:
        there = seated(viewer.seat_ids(*COACHED_THROUGH.get(action, ())), entry_decision())
    return and_(on_step, some(Entry, Entry.id == StepEvidence.entry_id, there))


def version_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over a version: with its own seat, while a part of it is still shared."""
    columns = PlanVersion.__table__.c
    if action in OWNER_ACTIONS:
        return own(viewer, columns.portfolio_id)
    return some(
        PlanVersionPart,
        PlanVersionPart.version_id == PlanVersion.id,
        version_part_rule(viewer, action),
    )


def version_part_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over a part of a version: the seat that it is with must hold that part still.

    After a hand-over it is with the new seat, and no longer with the one that agreed to it.
    """
    columns = PlanVersionPart.__table__.c
    if action in OWNER_ACTIONS:
        return own(viewer, columns.portfolio_id)
    if action is not Action.PEOPLE_SEE:
        return false()
    decision = and_(
        Membership.__table__.c.id == seat_of(),
        part_decision(columns.portfolio_id, columns.part),
    )
    with_seat = seated(viewer.seat_ids(*COACHED_THROUGH[action]), decision)
    return some(PlanVersion, PlanVersion.id == columns.version_id, with_seat)


def passed_version_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over with whom a version is since a hand-over: it is the owner's to know."""
    columns = PassedVersion.__table__.c
    return own(viewer, columns.portfolio_id) if action in OWNER_ACTIONS else false()


def contact_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over who is the contact person: it is the owner's to know and to choose."""
    return own(viewer, Contact.__table__.c.portfolio_id) if action in OWNER_ACTIONS else false()


def counted_rule(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Decide over an entry that counts for a block; of the entry itself nothing is told.

    One that was taken away counts for nobody; *alleen voor mij* and a refusal hold for its hours.
    """
    there = [Entry.id == Counted.entry_id, Entry.deleted_at.is_(None)]
    if action not in OWNER_ACTIONS:
        refused = held(Consent.entry_id == Entry.id, Consent.verdict == REFUSE)
        seats = viewer.seat_ids(*COACHED_THROUGH.get(action, ()))
        there += [Entry.private.is_(False), seated(seats, not_(refused))]
    about = of_part(viewer, action, Counted.__table__.c.portfolio_id, ROUTE)
    return and_(about, some(Entry, *there))


# Each row of these is seen as one part of the plan, and by nothing else: what an owner says about
# their leerroute, that they can do in Dutch, and how they are.
PART_OF: Mapping[type[Base], str] = MappingProxyType(
    {CanDo: LEVELS, Route: ROUTE, Wellbeing: WELLBEING}
)


def whole_part_rule(
    model: type[Base], viewer: Viewer, action: Action, place: ColumnElement[str] | None = None
) -> ColumnElement[bool]:
    """Decide over a row that belongs to one part of a plan.

    `place`: the one map that is asked about. The rule then says the same for every row, and the
    database answers it once instead of for each of hundreds.
    """
    if place is None:
        place = model.__table__.c.portfolio_id
    return of_part(viewer, action, place, PART_OF[model])


PLAN_RULES: dict[type[Base], Callable[[Viewer, Action], ColumnElement[bool]]] = {
    Agreement: agreement_rule,
    Answer: answer_rule,
    Contact: contact_rule,
    Goal: goal_rule,
    GoalStep: step_rule,
    PassedVersion: passed_version_rule,
    StepEvidence: evidence_rule,
    PlanVersion: version_rule,
    PlanVersionPart: version_part_rule,
    Talk: talk_rule,
    Counted: counted_rule,
    **{model: partial(whole_part_rule, model) for model in PART_OF},
}
