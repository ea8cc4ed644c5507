"""Coming in through one's organisation: its settings, who is linked, and a flow under way.

Who comes in is found by the issuer's own name for them (`iss` and `sub`), which that person
linked while signed in. Never by a name or an address: nobody is made, and nobody is matched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, Keyring, new_id, open_text, seal_text
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    clock,
    identity,
    internal,
    sealed,
)
from portfolio.models.organisation import Membership, Organisation
from portfolio.models.portfolio import Portfolio
from portfolio.models.sign_in import SignIn, end_work_sign_ins
from portfolio.models.work_flow import WorkFlow
from portfolio.models.work_link import WorkLink

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

METHOD = "organisation"


class WorkLogin(Base):
    """Where the staff of one organisation sign in, as its beheerder set it."""

    __tablename__ = "work_login"
    id: Mapped[str] = identity()
    organisation_id: Mapped[str] = internal(
        ID, ForeignKey("organisation.id"), unique=True, erase="keep"
    )
    issuer: Mapped[str] = internal(String(400), erase="keep")
    client_id: Mapped[str] = internal(String(200), erase="keep")
    # Sealed with the key of the organisation, not of a person.
    secret: Mapped[bytes] = sealed(export=False)
    # Whether a second step that was taken there may count here.
    second_there: Mapped[bool] = internal(Boolean, default=False, erase="keep")
    changed_at: Mapped[datetime] = internal(UtcDateTime, erase="keep")


@dataclass(frozen=True, repr=False)
class Door:
    """The settings of one organisation, opened."""

    organisation_id: str
    name: str
    key: DataKey
    issuer: str
    client_id: str
    secret: str
    second_there: bool


def find_door(
    session: Session, ring: Keyring, *, name: str = "", organisation_id: str = ""
) -> Door | None:
    """Find the settings of an organisation that is open, by its public name or its id."""
    which = Organisation.name == name if name else Organisation.id == organisation_id
    row = session.execute(
        select(WorkLogin, Organisation.name, Organisation.key_id)
        .join(Organisation, Organisation.id == WorkLogin.organisation_id)
        .where(which, Organisation.closed_at.is_(None))
    ).first()
    if row is None:
        return None
    found, called, key_id = row
    key = ring.fetch([key_id]).get(key_id)
    if key is None:
        return None
    secret = open_text(key, "work_login", found.id, "secret", found.secret)
    return Door(
        found.organisation_id,
        called,
        key,
        found.issuer,
        found.client_id,
        secret,
        found.second_there,
    )


def keep_door(  # noqa: PLR0913 -- each is one setting
    session: Session,
    ring: Keyring,
    organisation: Organisation,
    *,
    issuer: str,
    client_id: str,
    secret: str,
    second_there: bool,
) -> bool:
    """Keep the settings; another issuer ends every link that was made with the old one.

    An empty secret leaves the one of before, only for the issuer that it was given for. False
    when there is none. Begin for writing before.
    """
    key = ring.fetch([organisation.key_id])[organisation.key_id]
    row = session.scalars(
        select(WorkLogin).where(WorkLogin.organisation_id == organisation.id).with_for_update()
    ).first()
    same = row is not None and (row.issuer, row.client_id) == (issuer, client_id)
    if not secret and not same:
        return False
    if row is not None and not same:
        forget_links(session, organisation.id)
    if row is None:
        row = WorkLogin(id=new_id(), organisation_id=organisation.id)
    row.issuer, row.client_id, row.second_there = issuer, client_id, second_there
    row.changed_at = clock(session)
    if secret:
        row.secret = seal_text(key, "work_login", row.id, "secret", secret)
    session.add(row)
    session.flush()
    return True


def remove_door(session: Session, organisation_id: str) -> None:
    """Take the settings away, and with them every link and session that came of them."""
    forget_links(session, organisation_id)
    session.execute(delete(WorkLogin).where(WorkLogin.organisation_id == organisation_id))


def forget_links(session: Session, organisation_id: str, person_id: str | None = None) -> None:
    """End the links of an organisation, or of one person there, with their sessions."""
    which = [WorkLink.organisation_id == organisation_id]
    if person_id:
        which.append(WorkLink.person_id == person_id)
    session.execute(delete(WorkLink).where(*which))
    flows = [WorkFlow.organisation_id == organisation_id]
    if person_id:
        theirs = select(SignIn.id).where(SignIn.person_id == person_id)
        flows.append(WorkFlow.sign_in_id.in_(theirs))
    session.execute(delete(WorkFlow).where(*flows))
    end_work_sign_ins(session, organisation_id, person_id)


def forget_gone(session: Session, organisation_id: str, person_id: str) -> None:
    """End the link of whoever has no role left at an organisation."""
    left = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
    )
    if session.scalars(left.limit(1)).first() is None:
        forget_links(session, organisation_id, person_id)


def _subject(ring: Keyring, door: Door, subject: str) -> str:
    return ring.lookup_hash("work_link", json.dumps([door.organisation_id, door.issuer, subject]))


def has_map(session: Session, person_id: str) -> bool:
    """Tell whether somebody owns a map: no organisation opens that account."""
    found = select(Portfolio.id).where(Portfolio.person_id == person_id)
    return session.scalars(found).first() is not None


def link(session: Session, ring: Keyring, door: Door, person_id: str, subject: str) -> bool:
    """Link a person with who they are there. False when that is taken, or they own a map."""
    seat = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == door.organisation_id,
        Membership.ended_at.is_(None),
    )
    if has_map(session, person_id) or session.scalars(seat.limit(1)).first() is None:
        return False
    who = _subject(ring, door, subject)
    taken = session.scalars(select(WorkLink).where(WorkLink.subject_hash == who)).first()
    if taken and taken.person_id != person_id:
        return False
    forget_links(session, door.organisation_id, person_id)
    session.add(
        WorkLink(
            organisation_id=door.organisation_id,
            person_id=person_id,
            subject_hash=who,
            created_at=clock(session),
        )
    )
    session.flush()
    return True


def linked_person(session: Session, ring: Keyring, door: Door, subject: str) -> str | None:
    """Find exactly the person who linked this, while they work there and own no map."""
    return session.scalars(
        select(WorkLink.person_id)
        .join(
            Membership,
            (Membership.person_id == WorkLink.person_id)
            & (Membership.organisation_id == WorkLink.organisation_id)
            & (Membership.started_at <= WorkLink.created_at)
            & Membership.ended_at.is_(None),
        )
        .outerjoin(Portfolio, Portfolio.person_id == WorkLink.person_id)
        .where(
            WorkLink.organisation_id == door.organisation_id,
            WorkLink.subject_hash == _subject(ring, door, subject),
            Portfolio.id.is_(None),
        )
    ).first()


def linked_at(session: Session, person_id: str) -> set[str]:
    """Name the organisations through which somebody can come in."""
    found = select(WorkLink.organisation_id).where(WorkLink.person_id == person_id)
    return set(session.scalars(found).all())


def doors_of(session: Session, organisation_ids: list[str]) -> set[str]:
    """Name, of these organisations, the ones whose staff can come in through them."""
    found = select(WorkLogin.organisation_id).where(WorkLogin.organisation_id.in_(organisation_ids))
    return set(session.scalars(found).all())
