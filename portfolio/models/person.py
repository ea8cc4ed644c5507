"""A person with an account, and what they show who they are with.

The tables have room for passkeys and second factors; their rows come later.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    select,
)
from sqlalchemy.exc import IntegrityError
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
from portfolio.models.portfolio import Portfolio, make_keys

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

AGE_GROUPS = ("16-17", "18+")
CREDENTIAL_KINDS = ("passphrase", "recovery_code", "passkey", "totp")


class Person(Base):
    """Somebody with an account: a name to be called by and a name to sign in with."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint(f"age_group IN {AGE_GROUPS}", name="age_group"),)
    id: Mapped[str] = identity()
    key_id: Mapped[str] = internal(ID, unique=True)
    sign_in_hash: Mapped[str] = internal(String(64), unique=True)
    sign_in_name: Mapped[bytes] = sealed()
    display_name: Mapped[bytes] = sealed()
    age_group: Mapped[str] = internal(String(8), export=True)
    language: Mapped[str] = internal(String(8), export=True)
    mode: Mapped[str] = internal(String(4), export=True)
    # Reads little: large pictures and sound first.
    pictures: Mapped[bool] = internal(Boolean, export=True, default=False)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    # Asked to go: 14 days later all is erased, unless they come back.
    leaving_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    # Told that a map which rests goes after a while; signing in empties both.
    rest_told_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    rest_told_again_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


class Credential(Base):
    """One way to show who you are. A used or replaced one keeps its end, not its use."""

    __tablename__ = "credential"
    __table_args__ = (CheckConstraint(f"kind IN {CREDENTIAL_KINDS}", name="kind"),)
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    kind: Mapped[str] = internal(String(16), export=True)
    # passphrase: argon2id hash; passkey: public key; totp: seed. A recovery code has none: it is
    # random enough (80 bits) to be known by its keyed hash alone.
    secret: Mapped[bytes | None] = sealed(export=False)
    # The keyed hash by which a recovery code or a passkey is found.
    lookup_hash: Mapped[str | None] = internal(String(64), unique=True)
    label: Mapped[bytes | None] = sealed()
    counter: Mapped[int] = internal(Integer, default=0)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    used_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


class NameTakenError(Exception):
    """Somebody else already signs in with this name."""


@dataclass(frozen=True, kw_only=True, repr=False)
class NewPerson:
    """What is asked of somebody who gets an account. `secret` is the hash of the passphrase."""

    display_name: str
    sign_in_name: str
    secret: str
    age_group: str
    language: str
    mode: str
    pictures: bool = False


def fold(sign_in_name: str) -> str:
    """Write a sign-in name as it is compared: any case, any width, no sign that is not seen."""
    seen = [
        letter
        for letter in unicodedata.normalize("NFKC", sign_in_name)
        if unicodedata.category(letter) not in ("Cc", "Cf") or letter.isspace()
    ]
    return unicodedata.normalize("NFKC", " ".join("".join(seen).split()).casefold())


def sign_in_hash(ring: Keyring, sign_in_name: str) -> str:
    """Hash a sign-in name so that its person can be found without the name being kept."""
    return ring.lookup_hash("sign_in_name", fold(sign_in_name))


def is_taken(session: Session, ring: Keyring, sign_in_name: str) -> bool:
    """Tell whether somebody signs in with this name."""
    found = select(Person.id).where(Person.sign_in_hash == sign_in_hash(ring, sign_in_name))
    return session.scalars(found).first() is not None


def make_member(session: Session, ring: Keyring, new: NewPerson) -> Person:
    """Make a person without a map, for somebody who was invited. Raises NameTakenError.

    Begin for writing before, commit after. The key is committed first.
    """
    if is_taken(session, ring, new.sign_in_name):
        raise NameTakenError
    key = ring.create("person")
    now = clock(session)
    person_id = new_id()
    person = Person(
        id=person_id,
        key_id=key.id,
        sign_in_hash=sign_in_hash(ring, new.sign_in_name),
        sign_in_name=seal_text(key, "person", person_id, "sign_in_name", new.sign_in_name),
        display_name=seal_text(key, "person", person_id, "display_name", new.display_name),
        age_group=new.age_group,
        language=new.language,
        mode=new.mode,
        pictures=new.pictures,
        created_at=now,
    )
    session.add(person)
    try:
        session.flush()
    except IntegrityError:
        raise NameTakenError from None
    add_passphrase(session, key, person.id, new.secret)
    return person


def make_owner(
    session: Session, ring: Keyring, new: NewPerson, *, phase: str = "start"
) -> tuple[Person, Portfolio]:
    """Make a person with a map of their own. Raises NameTakenError.

    Begin for writing before, commit after. The keys are committed first.
    """
    person = make_member(session, ring, new)
    keys = make_keys(ring)
    portfolio = Portfolio(
        person_id=person.id,
        key_id=keys.general.id,
        gezondheid_key_id=keys.gezondheid.id,
        gezin_key_id=keys.gezin.id,
        phase=phase,
        created_at=person.created_at,
    )
    session.add(portfolio)
    session.flush()
    return person, portfolio


def own_sign_in_name(key: DataKey, person: Person) -> str:
    """Open the name that somebody signs in with, as they wrote it."""
    return open_text(key, "person", person.id, "sign_in_name", person.sign_in_name)


def rename(key: DataKey, person: Person, display_name: str) -> None:
    """Keep the name that somebody wants to be called by."""
    person.display_name = seal_text(key, "person", person.id, "display_name", display_name)


def add_passphrase(session: Session, key: DataKey, person_id: str, secret: str) -> None:
    """Keep the hash of a passphrase, sealed with the person's own key."""
    credential_id = new_id()
    session.add(
        Credential(
            id=credential_id,
            person_id=person_id,
            kind="passphrase",
            secret=seal_text(key, "credential", credential_id, "secret", secret),
            created_at=clock(session),
        )
    )
    session.flush()
