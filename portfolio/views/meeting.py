"""A talk as whoever coaches has it: one screen, ready in two minutes, and what they do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from portfolio.access import Action, requires
from portfolio.models.talk import COACH
from portfolio.security import viewer
from portfolio.views import agreeing, talking
from portfolio.views.talking import Page, Side

if TYPE_CHECKING:
    from flask import Response as Answer
    from werkzeug.wrappers import Response

bp = Blueprint("meeting", __name__)


def here(portfolio_id: str, talk_id: str = "") -> Side:
    """Sit down across the table from an owner."""
    return Side(viewer(), COACH, portfolio_id, talk_id)


@bp.get("/mensen/<portfolio_id>/gesprekken/nieuw")
@requires(Action.PEOPLE_COMMENT)
def new(portfolio_id: str) -> Page:
    """Ask what a new talk will be."""
    return talking.plan_page(here(portfolio_id))


@bp.post("/mensen/<portfolio_id>/gesprekken/nieuw")
@requires(Action.PEOPLE_COMMENT)
def plan(portfolio_id: str) -> Page | Response:
    """Plan a talk."""
    return talking.plan(here(portfolio_id))


@bp.get("/mensen/<portfolio_id>/gesprekken/<talk_id>")
@requires(Action.PEOPLE_SEE)
def page(portfolio_id: str, talk_id: str) -> Page:
    """Show a talk with all that belongs to it."""
    return talking.page(here(portfolio_id, talk_id))


@bp.get("/mensen/<portfolio_id>/gesprekken/<talk_id>/verzetten")
@requires(Action.PEOPLE_COMMENT)
def moving(portfolio_id: str, talk_id: str) -> Page:
    """Ask when and where a talk will be instead."""
    return talking.moving(here(portfolio_id, talk_id))


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/verzetten")
@requires(Action.PEOPLE_COMMENT)
def move(portfolio_id: str, talk_id: str) -> Page | Response:
    """Move a talk; the other is asked anew."""
    return talking.move(here(portfolio_id, talk_id))


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/ja")
@requires(Action.PEOPLE_COMMENT)
def accept(portfolio_id: str, talk_id: str) -> Page | Response:
    """Say yes to the date that the other proposed."""
    return talking.accept(here(portfolio_id, talk_id))


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/afzeggen")
@requires(Action.PEOPLE_COMMENT)
def cancel(portfolio_id: str, talk_id: str) -> Page | Response:
    """Let a talk not take place."""
    return talking.cancel(here(portfolio_id, talk_id))


@bp.get("/mensen/<portfolio_id>/gesprekken/<talk_id>/agenda.ics")
@requires(Action.PEOPLE_SEE)
def calendar(portfolio_id: str, talk_id: str) -> Answer:
    """Give a talk for my own calendar."""
    return talking.calendar(here(portfolio_id, talk_id))


@bp.get("/mensen/<portfolio_id>/gesprekken/<talk_id>/verslag")
@requires(Action.PEOPLE_COMMENT)
def writing(portfolio_id: str, talk_id: str) -> Page:
    """Ask what was said."""
    return talking.writing(here(portfolio_id, talk_id))


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/verslag")
@requires(Action.PEOPLE_COMMENT)
def sum_up(portfolio_id: str, talk_id: str) -> Page | Response:
    """Keep the summary."""
    return talking.sum_up(here(portfolio_id, talk_id))


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/verslag/ja")
@requires(Action.PEOPLE_COMMENT)
def confirm(portfolio_id: str, talk_id: str) -> Page | Response:
    """Say yes to the summary that I read."""
    return talking.confirm(here(portfolio_id, talk_id))


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/afspraken")
@requires(Action.PEOPLE_COMMENT)
def add(portfolio_id: str, talk_id: str) -> Page | Response:
    """Add an agreement."""
    return agreeing.add(here(portfolio_id, talk_id))


@bp.get("/mensen/<portfolio_id>/gesprekken/<talk_id>/afspraken/<agreement_id>")
@requires(Action.PEOPLE_COMMENT)
def changing(portfolio_id: str, talk_id: str, agreement_id: str) -> Page:
    """Ask what an agreement says instead."""
    return agreeing.changing(here(portfolio_id, talk_id), agreement_id)


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/afspraken/<agreement_id>")
@requires(Action.PEOPLE_COMMENT)
def change(portfolio_id: str, talk_id: str, agreement_id: str) -> Page | Response:
    """Change an agreement."""
    return agreeing.change(here(portfolio_id, talk_id), agreement_id)


@bp.post("/mensen/<portfolio_id>/gesprekken/<talk_id>/afspraken/<agreement_id>/klaar")
@requires(Action.PEOPLE_COMMENT)
def tick(portfolio_id: str, talk_id: str, agreement_id: str) -> Response:
    """Say that an agreement was kept, or not yet."""
    return agreeing.tick(here(portfolio_id, talk_id), agreement_id)
