"""A recovery at a desk: the paper that starts it, what its code opens, the finish.

What lives here: who wins. What does not: the rows and when one runs (desk.py), the slow hash of
the own word (passphrase.py), limits, and pages. Why it is so: docs/decisions/0012.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, not_, select
from sqlalchemy.orm import aliased

from portfolio.keyring import DataKey, Keyring, open_text
from portfolio.models.base import clock, database_now
from portfolio.models.credential import CODE_LENGTH, CODE_LETTERS, end_credentials, plain_code
from portfolio.models.desk import (
    OPEN_FOR,
    WAITS,
    DeskChoice,
    DeskRecovery,
    desk_members,
    end_recoveries,
    hold_person,
    still_runs,
)
from portfolio.models.organisation import Membership, Organisation
from portfolio.models.person import (
    CREDENTIAL_KINDS,
    Person,
    add_passphrase,
    own_sign_in_name,
    sign_in_hash,
)
from portfolio.models.sign_in import end_sign_ins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


@dataclass(frozen=True, repr=False)
class Paper:
    """What the desk prints: never whose it is."""

    code: str
    opens_at: datetime
    closes_at: datetime
    membership_id: str
    # Whom to tell; nobody for a paper that opens nothing, or that was given before.
    person_id: str | None


@dataclass(frozen=True, repr=False)
class Claim:
    """What a code opens for whoever knows the own word as well."""

    recovery_id: str
    person_id: str
    word_hash: str
    key: DataKey
    # A new passphrase is not made of these.
    names: tuple[str, str]


def start_recovery(
    session: Session, ring: Keyring, seats: Iterable[str], sign_in_name: str, once: str
) -> Paper | None:
    """Start a recovery and give its paper; it may be one that opens nothing, ever.

    None when the member holds none of these seats any more. The same form sent twice gives the
    same paper. Begin for writing. The caller asked the gate whether this member may start one.
    """
    here = select(Membership.id, Membership.organisation_id).where(
        Membership.id.in_(list(seats)), Membership.id.in_(desk_members())
    )
    held = session.execute(here.order_by(Membership.id).with_for_update()).all()
    if not held:
        return None
    now, hashed = clock(session), sign_in_hash(ring, sign_in_name)
    code = _code(ring, f"{held[0].id}/{once}/{hashed}")
    given = select(DeskRecovery).where(DeskRecovery.code_hash == _hash(ring, code))
    before = session.scalars(given).first()
    if before:
        times = before.opens_at, before.closes_at
        return Paper(_grouped(code), *times, before.membership_id, None)
    person_id = session.scalars(
        select(Person.id).where(Person.sign_in_hash == hashed).with_for_update()
    ).first()
    whose = DeskRecovery.person_id == (person_id or "nobody")
    end_recoveries(session, "over", whose, not_(and_(*still_runs())))
    chosen = session.execute(
        select(DeskChoice.id, DeskChoice.organisation_id).where(
            DeskChoice.person_id == (person_id or "nobody"),
            DeskChoice.organisation_id.in_([seat.organisation_id for seat in held]),
            DeskChoice.ended_at.is_(None),
            ~exists().where(whose, DeskRecovery.ended_at.is_(None)),
        )
    ).first()
    choice_id, place = chosen or (None, held[0].organisation_id)
    row = DeskRecovery(
        person_id=person_id if choice_id else None,
        choice_id=choice_id,
        membership_id=next(seat.id for seat in held if seat.organisation_id == place),
        code_hash=_hash(ring, code),
        started_at=now,
        opens_at=now + WAITS,
        closes_at=now + WAITS + OPEN_FOR,
    )
    session.add(row)
    session.flush()
    return Paper(_grouped(code), row.opens_at, row.closes_at, row.membership_id, row.person_id)


def stop_recovery(session: Session, person_id: str) -> bool:
    """Stop what runs for somebody; false when there was nothing left. Begin for writing."""
    return end_recoveries(session, "stopped", DeskRecovery.person_id == person_id)


def open_claim(session: Session, ring: Keyring, code: str) -> Claim | None:
    """Find what a code opens, when it is worth something now; the own word is still to be shown."""
    row = session.execute(
        select(DeskRecovery.id, Person, DeskChoice.id, DeskChoice.own_word)
        .join(Person, Person.id == DeskRecovery.person_id)
        .join(DeskChoice, DeskChoice.id == DeskRecovery.choice_id)
        .where(DeskRecovery.code_hash == _hash(ring, code), *_worth())
    ).first()
    person = row[1] if row else None
    key_id = person.key_id if person else "nobody"
    key = ring.fetch([key_id]).get(key_id)
    if row is None or person is None or key is None:
        return None
    called = open_text(key, "person", person.id, "display_name", person.display_name)
    word_hash = open_text(key, "desk_choice", row[2], "own_word", row[3])
    return Claim(row[0], person.id, word_hash, key, (called, own_sign_in_name(key, person)))


def finish_recovery(session: Session, claim: Claim, secret: str) -> bool:
    """Set the new passphrase and end all ways in of before; of many at once one succeeds.

    The caller showed the own word to be right. Begin for writing.
    """
    hold_person(session, claim.person_id)
    mine = (DeskRecovery.id == claim.recovery_id, DeskRecovery.person_id == claim.person_id)
    if not end_recoveries(session, "used", *mine, *_worth()):
        return False
    for kind in CREDENTIAL_KINDS:
        end_credentials(session, claim.person_id, kind)
    end_sign_ins(session, claim.person_id, "desk")
    add_passphrase(session, claim.key, claim.person_id, secret)
    return True


def _worth() -> tuple[ColumnElement[bool], ...]:
    """Say when a code is worth something: never where a second step is needed."""
    seat = aliased(Membership)
    works = exists().where(
        seat.person_id == DeskRecovery.person_id,
        seat.ended_at.is_(None),
        seat.organisation_id.in_(
            select(Organisation.id).where(Organisation.closed_at.is_(None)).correlate(None)
        ),
    )
    opened = DeskRecovery.opens_at <= database_now()
    return (*still_runs(), opened, ~works.correlate(DeskRecovery))


def _hash(ring: Keyring, code: str) -> str:
    return ring.lookup_hash("desk-claim", plain_code(code))


def _code(ring: Keyring, drawn: str) -> str:
    """Make a claim code of a form: nobody guesses it, and sent twice it is the same."""
    number = int(ring.lookup_hash("desk-paper", drawn), 16)
    letters = (number >> (5 * place) for place in range(CODE_LENGTH))
    return "".join(CODE_LETTERS[each % len(CODE_LETTERS)] for each in letters)


def _grouped(code: str) -> str:
    return "-".join(code[n : n + 4] for n in range(0, CODE_LENGTH, 4))
