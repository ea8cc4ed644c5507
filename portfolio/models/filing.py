"""Filing photos, sounds and papers: sealed files in the store, and rows that know them.

A file is put before its row is committed and removed after the row is gone, so that a
crash leaves at most a file without a row, which is swept. What does not live here:
decoding and cleaning (portfolio.media), and reading them for a page (models/attachment.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ColumnElement, func, select

from portfolio.keyring import CHUNK, SEALED_CHUNK, DataKey, SealBrokenError, new_id, seal_text
from portfolio.models.attachment import PAPER, PHOTO, SOUND, Attachment
from portfolio.models.base import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys
    from portfolio.models.words import Words

LARGE, SMALL, HEARD, PRINTED = "groot", "klein", "geluid", "papier"
# The files of each kind; all but the sound have a picture.
FILES = {PHOTO: (LARGE, SMALL), SOUND: (HEARD,), PAPER: (PRINTED, SMALL)}
MOST = {PHOTO: 10, SOUND: 4, PAPER: 10}


class Files(Protocol):
    """A store of sealed files."""

    def put(self, name: str, content: bytes, *, replace: bool = False) -> None:
        """Keep a file."""

    def get(self, name: str) -> bytes:
        """Read a file."""

    def get_range(self, name: str, start: int, stop: int) -> bytes:
        """Read a part of a file."""

    def size(self, name: str) -> int:
        """Tell how many bytes a file has."""

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


class Heard(Protocol):
    """A clean sound."""

    @property
    def content(self) -> bytes:
        """Give the bytes."""

    @property
    def seconds(self) -> int:
        """Give how long it lasts."""


class Printed(Protocol):
    """A clean paper, with a picture of its first page."""

    @property
    def content(self) -> bytes:
        """Give the bytes."""

    @property
    def pages(self) -> int:
        """Give how many pages it has."""

    @property
    def small(self) -> Picture:
        """Give the first page."""


def file_name(file_id: str, part: str) -> str:
    """Name one file. The seal knows this name, so that no file passes for another."""
    return f"{file_id}-{part}"


def file_names(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Name every file of attachments, given by kind and file id."""
    return [file_name(row[1], part) for row in rows for part in FILES[row[0]]]


def seal_photo(files: Files, key: DataKey, portfolio_id: str, photo: TwoSizes) -> Attachment:
    """Seal a clean photo into the store and give its row, which has no parent yet."""
    row = _seal(
        files,
        key,
        Attachment(portfolio_id=portfolio_id, kind=PHOTO),
        {LARGE: photo.large.content, SMALL: photo.small.content},
    )
    row.width, row.height = photo.large.width, photo.large.height
    row.small_width, row.small_height = photo.small.width, photo.small.height
    return row


def seal_sound(
    files: Files, key: DataKey, portfolio_id: str, sound: Heard, lang: str
) -> Attachment:
    """Seal a clean sound into the store and give its row, which has no parent yet."""
    row = Attachment(portfolio_id=portfolio_id, kind=SOUND, seconds=sound.seconds, lang=lang)
    return _seal(files, key, row, {HEARD: sound.content})


def sealed_code(files: Files, row: Attachment) -> str:
    """Hash the sealed files of an attachment, for a chain that vouches for it."""
    parts = (files.get(file_name(row.file_id, part)) for part in FILES[row.kind])
    return hashlib.sha256(b"".join(parts)).hexdigest()


def seal_paper(files: Files, key: DataKey, portfolio_id: str, paper: Printed) -> Attachment:
    """Seal a clean paper into the store and give its row, which has no parent yet."""
    small = paper.small
    row = Attachment(portfolio_id=portfolio_id, kind=PAPER, pages=paper.pages)
    row.small_width, row.small_height = small.width, small.height
    return _seal(files, key, row, {PRINTED: paper.content, SMALL: small.content})


def _seal(files: Files, key: DataKey, row: Attachment, parts: Mapping[str, bytes]) -> Attachment:
    row.id, row.file_id, row.key_id, row.size = new_id(), new_id(), key.id, 0
    for part, content in parts.items():
        name = file_name(row.file_id, part)
        sealed = key.seal_file(name, content)
        files.put(name, sealed)
        row.size += len(sealed)
    return row


def hang(  # noqa: PLR0913 -- one of four parents
    session: Session,
    row: Attachment,
    *,
    entry_id: str | None = None,
    draft_id: str | None = None,
    comment_id: str | None = None,
    answer_id: str | None = None,
) -> None:
    """Hang a sealed attachment on its parent, after those that are there."""
    here = Attachment.entry_id == entry_id if entry_id else Attachment.draft_id == draft_id
    if answer_id:
        here = Attachment.answer_id == answer_id
    last = session.scalars(select(func.max(Attachment.number)).where(here)).first()
    row.entry_id, row.draft_id, row.comment_id = entry_id, draft_id, comment_id
    row.answer_id = answer_id
    row.number = 0 if last is None or comment_id else last + 1
    row.created_at = clock(session)
    session.add(row)
    session.flush()


def open_file(files: Files, key: DataKey, file_id: str, part: str) -> bytes:
    """Open one file. Raises FileNotFoundError or SealBrokenError."""
    name = file_name(file_id, part)
    return b"".join(key.open_file(name, files.get(name)))


@dataclass(frozen=True)
class StoredFile:
    """A sealed file that is sent in pieces: so many bytes once it is opened."""

    name: str
    key: DataKey
    sealed_size: int

    @property
    def count(self) -> int:
        """Give the number of chunks."""
        return max(1, -(-self.sealed_size // SEALED_CHUNK))

    @property
    def size(self) -> int:
        """Give the number of bytes once it is opened."""
        return self.sealed_size - self.count * (SEALED_CHUNK - CHUNK)

    def chunk(self, files: Files, number: int) -> bytes:
        """Open one chunk. Raises FileNotFoundError or SealBrokenError."""
        start = number * SEALED_CHUNK
        sealed = files.get_range(self.name, start, min(start + SEALED_CHUNK, self.sealed_size))
        return self.key.open_chunk(self.name, sealed, number, self.count)


def stored_file(files: Files, key: DataKey, file_id: str, part: str) -> StoredFile:
    """Find a file that is to be sent in pieces. Raises FileNotFoundError."""
    name = file_name(file_id, part)
    return StoredFile(name, key, files.size(name))


def reseal(
    session: Session,
    files: Files,
    keys: PortfolioKeys,
    key: DataKey,
    *which: ColumnElement[bool],
) -> list[str]:
    """Bring attachments under another key; gives the files to remove after the commit.

    Each gets new files: whatever breaks off half-way, a row has files that its key opens.
    """
    moving = session.scalars(select(Attachment).where(*which, Attachment.key_id != key.id)).all()
    gone: list[str] = []
    for row in moving:
        old_key, old_file = keys.by_id(row.key_id), row.file_id
        file_id = _seal_again(files, key, row, old_key)
        if file_id is None:
            # Broken it stays where it is, and everything else moves; asked for, it is named.
            continue
        if row.description:
            said = old_key.open(_described(row.id), row.description)
            row.description = key.seal(_described(row.id), said)
        row.file_id, row.key_id = file_id, key.id
        gone += file_names([(row.kind, old_file)])
    session.flush()
    return gone


def _seal_again(files: Files, key: DataKey, row: Attachment, old_key: DataKey) -> str | None:
    """Seal the files of a row anew under a new name; None when one of them is broken."""
    try:
        contents = {part: open_file(files, old_key, row.file_id, part) for part in FILES[row.kind]}
    except (FileNotFoundError, SealBrokenError):
        return None
    file_id = new_id()
    for part, content in contents.items():
        name = file_name(file_id, part)
        files.put(name, key.seal_file(name, content))
    return file_id


def _described(attachment_id: str) -> bytes:
    return f"attachment/{attachment_id}/description".encode()


def rename_sounds(session: Session, draft_id: str, renamed: Mapping[str, str]) -> None:
    """Let sounds of a draft follow the language of the text they stand beside."""
    here = (Attachment.draft_id == draft_id, Attachment.kind == SOUND)
    for row in session.scalars(select(Attachment).where(*here)).all() if renamed else ():
        row.lang = renamed.get(row.lang or "", row.lang)
    session.flush()


def describe(
    session: Session, key: DataKey, said: Mapping[str, Words], *which: ColumnElement[bool]
) -> None:
    """Give attachments their description, by id; an empty one takes it away."""
    chosen = select(Attachment).where(Attachment.id.in_(list(said)), *which)
    for row in session.scalars(chosen).all():
        words = said[row.id]
        row.lang = words.lang if words else None
        row.description = (
            seal_text(key, "attachment", row.id, "description", words.text) if words else None
        )
    session.flush()


def arrange(session: Session, order: Sequence[str], *which: ColumnElement[bool]) -> None:
    """Put attachments in an order; those that it does not name come after."""
    numbers = {attachment_id: number for number, attachment_id in enumerate(order)}
    chosen = select(Attachment).where(*which).order_by(Attachment.number)
    rows = session.scalars(chosen).all()
    for number, row in enumerate(sorted(rows, key=lambda row: numbers.get(row.id, len(order)))):
        row.number = number
    session.flush()


def move_to_entry(session: Session, draft_id: str, entry_id: str) -> None:
    """Hang the attachments of a finished draft on its entry, after those that are there."""
    moving = select(Attachment).where(Attachment.draft_id == draft_id)
    for row in session.scalars(moving.order_by(Attachment.number)).all():
        hang(session, row, entry_id=entry_id)


def remove_attachments(session: Session, *which: ColumnElement[bool]) -> list[str]:
    """Take attachments away; gives the files to remove after the commit."""
    rows = session.scalars(select(Attachment).where(*which)).all()
    gone = file_names((row.kind, row.file_id) for row in rows)
    for row in rows:
        session.delete(row)
    session.flush()
    return gone


def has_paper(session: Session, entry_id: str) -> bool:
    """Tell whether an entry has a paper, or a photo that may be one."""
    which = (Attachment.entry_id == entry_id, Attachment.kind.in_((PAPER, PHOTO)))
    return session.scalars(select(Attachment.id).where(*which).limit(1)).first() is not None
