"""Taking what happened into the chained log of security events.

What lives here: one write at the end of a request, or of a command, in which something
happened; a page that is read costs none. What does not: which events there are (events.py),
the rows and their chain (models/security_event.py).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import g
from sqlalchemy.exc import SQLAlchemyError

from portfolio.extensions import db, keyring
from portfolio.models.security_event import append, happened, read_events, read_head

if TYPE_CHECKING:
    from flask import Flask

LOGGER = logging.getLogger("portfolio")


def chain_secret() -> bytes:
    """Give the secret under which the chain is made."""
    return keyring().installation_key("security").derive("chain")


def take_in(_error: BaseException | None = None) -> None:
    """Write what happened, after the transaction in which it happened has ended."""
    events = [happened(name, fields) for name, fields in g.pop("security_events", ())]
    if not events:
        return
    try:
        secret = chain_secret()
        with db.engine.connect().execution_options(writing=True) as connection:
            append(connection, secret, events)
            connection.commit()
    except SQLAlchemyError as error:
        # The line on standard error stands already; whoever asked is not made to wait for it.
        LOGGER.warning("%d security events were not kept: %s", len(events), type(error).__name__)


def lines(app: Flask, last: int) -> list[str]:
    """Give the newest events as lines, the oldest first."""
    with app.app_context():
        return [
            f"{row.number} {row.at:%Y-%m-%dT%H:%M:%SZ} {row.name} {row.facts}"
            for row in read_events(db.session, last)
        ]


def head() -> tuple[int, str]:
    """Give the number and the code of the last event."""
    link = read_head(db.session)
    return link.number, link.code
