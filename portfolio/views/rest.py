"""Rest on a shared computer: is somebody still there, and what happens when nobody is.

What lives here: what the script of static/js/rest.js asks. What does not: when a session ends;
that is in models/sign_in.py, and it ends without any script as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError

from portfolio.access import Action, public, requires
from portfolio.entrance import end_here, farewell
from portfolio.events import record
from portfolio.extensions import csrf, db
from portfolio.models.base import begin
from portfolio.security import maybe_viewer, stay_signed_in
from portfolio.views.kept_post import keep_typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("rest", __name__)


@bp.post("/rust")
@requires(Action.ACCOUNT_USE)
def left() -> dict[str, int]:
    """Tell how many seconds of rest are left. Asking is no sign of anybody."""
    # A post, so that its token tells this page's session from a later one in the same browser.
    return {"seconden": int(g.rest.left.total_seconds())}


@bp.post("/rust/verder")
@requires(Action.ACCOUNT_USE)
def stay() -> dict[str, int]:
    """Go on: somebody did something, or said so. What is over stays over."""
    return {"seconden": int(stay_signed_in().left.total_seconds())}


@bp.post("/inloggen/voorbij")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF has no types
def over() -> Response:
    """Leave a page on which nobody is any more: keep what was typed, and ask who comes next.

    What another site sends, or a page of an earlier session, keeps and ends nothing.
    """
    try:
        csrf.protect()
    except CSRFError:
        return redirect(url_for("sign_in.page", verstuurd="rust"), 303)
    who = maybe_viewer()
    person_id = who.person_id if who else g.get("expired_person")
    kept = keep_typed(person_id, request.args.get("pad", ""))
    begin(db.session, writing=True)
    end_here("rest")
    db.session.commit()
    if person_id:
        record("sign_in_ended", person=person_id, why="rest")
    response = redirect(url_for("sign_in.page", verstuurd="bewaard" if kept else "rust"), 303)
    farewell(response)
    return response
