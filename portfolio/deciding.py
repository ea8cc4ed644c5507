"""What the rules of the gate are made of: who holds something, and through which consent.

A consent decides in this order: the item before the leefgebied, refusal before permission,
silence refuses. What lives here: the pieces that the rules (rules.py, plan_rules.py) share.
What does not: a rule for a model, and whoever asks one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, false, literal, not_, or_, true

from portfolio.models.base import database_now
from portfolio.models.consent import ALLOW, REFUSE, Consent, in_force
from portfolio.models.entry import Entry
from portfolio.models.organisation import Membership, Organisation
from portfolio.models.portfolio import SENSITIVE
from portfolio.models.visit import Visit, VisitorLink, link_in_force
from portfolio.viewer import FOR_VISITORS

if TYPE_CHECKING:
    from sqlalchemy.orm.util import AliasedClass

    from portfolio.models.base import Base
    from portfolio.viewer import Action, Viewer

PART_SCOPE = "part:"


def some(
    model: type[Base] | AliasedClass[Base], *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Say in SQL that a row of a model exists for the row around it, however far around.

    Only the model itself stands in FROM. Left to itself SQLAlchemy looks one level out, so
    that a rule nested deeper would ask about any entry instead of this one.
    """
    return exists().where(*conditions).correlate_except(model)


def held(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Hold for a Membership that has such a consent at this moment."""
    return some(Consent, in_force(), Consent.membership_id == Membership.id, *conditions)


@cache
def member_in_service() -> ColumnElement[bool]:
    """Hold for a Membership as long as the member and the organisation are still there."""
    here = Organisation.id == Membership.organisation_id
    open_organisation = some(Organisation, here, Organisation.closed_at.is_(None))
    return and_(Membership.ended_at.is_(None), open_organisation)


def seated(seats: list[str], decision: ColumnElement[bool]) -> ColumnElement[bool]:
    """Hold when the decision holds for one of these memberships."""
    if not seats:
        return false()
    return some(Membership, Membership.id.in_(seats), member_in_service(), decision)


@cache
def entry_decision(*, comment: bool = False) -> ColumnElement[bool]:
    """Decide over an Entry for a Membership: item before leefgebied, refusal before permission."""
    columns = Entry.__table__.c
    item = and_(_scope(columns.portfolio_id, "entry:", columns.id), Consent.entry_id == columns.id)
    domain = _whole_leefgebied(columns.portfolio_id, columns.leefgebied)
    allow, refuse = Consent.verdict == ALLOW, Consent.verdict == REFUSE
    welcome = [Consent.may_comment.is_(True)] if comment else []
    # An item that is shared for looking only decides before a leefgebied where comments are
    # welcome.
    item_silent = not_(held(item, allow)) if comment else true()
    return and_(
        Entry.private.is_(False),
        Entry.deleted_at.is_(None),
        not_(held(item, refuse)),
        or_(
            held(item, allow, *welcome),
            and_(
                item_silent,
                not_(held(domain, refuse)),
                held(domain, allow, *welcome),
            ),
        ),
    )


def leefgebied_decision(
    portfolio: ColumnElement[str], leefgebied: ColumnElement[str], *, comment: bool
) -> ColumnElement[bool]:
    """Decide over a leefgebied as a whole for a Membership."""
    domain = _whole_leefgebied(portfolio, leefgebied)
    welcome = [Consent.may_comment.is_(True)] if comment else []
    return and_(
        not_(held(domain, Consent.verdict == REFUSE)),
        held(domain, Consent.verdict == ALLOW, *welcome),
    )


def _whole_leefgebied(
    portfolio: ColumnElement[str], leefgebied: ColumnElement[str]
) -> ColumnElement[bool]:
    scope = _scope(portfolio, "leefgebied:", leefgebied)
    return and_(scope, Consent.leefgebied == leefgebied)


def _scope(
    portfolio: ColumnElement[str], kind: str, which: str | ColumnElement[str]
) -> ColumnElement[bool]:
    # The scope names once more what a consent is about (Scope.name), and stands in the index: asked
    # for each of hundreds of rows, one is found and not searched for among all of that member's.
    scope = literal(kind).concat(which)
    return and_(Consent.portfolio_id == portfolio, Consent.scope == scope)


def own(viewer: Viewer, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Hold for what belongs to the viewer's own map."""
    return column == viewer.portfolio_id if viewer.portfolio_id else false()


def part_decision(
    portfolio: ColumnElement[str], part: str | ColumnElement[str], *, comment: bool = False
) -> ColumnElement[bool]:
    """Decide over a part of a plan for a Membership: what was not shared by name stays hidden."""
    about = and_(_scope(portfolio, PART_SCOPE, part), Consent.part == part)
    welcome = [Consent.may_comment.is_(True)] if comment else []
    return and_(
        not_(held(about, Consent.verdict == REFUSE)),
        held(about, Consent.verdict == ALLOW, *welcome),
    )


def visited(
    viewer: Viewer, action: Action, *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Hold for a VisitorLink that opens now, for the visit of this viewer that still lasts."""
    if action not in FOR_VISITORS:
        return false()
    lasts = and_(Visit.id == viewer.visit_id, Visit.ends_at > database_now())
    return and_(link_in_force(), some(Visit, lasts, Visit.link_id == VisitorLink.id), *conditions)


def visited_entry(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    """Hold for an Entry on the one page that a visit shows; never for health and family."""
    names = (literal("entry:").concat(Entry.id), literal("leefgebied:").concat(Entry.leefgebied))
    return and_(
        Entry.private.is_(False),
        Entry.deleted_at.is_(None),
        Entry.leefgebied.not_in(sorted(SENSITIVE)),
        some(
            VisitorLink,
            visited(
                viewer,
                action,
                VisitorLink.portfolio_id == Entry.portfolio_id,
                VisitorLink.scope.in_(names),
            ),
        ),
    )
