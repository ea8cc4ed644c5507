"""The second thing that a professional shows: a code of an app, that changes twice a minute.

What lives here: the app's secret, the code of a moment, and who needs a second factor. What
does not: passkeys (passkey.py), which need nothing beside them, and recovery codes.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import select, update

from portfolio.keyring import DataKey, Keyring, new_id, open_text, seal_text
from portfolio.models.base import clock, database_now, rows_changed
from portfolio.models.credential import end_credentials
from portfolio.models.organisation import Membership, Organisation
from portfolio.models.person import Credential, Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TOTP = "totp"
STEP = 30
# A clock that is a little off, and somebody who types slowly.
AROUND = (0, -1, 1)
ISSUER = "Mijn map"
SECRET_BYTES = 20


def works_for_others(session: Session, person_id: str) -> bool:
    """Tell whether somebody has a role at an organisation: a passphrase alone is too little."""
    found = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            Organisation.closed_at.is_(None),
        )
    )
    return session.scalars(found.limit(1)).first() is not None


def needs_second_step(session: Session, person_id: str) -> bool:
    """Tell whether somebody takes a second step: for their work, or because they chose so."""
    return works_for_others(session, person_id) or TOTP in second_factors(session, person_id)


def second_factors(session: Session, person_id: str) -> set[str]:
    """Name the kinds of second factor that somebody set up and that still work."""
    return set(
        session.scalars(
            select(Credential.kind).where(
                Credential.person_id == person_id,
                Credential.kind.in_((TOTP, "passkey")),
                Credential.ended_at.is_(None),
            )
        ).all()
    )


def secret_for(key: DataKey, sign_in_id: str) -> str:
    """Give the secret that is offered in one session: as long as it is not kept, none is stored."""
    return base64.b32encode(key.derive(f"totp/{sign_in_id}")[:SECRET_BYTES]).decode("ascii")


def address_for(secret: str, sign_in_name: str) -> str:
    """Write a secret as the address that an app reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=sign_in_name, issuer_name=ISSUER)


def keep_totp(session: Session, key: DataKey, person_id: str, secret: str, code: str) -> bool:
    """Keep the secret of somebody's app, when its code shows that the app has it.

    One of before ends. The code that was shown is used. Begin for writing before.
    """
    step = _step_of(session, secret, code)
    if step is None:
        return False
    end_credentials(session, person_id, TOTP)
    put_totp(session, key, person_id, secret, step)
    return True


def put_totp(session: Session, key: DataKey, person_id: str, secret: str, step: int = 0) -> None:
    """Keep a secret, sealed with the person's own key; codes up to `step` are used."""
    row_id = new_id()
    session.add(
        Credential(
            id=row_id,
            person_id=person_id,
            kind=TOTP,
            secret=seal_text(key, "credential", row_id, "secret", secret),
            counter=step,
            created_at=clock(session),
        )
    )
    session.flush()


def use_totp(session: Session, ring: Keyring, person_id: str, code: str) -> bool:
    """Use the code of the moment; of many uses of one code at once one succeeds.

    Begin for writing before.
    """
    found = _open_totp(session, ring, person_id)
    if found is None:
        return False
    row_id, secret, _ = found
    step = _step_of(session, secret, code)
    if step is None:
        return False
    used = rows_changed(
        session,
        update(Credential)
        .where(Credential.id == row_id, Credential.counter < step, Credential.ended_at.is_(None))
        .values(counter=step, used_at=database_now()),
    )
    return used == 1


def code_now(session: Session, ring: Keyring, person_id: str) -> str | None:
    """Give the next code of somebody's app that was not used: for the demonstration."""
    found = _open_totp(session, ring, person_id)
    if found is None:
        return None
    _, secret, used = found
    step = max(int(clock(session).timestamp()) // STEP, used + 1)
    return pyotp.TOTP(secret).at(step * STEP)


def _open_totp(session: Session, ring: Keyring, person_id: str) -> tuple[str, str, int] | None:
    row = session.execute(
        select(Credential.id, Credential.secret, Credential.counter, Person.key_id)
        .join(Person, Person.id == Credential.person_id)
        .where(
            Credential.person_id == person_id,
            Credential.kind == TOTP,
            Credential.ended_at.is_(None),
        )
    ).first()
    key = ring.fetch([row.key_id]).get(row.key_id) if row else None
    if row is None or key is None:
        return None
    return row.id, open_text(key, "credential", row.id, "secret", row.secret), row.counter


def _step_of(session: Session, secret: str, code: str) -> int | None:
    """Tell of which half minute a code is; None when it is of none that is near."""
    now, app = int(clock(session).timestamp()) // STEP, pyotp.TOTP(secret)
    for step in (now + away for away in AROUND):
        if hmac.compare_digest(app.at(step * STEP).encode(), code.encode()):
            return step
    return None
