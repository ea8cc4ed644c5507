"""Passkeys: kept, found, named, used and taken away. Only what is public of one is kept.

What lives here: the rows. What does not: what a browser says, and whether it is true
(portfolio/passkeys.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portfolio.keyring import DataKey, Keyring, new_id, open_text, seal_text
from portfolio.models.base import clock, database_now, rows_changed
from portfolio.models.person import Credential, Person

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

PASSKEY = "passkey"
# More than anybody has phones; it bounds what one account can make us keep.
MOST = 20


@dataclass(frozen=True, repr=False)
class NewPasskey:
    """What a browser showed of a passkey that was just made."""

    credential_id: str
    public_key: bytes
    counter: int


@dataclass(frozen=True)
class NamedPasskey:
    """A passkey as its person sees it."""

    id: str
    label: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, repr=False)
class FoundPasskey:
    """A passkey that somebody shows: whose it is, and what checks it."""

    id: str
    person_id: str
    public_key: bytes
    counter: int


def keep_passkey(  # noqa: PLR0913, PLR0917 -- whose, sealed with what, which, and its name
    session: Session, ring: Keyring, key: DataKey, person_id: str, made: NewPasskey, label: str
) -> bool:
    """Keep a passkey; one that somebody has already is not kept. Begin for writing before."""
    row_id = new_id()
    secret = json.dumps({"id": made.credential_id, "key": made.public_key.hex()})
    row = Credential(
        id=row_id,
        person_id=person_id,
        kind=PASSKEY,
        secret=seal_text(key, "credential", row_id, "secret", secret),
        lookup_hash=_hash(ring, made.credential_id),
        label=seal_text(key, "credential", row_id, "label", label),
        counter=made.counter,
        created_at=clock(session),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        return False
    return True


def read_passkeys(session: Session, chosen: Select[Credential], key: DataKey) -> list[NamedPasskey]:
    """Open the names of a person's passkeys that still work, the newest first."""
    return [named(row, key) for row in session.scalars(in_force(chosen)).all()]


def named(row: Credential, key: DataKey) -> NamedPasskey:
    """Open the name of one passkey."""
    label = open_text(key, "credential", row.id, "label", row.label) if row.label else ""
    return NamedPasskey(row.id, label, row.created_at, row.used_at)


def ids_of(session: Session, chosen: Select[Credential], key: DataKey) -> list[str]:
    """List the ids by which a phone knows the passkeys that still work."""
    rows = session.scalars(in_force(chosen)).all()
    return [_opened(key, row.id, row.secret)["id"] for row in rows]


def in_force(chosen: Select[Credential]) -> Select[Credential]:
    """Narrow credentials to the passkeys that still work, the newest first."""
    return chosen.where(Credential.kind == PASSKEY, Credential.ended_at.is_(None)).order_by(
        Credential.created_at.desc(), Credential.id
    )


def name_passkey(key: DataKey, row: Credential, label: str) -> None:
    """Give a passkey the name by which its person knows it."""
    row.label = seal_text(key, "credential", row.id, "label", label)


def find_passkey(session: Session, ring: Keyring, credential_id: str) -> FoundPasskey | None:
    """Find the passkey that a phone names; None when there is none, or it was taken away."""
    row = session.execute(
        select(
            Credential.id,
            Credential.person_id,
            Credential.secret,
            Credential.counter,
            Person.key_id,
        )
        .join(Person, Person.id == Credential.person_id)
        .where(
            Credential.lookup_hash == _hash(ring, credential_id),
            Credential.kind == PASSKEY,
            Credential.ended_at.is_(None),
        )
    ).first()
    key = ring.fetch([row.key_id]).get(row.key_id) if row else None
    if row is None or key is None:
        return None
    public = bytes.fromhex(_opened(key, row.id, row.secret)["key"])
    return FoundPasskey(row.id, row.person_id, public, row.counter)


def note_use(session: Session, found: FoundPasskey, counter: int) -> bool:
    """Note that a passkey was used. False when it was taken away, or used meanwhile by a copy."""
    # Most passkeys of today count nothing and always say 0.
    onward = Credential.counter < counter if counter else Credential.counter == 0
    used = rows_changed(
        session,
        update(Credential)
        .where(
            Credential.id == found.id,
            Credential.ended_at.is_(None),
            onward,
        )
        .values(counter=counter, used_at=database_now()),
    )
    return used == 1


def holds(session: Session, found: FoundPasskey) -> bool:
    """Tell, and see to it until the end of the transaction, that a passkey was not taken away."""
    chosen = select(Credential.id).where(Credential.id == found.id, Credential.ended_at.is_(None))
    return session.scalars(chosen.with_for_update()).first() is not None


def _hash(ring: Keyring, credential_id: str) -> str:
    return ring.lookup_hash("passkey", credential_id)


def _opened(key: DataKey, row_id: str, secret: bytes | None) -> dict[str, str]:
    opened: dict[str, str] = json.loads(
        open_text(key, "credential", row_id, "secret", secret or b"")
    )
    return opened
