"""Agreements of a talk: who does what, and by when. Both can change them; each change counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKey, Integer, Select, func, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.answer import said_in, say_in
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.goal import Goal, GoalStep, add_steps, changed, hold_goal
from portfolio.models.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

MOST_AGREEMENTS = 40


class Agreement(Base):
    """One thing that somebody will do after a talk."""

    __tablename__ = "agreement"
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    talk_id: Mapped[str] = internal(ID, ForeignKey("talk.id"), index=True, export=True)
    # Who, somebody else's name, and what.
    said: Mapped[bytes] = sealed()
    due_on: Mapped[date | None] = internal(Date, export=True)
    done_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    version: Mapped[int] = internal(Integer)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Deed:
    """Who does what, by when, and for which goal. `who`: owner, coach or other."""

    who: str
    what: Words
    other: str = ""
    due_on: date | None = None
    goal_id: str = ""


@dataclass(frozen=True)
class AgreementPage:
    """An agreement as a page shows it."""

    id: str
    talk_id: str
    deed: Deed
    done: bool
    version: int
    done_at: datetime | None = None


def add_agreement(
    session: Session, portfolio_id: str, talk_id: str, keys: PortfolioKeys, deed: Deed
) -> Agreement:
    """Add an agreement to a talk that is held. Raises ValueError when there are very many."""
    there = select(func.count()).where(Agreement.talk_id == talk_id)
    if (session.scalar(there) or 0) >= MOST_AGREEMENTS:
        message = "too many agreements"
        raise ValueError(message)
    row = Agreement(id=new_id(), portfolio_id=portfolio_id, talk_id=talk_id, version=0)
    row.created_at = clock(session)
    session.add(row)
    change_agreement(session, keys, row, deed)
    return row


def change_agreement(session: Session, keys: PortfolioKeys, row: Agreement, deed: Deed) -> None:
    """Let an agreement say something else."""
    said = {"who": deed.who, "other": deed.other, "what": say_in((deed.what,))}
    said["goal"] = deed.goal_id
    text = json.dumps(said, ensure_ascii=False)
    row.said = seal_text(keys.general, "agreement", row.id, "said", text)
    row.due_on = deed.due_on
    row.version += 1
    session.flush()


def tick(session: Session, row: Agreement, *, done: bool) -> None:
    """Say that it was done, or that it was not; of the step that it became the same."""
    if done == (row.done_at is not None):
        return
    row.done_at = clock(session) if done else None
    row.version += 1
    session.flush()
    which = GoalStep.agreement_id == row.id
    goals = select(Goal).where(Goal.id.in_(select(GoalStep.goal_id).where(which)))
    for goal in session.scalars(goals.order_by(Goal.id)).all():
        if not hold_goal(session, goal):
            continue
        # Looked for once its goal is held: its owner may have taken the step away meanwhile.
        mine = select(GoalStep).where(which, GoalStep.goal_id == goal.id)
        for step in session.scalars(mine.with_for_update()).all():
            step.done_at = row.done_at
            changed(session, goal)


def become_steps(
    session: Session,
    keys: PortfolioKeys,
    agreements: list[AgreementPage],
    goals: Select[Goal],
    names: Mapping[str, str],
) -> None:
    """Let agreements that name one of these goals be its next steps, once each.

    `names`: how those at the table are called. Where the goal is full or gone,
    the agreement stays what it is.
    """
    named = goals.where(Goal.id.in_({page.deed.goal_id for page in agreements}))
    # Held in one order, so that two talks about the same goals wait for each other in turn.
    held = named.order_by(Goal.id).with_for_update().execution_options(populate_existing=True)
    by_id = {row.id: row for row in session.scalars(held).all()}
    for page in agreements:
        deed = page.deed
        row = by_id.get(deed.goal_id)
        there = select(GoalStep.id).where(GoalStep.agreement_id == page.id)
        if row is None or session.scalars(there).first():
            continue
        who = deed.other if deed.who == "other" else names.get(deed.who, "")
        text = f"{who}: {deed.what.text}" if who else deed.what.text
        add_steps(session, row, keys, [Words(text, deed.what.lang)], page)


def read_agreements(
    session: Session, chosen: Select[Agreement], keys: PortfolioKeys
) -> list[AgreementPage]:
    """Load the agreements of one map that the gate chose, in the order in which they were made."""
    rows = session.execute(_in_order(chosen)).all()
    return [_page(row, keys) for row in rows]


@lru_cache(maxsize=64)
def _in_order(chosen: Select[Agreement]) -> Select[Any]:
    columns = chosen.with_only_columns(*Agreement.__table__.c)
    return columns.order_by(Agreement.created_at, Agreement.id)


def said_of(row: Agreement | Row[Any], keys: PortfolioKeys) -> Deed:
    """Open what an agreement says."""
    said = json.loads(open_text(keys.general, "agreement", row.id, "said", row.said))
    what = next(iter(said_in(said["what"])), Words("", "nl"))
    return Deed(said["who"], what, said["other"], row.due_on, said.get("goal", ""))


def _page(row: Row[Any], keys: PortfolioKeys) -> AgreementPage:
    deed = said_of(row, keys)
    done = row.done_at is not None
    return AgreementPage(row.id, row.talk_id, deed, done, row.version, row.done_at)


def hold_agreement(session: Session, chosen: Select[Agreement]) -> Agreement | None:
    """Hold the one agreement that the gate chose, so that changes come one after the other."""
    held = chosen.with_for_update(of=Agreement).execution_options(populate_existing=True)
    return session.scalars(held).first()
