"""Help at an organisation's desk: the choice beforehand, the rows, and when a recovery runs.

What lives here: the rows, choosing and taking back. What does not: starting and finishing a
recovery (desk_recovery.py), and the slow hash of the own word (passphrase.py). Why it is so:
docs/decisions/0012.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    exists,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, new_id, seal_text
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
    sealed,
)
from portfolio.models.organisation import COACHING_ROLES, Membership, Organisation
from portfolio.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

WAITS = timedelta(hours=72)
OPEN_FOR = timedelta(days=14)
# What ended, or was never taken up, stays so long for whoever asks what happened.
KEPT = timedelta(days=30)


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


def hold_person(session: Session, person_id: str) -> None:
    """Let nobody else choose, start or finish for a person until the end of the transaction."""
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
    hold_person(session, person_id)
    of_choice = (DeskChoice.person_id == person_id, DeskChoice.organisation_id == organisation_id)
    started = select(DeskChoice.id).where(*of_choice)
    end_recoveries(session, "taken_back", DeskRecovery.choice_id.in_(started))
    rows_changed(
        session,
        update(DeskChoice)
        .where(*of_choice, DeskChoice.ended_at.is_(None))
        .values(ended_at=database_now()),
    )


def runs_for(whose: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Say in SQL that a recovery runs for somebody: what the banner on each page tells."""
    return exists().where(DeskRecovery.person_id == whose, *still_runs()).correlate(whose.class_)


def read_choices(session: Session, chosen: Select[DeskChoice]) -> list[tuple[str, str, datetime]]:
    """Load id, organisation and moment of the choices that hold, of what the gate chose."""
    columns = (DeskChoice.id, Organisation.name, DeskChoice.created_at)
    joined = chosen.join(Organisation, Organisation.id == DeskChoice.organisation_id)
    still = joined.where(DeskChoice.ended_at.is_(None), Organisation.closed_at.is_(None))
    rows = session.execute(still.with_only_columns(*columns).order_by(Organisation.name)).all()
    return [(row[0], row[1], row[2]) for row in rows]


def old_recovery() -> ColumnElement[bool]:
    """Hold for a recovery that ended or closed long ago, also for one that never named anybody."""
    long_ago = before_now(KEPT)
    return or_(DeskRecovery.ended_at <= long_ago, DeskRecovery.closes_at <= long_ago)


def old_choice() -> ColumnElement[bool]:
    """Hold for a choice that was taken back long ago and that nothing names any more."""
    named = exists().where(DeskRecovery.choice_id == DeskChoice.id).correlate(DeskChoice)
    return and_(DeskChoice.ended_at <= before_now(KEPT), ~named)


def desk_members() -> Select[str]:
    """Choose who may start a recovery at this moment."""
    return (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.role.in_(COACHING_ROLES),
            Membership.ended_at.is_(None),
            Organisation.closed_at.is_(None),
        )
        .correlate(None)
    )


def still_runs() -> tuple[ColumnElement[bool], ...]:
    """Say that a recovery still runs; what may have ended elsewhere is asked here and now."""
    # Never correlated: the choice may be read in the same statement.
    choices = select(DeskChoice.id).where(DeskChoice.ended_at.is_(None)).correlate(None)
    choice = DeskRecovery.choice_id.in_(choices)
    member = DeskRecovery.membership_id.in_(desk_members())
    lasts = DeskRecovery.closes_at > database_now()
    return (DeskRecovery.ended_at.is_(None), lasts, choice, member)


def end_recoveries(session: Session, why: str, *which: ColumnElement[bool]) -> bool:
    """End what runs, of these; false when there was nothing left to end."""
    ended = rows_changed(
        session,
        update(DeskRecovery)
        .where(DeskRecovery.ended_at.is_(None), *which)
        .values(ended_at=database_now(), ended_why=why),
    )
    return bool(ended)
