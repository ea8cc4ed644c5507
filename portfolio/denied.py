"""Noting that somebody asked for a thing that is there, and is not theirs to see.

The answer stays that of a thing that is not there. An id has 128 random bits, so that the time
which the question takes tells nobody anything that could be guessed.
"""

from __future__ import annotations

from flask import g, request
from flask_login import current_user
from sqlalchemy import literal, select, union_all
from sqlalchemy.exc import SQLAlchemyError

from portfolio.events import AN_ID, record
from portfolio.extensions import db
from portfolio.models.base import begin
from portfolio.rules import RULES

NAME = "access_refused"


def note_denied() -> None:
    """Write that the gate refused, when what was asked for is there."""
    ids = [each for each in (request.view_args or {}).values() if _is_id(each)]
    if not ids or not current_user.is_authenticated:
        return
    if any(name == NAME for name, _ in g.get("security_events", ())):
        return
    try:
        _note(ids)
    except SQLAlchemyError:
        # No database, no thing: the page says what it can.
        db.session.rollback()


def _note(ids: list[str]) -> None:
    begin(db.session, writing=False)
    things = (model.__table__.c.id for model in RULES)
    found = union_all(*(select(literal(1)).where(each.in_(ids)) for each in things))
    if db.session.execute(found.limit(1)).first():
        record(NAME, person=current_user.person_id, endpoint=request.endpoint)
    db.session.rollback()


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(AN_ID.fullmatch(value))
