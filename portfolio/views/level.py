"""Wat ik kan in het Nederlands, and KNM: own judgement per statement, and how it grows.

Results of exams stand apart from it and are never counted together with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, keys_of, requires, visible
from portfolio.data.plan import (
    BUILDING_BLOCKS,
    KNM,
    LEVELS,
    SKILLS,
    STATEMENTS,
    statements_of,
    statements_of_knm,
)
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
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from portfolio.data.plan.rows import Statement
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


@bp.get("/plan/niveaus/knm")
@requires(Action.MAP_KEEP)
def knm() -> str:
    """Show how far the owner is with each statement of KNM, and how that grew."""
    said = _said(keys_of(viewer().portfolio_id))
    return render_template(
        "level/knm.html",
        row=BUILDING_BLOCKS[KNM],
        points=growth(said, KNM),
        now=now_of(said),
        rows=statements_of_knm(),
    )


@bp.get("/plan/niveaus/knm/kies")
@requires(Action.MAP_KEEP)
def ask_knm() -> str:
    """Ask how far the owner is with each statement of KNM."""
    row, back_to = BUILDING_BLOCKS[KNM], url_for("level.knm")
    return _asked(statements_of_knm(), (row.label, row.explanation), back_to)


@bp.post("/plan/niveaus/knm/kies")
@requires(Action.MAP_KEEP)
def keep_knm() -> Response:
    """Add what the owner says now of KNM; what was said before stays."""
    return _kept(statements_of_knm(), url_for("level.knm"))


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
    heads = (SKILLS[skill].label, LEVELS[level].label)
    return _asked(rows, heads, url_for("level.skill", skill=skill))


@bp.post("/plan/niveaus/<skill>/<level>")
@requires(Action.MAP_KEEP)
def keep(skill: str, level: str) -> Response:
    """Add what the owner says now; what was said before stays."""
    rows = statements_of(skill, level)
    if not rows:
        raise NotFound
    return _kept(rows, url_for("level.skill", skill=skill))


def _asked(rows: Sequence[Statement], heads: tuple[str, str], back_to: str) -> str:
    form, now = level_form(rows), now_of(_said(keys_of(viewer().portfolio_id)))
    for row in rows:
        form[name_of(row.key)].data = now.get(row.key)
    fields = [form[name_of(row.key)] for row in rows]
    return render_template("level/ask.html", form=form, fields=fields, heads=heads, back_to=back_to)


def _kept(rows: Sequence[Statement], onward: str) -> Response:
    who, form = viewer(), level_form(rows)
    begin(db.session, writing=True)
    keys = keys_of(who.portfolio_id)
    hold(db.session, str(who.portfolio_id))
    if first_time(db.session, form.once.data or "", who.person_id):
        judge(db.session, str(who.portfolio_id), keys, now_of(_said(keys)), form.said())
        db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(onward, 303)


def _said(keys: PortfolioKeys) -> list[Judgement]:
    return read_judgements(db.session, visible(viewer(), KEEP, CanDo), keys)
