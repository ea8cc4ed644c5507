"""Uploads: a file that comes in pieces, so that a slow or broken line goes on where it was.

Each piece is sealed in the media store before its row says that it is there. What does not
live here: what becomes of the file when it is whole (portfolio.media, models/attachment.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Integer,
    Select,
    String,
    UniqueConstraint,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, rows_changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portfolio.keyring import DataKey
    from portfolio.models.filing import Files
    from portfolio.models.portfolio import PortfolioKeys


class Upload(Base):
    """A file on its way into a draft: how much of it is here."""

    __tablename__ = "upload"
    __table_args__ = (
        UniqueConstraint("draft_id", "mark"),
        CheckConstraint("received >= 0 AND received <= size", name="received"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    draft_id: Mapped[str] = internal(ID, ForeignKey("draft.id"))
    # A keyed hash of what the browser calls the file: the same file chosen again goes on, and
    # who holds a copy of it cannot find out from the database who sends it.
    mark: Mapped[str] = internal(String(64))
    key_id: Mapped[str] = internal(ID)
    size: Mapped[int] = internal(Integer)
    received: Mapped[int] = internal(Integer, default=0)
    pieces: Mapped[int] = internal(Integer, default=0)
    # A clean page that waits for the others of its paper has a number.
    page: Mapped[int | None] = internal(Integer)
    changed_at: Mapped[datetime] = internal(UtcDateTime, index=True)


def piece_name(upload_id: str, number: int) -> str:
    """Name the file of one piece."""
    return f"{upload_id}-deel-{number}"


def piece_files(rows: Iterable[tuple[str, int]]) -> list[str]:
    """Name every piece of uploads, given by id and number of pieces.

    One more than the row knows: its file may be there already when the row is not written.
    """
    return [piece_name(row[0], number) for row in rows for number in range(row[1] + 1)]


def find_upload(
    session: Session, chosen: Select[Upload], draft_id: str, mark: str
) -> Upload | None:
    """Find a file on its way into a draft among those that the gate chose, and hold it."""
    this = chosen.where(Upload.draft_id == draft_id, Upload.mark == mark)
    return session.scalars(this.with_for_update()).first()


def count_uploads(session: Session, chosen: Select[Upload], draft_id: str) -> int:
    """Count the files on their way into a draft among those that the gate chose."""
    here = chosen.where(Upload.draft_id == draft_id).with_only_columns(func.count(Upload.id))
    return int(session.execute(here).scalar_one())


def reseal_pages(
    session: Session, files: Files, keys: PortfolioKeys, key: DataKey, draft_id: str
) -> list[str]:
    """Bring pages that wait under another key; gives the files to remove after the commit.

    Each becomes a new row with a new file, so that a row always has a file that its key opens.
    """
    here = (Upload.draft_id == draft_id, Upload.page.is_not(None), Upload.key_id != key.id)
    moving = session.scalars(select(Upload).where(*here)).all()
    gone = piece_files((row.id, row.pieces) for row in moving)
    for old in moving:
        content = whole_file(files, keys.by_id(old.key_id), old)
        facts = {"portfolio_id": old.portfolio_id, "draft_id": draft_id, "mark": old.mark}
        number = old.page
        session.delete(old)
        session.flush()
        row = begin_upload(session, key, **facts, size=len(content))
        row.page = number
        take_piece(session, files, key, row, content)
    return gone


def begin_upload(  # noqa: PLR0913 -- whose it is, for what, under which key, and how much
    session: Session, key: DataKey, *, portfolio_id: str, draft_id: str, mark: str, size: int
) -> Upload:
    """Begin to take in a file of so many bytes."""
    row = Upload(
        id=new_id(),
        portfolio_id=portfolio_id,
        draft_id=draft_id,
        mark=mark,
        key_id=key.id,
        size=size,
        received=0,
        pieces=0,
        changed_at=clock(session),
    )
    session.add(row)
    session.flush()
    return row


def take_piece(session: Session, files: Files, key: DataKey, row: Upload, piece: bytes) -> None:
    """Take in the next bytes of a file, which the caller holds.

    What a broken attempt left under this name was never counted, so it is replaced.
    """
    name = piece_name(row.id, row.pieces)
    files.put(name, key.seal_file(name, piece), replace=True)
    row.received += len(piece)
    row.pieces += 1
    row.changed_at = clock(session)
    session.flush()


def whole_file(files: Files, key: DataKey, row: Upload) -> bytes:
    """Open a file that is here whole. Raises FileNotFoundError or SealBrokenError."""
    names = [piece_name(row.id, number) for number in range(row.pieces)]
    return b"".join(b"".join(key.open_file(name, files.get(name))) for name in names)


def pages_waiting(session: Session, chosen: Select[Upload], draft_id: str) -> list[Upload]:
    """List the clean pages of a draft that wait for the others of their paper, in order."""
    waiting = chosen.where(Upload.draft_id == draft_id, Upload.page.is_not(None))
    return list(session.scalars(waiting.order_by(Upload.page, Upload.id)).all())


def drop_uploads(session: Session, *which: ColumnElement[bool]) -> list[str]:
    """Forget files on their way; gives the files to remove after the commit."""
    rows = session.execute(select(Upload.id, Upload.pieces).where(*which)).all()
    chosen = Upload.id.in_([row[0] for row in rows])
    rows_changed(session, delete(Upload).where(chosen))
    return piece_files((row[0], row[1]) for row in rows)
