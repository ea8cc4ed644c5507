"""Who else has sight of what: the gate's rules, asked from the owner's side.

What lives here: how many others see an entry, and who would if it stood elsewhere. What does
not: deciding anything; pages pass the gate (access.py) on every request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from portfolio.access import grantees_of, keys_of
from portfolio.deciding import entry_decision, member_in_service
from portfolio.extensions import db
from portfolio.models.consent import ALLOW, REFUSE, Consent, Grantee, in_force
from portfolio.models.entry import Entry
from portfolio.models.organisation import Membership
from portfolio.models.portfolio import SENSITIVE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row

    from portfolio.viewer import Viewer


def seen_by(viewer: Viewer, entry_ids: Iterable[str]) -> dict[str, int]:
    """Count for each of one's own entries how many members may see it now."""
    ids = list(entry_ids)
    if not ids or viewer.portfolio_id is None:
        return {}
    # A rule is asked only for members with whom anything of this map is shared.
    known = select(Consent.membership_id).where(
        Consent.portfolio_id == viewer.portfolio_id,
        Consent.verdict == ALLOW,
        Consent.withdrawn_at.is_(None),
    )
    rows = db.session.execute(
        select(Entry.id, func.count(Membership.id))
        .select_from(Entry)
        .join(Membership, Membership.id.in_(known))
        .where(
            Entry.portfolio_id == viewer.portfolio_id,
            Entry.id.in_(ids),
            member_in_service(),
            entry_decision(),
        )
        .group_by(Entry.id)
    ).all()
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class Onlooker:
    """A member who may see something, by name, role and organisation."""

    membership_id: str
    who: Grantee


def who_would_see(
    viewer: Viewer, leefgebied: str, entry: Entry | None = None
) -> dict[str, Onlooker]:
    """Tell who would see an entry of one's own in a leefgebied: a new one, or one that moves.

    In the order of the gate: the item before the leefgebied, refusal before permission.
    Moving into gezondheid or gezin ends what was allowed for the item alone.
    """
    moves_in = entry is not None and leefgebied in SENSITIVE and entry.leefgebied != leefgebied
    held: dict[str, dict[str, Row[str, str | None, str, str, bytes]]] = {}
    for row in _decisions(viewer, leefgebied, entry):
        verdict = f"item_{row.verdict}" if row.entry_id else row.verdict
        if not (moves_in and verdict == f"item_{ALLOW}"):
            held.setdefault(row.membership_id, {})[verdict] = row
    found = {}
    for membership_id, by in held.items():
        order = (f"item_{REFUSE}", f"item_{ALLOW}", REFUSE, ALLOW)
        deciding = next(by[verdict] for verdict in order if verdict in by)
        if deciding.verdict == ALLOW:
            key = keys_of(viewer.portfolio_id).general
            who = Grantee.opened(key, "consent", deciding.id, "grantee", deciding.grantee)
            found[membership_id] = Onlooker(membership_id, who)
    return found


def _decisions(
    viewer: Viewer, leefgebied: str, entry: Entry | None
) -> Iterable[Row[str, str | None, str, str, bytes]]:
    about = Consent.leefgebied == leefgebied
    return db.session.execute(
        select(
            Consent.membership_id, Consent.entry_id, Consent.verdict, Consent.id, Consent.grantee
        )
        .join(Membership, Membership.id == Consent.membership_id)
        .where(
            in_force(),
            Consent.portfolio_id == viewer.portfolio_id,
            or_(about, Consent.entry_id == entry.id) if entry else about,
            member_in_service(),
        )
    ).all()


def who_gains(
    viewer: Viewer, entry: Entry, leefgebied: str, *, private: bool = False
) -> dict[str, Onlooker]:
    """Tell who would see an entry of one's own that they do not see now."""
    if private:
        return {}
    now = grantees_of(viewer, entry)
    later = who_would_see(viewer, leefgebied, entry)
    return {key: onlooker for key, onlooker in later.items() if key not in now}


def sight_mark(gaining: Iterable[str]) -> str:
    """Name exactly those who were shown, so that a yes holds for them and for nobody else."""
    return " ".join(sorted(gaining))
