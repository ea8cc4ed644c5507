"""Signed-in sessions on the server, known browsers, and how often something was tried."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Integer,
    Select,
    String,
    case,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    before_now,
    clock,
    database_now,
    identity,
    internal,
    rows_changed,
)
from portfolio.models.clock import note_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portfolio.models.found_sign_in import FoundSignIn

# A shared computer is the normal case: ten minutes of rest end the session.
REST_SHARED = timedelta(minutes=10)
# So long before the end somebody is asked whether they are still there.
REST_WARNING = timedelta(minutes=3)
LASTS_SHARED = timedelta(hours=12)
OWN_DEVICE_LASTS = timedelta(days=30)
# After so long a rest, what came meanwhile is new again.
NEW_AFTER = timedelta(hours=4)
TOUCH_EVERY = timedelta(minutes=1)
KEEP_COUNTS = timedelta(days=1)
# Between the passphrase and the second step: long enough to take a phone from a bag.
HALF_LASTS = timedelta(minutes=10)


class SignIn(Base):
    """A signed-in session on the server. The browser holds only a random token."""

    __tablename__ = "sign_in"
    id: Mapped[str] = identity()
    token_hash: Mapped[str] = internal(String(64), unique=True)
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    method: Mapped[str] = internal(String(16), export=True)
    second_factor_at: Mapped[datetime | None] = internal(UtcDateTime)
    # The passphrase was right and the second step is still to come: it opens nothing but that.
    half: Mapped[bool] = internal(Boolean, default=False)
    asked_again_at: Mapped[datetime | None] = internal(UtcDateTime)
    # Came in through this organisation: it opens the seats there and nothing else.
    organisation_id: Mapped[str | None] = internal(ID, ForeignKey("organisation.id"), index=True)
    own_device: Mapped[bool] = internal(Boolean, default=False, export=True)
    network_hash: Mapped[str | None] = internal(String(64))
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    seen_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    # What came after this moment is new to the person who signed in.
    new_since: Mapped[datetime] = internal(UtcDateTime)
    rest_ends_at: Mapped[datetime] = internal(UtcDateTime)
    ends_at: Mapped[datetime] = internal(UtcDateTime)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    ended_why: Mapped[str | None] = internal(String(16), export=True)


class KnownBrowser(Base):
    """A browser in which this person signed in before: an attacker elsewhere cannot lock it out."""

    __tablename__ = "known_browser"
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = internal(String(64), unique=True)
    created_at: Mapped[datetime] = internal(UtcDateTime)
    ends_at: Mapped[datetime] = internal(UtcDateTime)


class Attempts(Base):
    """How often something was tried in a window of time, counted for all processes together."""

    __tablename__ = "attempts"
    # A keyed hash of what is limited and for whom: neither account nor network can be read.
    id: Mapped[str] = internal(String(64), primary_key=True)
    window_ends_at: Mapped[datetime] = internal(UtcDateTime, index=True)
    count: Mapped[int] = internal(Integer)


def hash_token(token: str) -> str:
    """Hash a random token of 256 bits; it needs no salt and no slowness."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_sign_in(  # noqa: PLR0913 -- who, how, where, and how far
    session: Session,
    person_id: str,
    method: str,
    *,
    own_device: bool,
    network_hash: str | None,
    second_factor: bool = False,
    half: bool = False,
    organisation_id: str | None = None,
) -> str:
    """Start a signed-in session and give the token for the browser."""
    now = clock(session)
    last = session.scalars(
        select(SignIn.seen_at)
        .where(SignIn.person_id == person_id, SignIn.half.is_(False))
        .order_by(SignIn.seen_at.desc())
    ).first()
    token = secrets.token_urlsafe(32)
    lasts = OWN_DEVICE_LASTS if own_device else LASTS_SHARED
    rest = OWN_DEVICE_LASTS if own_device else REST_SHARED
    if half:
        lasts = rest = HALF_LASTS
    session.add(
        SignIn(
            token_hash=hash_token(token),
            person_id=person_id,
            method=method,
            second_factor_at=now if second_factor else None,
            half=half,
            organisation_id=organisation_id,
            own_device=own_device,
            network_hash=network_hash,
            created_at=now,
            seen_at=now,
            new_since=last or now,
            rest_ends_at=now + rest,
            ends_at=now + lasts,
        )
    )
    session.flush()
    return token


def touch(session: Session, found: FoundSignIn) -> bool:
    """Note that somebody is still there, and what time it is; what is over stays over."""
    rest = OWN_DEVICE_LASTS if found.own_device else REST_SHARED
    values: dict[str, datetime] = {"seen_at": found.now, "rest_ends_at": found.now + rest}
    if found.now - found.seen_at > NEW_AFTER:
        values["new_since"] = found.seen_at
    # It may have ended since it was found.
    touched = rows_changed(
        session,
        update(SignIn)
        .where(
            SignIn.id == found.sign_in_id,
            SignIn.ended_at.is_(None),
            SignIn.rest_ends_at > database_now(),
        )
        .values(**values),
    )
    note_time(session)
    return bool(touched)


def end_sign_ins(
    session: Session, person_id: str, why: str, *, only: str | None = None, but: str | None = None
) -> None:
    """End a person's sessions: one of them, all, or all but the one in use."""
    which = [SignIn.person_id == person_id, SignIn.ended_at.is_(None)]
    if only:
        which.append(SignIn.id == only)
    if but:
        which.append(SignIn.id != but)
    rows_changed(
        session,
        update(SignIn).where(*which).values(ended_at=database_now(), ended_why=why),
    )


def end_work_sign_ins(session: Session, organisation_id: str, person_id: str | None) -> None:
    """End the sessions that came in through an organisation: of one person, or of all."""
    which = [SignIn.organisation_id == organisation_id, SignIn.ended_at.is_(None)]
    if person_id:
        which.append(SignIn.person_id == person_id)
    rows_changed(
        session,
        update(SignIn).where(*which).values(ended_at=database_now(), ended_why="unlinked"),
    )


def count_attempt(session: Session, key: str, lasts: timedelta) -> int:
    """Count one try under a key and give how many there were in this window of time."""
    now = clock(session)
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(Attempts).values(id=key, window_ends_at=now + lasts, count=1)
    over = Attempts.window_ends_at <= now
    statement = statement.on_conflict_do_update(
        index_elements=[Attempts.id],
        set_={
            "count": case((over, 1), else_=Attempts.count + 1),
            "window_ends_at": case((over, now + lasts), else_=Attempts.window_ends_at),
        },
    )
    session.execute(statement)
    return session.scalars(select(Attempts.count).where(Attempts.id == key)).one()


def attempts_made(session: Session, key: str) -> int:
    """Tell how often something was tried in the running window."""
    found = session.scalars(
        select(Attempts.count).where(Attempts.id == key, Attempts.window_ends_at > database_now())
    ).first()
    return found or 0


def attempts_end(session: Session, key: str) -> timedelta:
    """Tell how long the running window of time still lasts."""
    ends = session.scalars(select(Attempts.window_ends_at).where(Attempts.id == key)).one()
    return ends - clock(session)


def forget_attempts(session: Session, key: str) -> None:
    """Start a count afresh, after a success."""
    session.execute(delete(Attempts).where(Attempts.id == key))


def forget_old_attempts(session: Session) -> None:
    """Remove the counts of windows that were over a day ago."""
    session.execute(delete(Attempts).where(Attempts.window_ends_at < before_now(KEEP_COUNTS)))


def still_signed_in(session: Session, chosen: Select[SignIn]) -> Sequence[SignIn]:
    """List the sessions that are open, the one seen last first."""
    now = database_now()
    return session.scalars(
        chosen.where(
            SignIn.ended_at.is_(None),
            SignIn.half.is_(False),
            SignIn.rest_ends_at > now,
            SignIn.ends_at > now,
        ).order_by(SignIn.seen_at.desc())
    ).all()
