"""The fixed words of the field, read once from TOML files beside this module.

Here: the twelve leefgebieden, the four steps, the kinds of evidence and what they ask, grades,
purposes, parts of a plan, roles and hard words.
Not here: anything about a person, and the example people (``portfolio.data.demo``).

Every file states its source and date. The strings are Dutch and serve as message ids, so a page
shows them with ``say(...)``; ``sayings()`` lists them for the catalogues.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the content of a file comes from, and of which day it is."""

    source: str
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Leefgebied:
    """One of the twelve parts of a life; a page calls it "onderwerp"."""

    key: str
    name: str
    explanation: str
    examples: tuple[str, ...]
    hue: int
    sensitive: bool = False
    listed_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the four steps of the scale, in the person's own words."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How sure another can be that an entry is true."""

    key: str
    label: str
    explanation: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What sort of thing an entry keeps."""

    key: str
    group: str
    label: str
    hint: str
    icon: str
    official: bool = False
    asks_hours: bool = False
    # The paper often shows a citizen service number (BSN).
    warns_bsn: bool = False
    # The paper itself is never kept; the explanation says so.
    without_paper: bool = False
    explanation: str = ""
    question: str = ""
    asks: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A heading under which kinds stand together."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What a kind asks besides its name, story and time."""

    key: str
    form: Literal["text", "lines", "choice", "levels"]
    label: str
    hint: str = ""
    parts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What has an answer of its own within a detail, such as a skill."""

    key: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one can choose for a detail."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a share is for."""

    key: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """A part of a plan, which is shared by its own name."""

    key: str
    label: str
    hint: str
    icon: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a person can be at an organisation."""

    key: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HardWord:
    """A word that is explained, as it stands in our sentences."""

    key: str
    name: str
    forms: tuple[str, ...]
    explanation: str
    icon: str


T = TypeVar(
    "T",
    Leefgebied,
    Step,
    Grade,
    Kind,
    Group,
    Detail,
    Part,
    Answer,
    Purpose,
    PlanPart,
    Role,
    HardWord,
)

# The fields whose text a page can show, here and in ``portfolio.data.plan``.
SAID_FIELDS = (
    *("name", "label", "explanation", "hint", "question", "examples"),
    *("text", "title", "sentences", "advice"),
    *("wish", "what", "why", "done_when", "helper", "steps"),
)


def _read(file: str) -> dict[str, Any]:
    """Return the parsed file of that name beside this module."""
    return tomllib.loads(files(__name__).joinpath(file).read_text(encoding="utf-8"))


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its lists as tuples, so that nobody changes them later."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _rows(table: str, row_type: type[T]) -> Mapping[str, T]:
    """Return the rows of one table by key, in the order of the file; refuse a key used twice."""
    found: dict[str, T] = {}
    for row in _read(FILES[table])[table]:
        if row["key"] in found:
            message = f"{FILES[table]}: the key {row['key']} is there twice"
            raise ValueError(message)
        found[row["key"]] = row_type(**_frozen(row))
    return MappingProxyType(found)


FILES: Mapping[str, str] = MappingProxyType(
    {
        "leefgebied": "leefgebieden.toml",
        "step": "scale.toml",
        "grade": "grade.toml",
        "group": "kinds.toml",
        "kind": "kinds.toml",
        "detail": "details.toml",
        "part": "details.toml",
        "answer": "details.toml",
        "purpose": "purposes.toml",
        "plan_part": "plan_parts.toml",
        "role": "roles.toml",
        "hard_word": "words.toml",
    }
)

LEEFGEBIEDEN: Mapping[str, Leefgebied] = _rows("leefgebied", Leefgebied)
SCALE: Mapping[str, Step] = _rows("step", Step)
GRADES: Mapping[str, Grade] = _rows("grade", Grade)
KIND_GROUPS: Mapping[str, Group] = _rows("group", Group)
KINDS: Mapping[str, Kind] = _rows("kind", Kind)
DETAILS: Mapping[str, Detail] = _rows("detail", Detail)
PARTS: Mapping[str, Part] = _rows("part", Part)
ANSWERS: Mapping[str, Answer] = _rows("answer", Answer)
PURPOSES: Mapping[str, Purpose] = _rows("purpose", Purpose)
PLAN_PARTS: Mapping[str, PlanPart] = _rows("plan_part", PlanPart)
ROLES: Mapping[str, Role] = _rows("role", Role)
HARD_WORDS: Mapping[str, HardWord] = _rows("hard_word", HardWord)

SENSITIVE: frozenset[str] = frozenset(k for k, each in LEEFGEBIEDEN.items() if each.sensitive)


def origin(file: str) -> Origin:
    """Return source and date of one of the files, for instance of ``kinds.toml``."""
    read = _read(file)
    return Origin(source=read["source"], date=read["date"])


def sayings() -> Iterator[tuple[str, str]]:
    """Yield (file name, Dutch string) for every string of these files that a page can show."""
    for table, rows in _tables().items():
        for row in rows.values():
            for name in (f.name for f in fields(row) if f.name in SAID_FIELDS):
                value = getattr(row, name)
                for text in (value,) if isinstance(value, str) else value:
                    if text:
                        yield FILES[table], text


def _tables() -> dict[str, Mapping[str, Any]]:
    return {
        "leefgebied": LEEFGEBIEDEN,
        "step": SCALE,
        "grade": GRADES,
        "group": KIND_GROUPS,
        "kind": KINDS,
        "detail": DETAILS,
        "part": PARTS,
        "answer": ANSWERS,
        "purpose": PURPOSES,
        "plan_part": PLAN_PARTS,
        "role": ROLES,
        "hard_word": HARD_WORDS,
    }
