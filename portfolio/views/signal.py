"""*Ik heb hulp nodig*: asked with one tap, taken back with one tap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from portfolio import signals
from portfolio.access import Action, requires
from portfolio.events import record
from portfolio.languages import mark
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("signal", __name__)


@bp.get("/hulp-vragen")
@requires(Action.MAP_KEEP)
def page() -> str:
    """Show who sees it when I ask for help, and whether I do."""
    me = viewer()
    return render_template(
        "signal/page.html", readers=signals.readers(me), since=signals.asked_since(me)
    )


@bp.post("/hulp-vragen")
@requires(Action.MAP_KEEP)
def ask() -> Response:
    """Ask for help; without anybody who would see it, it is not asked."""
    me = viewer()
    if signals.readers(me):
        signals.ask(me)
        record("help_asked", portfolio=me.portfolio_id)
        flash(mark("Je hebt om hulp gevraagd."), "good")
    return redirect(url_for("signal.page"), 303)


@bp.post("/hulp-vragen/weg")
@requires(Action.MAP_KEEP)
def take_back() -> Response:
    """Take it back."""
    me = viewer()
    signals.take_back(me)
    record("help_taken_back", portfolio=me.portfolio_id)
    flash(mark("Je vraag om hulp is weg."), "good")
    return redirect(url_for("signal.page"), 303)
