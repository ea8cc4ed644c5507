"""My talks: planned, moved, prepared and summed up by the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from portfolio import talked
from portfolio.access import Action, requires
from portfolio.models.talk import OWNER
from portfolio.security import viewer
from portfolio.views import agreeing, talking
from portfolio.views.talking import Page, Side

if TYPE_CHECKING:
    from flask import Response as Answer
    from werkzeug.wrappers import Response

bp = Blueprint("talk", __name__)


def here(talk_id: str = "") -> Side:
    """Sit down on the owner's side."""
    me = viewer()
    return Side(me, OWNER, str(me.portfolio_id), talk_id)


@bp.get("/gesprekken")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show my talks: what comes, and what was."""
    side = here()
    return talking.show("talk/overview.html", side, start=talked.start(side.chair))


@bp.get("/gesprekken/nieuw")
@requires(Action.MAP_KEEP)
def new() -> Page:
    """Ask what a new talk will be."""
    return talking.plan_page(here())


@bp.post("/gesprekken/nieuw")
@requires(Action.MAP_KEEP)
def plan() -> Page | Response:
    """Plan a talk."""
    return talking.plan(here())


@bp.get("/gesprekken/<talk_id>")
@requires(Action.MAP_KEEP)
def page(talk_id: str) -> Page:
    """Show a talk with all that belongs to it."""
    return talking.page(here(talk_id))


@bp.get("/gesprekken/<talk_id>/verzetten")
@requires(Action.MAP_KEEP)
def moving(talk_id: str) -> Page:
    """Ask when and where a talk will be instead."""
    return talking.moving(here(talk_id))


@bp.post("/gesprekken/<talk_id>/verzetten")
@requires(Action.MAP_KEEP)
def move(talk_id: str) -> Page | Response:
    """Move a talk; the other is asked anew."""
    return talking.move(here(talk_id))


@bp.post("/gesprekken/<talk_id>/ja")
@requires(Action.MAP_KEEP)
def accept(talk_id: str) -> Page | Response:
    """Say yes to the date that the other proposed."""
    return talking.accept(here(talk_id))


@bp.post("/gesprekken/<talk_id>/afzeggen")
@requires(Action.MAP_KEEP)
def cancel(talk_id: str) -> Page | Response:
    """Let a talk not take place."""
    return talking.cancel(here(talk_id))


@bp.get("/gesprekken/<talk_id>/agenda.ics")
@requires(Action.MAP_KEEP)
def calendar(talk_id: str) -> Answer:
    """Give a talk for my own calendar."""
    return talking.calendar(here(talk_id))


@bp.get("/gesprekken/<talk_id>/verslag")
@requires(Action.MAP_KEEP)
def writing(talk_id: str) -> Page:
    """Ask what was said."""
    return talking.writing(here(talk_id))


@bp.post("/gesprekken/<talk_id>/verslag")
@requires(Action.MAP_KEEP)
def sum_up(talk_id: str) -> Page | Response:
    """Keep the summary."""
    return talking.sum_up(here(talk_id))


@bp.post("/gesprekken/<talk_id>/verslag/ja")
@requires(Action.MAP_KEEP)
def confirm(talk_id: str) -> Page | Response:
    """Say yes to the summary that I read."""
    return talking.confirm(here(talk_id))


@bp.post("/gesprekken/<talk_id>/afspraken")
@requires(Action.MAP_KEEP)
def add(talk_id: str) -> Page | Response:
    """Add an agreement."""
    return agreeing.add(here(talk_id))


@bp.get("/gesprekken/<talk_id>/afspraken/<agreement_id>")
@requires(Action.MAP_KEEP)
def changing(talk_id: str, agreement_id: str) -> Page:
    """Ask what an agreement says instead."""
    return agreeing.changing(here(talk_id), agreement_id)


@bp.post("/gesprekken/<talk_id>/afspraken/<agreement_id>")
@requires(Action.MAP_KEEP)
def change(talk_id: str, agreement_id: str) -> Page | Response:
    """Change an agreement."""
    return agreeing.change(here(talk_id), agreement_id)


@bp.post("/gesprekken/<talk_id>/afspraken/<agreement_id>/klaar")
@requires(Action.MAP_KEEP)
def tick(talk_id: str, agreement_id: str) -> Response:
    """Say that an agreement was kept, or not yet."""
    return agreeing.tick(here(talk_id), agreement_id)


@bp.post("/gesprekken/<talk_id>/mijn-kijk")
@requires(Action.MAP_KEEP)
def own_view(talk_id: str) -> Page | Response:
    """Keep what I think of it."""
    return talking.own_view(here(talk_id))
