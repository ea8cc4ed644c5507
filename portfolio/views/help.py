"""Help: what mijn map is, who sees what, and whom to call."""

from __future__ import annotations

from flask import Blueprint, render_template

from portfolio.access import public

bp = Blueprint("help", __name__)


@bp.get("/hulp")
@public
def page() -> str:
    """Explain in a few sentences how mijn map works, and whom to call."""
    return render_template("help/page.html")
