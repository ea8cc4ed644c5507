"""Talks about how it goes: when, where and with whom, and what both say about it afterwards.

A talk belongs to its owner and to the seat it is with. What both agreed on is never changed
again; the owner's own view may be added. What they will do is in agreement.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Select, String, select, true
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.answer import said_in, say_in
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
from portfolio.models.consent import AMSTERDAM, Grantee, months_later
from portfolio.models.words import Words

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from portfolio.models.people import KnownMember
    from portfolio.models.portfolio import PortfolioKeys

# The two who sit at the table.
Party = Literal["owner", "coach"]
OWNER: Party = "owner"
COACH: Party = "coach"
PLANNED, HELD, AGREED, CANCELLED = "planned", "held", "agreed", "cancelled"
STATES = (PLANNED, HELD, AGREED, CANCELLED)
NO_WORDS = Words("", "nl")
# What can no longer be changed.
CLOSED = (AGREED, CANCELLED)


class Talk(Base):
    """One talk of one owner with one seat."""

    __tablename__ = "talk"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("asked_by IN ('owner', 'coach')", name="asked_by"),
        CheckConstraint(
            "state <> 'agreed' OR (coalesce(owner_yes, -1) = summary_version"
            " AND coalesce(coach_yes, -1) = summary_version)",
            name="both_said_yes",
        ),
        Index("ix_talk_place", "portfolio_id", "membership_id", "starts_at"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    membership_id: Mapped[str] = internal(ID, ForeignKey("membership.id"), export=True)
    kind: Mapped[str] = internal(String(12), export=True)
    starts_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    # Place, and who else is there.
    said: Mapped[bytes | None] = sealed()
    # Who the coach was when the talk was planned.
    grantee: Mapped[bytes] = sealed()
    state: Mapped[str] = internal(String(10), export=True)
    asked_by: Mapped[str] = internal(String(6), export=True)
    # When the other said yes to this date.
    accepted_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    version: Mapped[int] = internal(Integer)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    changed_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    summary: Mapped[bytes | None] = sealed()
    # Grows with each change of the summary or of an agreement: a yes is to one number only.
    summary_version: Mapped[int] = internal(Integer)
    owner_yes: Mapped[int | None] = internal(Integer)
    owner_yes_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    coach_yes: Mapped[int | None] = internal(Integer)
    coach_yes_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    own_view: Mapped[bytes | None] = sealed()


@dataclass(frozen=True)
class Appointment:
    """What is agreed beforehand: which talk, when, where, and who else is there."""

    kind: str
    starts_at: datetime
    place: Words = NO_WORDS
    beside: Words = NO_WORDS


@dataclass(frozen=True)
class TalkPage:
    """A talk as a page shows it."""

    id: str
    portfolio_id: str
    membership_id: str
    kind: str
    starts_at: datetime
    place: Words
    beside: Words
    grantee: Grantee
    state: str
    asked_by: str
    accepted: bool
    version: int
    changed_at: datetime
    summary: Words
    summary_version: int
    owner_yes: bool
    coach_yes: bool
    own_view: Words
    # What time it was for the database.
    read_at: datetime
    may_write: bool = True

    @property
    def open(self) -> bool:
        """Tell whether it can still be changed."""
        return self.state not in CLOSED

    def yes_of(self, party: str) -> bool:
        """Tell whether one of the two said yes to the summary as it is now."""
        return self.owner_yes if party == OWNER else self.coach_yes


def plan_talk(  # noqa: PLR0913 -- whose, with whom, what and by whom: none may be forgotten
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    appointment: Appointment,
    *,
    membership_id: str,
    grantee: Grantee,
    asked_by: Party,
) -> Talk:
    """Plan a talk; the other has not said yes yet."""
    now = clock(session)
    row = Talk(id=new_id(), portfolio_id=portfolio_id, membership_id=membership_id)
    row.state, row.version, row.summary_version = PLANNED, 0, 0
    row.created_at = row.changed_at = now
    row.grantee = grantee.sealed_for(keys.general, "talk", row.id, "grantee")
    session.add(row)
    move_talk(session, keys, row, appointment, asked_by)
    return row


def move_talk(
    session: Session, keys: PortfolioKeys, row: Talk, appointment: Appointment, by: Party
) -> None:
    """Let a talk be at another time or place; the other is asked anew."""
    row.kind, row.starts_at = appointment.kind, appointment.starts_at
    said = {
        name: say_in((getattr(appointment, name),))
        for name in ("place", "beside")
        if getattr(appointment, name)
    }
    row.said = seal_text(keys.general, "talk", row.id, "said", json.dumps(said)) if said else None
    row.asked_by, row.accepted_at = by, None
    _changed(session, row)


def accept_talk(session: Session, row: Talk) -> None:
    """Let the other say yes to the date."""
    row.accepted_at = clock(session)
    _changed(session, row)


def cancel_talk(session: Session, row: Talk) -> None:
    """Let a talk not take place."""
    row.state = CANCELLED
    _changed(session, row)


def write_summary(session: Session, keys: PortfolioKeys, row: Talk, text: Words) -> None:
    """Write what was said. Whoever said yes to the text before has to say it anew."""
    row.summary = seal_text(keys.general, "talk", row.id, "summary", say_in((text,)))
    row.state = HELD
    loosen(session, row)


def loosen(session: Session, row: Talk) -> None:
    """Let every yes be over, as something changed that it was said to."""
    row.summary_version += 1
    _changed(session, row)


def agree(session: Session, row: Talk, party: Party) -> None:
    """Say yes to the summary as it is now; when both did, it stays as it is."""
    now = clock(session)
    if party == OWNER:
        row.owner_yes, row.owner_yes_at = row.summary_version, now
    else:
        row.coach_yes, row.coach_yes_at = row.summary_version, now
    if row.owner_yes == row.coach_yes == row.summary_version:
        row.state = AGREED
    _changed(session, row)


def add_own_view(session: Session, keys: PortfolioKeys, row: Talk, text: Words) -> None:
    """Keep what the owner thinks of it, beside what both agreed on."""
    sealed_text = seal_text(keys.general, "talk", row.id, "own_view", say_in((text,)))
    row.own_view = sealed_text if text else None
    _changed(session, row)


def pass_talks(
    session: Session, portfolio_id: str, keys: PortfolioKeys, old_id: str, new: KnownMember
) -> None:
    """Let the talks of one seat be those of another. The caller's transaction holds the map.

    What was agreed stays with whose name it bears. In a talk that is still open the new one
    takes the place of the old: what the old one said yes to, the new one has not.
    """
    rows = session.scalars(
        select(Talk)
        .where(Talk.portfolio_id == portfolio_id, Talk.membership_id == old_id)
        .order_by(Talk.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.membership_id = new.id
        if row.state in (PLANNED, HELD):
            row.grantee = new.grantee.sealed_for(keys.general, "talk", row.id, "grantee")
            row.coach_yes = row.coach_yes_at = row.accepted_at = None
            row.asked_by = OWNER
        _changed(session, row)


def _changed(session: Session, row: Talk) -> None:
    row.version += 1
    row.changed_at = clock(session)
    session.flush()


def read_talks(
    session: Session,
    chosen: Select[Talk],
    keys: PortfolioKeys,
    whole: str | None = None,
    welcome: Select[Talk] | None = None,
) -> list[TalkPage]:
    """Load the talks of one map that the gate chose, the latest first.

    `whole`: the one whose words are opened; without it those of all. `welcome`: those in which
    the reader may write, as the gate chose them; without it all.
    """
    rows = session.execute(_with_welcome(chosen, welcome)).all()
    return [_page(row, keys, whole=whole in (None, row.id)) for row in rows]


@lru_cache(maxsize=64)
def _with_welcome(chosen: Select[Talk], welcome: Select[Talk] | None) -> Select[Any]:
    may = true() if welcome is None else Talk.id.in_(welcome.with_only_columns(Talk.id))
    now = database_now().label("read_at")
    columns = (*Talk.__table__.c, may.label("may_write"), now)
    return chosen.with_only_columns(*columns).order_by(Talk.starts_at.desc(), Talk.id)


def _page(row: Row[Any], keys: PortfolioKeys, *, whole: bool) -> TalkPage:
    key = keys.general

    def text(column: str) -> Words:
        kept = getattr(row, column) if whole else None
        said = said_in(open_text(key, "talk", row.id, column, kept)) if kept else ()
        return next(iter(said), NO_WORDS)

    said = {}
    if whole and row.said:
        said = json.loads(open_text(key, "talk", row.id, "said", row.said))
    place, beside = (
        next(iter(said_in(said[name])), NO_WORDS) if name in said else NO_WORDS
        for name in ("place", "beside")
    )
    return TalkPage(
        row.id,
        row.portfolio_id,
        row.membership_id,
        row.kind,
        row.starts_at,
        place,
        beside,
        Grantee.opened(key, "talk", row.id, "grantee", row.grantee),
        row.state,
        row.asked_by,
        row.accepted_at is not None,
        row.version,
        row.changed_at,
        text("summary"),
        row.summary_version,
        row.owner_yes is not None and row.owner_yes == row.summary_version,
        row.coach_yes is not None and row.coach_yes == row.summary_version,
        text("own_view"),
        row.read_at,
        may_write=bool(row.may_write),
    )


def hold_talk(session: Session, chosen: Select[Talk]) -> Talk | None:
    """Hold the one talk that the gate chose, so that two changes come one after the other."""
    held = chosen.with_for_update(of=Talk).execution_options(populate_existing=True)
    return session.scalars(held).first()


def next_day(last: datetime | None, now: datetime, months: int) -> date:
    """Suggest the day of the next talk: so many months after the last, and never in the past."""
    today = now.astimezone(AMSTERDAM).date()
    if last is None:
        return months_later(today, 0)
    return max(today, months_later(last.astimezone(AMSTERDAM).date(), months))
