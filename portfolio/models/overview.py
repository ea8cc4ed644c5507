"""The map at a glance: what the start page shows, in few and cheap queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func

from portfolio.data import LEEFGEBIEDEN
from portfolio.models.attachment import PHOTO, Attachment
from portfolio.models.comment import Comment
from portfolio.models.draft import OpenDraft, open_drafts
from portfolio.models.entry import Entry, EntryPage, read_entries
from portfolio.models.portfolio import SENSITIVE, PortfolioKeys, read_scales

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portfolio.models.draft import Draft


@dataclass(frozen=True)
class Tile:
    """One leefgebied at a glance."""

    key: str
    count: int
    new: int
    step: str | None


@dataclass(frozen=True)
class StartPage:
    """All that the start page shows, opened."""

    tiles: tuple[Tile, ...]
    cover: EntryPage | None
    drafts: tuple[OpenDraft, ...]

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing in the map yet."""
        return not any(tile.count for tile in self.tiles)


@dataclass(frozen=True)
class Within:
    """The rows that the gate gives, per table."""

    entries: Select[Entry]
    comments: Select[Comment]
    drafts: Select[Draft]


def read_start(
    session: Session, portfolio_id: str, keys: PortfolioKeys, within: Within, since: datetime | None
) -> StartPage:
    """Load the start page. What others said after `since` is new."""
    counts = count_entries(session, within.entries)
    new = count_new(session, within.comments, since) if counts and since else {}
    scales = read_scales(session, portfolio_id, keys)
    tiles = tuple(
        Tile(key, counts.get(key, 0), new.get(key, 0), scales.get(key)) for key in LEEFGEBIEDEN
    )
    found = read_entries(session, _cover(within), {portfolio_id: keys}, stories=False)
    drafts = open_drafts(session, within.drafts, keys)
    return StartPage(tiles, found[0] if found else None, tuple(drafts))


def _cover(within: Within) -> Select[Entry]:
    # Whoever holds the phone sees this page first: nothing private or about health or family.
    photo = and_(Attachment.entry_id == Entry.id, Attachment.kind == PHOTO)
    with_photo = exists().where(photo).correlate(Entry)
    return (
        within.entries.where(Entry.leefgebied.not_in(SENSITIVE), Entry.private.is_(False))
        .order_by(with_photo.desc(), Entry.created_at.desc(), Entry.id)
        .limit(1)
    )


def count_entries(session: Session, chosen: Select[Entry]) -> dict[str, int]:
    """Count the things in each leefgebied."""
    counted = chosen.with_only_columns(Entry.leefgebied, func.count())
    rows = session.execute(counted.group_by(Entry.leefgebied)).all()
    return {row[0]: row[1] for row in rows}


def count_new(session: Session, chosen: Select[Comment], since: datetime) -> dict[str, int]:
    """Count what others said since a moment, per leefgebied in which it is seen now."""
    place = func.coalesce(Entry.leefgebied, Comment.leefgebied)
    rows = session.execute(
        chosen.with_only_columns(place, func.count())
        .select_from(Comment)
        .outerjoin(Entry, Entry.id == Comment.entry_id)
        .where(
            Comment.created_at > since,
            Comment.membership_id.is_not(None),
            Comment.removed_at.is_(None),
            # What is said about a goal stands with the goal.
            Comment.goal_id.is_(None),
            Entry.deleted_at.is_(None),
        )
        .group_by(place)
    ).all()
    return {row[0]: row[1] for row in rows}
