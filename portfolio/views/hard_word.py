"""Moeilijke woorden: every hard word with an easy sentence, for everybody."""

from __future__ import annotations

from flask import Blueprint, render_template

from portfolio.access import public

bp = Blueprint("hard_word", __name__)


@bp.get("/woorden")
@public
def page() -> str:
    """List the hard words, each with its picture and an easy sentence."""
    return render_template("hard_word/page.html")
