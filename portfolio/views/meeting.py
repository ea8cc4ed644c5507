"""A talk as whoever coaches has it: one screen, ready in two minutes, and what they do there."""

from __future__ import annotations

from flask import Blueprint

from portfolio.access import Action
from portfolio.models.talk import COACH
from portfolio.security import viewer
from portfolio.views.seating import LOOK, WRITE, seat
from portfolio.views.talking import Side

bp = Blueprint("meeting", __name__)


def here(portfolio_id: str, talk_id: str = "") -> Side:
    """Sit down across the table from an owner."""
    return Side(viewer(), COACH, portfolio_id, talk_id)


seat(
    bp,
    "/mensen/<portfolio_id>/gesprekken",
    here,
    {LOOK: Action.PEOPLE_SEE, WRITE: Action.PEOPLE_COMMENT},
)
