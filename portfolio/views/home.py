"""The front door: who is new chooses a language and begins; who is known goes to work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from portfolio.access import Action, public
from portfolio.security import maybe_viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.viewer import Viewer

bp = Blueprint("home", __name__)

# Where somebody's work begins, the owner's own map before everything else.
BEGINNINGS = (
    (Action.MAP_KEEP, "portfolio.start"),
    (Action.PEOPLE_SEE, "people.overview"),
    (Action.ACHIEVEMENTS_SEE, "achievement.overview"),
    (Action.ORGANISATION_KEEP, "organisation.overview"),
    (Action.ACCOUNT_USE, "person.overview"),
)


@bp.get("/")
@public
def welcome() -> str | Response:
    """Welcome somebody new, or bring somebody known to where their work begins."""
    viewer = maybe_viewer()
    if viewer:
        return redirect(url_for(beginning(viewer)), 303)
    return render_template("home/welcome.html")


def beginning(viewer: Viewer) -> str:
    """Name the page where this viewer's work begins."""
    return next(endpoint for action, endpoint in BEGINNINGS if viewer.may(action))
