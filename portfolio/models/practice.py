"""How an organisation does what the law leaves to it: a number of its own, within bounds.

A number may differ only for a fact of practice that data/plan/law.toml calls adjustable, so
what is law is never adjusted. Where an organisation says nothing, our number stands.
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from portfolio.data.plan import LAW
from portfolio.keyring import new_id
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, public
from portfolio.models.organisation import Organisation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portfolio.data.plan.rows import Fact

TALK_EVERY = "talk_every"
ADJUSTABLE: Mapping[str, Fact] = MappingProxyType(
    {key: fact for key, fact in LAW.items() if fact.adjustable and fact.kind == "practice"}
)


class Practice(Base):
    """The number that one organisation has for one fact of practice."""

    __tablename__ = "practice"
    __table_args__ = (UniqueConstraint("organisation_id", "fact"),)
    id: Mapped[str] = identity()
    organisation_id: Mapped[str] = internal(
        ID, ForeignKey("organisation.id"), index=True, erase="keep"
    )
    fact: Mapped[str] = public(String(40))
    number: Mapped[int] = public(Integer)
    changed_at: Mapped[datetime] = internal(UtcDateTime, erase="keep")


def fits(fact: Fact, number: int) -> bool:
    """Tell whether an organisation may have this number for a fact."""
    lowest, highest = fact.lowest or 0, fact.highest or 0
    return fact.key in ADJUSTABLE and lowest <= number <= highest


def read_practice(
    session: Session, chosen: Select[Practice], organisation_id: str
) -> dict[str, int]:
    """Load what one organisation set, of what the gate chose; what fits no bounds is left out."""
    here = chosen.where(Practice.organisation_id == organisation_id)
    rows = session.execute(here.with_only_columns(Practice.fact, Practice.number)).all()
    return {key: number for key, number in rows if key in LAW and fits(LAW[key], number)}


def hold_practice(session: Session, organisation_id: str) -> None:
    """Let two beheerders who change it do so one after the other."""
    held = select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    session.execute(held).all()


def keep_practice(
    session: Session, organisation_id: str, chosen: Select[Practice], numbers: Mapping[str, int]
) -> list[str]:
    """Keep the numbers of an organisation that is held; gives the facts that changed.

    `chosen`: what may be changed, from the gate. Raises ValueError for a number out of bounds,
    and for a fact that is not adjustable.
    """
    if not all(key in LAW and fits(LAW[key], number) for key, number in numbers.items()):
        message = "an organisation has no number of its own for this"
        raise ValueError(message)
    now = clock(session)
    here = chosen.where(Practice.organisation_id == organisation_id)
    there = {row.fact: row for row in session.scalars(here).all()}
    changed = []
    for key, number in numbers.items():
        row = there.get(key)
        if row is not None and row.number == number:
            continue
        if row is None:
            row = Practice(id=new_id(), organisation_id=organisation_id, fact=key)
            session.add(row)
        row.number, row.changed_at = number, now
        changed.append(key)
    session.flush()
    return changed
