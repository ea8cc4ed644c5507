"""*Ik heb hulp nodig*: one tap of the owner, to the people that they chose before.

It is kept as an answer in the part *signals* of the plan, so it is seen where that part is
shared and nowhere else. It has no words, no score and no history: taken back, it is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from portfolio.access import Action, keys_of, visible
from portfolio.extensions import db
from portfolio.granted import holders
from portfolio.models.answer import Answer, keep_answer
from portfolio.models.base import begin
from portfolio.models.parts import SIGNALS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

    from portfolio.access import Viewer
    from portfolio.models.consent import Grantee

HELP = "help"


def readers(me: Viewer) -> list[Grantee]:
    """List the people who see it when the owner asks for help."""
    return list(holders(me, SIGNALS).values())


def asked_since(me: Viewer) -> datetime | None:
    """Tell since when the owner asks for help, if they do."""
    return db.session.scalars(
        _asked(me, Action.MAP_KEEP).with_only_columns(Answer.changed_at)
    ).first()


def ask(me: Viewer) -> None:
    """Ask for help. Asked twice it stands once, since the first time."""
    begin(db.session, writing=True)
    if asked_since(me) is not None:
        return
    try:
        keep_answer(
            db.session,
            visible(me, Action.MAP_KEEP, Answer),
            str(me.portfolio_id),
            keys_of(me.portfolio_id),
            part=SIGNALS,
            question=HELP,
            texts=(),
        )
        db.session.commit()
    except IntegrityError:
        # Two taps at one moment: the other one was kept.
        db.session.rollback()


def take_back(me: Viewer) -> None:
    """Take the question for help back; nothing of it stays."""
    begin(db.session, writing=True)
    for row in db.session.scalars(_asked(me, Action.MAP_KEEP).with_for_update()).all():
        db.session.delete(row)
    db.session.commit()


def asking(me: Viewer) -> frozenset[str]:
    """List the maps whose owners ask this viewer for help now. It opens no content."""
    chosen = _asked(me, Action.PEOPLE_SEE).with_only_columns(Answer.portfolio_id)
    return frozenset(db.session.scalars(chosen).all())


def _asked(me: Viewer, action: Action) -> Select[Answer]:
    return visible(me, action, Answer).where(Answer.part == SIGNALS, Answer.question == HELP)
