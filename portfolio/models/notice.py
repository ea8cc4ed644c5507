"""Notices: that something happened, and when; never what anybody said.

A notice holds a kind from a closed list, a time, and at most the id of what it is about. Who
reads it finds that thing through the gate, or finds no notice. Kept for twelve months, or
until its person is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, func, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal
from portfolio.models.leaf import Leaf, leaf_of, on_leaf
from portfolio.models.mail import MailKind, mail_soon
from portfolio.models.organisation import Membership
from portfolio.models.portfolio import Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

KEPT = timedelta(days=365)
LEAF = 20


class Kind(StrEnum):
    """What may be told. The comment names what `about` is the id of."""

    COMMENT = "comment"  # the comment
    LOOKED = "looked"
    SHARE_ENDS = "share_ends"  # the consent
    TALK = "talk"  # the talk
    AGREEMENT = "agreement"  # the talk in which it was made
    VERSION = "version"  # the version
    HELP = "help"  # the map of whoever asks
    SIGN_IN_CHANGED = "sign_in_changed"
    NEW_DEVICE = "new_device"
    RECOVERY = "recovery"
    REST = "rest"
    ERASURE = "erasure"


# What cannot wait for tomorrow is mailed at once; all else is one mail a day at most.
AT_ONCE = {
    Kind.SIGN_IN_CHANGED: MailKind.SIGN_IN,
    Kind.NEW_DEVICE: MailKind.SIGN_IN,
    Kind.RECOVERY: MailKind.RECOVERY,
    Kind.REST: MailKind.REST,
    Kind.ERASURE: MailKind.ERASURE,
}


class Notice(Base):
    """Something that somebody is told, without a word of anybody."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(str(kind) for kind in Kind)}", name="kind"),
        Index("ix_notice_time", "person_id", "at"),
    )
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"))
    kind: Mapped[str] = internal(String(16), export=True)
    # No foreign key: what it is about may go, and a notice about it is then found by nobody.
    about: Mapped[str | None] = internal(ID)
    at: Mapped[datetime] = internal(UtcDateTime, export=True)
    read_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class NoticeLine:
    """A notice as the list shows it."""

    id: str
    kind: Kind
    about: str | None
    at: datetime
    read: bool


def tell(
    session: Session,
    person_id: str,
    kind: Kind,
    about: str | None = None,
    *,
    mailed: bool = True,
) -> None:
    """Tell somebody that something happened, in the caller's transaction.

    What they were told of one thing and did not read yet stands once, with its last time.
    Whoever has an e-mail address gets a fixed sentence in the same transaction.
    """
    same = select(Notice).where(
        Notice.person_id == person_id,
        Notice.kind == kind,
        Notice.about.is_(None) if about is None else Notice.about == about,
        Notice.read_at.is_(None),
    )
    row, now = (session.scalars(same.limit(1)).first() if about else None), clock(session)
    if row is None:
        row = Notice(id=new_id(), person_id=person_id, kind=kind, about=about, at=now)
        session.add(row)
    row.at = now
    session.flush()
    if mailed:
        mail_soon(session, person_id, AT_ONCE.get(kind, MailKind.NEWS))


def tell_all(session: Session, people: Iterable[str], kind: Kind, about: str | None = None) -> None:
    """Tell several people the same, each once; in one order, so that no two tellers wait."""
    for person_id in sorted(set(people)):
        tell(session, person_id, kind, about)


def tell_owner(session: Session, portfolio_id: str, kind: Kind, about: str) -> None:
    """Tell the owner of a map."""
    found = select(Portfolio.person_id).where(Portfolio.id == portfolio_id)
    tell_all(session, session.scalars(found).all(), kind, about)


def tell_member(session: Session, membership_id: str | None, kind: Kind, about: str) -> None:
    """Tell whoever has a seat, as long as they still work there."""
    found = select(Membership.person_id).where(
        Membership.id == membership_id, Membership.ended_at.is_(None)
    )
    tell_all(session, session.scalars(found).all(), kind, about)


def read_notices(session: Session, chosen: Select[Notice], number: int = 1) -> Leaf[NoticeLine]:
    """Load one leaf of the notices that the gate chose, the newest first."""
    columns = (Notice.id, Notice.kind, Notice.about, Notice.at, Notice.read_at)
    asked = on_leaf(chosen.order_by(Notice.at.desc(), Notice.id), number, LEAF)
    rows = session.execute(asked.with_only_columns(*columns)).all()
    found = [NoticeLine(row[0], Kind(row[1]), row[2], row[3], row[4] is not None) for row in rows]
    return leaf_of(found, number, LEAF)


def count_waiting(session: Session, chosen: Select[Notice]) -> int:
    """Count what was not read yet, of what the gate chose."""
    waiting = chosen.where(Notice.read_at.is_(None)).with_only_columns(func.count())
    return int(session.scalars(waiting).one())


def note_read(session: Session, chosen: Select[Notice]) -> int:
    """Note that notices which the gate chose were read; gives how many were new."""
    rows = session.scalars(chosen.where(Notice.read_at.is_(None)).with_for_update()).all()
    now = clock(session)
    for row in rows:
        row.read_at = now
    session.flush()
    return len(rows)
