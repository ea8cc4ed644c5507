"""Goals and their small steps, per leefgebied: what an owner wants to reach, in their own words.

A goal is written screen by screen in its own row, so nothing typed is lost; others can see it
only once it is made. Evidence of the map is linked to a step and stays an entry of its own.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Date,
    ForeignKey,
    Integer,
    Select,
    String,
    UniqueConstraint,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.answer import said_in, say_in
from portfolio.models.attachment import Attachment
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.comment import Comment, forget_comments
from portfolio.models.entry import Entry
from portfolio.models.filing import remove_attachments
from portfolio.models.words import Words, note_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portfolio.keyring import DataKey, Keyring
    from portfolio.models.agreement import AgreementPage
    from portfolio.models.portfolio import PortfolioKeys

# What is asked of a goal, each in words: what, why is it mine, when is it done, who helps.
SAID = ("what", "why", "done_when", "helper")
MOST_STEPS = 12
MOST_GOALS = 500


class Goal(Base):
    """What an owner wants to reach in one leefgebied. Without `made_at` it is still being made."""

    __tablename__ = "goal"
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    leefgebied: Mapped[str] = internal(String(20), export=True)
    # Field -> language -> text, and the step of the scale, sealed with the leefgebied's key.
    said: Mapped[bytes | None] = sealed()
    scale: Mapped[bytes | None] = sealed()
    # Language -> when something of this goal or its steps was first said in it.
    since: Mapped[str | None] = internal(String(1000), export=True)
    by_day: Mapped[date | None] = internal(Date, export=True)
    version: Mapped[int] = internal(Integer)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    changed_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    made_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    reached_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


class GoalStep(Base):
    """One small step towards a goal."""

    __tablename__ = "goal_step"
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    goal_id: Mapped[str] = internal(ID, ForeignKey("goal.id"), index=True, export=True)
    number: Mapped[int] = internal(Integer, export=True)
    # Language -> text.
    said: Mapped[bytes] = sealed()
    by_day: Mapped[date | None] = internal(Date, export=True)
    done_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    # The agreement that became this step, when both said yes to it.
    agreement_id: Mapped[str | None] = internal(
        ID, ForeignKey("agreement.id"), index=True, export=True
    )


class StepEvidence(Base):
    """An entry of the map that shows a step."""

    __tablename__ = "step_evidence"
    __table_args__ = (UniqueConstraint("step_id", "entry_id"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    step_id: Mapped[str] = internal(ID, ForeignKey("goal_step.id"), index=True, export=True)
    entry_id: Mapped[str] = internal(ID, ForeignKey("entry.id"), index=True, export=True)


def begin_goal(session: Session, portfolio_id: str, leefgebied: str) -> Goal:
    """Begin a goal in a leefgebied. Raises ValueError when there are more than anybody reads."""
    mine = select(func.count()).where(Goal.portfolio_id == portfolio_id)
    if (session.scalar(mine) or 0) >= MOST_GOALS:
        message = "too many goals"
        raise ValueError(message)
    now = clock(session)
    row = Goal(
        id=new_id(),
        portfolio_id=portfolio_id,
        leefgebied=leefgebied,
        version=1,
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    return row


def hold_goal(session: Session, row: Goal) -> bool:
    """Hold a goal and read it anew, so that two changes come one after the other.

    Tells whether it is still there: somebody may have taken it away while this waited.
    """
    held = select(Goal).where(Goal.id == row.id).with_for_update()
    found = session.execute(held.execution_options(populate_existing=True)).one_or_none()
    return found is not None


def say_of(session: Session, row: Goal, keys: PortfolioKeys, name: str, words: Words) -> None:
    """Keep what the owner says for one field of a goal, in one language; empty takes it away."""
    said = {key: dict(by_lang) for key, by_lang in said_of(row, keys).items()}
    by_lang = said.setdefault(name, {})
    if words.text:
        note_goal_language(session, row, keys, words.lang)
    by_lang.pop(words.lang, None)
    if words.text:
        by_lang[words.lang] = words.text
    row.said = seal_text(
        keys.of(row.leefgebied), "goal", row.id, "said", json.dumps(said, ensure_ascii=False)
    )
    changed(session, row)


def note_goal_language(session: Session, row: Goal, keys: PortfolioKeys, lang: str) -> None:
    """Note that something of a goal is said in this language, before it is kept."""
    if not any(lang in by_lang for by_lang in said_of(row, keys).values()):
        row.since = note_language(row.since, lang, clock(session))


def changed(session: Session, row: Goal) -> None:
    """Note that a goal says something else than before."""
    row.version += 1
    row.changed_at = clock(session)
    session.flush()


def set_goal_scale(session: Session, row: Goal, keys: PortfolioKeys, step: str) -> None:
    """Keep the step of the scale that the owner chose for a goal."""
    row.scale = seal_text(keys.of(row.leefgebied), "goal", row.id, "scale", step)
    changed(session, row)


def add_steps(
    session: Session,
    row: Goal,
    keys: PortfolioKeys,
    texts: Iterable[Words],
    agreed: AgreementPage | None = None,
) -> None:
    """Add steps after those that are there, as many as fit.

    `agreed`: what was agreed on in a talk, when that becomes the step; its day goes
    along, and whether it was done already.
    """
    standing = session.scalars(select(GoalStep.number).where(GoalStep.goal_id == row.id)).all()
    number = max(standing, default=0)
    room = MOST_STEPS - len(standing)
    for text in [each for each in texts if each.text][:room]:
        number += 1
        note_goal_language(session, row, keys, text.lang)
        step = GoalStep(id=new_id(), portfolio_id=row.portfolio_id, goal_id=row.id, number=number)
        if agreed:
            step.agreement_id, step.by_day = agreed.id, agreed.deed.due_on
            step.done_at = agreed.done_at
        _say_step(step, keys.of(row.leefgebied), (text,))
        session.add(step)
    changed(session, row)


def hold_step(session: Session, row: GoalStep) -> None:
    """Read a step anew, once its goal is held: another may have changed it while this waited."""
    held = select(GoalStep).where(GoalStep.id == row.id).with_for_update()
    session.execute(held.execution_options(populate_existing=True)).one()


def texts_of_step(row: GoalStep, key: DataKey) -> dict[str, Words]:
    """Open what is said of a step: language -> text."""
    opened = open_text(key, "goal_step", row.id, "said", row.said)
    return {each.lang: each for each in said_in(opened)}


def reword_step(row: GoalStep, key: DataKey, words: Words) -> None:
    """Keep what the owner calls a step in one language; empty takes that language away.

    Raises ValueError when nothing would be left: a step is its words.
    """
    texts = texts_of_step(row, key) | {words.lang: words}
    if not any(texts.values()):
        message = "a step needs words"
        raise ValueError(message)
    _say_step(row, key, tuple(texts.values()))


def room_for_steps(session: Session, row: Goal) -> int:
    """Count the steps that can still be added to a goal."""
    standing = select(func.count()).where(GoalStep.goal_id == row.id)
    return MOST_STEPS - (session.scalar(standing) or 0)


def said_in_language(row: Goal, keys: PortfolioKeys, name: str, lang: str) -> Words:
    """Give what stands in one field of a goal in exactly this language."""
    return Words(said_of(row, keys).get(name, {}).get(lang, ""), lang)


def remove_goal(session: Session, keyring: Keyring, row: Goal) -> list[str]:
    """Take a goal away with its steps and what was said about it.

    The entries that showed its steps stay in the map. Gives the files to remove after the
    commit. The caller holds the map.
    """
    hold_goal(session, row)
    said = select(Comment.id).where(Comment.goal_id == row.id)
    gone = remove_attachments(session, Attachment.comment_id.in_(said))
    forget_comments(session, keyring, Comment.goal_id == row.id)
    steps = select(GoalStep.id).where(GoalStep.goal_id == row.id)
    session.execute(delete(StepEvidence).where(StepEvidence.step_id.in_(steps)))
    session.execute(delete(GoalStep).where(GoalStep.goal_id == row.id))
    session.execute(delete(Goal).where(Goal.id == row.id))
    return gone


def remove_step(session: Session, row: GoalStep) -> None:
    """Take a step away; the entries that showed it stay in the map."""
    session.execute(delete(StepEvidence).where(StepEvidence.step_id == row.id))
    session.execute(delete(GoalStep).where(GoalStep.id == row.id))


def link_entries(
    session: Session, row: GoalStep, chosen: Select[Entry], offered: Iterable[str] = ()
) -> None:
    """Let these entries, which the gate chose, show a step.

    Of what was `offered` the others no longer do; what was not offered stays as it was.
    """
    ids = session.scalars(chosen.with_only_columns(Entry.id)).all()
    session.execute(
        delete(StepEvidence).where(
            StepEvidence.step_id == row.id, StepEvidence.entry_id.in_({*ids, *offered})
        )
    )
    for entry_id in ids:
        session.add(
            StepEvidence(
                id=new_id(), portfolio_id=row.portfolio_id, step_id=row.id, entry_id=entry_id
            )
        )
    session.flush()


def places_with_goals(session: Session, chosen: Select[Goal]) -> list[str]:
    """List the leefgebieden in which there is a goal, of those that the gate chose."""
    return list(session.scalars(chosen.with_only_columns(Goal.leefgebied).distinct()))


def said_of(row: Goal, keys: PortfolioKeys) -> dict[str, dict[str, str]]:
    """Open what is said of a goal: field -> language -> text."""
    if row.said is None:
        return {}
    opened = open_text(keys.of(row.leefgebied), "goal", row.id, "said", row.said)
    found: dict[str, Any] = json.loads(opened)
    return found


def _say_step(row: GoalStep, key: DataKey, texts: tuple[Words, ...]) -> None:
    row.said = seal_text(key, "goal_step", row.id, "said", say_in(texts))
