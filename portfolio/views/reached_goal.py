"""Reaching a goal: a moment of joy, and a thing in the map that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import BadRequest

from portfolio.access import Action, keys_of, requires
from portfolio.events import record
from portfolio.extensions import db
from portfolio.forms import Form
from portfolio.languages import own_first
from portfolio.models.base import begin, clock
from portfolio.models.draft import first_time, start_draft
from portfolio.models.goal import set_goal_scale
from portfolio.models.writing import Typed, Writing
from portfolio.security import viewer
from portfolio.views.goal import held_goal, one_goal

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("reached_goal", __name__)


@bp.post("/plan/doelen/<goal_id>/gehaald")
@requires(Action.MAP_KEEP)
def reach(goal_id: str) -> Response:
    """Reach a goal. Twice is once."""
    me = viewer()
    begin(db.session, writing=True)
    row = held_goal(goal_id)
    first = row.reached_at is None
    if first:
        row.reached_at = clock(db.session)
        set_goal_scale(db.session, row, keys_of(me.portfolio_id), "zelf")
    portfolio_id = row.portfolio_id
    db.session.commit()
    if first:
        record("goal_reached", portfolio=portfolio_id, goal=goal_id)
    return redirect(url_for("reached_goal.page", goal_id=goal_id), 303)


@bp.get("/plan/doelen/<goal_id>/gehaald")
@requires(Action.MAP_KEEP)
def page(goal_id: str) -> str:
    """Celebrate, and offer to keep it in the map."""
    goal = one_goal(goal_id)
    return render_template("goal/reached.html", goal=goal, order=own_first(), form=Form())


@bp.post("/plan/doelen/<goal_id>/in-mijn-map")
@requires(Action.MAP_KEEP)
def to_map(goal_id: str) -> Response:
    """Begin an entry that says what was reached; the owner completes it."""
    me, form = viewer(), Form()
    goal = one_goal(goal_id)
    if not goal.reached_at:
        raise BadRequest
    begin(db.session, writing=True)
    if not first_time(db.session, form.once.data or "", me.person_id):
        return redirect(url_for("portfolio.start"), 303)
    texts = tuple(Typed(each.lang, each.text[:120]) for each in goal.said.get("what", ()))
    writing = Writing(goal.leefgebied, preset=True, kind="gedaan", texts=texts)
    draft = start_draft(db.session, me.person_id, keys_of(me.portfolio_id), writing)
    draft_id = draft.id
    db.session.commit()
    return redirect(url_for("entry.finish", draft_id=draft_id), 303)
