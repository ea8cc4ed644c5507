"""THE GATE: who may do what. The only room that decides.

Every endpoint is marked @public or @requires(Action.X). Every model with a person's data
has one rule (rules.py); a page and a list both come from it. Refused means 404. Reading
somebody else's data writes the access log in the same transaction, or is refused.
docs/access.md is the table; a test runs it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Select, and_, bindparam, literal, or_, select
from werkzeug.exceptions import NotFound

from portfolio.checked import page_about
from portfolio.deciding import entry_decision, member_in_service
from portfolio.extensions import db, keyring
from portfolio.keyring import open_text
from portfolio.models.access_log import note_reading
from portfolio.models.base import Base, begin
from portfolio.models.consent import ALLOW, REFUSE, Consent, Grantee, in_force, lock_in_force
from portfolio.models.entry import Entry
from portfolio.models.goal import Goal
from portfolio.models.organisation import SHARING_ROLES, Membership
from portfolio.models.people import open_map
from portfolio.models.person import Person
from portfolio.models.portfolio import Portfolio, PortfolioKeys, open_keys
from portfolio.plan_rules import PART_OF, whole_part_rule
from portfolio.proving import as_proved
from portfolio.rules import RULES
from portfolio.viewer import SEEN_THROUGH, Action, Seat, Viewer, visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portfolio.models.comment import Subject
    from portfolio.models.talk import Talk

__all__ = [
    "Action",
    "Guest",
    "Reason",
    "Seat",
    "Viewer",
    "asks_again",
    "get_or_404",
    "goals_agreed_on",
    "grantee_of",
    "grantees_of",
    "hold_consents",
    "keys_of",
    "own_name",
    "public",
    "reading",
    "requires",
    "there_is",
    "visible",
    "visible_in",
    "welcome",
    "why",
]

Row = TypeVar("Row", bound=Base)
F = TypeVar("F", bound="Callable[..., object]")


def public(view: F) -> F:
    """Mark an endpoint that everybody may open."""
    view.__dict__["access"] = None
    return view


def requires(action: Action) -> Callable[[F], F]:
    """Mark an endpoint that asks for an action."""

    def mark(view: F) -> F:
        view.__dict__["access"] = action
        return view

    return mark


def asks_again(view: F) -> F:
    """Mark an endpoint before which somebody shows again who they are.

    What stands in gezondheid and gezin asks by itself, wherever it is opened (proving.py).
    """
    view.__dict__["asks_again"] = True
    return view


def visible(viewer: Viewer, action: Action, model: type[Row]) -> Select[Row]:
    """Give the rows of a model that a viewer may reach for an action."""
    return cast("Select[Row]", _ruled(_facts(viewer), action, model))


@lru_cache(maxsize=256)
def _ruled(facts: Viewer, action: Action, model: type[Base]) -> Select[Any]:
    """Write a rule down as SQL. Only the question is kept, never an answer to it."""
    return select(model).where(RULES[model](facts, action))


def visible_in(viewer: Viewer, action: Action, model: type[Row], portfolio_id: str) -> Select[Row]:
    """Give the rows of a model that a viewer may reach for an action, in one map."""
    return cast("Select[Row]", _in_map(_facts(viewer), action, model, portfolio_id))


def _facts(viewer: Viewer) -> Viewer:
    """Give all that a rule may ask of a viewer: who they are, whose map is theirs, their seats."""
    if viewer.visit_id:
        return visitor(viewer.visit_id)
    return Viewer(viewer.person_id, "", viewer.portfolio_id, "", "", "", viewer.seats)


@lru_cache(maxsize=256)
def _in_map(facts: Viewer, action: Action, model: type[Base], portfolio_id: str) -> Select[Any]:
    columns = model.__table__.c
    place = columns.id if model is Portfolio else columns.portfolio_id
    if model in PART_OF:
        rule = whole_part_rule(model, facts, action, literal(portfolio_id))
        return select(model).where(rule, place == portfolio_id)
    return _ruled(facts, action, model).where(place == portfolio_id)


def get_or_404(viewer: Viewer, action: Action, model: type[Row], row_id: str) -> Row:
    """Give one row, by the rule that also makes the lists. Raises NotFound."""
    row = find(viewer, action, model, row_id)
    if row is None:
        raise NotFound
    return row


def find(viewer: Viewer, action: Action, model: type[Row], row_id: str) -> Row | None:
    """Give one row, by the rule that also makes the lists, or nothing."""
    chosen = _by_id(visible(viewer, action, model), model)
    row = db.session.scalars(chosen, {"row_id": row_id}).first()
    # A page about a thing of health keeps its Dutch beside a language that nobody checked.
    page_about(getattr(row, "leefgebied", None))
    return row


@lru_cache(maxsize=256)
def _by_id(chosen: Select[Row], model: type[Row]) -> Select[Row]:
    return chosen.where(model.__table__.c.id == bindparam("row_id"))


def there_is(*chosen: Select[Any]) -> tuple[bool, ...]:
    """Tell for each of these lists of the gate whether anything stands in it, in one question."""
    found = db.session.execute(select(*(each.exists() for each in chosen))).one()
    return tuple(bool(each) for each in found)


def welcome(viewer: Viewer, about: Subject) -> Select[Any]:
    """Give the row through which a comment is welcome on a thing, a goal or a leefgebied."""
    action, place = Action.PEOPLE_COMMENT, about.portfolio_id
    if about.entry_id:
        things = visible(viewer, action, Entry)
        return things.where(Entry.id == about.entry_id, Entry.portfolio_id == place)
    if about.goal_id:
        goals = visible(viewer, action, Goal)
        return goals.where(Goal.id == about.goal_id, Goal.portfolio_id == place)
    held = visible(viewer, action, Consent)
    return held.where(Consent.portfolio_id == place, Consent.leefgebied == about.leefgebied)


def goals_agreed_on(talk: Talk) -> Select[Goal]:
    """Give the goals of the map in which a talk is held, for the steps that both agreed on.

    The gate let the talk through; a goal found here is written to, and never shown.
    """
    return select(Goal).where(Goal.portfolio_id == talk.portfolio_id, Goal.made_at.is_not(None))


def keys_of(portfolio_id: str | None) -> PortfolioKeys:
    """Open the keys of a portfolio. Raises NotFound when they are gone: it was erased."""
    found = open_keys(db.session, keyring(), [portfolio_id] if portfolio_id else [])
    if not found:
        raise NotFound
    return as_proved(*next(iter(found.items())))


@dataclass(frozen=True)
class Guest:
    """Somebody else's map, opened for one reading: its keys, its owner, through which seat."""

    portfolio_id: str
    keys: PortfolioKeys
    seat: Seat
    owner: str


@contextmanager
def reading(
    viewer: Viewer, action: Action, portfolio_id: str, about: str, *, log: bool = True
) -> Iterator[Guest]:
    """Open somebody else's map for one page, and write who looked before it is shown.

    Everything is loaded inside; the log row and the reading are one transaction, so what
    cannot be logged is not read. `log=False` is for the owner who looks through another's
    eyes. Raises NotFound when nothing of this map is shared with the viewer.
    """
    if log:
        begin(db.session, writing=True)
    seats = [seat for seat in viewer.seats if seat.role in SEEN_THROUGH[action]]
    hold_consents(viewer, action, portfolio_id)
    chosen = visible_in(viewer, action, Portfolio, portfolio_id)
    opened = open_map(db.session, keyring(), chosen, viewer.person_id, hold=log)
    if opened is None:
        raise NotFound
    seat = _deciding_seat(seats, portfolio_id, about)
    yield Guest(portfolio_id, as_proved(portfolio_id, opened.keys), seat, opened.owner)
    if log:
        who = Grantee(opened.reader, seat.role, seat.organisation)
        note_reading(
            db.session, portfolio_id, opened.keys, seat.id, who, about=about, held=opened.row
        )
        db.session.commit()


def hold_consents(viewer: Viewer, action: Action, portfolio_id: str) -> None:
    """Let nobody withdraw, until the end of the transaction, what a viewer is about to use."""
    lock_in_force(db.session, portfolio_id, viewer.seat_ids(*SEEN_THROUGH[action]))


def grantee_of(viewer: Viewer, seat: Seat) -> Grantee:
    """Say who a viewer is in one of their seats, as it is kept in somebody's map."""
    return Grantee(own_name(viewer), seat.role, seat.organisation)


def own_name(viewer: Viewer) -> str:
    """Open the viewer's own display name."""
    row = get_or_404(viewer, Action.ACCOUNT_USE, Person, viewer.person_id)
    key = keyring().fetch([row.key_id]).get(row.key_id)
    if key is None:
        raise NotFound
    return open_text(key, "person", row.id, "display_name", row.display_name)


def _deciding_seat(seats: list[Seat], portfolio_id: str, about: str) -> Seat:
    if len(seats) == 1:
        return seats[0]
    rows = db.session.execute(
        select(Consent.membership_id, Consent.scope).where(
            in_force(),
            Consent.portfolio_id == portfolio_id,
            Consent.verdict == ALLOW,
            Consent.membership_id.in_([seat.id for seat in seats]),
        )
    ).all()
    # The seat through which exactly this was shared, or else any that was given sight.
    near = "part:" if about == "plan" else about
    holders = sorted(rows, key=lambda row: not row.scope.startswith(near))
    if not holders:
        raise NotFound
    return next(seat for seat in seats if seat.id == holders[0].membership_id)


@dataclass(frozen=True)
class Reason:
    """Which rule decided, and by which consent."""

    allowed: bool
    rule: str
    consent_id: str | None = None


def why(viewer: Viewer, action: Action, entry: Entry) -> Reason:
    """Name the rule and the consent that decide over an entry, most specific first."""
    chosen = visible(viewer, action, Entry).where(Entry.id == entry.id)
    allowed = db.session.scalars(chosen).first() is not None
    if viewer.portfolio_id == entry.portfolio_id:
        return Reason(allowed, "owner" if allowed else "deleted")
    if entry.private or entry.deleted_at:
        return Reason(allowed, "private" if entry.private else "deleted")
    seats = viewer.seat_ids(*SEEN_THROUGH.get(action, SHARING_ROLES))
    found = db.session.scalars(
        select(Consent).where(
            in_force(),
            Consent.membership_id.in_(seats),
            Consent.portfolio_id == entry.portfolio_id,
            or_(
                Consent.entry_id == entry.id,
                and_(Consent.entry_id.is_(None), Consent.leefgebied == entry.leefgebied),
            ),
        )
    ).all()
    order = sorted(found, key=lambda row: (row.entry_id is None, row.verdict != REFUSE))
    deciding = [row for row in order if (row.verdict == ALLOW) == allowed]
    if not deciding:
        return Reason(allowed, "silence")
    row = deciding[0]
    scope = "item" if row.entry_id else "leefgebied"
    return Reason(allowed, f"{scope}_{row.verdict}", row.id)


def grantees_of(viewer: Viewer, entry: Entry) -> dict[str, str]:
    """List the members who may see one's own entry now, with the consent that decided."""
    get_or_404(viewer, Action.MAP_SHARE, Entry, entry.id)
    rows = db.session.execute(
        select(Membership.id, Consent.id)
        .join(Consent, Consent.membership_id == Membership.id)
        .join(Entry, Entry.portfolio_id == Consent.portfolio_id)
        .where(
            Entry.id == entry.id,
            in_force(),
            Consent.verdict == ALLOW,
            or_(Consent.entry_id == Entry.id, Consent.leefgebied == Entry.leefgebied),
            member_in_service(),
            entry_decision(),
        )
        .order_by(Consent.entry_id.is_(None).desc())
    ).all()
    return {row[0]: row[1] for row in rows}
