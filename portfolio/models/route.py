"""Mijn leerroute: what an owner copies from their letters, and what counts for which block.

What was said stands in one row per portfolio, sealed as one whole. The hours themselves stand
in the entries of the map: here is only kept for which block an entry counts.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Integer, Select, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped

from portfolio.data.plan import BUILDING_BLOCKS, KNM_THEMES, LAW, MAP_THEMES
from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.chain import hold
from portfolio.models.counting import end_of_term
from portfolio.models.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from portfolio.data.plan.rows import Block
    from portfolio.models.portfolio import PortfolioKeys

# The subjects of a block that has them.
THEMES = {"map": MAP_THEMES, "knm": KNM_THEMES}


class Route(Base):
    """What one owner says about their leerroute."""

    __tablename__ = "route"
    __table_args__ = (UniqueConstraint("portfolio_id"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    said: Mapped[bytes] = sealed()
    version: Mapped[int] = internal(Integer)
    changed_at: Mapped[datetime] = internal(UtcDateTime, export=True)


class Counted(Base):
    """An entry whose hours count for a block. One that was taken away does not count."""

    __tablename__ = "counted"
    __table_args__ = (UniqueConstraint("entry_id", "block"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    entry_id: Mapped[str] = internal(ID, ForeignKey("entry.id"), export=True)
    block: Mapped[str] = internal(String(20), export=True)


@dataclass(frozen=True)
class RouteSaid:
    """What the owner says; all of it may be missing. Hours of the letter are in minutes."""

    act: str = ""
    route: str = ""
    first_pip: date | None = None
    end: date | None = None
    letter: Mapping[str, int] = field(default_factory=dict)
    # Exam -> the level aimed at.
    aims: Mapping[str, str] = field(default_factory=dict)
    # Block -> the subjects that are done.
    themes: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def counted_end(self) -> date | None:
        """Count the end of the term, for who has one; only to ask whether the letter agrees."""
        has_term = self.act in LAW["term"].acts
        return end_of_term(self.first_pip) if self.first_pip and has_term else None

    @property
    def differs(self) -> bool:
        """Tell whether the letter names another end than we count."""
        return bool(self.end and self.counted_end and self.end != self.counted_end)

    def blocks(self) -> tuple[Block, ...]:
        """List the blocks of this act and route; whoever has not said one yet sees them all."""
        return tuple(
            block
            for block in BUILDING_BLOCKS.values()
            if (not self.act or self.act in block.acts)
            and (not self.route or self.route in block.routes)
        )

    def goal(self, block: Block) -> int | None:
        """Give how many minutes belong to a block, if it is counted in hours."""
        if block.from_letter:
            return self.letter.get(block.key)
        fact = LAW[block.fact] if block.fact else None
        hours = fact.number if fact and fact.unit == "hours" else None
        return hours * 60 if hours is not None else None


NOTHING_SAID = RouteSaid()


@dataclass(frozen=True)
class RoutePage:
    """A leerroute as a page shows it."""

    said: RouteSaid = NOTHING_SAID
    version: int = 0
    minutes: Mapping[str, int] = field(default_factory=dict)

    def of(self, block: str) -> int:
        """Give the minutes that count for a block."""
        return self.minutes.get(block, 0)

    def full(self, block: Block) -> bool:
        """Tell whether all the hours and subjects of a block are there."""
        goal, themes = self.said.goal(block), THEMES.get(block.key, {})
        if goal is None and not themes:
            return False
        enough = goal is None or self.of(block.key) >= goal
        return enough and set(themes) <= set(self.said.themes.get(block.key, ()))


def read_route(
    session: Session,
    chosen: Select[Route],
    counted: Select[Counted],
    keys: PortfolioKeys,
) -> RoutePage:
    """Load what was said, with the minutes of each block added up, in one query.

    Nothing counts for a block before there is a row of what was said.
    """
    rows = session.execute(_summed(chosen, counted)).all()
    if not rows:
        return RoutePage()
    said = _open(keys, rows[0].id, rows[0].said)
    return RoutePage(said, rows[0].version, {row[3]: int(row[4] or 0) for row in rows if row[3]})


@lru_cache(maxsize=64)
def _summed(chosen: Select[Route], counted: Select[Counted]) -> Select[Any]:
    sums = (
        counted.join(Entry, Entry.id == Counted.entry_id)
        .with_only_columns(
            Counted.portfolio_id, Counted.block, func.sum(Entry.minutes).label("all")
        )
        .group_by(Counted.portfolio_id, Counted.block)
        .subquery()
    )
    columns = (Route.id, Route.said, Route.version, sums.c.block, sums.c["all"])
    joined = chosen.outerjoin(sums, sums.c.portfolio_id == Route.portfolio_id)
    return joined.with_only_columns(*columns)


def hold_route(
    session: Session, portfolio_id: str, chosen: Select[Route], keys: PortfolioKeys
) -> tuple[Route | None, RouteSaid]:
    """Hold the owner's row, so that two changes come one after the other.

    The portfolio itself is held as well: two who both say something first make one row.
    """
    hold(session, portfolio_id)
    held = chosen.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(held).first()
    return row, (_open(keys, row.id, row.said) if row else NOTHING_SAID)


def keep_route(
    session: Session, row: Route | None, portfolio_id: str, keys: PortfolioKeys, said: RouteSaid
) -> None:
    """Keep what the owner says now; the row is held (hold_route)."""
    now = clock(session)
    if row is None:
        row = Route(id=new_id(), portfolio_id=portfolio_id, version=0)
        session.add(row)
    text = json.dumps(asdict(said), default=date.isoformat)
    row.said = seal_text(keys.general, "route", row.id, "said", text)
    row.version += 1
    row.changed_at = now
    session.flush()


def read_ticked(session: Session, counted: Select[Counted], block: str) -> frozenset[str]:
    """Give the entries that count for a block."""
    chosen = counted.where(Counted.block == block).with_only_columns(Counted.entry_id)
    return frozenset(session.scalars(chosen).all())


def with_hours(session: Session, entries: Select[Entry]) -> list[str]:
    """List the entries that have hours."""
    chosen = entries.where(Entry.minutes.is_not(None))
    return list(session.scalars(chosen.with_only_columns(Entry.id)).all())


def count_for(
    session: Session, portfolio_id: str, block: str, shown: Iterable[str], ticked: Iterable[str]
) -> None:
    """Let the ticked ones among the entries shown count for a block, and the others not.

    What was not shown (an entry that was taken away) stays as it was, for when it comes back.
    """
    shown, ticked = set(shown), set(ticked)
    held = set(
        session.scalars(
            select(Counted.entry_id).where(Counted.block == block, Counted.entry_id.in_(shown))
        ).all()
    )
    gone = held - ticked
    session.execute(delete(Counted).where(Counted.block == block, Counted.entry_id.in_(gone)))
    for entry_id in sorted((shown & ticked) - held):
        session.add(Counted(id=new_id(), portfolio_id=portfolio_id, entry_id=entry_id, block=block))
    session.flush()


def _open(keys: PortfolioKeys, row_id: str, sealed_said: bytes) -> RouteSaid:
    kept = json.loads(open_text(keys.general, "route", row_id, "said", sealed_said))
    for name in ("first_pip", "end"):
        kept[name] = date.fromisoformat(kept[name]) if kept[name] else None
    return RouteSaid(**kept)
