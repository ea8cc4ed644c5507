"""Wat ik kan in het Nederlands: own judgement per statement, and how it grows.

Results of exams stand apart from it and are never counted together with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, keys_of, requires, visible
from portfolio.data.plan import LEVELS, SKILLS, STATEMENTS, statements_of
from portfolio.extensions import db
from portfolio.forms.level import level_form, name_of
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.can_do import (
    CanDo,
    Judgement,
    growth,
    growths,
    judge,
    now_of,
    read_judgements,
    read_results,
)
from portfolio.models.chain import hold
from portfolio.models.draft import first_time
from portfolio.models.entry import Entry
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.portfolio import PortfolioKeys

bp = Blueprint("level", __name__)
KEEP = Action.MAP_KEEP


@bp.get("/plan/niveaus")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show the staircase of each skill, and the results of exams apart from it."""
    who = viewer()
    keys = keys_of(who.portfolio_id)
    results = read_results(db.session, visible(who, KEEP, Entry), keys)
    return render_template("level/overview.html", grown=growths(_said(keys)), results=results)


@bp.get("/plan/niveaus/<skill>")
@requires(Action.MAP_KEEP)
def skill(skill: str) -> str:
    """Show the levels of a skill, and how far the owner is with each."""
    if skill not in SKILLS:
        raise NotFound
    said = _said(keys_of(viewer().portfolio_id))
    levels = {row: statements_of(skill, key) for key, row in LEVELS.items()}
    return render_template(
        "level/skill.html",
        row=SKILLS[skill],
        points=growth(said, skill),
        now=now_of(said),
        levels={row: rows for row, rows in levels.items() if rows},
        total=sum(each.skill == skill for each in STATEMENTS.values()),
    )


@bp.get("/plan/niveaus/<skill>/<level>")
@requires(Action.MAP_KEEP)
def ask(skill: str, level: str) -> str:
    """Ask how far the owner is with each statement of one level."""
    rows = statements_of(skill, level)
    if not rows:
        raise NotFound
    form, now = level_form(rows), now_of(_said(keys_of(viewer().portfolio_id)))
    for row in rows:
        form[name_of(row.key)].data = now.get(row.key)
    fields = [form[name_of(row.key)] for row in rows]
    return render_template(
        "level/ask.html", form=form, fields=fields, skill=SKILLS[skill], level=LEVELS[level]
    )


@bp.post("/plan/niveaus/<skill>/<level>")
@requires(Action.MAP_KEEP)
def keep(skill: str, level: str) -> Response:
    """Add what the owner says now; what was said before stays."""
    rows = statements_of(skill, level)
    if not rows:
        raise NotFound
    who, form = viewer(), level_form(rows)
    begin(db.session, writing=True)
    keys = keys_of(who.portfolio_id)
    hold(db.session, str(who.portfolio_id))
    if first_time(db.session, form.once.data or "", who.person_id):
        judge(db.session, str(who.portfolio_id), keys, now_of(_said(keys)), form.said())
        db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(url_for("level.skill", skill=skill), 303)


def _said(keys: PortfolioKeys) -> list[Judgement]:
    return read_judgements(db.session, visible(viewer(), KEEP, CanDo), keys)
