"""Wie heeft gekeken: every reading by another, for the owner alone."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request

from portfolio import looked
from portfolio.access import Action, requires
from portfolio.languages import own_first
from portfolio.security import viewer

bp = Blueprint("access_log", __name__)


@bp.get("/wie-heeft-gekeken")
@requires(Action.LOG_READ)
def overview() -> str:
    """List who looked, at what and when, newest first, fifty at a time."""
    asked = request.args.get("pagina", "1")
    number = int(asked) if re.fullmatch(r"[1-9][0-9]{0,4}", asked) else 1
    page = looked.page_of(viewer(), number)
    return render_template("access_log/overview.html", page=page, order=own_first())
