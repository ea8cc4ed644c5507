"""The example's people: their accounts, maps, organisations and roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from portfolio.data import demo as example
from portfolio.models.base import clock
from portfolio.models.organisation import Membership, Organisation, join, make_organisation
from portfolio.models.person import NewPerson, Person, make_member, make_owner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portfolio.data.demo import Person as ExamplePerson
    from portfolio.keyring import Keyring

# Longer ago than anything in their maps.
HERE_SINCE = timedelta(days=365)


@dataclass
class People:
    """Everybody of the example by key, with what was made for them."""

    persons: dict[str, Person] = field(default_factory=dict)
    portfolios: dict[str, str] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)


def load_people(session: Session, ring: Keyring, secrets: Mapping[str, str]) -> People:
    """Make every account, in the caller's transaction; `secrets` are hashed passphrases."""
    made = People()
    for organisation in example.organisations():
        made.organisations[organisation.key] = make_organisation(session, ring, organisation.name)
    for person in example.people():
        _load_person(session, ring, made, person, secrets[person.key])
    return made


def _load_person(
    session: Session, ring: Keyring, made: People, person: ExamplePerson, secret: str
) -> None:
    new = NewPerson(
        display_name=person.name,
        sign_in_name=person.key,
        secret=secret,
        age_group="18+" if person.age == "18" else person.age,
        language=person.language,
        mode=person.mode,
    )
    since = clock(session) - HERE_SINCE
    if person.owner:
        row, portfolio = make_owner(session, ring, new, phase=person.phase or "start")
        portfolio.created_at, made.portfolios[person.key] = since, portfolio.id
    else:
        row = make_member(session, ring, new)
    row.created_at, made.persons[person.key] = since, row
    for member in person.memberships:
        organisation = made.organisations[member.organisation]
        joined = join(session, ring, row, organisation.id, member.role)
        joined.started_at = since
        made.memberships.setdefault(person.key, joined)
