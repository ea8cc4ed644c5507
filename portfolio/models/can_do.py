"""What an owner can do in Dutch and knows of the Netherlands, by their own judgement.

It is said per statement and never changed: a later word stands beside an earlier one, so that
growth can be drawn. Results of exams are read from the map and never counted together with own
judgement.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Select, String
from sqlalchemy.orm import Mapped

from portfolio.data import ANSWERS, SCALE
from portfolio.data.plan import KNM, SKILLS, STATEMENTS, subject_of
from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.consent import AMSTERDAM
from portfolio.models.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

# Growth is drawn of each of these.
SUBJECTS = (*SKILLS, KNM)
SUBJECT_OF = {statement: subject_of(statement) for statement in STATEMENTS}
ALONE, HELPED = "zelf", "met_hulp"


class CanDo(Base):
    """One judgement of a person about one statement, at one moment."""

    __tablename__ = "can_do"
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    statement: Mapped[str] = internal(String(40), export=True)
    scale: Mapped[bytes] = sealed()
    at: Mapped[datetime] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Judgement:
    """A statement, how far somebody said to be, and on which day in Amsterdam."""

    statement: str
    scale: str
    on: date


@dataclass(frozen=True)
class Point:
    """How many statements somebody can do at the end of a day: alone, and with help."""

    on: date
    alone: int
    helped: int


@dataclass(frozen=True)
class Result:
    """A result of an exam, as the owner noted it in the map: no judgement of their own."""

    answer: str
    on: date | None


def read_judgements(
    session: Session, chosen: Select[CanDo], keys: PortfolioKeys
) -> list[Judgement]:
    """Load every judgement, the oldest first."""
    rows = session.execute(_oldest_first(chosen)).all()
    return [_opened(row, keys) for row in rows if row.statement in STATEMENTS]


def _opened(row: Row[str, str, bytes, datetime], keys: PortfolioKeys) -> Judgement:
    scale = open_text(keys.general, "can_do", row.id, "scale", row.scale)
    return Judgement(row.statement, scale, row.at.astimezone(AMSTERDAM).date())


def now_of(judgements: Iterable[Judgement]) -> dict[str, str]:
    """Give what was said last, per statement."""
    return {each.statement: each.scale for each in judgements}


def judge(
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    before: Mapping[str, str],
    said: Mapping[str, str],
) -> None:
    """Add what somebody says now where it differs from before."""
    for statement, scale in said.items():
        if statement in STATEMENTS and scale in SCALE and before.get(statement) != scale:
            row = CanDo(id=new_id(), portfolio_id=portfolio_id, statement=statement)
            row.scale = seal_text(keys.general, "can_do", row.id, "scale", scale)
            row.at = clock(session)
            session.add(row)
    session.flush()


def growth(judgements: Iterable[Judgement], subject: str) -> list[Point]:
    """Count per day on which something was said how many statements of it one can do.

    `subject`: a skill, or KNM.
    """
    return _points(each for each in judgements if subject_of(each.statement) == subject)


def _points(judgements: Iterable[Judgement]) -> list[Point]:
    now: dict[str, str] = {}
    counts: Counter[str] = Counter()
    points: dict[date, Point] = {}
    for each in judgements:
        counts[now.get(each.statement, "")] -= 1
        counts[each.scale] += 1
        now[each.statement] = each.scale
        points[each.on] = Point(each.on, counts[ALONE], counts[HELPED])
    return list(points.values())


@lru_cache(maxsize=64)
def _oldest_first(chosen: Select[CanDo]) -> Select[str, str, bytes, datetime]:
    columns = (CanDo.id, CanDo.statement, CanDo.scale, CanDo.at)
    return chosen.with_only_columns(*columns).order_by(CanDo.at, CanDo.id)


def growths(judgements: Iterable[Judgement]) -> dict[str, list[Point]]:
    """Give the growth of each skill, and of KNM."""
    by_subject: dict[str, list[Judgement]] = {subject: [] for subject in SUBJECTS}
    for each in judgements:
        by_subject[subject_of(each.statement)].append(each)
    return {subject: _points(said) for subject, said in by_subject.items()}


def read_growths(
    session: Session, chosen: Select[CanDo], keys: PortfolioKeys, most: int
) -> dict[str, list[Point]]:
    """Give the growth of each skill and of KNM over the last `most` days on which it was said.

    What was said before those days and once more after stays sealed: it changes no point.
    Empty when nothing was ever said.
    """
    of: dict[str, list[Row[str, str, bytes, datetime]]] = {subject: [] for subject in SUBJECTS}
    for row in session.execute(_oldest_first(chosen)):
        subject = SUBJECT_OF.get(row.statement)
        if subject:
            of[subject].append(row)
    if not any(of.values()):
        return {}
    opened = {
        subject: (_opened(row, keys) for row in _counting(of[subject], most)) for subject in of
    }
    return {subject: _points(said)[-most:] for subject, said in opened.items()}


def _counting(
    rows: list[Row[str, str, bytes, datetime]], most: int
) -> Iterable[Row[str, str, bytes, datetime]]:
    """Choose the rows that the last points come from: those days, and how each stood before."""
    days: set[date] = set()
    start = len(rows)
    while start:
        on = rows[start - 1].at.astimezone(AMSTERDAM).date()
        if on not in days and len(days) == most:
            break
        days.add(on)
        start -= 1
    stood = {row.statement: row for row in rows[:start]}
    return (*stood.values(), *rows[start:])


def read_results(
    session: Session, chosen: Select[Entry], keys: PortfolioKeys
) -> dict[str, list[Result]]:
    """Load the results of exams from the things of the map that the gate chose, per exam."""
    rows = session.execute(_exams(chosen)).all()
    found: dict[str, list[Result]] = {}
    for row in rows:
        key = keys.of(row.leefgebied)
        kept = json.loads(open_text(key, "entry", row.id, "details", row.details))
        for place, answer in kept.items():
            exam = place.rpartition("_")[2]
            if place in PLACES and answer in ANSWERS:
                found.setdefault(exam, []).append(Result(answer, row.started_on))
    return found


@lru_cache(maxsize=64)
def _exams(chosen: Select[Entry]) -> Select[str, str, bytes | None, date | None]:
    exams = chosen.where(Entry.kind == "examen", Entry.details.is_not(None))
    columns = (Entry.id, Entry.leefgebied, Entry.details, Entry.started_on)
    return exams.with_only_columns(*columns).order_by(Entry.created_at)


# Where an entry keeps the result of each exam.
PLACES = frozenset({*(f"examen_{skill}" for skill in SKILLS), "knm_knm"})
