"""What somebody keeps in mijn map: an entry, its words per language, its photos."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    null,
    select,
)
from sqlalchemy.orm import Mapped

from portfolio.keyring import DataKey, open_text
from portfolio.models.base import ID, Base, UtcDateTime, identity, internal, sealed
from portfolio.models.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

GRADES = ("zelf", "bevestigd", "papier")
EXACTNESS = ("day", "month", "year")
WAY_BACK = timedelta(days=14)


class Entry(Base):
    """One thing that its owner did, learned, made or has on paper."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint(f"grade IN {GRADES}", name="grade"),
        CheckConstraint(f"started_in IN {EXACTNESS} AND ended_in IN {EXACTNESS}", name="exact"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="period"),
        Index("ix_entry_place", "portfolio_id", "leefgebied", "created_at"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    leefgebied: Mapped[str] = internal(String(20), export=True)
    kind: Mapped[str] = internal(String(30), export=True)
    grade: Mapped[str] = internal(String(10), export=True)
    started_on: Mapped[date | None] = internal(Date, export=True)
    ended_on: Mapped[date | None] = internal(Date, export=True)
    # How exactly the owner knows each end: to the day, the month or the year.
    started_in: Mapped[str] = internal(String(5), export=True, default="day")
    ended_in: Mapped[str] = internal(String(5), export=True, default="day")
    minutes: Mapped[int | None] = internal(Integer, export=True)
    # Alleen voor mij: beats every consent.
    private: Mapped[bool] = internal(Boolean, export=True, default=False)
    version: Mapped[int] = internal(Integer, default=1)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    changed_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    deleted_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


class EntryText(Base):
    """The title and story of an entry in one language."""

    __tablename__ = "entry_text"
    __table_args__ = (UniqueConstraint("entry_id", "lang"),)
    id: Mapped[str] = identity()
    entry_id: Mapped[str] = internal(ID, ForeignKey("entry.id"))
    lang: Mapped[str] = internal(String(8), export=True)
    number: Mapped[int] = internal(Integer)
    title: Mapped[bytes | None] = sealed()
    story: Mapped[bytes | None] = sealed()


class Attachment(Base):
    """A photo, sealed in two sizes in the media store. It hangs on an entry or on a draft."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("(entry_id IS NULL) <> (draft_id IS NULL)", name="one_parent"),
        CheckConstraint("kind IN ('photo')", name="kind"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    entry_id: Mapped[str | None] = internal(ID, ForeignKey("entry.id"), index=True)
    draft_id: Mapped[str | None] = internal(ID, ForeignKey("draft.id"), index=True)
    kind: Mapped[str] = internal(String(10), export=True)
    # The key that seals the files: it follows the leefgebied of the entry.
    key_id: Mapped[str] = internal(ID)
    number: Mapped[int] = internal(Integer, default=0)
    width: Mapped[int] = internal(Integer)
    height: Mapped[int] = internal(Integer)
    small_width: Mapped[int] = internal(Integer)
    small_height: Mapped[int] = internal(Integer)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Photo:
    """What a page needs to show a photo without a jump."""

    id: str
    width: int
    height: int
    small_width: int
    small_height: int


@dataclass(frozen=True)
class Text:
    """Title and story in one language, opened."""

    title: Words
    story: Words

    @property
    def lang(self) -> str:
        """Give the language of both."""
        return self.title.lang


@dataclass(frozen=True)
class EntryPage:
    """An entry with all that a page shows of it, opened and detached from the database."""

    id: str
    portfolio_id: str
    leefgebied: str
    kind: str
    grade: str
    started_on: date | None
    ended_on: date | None
    minutes: int | None
    private: bool
    version: int
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None
    started_in: str = "day"
    ended_in: str = "day"
    texts: tuple[Text, ...] = ()
    photos: tuple[Photo, ...] = ()

    def text_for(self, *languages: str) -> Text:
        """Choose the text to show first: the first language asked for that exists."""
        by_language = {text.lang: text for text in self.texts if text.title or text.story}
        for lang in languages:
            if lang in by_language:
                return by_language[lang]
        return next(iter(by_language.values()), Text(Words("", "nl"), Words("", "nl")))

    @property
    def hours(self) -> float | None:
        """Give the time spent, in hours."""
        return None if self.minutes is None else self.minutes / 60


def read_entries(
    session: Session,
    chosen: Select[Entry],
    keys: Mapping[str, PortfolioKeys],
    *,
    stories: bool = True,
) -> list[EntryPage]:
    """Load entries whole: words of every language and photos, in three queries.

    `chosen` comes from the gate. An entry whose portfolio's keys are gone counts as erased.
    """
    columns = [getattr(Entry, name) for name in ENTRY_FIELDS]
    rows = session.execute(chosen.with_only_columns(*columns)).all()
    rows = [row for row in rows if row.portfolio_id in keys]
    if not rows:
        return []
    ids = [row.id for row in rows]
    key_of = {row.id: keys[row.portfolio_id].of(row.leefgebied) for row in rows}
    texts = _read_texts(session, ids, key_of, stories=stories)
    photos = _read_photos(session, ids)
    return [
        _page([*row, tuple(texts.get(row.id, ())), tuple(photos.get(row.id, ()))]) for row in rows
    ]


def _page(facts: list[Any]) -> EntryPage:
    return EntryPage(*facts)


ENTRY_FIELDS = (
    "id",
    "portfolio_id",
    "leefgebied",
    "kind",
    "grade",
    "started_on",
    "ended_on",
    "minutes",
    "private",
    "version",
    "created_at",
    "changed_at",
    "deleted_at",
    "started_in",
    "ended_in",
)


# Asked at nearly every page, so they are written down once: with stories, and without.
_OF_ENTRIES: BindParameter[str] = bindparam("entry_ids", expanding=True)
TEXTS = {
    told: select(
        EntryText.id,
        EntryText.entry_id,
        EntryText.lang,
        EntryText.title,
        EntryText.story if told else null(),
    )
    .where(EntryText.entry_id.in_(_OF_ENTRIES))
    .order_by(EntryText.number)
    for told in (True, False)
}
PHOTOS = (
    select(
        Attachment.entry_id,
        Attachment.id,
        Attachment.width,
        Attachment.height,
        Attachment.small_width,
        Attachment.small_height,
    )
    .where(Attachment.entry_id.in_(_OF_ENTRIES))
    .order_by(Attachment.number, Attachment.created_at)
)


def _read_texts(
    session: Session, ids: Sequence[str], key_of: Mapping[str, DataKey], *, stories: bool
) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    rows = session.execute(TEXTS[stories], {"entry_ids": ids}).all()
    for text_id, entry_id, lang, title, told in rows:
        key = key_of[entry_id]
        opened = Text(
            Words(open_text(key, "entry_text", text_id, "title", title) if title else "", lang),
            Words(open_text(key, "entry_text", text_id, "story", told) if told else "", lang),
        )
        found.setdefault(entry_id, []).append(opened)
    return found


def _read_photos(session: Session, ids: Sequence[str]) -> dict[str, list[Photo]]:
    found: dict[str, list[Photo]] = {}
    for row in session.execute(PHOTOS, {"entry_ids": ids}).all():
        found.setdefault(str(row[0]), []).append(Photo(*row[1:]))
    return found


def entries_of_photos(session: Session, chosen: Select[Attachment]) -> dict[str, str]:
    """Tell on which entry each of these photos hangs."""
    columns = (Attachment.id, Attachment.entry_id)
    return {row[0]: row[1] for row in session.execute(chosen.with_only_columns(*columns)) if row[1]}
