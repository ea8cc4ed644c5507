"""Mijn map itself: one portfolio per inburgeraar, its keys, and the step of each leefgebied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, aliased

from portfolio.keyring import DataKey, Keyring, new_id, open_text, seal_text
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import InstrumentedAttribute, Session

PHASES = ("azc", "start", "route", "afronden", "nazorg")
# Closed twice (AVG art. 9 and data of others): each has a key of its own.
SENSITIVE = ("gezondheid", "gezin")


class Portfolio(Base):
    """The map of one person. It belongs to that person, whatever organisation they are with."""

    __tablename__ = "portfolio"
    __table_args__ = (CheckConstraint(f"phase IN {PHASES}", name="phase"),)
    id: Mapped[str] = identity()
    person_id: Mapped[str] = internal(ID, ForeignKey("person.id"), unique=True)
    key_id: Mapped[str] = internal(ID, unique=True)
    gezondheid_key_id: Mapped[str] = internal(ID, unique=True)
    gezin_key_id: Mapped[str] = internal(ID, unique=True)
    phase: Mapped[str] = internal(String(10), export=True)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    # While this has a moment nobody else sees anything, whatever was shared.
    withheld_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    # Head and count of each chain, so that a cut chain is found as well as a changed one.
    access_log_head: Mapped[bytes | None] = sealed(export=False)
    comment_head: Mapped[bytes | None] = sealed(export=False)
    plan_head: Mapped[bytes | None] = sealed(export=False)


def shown(portfolio_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Say in SQL that the map of this column is not withheld whole from everybody else.

    It is while its owner is about to go, and after a restore until they said that it is right.
    """
    whose = aliased(Portfolio)
    there = exists().where(whose.id == portfolio_id, whose.withheld_at.is_(None))
    return there.correlate_except(whose)


class LeefgebiedState(Base):
    """Which of the four steps the owner chose for one leefgebied."""

    __tablename__ = "leefgebied_state"
    __table_args__ = (UniqueConstraint("portfolio_id", "leefgebied"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    leefgebied: Mapped[str] = internal(String(20), export=True)
    scale: Mapped[bytes] = sealed()
    changed_at: Mapped[datetime] = internal(UtcDateTime, export=True)


# Asked at nearly every request, so it is written down once.
KEY_IDS = select(
    Portfolio.id, Portfolio.key_id, Portfolio.gezondheid_key_id, Portfolio.gezin_key_id
).where(Portfolio.id.in_(bindparam("wanted", expanding=True)))


@dataclass(frozen=True, repr=False)
class PortfolioKeys:
    """The opened keys of one portfolio."""

    general: DataKey
    gezondheid: DataKey
    gezin: DataKey

    def of(self, leefgebied: str | None) -> DataKey:
        """Give the key that seals what stands in this leefgebied."""
        if leefgebied == "gezondheid":
            return self.gezondheid
        return self.gezin if leefgebied == "gezin" else self.general

    def by_id(self, key_id: str) -> DataKey:
        """Give the key of this id. Raises KeyError for a key of another portfolio."""
        return {key.id: key for key in (self.general, self.gezondheid, self.gezin)}[key_id]

    def shows(self, leefgebied: str | None) -> bool:
        """Tell whether what stands in a leefgebied may be opened without asking again."""
        del leefgebied
        return True

    def opens(self, key_id: str) -> bool:
        """Tell whether a key may be used without asking again who somebody is."""
        return key_id in (self.general.id, self.gezondheid.id, self.gezin.id)

    @property
    def chain_secret(self) -> bytes:
        """Give the secret under which the chains of this portfolio are made."""
        return self.general.derive("chain")


def make_keys(ring: Keyring) -> PortfolioKeys:
    """Make and commit the three keys of a portfolio that is about to be made."""
    return PortfolioKeys(ring.create("portfolio"), ring.create("gezondheid"), ring.create("gezin"))


def open_keys(
    session: Session, ring: Keyring, portfolio_ids: Iterable[str]
) -> dict[str, PortfolioKeys]:
    """Open the keys of portfolios. One whose keys are gone is erased and left out."""
    wanted = list(portfolio_ids)
    if not wanted:
        return {}
    rows = session.execute(KEY_IDS, {"wanted": wanted}).all()
    found = ring.fetch(key_id for row in rows for key_id in row[1:])
    return {
        row[0]: PortfolioKeys(*(found[key_id] for key_id in row[1:]))
        for row in rows
        if all(key_id in found for key_id in row[1:])
    }


def read_scales(session: Session, portfolio_id: str, keys: PortfolioKeys) -> dict[str, str]:
    """Read the chosen step of each leefgebied that has one, and whose key is open."""
    columns = (LeefgebiedState.id, LeefgebiedState.leefgebied, LeefgebiedState.scale)
    rows = session.execute(
        select(*columns).where(LeefgebiedState.portfolio_id == portfolio_id)
    ).all()
    return {
        row.leefgebied: open_text(
            keys.of(row.leefgebied), "leefgebied_state", row.id, "scale", row.scale
        )
        for row in rows
        if keys.shows(row.leefgebied)
    }


def read_scale(
    session: Session, portfolio_id: str, keys: PortfolioKeys, leefgebied: str
) -> str | None:
    """Read the chosen step of one leefgebied."""
    row = session.execute(
        select(LeefgebiedState.id, LeefgebiedState.scale).where(
            LeefgebiedState.portfolio_id == portfolio_id, LeefgebiedState.leefgebied == leefgebied
        )
    ).first()
    if row is None:
        return None
    return open_text(keys.of(leefgebied), "leefgebied_state", row.id, "scale", row.scale)


def set_scale(
    session: Session, portfolio_id: str, keys: PortfolioKeys, leefgebied: str, step: str
) -> None:
    """Keep the step that the owner chose for a leefgebied."""
    now = clock(session)
    row = session.scalars(
        select(LeefgebiedState).where(
            LeefgebiedState.portfolio_id == portfolio_id, LeefgebiedState.leefgebied == leefgebied
        )
    ).first()
    if row is None:
        row = LeefgebiedState(id=new_id(), portfolio_id=portfolio_id, leefgebied=leefgebied)
        session.add(row)
    row.scale = seal_text(keys.of(leefgebied), "leefgebied_state", row.id, "scale", step)
    row.changed_at = now
