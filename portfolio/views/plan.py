"""Mijn plan at a glance: the doors to its parts. Each part has a word, and a file, of its own."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from portfolio.access import Action, requires
from portfolio.ahead import ahead
from portfolio.security import viewer

bp = Blueprint("plan", __name__)


@bp.get("/plan")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show what comes next, and the doors to the parts of the plan."""
    return render_template("plan/overview.html", ahead=ahead(viewer(), g.found.now))
