"""The links that an owner made for people without an account, as pages that are loaded whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.exceptions import NotFound

from portfolio.access import Action, Viewer, keys_of, visible
from portfolio.data import KINDS, LEEFGEBIEDEN, SENSITIVE
from portfolio.extensions import db
from portfolio.granted import STILL_NAMED, named_things
from portfolio.models.base import before_now
from portfolio.models.consent import Scope, last_day
from portfolio.models.entry import Entry, EntryPage, read_entries
from portfolio.models.visit import LinkPage, VisitorLink, read_links

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from portfolio.forms.visit import LinkForm


@dataclass(frozen=True)
class Linked:
    """One link with what it shows. `entry`, `leefgebied`, `part`: as a line of a share has."""

    link: LinkPage
    entry: EntryPage | None
    until: date
    part: str | None = None

    @property
    def leefgebied(self) -> str | None:
        """Give the leefgebied that it shows as a whole."""
        return self.link.leefgebied


def links(viewer: Viewer) -> list[Linked]:
    """List one's own links: those that work, and those that ended a short while ago."""
    recent = VisitorLink.expires_at > before_now(STILL_NAMED)
    return _loaded(viewer, recent)


def one(viewer: Viewer, link_id: str) -> Linked:
    """Load one of one's own links. Raises NotFound."""
    found = _loaded(viewer, VisitorLink.id == link_id)
    if not found:
        raise NotFound
    return found[0]


def offer(viewer: Viewer, form: LinkForm, order: Sequence[str]) -> dict[str, str]:
    """Offer what one page can show: a leefgebied or one thing; never health or family.

    Gives the picture of each, by what is offered.
    """
    keys = keys_of(viewer.portfolio_id)
    chosen = visible(viewer, Action.MAP_SHARE, Entry).where(
        Entry.private.is_(False), Entry.leefgebied.not_in(sorted(SENSITIVE))
    )
    chosen = chosen.order_by(Entry.leefgebied, Entry.created_at.desc(), Entry.id)
    found = read_entries(db.session, chosen, {str(viewer.portfolio_id): keys}, stories=False)
    filled = {each.leefgebied for each in found}
    whole = {f"leefgebied:{key}": key for key in LEEFGEBIEDEN if key in filled}
    single = {f"entry:{each.id}": each.leefgebied for each in found}
    form.scope.choices = [
        *((scope, LEEFGEBIEDEN[key].name) for scope, key in whole.items()),
        *((f"entry:{each.id}", _title(each, order)) for each in found),
    ]
    return {**whole, **single}


def _title(entry: EntryPage, order: Sequence[str]) -> str:
    text = entry.text_for(*order)
    # A person's own words are no msgid: what is escaped is shown as it is.
    if not text.title:
        return KINDS[entry.kind].label
    return Markup("<bdi>{}</bdi>").format(text.title.text)


def scope_of(chosen: str) -> Scope:
    """Name the one page that was chosen from what was offered."""
    kind, _, thing = chosen.partition(":")
    return Scope(leefgebied=thing) if kind == "leefgebied" else Scope(entry_id=thing)


def _loaded(viewer: Viewer, *which: ColumnElement[bool]) -> list[Linked]:
    keys = keys_of(viewer.portfolio_id)
    found = read_links(
        db.session, visible(viewer, Action.MAP_SHARE, VisitorLink).where(*which), keys
    )
    ids = {each.entry_id for each in found if each.entry_id}
    things = named_things(viewer, Action.MAP_SHARE, keys, ids)
    return [
        Linked(each, things.get(each.entry_id or ""), last_day(each.expires_at)) for each in found
    ]
