"""Mijn leerroute: what the letters say, what counts for it, and who can be called.

The app counts a date only to ask whether it agrees with the letter; what the owner typed stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, keys_of, requires, visible
from portfolio.data.plan import BUILDING_BLOCKS, CHOICES, LAW
from portfolio.extensions import db
from portfolio.forms.route import QUESTIONS, CountForm
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.can_do import read_results
from portfolio.models.draft import first_time
from portfolio.models.entry import Entry, read_entries
from portfolio.models.route import (
    THEMES,
    Counted,
    Route,
    RoutePage,
    RouteSaid,
    count_for,
    hold_route,
    keep_route,
    read_route,
    read_ticked,
    with_hours,
)
from portfolio.security import viewer
from portfolio.usual import told

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.data.plan.rows import Block, Fact
    from portfolio.forms.route import RouteForm
    from portfolio.models.portfolio import PortfolioKeys

bp = Blueprint("route", __name__)
KEEP = Action.MAP_KEEP


@bp.get("/plan/leerroute")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show what is done, what comes next and who to call."""
    who = viewer()
    keys = keys_of(who.portfolio_id)
    page = _page(keys)
    results = read_results(db.session, visible(who, KEEP, Entry), keys)
    return render_template(
        "route/overview.html",
        page=page,
        results=results,
        questions=_questions(page.said),
        facts=told(who, _facts(page.said)),
        choices=[each for each in CHOICES.values() if _holds(each.routes, page.said.route)],
    )


@bp.get("/plan/leerroute/vraag/<question>")
@requires(Action.MAP_KEEP)
def ask(question: str) -> str:
    """Ask one thing that stands in a letter."""
    form, page = _form(question), _page(_keys())
    form.show(page.said)
    form.version.data = str(page.version)
    return _asked(question, form, page.said)


@bp.post("/plan/leerroute/vraag/<question>")
@requires(Action.MAP_KEEP)
def keep(question: str) -> tuple[str, int] | Response:
    """Keep what the owner says, unless it changed in the meantime."""
    form, who = _form(question), viewer()
    if not form.validate():
        return _asked(question, form, _page(_keys()).said), 422
    begin(db.session, writing=True)
    keys = keys_of(who.portfolio_id)
    row, said = _hold(keys)
    if first_time(db.session, form.once.data or "", who.person_id):
        version = row.version if row else 0
        if form.version.data != str(version):
            form.version.data = str(version)
            return _asked(question, form, said, changed=True), 422
        said = form.taken_into(said)
        keep_route(db.session, row, str(who.portfolio_id), keys, said)
        db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(_onward(question, said), 303)


@bp.get("/plan/leerroute/<block>")
@requires(Action.MAP_KEEP)
def block(block: str) -> str:
    """Show what counts for one block, and let the owner choose."""
    row, keys, form = _block(block), _keys(), CountForm()
    page = _page(keys)
    counted = visible(viewer(), KEEP, Counted)
    form.entries_lijst.data = list(read_ticked(db.session, counted, block))
    form.themes_lijst.data = list(page.said.themes.get(block, ()))
    form.version.data = str(page.version)
    return _counting(row, form, page, keys)


@bp.post("/plan/leerroute/<block>")
@requires(Action.MAP_KEEP)
def count(block: str) -> tuple[str, int] | Response:
    """Keep what counts for one block. A thing that is not the owner's counts for nothing."""
    row, form, who = _block(block), CountForm(), viewer()
    begin(db.session, writing=True)
    keys = keys_of(who.portfolio_id)
    held, said = _hold(keys)
    if not form.validate():
        return _counting(row, form, _page(keys), keys), 422
    if first_time(db.session, form.once.data or "", who.person_id):
        version = held.version if held else 0
        if form.version.data != str(version):
            form.version.data = str(version)
            return _counting(row, form, _page(keys), keys, changed=True), 422
        shown = with_hours(db.session, visible(who, KEEP, Entry))
        count_for(db.session, str(who.portfolio_id), block, shown, form.entries_lijst.data or ())
        done = [key for key in THEMES.get(block, {}) if key in (form.themes_lijst.data or ())]
        said = replace(said, themes={**said.themes, block: done})
        keep_route(db.session, held, str(who.portfolio_id), keys, said)
        db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(url_for("route.overview", _anchor=block), 303)


def _page(keys: PortfolioKeys) -> RoutePage:
    who = viewer()
    chosen, counted = visible(who, KEEP, Route), visible(who, KEEP, Counted)
    return read_route(db.session, chosen, counted, keys)


def _keys() -> PortfolioKeys:
    return keys_of(viewer().portfolio_id)


def _hold(keys: PortfolioKeys) -> tuple[Route | None, RouteSaid]:
    who = viewer()
    return hold_route(db.session, str(who.portfolio_id), visible(who, KEEP, Route), keys)


def _form(question: str) -> RouteForm:
    if question not in QUESTIONS:
        raise NotFound
    return QUESTIONS[question]()


def _block(key: str) -> Block:
    if key not in BUILDING_BLOCKS:
        raise NotFound
    return BUILDING_BLOCKS[key]


def _questions(said: RouteSaid) -> list[str]:
    """List the questions for this leerroute: only the Z-route has hours in the letter."""
    return [each for each in QUESTIONS if each != "uren" or said.route in ("", "z")]


def _onward(question: str, said: RouteSaid) -> str:
    order = list(QUESTIONS)
    later = [each for each in _questions(said) if order.index(each) > order.index(question)]
    return url_for("route.ask", question=later[0]) if later else url_for("route.overview")


def _asked(question: str, form: RouteForm, said: RouteSaid, *, changed: bool = False) -> str:
    return render_template(
        f"route/{question}.html",
        form=form,
        said=said,
        changed=changed,
        onward=_onward(question, said),
        number=list(QUESTIONS).index(question) + 1,
        total=len(QUESTIONS),
    )


def _counting(
    row: Block, form: CountForm, page: RoutePage, keys: PortfolioKeys, *, changed: bool = False
) -> str:
    who = viewer()
    mine = visible(who, KEEP, Entry).where(Entry.minutes.is_not(None))
    entries = read_entries(
        db.session,
        mine.order_by(Entry.created_at.desc(), Entry.id),
        {str(who.portfolio_id): keys},
        stories=False,
    )
    return render_template(
        "route/block.html",
        row=row,
        form=form,
        page=page,
        entries=entries,
        themes=THEMES.get(row.key, {}),
        fact=told(who, [LAW[row.fact]])[0] if row.fact else None,
        changed=changed,
    )


def _facts(said: RouteSaid) -> list[Fact]:
    """List what the law says, and what is usual, for this act and leerroute."""
    return [
        fact
        for fact in LAW.values()
        if _holds(fact.acts, said.act or "wi2021") and _holds(fact.routes, said.route)
    ]


def _holds(named: tuple[str, ...], said: str) -> bool:
    return not named or not said or said in named
