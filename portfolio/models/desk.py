"""A recovery that begins at an organisation's desk: the choice beforehand, start, stop, finish.

What lives here: the rows and who wins. What does not: the slow hash of the own word
(passphrase.py), limits, and pages. Why it is so: docs/decisions/0020.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ForeignKey, Index, String, exists, select, text, update
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
    sealed,
)
from portfolio.models.credential import CODE_LENGTH, CODE_LETTERS, end_credentials, plain_code
from portfolio.models.organisation import COACHING_ROLES, Membership, Organisation
from portfolio.models.person import CREDENTIAL_KINDS, Person, add_passphrase, sign_in_hash
from portfolio.models.sign_in import end_sign_ins

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WAITS = timedelta(hours=72)
OPEN_FOR = timedelta(days=14)


def _one(name: str, *columns: str) -> Index:
    open_ = text("ended_at IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=open_, postgresql_where=open_)


class DeskChoice(Base):
    """An organisation that may start a recovery for this person, and the own word it needs."""

    __tablename__ = "desk_choice"
    __table_args__ = (_one("one_desk_choice", "person_id", "organisation_id"),)
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    organisation_id: Mapped[str] = internal(ID, ForeignKey("organisation.id"), export=True)
    own_word: Mapped[bytes] = sealed(export=False)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


class DeskRecovery(Base):
    """A recovery that a desk started. One that names no choice is as real to whoever looks on."""

    __tablename__ = "desk_recovery"
    __table_args__ = (_one("one_desk_recovery", "person_id"),)
    id: Mapped[str] = identity()
    person_id: Mapped[str | None] = internal(ID, ForeignKey("person.id"), index=True)
    choice_id: Mapped[str | None] = internal(ID, ForeignKey("desk_choice.id"))
    membership_id: Mapped[str] = internal(ID, ForeignKey("membership.id"))
    code_hash: Mapped[str] = internal(String(64), unique=True)
    started_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    opens_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    closes_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    ended_why: Mapped[str | None] = internal(String(16), export=True)


def _hold(session: Session, person_id: str) -> None:
    session.scalars(select(Person.id).where(Person.id == person_id).with_for_update()).one()


def choose_desk(
    session: Session, key: DataKey, person_id: str, organisation_id: str, word_hash: str
) -> None:
    """Let an organisation start a recovery; a choice of before ends. Begin for writing."""
    take_back_desk(session, person_id, organisation_id)
    row_id = new_id()
    session.add(
        DeskChoice(
            id=row_id,
            person_id=person_id,
            organisation_id=organisation_id,
            own_word=seal_text(key, "desk_choice", row_id, "own_word", word_hash),
            created_at=clock(session),
        )
    )
    session.flush()


def take_back_desk(session: Session, person_id: str, organisation_id: str) -> None:
    """End a choice, and what was started on it. Begin for writing."""
    _hold(session, person_id)
    of_choice = (DeskChoice.person_id == person_id, DeskChoice.organisation_id == organisation_id)
    started = select(DeskChoice.id).where(*of_choice)
    _end(session, "taken_back", DeskRecovery.choice_id.in_(started))
    session.execute(
        update(DeskChoice)
        .where(*of_choice, DeskChoice.ended_at.is_(None))
        .values(ended_at=database_now())
        .execution_options(synchronize_session=False)
    )


def start_recovery(session: Session, ring: Keyring, member: Membership, sign_in_name: str) -> str:
    """Start a recovery and give the claim code; it may be one that opens nothing, ever.

    Begin for writing. The caller asked the gate whether this member may start one.
    """
    now = clock(session)
    hashed = sign_in_hash(ring, sign_in_name)
    person_id = session.scalars(
        select(Person.id).where(Person.sign_in_hash == hashed).with_for_update()
    ).first()
    whose = DeskRecovery.person_id == (person_id or "nobody")
    _end(session, "over", whose, DeskRecovery.closes_at <= now)
    choice_id = session.scalars(
        select(DeskChoice.id).where(
            DeskChoice.person_id == (person_id or "nobody"),
            DeskChoice.organisation_id == member.organisation_id,
            DeskChoice.ended_at.is_(None),
            ~exists().where(whose, DeskRecovery.ended_at.is_(None)),
        )
    ).first()
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    session.add(
        DeskRecovery(
            person_id=person_id if choice_id else None,
            choice_id=choice_id,
            membership_id=member.id,
            code_hash=_hash(ring, code),
            started_at=now,
            opens_at=now + WAITS,
            closes_at=now + WAITS + OPEN_FOR,
        )
    )
    session.flush()
    return "-".join(code[n : n + 4] for n in range(0, CODE_LENGTH, 4))


def running(session: Session, person_id: str) -> DeskRecovery | None:
    """Find the recovery that runs for somebody: what the banner on each page tells."""
    return session.scalars(
        select(DeskRecovery).where(
            DeskRecovery.person_id == person_id,
            DeskRecovery.ended_at.is_(None),
            DeskRecovery.closes_at > database_now(),
        )
    ).first()


def stop_recovery(session: Session, person_id: str) -> bool:
    """Stop what runs for somebody; false when there was nothing left. Begin for writing."""
    return _end(session, "stopped", DeskRecovery.person_id == person_id)


def open_claim(session: Session, ring: Keyring, code: str) -> tuple[str, str, str] | None:
    """Give recovery, person and hash of the own word, when the code is worth something now."""
    row = session.execute(
        select(DeskRecovery.id, Person.id, Person.key_id, DeskChoice.id, DeskChoice.own_word)
        .join(Person, Person.id == DeskRecovery.person_id)
        .join(DeskChoice, DeskChoice.id == DeskRecovery.choice_id)
        .where(DeskRecovery.code_hash == _hash(ring, code), *_worth())
    ).first()
    recovery_id, person_id, key_id, choice_id, sealed_word = row or ("", "", "nobody", "", b"")
    key = ring.fetch([key_id]).get(key_id)
    if key is None:
        return None
    return recovery_id, person_id, open_text(key, "desk_choice", choice_id, "own_word", sealed_word)


def finish_recovery(
    session: Session, key: DataKey, recovery_id: str, person_id: str, secret: str
) -> bool:
    """Set the new passphrase and end all ways in of before; of many at once one succeeds.

    The caller showed the own word to be right. Begin for writing.
    """
    _hold(session, person_id)
    mine = (DeskRecovery.id == recovery_id, DeskRecovery.person_id == person_id)
    if not _end(session, "used", *mine, *_worth()):
        return False
    for kind in CREDENTIAL_KINDS:
        end_credentials(session, person_id, kind)
    end_sign_ins(session, person_id, "desk")
    add_passphrase(session, key, person_id, secret)
    return True


def _worth() -> tuple[ColumnElement[bool], ...]:
    """Say when a code is worth something; what may have ended elsewhere is asked here and now."""
    now = database_now()
    # Never correlated: the choice may be read in the same statement.
    choices = select(DeskChoice.id).where(DeskChoice.ended_at.is_(None)).correlate(None)
    members = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role.in_(COACHING_ROLES),
            Membership.ended_at.is_(None),
            Organisation.closed_at.is_(None),
        )
        .correlate(None)
    )
    choice = DeskRecovery.choice_id.in_(choices)
    member = DeskRecovery.membership_id.in_(members)
    times = DeskRecovery.opens_at <= now, DeskRecovery.closes_at > now
    return (DeskRecovery.ended_at.is_(None), *times, choice, member)


def _end(session: Session, why: str, *which: ColumnElement[bool]) -> bool:
    ended = session.execute(
        update(DeskRecovery)
        .where(DeskRecovery.ended_at.is_(None), *which)
        .values(ended_at=database_now(), ended_why=why)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(ended, "rowcount", 0))


def _hash(ring: Keyring, code: str) -> str:
    return ring.lookup_hash("desk-claim", plain_code(code))
