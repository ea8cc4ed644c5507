"""The coach's side of the desk: who shares with me, what they share, and my own code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from portfolio import planned, shown, signals
from portfolio.access import Action, get_or_404, requires, visible
from portfolio.data import LEEFGEBIEDEN, SCALE
from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.forms.comment import CommentForm
from portfolio.forms.contact import PhoneForm
from portfolio.languages import dutch_first, mark
from portfolio.leafing import leaves_asked
from portfolio.models.base import begin
from portfolio.models.calling import keep_hours, read_hours
from portfolio.models.code_card import codes_of
from portfolio.models.organisation import Membership, keep_phone, read_phone, renew_code
from portfolio.security import viewer
from portfolio.told import waiting

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("people", __name__)


@dataclass(frozen=True)
class Ways:
    """The addresses of a shared map; the owner's preview has its own (views/consent.py)."""

    portfolio_id: str
    name: str
    preview: bool = False
    back: str = ""
    onward: str = ""

    @property
    def person(self) -> str:
        """Give the address of the person's page."""
        return url_for("people.person", portfolio_id=self.portfolio_id)

    @property
    def plan(self) -> str:
        """Give the address of what is shared of the plan."""
        return url_for("people.plan", portfolio_id=self.portfolio_id)

    def leefgebied(self, key: str) -> str:
        """Give the address of a shared leefgebied."""
        return url_for("people.leefgebied", portfolio_id=self.portfolio_id, leefgebied=key)

    def goal(self, goal_id: str) -> str:
        """Give the address of a shared goal."""
        return url_for("people.goal", portfolio_id=self.portfolio_id, goal_id=goal_id)

    def entry(self, entry_id: str) -> str:
        """Give the address of a shared entry."""
        return url_for("people.entry", portfolio_id=self.portfolio_id, entry_id=entry_id)


@bp.get("/mensen")
@requires(Action.PEOPLE_SEE)
def overview() -> str:
    """List who shares with me: names and how much is new. No content, so no log row.

    Beside a signal stands the number that its owner gave for it, as their name does.
    """
    me = viewer()
    people = shown.sharers(me, Action.PEOPLE_SEE)
    return render_template(
        "people/overview.html", people=people, signals=signals.seen(me), news=waiting(me)
    )


@bp.get("/mensen/<portfolio_id>")
@requires(Action.PEOPLE_SEE)
def person(portfolio_id: str) -> str:
    """Show what one person shares with me."""
    page = shown.person_page(viewer(), portfolio_id)
    return render_template(
        "people/person.html",
        page=page,
        ways=Ways(portfolio_id, page.name),
        order=dutch_first(),
    )


@bp.get("/mensen/<portfolio_id>/plan")
@requires(Action.PEOPLE_SEE)
def plan(portfolio_id: str) -> str:
    """Show what one person shares of their plan."""
    page = planned.plan_page(viewer(), portfolio_id, at=leaves_asked())
    ways = Ways(portfolio_id, page.name)
    return render_template("people/plan.html", page=page, ways=ways, order=dutch_first())


@bp.get("/mensen/<portfolio_id>/doel/<goal_id>")
@requires(Action.PEOPLE_SEE)
def goal(portfolio_id: str, goal_id: str) -> str:
    """Show one shared goal, with what was said about it."""
    page = planned.goal_page(viewer(), portfolio_id, goal_id)
    ways = Ways(portfolio_id, page.name)
    return render_template(
        "people/goal.html", page=page, ways=ways, order=dutch_first(), form=CommentForm()
    )


@bp.get("/mensen/<portfolio_id>/<leefgebied>")
@requires(Action.PEOPLE_SEE)
def leefgebied(portfolio_id: str, leefgebied: str) -> str:
    """Show one shared leefgebied with everything that stands in it."""
    if leefgebied not in LEEFGEBIEDEN:
        raise NotFound
    page = shown.leefgebied_page(viewer(), portfolio_id, leefgebied)
    return render_template(
        "people/leefgebied.html",
        page=page,
        ways=Ways(portfolio_id, page.name),
        order=dutch_first(),
        steps=[(step.key, step.label) for step in SCALE.values()],
        form=CommentForm(),
    )


@bp.get("/mensen/<portfolio_id>/stuk/<entry_id>")
@requires(Action.PEOPLE_SEE)
def entry(portfolio_id: str, entry_id: str) -> str:
    """Show one shared thing, with its talk."""
    page = shown.thing_page(viewer(), portfolio_id, entry_id)
    return render_template(
        "people/entry.html",
        page=page,
        ways=Ways(portfolio_id, page.name),
        order=dutch_first(),
        form=CommentForm(),
    )


@bp.get("/mijn-code")
@requires(Action.CODE_SHOW)
def code() -> str:
    """Show my own code and the address that finds me, to say, show or print."""
    cards = codes_of(db.session, keyring(), visible(viewer(), Action.CODE_SHOW, Membership))
    drawn = [(card, picture_of(address_of(card.public_id))) for card in cards]
    return render_template("people/code.html", cards=drawn)


@bp.post("/mijn-code/<membership_id>/nieuw")
@requires(Action.CODE_SHOW)
def renew(membership_id: str) -> Response:
    """Make a new code and address; the old ones find nobody from now on."""
    me = viewer()
    begin(db.session, writing=True)
    row = get_or_404(me, Action.CODE_SHOW, Membership, membership_id)
    key = keyring().fetch([me.key_id]).get(me.key_id)
    if key is None:
        raise NotFound
    renew_code(keyring(), row, key)
    db.session.commit()
    record("code_renewed", membership=membership_id, person=me.person_id)
    flash(mark("Je hebt een nieuwe code. De oude code werkt niet meer."), "good")
    return redirect(url_for("people.code"), 303)


@bp.route("/mijn-code/<membership_id>/telefoon", methods=["GET", "POST"])
@requires(Action.CODE_SHOW)
def phone(membership_id: str) -> str | tuple[str, int] | Response:
    """Ask on which number and when people who share with me can call."""
    me, form = viewer(), PhoneForm()
    begin(db.session, writing=form.is_submitted())
    row = get_or_404(me, Action.CODE_SHOW, Membership, membership_id)
    key = keyring().fetch([me.key_id]).get(me.key_id)
    if key is None:
        raise NotFound
    if not form.is_submitted():
        form.show(read_phone(key, row.id, row.phone) or "", read_hours(key, row.id, row.hours))
        return render_template("people/phone.html", form=form)
    if not form.validate():
        return render_template("people/phone.html", form=form), 422
    keep_phone(row, key, form.phone.data or "")
    keep_hours(row, key, form.hours)
    db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(url_for("people.code"), 303)


def address_of(public_id: str) -> str:
    """Give the address that finds a member: all that a picture to scan may hold."""
    base = settings().public_url.rstrip("/")
    return base + url_for("consent.meet", public_id=public_id)


def picture_of(address: str) -> Markup:
    """Draw an address as a picture to scan: SVG without style attributes."""
    drawn = segno.make(address, error="m", micro=False)
    # segno writes numbers and path data only; nothing of a person's is in it.
    svg = drawn.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(svg)  # noqa: S704 -- made by segno from an address of ours
