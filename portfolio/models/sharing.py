"""A share in the making: what the owner chose so far, sealed in a draft, and what is still asked.

No step can be left out: what is still missing is worked out from the choices themselves, at
the last yes as well.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, delete

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.base import before_now, clock, rows_changed
from portfolio.models.consent import AMSTERDAM, Scope, Terms, decide, end_of_day
from portfolio.models.draft import Draft
from portfolio.models.entry import Entry
from portfolio.models.organisation import COACHING_ROLES
from portfolio.models.parts import is_sensitive
from portfolio.models.portfolio import SENSITIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portfolio.models.consent import Consent
    from portfolio.models.people import KnownMember
    from portfolio.models.portfolio import PortfolioKeys

MAY_COMMENT = "coach"
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """What an owner chose to share, with whom and on which terms, as far as it is known."""

    membership_id: str
    leefgebieden: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    # The sensitive things to which a second yes was given.
    sure: tuple[str, ...] = ()
    purpose: str | None = None
    until: str | None = None
    may_comment: bool | None = None
    # Parts of the plan: `direction`, `route`, or `goals:taal` for the goals of one leefgebied.
    parts: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, kept: str) -> Plan:
        """Open what was kept."""
        facts: dict[str, Any] = json.loads(kept)
        for name in ("leefgebieden", "entries", "parts", "sure"):
            facts[name] = tuple(facts.get(name, ()))
        return cls(**facts)

    def choosing(
        self, leefgebieden: tuple[str, ...], entries: tuple[str, ...], parts: tuple[str, ...] = ()
    ) -> Plan:
        """Choose what to share. A second yes holds only for what stays chosen."""
        chosen = {*leefgebieden, *entries, *parts}
        sure = tuple(each for each in self.sure if each in chosen)
        return replace(self, leefgebieden=leefgebieden, entries=entries, parts=parts, sure=sure)

    def answering(self, thing: str, *, yes: bool) -> Plan:
        """Give the second yes for one sensitive thing, or leave it out after all."""
        if yes:
            return replace(self, sure=tuple({*self.sure, thing}))
        return self.choosing(
            tuple(each for each in self.leefgebieden if each != thing),
            tuple(each for each in self.entries if each != thing),
            tuple(each for each in self.parts if each != thing),
        )


def next_step(
    plan: Plan, places: Mapping[str, str], role: str, today: date
) -> tuple[str, str | None]:
    """Name the first screen that is still to be answered, and the thing that it is about.

    `places`: the leefgebied of each chosen entry that can be shared at this moment.
    """
    entries = [each for each in plan.entries if each in places]
    if not plan.leefgebieden and not entries and not plan.parts:
        return "what", None
    for thing in sensitive_things(plan, places):
        if thing not in plan.sure:
            return "sure", thing
    if plan.purpose is None:
        return "why", None
    if plan.until is None or date.fromisoformat(plan.until) < today:
        return "until", None
    if role == MAY_COMMENT and plan.may_comment is None:
        return "may", None
    return "look", None


def sensitive_things(plan: Plan, places: Mapping[str, str]) -> list[str]:
    """List what asks a second, separate yes: each by itself (AVG art. 9)."""
    whole = [each for each in plan.leefgebieden if each in SENSITIVE]
    single = [
        each for each in plan.entries if places.get(each) in SENSITIVE and places[each] not in whole
    ]
    return [*whole, *single, *(each for each in plan.parts if is_sensitive(each))]


def start_plan(session: Session, person_id: str, keys: PortfolioKeys, plan: Plan) -> Draft:
    """Start a share. What was begun and left more than a day ago is forgotten."""
    rows_changed(
        session,
        delete(Draft).where(
            Draft.person_id == person_id,
            Draft.kind == "share",
            Draft.changed_at < before_now(FORGOTTEN_AFTER),
        ),
    )
    now = clock(session)
    row = Draft(id=new_id(), person_id=person_id, kind="share", version=0, created_at=now)
    keep_plan(session, row, keys, plan)
    session.add(row)
    session.flush()
    return row


def keep_plan(session: Session, row: Draft, keys: PortfolioKeys, plan: Plan) -> None:
    """Keep what was chosen so far, sealed: which things are shared says something too."""
    row.key_id = keys.general.id
    row.body = seal_text(keys.general, "draft", row.id, "body", json.dumps(asdict(plan)))
    row.version += 1
    row.changed_at = clock(session)


def read_plan(row: Draft, keys: PortfolioKeys) -> Plan:
    """Open what was chosen so far."""
    return Plan.from_json(open_text(keys.general, "draft", row.id, "body", row.body))


def places_of(session: Session, chosen: Select[Entry]) -> dict[str, str]:
    """Tell in which leefgebied the entries stand that the gate chose; private ones are out."""
    rows = session.execute(
        chosen.where(Entry.private.is_(False)).with_only_columns(Entry.id, Entry.leefgebied)
    ).all()
    return {row[0]: row[1] for row in rows}


def share(  # noqa: PLR0913 -- whose map, with whom, what: none may be forgotten
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    member: KnownMember,
    *,
    plan: Plan,
    places: Mapping[str, str],
) -> list[Consent]:
    """Add the consents of a plan in the caller's transaction. The plan must be complete."""
    today = clock(session).astimezone(AMSTERDAM).date()
    step, _thing = next_step(plan, places, member.grantee.role, today)
    if step != "look" or plan.purpose is None or plan.until is None:
        message = f"a share without its {step}"
        raise ValueError(message)
    may_comment = bool(plan.may_comment) and member.grantee.role == MAY_COMMENT
    terms = Terms(plan.purpose, end_of_day(date.fromisoformat(plan.until)), may_comment)
    scopes = [Scope(leefgebied=each) for each in plan.leefgebieden]
    scopes += [Scope(entry_id=each) for each in plan.entries if each in places]
    # A school or organisation sees achievements, never a plan.
    coaching = member.grantee.role in COACHING_ROLES
    scopes += [Scope(part=each) for each in plan.parts if coaching]
    return [
        decide(
            session,
            portfolio_id,
            keys,
            member.id,
            member.grantee,
            about=scope,
            terms=terms,
        )
        for scope in scopes
    ]
