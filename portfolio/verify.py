"""Finding what was changed behind our back: the chains against the rows that they vouch for.

What lives here: going through all portfolios. What does not: how a chain is made and checked
(models/chain.py, models/version.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db, keyring
from portfolio.models.portfolio import Portfolio, open_keys
from portfolio.models.unbroken import broken_chains
from portfolio.models.version import broken_versions

if TYPE_CHECKING:
    from flask import Flask


def verify(app: Flask) -> tuple[int, list[str]]:
    """Check every portfolio; gives how many there were, and a line for whatever is wrong.

    A portfolio whose keys are gone was erased: nothing of it can be checked, and none is wrong.
    """
    wrong: list[str] = []
    with app.app_context():
        rows = db.session.scalars(select(Portfolio).order_by(Portfolio.id)).all()
        keys = open_keys(db.session, keyring(), [row.id for row in rows])
        for row in rows:
            if row.id in keys:
                wrong += broken_versions(db.session, row, keys[row.id])
                wrong += broken_chains(db.session, row, keys[row.id])
    return len(rows), wrong
