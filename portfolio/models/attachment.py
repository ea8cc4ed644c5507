"""Attachments: a photo, a sound or a paper, and how a page reads them.

What does not live here: sealing their files and hanging them somewhere (models/filing.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ForeignKey,
    Integer,
    Select,
    String,
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, open_text
from portfolio.models.base import ID, Base, UtcDateTime, identity, internal, sealed
from portfolio.models.words import WRITTEN, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

ATTACHMENT_KINDS = PHOTO, SOUND, PAPER = ("photo", "sound", "paper")
NO_WORDS = Words("", "nl")


class Attachment(Base):
    """A photo, a sound or a paper, sealed in the media store.

    It hangs on an entry, a comment, an answer, or a draft that is to become an entry.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN entry_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN draft_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN comment_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN answer_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_parent",
        ),
        CheckConstraint(f"kind IN {ATTACHMENT_KINDS}", name="kind"),
        CheckConstraint("(kind = 'sound') = (seconds IS NOT NULL)", name="seconds"),
        CheckConstraint("(kind = 'paper') = (pages IS NOT NULL)", name="pages"),
        CheckConstraint("(kind = 'sound') = (small_width IS NULL)", name="picture"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    entry_id: Mapped[str | None] = internal(ID, ForeignKey("entry.id"), index=True, export=True)
    draft_id: Mapped[str | None] = internal(ID, ForeignKey("draft.id"), index=True)
    comment_id: Mapped[str | None] = internal(ID, ForeignKey("comment.id"), index=True, export=True)
    answer_id: Mapped[str | None] = internal(ID, ForeignKey("answer.id"), index=True, export=True)
    kind: Mapped[str] = internal(String(10), export=True)
    # Under another key the same attachment has other files: its files are named apart.
    file_id: Mapped[str] = internal(ID)
    # The key that seals the files: it follows the leefgebied of the entry.
    key_id: Mapped[str] = internal(ID)
    # Bytes in the store, of all its files together.
    size: Mapped[int] = internal(Integer)
    number: Mapped[int] = internal(Integer, default=0)
    # Of a photo for the screen; a paper has its first page as a small picture only.
    width: Mapped[int | None] = internal(Integer)
    height: Mapped[int | None] = internal(Integer)
    small_width: Mapped[int | None] = internal(Integer)
    small_height: Mapped[int | None] = internal(Integer)
    seconds: Mapped[int | None] = internal(Integer, export=True)
    pages: Mapped[int | None] = internal(Integer, export=True)
    # The language that is spoken, or in which the description is written.
    lang: Mapped[str | None] = internal(String(8), export=True)
    description: Mapped[bytes | None] = sealed()
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Photo:
    """What a page needs to show a photo without a jump."""

    id: str
    width: int
    height: int
    small_width: int
    small_height: int
    description: Words = NO_WORDS


@dataclass(frozen=True)
class Sound:
    """What a page needs to let somebody hear a sound."""

    id: str
    seconds: int
    lang: str

    @property
    def tag(self) -> str:
        """Give the language tag for HTML (BCP 47)."""
        return self.lang.replace("_", "-")

    @property
    def language(self) -> str:
        """Name the language that is spoken, in itself."""
        return WRITTEN.get(self.lang, self.lang)


@dataclass(frozen=True)
class Paper:
    """What a page needs to show a paper by its first page."""

    id: str
    pages: int
    size: int
    small_width: int
    small_height: int
    description: Words = NO_WORDS


@dataclass(frozen=True)
class Attached:
    """All that hangs on one thing, each kind in its order."""

    photos: tuple[Photo, ...] = ()
    sounds: tuple[Sound, ...] = ()
    papers: tuple[Paper, ...] = ()

    @property
    def seen(self) -> tuple[Photo | Paper, ...]:
        """Give what is there to see."""
        return (*self.photos, *self.papers)

    def arranged(self, order: Sequence[str]) -> Attached:
        """Put photos and papers in an order; those that it does not name come after."""
        place = {each: number for number, each in enumerate(order)}

        def number_of(each: Photo | Paper) -> int:
            return place.get(each.id, len(order))

        photos, papers = sorted(self.photos, key=number_of), sorted(self.papers, key=number_of)
        return Attached(tuple(photos), self.sounds, tuple(papers))

    def without(self, dropped: Sequence[str]) -> Attached:
        """Leave some out, by id."""
        return Attached(
            tuple(each for each in self.photos if each.id not in dropped),
            tuple(each for each in self.sounds if each.id not in dropped),
            tuple(each for each in self.papers if each.id not in dropped),
        )

    def joined_by(self, new: Attached) -> Attached:
        """Add what is new; a new sound stands in the place of the old one in its language."""
        spoken = {each.lang for each in new.sounds}
        kept = tuple(each for each in self.sounds if each.lang not in spoken)
        return Attached(self.photos + new.photos, kept + new.sounds, self.papers + new.papers)

    def __iter__(self) -> Iterator[Photo | Sound | Paper]:
        yield from self.photos
        yield from self.sounds
        yield from self.papers

    def __len__(self) -> int:
        return len(self.photos) + len(self.sounds) + len(self.papers)


NOTHING_ATTACHED = Attached()


ATTACHMENT_FACTS = (
    Attachment.id,
    Attachment.kind,
    Attachment.width,
    Attachment.height,
    Attachment.small_width,
    Attachment.small_height,
    Attachment.seconds,
    Attachment.pages,
    Attachment.size,
    Attachment.lang,
    Attachment.description,
    Attachment.key_id,
)
IN_ORDER = (Attachment.number, Attachment.created_at)
# Asked at nearly every page, so it is written down once.
_OF_ENTRIES: BindParameter[str] = bindparam("entry_ids", expanding=True)
ATTACHED = (
    select(Attachment.entry_id, *ATTACHMENT_FACTS)
    .where(Attachment.entry_id.in_(_OF_ENTRIES))
    .order_by(*IN_ORDER)
)


def attached_to(
    session: Session, ids: Sequence[str], key_of: Mapping[str, DataKey]
) -> dict[str, Attached]:
    """Load what hangs on these entries, each opened with the key of its entry."""
    found: dict[str, list[Any]] = {}
    for row in session.execute(ATTACHED, {"entry_ids": ids}).all():
        found.setdefault(str(row[0]), []).append(_attachment(row, key_of[str(row[0])]))
    return {entry_id: _sorted(each) for entry_id, each in found.items()}


def attached_in(rows: Sequence[Any], key: DataKey) -> Attached:
    """Read attachments from rows that hold their facts, or None where nothing hangs."""
    return _sorted([_attachment(row, key) for row in rows if row.id is not None])


def read_attached(session: Session, chosen: Select[Attachment], keys: PortfolioKeys) -> Attached:
    """Load attachments of one map in their order, as a page shows them."""
    rows = session.execute(chosen.with_only_columns(*ATTACHMENT_FACTS).order_by(*IN_ORDER)).all()
    return _sorted([_attachment(row, keys.by_id(row.key_id)) for row in rows])


def sounds_of(session: Session, comment_ids: Sequence[str]) -> dict[str, Sound]:
    """Find the sounds that hang on these comments."""
    if not comment_ids:
        return {}
    rows = session.execute(
        select(Attachment.comment_id, Attachment.id, Attachment.seconds, Attachment.lang).where(
            Attachment.comment_id.in_(comment_ids)
        )
    ).all()
    return {str(row[0]): Sound(row[1], row[2] or 0, row[3] or "nl") for row in rows}


def _attachment(row: Any, key: DataKey) -> Photo | Sound | Paper:
    if row.kind == SOUND:
        return Sound(row.id, row.seconds, row.lang or "nl")
    words = NO_WORDS
    # A broken file that could not move with its entry kept its old key, and its words with it.
    if row.description and row.key_id == key.id:
        said = open_text(key, "attachment", row.id, "description", row.description)
        words = Words(said, row.lang or "nl")
    small = (row.small_width, row.small_height)
    if row.kind == PAPER:
        return Paper(row.id, row.pages, row.size, *small, words)
    return Photo(row.id, row.width, row.height, *small, words)


def _sorted(found: list[Photo | Sound | Paper]) -> Attached:
    return Attached(
        tuple(each for each in found if isinstance(each, Photo)),
        tuple(each for each in found if isinstance(each, Sound)),
        tuple(each for each in found if isinstance(each, Paper)),
    )


def entries_of(session: Session, chosen: Select[Attachment]) -> dict[str, str]:
    """Tell on which entry each of these hangs."""
    columns = (Attachment.id, Attachment.entry_id)
    return {row[0]: row[1] for row in session.execute(chosen.with_only_columns(*columns)) if row[1]}


def answers_of(session: Session, chosen: Select[Attachment]) -> dict[str, str]:
    """Tell on which answer each of these hangs."""
    columns = (Attachment.id, Attachment.answer_id)
    return {row[0]: row[1] for row in session.execute(chosen.with_only_columns(*columns)) if row[1]}
