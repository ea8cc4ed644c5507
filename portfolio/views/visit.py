"""A visitor without an account: an address, a code that the owner gives, and half an hour.

Opening the address tells nothing and spends nothing: the same page stands at every address,
also at one that never was, or whose link is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio import limits
from portfolio.access import public
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.consent import CodeForm
from portfolio.languages import dutch_first, mark
from portfolio.models.base import begin
from portfolio.models.visit import VISIT_LASTS, open_code, use_code
from portfolio.security import VISIT_COOKIE, network, set_token_cookie, visitor_here
from portfolio.visited import visit_page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("visit", __name__)


@bp.get("/bezoek/<link_id>")
@public
def ask(link_id: str) -> str:
    """Ask for the code. Nothing is looked up, so that every address answers alike."""
    return render_template("visit/code.html", form=CodeForm(), link_id=link_id)


@bp.post("/bezoek/<link_id>")
@public
def enter(link_id: str) -> str | tuple[str, int] | Response:
    """Begin one visit with the code of this moment; a wrong code spends nothing."""
    form = CodeForm()
    if not form.validate():
        return _asked(form, link_id, 422)
    begin(db.session, writing=False)
    waiting = open_code(db.session, link_id)
    db.session.rollback()
    # Counted per network and per code that the owner made: whoever guesses elsewhere shuts
    # nobody out, and nor does whoever guessed here before the owner made a new one.
    limits.check("visit_network", network())
    limits.check("visit", link_id, waiting, network())
    begin(db.session, writing=True)
    token = use_code(db.session, keyring(), link_id, form.code.data or "")
    db.session.commit()
    if token is None:
        form.code.errors = [mark("Deze code past niet. Vraag een nieuwe code.")]
        return _asked(form, link_id, 422)
    record("visit_begun", link=link_id)
    response = make_response(redirect(url_for("visit.page"), 303))
    set_token_cookie(response, VISIT_COOKIE, token, int(VISIT_LASTS.total_seconds()))
    return response


@bp.get("/bezoek")
@public
def page() -> str | tuple[str, int]:
    """Show the one page of this visit, as long as it lasts."""
    who = visitor_here()
    try:
        shown = visit_page(who) if who else None
    except NotFound:
        shown = None
    if shown is None:
        db.session.rollback()
        return render_template("visit/over.html"), 404
    return render_template("visit/page.html", page=shown, order=dutch_first())


def _asked(form: CodeForm, link_id: str, status: int) -> tuple[str, int]:
    return render_template("visit/code.html", form=form, link_id=link_id), status
