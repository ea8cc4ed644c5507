"""After a restore: nothing of a map is shown to others until its owner says that it is right.

What was taken back after the backup stands open in it again, and nobody can know what that was.
So each map of which something was shared is withheld whole (Portfolio.withheld_at), and what
others may have begun outside is ended. What does not live here: whoever is about to go is
withheld by the same column (going.py), and comes back by another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portfolio.models.base import database_now, rows_changed
from portfolio.models.consent import ALLOW, Consent
from portfolio.models.desk import end_recoveries
from portfolio.models.person import Person
from portfolio.models.portfolio import Portfolio
from portfolio.models.visit import end_links

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def hold_back(session: Session) -> int:
    """Withhold every map that is shared, end all links and recoveries. Begin for writing.

    Gives how many maps are withheld now that were not.
    """
    end_links(session)
    end_recoveries(session, "restored")
    shared = select(Consent.portfolio_id).where(
        Consent.withdrawn_at.is_(None), Consent.verdict == ALLOW
    )
    maps = update(Portfolio).where(Portfolio.withheld_at.is_(None), Portfolio.id.in_(shared))
    return rows_changed(session, maps.values(withheld_at=database_now()))


def show_again(session: Session, portfolio_id: str | None) -> bool:
    """Let others see again what the owner gave. False when nothing was withheld, or they go.

    Begin for writing.
    """
    leaving = select(Person.id).where(Person.leaving_at.is_not(None))
    mine = update(Portfolio).where(
        Portfolio.id == portfolio_id,
        Portfolio.withheld_at.is_not(None),
        Portfolio.person_id.not_in(leaving),
    )
    return bool(rows_changed(session, mine.values(withheld_at=None)))
