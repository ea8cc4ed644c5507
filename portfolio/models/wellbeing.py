"""Hoe gaat het met mij?: six sides of how somebody is, said in words and never changed.

Sealed with the key of gezondheid, the side that was asked about as well. No numbers are kept
and nothing is worked out from it; the place on the web is that of the word on its scale.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Select
from sqlalchemy.orm import Mapped

from portfolio.data.plan import WELLBEING, WELLBEING_ANSWERS
from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.consent import AMSTERDAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys


class Wellbeing(Base):
    """What somebody said about one side of how they are, at one moment."""

    __tablename__ = "wellbeing"
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    said: Mapped[bytes] = sealed()
    at: Mapped[datetime] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Web:
    """How somebody was at the end of a day: dimension -> answer, as far as it was said."""

    on: date
    said: Mapping[str, str]

    @property
    def steps(self) -> list[int]:
        """Give the place of each side on the scale of words, from 1; 0 where nothing was said."""
        order = list(WELLBEING_ANSWERS)
        return [order.index(self.said[key]) + 1 if key in self.said else 0 for key in WELLBEING]


def read_webs(
    session: Session, chosen: Select[Wellbeing], keys: PortfolioKeys, most: int | None = None
) -> list[Web]:
    """Load one web for every day on which something was said, the oldest first.

    `most`: only the last so many; what was said long before them then stays sealed, as soon as
    each side is known without it.
    """
    webs: dict[date, dict[str, str]] = {}
    # From the newest back: an older word counts for each later day that has none of that side.
    for row in session.execute(_newest_first(chosen)):
        if len(webs) == most and all(len(said) == len(WELLBEING) for said in webs.values()):
            break
        said = json.loads(open_text(keys.of("gezondheid"), "wellbeing", row.id, "said", row.said))
        if said["dimension"] in WELLBEING and said["answer"] in WELLBEING_ANSWERS:
            on = row.at.astimezone(AMSTERDAM).date()
            if most is None or len(webs) < most:
                webs.setdefault(on, {})
            for web in webs.values():
                web.setdefault(said["dimension"], said["answer"])
    return [Web(on, said) for on, said in reversed(webs.items())]


@lru_cache(maxsize=64)
def _newest_first(chosen: Select[Wellbeing]) -> Select[str, bytes, datetime]:
    columns = (Wellbeing.id, Wellbeing.said, Wellbeing.at)
    return chosen.with_only_columns(*columns).order_by(Wellbeing.at.desc(), Wellbeing.id.desc())


def say_how(
    session: Session, portfolio_id: str, keys: PortfolioKeys, dimension: str, answer: str
) -> None:
    """Add what somebody says about one side. Another word comes later, beside it."""
    row = Wellbeing(id=new_id(), portfolio_id=portfolio_id, at=clock(session))
    said = json.dumps({"dimension": dimension, "answer": answer})
    row.said = seal_text(keys.of("gezondheid"), "wellbeing", row.id, "said", said)
    session.add(row)
    session.flush()
