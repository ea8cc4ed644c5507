"""Who is who between an owner and the people of organisations: names, and what is new.

What lives here: opening a map for somebody else, names that the gate let through, what a
member holds of a map, and what they have not seen yet. What does not: any decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portfolio.keyring import open_text
from portfolio.models.access_log import AccessLog
from portfolio.models.comment import Comment
from portfolio.models.consent import Consent, Grantee
from portfolio.models.entry import Entry
from portfolio.models.organisation import Membership, Organisation, read_phone
from portfolio.models.person import Person
from portfolio.models.portfolio import LeefgebiedState, Portfolio, PortfolioKeys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portfolio.keyring import DataKey, Keyring


@dataclass(frozen=True)
class OpenMap:
    """Somebody's map, opened for one reading by another."""

    row: Portfolio
    keys: PortfolioKeys
    owner: str
    reader: str


@dataclass(frozen=True)
class KnownMember:
    """A member as an owner meets them, by code or address."""

    id: str
    person_id: str
    key_id: str
    public_id: str
    organisation_id: str
    grantee: Grantee
    phone: str | None = None


@dataclass(frozen=True)
class Held:
    """One permission that a member holds now, as far as the member may know it."""

    portfolio_id: str
    membership_id: str
    leefgebied: str | None
    entry_id: str | None
    part: str | None
    purpose: str
    may_comment: bool
    starts_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Place:
    """A leefgebied that is held as a whole: the owner's step, and when one last read it."""

    step: str | None
    looked_at: datetime | None


@dataclass(frozen=True)
class Count:
    """How many things there are in one leefgebied for a viewer, and how many are new."""

    portfolio_id: str
    leefgebied: str
    things: int
    new: int


def open_map(
    session: Session, ring: Keyring, chosen: Select[Portfolio], reader_id: str, *, hold: bool
) -> OpenMap | None:
    """Open the one map that the gate chose, with the names of its owner and its reader.

    None when there is none, or when its keys are gone: it was erased. `hold` keeps others
    from writing in its chains until the end of the transaction.
    """
    found = _with_names(chosen, reader_id, hold=hold)
    row = session.execute(found).first()
    if row is None:
        return None
    ids = (row[0].key_id, row[0].gezondheid_key_id, row[0].gezin_key_id)
    keys = ring.fetch((*ids, row[2], row[5]))
    if any(key_id not in keys for key_id in (*ids, row[2], row[5])):
        return None
    opened = PortfolioKeys(*(keys[key_id] for key_id in ids))
    return OpenMap(row[0], opened, _name(keys, *row[1:4]), _name(keys, *row[4:7]))


@lru_cache(maxsize=256)
def _with_names(
    chosen: Select[Portfolio], reader_id: str, *, hold: bool
) -> Select[*tuple[Any, ...]]:
    owner, reader = aliased(Person), aliased(Person)
    found = (
        chosen.join(owner, owner.id == Portfolio.person_id)
        .join(reader, reader.id == reader_id)
        .with_only_columns(
            Portfolio,
            *(owner.id, owner.key_id, owner.display_name),
            *(reader.id, reader.key_id, reader.display_name),
        )
        .execution_options(populate_existing=True)
    )
    return found.with_for_update(of=Portfolio) if hold else found


def _name(keys: dict[str, DataKey], person_id: str, key_id: str, sealed: bytes) -> str:
    return open_text(keys[key_id], "person", person_id, "display_name", sealed)


def owner_names(session: Session, ring: Keyring, chosen: Select[Portfolio]) -> dict[str, str]:
    """Open the owners' names of maps that the gate chose. An erased one is left out."""
    rows = session.execute(
        chosen.join(Person, Person.id == Portfolio.person_id).with_only_columns(
            Portfolio.id, Person.id, Person.key_id, Person.display_name
        )
    ).all()
    keys = ring.fetch(row[2] for row in rows)
    return {row[0]: _name(keys, *row[1:4]) for row in rows if row[2] in keys}


def find_members(
    session: Session, ring: Keyring, chosen: Select[Membership]
) -> dict[str, KnownMember]:
    """Open name, role and organisation of members that the gate chose, by their id."""
    rows = session.execute(
        chosen.join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .with_only_columns(
            Membership.id,
            Membership.public_id,
            Membership.role,
            Organisation.id,
            Organisation.name,
            *(Person.id, Person.key_id, Person.display_name),
            Membership.phone,
        )
    ).all()
    keys = ring.fetch(row[6] for row in rows)
    return {
        row[0]: KnownMember(
            *(row[0], row[5], row[6], row[1], row[3]),
            Grantee(_name(keys, *row[5:8]), row[2], row[4]),
            read_phone(keys[row[6]], row[0], row[8]),
        )
        for row in rows
        if row[6] in keys
    }


def members_here(session: Session, chosen: Select[Membership]) -> set[str]:
    """List the ids of the members that the gate chose: those who still work there."""
    return set(session.scalars(chosen.with_only_columns(Membership.id)).all())


def read_held(session: Session, chosen: Select[Consent]) -> list[Held]:
    """List the permissions that the gate chose, the one that lasts longest first."""
    return [held for held, _rest in read_held_with(session, chosen)]


def read_held_with(
    session: Session, chosen: Select[Consent], *more: ColumnElement[Any]
) -> list[tuple[Held, tuple[Any, ...]]]:
    """List the permissions that the gate chose, and with each what else is asked with it."""
    rows = session.execute(_held_with(chosen, *more)).all()
    of_held = len(Held.__dataclass_fields__)
    return [(Held(*row[:of_held]), tuple(row[of_held:])) for row in rows]


@lru_cache(maxsize=64)
def _held_with(chosen: Select[Consent], *more: ColumnElement[Any]) -> Select[Any]:
    columns = [getattr(Consent, name) for name in Held.__dataclass_fields__]
    asked = chosen.with_only_columns(*columns, *more)
    return asked.order_by(Consent.expires_at.desc(), Consent.scope)


def read_held_places(
    session: Session, chosen: Select[Consent], keys: PortfolioKeys, seats: Sequence[str]
) -> tuple[list[Held], dict[str, Place]]:
    """List the permissions on one map, and for each whole leefgebied its step and last look.

    Who holds a leefgebied sees its step by the same decision, so one query gives both.
    """
    state = LeefgebiedState
    looked = _last_look(seats)
    columns = [getattr(Consent, name) for name in Held.__dataclass_fields__]
    here = and_(state.portfolio_id == Consent.portfolio_id, state.leefgebied == Consent.leefgebied)
    rows = session.execute(
        chosen.outerjoin(state, here)
        .with_only_columns(*columns, state.id, state.scale, looked)
        .order_by(Consent.expires_at.desc(), Consent.scope)
    ).all()
    places = {
        row.leefgebied: Place(_step(keys.of(row.leefgebied), row[-3], row[-2]), row[-1])
        for row in rows
        if row.leefgebied
    }
    return [Held(*row[:-3]) for row in rows], places


def _step(key: DataKey, state_id: str | None, sealed: bytes | None) -> str | None:
    if state_id is None or sealed is None:
        return None
    return open_text(key, "leefgebied_state", state_id, "scale", sealed)


def _last_look(seats: Sequence[str]) -> ColumnElement[datetime]:
    return (
        select(func.max(AccessLog.at))
        .where(
            AccessLog.portfolio_id == Consent.portfolio_id,
            AccessLog.membership_id.in_(seats),
            AccessLog.about == literal("leefgebied:").concat(Consent.leefgebied),
        )
        .correlate_except(AccessLog)
        .scalar_subquery()
    )


def count_things(
    session: Session, entries: Select[Entry], comments: Select[Comment], seats: Sequence[str]
) -> list[Count]:
    """Count per leefgebied what the gate chose, and what of it is new to these members.

    New is what changed, or was written by another, after they last read its page.
    """
    place = (Entry.portfolio_id, Entry.leefgebied)
    unread = _unread(seats, *place, Entry.id, Entry.changed_at)
    things = entries.with_only_columns(*place, literal(1).label("thing"), _one_if(unread))
    spoken = (Comment.portfolio_id, Comment.leefgebied)
    said = _unread(seats, *spoken, Comment.entry_id, Comment.created_at)
    others = or_(Comment.membership_id.is_(None), Comment.membership_id.not_in(seats))
    talk = comments.with_only_columns(*spoken, literal(0), _one_if(said)).where(
        others, Comment.removed_at.is_(None), Comment.goal_id.is_(None)
    )
    found = union_all(things, talk).subquery().c
    rows = session.execute(
        select(
            found.portfolio_id, found.leefgebied, func.sum(found.thing), func.sum(found.new)
        ).group_by(found.portfolio_id, found.leefgebied)
    ).all()
    return [Count(*row) for row in rows]


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0).label("new")


def _unread(
    seats: Sequence[str],
    portfolio_id: SQLColumnExpression[Any],
    leefgebied: SQLColumnExpression[Any],
    entry_id: SQLColumnExpression[Any],
    moment: SQLColumnExpression[Any],
) -> ColumnElement[bool]:
    pages = (literal("leefgebied:").concat(leefgebied), literal("entry:").concat(entry_id))
    looked = (
        select(AccessLog.id)
        .where(
            AccessLog.portfolio_id == portfolio_id,
            AccessLog.membership_id.in_(seats),
            AccessLog.about.in_(pages),
            AccessLog.at >= moment,
        )
        .correlate_except(AccessLog)
        .exists()
    )
    return not_(looked)
