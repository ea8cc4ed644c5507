"""The contact person: one for each owner at a time, and the warm hand-over to the next.

A contact person sees nothing by being one: what they see is shared like everything else. At
a hand-over the new one gets exactly what the owner says yes to, and the old one loses sight
in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Select, select, text
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal
from portfolio.models.consent import (
    ALLOW,
    REFUSE,
    Consent,
    Scope,
    Terms,
    decide,
    in_force,
    withdraw,
)
from portfolio.models.entry import Entry
from portfolio.models.parts import TALKS, is_sensitive
from portfolio.models.passed_version import pass_versions
from portfolio.models.portfolio import SENSITIVE
from portfolio.models.talk import pass_talks

if TYPE_CHECKING:
    from collections.abc import Container

    from sqlalchemy.orm import Session

    from portfolio.models.people import KnownMember
    from portfolio.models.portfolio import PortfolioKeys


class Contact(Base):
    """Who was the contact person of an owner, from when and until when."""

    __tablename__ = "contact"
    __table_args__ = (
        Index(
            "one_contact_at_a_time",
            "portfolio_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    membership_id: Mapped[str] = internal(ID, ForeignKey("membership.id"), index=True, export=True)
    started_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    ended_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class Passed:
    """One thing that the old contact person holds and the new one may get."""

    scope: Scope
    terms: Terms
    sensitive: bool


def current_contact(session: Session, chosen: Select[Contact]) -> str | None:
    """Give the membership that is the contact person now, of the rows that the gate chose."""
    now = chosen.where(Contact.ended_at.is_(None)).with_only_columns(Contact.membership_id)
    return session.scalars(now).first()


def choose_contact(
    session: Session, chosen: Select[Contact], portfolio_id: str, membership_id: str
) -> None:
    """Let a member be the contact person from now on. Choosing the same one changes nothing."""
    now = clock(session)
    row = session.scalars(chosen.where(Contact.ended_at.is_(None)).with_for_update()).first()
    if row is not None:
        if row.membership_id == membership_id:
            return
        row.ended_at = now
        session.flush()
    session.add(
        Contact(id=new_id(), portfolio_id=portfolio_id, membership_id=membership_id, started_at=now)
    )
    session.flush()


def hold_living(session: Session, portfolio_id: str) -> None:
    """Hold the consents of a map before the map itself, in the order in which a reading does."""
    held = select(Consent.id).where(
        Consent.portfolio_id == portfolio_id, Consent.withdrawn_at.is_(None)
    )
    session.execute(held.order_by(Consent.id).with_for_update()).all()


def what_passes(session: Session, portfolio_id: str, old_id: str) -> list[Passed]:
    """List what a member holds now; what is sensitive asks a yes of its own again."""
    rows = session.execute(
        select(Consent, Entry.leefgebied)
        .outerjoin(Entry, Entry.id == Consent.entry_id)
        .where(
            in_force(),
            Consent.portfolio_id == portfolio_id,
            Consent.membership_id == old_id,
            Consent.verdict == ALLOW,
        )
        .order_by(Consent.scope)
    ).all()
    return [_passed(row, place) for row, place in rows]


def hand_over(  # noqa: PLR0913 -- whose map, from whom, to whom and what: none may be forgotten
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    *,
    old_id: str,
    new: KnownMember,
    sure: Container[str],
) -> int:
    """Give the new contact person what the old one holds, and end all of the old one's sight.

    What is sensitive passes only when its name is in `sure`. What was refused to the old one
    is refused to the new one too. What the new one was given or refused before stays as it is.
    Gives how many consents of the old one ended.
    """
    known = set(
        session.scalars(
            select(Consent.scope).where(
                in_force(), Consent.portfolio_id == portfolio_id, Consent.membership_id == new.id
            )
        )
    )
    passing = [
        (each.scope, each.terms)
        for each in what_passes(session, portfolio_id, old_id)
        if not each.sensitive or each.scope.name in sure
    ]
    for scope, terms in [*passing, *_refused(session, portfolio_id, old_id)]:
        if scope.name not in known:
            decide(session, portfolio_id, keys, new.id, new.grantee, about=scope, terms=terms)
    # The talks go along where the old one holds them, so that the story goes on.
    parts = {scope.part for scope, _terms in passing if scope.part}
    if TALKS in parts:
        pass_talks(session, portfolio_id, keys, old_id, new)
    pass_versions(session, portfolio_id, old_id, new.id, parts)
    return withdraw(
        session,
        Consent.portfolio_id == portfolio_id,
        Consent.membership_id == old_id,
        Consent.verdict == ALLOW,
    )


def _refused(session: Session, portfolio_id: str, old_id: str) -> list[tuple[Scope, None]]:
    rows = session.scalars(
        select(Consent).where(
            in_force(),
            Consent.portfolio_id == portfolio_id,
            Consent.membership_id == old_id,
            Consent.verdict == REFUSE,
        )
    ).all()
    return [(_scope(row), None) for row in rows]


def _scope(row: Consent) -> Scope:
    return Scope(leefgebied=row.leefgebied, entry_id=row.entry_id, part=row.part)


def _passed(row: Consent, place: str | None) -> Passed:
    if row.purpose is None or row.expires_at is None:
        message = "a permission without a purpose and an end"
        raise ValueError(message)
    sensitive = is_sensitive(row.part) if row.part else (row.leefgebied or place) in SENSITIVE
    return Passed(_scope(row), Terms(row.purpose, row.expires_at, row.may_comment), sensitive)
