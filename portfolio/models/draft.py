"""What is being written and not yet kept: sealed drafts, and forms that were sent already.

Each screen of a longer form posts to a draft, so nothing typed is lost. A finished draft
stays as a receipt for a day, so that a second click makes no second entry.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    Select,
    String,
    and_,
    delete,
    exists,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.attachment import Attachment
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    before_now,
    clock,
    identity,
    internal,
    rows_changed,
    sealed,
)
from portfolio.models.filing import remove_attachments
from portfolio.models.upload import Upload, drop_uploads
from portfolio.models.words import Words
from portfolio.models.writing import Typed, Writing

if TYPE_CHECKING:
    from portfolio.models.portfolio import PortfolioKeys

MOST_SHOWN = 5
KEPT_AFTER = timedelta(days=1)
NOTHING = Typed("nl")
DRAFT_KINDS = ("entry", "share", "kept")


class Draft(Base):
    """A form in the making. `kept` is a post that came after the sign-in had ended."""

    __tablename__ = "draft"
    __table_args__ = (CheckConstraint(f"kind IN {DRAFT_KINDS}", name="kind"),)
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    kind: Mapped[str] = internal(String(10))
    # The entry that is being changed, and which version of it the writer saw.
    entry_id: Mapped[str | None] = internal(ID, ForeignKey("entry.id"), index=True)
    base_version: Mapped[int | None] = internal(Integer)
    key_id: Mapped[str] = internal(ID)
    body: Mapped[bytes] = sealed(export=False)
    version: Mapped[int] = internal(Integer, default=1)
    created_at: Mapped[datetime] = internal(UtcDateTime)
    changed_at: Mapped[datetime] = internal(UtcDateTime)
    done_at: Mapped[datetime | None] = internal(UtcDateTime)
    result_id: Mapped[str | None] = internal(ID)


class FormReceipt(Base):
    """A form that was taken in, by the key it carried: sent twice, it counts once."""

    __tablename__ = "form_receipt"
    id: Mapped[str] = internal(String(64), primary_key=True)
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = internal(UtcDateTime, index=True)


def first_time(session: Session, once: str, person_id: str) -> bool:
    """Take in a form by its key. Gives False when this person sent the same form before."""
    receipt_id = _receipt_id(once, person_id)
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # PostgreSQL's driver counts no rows here; the id that comes back says who was first.
    added = session.scalars(
        make(FormReceipt)
        .values(id=receipt_id, person_id=person_id, created_at=clock(session))
        .on_conflict_do_nothing()
        .returning(FormReceipt.id)
    )
    return added.first() is not None


def was_sent(session: Session, once: str, person_id: str) -> bool:
    """Tell whether this person's form of this key was taken in before."""
    found = select(FormReceipt.id).where(FormReceipt.id == _receipt_id(once, person_id))
    return session.scalars(found).first() is not None


def _receipt_id(once: str, person_id: str) -> str:
    return hashlib.sha256(f"{person_id}/{once}".encode()).hexdigest()


@dataclass(frozen=True)
class OpenDraft:
    """A draft that waits to be finished, as the start page names it."""

    id: str
    title: Words
    leefgebied: str | None
    changed_at: datetime


def start_draft(
    session: Session,
    person_id: str,
    keys: PortfolioKeys,
    writing: Writing,
    *,
    entry: tuple[str, int] | None = None,
) -> Draft:
    """Start an entry, or the change of one (its id and the version that was seen)."""
    now = clock(session)
    row = Draft(id=new_id(), person_id=person_id, kind="entry", created_at=now, version=0)
    if entry:
        row.entry_id, row.base_version = entry
    keep_writing(session, row, keys, writing)
    session.add(row)
    session.flush()
    return row


def read_writing(row: Draft, keys: PortfolioKeys) -> Writing:
    """Open what was typed so far."""
    return _opened(keys, row.key_id, row.id, row.body)


def _opened(keys: PortfolioKeys, key_id: str, draft_id: str, body: bytes) -> Writing:
    return Writing.from_json(open_text(keys.by_id(key_id), "draft", draft_id, "body", body))


def keep_writing(session: Session, row: Draft, keys: PortfolioKeys, writing: Writing) -> None:
    """Keep what was typed, sealed with the key of the leefgebied it is about."""
    key = keys.of(writing.leefgebied)
    row.key_id = key.id
    row.body = seal_text(key, "draft", row.id, "body", writing.to_json())
    row.version += 1
    row.changed_at = clock(session)


def hold_draft(session: Session, row: Draft) -> bool:
    """Hold a draft and read it anew, so that two who write in it do so one after the other."""
    held = select(Draft).where(Draft.id == row.id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).first() is not None


def finish_draft(session: Session, row: Draft, keys: PortfolioKeys, result_id: str) -> None:
    """Mark a draft as done. Its words are in the entry now, so it forgets them."""
    keep_writing(session, row, keys, Writing())
    row.done_at, row.result_id = row.changed_at, result_id


def open_drafts(session: Session, chosen: Select[Draft], keys: PortfolioKeys) -> list[OpenDraft]:
    """List the drafts in which something was written, newest first.

    One whose key is shut is named by nothing: the page on which it opens asks first.
    """
    waiting = chosen.where(Draft.kind == "entry", Draft.done_at.is_(None), Draft.version > 1)
    columns = (Draft.id, Draft.changed_at, Draft.key_id, Draft.body)
    rows = session.execute(
        waiting.with_only_columns(*columns).order_by(Draft.changed_at.desc()).limit(MOST_SHOWN)
    ).all()
    found = [
        (row, _opened(keys, row.key_id, row.id, row.body) if keys.opens(row.key_id) else Writing())
        for row in rows
    ]
    return [
        OpenDraft(row.id, Words(typed.title, typed.lang), writing.leefgebied, row.changed_at)
        for row, writing in found
        for typed in [writing.title or NOTHING]
    ]


def drop_draft(session: Session, row: Draft) -> list[str]:
    """Throw a draft away with its photos; gives the files to remove after the commit."""
    gone = remove_attachments(session, Attachment.draft_id == row.id)
    gone += drop_uploads(session, Upload.draft_id == row.id)
    session.delete(row)
    session.flush()
    return gone


def sweep_drafts(session: Session, person_id: str) -> None:
    """Remove a person's drafts in which nothing was written, and receipts, after a day."""
    old = Draft.changed_at < before_now(KEPT_AFTER)
    attached = exists().where(Attachment.draft_id == Draft.id).correlate(Draft)
    coming = exists().where(Upload.draft_id == Draft.id).correlate(Draft)
    empty = and_(Draft.version == 1, ~attached, ~coming)
    rows_changed(
        session,
        delete(Draft)
        .where(Draft.person_id == person_id, Draft.kind == "entry", old)
        .where(or_(and_(Draft.done_at.is_not(None), ~coming), empty)),
    )
