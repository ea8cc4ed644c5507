"""My goals: the helper that asks one thing per screen, and a goal with its steps.

A goal is written in its own row from the first screen on, so nothing typed is lost; others
see it only once it is made.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.checked import page_about
from portfolio.data import LEEFGEBIEDEN, SCALE
from portfolio.data.plan import GOAL_EXAMPLES, goals_of
from portfolio.extensions import db, keyring, media_store
from portfolio.forms import Form
from portfolio.forms.goal import (
    FULL,
    HINTS,
    MANY,
    QUESTIONS,
    GoalScaleForm,
    PlaceForm,
    SayForm,
    StepsForm,
    WhenForm,
)
from portfolio.languages import SOURCE, mark, own_first, written
from portfolio.leafing import asked_leaf
from portfolio.models.base import begin, clock
from portfolio.models.chain import hold
from portfolio.models.comment import Comment, count_on_goals, read_goal_talk
from portfolio.models.consent import AMSTERDAM
from portfolio.models.draft import first_time
from portfolio.models.goal import (
    SAID,
    Goal,
    GoalStep,
    StepEvidence,
    add_steps,
    begin_goal,
    changed,
    hold_goal,
    remove_goal,
    room_for_steps,
    said_in_language,
    say_of,
    set_goal_scale,
)
from portfolio.models.goal_page import goals_on_leaf, read_goals
from portfolio.models.leaf import leaf_of
from portfolio.models.words import Words
from portfolio.security import viewer
from portfolio.views.own_words import next_piece, said_first, wanted

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.wrappers import Response

    from portfolio.data.plan.rows import GoalExample
    from portfolio.models.goal_page import GoalPage

    Page = str | tuple[str, int] | Response

bp = Blueprint("goal", __name__)
SCREENS = (*SAID, "when", "steps")
# What a plan without goals offers to take over, from these leefgebieden.
FIRST = ("taal", "werk", "contacten")
PICTURES = {key: key for key in LEEFGEBIEDEN}


@bp.get("/plan/doelen")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show all goals: those on the way, those still being made, those that were reached."""
    examples = [each for key in FIRST for each in goals_of(key)[:1]]
    number = asked_leaf("doelen")
    goals = leaf_of(_read(number=number), number)
    talk = count_on_goals(db.session, visible(viewer(), Action.MAP_KEEP, Comment))
    found = {"goals": goals, "talk": talk, "examples": examples}
    return render_template("goal/overview.html", **found, order=own_first())


@bp.route("/plan/doelen/nieuw", methods=["GET", "POST"])
@requires(Action.MAP_KEEP)
def start() -> Page:
    """Ask what the goal is about, and begin it."""
    form = PlaceForm()
    if not form.is_submitted():
        return render_template("goal/place.html", form=form, pictures=PICTURES)
    if not form.validate():
        return render_template("goal/place.html", form=form, pictures=PICTURES), 422
    me = viewer()
    begin(db.session, writing=True)
    if not first_time(db.session, form.once.data or "", me.person_id):
        return redirect(url_for("goal.overview"), 303)
    try:
        row = begin_goal(db.session, str(me.portfolio_id), form.leefgebied.data)
    except ValueError:
        db.session.rollback()
        form.leefgebied.errors = (MANY,)
        return render_template("goal/place.html", form=form, pictures=PICTURES), 422
    goal_id = row.id
    db.session.commit()
    return redirect(url_for("goal.screen", goal_id=goal_id, screen="what"), 303)


@bp.post("/plan/doelen/voorbeeld/<example>")
@requires(Action.MAP_KEEP)
def take_over(example: str) -> Response:
    """Take over a ready goal with one tap; everything in it can be changed."""
    ready, me, form = GOAL_EXAMPLES.get(example), viewer(), Form()
    if ready is None:
        raise NotFound
    begin(db.session, writing=True)
    if not first_time(db.session, form.once.data or "", me.person_id):
        return redirect(url_for("goal.overview"), 303)
    try:
        row = begin_goal(db.session, str(me.portfolio_id), ready.leefgebied)
    except ValueError:
        db.session.rollback()
        flash(MANY, "attention")
        return redirect(url_for("goal.overview"), 303)
    _fill(row, ready)
    goal_id = row.id
    db.session.commit()
    flash(mark("Dit doel is nu van jou. Je kunt alles veranderen."), "good")
    return redirect(url_for("goal.page", goal_id=goal_id), 303)


@bp.get("/plan/doelen/<goal_id>/<screen>")
@requires(Action.MAP_KEEP)
def screen(goal_id: str, screen: str) -> str:
    """Show one question of the goal helper with what was said before."""
    goal = one_goal(goal_id)
    if screen not in SCREENS:
        raise NotFound
    form = _form_of(screen)
    if isinstance(form, SayForm):
        said = goal.text(screen, *own_first())
        form.show(said, said.lang if said else written())
        if said_first(goal.said.get(screen, ())):
            form.show(Words("", wanted()), wanted())
    elif isinstance(form, WhenForm):
        form.day.data = goal.by_day
    else:
        form.lang.data = written()
    return _asked(goal, screen, form)


@bp.post("/plan/doelen/<goal_id>/<screen>")
@requires(Action.MAP_KEEP)
def keep(goal_id: str, screen: str) -> Page:
    """Keep the answer to one question and go to the next."""
    if screen not in SCREENS:
        raise NotFound
    form = _form_of(screen)
    if not form.validate():
        return _asked(one_goal(goal_id), screen, form), 422
    me = viewer()
    begin(db.session, writing=True)
    # Steps lean on the map: it is held before the goal, as whoever takes the goal away does.
    hold(db.session, str(me.portfolio_id))
    row = held_goal(goal_id)
    keys, onward = keys_of(me.portfolio_id), row.made_at is None
    if isinstance(form, SayForm):
        stands = said_in_language(row, keys, screen, form.lang.data)
        if form.overwrites(stands.text):
            db.session.rollback()
            return _asked(one_goal(goal_id), screen, form, stands), 422
        say_of(db.session, row, keys, screen, Words(form.text.data or "", form.lang.data))
    elif isinstance(form, WhenForm):
        row.by_day = form.day.data
        changed(db.session, row)
    elif first_time(db.session, form.once.data or "", me.person_id):
        if len(form.texts) > room_for_steps(db.session, row):
            db.session.rollback()
            form.rows[0].errors = (FULL,)
            return _asked(one_goal(goal_id), screen, form), 422
        add_steps(db.session, row, keys, [Words(each, form.lang.data) for each in form.texts])
    if screen == SCREENS[-1] and row.made_at is None:
        row.made_at = clock(db.session)
    db.session.commit()
    return redirect(_after(goal_id, screen, onward=onward), 303)


def _after(goal_id: str, screen: str, *, onward: bool) -> str:
    if wanted() and screen in SAID:
        return next_piece(one_goal(goal_id), screen)
    after = SCREENS.index(screen) + 1
    if onward and after < len(SCREENS):
        return url_for("goal.screen", goal_id=goal_id, screen=SCREENS[after])
    flash(mark("Bewaard."), "good")
    return url_for("goal.page", goal_id=goal_id)


@bp.get("/plan/doelen/<goal_id>")
@requires(Action.MAP_KEEP)
def page(goal_id: str) -> str:
    """Show a goal with its steps and what shows them."""
    me, goal = viewer(), one_goal(goal_id)
    said, keys = visible(me, Action.MAP_KEEP, Comment), keys_of(me.portfolio_id)
    talk = read_goal_talk(db.session, said, {str(me.portfolio_id): keys}, goal_id)
    return render_template(
        "goal/page.html",
        goal=goal,
        also_at=next_piece(goal),
        order=own_first(),
        form=GoalScaleForm(step=goal.scale),
        steps=[(row.key, row.label) for row in SCALE.values()],
        talk=talk,
    )


@bp.post("/plan/doelen/<goal_id>/schaal")
@requires(Action.MAP_KEEP)
def set_scale(goal_id: str) -> Response:
    """Keep how far the owner is with a goal."""
    form, me = GoalScaleForm(), viewer()
    begin(db.session, writing=True)
    row = held_goal(goal_id)
    if form.validate():
        set_goal_scale(db.session, row, keys_of(me.portfolio_id), form.step.data)
        db.session.commit()
        flash(mark("Bewaard."), "good")
    return redirect(url_for("goal.page", goal_id=goal_id), 303)


@bp.get("/plan/doelen/<goal_id>/weghalen")
@requires(Action.MAP_KEEP)
def removal(goal_id: str) -> str:
    """Ask whether to take a goal away."""
    goal = one_goal(goal_id)
    return render_template("goal/removal.html", goal=goal, order=own_first(), form=Form())


@bp.post("/plan/doelen/<goal_id>/weghalen")
@requires(Action.MAP_KEEP)
def remove(goal_id: str) -> Response:
    """Take a goal away with its steps; what is in the map stays there."""
    me = viewer()
    begin(db.session, writing=True)
    # Nobody writes a comment on it meanwhile.
    hold(db.session, str(me.portfolio_id))
    row = get_or_404(me, Action.MAP_KEEP, Goal, goal_id)
    gone = remove_goal(db.session, keyring(), row)
    db.session.commit()
    media_store().delete(gone)
    flash(mark("Dit doel is weg."), "good")
    return redirect(url_for("goal.overview"), 303)


def _read(goal_id: str = "", number: int = 1) -> list[GoalPage]:
    """Load one of one's own goals, or those of one leaf."""
    me, action = viewer(), Action.MAP_KEEP
    mine = visible(me, action, Goal)
    chosen = mine.where(Goal.id == goal_id) if goal_id else goals_on_leaf(mine, number)
    keys = {str(me.portfolio_id): keys_of(me.portfolio_id)}
    steps, evidence = visible(me, action, GoalStep), visible(me, action, StepEvidence)
    whole = bool(goal_id)
    return read_goals(db.session, chosen, steps, evidence, keys, shut_too=not whole)


def held_goal(goal_id: str) -> Goal:
    """Hold one of one's own goals. Raises NotFound, also for one that went while this waited."""
    row = get_or_404(viewer(), Action.MAP_KEEP, Goal, goal_id)
    if not hold_goal(db.session, row):
        raise NotFound
    return row


def one_goal(goal_id: str) -> GoalPage:
    """Load one of one's own goals. Raises NotFound."""
    found = _read(goal_id)
    if not found:
        raise NotFound
    page_about(found[0].leefgebied)
    return found[0]


def _form_of(screen: str) -> SayForm | WhenForm | StepsForm:
    if screen == "when":
        form = WhenForm()
        form.today = today()
        return form
    if screen == "steps":
        return StepsForm()
    said = SayForm()
    said.ask(QUESTIONS[screen])
    return said


def _asked(goal: GoalPage, screen: str, form: Form, stands: Words | None = None) -> str:
    place = SCREENS.index(screen)
    after = SCREENS[place + 1] if place + 1 < len(SCREENS) and not goal.made else None
    before = SCREENS[place - 1] if place and not goal.made else None
    return render_template(
        "goal/screen.html",
        goal=goal,
        form=form,
        screen=screen,
        stands=stands,
        first=said_first(goal.said.get(screen, ())),
        also_at=next_piece(goal, screen),
        hint=HINTS.get(screen),
        at=(place + 1, len(SCREENS)),
        after=after,
        before=before,
        examples=goals_of(goal.leefgebied) if screen == "what" and not goal.made else (),
        order=own_first(),
    )


def _fill(row: Goal, ready: GoalExample) -> None:
    keys = keys_of(row.portfolio_id)
    for name in SAID:
        say_of(db.session, row, keys, name, Words(getattr(ready, name), SOURCE))
    add_steps(db.session, row, keys, [Words(each, SOURCE) for each in ready.steps])
    row.by_day = today() + timedelta(weeks=ready.weeks)
    row.made_at = clock(db.session)


def today() -> date:
    """Give the day that it is in Amsterdam."""
    return clock(db.session).astimezone(AMSTERDAM).date()
