"""Haal alles weg: asked again, two weeks to come back, and then erased.

What lives here: the two pages and what they do. What does not: erasing, which the sweep does
when the days are over (portfolio/sweep.py), and who still sees what meanwhile: nobody, by the
gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from portfolio.access import Action, asks_again, requires
from portfolio.entrance import end_elsewhere
from portfolio.events import record
from portfolio.extensions import db
from portfolio.forms import Form
from portfolio.languages import mark
from portfolio.models.base import begin, clock
from portfolio.models.going import come_back, goes_at, kept_alone, leave
from portfolio.models.notice import Kind, tell
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("going", __name__)

SURE = "zeker"


@bp.get("/over-mij/alles-weg")
@requires(Action.ACCOUNT_USE)
def ask() -> str:
    """Explain what goes, what stays, and how to take everything along first."""
    return _asked()


def _asked() -> str:
    who = viewer()
    alone = set(kept_alone(db.session, who.person_id))
    places = [seat.organisation for seat in who.seats if seat.organisation_id in alone]
    return render_template("going/ask.html", form=Form(), places=sorted(set(places)))


@bp.post("/over-mij/alles-weg")
@requires(Action.ACCOUNT_USE)
@asks_again
def go() -> tuple[str, int] | Response:
    """Begin to go: from now on nobody else sees anything, and everywhere else it ends."""
    who = viewer()
    if request.form.get(SURE) != "ja" or kept_alone(db.session, who.person_id):
        return _asked(), 422
    begin(db.session, writing=True)
    leave(db.session, who.person_id, who.portfolio_id)
    end_elsewhere(who.person_id, who.sign_in_id, "leaving")
    tell(db.session, who.person_id, Kind.ERASURE)
    db.session.commit()
    record("leaving_asked", person=who.person_id)
    return redirect(url_for("going.back"), 303)


@bp.get("/terugkomen")
@requires(Action.ACCOUNT_USE)
def back() -> str | Response:
    """Show whoever is about to go until when they can come back."""
    if not g.found.leaving_at:
        return redirect(url_for("home.welcome"), 303)
    day = goes_at(db.session, viewer().person_id)
    over = day is None or day <= clock(db.session)
    return render_template("going/back.html", day=day, over=over)


@bp.post("/terugkomen")
@requires(Action.ACCOUNT_USE)
def stay() -> Response:
    """Come back: everything is as it was, also who sees what."""
    who = viewer()
    begin(db.session, writing=True)
    returned = come_back(db.session, who.person_id, who.portfolio_id)
    db.session.commit()
    if not returned:
        return redirect(url_for("going.back"), 303)
    record("leaving_taken_back", person=who.person_id)
    flash(mark("Welkom terug. Alles is er nog."), "good")
    return redirect(url_for("home.welcome"), 303)
