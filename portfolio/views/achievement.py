"""The page of a school or organisation: what people chose to show it, and nothing else."""

from __future__ import annotations

from flask import Blueprint, render_template

from portfolio import shown
from portfolio.access import Action, requires
from portfolio.languages import dutch_first
from portfolio.security import viewer
from portfolio.told import waiting
from portfolio.views.people import Ways

bp = Blueprint("achievement", __name__)


@bp.get("/prestaties")
@requires(Action.ACHIEVEMENTS_SEE)
def overview() -> str:
    """List who shows something to me: names and what for. No content, so no log row."""
    people = shown.sharers(viewer(), Action.ACHIEVEMENTS_SEE)
    return render_template("achievement/overview.html", people=people, news=waiting(viewer()))


@bp.get("/prestaties/<portfolio_id>")
@requires(Action.ACHIEVEMENTS_SEE)
def person(portfolio_id: str) -> str:
    """Show what one person chose to show, ready to print."""
    page = shown.achievements_page(viewer(), portfolio_id)
    ways = Ways(portfolio_id, page.name)
    order = dutch_first()
    return render_template("achievement/person.html", page=page, ways=ways, order=order)
