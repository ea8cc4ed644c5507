"""Agreements of a talk: who does what, and by when. Both can change them; each change counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKey, Integer, Select, func, select
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.answer import said_in, say_in
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.words import Words

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys

MOST_AGREEMENTS = 40


class Agreement(Base):
    """One thing that somebody will do after a talk."""

    __tablename__ = "agreement"
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    talk_id: Mapped[str] = internal(ID, ForeignKey("talk.id"), index=True, export=True)
    # Who, somebody else's name, and what.
    said: Mapped[bytes] = sealed()
    due_on: Mapped[date | None] = internal(Date, export=True)
    done_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    version: Mapped[int] = internal(Integer)
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Deed:
    """Who does what, and by when. `who`: owner, coach or other."""

    who: str
    what: Words
    other: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class AgreementPage:
    """An agreement as a page shows it."""

    id: str
    talk_id: str
    deed: Deed
    done: bool
    version: int


def add_agreement(
    session: Session, portfolio_id: str, talk_id: str, keys: PortfolioKeys, deed: Deed
) -> Agreement:
    """Add an agreement to a talk that is held. Raises ValueError when there are very many."""
    there = select(func.count()).where(Agreement.talk_id == talk_id)
    if (session.scalar(there) or 0) >= MOST_AGREEMENTS:
        message = "too many agreements"
        raise ValueError(message)
    row = Agreement(id=new_id(), portfolio_id=portfolio_id, talk_id=talk_id, version=0)
    row.created_at = clock(session)
    session.add(row)
    change_agreement(session, keys, row, deed)
    return row


def change_agreement(session: Session, keys: PortfolioKeys, row: Agreement, deed: Deed) -> None:
    """Let an agreement say something else."""
    said = {"who": deed.who, "other": deed.other, "what": say_in((deed.what,))}
    text = json.dumps(said, ensure_ascii=False)
    row.said = seal_text(keys.general, "agreement", row.id, "said", text)
    row.due_on = deed.due_on
    row.version += 1
    session.flush()


def tick(session: Session, row: Agreement, *, done: bool) -> None:
    """Say that it was done, or that it was not."""
    if done != (row.done_at is not None):
        row.done_at = clock(session) if done else None
        row.version += 1
        session.flush()


def read_agreements(
    session: Session, chosen: Select[Agreement], keys: PortfolioKeys
) -> list[AgreementPage]:
    """Load the agreements of one map that the gate chose, in the order in which they were made."""
    rows = session.execute(
        chosen.with_only_columns(*Agreement.__table__.c).order_by(
            Agreement.created_at, Agreement.id
        )
    ).all()
    return [_page(row, keys) for row in rows]


def _page(row: Row[Any], keys: PortfolioKeys) -> AgreementPage:
    said = json.loads(open_text(keys.general, "agreement", row.id, "said", row.said))
    what = next(iter(said_in(said["what"])), Words("", "nl"))
    deed = Deed(said["who"], what, said["other"], row.due_on)
    return AgreementPage(row.id, row.talk_id, deed, row.done_at is not None, row.version)


def hold_agreement(session: Session, chosen: Select[Agreement]) -> Agreement | None:
    """Hold the one agreement that the gate chose, so that changes come one after the other."""
    held = chosen.with_for_update(of=Agreement).execution_options(populate_existing=True)
    return session.scalars(held).first()
