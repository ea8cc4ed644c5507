"""The small steps of a goal: done or not, taken away, and what in the map shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.extensions import db
from portfolio.forms.goal import EvidenceForm
from portfolio.languages import mark, own_first
from portfolio.models.base import begin, clock
from portfolio.models.entry import Entry, read_entries
from portfolio.models.goal import Goal, GoalStep, changed, hold_goal, link_entries, remove_step
from portfolio.security import viewer
from portfolio.views.goal import one_goal

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.entry import EntryPage

    Page = str | tuple[str, int] | Response

bp = Blueprint("goal_step", __name__)
MOST_OFFERED = 60


@bp.post("/plan/doelen/stap/<step_id>/klaar")
@requires(Action.MAP_KEEP)
def tick(step_id: str) -> Response:
    """Say that a step is done, or not done after all."""
    done = {"ja": True, "nee": False}.get(request.form.get("klaar", ""))
    if done is None:
        raise BadRequest
    begin(db.session, writing=True)
    step, goal = _held(step_id)
    step.done_at = clock(db.session) if done else None
    return _kept(goal)


@bp.post("/plan/doelen/stap/<step_id>/weg")
@requires(Action.MAP_KEEP)
def remove(step_id: str) -> Response:
    """Take a step away."""
    begin(db.session, writing=True)
    step, goal = _held(step_id)
    remove_step(db.session, step)
    return _kept(goal)


@bp.get("/plan/doelen/stap/<step_id>/bewijs")
@requires(Action.MAP_KEEP)
def evidence(step_id: str) -> str:
    """Ask what in the map shows this step."""
    step = get_or_404(viewer(), Action.MAP_KEEP, GoalStep, step_id)
    goal = one_goal(step.goal_id)
    found = _offered(goal.leefgebied)
    page = next(each for each in goal.steps if each.id == step_id)
    form = _choosing(found, [each.id for each in page.shown])
    pictures = {each.id: each.leefgebied for each in found}
    return render_template(
        "goal/evidence.html", goal=goal, step=page, form=form, found=found, pictures=pictures
    )


@bp.post("/plan/doelen/stap/<step_id>/bewijs")
@requires(Action.MAP_KEEP)
def link(step_id: str) -> Response:
    """Let exactly these entries show the step; only one's own entries count."""
    begin(db.session, writing=True)
    step, goal = _held(step_id)
    wanted = request.form.getlist("stukken_lijst")[:MOST_OFFERED]
    mine = visible(viewer(), Action.MAP_KEEP, Entry).where(Entry.id.in_(wanted))
    offered = [each.id for each in _offered(goal.leefgebied)]
    link_entries(db.session, step, mine, offered)
    return _kept(goal)


def _held(step_id: str) -> tuple[GoalStep, Goal]:
    me = viewer()
    step = get_or_404(me, Action.MAP_KEEP, GoalStep, step_id)
    goal = get_or_404(me, Action.MAP_KEEP, Goal, step.goal_id)
    hold_goal(db.session, goal)
    # Somebody may have taken the step away while this waited.
    return get_or_404(me, Action.MAP_KEEP, GoalStep, step_id), goal


def _kept(goal: Goal) -> Response:
    changed(db.session, goal)
    goal_id = goal.id
    db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(url_for("goal.page", goal_id=goal_id), 303)


def _offered(leefgebied: str) -> list[EntryPage]:
    me = viewer()
    chosen = visible(me, Action.MAP_KEEP, Entry)
    chosen = chosen.order_by(Entry.leefgebied != leefgebied, Entry.created_at.desc(), Entry.id)
    keys = {str(me.portfolio_id): keys_of(me.portfolio_id)}
    return read_entries(db.session, chosen.limit(MOST_OFFERED), keys, stories=False)


def _choosing(found: list[EntryPage], ticked: list[str]) -> EvidenceForm:
    form = EvidenceForm(stukken_lijst=ticked)
    form.stukken_lijst.choices = [
        (each.id, each.text_for(*own_first()).title.text or each.id) for each in found
    ]
    return form
