"""What somebody keeps in mijn map: an entry, its words per language, its photos."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
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
from portfolio.models.attachment import NOTHING_ATTACHED, Attached, Paper, Photo, Sound, attached_to
from portfolio.models.base import ID, Base, UtcDateTime, identity, internal, sealed
from portfolio.models.words import Since, Words, all_said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

GRADES = ("zelf", "bevestigd", "papier")
EXACTNESS = ("day", "month", "year")
WAY_BACK = timedelta(days=14)
MOST_TEXTS = 4


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
    # What its kind asks besides: a level per skill, tasks, who gave it.
    details: Mapped[bytes | None] = sealed()
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
    entry_id: Mapped[str] = internal(ID, ForeignKey("entry.id"), export=True)
    lang: Mapped[str] = internal(String(8), export=True)
    number: Mapped[int] = internal(Integer)
    title: Mapped[bytes | None] = sealed()
    story: Mapped[bytes | None] = sealed()
    # When its owner first said this in this language.
    said_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Text:
    """Title and story in one language, opened."""

    title: Words
    story: Words
    said_at: datetime | None = field(default=None, compare=False)

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
    details: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[Text, ...] = ()
    attached: Attached = NOTHING_ATTACHED

    @property
    def photos(self) -> tuple[Photo, ...]:
        """Give the photos."""
        return self.attached.photos

    @property
    def sounds(self) -> tuple[Sound, ...]:
        """Give the sounds."""
        return self.attached.sounds

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Give the papers."""
        return self.attached.papers

    def text_for(self, *languages: str) -> Text:
        """Choose the text to show first: the first language asked for that exists."""
        by_language = {text.lang: text for text in self.texts if text.title or text.story}
        for lang in languages:
            if lang in by_language:
                return by_language[lang]
        return next(iter(by_language.values()), Text(Words("", "nl"), Words("", "nl")))

    @property
    def since(self) -> Since:
        """Tell since when it says something in each of its languages."""
        return {text.lang: text.said_at for text in self.texts if text.title or text.story}

    @property
    def whole_in(self) -> list[str]:
        """List the languages in which all of it is said."""
        return all_said_in([[text.title for text in self.texts], [t.story for t in self.texts]])

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
    """Load entries whole: words of every language and attachments, in three queries.

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
    attached = attached_to(session, ids, key_of)
    return [
        _page(
            [
                *row[:-1],
                _details(key_of[row.id], row.id, row.details),
                tuple(texts.get(row.id, ())),
                attached.get(row.id, NOTHING_ATTACHED),
            ]
        )
        for row in rows
    ]


def _details(key: DataKey, entry_id: str, sealed: bytes | None) -> Mapping[str, str]:
    if sealed is None:
        return {}
    found: dict[str, str] = json.loads(open_text(key, "entry", entry_id, "details", sealed))
    return found


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
    "details",
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
        EntryText.said_at,
    )
    .where(EntryText.entry_id.in_(_OF_ENTRIES))
    .order_by(EntryText.number)
    for told in (True, False)
}


def _read_texts(
    session: Session, ids: Sequence[str], key_of: Mapping[str, DataKey], *, stories: bool
) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    rows = session.execute(TEXTS[stories], {"entry_ids": ids}).all()
    for text_id, entry_id, lang, title, told, said_at in rows:
        key = key_of[entry_id]
        opened = Text(
            Words(open_text(key, "entry_text", text_id, "title", title) if title else "", lang),
            Words(open_text(key, "entry_text", text_id, "story", told) if told else "", lang),
            said_at,
        )
        found.setdefault(entry_id, []).append(opened)
    return found


def read_named(
    session: Session, mine: Select[Entry], ids: Iterable[str], keys: PortfolioKeys
) -> dict[str, EntryPage]:
    """Load some entries of one map for their names alone, by id, in one query.

    One whose key is shut has no name here: a list is no reason to ask again, its own page is.
    """
    facts: dict[str, list[Any]] = {}
    texts: dict[str, list[Text]] = {}
    for row in session.execute(_by_name(mine), {"entry_ids": [*ids]}).all():
        *entry, text_id, lang, sealed = row
        facts[entry[0]] = entry
        if text_id and keys.shows(entry[2]):
            key = keys.of(entry[2])
            title = open_text(key, "entry_text", text_id, "title", sealed) if sealed else ""
            texts.setdefault(entry[0], []).append(Text(Words(title, lang), Words("", lang)))
    return {
        entry_id: _page([*each, {}, tuple(texts.get(entry_id, ()))])
        for entry_id, each in facts.items()
    }


@lru_cache(maxsize=256)
def _by_name(mine: Select[Entry]) -> Select[Any]:
    # Only the question is kept, as the gate keeps its own. Details are no part of a name.
    columns = [getattr(Entry, name) for name in ENTRY_FIELDS[:-1]]
    return (
        mine.outerjoin(EntryText, EntryText.entry_id == Entry.id)
        .where(Entry.id.in_(_OF_ENTRIES))
        .with_only_columns(*columns, EntryText.id, EntryText.lang, EntryText.title)
        .order_by(EntryText.number)
    )
