"""What one row of the files of the plan holds.

Here: the types only. Not here: reading them, and anything about a person.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["law", "practice"]
Unit = Literal[
    "days", "weeks", "months", "minutes", "hours", "themes", "attempts", "exams", "skills"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A page or paper on which a fact rests."""

    key: str
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    """Whether something is law, or what is usually done; told to the owner."""

    key: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that the law says or that is usual, with where we read it and when.

    ``text`` has its figure, if any, as ``%(number)s``. No routes means: every route.
    """

    key: str
    text: str
    source: str
    checked: date
    kind: Kind
    acts: tuple[str, ...]
    routes: tuple[str, ...] = ()
    number: int | None = None
    unit: Unit | None = None
    # An organisation may have its own number, from lowest to highest, in answer to a question.
    adjustable: bool = False
    lowest: int | None = None
    highest: int | None = None
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Somebody to whom one can put a question."""

    key: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightForm:
    """A heading: what one may do, or what the Netherlands asks."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A right or a duty in one leefgebied, and whom to ask about it."""

    key: str
    leefgebied: str
    form: Literal["right", "duty"]
    text: str
    source: str
    checked: date
    kind: Kind
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What follows when one chooses something; ``facts`` are keys of the law that belong to it."""

    key: str
    title: str
    icon: str
    sentences: tuple[str, ...]
    ask: tuple[str, ...]
    facts: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One of the four skills in a language."""

    key: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of language; the order of the file is the order of learning."""

    key: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something one can do: of a skill at a level, or of a theme of KNM."""

    key: str
    text: str
    skill: str | None = None
    level: str | None = None
    theme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A subject of MAP or KNM."""

    key: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalExample:
    """A goal that is ready to be taken over, with its steps."""

    key: str
    leefgebied: str
    wish: str
    what: str
    why: str
    done_when: str
    helper: str
    weeks: int
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionQuestion:
    """A question about where somebody wants to go, with answers to take over."""

    key: str
    question: str
    hint: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """Something that can stand in the way."""

    key: str
    label: str
    icon: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TasterQuestion:
    """A question about something that somebody tried in the tasting weeks."""

    key: str
    question: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkKind:
    """A sort of talk; ``questions`` are the keys of what the owner prepares, in order."""

    key: str
    label: str
    explanation: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkQuestion:
    """A question with which the owner prepares a talk."""

    key: str
    question: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkState:
    """How far a talk is."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What one can do after the inburgering."""

    key: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that a page offers in words."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One of the six sides of how somebody is."""

    key: str
    label: str
    question: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WellbeingAnswer:
    """One of the four answers in words; the order of the file is the order of the scale."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A route, an act or a phase: its name, and what it means."""

    key: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """An exam, the routes where it belongs, and those where one may do it but need not."""

    key: str
    label: str
    icon: str
    routes: tuple[str, ...]
    voluntary: tuple[str, ...] = ()
    # Those at which it exists.
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the inburgering whose hours or themes are kept.

    ``fact`` is the key of the law with its number; ``from_letter`` means that the owner copies
    the number from the letter with the plan.
    """

    key: str
    label: str
    explanation: str
    icon: str
    acts: tuple[str, ...]
    routes: tuple[str, ...]
    fact: str | None = None
    from_letter: bool = False
