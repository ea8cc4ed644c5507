"""Who asks: a session with its person, map and seats, as found at every request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, case, func, or_, select

from portfolio.models.base import UtcDateTime, database_now
from portfolio.models.desk import runs_for
from portfolio.models.organisation import Membership, Organisation
from portfolio.models.person import Person
from portfolio.models.portfolio import Portfolio
from portfolio.models.sign_in import SignIn
from portfolio.models.work_link import WorkLink

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FoundSignIn:
    """A session with its person, portfolio and seats (membership, role, organisation, name)."""

    sign_in_id: str
    person_id: str
    own_device: bool
    seen_at: datetime
    new_since: datetime
    rest_ends_at: datetime
    ends_at: datetime
    valid: bool
    now: datetime
    key_id: str
    age_group: str
    language: str
    mode: str
    pictures: bool
    portfolio_id: str | None
    half: bool
    second_factor: bool
    method: str
    # When somebody last showed, in this session, who they are.
    proved_at: datetime
    # The organisation through which somebody came in, if they did.
    through: str | None
    # When they asked to go, if they did.
    leaving_at: datetime | None
    # Somebody asked for a new passphrase for them, at a desk.
    recovering: bool
    # Nobody else sees anything of their map: they are about to go, or a backup was put back.
    withheld: bool
    seats: tuple[tuple[str, str, str, str], ...]


def find_sign_in(session: Session, token_hash: str) -> FoundSignIn | None:
    """Find a session by its token, with all that the gate wants to know, in one query.

    An ended one is found too, as not valid: what its person typed can then be kept.
    """
    rows = session.execute(_who_asks(), {"token_hash": token_hash}).all()
    if not rows:
        return None
    # Member of an organisation that was closed: the row has no organisation, so no seat.
    seats = tuple(tuple(row[23:27]) for row in rows if row[25] is not None)
    facts: list[Any] = [*rows[0][:23], seats]
    return FoundSignIn(*facts)


@cache
def _who_asks() -> Select[*tuple[Any, ...]]:
    # Asked at every request, so it is written down once.
    now = database_now()
    shown = func.coalesce(SignIn.asked_again_at, SignIn.created_at, type_=UtcDateTime())
    return (
        select(
            SignIn.id,
            SignIn.person_id,
            SignIn.own_device,
            SignIn.seen_at,
            SignIn.new_since,
            SignIn.rest_ends_at,
            SignIn.ends_at,
            and_(
                SignIn.ended_at.is_(None),
                SignIn.rest_ends_at > now,
                SignIn.ends_at > now,
                # Through an organisation: as long as the link and the work last, and never a map.
                or_(
                    SignIn.organisation_id.is_(None),
                    and_(
                        WorkLink.id.is_not(None),
                        Organisation.id.is_not(None),
                        Portfolio.id.is_(None),
                    ),
                ),
            ),
            now,
            Person.key_id,
            Person.age_group,
            Person.language,
            Person.mode,
            Person.pictures,
            Portfolio.id,
            SignIn.half,
            SignIn.second_factor_at.is_not(None),
            SignIn.method,
            # What an organisation says proves nothing about who holds this account's own keys.
            case(
                (SignIn.organisation_id.is_(None), shown),
                else_=func.coalesce(SignIn.asked_again_at, NEVER, type_=UtcDateTime()),
            ),
            SignIn.organisation_id,
            Person.leaving_at,
            # Asked along here, so that the banner on every page costs no question of its own.
            runs_for(SignIn.person_id),
            Portfolio.withheld_at.is_not(None),
            Membership.id,
            Membership.role,
            Organisation.id,
            Organisation.name,
        )
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(Portfolio, Portfolio.person_id == Person.id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Person.id,
                Membership.ended_at.is_(None),
                or_(
                    SignIn.organisation_id.is_(None),
                    Membership.organisation_id == SignIn.organisation_id,
                ),
            ),
        )
        .outerjoin(
            Organisation,
            and_(Organisation.id == Membership.organisation_id, Organisation.closed_at.is_(None)),
        )
        .outerjoin(
            WorkLink,
            and_(
                WorkLink.person_id == Person.id,
                WorkLink.organisation_id == SignIn.organisation_id,
                # Whoever comes back to an organisation links anew.
                WorkLink.created_at >= Membership.started_at,
            ),
        )
        .where(SignIn.token_hash == bindparam("token_hash"))
        .order_by(Membership.started_at)
    )
