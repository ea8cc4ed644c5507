"""The fixed words of the plan and the talk, read once from TOML files beside this module.

Here: what the law says and what is usual, rights and duties, what follows from a choice, what one
can do in the language, ready goals, and the questions of plan, talk and well-being.
Not here: anything about a person, and the twelve leefgebieden (``portfolio.data``).

Every file states its source and date, and every fact its own. A figure of the law stands in
``law.toml`` and nowhere else. The strings are Dutch and serve as message ids.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib.resources import files
from tomllib import loads
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from portfolio.data import SAID_FIELDS, Origin
from portfolio.data.plan.rows import (
    After,
    Ask,
    Barrier,
    Block,
    Choice,
    Dimension,
    DirectionQuestion,
    Exam,
    Fact,
    FactKind,
    GoalExample,
    Level,
    Named,
    Offer,
    Reference,
    Right,
    RightForm,
    Skill,
    Statement,
    TalkKind,
    TalkQuestion,
    TalkState,
    TasterQuestion,
    Theme,
    WellbeingAnswer,
)


class _Keyed(Protocol):
    """A row that has a key."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=_Keyed)

_TABLES: dict[str, tuple[str, Mapping[str, Any]]] = {}


def _read(file: str) -> dict[str, Any]:
    """Return the parsed file of that name beside this module."""
    return loads(files(__name__).joinpath(file).read_text(encoding="utf-8"))


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its lists as tuples, and the sources by name instead of by key."""
    found = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    if isinstance(row.get("source"), list):
        found["source"] = "; ".join(f"{key}: {REFERENCES[key].cite}" for key in row["source"])
    return found


def _rows(file: str, table: str, row_type: type[T]) -> Mapping[str, T]:
    """Return the rows of one table by key, in the order of the file; refuse a key used twice."""
    found: dict[str, T] = {}
    for row in _read(file)[table]:
        if row["key"] in found:
            message = f"{file}: the key {row['key']} is there twice"
            raise ValueError(message)
        found[row["key"]] = row_type(**_frozen(row))
    rows = MappingProxyType(found)
    _TABLES[f"{file}:{table}"] = (file, rows)
    return rows


REFERENCES: Mapping[str, Reference] = _rows("sources.toml", "reference", Reference)

FACT_KINDS: Mapping[str, FactKind] = _rows("law.toml", "kind", FactKind)
LAW: Mapping[str, Fact] = _rows("law.toml", "fact", Fact)

ASKS: Mapping[str, Ask] = _rows("rights.toml", "ask", Ask)
RIGHT_FORMS: Mapping[str, RightForm] = _rows("rights.toml", "form", RightForm)
RIGHTS: Mapping[str, Right] = _rows("rights.toml", "right", Right)

CHOICES: Mapping[str, Choice] = _rows("choices.toml", "choice", Choice)

SKILLS: Mapping[str, Skill] = _rows("can_do.toml", "skill", Skill)
LEVELS: Mapping[str, Level] = _rows("can_do.toml", "level", Level)
STATEMENTS: Mapping[str, Statement] = _rows("can_do.toml", "statement", Statement)
# How many there are of each skill: what the steps of a staircase are counted against.
STATEMENTS_IN: Mapping[str, int] = Counter(each.skill for each in STATEMENTS.values() if each.skill)
# What a statement with a theme is counted under; also the key of its block and its exam.
KNM = "knm"

MAP_THEMES: Mapping[str, Theme] = _rows("themes.toml", "map_theme", Theme)
KNM_THEMES: Mapping[str, Theme] = _rows("themes.toml", "knm_theme", Theme)

GOAL_EXAMPLES: Mapping[str, GoalExample] = _rows("goals.toml", "goal", GoalExample)

DIRECTION: Mapping[str, DirectionQuestion] = _rows("direction.toml", "direction", DirectionQuestion)
BARRIERS: Mapping[str, Barrier] = _rows("direction.toml", "barrier", Barrier)
PROEFWEKEN: Mapping[str, TasterQuestion] = _rows("direction.toml", "proefweken", TasterQuestion)

# So many times somebody can tell what they tried.
MOST_TRIED = 6


def tried_key(number: int, key: str) -> str:
    """Name a question about what was tried; the first time has no number."""
    return f"proef-{key}" if number == 1 else f"proef-{number}-{key}"


def tried_number(question: str) -> int:
    """Tell about which time a question is; 0 when it is not about what was tried."""
    word, _, rest = question.partition("-")
    number = rest.partition("-")[0]
    return 0 if word != "proef" else int(number) if number.isdecimal() else 1


# What is asked about a direction, the tasting weeks and what makes it hard, by its key.
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        **{each.key: each.question for each in DIRECTION.values()},
        **{
            tried_key(number, each.key): each.question
            for number in range(1, MOST_TRIED + 1)
            for each in PROEFWEKEN.values()
        },
        **{each.key: each.label for each in BARRIERS.values()},
    }
)

TALK_KINDS: Mapping[str, TalkKind] = _rows("talks.toml", "kind", TalkKind)
TALK_QUESTIONS: Mapping[str, TalkQuestion] = _rows("talks.toml", "question", TalkQuestion)
TALK_STATES: Mapping[str, TalkState] = _rows("talks.toml", "state", TalkState)
TALK_OFFERS: Mapping[str, Offer] = _rows("talks.toml", "offer", Offer)
AFTER: Mapping[str, After] = _rows("talks.toml", "after", After)

WELLBEING: Mapping[str, Dimension] = _rows("wellbeing.toml", "dimension", Dimension)
WELLBEING_ANSWERS: Mapping[str, WellbeingAnswer] = _rows(
    "wellbeing.toml", "answer", WellbeingAnswer
)

ROUTES: Mapping[str, Named] = _rows("routes.toml", "route", Named)
ACTS: Mapping[str, Named] = _rows("routes.toml", "act", Named)
PHASES: Mapping[str, Named] = _rows("routes.toml", "phase", Named)
EXAMS: Mapping[str, Exam] = _rows("routes.toml", "exam", Exam)
BUILDING_BLOCKS: Mapping[str, Block] = _rows("routes.toml", "block", Block)


FILES: frozenset[str] = frozenset(file for file, _rows_of_it in _TABLES.values())


def origin(file: str) -> Origin:
    """Return source and date of one of the files, for instance of ``law.toml``."""
    read = _read(file)
    return Origin(source=read["source"], date=read["date"])


def rights_of(leefgebied: str) -> tuple[Right, ...]:
    """Return the rights and duties in one leefgebied, in the order of the file."""
    return tuple(each for each in RIGHTS.values() if each.leefgebied == leefgebied)


def goals_of(leefgebied: str) -> tuple[GoalExample, ...]:
    """Return the ready goals of one leefgebied, in the order of the file."""
    return tuple(each for each in GOAL_EXAMPLES.values() if each.leefgebied == leefgebied)


def statements_of(skill: str, level: str) -> tuple[Statement, ...]:
    """Return what one can do in a skill at a level, in the order of the file."""
    return tuple(each for each in STATEMENTS.values() if (each.skill, each.level) == (skill, level))


def statements_of_knm() -> tuple[Statement, ...]:
    """Return what one can know of the Netherlands, in the order of the file."""
    return tuple(each for each in STATEMENTS.values() if each.theme)


def subject_of(statement: str) -> str:
    """Return what a statement is counted under: its skill, or KNM."""
    return STATEMENTS[statement].skill or KNM


def sayings() -> Iterator[tuple[str, str]]:
    """Yield (file name, Dutch string) for every string of these files that a page can show."""
    for file, rows in _TABLES.values():
        for row in rows.values():
            for name in (each.name for each in fields(row) if each.name in SAID_FIELDS):
                value = getattr(row, name)
                for text in (value,) if isinstance(value, str) else value:
                    if text:
                        yield file, text
