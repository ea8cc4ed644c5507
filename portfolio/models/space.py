"""How much room the files of a map take, and how much is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio.models.attachment import Attachment
from portfolio.models.upload import Upload

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# What a photo takes in its two sizes, as a rule.
PHOTO_BYTES = 300_000
ROUND_FROM = 20


def space_used(session: Session, portfolio_id: str) -> int:
    """Tell how many bytes the files of a map take, those on their way included."""
    kept = select(func.coalesce(func.sum(Attachment.size), 0)).where(
        Attachment.portfolio_id == portfolio_id
    )
    coming = select(func.coalesce(func.sum(Upload.received), 0)).where(
        Upload.portfolio_id == portfolio_id
    )
    return int(session.scalars(select(kept.scalar_subquery() + coming.scalar_subquery())).one())


@dataclass(frozen=True)
class Space:
    """How full a map is, as somebody wants to hear it."""

    used: int
    quota: int

    @property
    def percent(self) -> int:
        """Give how full it is, in whole percents; what is there counts for at least one."""
        return -(-self.used * 100 // self.quota)

    @property
    def photos(self) -> int:
        """Give about how many photos still fit; of many, in round tens."""
        many = max(0, self.quota - self.used) // PHOTO_BYTES
        return many if many < ROUND_FROM else many // 10 * 10
