"""The small steps of a goal: their words, their day, done or not, and what shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.extensions import db
from portfolio.forms.goal import WORDLESS, EvidenceForm, StepDayForm, StepWordsForm
from portfolio.languages import mark, own_first, written
from portfolio.models.agreement import Agreement, hold_agreement
from portfolio.models.agreement import tick as tick_agreement
from portfolio.models.base import begin, clock
from portfolio.models.chain import hold
from portfolio.models.entry import Entry, read_entries
from portfolio.models.goal import (
    Goal,
    GoalStep,
    changed,
    hold_step,
    link_entries,
    note_goal_language,
    remove_step,
    reword_step,
    texts_of_step,
)
from portfolio.models.words import Words
from portfolio.security import viewer
from portfolio.views.goal import held_goal, one_goal, today
from portfolio.views.own_words import next_piece, said_first, wanted

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.entry import EntryPage
    from portfolio.models.goal_page import GoalPage, StepPage

    Page = str | tuple[str, int] | Response

bp = Blueprint("goal_step", __name__)
MOST_OFFERED = 60


@bp.get("/plan/doelen/stap/<step_id>/woorden")
@requires(Action.MAP_KEEP)
def wording(step_id: str) -> str:
    """Ask what a step is called, with what was said before."""
    goal, step = _seen(step_id)
    form, said = StepWordsForm(), step.text_for(*own_first())
    form.show(said, said.lang if said else written())
    if said_first(step.texts):
        form.show(Words("", wanted()), wanted())
    return _worded(goal, step, form)


@bp.post("/plan/doelen/stap/<step_id>/woorden")
@requires(Action.MAP_KEEP)
def reword(step_id: str) -> Page:
    """Keep what a step is called in one language; what stands in others stays."""
    form = StepWordsForm()
    if not form.validate():
        return _worded(*_seen(step_id), form), 422
    begin(db.session, writing=True)
    step, goal = _held(step_id)
    key = keys_of(goal.portfolio_id).of(goal.leefgebied)
    stands = texts_of_step(step, key).get(form.lang.data)
    if stands and form.overwrites(stands.text):
        db.session.rollback()
        return _worded(*_seen(step_id), form, stands), 422
    if form.text.data:
        note_goal_language(db.session, goal, keys_of(goal.portfolio_id), form.lang.data)
    try:
        reword_step(step, key, Words(form.text.data or "", form.lang.data))
    except ValueError:
        db.session.rollback()
        form.text.errors = (WORDLESS,)
        return _worded(*_seen(step_id), form), 422
    kept = _kept(goal)
    return redirect(next_piece(one_goal(goal.id), step_id), 303) if wanted() else kept


@bp.get("/plan/doelen/stap/<step_id>/dag")
@requires(Action.MAP_KEEP)
def day(step_id: str) -> str:
    """Ask by when a step; it may stay open."""
    goal, step = _seen(step_id)
    form = StepDayForm()
    form.day.data = step.by_day
    return render_template("goal/day.html", goal=goal, step=step, form=form, order=own_first())


@bp.post("/plan/doelen/stap/<step_id>/dag")
@requires(Action.MAP_KEEP)
def set_day(step_id: str) -> Page:
    """Keep the day of a step; one after the goal's own is no mistake, and the page asks."""
    form = StepDayForm()
    begin(db.session, writing=True)
    step, held = _held(step_id)
    form.today, form.standing = today(), step.by_day
    if not form.validate():
        db.session.rollback()
        goal, page = _seen(step_id)
        shown = {"goal": goal, "step": page, "form": form, "order": own_first()}
        return render_template("goal/day.html", **shown), 422
    step.by_day = form.day.data
    return _kept(held)


@bp.post("/plan/doelen/stap/<step_id>/klaar")
@requires(Action.MAP_KEEP)
def tick(step_id: str) -> Response:
    """Say that a step is done, or not done after all."""
    done = {"ja": True, "nee": False}.get(request.form.get("klaar", ""))
    if done is None:
        raise BadRequest
    me = viewer()
    begin(db.session, writing=True)
    agreed = get_or_404(me, Action.MAP_KEEP, GoalStep, step_id).agreement_id
    # What was agreed in a talk is kept there too: it is held before its goal, as everywhere.
    chosen = visible(me, Action.MAP_KEEP, Agreement).where(Agreement.id == agreed)
    agreement = hold_agreement(db.session, chosen) if agreed else None
    if agreement is not None:
        tick_agreement(db.session, agreement, done=done)
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
    goal, step = _seen(step_id)
    found = _offered(goal.leefgebied)
    return render_template(
        "goal/evidence.html",
        goal=goal,
        step=step,
        form=_choosing(found, [each.id for each in step.shown]),
        found=found,
        pictures={each.id: each.leefgebied for each in found},
        order=own_first(),
    )


@bp.post("/plan/doelen/stap/<step_id>/bewijs")
@requires(Action.MAP_KEEP)
def link(step_id: str) -> Response:
    """Let exactly these entries show the step; only one's own entries count."""
    begin(db.session, writing=True)
    # What shows a step leans on the map: it is held before the goal.
    hold(db.session, str(viewer().portfolio_id))
    step, goal = _held(step_id)
    wanted = request.form.getlist("stukken_lijst")[:MOST_OFFERED]
    mine = visible(viewer(), Action.MAP_KEEP, Entry).where(Entry.id.in_(wanted))
    offered = [each.id for each in _offered(goal.leefgebied)]
    link_entries(db.session, step, mine, offered)
    return _kept(goal)


def _held(step_id: str) -> tuple[GoalStep, Goal]:
    me = viewer()
    step = get_or_404(me, Action.MAP_KEEP, GoalStep, step_id)
    goal = held_goal(step.goal_id)
    # Somebody may have taken the step away while this waited, or have changed it.
    step = get_or_404(me, Action.MAP_KEEP, GoalStep, step_id)
    hold_step(db.session, step)
    return step, goal


def _seen(step_id: str) -> tuple[GoalPage, StepPage]:
    step = get_or_404(viewer(), Action.MAP_KEEP, GoalStep, step_id)
    goal = one_goal(step.goal_id)
    return goal, next(each for each in goal.steps if each.id == step_id)


def _worded(
    goal: GoalPage, step: StepPage, form: StepWordsForm, stands: Words | None = None
) -> str:
    return render_template(
        "goal/wording.html",
        goal=goal,
        step=step,
        form=form,
        stands=stands,
        first=said_first(step.texts),
        also_at=next_piece(goal, step.id),
        order=own_first(),
    )


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
