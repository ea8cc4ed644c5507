"""Photos: sealed files in the media store, and the rows that know them.

A file is put before its row is committed and removed after the row is gone, so that a
crash leaves at most a file without a row, which is swept. What does not live here:
decoding and cleaning (portfolio.media).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ColumnElement, func, select

from portfolio.keyring import DataKey, new_id
from portfolio.models.base import clock
from portfolio.models.entry import Attachment, Photo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

LARGE, SMALL = "groot", "klein"
SIZES = (LARGE, SMALL)
MOST_PHOTOS = 10


class Files(Protocol):
    """A store of sealed files."""

    def put(self, name: str, content: bytes) -> None:
        """Keep a file."""

    def get(self, name: str) -> bytes:
        """Read a file."""

    def delete(self, names: list[str]) -> None:
        """Remove files."""


class Picture(Protocol):
    """One encoded size of a photo."""

    @property
    def content(self) -> bytes:
        """Give the bytes."""

    @property
    def width(self) -> int:
        """Give the width in pixels."""

    @property
    def height(self) -> int:
        """Give the height in pixels."""


class TwoSizes(Protocol):
    """A clean photo: for the screen, and as a thumbnail."""

    @property
    def large(self) -> Picture:
        """Give the photo for the screen."""

    @property
    def small(self) -> Picture:
        """Give the thumbnail."""


def photo_file(photo_id: str, size: str) -> str:
    """Name the file of one size. The seal knows this name, so that no file passes for another."""
    return f"{photo_id}-{size}"


def photo_files(photo_ids: Iterable[str]) -> list[str]:
    """Name every file of these photos."""
    return [photo_file(photo_id, size) for photo_id in photo_ids for size in SIZES]


def seal_photo(files: Files, key: DataKey, portfolio_id: str, photo: TwoSizes) -> Attachment:
    """Seal a clean photo into the store and give its row, which has no parent yet."""
    row = Attachment(
        id=new_id(),
        portfolio_id=portfolio_id,
        kind="photo",
        key_id=key.id,
        width=photo.large.width,
        height=photo.large.height,
        small_width=photo.small.width,
        small_height=photo.small.height,
    )
    for size, picture in ((LARGE, photo.large), (SMALL, photo.small)):
        name = photo_file(row.id, size)
        files.put(name, key.seal_file(name, picture.content))
    return row


def hang(
    session: Session, row: Attachment, *, entry_id: str | None = None, draft_id: str | None = None
) -> None:
    """Hang a sealed photo on an entry or on a draft, after the photos that are there."""
    here = Attachment.entry_id == entry_id if entry_id else Attachment.draft_id == draft_id
    last = session.scalars(select(func.max(Attachment.number)).where(here)).first()
    row.entry_id, row.draft_id = entry_id, draft_id
    row.number = 0 if last is None else last + 1
    row.created_at = clock(session)
    session.add(row)
    session.flush()


def open_photo(files: Files, key: DataKey, photo_id: str, size: str) -> bytes:
    """Open one size of a photo. Raises FileNotFoundError or SealBrokenError."""
    name = photo_file(photo_id, size)
    return b"".join(key.open_file(name, files.get(name)))


def read_photos(session: Session, chosen: Select[Attachment]) -> list[Photo]:
    """Load photos in their order, with the sizes that a page needs."""
    columns = [getattr(Attachment, name) for name in Photo.__dataclass_fields__]
    order = (Attachment.number, Attachment.created_at)
    rows = session.execute(chosen.with_only_columns(*columns).order_by(*order)).all()
    return [Photo(*row) for row in rows]


def reseal_photos(
    session: Session,
    files: Files,
    keys: PortfolioKeys,
    key: DataKey,
    *which: ColumnElement[bool],
) -> list[str]:
    """Bring photos under another key; gives the files to remove after the commit.

    Each becomes a new row with new files: whatever breaks off half-way, every row that is
    there has files that its key opens.
    """
    moving = session.scalars(select(Attachment).where(*which, Attachment.key_id != key.id)).all()
    for old in moving:
        old_key = keys.by_id(old.key_id)
        row = Attachment(id=new_id(), key_id=key.id)
        for name in KEPT_FIELDS:
            setattr(row, name, getattr(old, name))
        for size in SIZES:
            name, content = photo_file(row.id, size), open_photo(files, old_key, old.id, size)
            files.put(name, key.seal_file(name, content))
        session.add(row)
        session.delete(old)
    session.flush()
    return photo_files(row.id for row in moving)


KEPT_FIELDS = (
    "portfolio_id",
    "entry_id",
    "draft_id",
    "kind",
    "number",
    "width",
    "height",
    "small_width",
    "small_height",
    "created_at",
)


def move_to_entry(session: Session, draft_id: str, entry_id: str) -> None:
    """Hang the photos of a finished draft on its entry, after those that are there."""
    moving = select(Attachment).where(Attachment.draft_id == draft_id)
    for row in session.scalars(moving.order_by(Attachment.number)).all():
        hang(session, row, entry_id=entry_id)


def remove_photos(session: Session, *which: ColumnElement[bool]) -> list[str]:
    """Take photos away; gives the files to remove after the commit."""
    rows = session.scalars(select(Attachment).where(*which)).all()
    for row in rows:
        session.delete(row)
    session.flush()
    return photo_files(row.id for row in rows)
