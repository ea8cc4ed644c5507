"""Goals as a page shows them: with their steps, and the entries that show a step, by name.

What lives here: reading what the gate chose. What does not: the tables and changing them
(models/goal.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Select, select

from portfolio.keyring import open_text
from portfolio.models.answer import said_in
from portfolio.models.base import database_now
from portfolio.models.consent import AMSTERDAM
from portfolio.models.entry import Entry, EntryText, Text
from portfolio.models.goal import Goal, GoalStep, StepEvidence, said_of
from portfolio.models.leaf import LEAF, on_leaf
from portfolio.models.words import Since, Words, all_said_in, since_of, words_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys


# Those on the way as they were made; those that were reached after them, the latest first.
ORDER = (Goal.reached_at.is_not(None), Goal.reached_at.desc(), Goal.created_at, Goal.id)


@dataclass(frozen=True)
class Shown:
    """An entry that shows a step, by its name."""

    id: str
    leefgebied: str
    kind: str
    texts: tuple[Text, ...]

    def text_for(self, *languages: str) -> Text:
        """Give the name in the first of these languages that has one, or else any."""
        by_lang = {text.lang: text for text in self.texts}
        found = next((by_lang[lang] for lang in languages if lang in by_lang), None)
        return found or next(iter(self.texts), Text(Words("", "nl"), Words("", "nl")))


@dataclass(frozen=True)
class StepPage:
    """A step as a page shows it, with what shows it."""

    id: str
    texts: tuple[Words, ...]
    done: bool
    by_day: date | None = None
    # Its day is over and it is not done: then a page asks how it goes, and says no more.
    past: bool = False
    # It was agreed on in a talk.
    agreed: bool = False
    shown: tuple[Shown, ...] = ()

    def text_for(self, *languages: str) -> Words:
        """Give its words in the first of these languages that has some, or else any."""
        return words_for(self.texts, *languages)


@dataclass(frozen=True)
class GoalPage:
    """A goal as a page shows it."""

    id: str
    leefgebied: str
    said: Mapping[str, tuple[Words, ...]]
    scale: str | None
    by_day: date | None
    made: bool
    reached_at: datetime | None
    steps: tuple[StepPage, ...] = field(default=())
    since: Since = field(default_factory=dict)

    def text(self, name: str, *languages: str) -> Words:
        """Give what is said for one field, in the first of these languages that has it."""
        return words_for(self.said.get(name, ()), *languages)

    @property
    def done(self) -> int:
        """Count the steps that are done."""
        return sum(1 for step in self.steps if step.done)

    @property
    def whole_in(self) -> list[str]:
        """List the languages in which all of it is said."""
        return all_said_in([*self.said.values(), *(step.texts for step in self.steps)])

    def ends_before(self, step: StepPage) -> bool:
        """Tell whether the day of a step that is still to do lies after the goal's own."""
        if step.done or not (step.by_day and self.by_day):
            return False
        return step.by_day > self.by_day


@lru_cache(maxsize=64)
def goals_on_leaf(chosen: Select[Goal], number: int, size: int = LEAF) -> Select[Goal]:
    """Choose the goals of one leaf, of those that the gate chose, and one more."""
    # Named, so that the gate is asked once and not in every place where these are meant.
    ids = on_leaf(chosen.order_by(*ORDER), number, size).with_only_columns(Goal.id).cte("leaf")
    return select(Goal).where(Goal.id.in_(select(ids.c.id)))


def read_goals(  # noqa: PLR0913 -- which rows of each table, and how they are opened
    session: Session,
    chosen: Select[Goal],
    steps: Select[GoalStep],
    evidence: Select[StepEvidence],
    keys: Mapping[str, PortfolioKeys],
    *,
    shut_too: bool = False,
) -> list[GoalPage]:
    """Load the goals that the gate chose with their steps and what shows them, in one query.

    Those that were reached come last, the latest of them first. With `shut_too` one whose key
    is shut stands in the list without a word; else it asks who somebody is.
    """
    rows = session.execute(_with_steps(chosen, steps, evidence)).all()
    today = rows[0].read_at.astimezone(AMSTERDAM).date() if rows else date.min
    found: dict[str, _Reading] = {}
    shut: dict[str, GoalPage] = {}
    for row in rows:
        mine = keys[row.Goal.portfolio_id]
        if shut_too and not mine.shows(row.Goal.leefgebied):
            shut[row.Goal.id] = _without_words(row.Goal)
            continue
        found.setdefault(row.Goal.id, _Reading(row.Goal, mine, today)).take(row)
    read = {key: _page(each.goal, each.keys, each.steps) for key, each in found.items()}
    # In the order in which they came.
    return [{**read, **shut}[key] for key in dict.fromkeys(row.Goal.id for row in rows)]


@lru_cache(maxsize=64)
def _with_steps(
    chosen: Select[Goal], steps: Select[GoalStep], evidence: Select[StepEvidence]
) -> Select[Any]:
    # Nothing of other goals is looked at, of this map or another.
    goals = chosen.with_only_columns(Goal.id)
    step = steps.where(GoalStep.goal_id.in_(goals)).subquery()
    of_steps = steps.where(GoalStep.goal_id.in_(goals)).with_only_columns(GoalStep.id)
    shown = _named(evidence.where(StepEvidence.step_id.in_(of_steps))).subquery()
    whole = (
        chosen.outerjoin(step, step.c.goal_id == Goal.id)
        .outerjoin(shown, shown.c.step_id == step.c.id)
        .with_only_columns(
            Goal,
            *(step.c.id.label("at"), step.c.said.label("step")),
            *(step.c.done_at.label("done_at"), step.c.by_day.label("step_day")),
            step.c.agreement_id,
            *(shown.c.entry_id, shown.c.leefgebied, shown.c.kind),
            *(shown.c.text_id, shown.c.lang, shown.c.title),
            database_now().label("read_at"),
        )
        .order_by(*ORDER, *(step.c.number, shown.c.entry_id, shown.c.number))
    )
    return cast("Select[Any]", whole)


def _named(evidence: Select[StepEvidence]) -> Select[Any]:
    """Name the entries of evidence by their titles: one row for each language."""
    named = (
        evidence.join(Entry, Entry.id == StepEvidence.entry_id)
        .outerjoin(EntryText, EntryText.entry_id == Entry.id)
        .with_only_columns(
            *(StepEvidence.step_id, Entry.id.label("entry_id"), Entry.leefgebied, Entry.kind),
            *(EntryText.id.label("text_id"), EntryText.lang, EntryText.title, EntryText.number),
        )
    )
    return cast("Select[Any]", named)


class _Reading:
    """One goal while its rows come in."""

    def __init__(self, goal: Goal, keys: PortfolioKeys, today: date) -> None:
        self.goal, self.keys, self.today = goal, keys, today
        self._steps: dict[str, StepPage] = {}
        self._shown: dict[str, dict[str, tuple[str, str, list[Text]]]] = {}

    def take(self, row: Any) -> None:
        """Take in one row: a step, an entry that shows it, and one text of that entry."""
        if row.at is None:
            return
        if row.at not in self._steps:
            key, done = self.keys.of(self.goal.leefgebied), row.done_at is not None
            texts = said_in(open_text(key, "goal_step", row.at, "said", row.step))
            past = bool(row.step_day and not done and row.step_day < self.today)
            agreed = row.agreement_id is not None
            self._steps[row.at] = StepPage(row.at, texts, done, row.step_day, past, agreed)
        if row.entry_id is None:
            return
        entries = self._shown.setdefault(row.at, {})
        named = entries.setdefault(row.entry_id, (row.leefgebied, row.kind, []))[2]
        if row.text_id and row.title:
            key = self.keys.of(row.leefgebied)
            title = open_text(key, "entry_text", row.text_id, "title", row.title)
            named.append(Text(Words(title, row.lang), Words("", row.lang)))

    @property
    def steps(self) -> tuple[StepPage, ...]:
        """Give the steps, each with what shows it."""
        return tuple(
            replace(
                step,
                shown=tuple(
                    Shown(entry_id, leefgebied, kind, tuple(texts))
                    for entry_id, (leefgebied, kind, texts) in self._shown.get(step_id, {}).items()
                ),
            )
            for step_id, step in self._steps.items()
        )


def _without_words(row: Goal) -> GoalPage:
    made = row.made_at is not None
    return GoalPage(row.id, row.leefgebied, {}, None, None, made, row.reached_at, ())


def _page(row: Goal, keys: PortfolioKeys, steps: tuple[StepPage, ...]) -> GoalPage:
    key = keys.of(row.leefgebied)
    said = {
        name: tuple(Words(text, lang) for lang, text in by_lang.items())
        for name, by_lang in said_of(row, keys).items()
    }
    spoken = [each for texts in (*said.values(), *(step.texts for step in steps)) for each in texts]
    scale = open_text(key, "goal", row.id, "scale", row.scale) if row.scale else None
    return GoalPage(
        row.id,
        row.leefgebied,
        said,
        scale,
        row.by_day,
        row.made_at is not None,
        row.reached_at,
        steps,
        since_of(row.since, dict.fromkeys(each.lang for each in spoken)),
    )
