"""A talk with all that belongs to it, as the owner and the one they talk with see it.

What lives here: loading a talk for a page, holding it for a change, and who can be talked
with. What does not: who may see what (access.py), and any address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import or_
from werkzeug.exceptions import NotFound

from portfolio.access import (
    Action,
    Viewer,
    goals_agreed_on,
    grantee_of,
    hold_consents,
    keys_of,
    own_name,
    reading,
    there_is,
    visible,
    visible_in,
)
from portfolio.extensions import db
from portfolio.granted import holders
from portfolio.models.agreement import (
    Agreement,
    AgreementPage,
    become_steps,
    hold_agreement,
    read_agreements,
)
from portfolio.models.answer import Answer, AnswerPage, read_answers
from portfolio.models.base import begin, clock
from portfolio.models.chain import hold as hold_map
from portfolio.models.consent import AMSTERDAM, Consent, Grantee
from portfolio.models.leaf import Leaf, leaf_of, on_leaf
from portfolio.models.parts import DIRECTION, PREPARATION, SIGNALS, TALKS
from portfolio.models.people import read_held
from portfolio.models.sharing import MAY_COMMENT
from portfolio.models.talk import (
    CANCELLED,
    COACH,
    OWNER,
    PLANNED,
    Party,
    Talk,
    TalkPage,
    hold_talk,
    next_day,
    read_talks,
)
from portfolio.signals import PHONE, number_in
from portfolio.table import LaidOut, laid_out, table_of
from portfolio.usual import Told, between_talks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Select

    from portfolio.models.portfolio import PortfolioKeys

READ = {OWNER: Action.MAP_KEEP, COACH: Action.PEOPLE_SEE}
WRITE = {OWNER: Action.MAP_KEEP, COACH: Action.PEOPLE_COMMENT}


@dataclass(frozen=True)
class Chair:
    """Who sits where: one of the two, at the talks of one map."""

    me: Viewer
    party: Party
    portfolio_id: str


@dataclass(frozen=True)
class TalkView:
    """A talk on its page."""

    talk: TalkPage
    owner: str
    may_write: bool
    before: bool
    agreements: tuple[AgreementPage, ...]
    still_open: tuple[AgreementPage, ...]
    preparation: Mapping[str, AnswerPage]
    direction: Mapping[str, AnswerPage]
    since: datetime | None
    upcoming: TalkPage | None
    suggested: date
    # How long there is between two talks, with this seat.
    every: Told
    today: date
    # What both can see: what is new, the goals on their way, and what was said.
    table: LaidOut
    # Where the owner can be called, for whoever holds the signals.
    phone: str
    # Who each talk of this seat was with, when it was planned.
    coaches: Mapping[str, str]


@dataclass(frozen=True)
class Start:
    """What one sees before planning: with whom, which talks there were, a day for the next."""

    owner: str
    partners: Mapping[str, Grantee]
    talks: Leaf[TalkPage]
    suggested: date
    every: Told


def partners(chair: Chair) -> dict[str, Grantee]:
    """List with whom a talk can be planned: the seats with which talks are shared now."""
    me = chair.me
    about = (Consent.portfolio_id == chair.portfolio_id, Consent.part == TALKS)
    if chair.party == COACH:
        held = read_held(db.session, visible(me, Action.PEOPLE_COMMENT, Consent).where(*about))
        seats = {seat.id: seat for seat in me.seats}
        return {each.membership_id: grantee_of(me, seats[each.membership_id]) for each in held}
    # Who may not answer cannot hold a talk: a begeleider or tussenpersoon only looks.
    found = holders(me, TALKS)
    return {key: who for key, who in found.items() if who.role == MAY_COMMENT}


def start(chair: Chair, number: int = 1) -> Start:
    """Load what one sees before planning a talk, with one leaf of the talks there were."""
    me, chosen = chair.me, on_leaf(_talks(chair), number)
    if chair.party == OWNER:
        keys = keys_of(chair.portfolio_id)
        talks, with_whom = read_talks(db.session, chosen, keys), partners(chair)
        owner = ""
    else:
        with reading(me, Action.PEOPLE_SEE, chair.portfolio_id, "plan") as guest:
            talks = read_talks(db.session, chosen, guest.keys)
            with_whom, owner = partners(chair), guest.owner
            if not with_whom:
                raise NotFound
    last = max(_not_cancelled(talks), key=lambda each: each.starts_at, default=None)
    # With several to talk with, the day is counted for the one of the last talk.
    seat = last.membership_id if last else next(iter(with_whom), None)
    every = between_talks(me, seat)
    day = next_day(last.starts_at if last else None, clock(db.session), every.fact.number or 0)
    return Start(owner, with_whom, leaf_of(talks, number), day, every)


def talk_view(chair: Chair, talk_id: str) -> TalkView:
    """Load a talk with all that belongs to it. Raises NotFound where it may not be seen."""
    if chair.party == OWNER:
        return _view(chair, talk_id, keys_of(chair.portfolio_id), "")
    chair = _at_table(chair, talk_id)
    with reading(chair.me, Action.PEOPLE_SEE, chair.portfolio_id, "plan") as guest:
        return _view(chair, talk_id, guest.keys, guest.owner)


def _at_table(chair: Chair, talk_id: str) -> Chair:
    """Let somebody with several seats sit in the one that a talk is with, so it is noted so."""
    if len(chair.me.seats) == 1:
        return chair
    chosen = _talks(chair).where(Talk.id == talk_id).with_only_columns(Talk.membership_id)
    seat_id = db.session.scalars(chosen).first()
    seats = tuple(seat for seat in chair.me.seats if seat.id == seat_id)
    if not seats:
        raise NotFound
    return replace(chair, me=replace(chair.me, seats=seats))


def _view(chair: Chair, talk_id: str, keys: PortfolioKeys, owner: str) -> TalkView:
    action = READ[chair.party]
    welcome = visible(chair.me, WRITE[chair.party], Talk)
    all_of_them = read_talks(db.session, _talks(chair), keys, talk_id, welcome)
    talk = next((each for each in all_of_them if each.id == talk_id), None)
    if talk is None:
        raise NotFound
    talks = [each for each in all_of_them if each.membership_id == talk.membership_id]
    before = [each for each in talks if each.starts_at < talk.starts_at]
    last = max((each.starts_at for each in _not_cancelled(before)), default=None)
    # Each seat has talks of its own: what was agreed with another stays with that other.
    ids = tuple(each.id for each in talks)
    kept = _open_or_of(visible(chair.me, action, Agreement), ids, talk_id)
    agreements = read_agreements(db.session, kept, keys)
    answers = _answers(chair, talk_id, keys)
    now = talk.read_at
    table = laid_out(
        table_of(chair.me, chair.portfolio_id, talk.membership_id), keys, last, answers
    )
    later = [each for each in talks if each.state == PLANNED and each.starts_at > now]
    every = between_talks(chair.me, talk.membership_id)
    return TalkView(
        talk,
        owner or own_name(chair.me),
        talk.may_write,
        _still_comes(talk.starts_at, now),
        tuple(each for each in agreements if each.talk_id == talk_id),
        tuple(each for each in agreements if each.talk_id != talk_id and not each.done),
        {each.question: each for each in answers.values() if each.part == PREPARATION},
        {
            each.question: each
            for each in answers.values()
            if each.part == DIRECTION and each.there and each.question in table.questions
        },
        last,
        next((each for each in reversed(later) if each.id != talk_id), None),
        next_day(talk.starts_at, now, every.fact.number or 0),
        every,
        now.astimezone(AMSTERDAM).date(),
        table,
        number_in(answers) if chair.party == COACH else "",
        {each.id: each.grantee.name for each in talks},
    )


def _answers(chair: Chair, talk_id: str, keys: PortfolioKeys) -> dict[str, AnswerPage]:
    mine = visible_in(chair.me, READ[chair.party], Answer, chair.portfolio_id)
    return read_answers(db.session, _asked_at(mine, talk_id), {chair.portfolio_id: keys})


@lru_cache(maxsize=64)
def _asked_at(chosen: Select[Answer], talk_id: str) -> Select[Answer]:
    prepared = (Answer.part == PREPARATION) & (Answer.about_id == talk_id)
    to_call = (Answer.part == SIGNALS) & (Answer.question == PHONE)
    return chosen.where(or_(prepared, Answer.part == DIRECTION, to_call))


@lru_cache(maxsize=64)
def _open_or_of(
    chosen: Select[Agreement], talk_ids: tuple[str, ...], talk_id: str
) -> Select[Agreement]:
    of_it = or_(Agreement.talk_id == talk_id, Agreement.done_at.is_(None))
    return chosen.where(Agreement.talk_id.in_(talk_ids), of_it)


def take_steps(chair: Chair, held: Held) -> None:
    """Let what both agreed on be steps of the goals that it names."""
    mine = visible(chair.me, WRITE[chair.party], Agreement).where(Agreement.talk_id == held.row.id)
    agreements = read_agreements(db.session, mine, held.keys)
    key = held.keys.general
    coach = Grantee.opened(key, "talk", held.row.id, "grantee", held.row.grantee).name
    become_steps(db.session, held.keys, agreements, goals_agreed_on(held.row), {COACH: coach})


def _still_comes(starts_at: datetime, now: datetime) -> bool:
    today, on_day = (each.astimezone(AMSTERDAM).date() for each in (now, starts_at))
    return today < on_day


def _talks(chair: Chair) -> Select[Talk]:
    return visible_in(chair.me, READ[chair.party], Talk, chair.portfolio_id)


def _not_cancelled(talks: list[TalkPage]) -> list[TalkPage]:
    return [each for each in talks if each.state != CANCELLED]


@dataclass(frozen=True)
class Held:
    """A talk that is held for a change, with the keys that seal what belongs to it."""

    row: Talk
    keys: PortfolioKeys
    now: datetime

    @property
    def before(self) -> bool:
        """Tell whether the day of the talk is still to come."""
        return _still_comes(self.row.starts_at, self.now)


def hold(chair: Chair, talk_id: str) -> Held:
    """Begin to write and hold a talk. Raises NotFound where it may not be written."""
    open_desk(chair)
    chosen = visible(chair.me, WRITE[chair.party], Talk).where(
        Talk.id == talk_id, Talk.portfolio_id == chair.portfolio_id
    )
    if not there_is(chosen)[0]:
        raise NotFound
    # What is added to a talk leans on the map: held first, as whoever passes the talks on does.
    hold_map(db.session, chair.portfolio_id)
    row = hold_talk(db.session, chosen)
    if row is None:
        raise NotFound
    return Held(row, keys_of(chair.portfolio_id), clock(db.session))


def open_desk(chair: Chair) -> None:
    """Begin to write; nobody withdraws half-way what a coach writes through."""
    begin(db.session, writing=True)
    if chair.party == COACH:
        hold_consents(chair.me, Action.PEOPLE_COMMENT, chair.portfolio_id)


def hold_one(chair: Chair, talk_id: str, agreement_id: str) -> Agreement:
    """Hold an agreement of a talk that is held. Raises NotFound where it is not there."""
    chosen = visible(chair.me, WRITE[chair.party], Agreement)
    row = hold_agreement(
        db.session, chosen.where(Agreement.id == agreement_id, Agreement.talk_id == talk_id)
    )
    if row is None:
        raise NotFound
    return row
