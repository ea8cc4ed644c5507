"""The devices on which somebody is signed in: ending one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, url_for

from portfolio.access import Action, get_or_404, requires
from portfolio.entrance import end_here, farewell
from portfolio.events import record
from portfolio.extensions import db
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.sign_in import SignIn, end_sign_ins
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("device", __name__)


@bp.post("/over-mij/apparaten/<sign_in_id>/uitloggen")
@requires(Action.ACCOUNT_USE)
def end(sign_in_id: str) -> Response:
    """End one session of one's own, at once; one that has ended stays ended."""
    who = viewer()
    begin(db.session, writing=True)
    row = get_or_404(who, Action.ACCOUNT_USE, SignIn, sign_in_id)
    here = row.id == who.sign_in_id
    if here:
        end_here("signed_out")
    else:
        end_sign_ins(db.session, who.person_id, "device", only=row.id)
    db.session.commit()
    record("sign_in_ended", person=who.person_id, why="device")
    if here:
        response = redirect(url_for("sign_in.gone"), 303)
        farewell(response)
        return response
    flash(mark("Op dat apparaat ben je uitgelogd."), "good")
    return redirect(url_for("person.overview"), 303)
