"""What a visitor by a link sees, loaded whole, and noted before it is shown.

What lives here: the reading by a visit, as access.reading() is one by a member. What does
not: who may see what (rules.py), and how a code is spent (models/visit.py).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound

from portfolio.access import Action, Viewer, keys_of, visible
from portfolio.extensions import db, keyring
from portfolio.models import chain
from portfolio.models.access_log import note_reading
from portfolio.models.base import begin
from portfolio.models.consent import Grantee, last_day
from portfolio.models.entry import Entry, EntryPage, read_entries
from portfolio.models.people import owner_names
from portfolio.models.portfolio import Portfolio
from portfolio.models.visit import VISITOR, VisitorLink, hold_open, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from portfolio.models.portfolio import PortfolioKeys


@dataclass(frozen=True)
class Opened:
    """The map that a visit looks into, for one reading."""

    portfolio_id: str
    keys: PortfolioKeys
    scope: str
    purpose: str
    until: date
    visitor: str


@dataclass(frozen=True)
class VisitPage:
    """The one page that a visit shows."""

    name: str
    visitor: str
    purpose: str
    until: date
    leefgebied: str | None
    entries: tuple[EntryPage, ...]


@contextmanager
def visiting(viewer: Viewer, action: Action, about: str | None = None) -> Iterator[Opened]:
    """Open the map of a visit for one reading, and write down who looked before it is shown.

    Without `about` it is the page of the link itself. Raises NotFound when the visit or the
    link is over: the link is held, so that whoever ends it waits for this reading, or it for them.
    """
    begin(db.session, writing=True)
    link = hold_open(db.session, visible(viewer, action, VisitorLink))
    if link is None:
        raise NotFound
    row = chain.hold(db.session, link.portfolio_id)
    keys = keys_of(link.portfolio_id)
    name, link_id = name_of(link, keys), link.id
    yield Opened(row.id, keys, link.scope, link.purpose, last_day(link.expires_at), name)
    who = Grantee(name, VISITOR, "")
    note_reading(db.session, row.id, keys, link_id, who, about=about or link.scope, held=row)
    db.session.commit()


def visit_page(viewer: Viewer) -> VisitPage:
    """Load the one page of a visit. Raises NotFound when nothing is to be seen, or no longer."""
    action = Action.VISIT_SEE
    with visiting(viewer, action) as opened:
        names = owner_names(db.session, keyring(), visible(viewer, action, Portfolio))
        if opened.portfolio_id not in names:
            raise NotFound
        chosen = visible(viewer, action, Entry).order_by(Entry.created_at.desc(), Entry.id)
        entries = read_entries(db.session, chosen, {opened.portfolio_id: opened.keys})
        kind, _, thing = opened.scope.partition(":")
        if kind == "entry" and not entries:
            raise NotFound
    return VisitPage(
        names[opened.portfolio_id],
        opened.visitor,
        opened.purpose,
        opened.until,
        thing if kind == "leefgebied" else None,
        tuple(entries),
    )
