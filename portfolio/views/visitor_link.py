"""Links for people without an account: making one, a code for each opening, and stopping."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio import linked
from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.forms import Form
from portfolio.forms.visit import LinkForm
from portfolio.languages import mark, own_first
from portfolio.models.base import begin, clock
from portfolio.models.consent import AMSTERDAM, end_of_day
from portfolio.models.draft import first_time
from portfolio.models.visit import VisitorLink, end_links, hold_open, make_code, make_link
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("visitor_link", __name__)


@bp.get("/delen/link")
@requires(Action.MAP_SHARE)
def new() -> str:
    """Ask who the link is for, what it shows, what for and until when."""
    form = LinkForm()
    pictures = linked.offer(viewer(), form, own_first())
    return render_template("visitor_link/new.html", form=form, pictures=pictures)


@bp.post("/delen/link")
@requires(Action.MAP_SHARE)
def make() -> str | tuple[str, int] | Response:
    """Make a link. It opens nothing until the owner makes a code."""
    me, form = viewer(), LinkForm()
    begin(db.session, writing=True)
    pictures = linked.offer(me, form, own_first())
    if not form.validate():
        return render_template("visitor_link/new.html", form=form, pictures=pictures), 422
    if not first_time(db.session, str(form.once.data), me.person_id):
        return redirect(url_for("consent.overview"), 303)
    today = clock(db.session).astimezone(AMSTERDAM).date()
    row = make_link(
        db.session,
        str(me.portfolio_id),
        keys_of(me.portfolio_id),
        about=linked.scope_of(str(form.scope.data)),
        name=form.name.data or "",
        purpose=str(form.purpose.data),
        expires_at=end_of_day(today + timedelta(days=int(form.days.data) - 1)),
    )
    link_id, portfolio_id = row.id, row.portfolio_id
    db.session.commit()
    record("link_made", portfolio=portfolio_id, link=link_id)
    return redirect(url_for("visitor_link.page", link_id=link_id), 303)


@bp.get("/delen/link/<link_id>")
@requires(Action.MAP_SHARE)
def page(link_id: str) -> str:
    """Show one link: its address, what it shows, and the way to a code. Spends nothing."""
    return _shown(link_id)


@bp.post("/delen/link/<link_id>/code")
@requires(Action.MAP_SHARE)
def code(link_id: str) -> str:
    """Make a code for one opening, that is shown only now."""
    begin(db.session, writing=True)
    mine = visible(viewer(), Action.MAP_SHARE, VisitorLink).where(VisitorLink.id == link_id)
    row = hold_open(db.session, mine)
    if row is None:
        raise NotFound
    made = make_code(db.session, keyring(), row.id)
    portfolio_id = row.portfolio_id
    db.session.commit()
    record("visitor_code_made", portfolio=portfolio_id, link=link_id)
    return _shown(link_id, made)


@bp.post("/delen/link/<link_id>/stop")
@requires(Action.MAP_SHARE)
def stop(link_id: str) -> Response:
    """End a link, its codes and its visits at once. Stopping twice is stopping once."""
    begin(db.session, writing=True)
    row = get_or_404(viewer(), Action.MAP_SHARE, VisitorLink, link_id)
    portfolio_id = row.portfolio_id
    count = end_links(db.session, VisitorLink.id == row.id)
    db.session.commit()
    if count:
        record("link_ended", portfolio=portfolio_id, link=link_id)
    flash(mark("Gestopt. De link werkt niet meer."), "good")
    return redirect(url_for("consent.overview"), 303)


def _shown(link_id: str, made: str | None = None) -> str:
    shown = linked.one(viewer(), link_id)
    address = settings().public_url.rstrip("/") + url_for("visit.ask", link_id=link_id)
    return render_template(
        "visitor_link/page.html",
        each=shown,
        code=made,
        address=address,
        form=Form(),
        order=own_first(),
    )
