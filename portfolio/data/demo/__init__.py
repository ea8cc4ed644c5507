"""The people and maps of the example, read from the TOML files beside this module.

Here: typed rows as they stand in the files, with days counted from the day of loading.
Not here: making accounts and rows of them (``portfolio.demo``), and drawing the pictures
(``portfolio.demo_pictures``). Nothing outside the example may import this.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from portfolio.data.demo.plan import Plan, plan_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation of the example."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's role at an organisation, both by key."""

    role: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can sign in; ``key`` is also the sign-in name."""

    key: str
    name: str
    language: str = "nl"
    mode: str = "nl"
    age: str = "18"
    phase: str | None = None
    memberships: tuple[Membership, ...] = ()

    @property
    def owner(self) -> bool:
        """Tell whether this person has a map; the others have a role at an organisation."""
        return not self.memberships


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Title and story of an entry in one language."""

    title: str
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a map. ``began``, ``ended`` and ``added`` are days before the day of loading."""

    key: str
    leefgebied: str
    kind: str
    texts: Mapping[str, Words]
    added: int
    began: int | None = None
    ended: int | None = None
    hours: int | None = None
    step: str | None = None
    picture: str | None = None
    private: bool = False
    # What its kind asks besides, by the places of portfolio.details.
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The owner's answer to a comment, in Dutch."""

    ago: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a contact person wrote in Dutch at an entry or at a leefgebied: one of the two."""

    author: str
    ago: int
    text: str
    entry: str | None = None
    leefgebied: str | None = None
    reply: Reply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A share: ``given`` counts days back, ``until`` days ahead (below zero: it has ended)."""

    grantee: str
    purpose: str
    given: int
    until: int
    may: tuple[str, ...]
    leefgebieden: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody read a leefgebied or an entry, ``ago`` days before the day of loading."""

    viewer: str
    ago: int
    entry: str | None = None
    leefgebied: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Everything in the map of one owner; ``steps``: leefgebied to step."""

    steps: Mapping[str, str]
    entries: tuple[Entry, ...]
    comments: tuple[Comment, ...] = ()
    consents: tuple[Consent, ...] = ()
    looks: tuple[Look, ...] = ()
    plan: Plan | None = None


def days(today: date, count: int | None) -> date | None:
    """Return the day that lies ``count`` days before today; None stays None."""
    return None if count is None else today - timedelta(days=count)


@cache
def organisations() -> tuple[Organisation, ...]:
    """Return the organisations of the example."""
    return tuple(Organisation(**row) for row in _read("people")["organisation"])


@cache
def people() -> tuple[Person, ...]:
    """Return the people of the example, owners first."""
    return tuple(_person(row) for row in _read("people")["person"])


@cache
def map_of(key: str) -> Map:
    """Return the map of the owner with that key; FileNotFoundError for anybody without one."""
    read, planned = _read(key), _read(f"{key}_plan")
    consents = (*read.get("consent", ()), *planned.get("consent", ()))
    return Map(
        steps=read["steps"],
        entries=tuple(_entry(row) for row in read["entry"]),
        comments=tuple(_comment(row) for row in read.get("comment", ())),
        consents=tuple(Consent(**_frozen(row)) for row in consents),
        looks=tuple(Look(**row) for row in read.get("look", ())),
        plan=plan_of(planned),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _person(row: dict[str, Any]) -> Person:
    memberships = tuple(Membership(**each) for each in row.get("memberships", ()))
    return Person(**(row | {"memberships": memberships}))


def _entry(row: dict[str, Any]) -> Entry:
    texts = {language: Words(**words) for language, words in row["texts"].items()}
    return Entry(**(row | {"texts": texts}))


def _comment(row: dict[str, Any]) -> Comment:
    reply = Reply(**row["reply"]) if "reply" in row else None
    return Comment(**(row | {"reply": reply}))
