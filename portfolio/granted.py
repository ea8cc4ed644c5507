"""What an owner has given others to see, as pages that are loaded whole.

What lives here: the page of all shares, and "wie kan dit zien?" of one thing. What does
not: who may see what (access.py), and what somebody else then sees (shown.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_
from werkzeug.exceptions import NotFound

from portfolio.access import Action, Seat, Viewer, get_or_404, grantees_of, keys_of, visible
from portfolio.ending import is_soon, today_here
from portfolio.extensions import db, keyring
from portfolio.models.base import before_now
from portfolio.models.consent import (
    ALLOW,
    REFUSE,
    Consent,
    ConsentPage,
    Grantee,
    given,
    in_force,
    last_day,
    read_consents,
)
from portfolio.models.entry import Entry, EntryPage, read_entries, read_named
from portfolio.models.organisation import COACHING_ROLES, Membership
from portfolio.models.people import find_members

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from portfolio.models.people import KnownMember
    from portfolio.models.portfolio import PortfolioKeys

# How long a share that has ended is still named.
STILL_NAMED = timedelta(days=90)


@dataclass(frozen=True)
class Line:
    """One thing that one member may see, or may not see."""

    consent_id: str
    leefgebied: str | None
    part: str | None
    entry: EntryPage | None
    refused: bool
    purpose: str | None
    until: date | None
    may_comment: bool
    # Whether it ends within two weeks: then the way to share once more stands beside it.
    soon: bool = False


@dataclass(frozen=True)
class Receipt:
    """The proof of one consent, as it was agreed and as it ended."""

    consent: ConsentPage
    line: Line
    # Whether the member works there no longer, so that it opens nothing.
    left: bool


@dataclass(frozen=True)
class Card:
    """One member with everything that is shared with them."""

    membership_id: str
    grantee: Grantee
    lines: tuple[Line, ...]
    refusals: tuple[Line, ...]


@dataclass(frozen=True)
class Ended:
    """A share that is over."""

    grantee: Grantee
    line: Line
    left: bool


@dataclass(frozen=True)
class Overview:
    """Who can see what, and what has ended."""

    cards: tuple[Card, ...]
    ended: tuple[Ended, ...]


@dataclass(frozen=True)
class Sees:
    """One member who sees one thing, and by which consent."""

    membership_id: str
    grantee: Grantee
    consent_id: str
    leefgebied: str | None
    until: date | None


@dataclass(frozen=True)
class WhoPage:
    """Who sees one thing, and who was refused."""

    entry: EntryPage
    sees: tuple[Sees, ...]
    refused: tuple[Sees, ...]


def overview(viewer: Viewer) -> Overview:
    """Load who can see what in one's own map."""
    keys = keys_of(viewer.portfolio_id)
    by_map = {str(viewer.portfolio_id): keys}
    mine = visible(viewer, Action.MAP_SHARE, Consent)
    chosen, here = _named(mine, visible(viewer, Action.MAP_SHARE, Membership))
    found = read_consents(db.session, chosen, by_map, here)
    given = [each for each in found if each.in_force]
    over = [each for each in found if not each.in_force]
    ids = {each.entry_id for each in found if each.entry_id}
    things = named_things(viewer, Action.MAP_SHARE, keys, ids)
    here_now = {each.membership_id for each in given if each.here}
    today = today_here()
    members = dict.fromkeys(each.membership_id for each in given)
    cards = [_card(each, given, things, today) for each in members]
    ended = [Ended(each.grantee, _line(each, things), left=False) for each in over]
    ended += [
        Ended(card.grantee, line, left=True)
        for card in cards
        if card.membership_id not in here_now
        for line in card.lines
    ]
    return Overview(tuple(card for card in cards if card.membership_id in here_now), tuple(ended))


@lru_cache(maxsize=256)
def _named(
    mine: Select[Consent], there: Select[Membership]
) -> tuple[Select[Consent], ColumnElement[bool]]:
    """Choose what holds or ended not long ago, and ask who is still there.

    Only the question is kept, never an answer to it.
    """
    recent = or_(
        Consent.withdrawn_at > before_now(STILL_NAMED),
        and_(Consent.withdrawn_at.is_(None), Consent.expires_at > before_now(STILL_NAMED)),
    )
    named = or_(given(), and_(Consent.verdict != REFUSE, recent))
    return mine.where(named), there.where(Membership.id == Consent.membership_id).exists()


def receipt(viewer: Viewer, consent_id: str) -> Receipt:
    """Load the proof of one consent, also long after it ended. Raises NotFound."""
    keys = keys_of(viewer.portfolio_id)
    there = visible(viewer, Action.MAP_SHARE, Membership)
    here = there.where(Membership.id == Consent.membership_id).exists()
    chosen = visible(viewer, Action.MAP_SHARE, Consent).where(Consent.id == consent_id)
    found = read_consents(db.session, chosen, {str(viewer.portfolio_id): keys}, here)
    if not found:
        raise NotFound
    ids = {each.entry_id for each in found if each.entry_id}
    things = named_things(viewer, Action.MAP_SHARE, keys, ids)
    return Receipt(found[0], _line(found[0], things), left=not found[0].here)


def holders(viewer: Viewer, part: str) -> dict[str, Grantee]:
    """List with whom a part of one's own plan is shared now, named as they were then."""
    found = read_consents(
        db.session,
        _living(viewer).where(Consent.part == part),
        {str(viewer.portfolio_id): keys_of(viewer.portfolio_id)},
    )
    return {each.membership_id: each.grantee for each in found}


def last_known(viewer: Viewer, membership_id: str) -> Grantee | None:
    """Name a member as they were when one last shared with them, also when they left since."""
    mine = visible(viewer, Action.MAP_SHARE, Consent)
    by_map = {str(viewer.portfolio_id): keys_of(viewer.portfolio_id)}
    chosen = mine.where(Consent.membership_id == membership_id)
    found = read_consents(db.session, chosen, by_map)
    return found[0].grantee if found else None


def coaching(viewer: Viewer, *about: ColumnElement[bool]) -> dict[str, KnownMember]:
    """List the members who coach and with whom something is shared now, as they are known now."""
    held = _living(viewer).where(*about).with_only_columns(Consent.membership_id)
    seats = visible(viewer, Action.MAP_SHARE, Membership)
    seats = seats.where(Membership.role.in_(COACHING_ROLES), Membership.id.in_(held))
    return find_members(db.session, keyring(), seats)


def _living(viewer: Viewer) -> Select[Consent]:
    """Choose the permissions that hold, of members who are still there; a refusal is none."""
    there = visible(viewer, Action.MAP_SHARE, Membership)
    return visible(viewer, Action.MAP_SHARE, Consent).where(
        in_force(),
        Consent.verdict == ALLOW,
        there.where(Membership.id == Consent.membership_id).exists(),
    )


def who_sees(viewer: Viewer, entry_id: str) -> WhoPage:
    """Load who sees one's own thing at this moment, and why."""
    row = get_or_404(viewer, Action.MAP_SHARE, Entry, entry_id)
    deciding = grantees_of(viewer, row)
    keys = keys_of(viewer.portfolio_id)
    by_map = {row.portfolio_id: keys}
    refused = and_(Consent.entry_id == entry_id, Consent.verdict == REFUSE)
    chosen = visible(viewer, Action.MAP_SHARE, Consent).where(
        given(), or_(Consent.id.in_(list(deciding.values())), refused)
    )
    found = read_consents(db.session, chosen, by_map)
    entries = read_entries(
        db.session, visible(viewer, Action.MAP_SHARE, Entry).where(Entry.id == entry_id), by_map
    )
    if not entries:
        raise NotFound
    return WhoPage(
        entries[0],
        tuple(_sees(each) for each in found if each.verdict != REFUSE),
        tuple(_sees(each) for each in found if each.verdict == REFUSE),
    )


def named_things(
    viewer: Viewer, action: Action, keys: PortfolioKeys, ids: set[str]
) -> dict[str, EntryPage]:
    """Load some of one's own things for their names alone, by id; what is gone is left out."""
    if not ids:
        return {}
    return read_named(db.session, visible(viewer, action, Entry), ids, keys)


def _card(
    membership_id: str, given: list[ConsentPage], things: dict[str, EntryPage], today: date
) -> Card:
    mine = [each for each in given if each.membership_id == membership_id]
    lines = [_line(each, things) for each in mine]
    lines = [replace(line, soon=is_soon(line.until, today)) for line in lines]
    return Card(
        membership_id,
        mine[0].grantee,
        tuple(line for line in lines if not line.refused),
        tuple(line for line in lines if line.refused),
    )


def _line(consent: ConsentPage, things: dict[str, EntryPage]) -> Line:
    return Line(
        consent.id,
        consent.leefgebied,
        consent.part,
        things.get(consent.entry_id or ""),
        consent.verdict == REFUSE,
        consent.purpose,
        last_day(consent.expires_at) if consent.expires_at else None,
        consent.may_comment,
    )


def _sees(consent: ConsentPage) -> Sees:
    until = last_day(consent.expires_at) if consent.expires_at else None
    return Sees(consent.membership_id, consent.grantee, consent.id, consent.leefgebied, until)


def eyes_of(me: Viewer, member: KnownMember) -> Viewer:
    """Make a viewer of this membership alone, whatever else the person is, who reads as I do."""
    who = member.grantee
    seat = Seat(member.id, who.role, member.organisation_id, who.organisation)
    return Viewer(member.person_id, member.key_id, None, "18+", me.language, me.mode, (seat,))
