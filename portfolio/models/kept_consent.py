"""What was agreed is never rewritten: the database refuses it, and this is the one way round.

A trigger lets a consent be withdrawn once and refuses any other change, and every deletion.
Only where a thing or a whole map is erased for good is its portfolio released, inside that
very transaction.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped

from portfolio.models.base import ID, Base, internal, rows_changed
from portfolio.models.consent import Consent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


class ConsentRelease(Base):
    """A portfolio whose consents may go now. No row of it outlives its transaction."""

    __tablename__ = "consent_release"
    portfolio_id: Mapped[str] = internal(ID, primary_key=True)


@contextmanager
def released(session: Session, portfolio_id: str) -> Iterator[None]:
    """Let the consents of a map be erased, until the end of this block."""
    session.execute(insert(ConsentRelease).values(portfolio_id=portfolio_id))
    yield
    session.flush()
    rows_changed(
        session,
        delete(ConsentRelease).where(ConsentRelease.portfolio_id == portfolio_id),
    )


def forget_consents(session: Session, *which: ColumnElement[bool]) -> int:
    """Erase consents for good, with the thing or the map that they are about."""
    count = 0
    places = select(Consent.portfolio_id).where(*which).distinct().order_by(Consent.portfolio_id)
    for portfolio_id in session.scalars(places).all():
        with released(session, portfolio_id):
            done = rows_changed(
                session,
                delete(Consent).where(Consent.portfolio_id == portfolio_id, *which),
            )
            count += done
    return count
