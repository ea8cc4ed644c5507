"""The quick way out: from any page of a map to one that tells nothing of anybody.

It stands on every page of somebody who is signed in, at the same place, and not only on pages
about health, family or money: a plan, a list of goals or what is shared holds all three, one
never has to look for it, and that it is there says nothing about the page.

It leads to a page of our own and not to another site: that works in a house without internet,
no other host learns that somebody left, and `form-action 'self'` stays as strict as it is. The
page shows the days of the week, as in a language lesson; it names no map and nobody.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, url_for
from flask_wtf.csrf import CSRFError

from portfolio.access import public
from portfolio.entrance import end_here, farewell
from portfolio.events import record
from portfolio.extensions import csrf, db
from portfolio.models.base import begin
from portfolio.security import maybe_viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("leave", __name__)

MONDAY = date(2024, 1, 1)


@bp.get("/weg")
@public
def page() -> str:
    """Show a page that tells nothing about whoever reads it."""
    week = [MONDAY + timedelta(days=number) for number in range(7)]
    return render_template("leave/page.html", week=week)


@bp.post("/weg")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF has no types
def now() -> Response:
    """Leave at once; on a shared computer the session ends. An own phone stays signed in.

    Whoever is in a hurry never meets an error: without a good token one leaves all the same,
    and only the session is left as it was.
    """
    response = redirect(url_for("leave.page"), 303)
    try:
        csrf.protect()
    except CSRFError:
        return response
    who = maybe_viewer()
    if who and g.rest.own_device:
        return response
    begin(db.session, writing=True)
    end_here("left")
    db.session.commit()
    if who:
        record("signed_out", person=who.person_id)
    farewell(response)
    return response
