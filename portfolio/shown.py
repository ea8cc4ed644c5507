"""What a member sees of somebody else's map, as pages that are loaded whole.

What lives here: one function per page, for the viewer it is given. The pages of coach and
provider use it, and so does the owner who looks through their eyes. What does not: who may
see what (access.py), and any address.

A list of people (who shares with me, and how much is new) opens no content and writes no
log; each page of a map writes its row before it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound

from portfolio.access import Action, Viewer, reading, there_is, visible
from portfolio.checked import page_about
from portfolio.data import LEEFGEBIEDEN
from portfolio.extensions import db, keyring
from portfolio.models.comment import Comment, CommentPage, read_places
from portfolio.models.consent import Consent, last_day
from portfolio.models.entry import Entry, EntryPage, read_entries
from portfolio.models.people import (
    Count,
    Held,
    Place,
    count_things,
    owner_names,
    read_held,
    read_held_places,
)
from portfolio.models.portfolio import Portfolio
from portfolio.viewer import SEEN_THROUGH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Select

    from portfolio.access import Guest


@dataclass(frozen=True)
class Share:
    """What something is shown for, and until when."""

    purpose: str
    until: date


@dataclass(frozen=True)
class Sharer:
    """Somebody who shares, in a list."""

    portfolio_id: str
    name: str
    leefgebieden: tuple[str, ...]
    things: int
    new: int
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Tile:
    """A leefgebied that is shared as a whole."""

    leefgebied: str
    things: int
    new: int
    step: str | None


@dataclass(frozen=True)
class PersonPage:
    """What one person shares with a coach."""

    portfolio_id: str
    name: str
    shares: tuple[Share, ...]
    has_plan: bool
    tiles: tuple[Tile, ...]
    singles: tuple[EntryPage, ...]


@dataclass(frozen=True)
class LeefgebiedPage:
    """A shared leefgebied with all that stands in it."""

    portfolio_id: str
    name: str
    leefgebied: str
    step: str | None
    share: Share
    may_comment: bool
    mine: tuple[str, ...]
    entries: tuple[EntryPage, ...]
    new: frozenset[str]
    talk: Mapping[str | None, list[CommentPage]]


@dataclass(frozen=True)
class ThingPage:
    """One shared entry with its talk."""

    portfolio_id: str
    name: str
    entry: EntryPage
    may_comment: bool
    mine: tuple[str, ...]
    talk: tuple[CommentPage, ...]
    in_shared: bool


@dataclass(frozen=True)
class AchievementsPage:
    """What one person shows a school or organisation."""

    portfolio_id: str
    name: str
    organisation: str
    shares: tuple[Share, ...]
    entries: tuple[EntryPage, ...]


def sharers(viewer: Viewer, action: Action) -> list[Sharer]:
    """List the people who share with a viewer, what is new first, then by name."""
    held = read_held(db.session, visible(viewer, action, Consent))
    names = owner_names(db.session, keyring(), visible(viewer, action, Portfolio))
    counts = _counts(viewer, action)
    found = [
        _sharer(portfolio_id, name, held, [c for c in counts if c.portfolio_id == portfolio_id])
        for portfolio_id, name in names.items()
    ]
    # Two of one name always stand in the same order.
    return sorted(found, key=lambda each: (not each.new, each.name.casefold(), each.portfolio_id))


def person_page(viewer: Viewer, portfolio_id: str, *, log: bool = True) -> PersonPage:
    """Load what one person shares: leefgebieden as tiles, and single things."""
    with reading(viewer, Action.PEOPLE_SEE, portfolio_id, "map", log=log) as guest:
        held, places = _places(viewer, guest)
        shared = {each.leefgebied for each in held if each.leefgebied}
        counts = {
            count.leefgebied: count for count in _counts(viewer, Action.PEOPLE_SEE, portfolio_id)
        }
        singles: list[EntryPage] = []
        if any(each.entry_id for each in held):
            chosen = _entries(viewer, Action.PEOPLE_SEE, portfolio_id)
            chosen = chosen.where(Entry.leefgebied.not_in(shared))
            singles = read_entries(db.session, chosen, {portfolio_id: guest.keys}, stories=False)
    tiles = [_tile(key, counts.get(key), places[key]) for key in LEEFGEBIEDEN if key in shared]
    return PersonPage(
        portfolio_id,
        guest.owner,
        shares_of(held),
        any(each.part for each in held),
        tuple(tiles),
        tuple(singles),
    )


def leefgebied_page(
    viewer: Viewer, portfolio_id: str, leefgebied: str, *, log: bool = True
) -> LeefgebiedPage:
    """Load a shared leefgebied. Raises NotFound when it is not shared as a whole."""
    action, about = Action.PEOPLE_SEE, f"leefgebied:{leefgebied}"
    with reading(viewer, action, portfolio_id, about, log=log) as guest:
        held, places = _places(viewer, guest, leefgebied)
        if not held:
            raise NotFound
        keys = {portfolio_id: guest.keys}
        chosen = _entries(viewer, action, portfolio_id).where(Entry.leefgebied == leefgebied)
        entries = read_entries(db.session, chosen, keys)
        talk = read_places(
            db.session,
            visible(viewer, action, Comment).where(Comment.portfolio_id == portfolio_id),
            keys,
            leefgebied=leefgebied,
            entry_ids=[entry.id for entry in entries],
        )
    place = places[leefgebied]
    seats = viewer.seat_ids(*SEEN_THROUGH[Action.PEOPLE_COMMENT])
    return LeefgebiedPage(
        portfolio_id,
        guest.owner,
        leefgebied,
        place.step,
        shares_of(held)[0],
        any(each.may_comment and each.membership_id in seats for each in held),
        tuple(viewer.seat_ids(*SEEN_THROUGH[action])),
        tuple(entries),
        frozenset(each.id for each in entries if _newer(each, place)),
        talk,
    )


def thing_page(viewer: Viewer, portfolio_id: str, entry_id: str, *, log: bool = True) -> ThingPage:
    """Load one shared entry. Raises NotFound when it is not shared, or no longer."""
    action = Action.PEOPLE_SEE
    with reading(viewer, action, portfolio_id, f"entry:{entry_id}", log=log) as guest:
        chosen = visible(viewer, action, Entry)
        chosen = chosen.where(Entry.id == entry_id, Entry.portfolio_id == portfolio_id)
        keys = {portfolio_id: guest.keys}
        entries = read_entries(db.session, chosen, keys)
        if not entries:
            raise NotFound
        page_about(entries[0].leefgebied)
        comments = visible(viewer, action, Comment).where(Comment.portfolio_id == portfolio_id)
        talk = read_places(db.session, comments, keys, entry_ids=[entry_id])
        comment = visible(viewer, Action.PEOPLE_COMMENT, Entry).where(Entry.id == entry_id)
        whole = visible(viewer, action, Consent).where(
            Consent.portfolio_id == portfolio_id, Consent.leefgebied == entries[0].leefgebied
        )
        may_comment, in_shared = there_is(comment, whole)
    return ThingPage(
        portfolio_id,
        guest.owner,
        entries[0],
        may_comment,
        tuple(viewer.seat_ids(*SEEN_THROUGH[action])),
        tuple(talk.get(entry_id, ())),
        in_shared,
    )


def achievements_page(viewer: Viewer, portfolio_id: str, *, log: bool = True) -> AchievementsPage:
    """Load what one person shows a school or organisation: nothing but the things themselves."""
    action = Action.ACHIEVEMENTS_SEE
    with reading(viewer, action, portfolio_id, "map", log=log) as guest:
        chosen = visible(viewer, action, Consent).where(Consent.portfolio_id == portfolio_id)
        held = read_held(db.session, chosen)
        things = _entries(viewer, action, portfolio_id)
        entries = read_entries(db.session, things, {portfolio_id: guest.keys})
    return AchievementsPage(
        portfolio_id, guest.owner, guest.seat.organisation, shares_of(held), tuple(entries)
    )


def _counts(viewer: Viewer, action: Action, portfolio_id: str | None = None) -> list[Count]:
    entries, comments = visible(viewer, action, Entry), visible(viewer, action, Comment)
    if portfolio_id:
        entries = entries.where(Entry.portfolio_id == portfolio_id)
        comments = comments.where(Comment.portfolio_id == portfolio_id)
    return count_things(db.session, entries, comments, viewer.seat_ids(*SEEN_THROUGH[action]))


def _entries(viewer: Viewer, action: Action, portfolio_id: str) -> Select[Entry]:
    chosen = visible(viewer, action, Entry).where(Entry.portfolio_id == portfolio_id)
    return chosen.order_by(Entry.created_at.desc(), Entry.id)


def _places(
    viewer: Viewer, guest: Guest, leefgebied: str | None = None
) -> tuple[list[Held], dict[str, Place]]:
    action = Action.PEOPLE_SEE
    chosen = visible(viewer, action, Consent).where(Consent.portfolio_id == guest.portfolio_id)
    if leefgebied:
        chosen = chosen.where(Consent.leefgebied == leefgebied)
    seats = viewer.seat_ids(*SEEN_THROUGH[action])
    return read_held_places(db.session, chosen, guest.keys, seats)


def _newer(entry: EntryPage, place: Place) -> bool:
    return place.looked_at is not None and entry.changed_at > place.looked_at


def _tile(leefgebied: str, count: Count | None, place: Place) -> Tile:
    things, new = (count.things, count.new) if count else (0, 0)
    return Tile(leefgebied, things, new, place.step)


def shares_of(held: list[Held]) -> tuple[Share, ...]:
    """Name each purpose once, with the day on which the last of it ends."""
    last: dict[str, date] = {}
    for each in held:
        last.setdefault(each.purpose, last_day(each.expires_at))
    return tuple(Share(purpose, until) for purpose, until in last.items())


def _sharer(portfolio_id: str, name: str, held: list[Held], counts: list[Count]) -> Sharer:
    mine = [each for each in held if each.portfolio_id == portfolio_id]
    whole = {each.leefgebied for each in mine}
    return Sharer(
        portfolio_id,
        name,
        tuple(key for key in LEEFGEBIEDEN if key in whole),
        sum(count.things for count in counts),
        sum(count.new for count in counts),
        shares_of(mine),
    )
