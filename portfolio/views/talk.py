"""My talks: planned, moved, prepared and summed up by the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from portfolio import talked
from portfolio.access import Action, requires
from portfolio.leafing import asked_leaf
from portfolio.models.talk import OWNER
from portfolio.security import viewer
from portfolio.views import talking
from portfolio.views.seating import LOOK, WRITE, seat
from portfolio.views.talking import Page, Side

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("talk", __name__)


def here(talk_id: str = "") -> Side:
    """Sit down on the owner's side."""
    me = viewer()
    return Side(me, OWNER, str(me.portfolio_id), talk_id)


seat(bp, "/gesprekken", here, {LOOK: Action.MAP_KEEP, WRITE: Action.MAP_KEEP})


@bp.get("/gesprekken")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show my talks: what comes, and what was."""
    side = here()
    start = talked.start(side.chair, asked_leaf("gesprekken"))
    return talking.show("talk/overview.html", side, start=start)


@bp.post("/gesprekken/<talk_id>/mijn-kijk")
@requires(Action.MAP_KEEP)
def own_view(talk_id: str) -> Page | Response:
    """Keep what I think of it."""
    return talking.own_view(here(talk_id))
