"""The plans of the example, read from the files named after their owners.

Here: typed rows as they stand in the files, with days counted from the day of loading. Not
here: making rows of them (``portfolio.demo.plans``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who the contact person is, and since how many days."""

    member: str
    ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody says to one question of a part; ``said``: language to text."""

    part: str
    question: str
    ago: int
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step in Dutch; ``done`` counts days back, ``shows`` names entries."""

    text: str
    done: int | None = None
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal; each of what is said stands per language. ``by`` counts days ahead."""

    leefgebied: str
    added: int
    what: Said
    why: Said = field(default_factory=dict)
    done_when: Said = field(default_factory=dict)
    helper: Said = field(default_factory=dict)
    by: int | None = None
    scale: str
    reached: int | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What somebody copied from their letter; ``counts``: block to entries whose hours count."""

    ago: int
    act: str
    route: str
    first_pip: int
    aims: Said = field(default_factory=dict)
    themes: Mapping[str, list[str]] = field(default_factory=dict)
    counts: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody said of all their levels or sides on one day: key to answer."""

    ago: int
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version that both said yes to."""

    member: str
    ago: int
    reason: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Who does what in Dutch; ``due`` counts days ahead, ``done`` days back."""

    who: str
    what: str
    due: int
    done: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A talk; one with a summary was agreed by both. ``ago`` is below zero for one to come."""

    member: str
    kind: str
    ago: int
    planned: int
    time: str
    asked_by: str
    place: str
    beside: str = ""
    accepted: bool = True
    summary: str = ""
    own_view: Said = field(default_factory=dict)
    prepared: Mapping[str, Said] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything in the plan of one owner."""

    contact: Contact
    answers: tuple[Answer, ...]
    goals: tuple[Goal, ...]
    route: Route
    levels: tuple[Told, ...]
    felt: tuple[Told, ...]
    versions: tuple[Version, ...]
    talks: tuple[Talk, ...]


def plan_of(read: Mapping[str, Any]) -> Plan:
    """Make the plan of what stands in a file."""
    return Plan(
        contact=Contact(**read["contact"]),
        answers=tuple(_answer(dict(row)) for row in read["answer"]),
        goals=tuple(_goal(row) for row in read["goal"]),
        route=Route(**read["route"]),
        levels=tuple(_level(dict(row)) for row in read["level"]),
        felt=tuple(_felt(dict(row)) for row in read["felt"]),
        versions=tuple(Version(**row) for row in read["version"]),
        talks=tuple(_talk(dict(row)) for row in read["talk"]),
    )


def _answer(row: dict[str, Any]) -> Answer:
    place = {name: row.pop(name) for name in ("part", "question", "ago")}
    return Answer(**place, said=row)


def _goal(row: Mapping[str, Any]) -> Goal:
    steps = tuple(Step(**{**each, "shows": tuple(each.get("shows", ()))}) for each in row["steps"])
    return Goal(**{**row, "steps": steps})


def _level(row: dict[str, Any]) -> Told:
    ago = row.pop("ago")
    return Told(ago=ago, said={each: scale for scale, keys in row.items() for each in keys})


def _felt(row: dict[str, Any]) -> Told:
    ago = row.pop("ago")
    return Told(ago=ago, said=row)


def _talk(row: dict[str, Any]) -> Talk:
    agreements = tuple(Agreement(**each) for each in row.pop("agreement", ()))
    return Talk(**row, agreements=agreements)
