"""Hoe gaat het met mij?: a page for who wants it, private until it is shared twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, keys_of, requires, visible
from portfolio.data.plan import WELLBEING
from portfolio.extensions import db
from portfolio.forms.wellbeing import WellbeingForm
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.draft import first_time
from portfolio.models.wellbeing import Web, Wellbeing, read_webs, say_how
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("wellbeing", __name__)
ORDER = tuple(WELLBEING)


@bp.get("/plan/hoe-gaat-het")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show the web of now and of before, with the same in words."""
    return render_template("wellbeing/overview.html", webs=_webs(), first=ORDER[0])


@bp.get("/plan/hoe-gaat-het/<dimension>")
@requires(Action.MAP_KEEP)
def ask(dimension: str) -> str:
    """Ask about one side."""
    if dimension not in WELLBEING:
        raise NotFound
    form, webs = WellbeingForm(), _webs()
    form.answer.data = webs[-1].said.get(dimension) if webs else None
    return _asked(dimension, form)


@bp.post("/plan/hoe-gaat-het/<dimension>")
@requires(Action.MAP_KEEP)
def keep(dimension: str) -> tuple[str, int] | Response:
    """Add what the owner says about one side; what was said before stays."""
    if dimension not in WELLBEING:
        raise NotFound
    who, form = viewer(), WellbeingForm()
    if not form.validate():
        return _asked(dimension, form), 422
    begin(db.session, writing=True)
    if first_time(db.session, form.once.data or "", who.person_id):
        keys = keys_of(who.portfolio_id)
        say_how(db.session, str(who.portfolio_id), keys, dimension, form.answer.data)
        db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(_onward(dimension), 303)


def _webs() -> list[Web]:
    who = viewer()
    chosen = visible(who, Action.MAP_KEEP, Wellbeing)
    return read_webs(db.session, chosen, keys_of(who.portfolio_id))


def _onward(dimension: str) -> str:
    later = ORDER[ORDER.index(dimension) + 1 :]
    if later:
        return url_for("wellbeing.ask", dimension=later[0])
    return url_for("wellbeing.overview")


def _asked(dimension: str, form: WellbeingForm) -> str:
    row = WELLBEING[dimension]
    form.answer.label.text = row.question
    return render_template(
        "wellbeing/ask.html",
        form=form,
        row=row,
        onward=_onward(dimension),
        number=ORDER.index(dimension) + 1,
        total=len(ORDER),
    )
