"""*Ik heb hulp nodig*, where to call, and a long silence: for the people that the owner chose.

What the owner says is kept as answers in the part *signals* of the plan: asking for help, with
no words, no score and no history, and a number to be called on. That two did not speak for six
weeks is worked out at each look from what that coach may see anyway, and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from portfolio.access import Action, keys_of, visible
from portfolio.extensions import db, keyring
from portfolio.granted import coaching
from portfolio.models.agreement import Agreement
from portfolio.models.answer import Answer, SealedAnswer, keep_answer, read_sealed
from portfolio.models.base import begin, clock
from portfolio.models.consent import Consent
from portfolio.models.notice import Kind, tell_all
from portfolio.models.parts import HELP, SIGNALS
from portfolio.models.portfolio import open_keys
from portfolio.models.talk import CANCELLED, Talk
from portfolio.models.words import Words
from portfolio.silence import day_of, silent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import ScalarSelect, Select

    from portfolio.access import Viewer
    from portfolio.models.answer import AnswerPage
    from portfolio.models.people import KnownMember
    from portfolio.models.portfolio import PortfolioKeys

PHONE = "phone"


@dataclass(frozen=True)
class Signal:
    """What whoever coaches sees of one person: one thing or the other, and where to call."""

    help: bool = False
    silent: bool = False
    # The day of an agreement that is not done has been.
    past: bool = False
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
        people = [each.person_id for each in readers(me)]
        tell_all(db.session, people, Kind.HELP, me.portfolio_id)
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
    now = clock(db.session)
    quiet, past = silent(me, now), _past(me, day_of(now))
    there = asking | quiet | past
    numbers = [row for row in rows if row.question == PHONE and row.portfolio_id in there]
    keys = open_keys(db.session, keyring(), [row.portfolio_id for row in numbers])
    phones = {
        row.portfolio_id: _number([row], keys[row.portfolio_id])
        for row in numbers
        if row.portfolio_id in keys
    }
    return {
        key: Signal(key in asking, key in quiet, key in past, phones.get(key, "")) for key in there
    }


@lru_cache(maxsize=256)
def first_due(me: Viewer, portfolio_id: str) -> ScalarSelect[date | None]:
    """Ask, inside another question, for the first day of what one owner and a coach agreed on."""
    mine = open_agreements(me, Action.PEOPLE_SEE).where(Agreement.portfolio_id == portfolio_id)
    return mine.with_only_columns(func.min(Agreement.due_on)).scalar_subquery()


def number_in(said: Mapping[str, AnswerPage]) -> str:
    """Give the number among answers that were read, if there is one."""
    return said[PHONE].texts[0].text if PHONE in said and said[PHONE].texts else ""


def _past(me: Viewer, today: date) -> frozenset[str]:
    chosen = open_agreements(me, Action.PEOPLE_SEE).where(Agreement.due_on < today)
    return frozenset(db.session.scalars(chosen.with_only_columns(Agreement.portfolio_id)).all())


def open_agreements(me: Viewer, action: Action) -> Select[Agreement]:
    """Choose the agreements that are not done, as they stand on the pages of their talks."""
    return _undone(visible(me, action, Agreement))


@lru_cache(maxsize=256)
def _undone(chosen: Select[Agreement]) -> Select[Agreement]:
    talk = aliased(Talk)
    stands = select(talk.id).where(talk.id == Agreement.talk_id, talk.state != CANCELLED)
    return chosen.where(Agreement.done_at.is_(None), stands.exists())


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
