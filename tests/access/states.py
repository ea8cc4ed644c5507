"""Bringing a consent into each state of docs/access.md, for the coach and the provider alike."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from portfolio.data import LEEFGEBIEDEN, PLAN_PARTS
from portfolio.extensions import db
from portfolio.models import Consent, Entry
from portfolio.models.base import begin, clock
from portfolio.models.consent import withdraw
from portfolio.models.content import take_away
from portfolio.models.kept_consent import released
from portfolio.models.organisation import end_membership
from portfolio.models.parts import GOALS, goals_of
from tests import factories
from tests.access.table import SHARED_WITH, states
from tests.people import grantee

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.people import Cast

# Which entries may be seen in a state, by their names in the cast; all others are canaries.
WERK = frozenset({"work", "work_refused"})
SEEN: dict[str, frozenset[str]] = {
    "nothing": frozenset(),
    "another leefgebied": frozenset({"language"}),
    "another entry": frozenset({"work_refused"}),
    "Werk, ended by its date": frozenset(),
    "Werk, withdrawn": frozenset(),
    "Werk, but not this entry": frozenset({"work_refused"}),
    "Werk": WERK,
    "Werk, to look only": WERK,
    "this entry": frozenset({"work"}),
    "Werk, the entry alleen voor mij": frozenset({"work_refused"}),
    "Werk, the entry taken away": frozenset({"work_refused"}),
    "every part of the plan": frozenset(),
    "every part of the plan, withdrawn": frozenset(),
    "Werk, no longer working there": frozenset(),
}
EVERY_PART = (
    *(key for key in PLAN_PARTS if key != GOALS),
    *(goals_of(leefgebied) for leefgebied in LEEFGEBIEDEN),
)


def bring_about(cast: Cast, state: str) -> None:
    """Let a state be, after whatever was agreed before. Needs an application context."""
    assert set(states()) == set(SEEN), "docs/access.md, table 2, and tests/access/states.py differ"
    begin(db.session, writing=True)
    for who in SHARED_WITH:
        withdraw(db.session, Consent.membership_id == cast.facts.seats[who])
        _agree(cast, who, state)
    db.session.commit()


def _agree(cast: Cast, who: str, state: str) -> None:
    amina, seat, entry = cast.amina.map_id, cast.facts.seats[who], cast.entries["work"]

    def werk(*, may_comment: bool = True) -> Consent:
        return factories.share(
            amina, seat, grantee(who), leefgebied="werk", may_comment=may_comment
        )

    def single(name: str, *, refuse: bool = False) -> Consent:
        return factories.share(
            amina,
            seat,
            grantee(who),
            entry_id=cast.entries[name],
            may_comment=True,
            refuse=refuse,
        )

    def whole_plan() -> list[Consent]:
        return [
            factories.share(amina, seat, grantee(who), part=part, may_comment=True)
            for part in EVERY_PART
        ]

    deeds: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "another leefgebied": lambda: factories.share(
            amina, seat, grantee(who), leefgebied="taal", may_comment=True
        ),
        "another entry": lambda: single("work_refused"),
        "Werk, ended by its date": lambda: _end_by_date(werk()),
        "Werk, withdrawn": lambda: (
            werk(),
            withdraw(db.session, Consent.membership_id == seat),
        ),
        "Werk, but not this entry": lambda: (werk(), single("work", refuse=True)),
        "Werk": werk,
        "Werk, to look only": lambda: werk(may_comment=False),
        "this entry": lambda: single("work"),
        "Werk, the entry alleen voor mij": lambda: (
            werk(),
            single("work"),
            db.session.execute(update(Entry).where(Entry.id == entry).values(private=True)),
        ),
        "Werk, the entry taken away": lambda: (
            werk(),
            single("work"),
            _take_away(entry),
        ),
        "every part of the plan": whole_plan,
        "every part of the plan, withdrawn": lambda: (
            whole_plan(),
            withdraw(db.session, Consent.membership_id == seat),
        ),
        "Werk, no longer working there": lambda: (werk(), end_membership(db.session, seat)),
    }
    deeds[state]()


def _end_by_date(consent: Consent) -> None:
    """End it a millisecond ago by its date: there is no later moment at which it still counts."""
    now = clock(db.session)
    with released(db.session, consent.portfolio_id):
        consent.starts_at = now - timedelta(days=30)
        consent.expires_at = now - timedelta(milliseconds=1)


def _take_away(entry_id: str) -> Entry:
    row = db.session.get_one(Entry, entry_id)
    take_away(db.session, row)
    return row
