"""*Ik heb hulp nodig*, where to call, and a long silence: for the people that the owner chose.

What the owner says is kept as answers in the part *signals* of the plan: asking for help, with
no words, no score and no history, and a number to be called on. That two did not speak for six
weeks is worked out at each look from what that coach may see anyway, and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from portfolio.access import Action, keys_of, visible
from portfolio.extensions import db, keyring
from portfolio.granted import coaching
from portfolio.models.answer import Answer, SealedAnswer, keep_answer, read_sealed
from portfolio.models.base import begin
from portfolio.models.consent import Consent
from portfolio.models.parts import SIGNALS
from portfolio.models.portfolio import open_keys
from portfolio.models.words import Words
from portfolio.silence import silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Select

    from portfolio.access import Viewer
    from portfolio.models.answer import AnswerPage
    from portfolio.models.people import KnownMember
    from portfolio.models.portfolio import PortfolioKeys

HELP, PHONE = "help", "phone"


@dataclass(frozen=True)
class Signal:
    """What whoever coaches sees of one person: one thing or the other, and where to call."""

    help: bool = False
    silent: bool = False
    phone: str = ""


NOTHING = Signal()


def readers(me: Viewer) -> list[KnownMember]:
    """List the people who see it when the owner asks for help."""
    return list(coaching(me, Consent.part == SIGNALS).values())


def asked_since(me: Viewer) -> datetime | None:
    """Tell since when the owner asks for help, if they do."""
    return db.session.scalars(
        _said(me, Action.MAP_KEEP, HELP).with_only_columns(Answer.changed_at)
    ).first()


def own_phone(me: Viewer) -> str:
    """Give the number on which the owner wants to be called, if they gave one."""
    mine = read_sealed(db.session, _said(me, Action.MAP_KEEP, PHONE))
    return _number(mine, keys_of(me.portfolio_id))


def ask(me: Viewer) -> None:
    """Ask for help. Asked twice it stands once, since the first time."""
    begin(db.session, writing=True)
    if asked_since(me) is None:
        _keep(me, HELP, "")


def take_back(me: Viewer) -> None:
    """Take the question for help back; nothing of it stays."""
    _take_away(me, HELP)


def keep_phone(me: Viewer, number: str) -> None:
    """Keep the number on which the owner wants to be called; an empty one takes it away."""
    if not number:
        _take_away(me, PHONE)
        return
    begin(db.session, writing=True)
    _keep(me, PHONE, number)


def seen(me: Viewer) -> dict[str, Signal]:
    """List the signals of the people who share them with a viewer, by their map.

    A number is opened only where there is a signal. However many people there are, it asks
    the same few questions.
    """
    rows = read_sealed(db.session, _said(me, Action.PEOPLE_SEE, HELP, PHONE))
    asking = {row.portfolio_id for row in rows if row.question == HELP}
    quiet = silent(me)
    there = asking | quiet
    numbers = [row for row in rows if row.question == PHONE and row.portfolio_id in there]
    keys = open_keys(db.session, keyring(), [row.portfolio_id for row in numbers])
    phones = {
        row.portfolio_id: _number([row], keys[row.portfolio_id])
        for row in numbers
        if row.portfolio_id in keys
    }
    return {key: Signal(key in asking, key in quiet, phones.get(key, "")) for key in there}


def number_in(said: Mapping[str, AnswerPage]) -> str:
    """Give the number among answers that were read, if there is one."""
    return said[PHONE].texts[0].text if PHONE in said and said[PHONE].texts else ""


def _said(me: Viewer, action: Action, *questions: str) -> Select[Answer]:
    return visible(me, action, Answer).where(Answer.part == SIGNALS, Answer.question.in_(questions))


def _number(rows: list[SealedAnswer], keys: PortfolioKeys) -> str:
    said = [text for row in rows if row.question == PHONE for text in row.open(keys)]
    return said[0].text if said else ""


def _keep(me: Viewer, question: str, text: str) -> None:
    mine = visible(me, Action.MAP_KEEP, Answer)
    try:
        keep_answer(
            db.session,
            mine,
            str(me.portfolio_id),
            keys_of(me.portfolio_id),
            part=SIGNALS,
            question=question,
            texts=(Words(text, "nl"),) if text else (),
        )
        db.session.commit()
    except IntegrityError:
        # Two taps at one moment: the other one was kept.
        db.session.rollback()


def _take_away(me: Viewer, question: str) -> None:
    begin(db.session, writing=True)
    for row in db.session.scalars(_said(me, Action.MAP_KEEP, question).with_for_update()).all():
        db.session.delete(row)
    db.session.commit()
