"""Talks for a test to act on, made through the models; the caller commits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import Answer, Talk
from portfolio.models.agreement import Deed, add_agreement
from portfolio.models.answer import hold_answer, keep_answer
from portfolio.models.base import clock
from portfolio.models.consent import Grantee
from portfolio.models.parts import DIRECTION, PREPARATION, SIGNALS
from portfolio.models.talk import (
    COACH,
    OWNER,
    Appointment,
    add_own_view,
    agree,
    loosen,
    plan_talk,
    write_summary,
)
from portfolio.models.words import Words
from tests import factories

if TYPE_CHECKING:
    from portfolio.models.talk import Party

BAS = Grantee("Bas", "coach", "Gemeente Voorbeeldstad")
IN_A_WEEK, A_WEEK_AGO = timedelta(days=7), timedelta(days=-7)


def make_talk(  # noqa: PLR0913 -- a talk has this many parts
    map_id: str,
    seat_id: str,
    *,
    when: timedelta = IN_A_WEEK,
    kind: str = "progress",
    place: str = "Kanarieplaats",
    asked_by: Party = COACH,
) -> str:
    """Plan a talk so long from now; a negative time plans what has been."""
    starts_at = clock(db.session) + when
    appointment = Appointment(kind, starts_at, Words(place, "nl"), Words("Tolk Kanarie", "nl"))
    row = plan_talk(
        db.session,
        map_id,
        factories.keys_for(map_id),
        appointment,
        membership_id=seat_id,
        grantee=BAS,
        asked_by=asked_by,
    )
    return row.id


def make_agreement(
    map_id: str, talk_id: str, what: str = "Kanarieafspraak", due: timedelta = IN_A_WEEK
) -> str:
    """Add an agreement to a talk, to be kept so long from now."""
    deed = Deed("owner", Words(what, "nl"), due_on=(clock(db.session) + due).date())
    row = add_agreement(db.session, map_id, talk_id, factories.keys_for(map_id), deed)
    loosen(db.session, db.session.get_one(Talk, talk_id))
    return row.id


def tell(map_id: str, question: str, text: str, lang: str = "nl", *, about_id: str = "") -> str:
    """Keep what an owner says about where they want to go, or prepares for the talk named."""
    return keep_answer(
        db.session,
        select(Answer).where(Answer.portfolio_id == map_id),
        map_id,
        factories.keys_for(map_id),
        part=PREPARATION if about_id else DIRECTION,
        question=question,
        about_id=about_id,
        texts=(Words(text, lang),),
    ).id


def prepare(map_id: str, talk_id: str, question: str, text: str, lang: str = "nl") -> str:
    """Keep what an owner prepares for a talk."""
    return tell(map_id, question, text, lang, about_id=talk_id)


def tell_beside(map_id: str, question: str, about_id: str = "") -> None:
    """Let an owner answer by a sound, and by photos where somebody wants to go."""
    own = select(Answer).where(Answer.portfolio_id == map_id)
    part = PREPARATION if about_id else DIRECTION
    row = hold_answer(db.session, own, map_id, part=part, question=question, about_id=about_id)
    place = question.partition(":")[2] or "werk"
    factories.make_sound(map_id, None, place, answer_id=row.id)
    for colour in () if about_id else ("teal", "olive"):
        factories.make_photo(map_id, None, place, answer_id=row.id, colour=colour)


def make_full_talk(map_id: str, seat_id: str, *, agreed: bool) -> str:
    """Make a talk that took place: prepared, with agreements and a summary."""
    keys = factories.keys_for(map_id)
    talk_id = make_talk(map_id, seat_id, when=A_WEEK_AGO * (2 if agreed else 1))
    prepare(map_id, talk_id, "proud", "أنا فخورة", "ar")
    prepare(map_id, talk_id, "going:taal", "Het gaat goed")
    prepare(map_id, talk_id, "going:gezin", "Kanariegezin")
    make_agreement(map_id, talk_id)
    row = db.session.get_one(Talk, talk_id)
    write_summary(db.session, keys, row, Words("Kanarieverslag", "nl"))
    agree(db.session, row, OWNER)
    if agreed:
        agree(db.session, row, COACH)
        add_own_view(db.session, keys, row, Words("Kanariekijk", "nl"))
    return talk_id


def signal(map_id: str, question: str, text: str = "") -> str:
    """Let an owner ask for help, or give a number to be called on."""
    return keep_answer(
        db.session,
        select(Answer).where(Answer.portfolio_id == map_id),
        map_id,
        factories.keys_for(map_id),
        part=SIGNALS,
        question=question,
        texts=(Words(text, "nl"),),
    ).id
