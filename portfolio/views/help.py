"""Help: whom to call, where else one can go, what mijn map is and who sees what.

Everybody may open it. An owner who is signed in sees their own contact person here as well.
Nothing is kept about who opened it; what a door says stands in the page, so that opening one
asks the server nothing.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from portfolio.access import Action, public
from portfolio.granted import coaching
from portfolio.security import maybe_viewer
from portfolio.views.contact import my_contact

bp = Blueprint("help", __name__)


@bp.get("/hulp")
@public
def page() -> str:
    """Say whom to call, and explain in a few sentences how mijn map works."""
    return _shown("help/page.html")


@bp.get("/hulp/nodig")
@public
def doors() -> str:
    """Open doors for what is no leefgebied: safety at home, addiction, the law."""
    return _shown("help/doors.html")


def _shown(template: str) -> str:
    me = maybe_viewer()
    owner = me is not None and me.may(Action.MAP_SHARE)
    contact = my_contact(coaching(me)) if me and owner else None
    return render_template(template, owner=owner, contact=contact)
