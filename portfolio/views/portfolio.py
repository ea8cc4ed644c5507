"""Mijn map: the start page, one page per leefgebied, and what was taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, keys_of, requires, visible
from portfolio.data import LEEFGEBIEDEN, SCALE
from portfolio.ending import something_ends
from portfolio.extensions import db
from portfolio.forms.portfolio import ScaleForm
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.comment import Comment, read_places
from portfolio.models.draft import Draft
from portfolio.models.entry import WAY_BACK, Entry, read_entries
from portfolio.models.overview import Within, read_start
from portfolio.models.portfolio import read_scale, set_scale
from portfolio.security import viewer
from portfolio.sight import seen_by

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("portfolio", __name__)

# What an empty map offers to take over: a leefgebied, and which of its examples.
FIRST_EXAMPLES = (("taal", 0), ("vrijwilligerswerk", 0), ("regelen", 1))


@bp.get("/map")
@requires(Action.MAP_KEEP)
def start() -> str:
    """Show the map at a glance."""
    who = viewer()
    keys = keys_of(who.portfolio_id)
    within = Within(
        visible(who, Action.MAP_KEEP, Entry),
        visible(who, Action.MAP_KEEP, Comment),
        visible(who, Action.MAP_KEEP, Draft),
    )
    page = read_start(db.session, str(who.portfolio_id), keys, within, who.new_since)
    ends = something_ends(who)
    return render_template("portfolio/start.html", page=page, examples=FIRST_EXAMPLES, ends=ends)


@bp.get("/map/<leefgebied>")
@requires(Action.MAP_KEEP)
def leefgebied(leefgebied: str) -> str:
    """Show what is in one leefgebied, newest first, and what was said about it."""
    if leefgebied not in LEEFGEBIEDEN:
        raise NotFound
    who = viewer()
    keys = keys_of(who.portfolio_id)
    held = {str(who.portfolio_id): keys}
    here = visible(who, Action.MAP_KEEP, Entry).where(Entry.leefgebied == leefgebied)
    entries = read_entries(db.session, here.order_by(Entry.created_at.desc(), Entry.id), held)
    said = visible(who, Action.MAP_KEEP, Comment)
    ids = [entry.id for entry in entries]
    return render_template(
        "portfolio/leefgebied.html",
        row=LEEFGEBIEDEN[leefgebied],
        entries=entries,
        talks=read_places(db.session, said, held, leefgebied=leefgebied, entry_ids=ids),
        seen=seen_by(who, ids),
        step=read_scale(db.session, str(who.portfolio_id), keys, leefgebied),
        steps=[(row.key, row.label) for row in SCALE.values()],
    )


@bp.get("/map/<leefgebied>/stap")
@requires(Action.MAP_KEEP)
def step(leefgebied: str) -> str:
    """Ask how far the owner is."""
    if leefgebied not in LEEFGEBIEDEN:
        raise NotFound
    who, form = viewer(), ScaleForm()
    keys = keys_of(who.portfolio_id)
    form.step.data = read_scale(db.session, str(who.portfolio_id), keys, leefgebied)
    icons = {key: key for key in SCALE}
    row = LEEFGEBIEDEN[leefgebied]
    return render_template("portfolio/step.html", row=row, form=form, icons=icons)


@bp.post("/map/<leefgebied>/stap")
@requires(Action.MAP_KEEP)
def set_step(leefgebied: str) -> Response:
    """Keep the step that the owner chose."""
    form = ScaleForm()
    if leefgebied not in LEEFGEBIEDEN:
        raise NotFound
    if form.step.data in SCALE:
        who = viewer()
        begin(db.session, writing=True)
        keys = keys_of(who.portfolio_id)
        set_scale(db.session, str(who.portfolio_id), keys, leefgebied, form.step.data)
        db.session.commit()
        flash(mark("Bewaard."), "good")
    return redirect(url_for("portfolio.leefgebied", leefgebied=leefgebied), 303)


@bp.get("/map/weggehaald")
@requires(Action.MAP_RESTORE)
def removed() -> str:
    """Show what was taken away and can still come back."""
    who = viewer()
    keys = keys_of(who.portfolio_id)
    gone = visible(who, Action.MAP_RESTORE, Entry).order_by(Entry.deleted_at.desc(), Entry.id)
    entries = read_entries(db.session, gone, {str(who.portfolio_id): keys}, stories=False)
    until = {e.id: e.deleted_at + WAY_BACK for e in entries if e.deleted_at}
    return render_template("portfolio/removed.html", entries=entries, until=until)
