"""The queue of e-mails: fixed sentences only, sent once.

A mail is put in the queue by the transaction that gives reason for it. Whoever sends takes a
lease, so that of many processes one has it. Just before a mail is handed to the receiver that
is written down: whoever dies after that leaves a mail of which nobody knows whether it came,
and it is not sent again. What lives here: the queue. What does not: sending (postman.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
    and_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, new_id, open_text, seal_text
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    begin,
    clock,
    database_now,
    identity,
    internal,
    rows_changed,
    sealed,
)
from portfolio.models.email import Email

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# Longer than all steps of a sending may take together.
LEASE = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
# A finished mail stays so long, so that one a day stays one a day.
KEPT = timedelta(days=7)


class MailKind(StrEnum):
    """Which fixed sentences a mail holds."""

    NEWS = "news"
    SIGN_IN = "sign_in"
    RECOVERY = "recovery"
    REST = "rest"
    ERASURE = "erasure"
    CODE = "code"
    ADDRESS = "address"


class Result(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    UNSURE = "unsure"
    GIVEN_UP = "given_up"
    NOBODY = "nobody"


# So long a mail is tried. A code that is over helps nobody.
TRIED = dict.fromkeys(MailKind, timedelta(days=3)) | {MailKind.CODE: timedelta(minutes=10)}


class Mail(Base):
    """A mail that is to be sent, or was."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(str(kind) for kind in MailKind)}", name="kind"),
        UniqueConstraint("person_id", "once"),
    )
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"))
    kind: Mapped[str] = internal(String(12))
    # The day of which there may be one.
    once: Mapped[str | None] = internal(String(16))
    # The address and code, where it does not go to the person's own proven address.
    said: Mapped[bytes | None] = sealed(export=False)
    created_at: Mapped[datetime] = internal(UtcDateTime)
    due_at: Mapped[datetime] = internal(UtcDateTime, index=True)
    tries: Mapped[int] = internal(Integer)
    lease: Mapped[str | None] = internal(String(32))
    leased_until: Mapped[datetime | None] = internal(UtcDateTime)
    handed_at: Mapped[datetime | None] = internal(UtcDateTime)
    done_at: Mapped[datetime | None] = internal(UtcDateTime)
    result: Mapped[str | None] = internal(String(8))


@dataclass(frozen=True)
class Taken:
    """A mail that one sender has for the length of a lease."""

    id: str
    person_id: str
    kind: MailKind
    said: bytes | None = field(repr=False)
    tries: int
    created_at: datetime
    lease: str


@dataclass(frozen=True, repr=False)
class Said:
    """Where a mail goes that does not go to the proven address, and the code in it."""

    to: str
    code: str = ""

    def sealed_for(self, key: DataKey, mail_id: str) -> bytes:
        """Seal it for its row."""
        return seal_text(key, "mail", mail_id, "said", json.dumps([self.to, self.code]))

    @classmethod
    def opened(cls, key: DataKey, mail_id: str, said: bytes) -> Said:
        """Open what was sealed for a row."""
        return cls(*json.loads(open_text(key, "mail", mail_id, "said", said)))


def mail_soon(session: Session, person_id: str, kind: MailKind) -> None:
    """Put a mail to somebody's proven address in the queue, in the caller's transaction.

    Of news there is one mail a day at most.
    """
    proven = select(Email.id).where(Email.person_id == person_id, Email.address.is_not(None))
    if session.scalars(proven.limit(1)).first() is None:
        return
    now = clock(session)
    once = f"{now.astimezone(AMSTERDAM):%Y-%m-%d}" if kind is MailKind.NEWS else None
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = _fresh(person_id, kind, now) | {"once": once}
    session.execute(make(Mail).values(**values).on_conflict_do_nothing())


def mail_to(session: Session, person_id: str, kind: MailKind, said: Said, key: DataKey) -> None:
    """Put a mail to some other address in the queue, in the caller's transaction."""
    row = Mail(**_fresh(person_id, kind, clock(session)))
    row.said = said.sealed_for(key, row.id)
    session.add(row)
    session.flush()


def _fresh(person_id: str, kind: MailKind, now: datetime) -> dict[str, Any]:
    moment = {"created_at": now, "due_at": now}
    return {"id": new_id(), "person_id": person_id, "kind": str(kind), "tries": 0, **moment}


def mail_waits(session: Session) -> bool:
    """Tell whether there is anything to do for whoever sends."""
    free = or_(Mail.lease.is_(None), Mail.leased_until <= database_now())
    due = select(Mail.id).where(Mail.done_at.is_(None), Mail.due_at <= database_now(), free)
    return session.scalars(due.limit(1)).first() is not None


def take_mail(session: Session) -> Taken | None:
    """Take the mail that waits longest, for the length of a lease. Commits."""
    begin(session, writing=True)
    free = or_(Mail.lease.is_(None), Mail.leased_until <= database_now())
    waiting = and_(Mail.done_at.is_(None), Mail.handed_at.is_(None))
    row = session.scalars(
        select(Mail)
        .where(waiting, Mail.due_at <= database_now(), free)
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        # Another process may have put it back since this session saw it last.
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        session.rollback()
        return None
    row.lease, row.leased_until = new_id(), clock(session) + LEASE
    row.tries += 1
    facts = (row.id, row.person_id, MailKind(row.kind), row.said, row.tries, row.created_at)
    taken = Taken(*facts, row.lease)
    session.commit()
    return taken


def hand_over(session: Session, mail: Taken) -> bool:
    """Write down that a mail is being handed over now; False when the lease is lost. Commits."""
    begin(session, writing=True)
    mine = (Mail.handed_at.is_(None), Mail.leased_until > database_now())
    done = _change(session, mail, *mine, handed_at=database_now())
    session.commit()
    return done


def finish(session: Session, mail: Taken, result: Result) -> None:
    """Write down what became of a mail; nobody's address stays. Commits."""
    begin(session, writing=True)
    _change(session, mail, done_at=database_now(), result=str(result), said=None)
    session.commit()


def put_back(session: Session, mail: Taken) -> Result | None:
    """Let a mail that was surely not taken wait for another try, or give it up. Commits."""
    begin(session, writing=True)
    now = clock(session)
    wait = min(FIRST_WAIT * 2 ** min(mail.tries - 1, 20), LONGEST_WAIT)
    if now + wait > mail.created_at + TRIED[mail.kind]:
        session.rollback()
        finish(session, mail, Result.GIVEN_UP)
        return Result.GIVEN_UP
    _change(session, mail, lease=None, leased_until=None, handed_at=None, due_at=now + wait)
    session.commit()
    return None


def finish_left(session: Session) -> int:
    """Let go of mails whose sender died while handing them over; gives how many. Commits."""
    begin(session, writing=True)
    died = (Mail.done_at.is_(None), Mail.handed_at.is_not(None))
    gone = rows_changed(
        session,
        update(Mail)
        .where(*died, Mail.leased_until <= database_now())
        .values(done_at=database_now(), result=str(Result.UNSURE), said=None),
    )
    session.commit()
    return gone


def _change(session: Session, mail: Taken, *which: Any, **values: Any) -> bool:
    mine = (Mail.id == mail.id, Mail.lease == mail.lease, Mail.done_at.is_(None))
    done = rows_changed(
        session,
        update(Mail).where(*mine, *which).values(**values),
    )
    return done == 1
