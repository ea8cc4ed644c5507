"""How somebody shows who they are: the passphrase, and ten codes for when it is lost.

What lives here: finding, replacing and using up credentials. What does not: the slow hash
of a passphrase, and how often somebody may try.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, select, update

from portfolio.keyring import DataKey, Keyring, open_text
from portfolio.models.base import clock, database_now, rows_changed
from portfolio.models.person import Credential, Person, add_passphrase, sign_in_hash

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

RECOVERY_CODES = 10
# Crockford's base 32: no letter that looks like a number. 16 of them are 80 bits.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
LOOKS_LIKE = str.maketrans("OIL", "011")


@dataclass(frozen=True, repr=False)
class Lock:
    """The passphrase of a person as it is kept, and where."""

    person_id: str
    key_id: str
    credential_id: str
    secret: str


def find_lock(session: Session, ring: Keyring, sign_in_name: str) -> Lock | None:
    """Find somebody's passphrase by the sign-in name. As much work for a name nobody has."""
    return _open_lock(session, ring, Person.sign_in_hash == sign_in_hash(ring, sign_in_name))


def lock_of(session: Session, ring: Keyring, person_id: str) -> Lock | None:
    """Find the passphrase of a person."""
    return _open_lock(session, ring, Person.id == person_id)


def _open_lock(session: Session, ring: Keyring, whose: ColumnElement[bool]) -> Lock | None:
    row = session.execute(
        select(Person.id, Person.key_id, Credential.id, Credential.secret)
        .join(
            Credential,
            and_(
                Credential.person_id == Person.id,
                Credential.kind == "passphrase",
                Credential.ended_at.is_(None),
            ),
        )
        .where(whose)
    ).first()
    person_id, key_id, credential_id, sealed_secret = row or ("", "nobody", "", None)
    key = ring.fetch([key_id]).get(key_id)
    if key is None or sealed_secret is None:
        return None
    secret = open_text(key, "credential", credential_id, "secret", sealed_secret)
    return Lock(person_id, key_id, credential_id, secret)


def is_in_force(session: Session, lock: Lock) -> bool:
    """Tell whether a passphrase that was checked has not been replaced meanwhile."""
    found = select(Credential.id).where(
        Credential.id == lock.credential_id, Credential.ended_at.is_(None)
    )
    return session.scalars(found.with_for_update()).first() is not None


def change_passphrase(session: Session, key: DataKey, person_id: str, secret: str) -> None:
    """Replace the passphrase of a person. Begin for writing before."""
    end_credentials(session, person_id, "passphrase")
    add_passphrase(session, key, person_id, secret)


def make_recovery_codes(session: Session, ring: Keyring, person_id: str) -> list[str]:
    """Make ten new recovery codes; those of before end. Only their keyed hashes are kept."""
    end_credentials(session, person_id, "recovery_code")
    codes = [
        "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    now = clock(session)
    session.add_all(
        Credential(
            person_id=person_id,
            kind="recovery_code",
            lookup_hash=_code_hash(ring, person_id, code),
            created_at=now,
        )
        for code in codes
    )
    session.flush()
    return ["-".join(code[n : n + 4] for n in range(0, CODE_LENGTH, 4)) for code in codes]


def use_recovery_code(session: Session, ring: Keyring, sign_in_name: str, code: str) -> str | None:
    """Use up a recovery code and name its person; of many uses at once one succeeds."""
    person_id = session.scalars(
        select(Person.id).where(Person.sign_in_hash == sign_in_hash(ring, sign_in_name))
    ).first()
    return person_id if use_own_code(session, ring, person_id or "nobody", code) else None


def use_own_code(session: Session, ring: Keyring, person_id: str, code: str) -> bool:
    """Use up a recovery code of somebody who is known; of many uses at once one succeeds."""
    used = rows_changed(
        session,
        update(Credential)
        .where(
            Credential.lookup_hash == _code_hash(ring, person_id, code),
            Credential.kind == "recovery_code",
            Credential.used_at.is_(None),
            Credential.ended_at.is_(None),
        )
        .values(used_at=database_now(), ended_at=database_now()),
    )
    return used == 1


def recovery_codes_left(session: Session, person_id: str) -> int:
    """Count the recovery codes that still work."""
    return session.scalars(
        select(func.count())
        .select_from(Credential)
        .where(
            Credential.person_id == person_id,
            Credential.kind == "recovery_code",
            Credential.ended_at.is_(None),
        )
    ).one()


def _code_hash(ring: Keyring, person_id: str, code: str) -> str:
    return ring.lookup_hash("recovery-code", f"{person_id}/{plain_code(code)}")


def plain_code(code: str) -> str:
    """Read a code as it was written down: any case, any grouping, digits of any script."""
    letters = [
        str(unicodedata.digit(letter)) if letter.isdigit() else letter
        for letter in unicodedata.normalize("NFKC", code)
        if letter.isalnum()
    ]
    return "".join(letters).upper().translate(LOOKS_LIKE)


def end_credentials(
    session: Session, person_id: str, kind: str, *, only: str | None = None
) -> None:
    """End what somebody showed who they are with: all of a kind, or one. Begin for writing."""
    # The person's row is locked, so that two changes at once leave one result.
    session.scalars(select(Person.id).where(Person.id == person_id).with_for_update()).one()
    which = [
        Credential.person_id == person_id,
        Credential.kind == kind,
        Credential.ended_at.is_(None),
    ]
    if only:
        which.append(Credential.id == only)
    rows_changed(
        session,
        update(Credential).where(*which).values(ended_at=database_now()),
    )
