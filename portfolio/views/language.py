"""Choosing how one reads: in which language, with Dutch beside it or not, with how much text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, session
from werkzeug.exceptions import BadRequest

from portfolio.access import Action, get_or_404, public
from portfolio.extensions import db
from portfolio.languages import MODES, SOURCE, choice, chosen, known
from portfolio.models.base import begin
from portfolio.models.person import Person
from portfolio.security import maybe_viewer, own_path

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("language", __name__)


@bp.post("/taal-kiezen")
@public
def choose() -> Response:
    """Keep the choice in this browser, and with the account of whoever is signed in."""
    now = choice()
    tag = request.form.get("language") or now.language
    # Whoever saw Dutch alone sees both in a language that they choose; a choice made stays.
    mode = request.form.get("mode") or (now.mode if now.mode != SOURCE else chosen(tag, None).mode)
    if tag not in known() or mode not in MODES:
        raise BadRequest
    return _kept(language=tag, mode=mode)


@bp.post("/plaatjes-en-geluid")
@public
def pictures() -> Response:
    """Keep whether pictures and sound come first, in this browser and with one's own account."""
    chosen = request.form.get("pictures")
    if chosen not in ("0", "1"):
        raise BadRequest
    return _kept(pictures=chosen == "1")


def _kept(**choices: str | bool) -> Response:
    """Keep choices in this browser and with the account of whoever is signed in, and go back."""
    session.update(choices)
    viewer = maybe_viewer()
    if viewer:
        begin(db.session, writing=True)
        person = get_or_404(viewer, Action.ACCOUNT_USE, Person, viewer.person_id)
        for name, value in choices.items():
            setattr(person, name, value)
        db.session.commit()
    return redirect(own_path(request.form.get("next")), 303)
