"""Organisations, who works there in which role, and the code by which a member is found."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, select, text, update
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, Keyring, new_id, open_text, seal_text
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    clock,
    database_now,
    identity,
    internal,
    public,
    rows_changed,
    sealed,
)
from portfolio.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ROLES = ("coach", "provider", "begeleider", "tussenpersoon", "beheerder")
# Whom an owner can share with: the roles that have a code and see a person's map.
COACHING_ROLES = ("coach", "begeleider", "tussenpersoon")
SHARING_ROLES = (*COACHING_ROLES, "provider")
# No letter that looks like another, or like a digit, on paper or when read aloud.
CODE_LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"
CODE_GROUP = 4


class Organisation(Base):
    """A municipality, school, employer or volunteer organisation. Its name is public."""

    __tablename__ = "organisation"
    id: Mapped[str] = identity()
    name: Mapped[str] = public(String(120), unique=True)
    key_id: Mapped[str] = internal(ID, erase="keep")
    created_at: Mapped[datetime] = internal(UtcDateTime, erase="keep")
    closed_at: Mapped[datetime | None] = internal(UtcDateTime, erase="keep")


class Membership(Base):
    """This person in this role at this organisation: what an owner shares with.

    `code` is typed by the owner, `public_id` stands in the QR's address. Both only find
    the member; neither opens anything.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        Index(
            "one_membership_in_force",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[str] = identity()
    # Of who goes a row without a name stays, since what others keep about them points to it.
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True, erase="keep")
    organisation_id: Mapped[str] = internal(
        ID, ForeignKey("organisation.id"), index=True, erase="keep"
    )
    role: Mapped[str] = internal(String(20), erase="keep")
    public_id: Mapped[str] = internal(ID, unique=True)
    code: Mapped[bytes] = sealed(export=False)
    code_hash: Mapped[str] = internal(String(64), unique=True)
    # Where people who share can call; sealed with the member's own key.
    phone: Mapped[bytes | None] = sealed(export=False)
    # On which days and from when until when (models/calling.py).
    hours: Mapped[bytes | None] = sealed(export=False)
    started_at: Mapped[datetime] = internal(UtcDateTime, erase="keep")
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, erase="keep")


@dataclass(frozen=True)
class Member:
    """A member as the beheerder of the organisation sees them: an account, no content."""

    id: str
    person_id: str
    organisation_id: str
    name: str
    role: str
    started_at: datetime


def draw_code() -> str:
    """Draw a code to say or type: eight characters in two groups, 37 bits."""
    letters = [secrets.choice(CODE_LETTERS) for _ in range(2 * CODE_GROUP)]
    return "".join(letters[:CODE_GROUP]) + "-" + "".join(letters[CODE_GROUP:])


def normal_code(typed: str) -> str:
    """Bring a typed code to the form that is hashed: any case, dash, space or script of digits."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    digits = (str(unicodedata.digit(letter, letter)) for letter in plain)
    return "".join(letter for letter in digits if letter.isascii() and letter.isalnum())


def make_organisation(session: Session, ring: Keyring, name: str) -> Organisation:
    """Make an organisation with a key of its own, in the caller's transaction."""
    key = ring.create("organisation")
    row = Organisation(id=new_id(), name=name, key_id=key.id, created_at=clock(session))
    session.add(row)
    session.flush()
    return row


def find_organisation(session: Session, name: str) -> Organisation | None:
    """Find an organisation that is open by its exact name."""
    return session.scalars(
        select(Organisation).where(Organisation.name == name, Organisation.closed_at.is_(None))
    ).first()


def was_closed(session: Session, name: str) -> bool:
    """Tell whether an organisation of this exact name was closed for good."""
    closed = Organisation.closed_at.is_not(None)
    found = select(Organisation.id).where(Organisation.name == name, closed)
    return session.scalars(found).first() is not None


def read_organisations(session: Session, chosen: Select[Organisation]) -> list[tuple[str, str]]:
    """Load the id and name of organisations, by name."""
    columns = (Organisation.id, Organisation.name)
    rows = session.execute(chosen.with_only_columns(*columns).order_by(Organisation.name))
    return [(row[0], row[1]) for row in rows]


def join(
    session: Session, ring: Keyring, person: Person, organisation_id: str, role: str
) -> Membership:
    """Give a person a role at an organisation, or the membership that they already have."""
    found = session.scalars(
        select(Membership).where(
            Membership.person_id == person.id,
            Membership.organisation_id == organisation_id,
            Membership.role == role,
            Membership.ended_at.is_(None),
        )
    ).first()
    if found:
        return found
    row = Membership(
        id=new_id(),
        person_id=person.id,
        organisation_id=organisation_id,
        role=role,
        started_at=clock(session),
    )
    renew_code(ring, row, ring.fetch([person.key_id])[person.key_id])
    session.add(row)
    session.flush()
    return row


def renew_code(ring: Keyring, row: Membership, key: DataKey) -> None:
    """Give a membership a new code and address; the old ones find nobody from now on."""
    code = draw_code()
    row.public_id = new_id()
    row.code = seal_text(key, "membership", row.id, "code", code)
    row.code_hash = ring.lookup_hash("code", normal_code(code))


def keep_phone(row: Membership, key: DataKey, phone: str) -> None:
    """Keep the number on which a member can be called; an empty one takes it away."""
    row.phone = seal_text(key, "membership", row.id, "phone", phone) if phone else None


def read_phone(key: DataKey, membership_id: str, sealed_phone: bytes | None) -> str | None:
    """Open the number on which a member can be called, if there is one."""
    if sealed_phone is None:
        return None
    return open_text(key, "membership", membership_id, "phone", sealed_phone)


def read_code(row: Membership, key: DataKey) -> str:
    """Open the code of a membership with the key of its person."""
    return open_text(key, "membership", row.id, "code", row.code)


def read_members(session: Session, ring: Keyring, chosen: Select[Membership]) -> list[Member]:
    """Load members with their names, each opened with the member's own key."""
    rows = session.scalars(chosen.order_by(Membership.started_at)).all()
    ids = [row.person_id for row in rows]
    columns = (Person.id, Person.key_id, Person.display_name)
    people = {
        person_id: (key_id, name)
        for person_id, key_id, name in session.execute(select(*columns).where(Person.id.in_(ids)))
    }
    keys = ring.fetch(key_id for key_id, _name in people.values())
    return [
        Member(row.id, row.person_id, row.organisation_id, name, row.role, row.started_at)
        for row in rows
        if (name := _name(row.person_id, people, keys)) is not None
    ]


def _name(
    person_id: str, people: dict[str, tuple[str, bytes]], keys: dict[str, DataKey]
) -> str | None:
    key_id, name = people[person_id]
    # A person whose key is gone was erased.
    return (
        open_text(keys[key_id], "person", person_id, "display_name", name)
        if key_id in keys
        else None
    )


def count_beheerders(session: Session, organisation_id: str) -> int:
    """Count who keeps the accounts of an organisation, holding their rows until the end."""
    rows = session.scalars(
        select(Membership.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == "beheerder",
            Membership.ended_at.is_(None),
        )
        .with_for_update()
    ).all()
    return len(rows)


def end_membership(session: Session, membership_id: str) -> bool:
    """End a membership now: the gate reads it at every request. False when it had ended."""
    done = rows_changed(
        session,
        update(Membership)
        .where(Membership.id == membership_id, Membership.ended_at.is_(None))
        .values(ended_at=database_now()),
    )
    return bool(done)


def close_organisation(session: Session, organisation_id: str) -> list[str]:
    """Close an organisation for good: all that its members were given ends now, and they too.

    Gives the memberships that ended; none when it was closed already. What was agreed stays as
    history, and so does the name.
    """
    held = select(Organisation).where(Organisation.id == organisation_id)
    held = held.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(held).one()
    if row.closed_at is not None:
        return []
    row.closed_at = clock(session)
    still = (Membership.organisation_id == row.id, Membership.ended_at.is_(None))
    ids = session.scalars(select(Membership.id).where(*still).order_by(Membership.id)).all()
    for membership_id in ids:
        end_membership(session, membership_id)
    session.flush()
    return list(ids)
