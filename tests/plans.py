"""Plans of some age, for measuring and for tests: goals, talks, versions and what one can.

Made through the models, in the caller's transaction; only the days are moved to the past. What
was frozen keeps its day: a version that said another one would be found by its chain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.access import Action, visible
from portfolio.data import LEEFGEBIEDEN, SCALE
from portfolio.data.plan import SKILLS, STATEMENTS, WELLBEING, WELLBEING_ANSWERS
from portfolio.extensions import db
from portfolio.models import parts
from portfolio.models.agreement import Deed, add_agreement, tick
from portfolio.models.answer import Answer, keep_answer
from portfolio.models.base import clock
from portfolio.models.can_do import CanDo, judge
from portfolio.models.entry import Entry
from portfolio.models.goal import (
    SAID,
    GoalStep,
    add_steps,
    begin_goal,
    link_entries,
    say_of,
    set_goal_scale,
)
from portfolio.models.parts import goals_of
from portfolio.models.route import NOTHING_SAID, keep_route
from portfolio.models.talk import (
    COACH,
    OWNER,
    Appointment,
    agree,
    loosen,
    plan_talk,
    write_summary,
)
from portfolio.models.version import PlanVersionPart, freeze_version, propose_version
from portfolio.models.wellbeing import Wellbeing, say_how
from portfolio.models.words import Words
from portfolio.planned import plan_page
from portfolio.versions import content_of
from portfolio.viewer import Seat, Viewer
from tests import factories

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from portfolio.models.consent import Grantee
    from portfolio.models.organisation import Membership

# Every part that is shared with who coaches; a hidden one would make a page lighter.
SHARED = (
    *(parts.DIRECTION, parts.BARRIERS, parts.ROUTE, parts.LEVELS, parts.WELLBEING),
    *(parts.PREPARATION, parts.TALKS, parts.SIGNALS),
    *(goals_of(key) for key in LEEFGEBIEDEN),
)
STEPS = ("Ik vraag hoe het werkt", "Ik oefen met een vriend", "Ik doe het alleen")
SUMMARY = "We hebben besproken hoe het gaat. Het gaat goed. We gaan zo door. " * 4


@dataclass(frozen=True)
class Age:
    """How much there is in a plan, and over how many days it came."""

    goals: int
    talks: int
    versions: int
    days: int = 1
    # How often was said what one can and how one is.
    looks: int = 1
    # Goals that were not reached, the newest.
    on_the_way: int = 10


NEW = Age(goals=1, talks=1, versions=1)
A_YEAR = Age(goals=8, talks=4, versions=3, days=365, looks=4, on_the_way=4)
FIVE_YEARS = Age(goals=200, talks=40, versions=60, days=5 * 365, looks=20)


@dataclass(frozen=True)
class Plan:
    """The plan of one map, with whom it is made, and what stands in it that can be asked for."""

    map_id: str
    talk_id: str
    version_id: str


class Writer:
    """Writes one plan, the oldest first."""

    def __init__(self, owner: Viewer, seat: Membership, who: Grantee, age: Age) -> None:
        self.owner, self.age, self.seat, self.who = owner, age, seat, who
        self.map_id = str(owner.portfolio_id)
        self.keys = factories.keys_for(self.map_id)
        self.now = clock(db.session)
        self.eyes = replace(
            owner, portfolio_id=None, seats=(Seat(seat.id, "coach", seat.organisation_id, ""),)
        )
        self.talk_id = self.version_id = ""

    def write(self) -> Plan:
        """Write all of it; goals and versions in turn, so that versions grow as the plan does."""
        for part in SHARED:
            factories.share(self.map_id, self.seat.id, self.who, part=part, may_comment=True)
        self._answers()
        for number in range(self.age.looks):
            self._look(number)
        age, written = self.age, 0
        for number in range(age.versions):
            upto = (number + 1) * age.goals // age.versions
            for goal in range(written, upto):
                self._goal(goal)
            written = upto
            self._version()
        for number in range(age.talks):
            self._talk(number)
        db.session.flush()
        return Plan(self.map_id, self.talk_id, self.version_id)

    def _ago(self, number: int, of: int) -> datetime:
        return self.now - timedelta(days=self.age.days) * (of - number) / of

    def _answers(self) -> None:
        mine = visible(self.owner, Action.MAP_KEEP, Answer)
        for part, question in (
            *((parts.DIRECTION, each) for each in ("horizon", "interests", "can", "gain")),
            *((parts.BARRIERS, each) for each in ("time", "childcare")),
        ):
            said = (Words("Dit is wat ik wil en kan.", "nl"),)
            keep_answer(
                *(db.session, mine, self.map_id, self.keys),
                part=part,
                question=question,
                texts=said,
            )
        keep_route(
            db.session,
            None,
            self.map_id,
            self.keys,
            replace(NOTHING_SAID, act="wi2021", route="b1"),
        )

    def _look(self, number: int) -> None:
        """Say what one can, of every skill something new, and how one is."""
        at, scales = self._ago(number, self.age.looks), list(SCALE)
        said: dict[str, str] = {}
        for skill in SKILLS:
            of_skill = [each.key for each in STATEMENTS.values() if each.skill == skill]
            chosen = islice(cycle(of_skill), number, number + 3)
            said |= {each: scales[number % len(scales)] for each in chosen}
        judge(db.session, self.map_id, self.keys, {}, said)
        for place, side in enumerate(WELLBEING):
            answer = list(WELLBEING_ANSWERS)[(number + place) % len(WELLBEING_ANSWERS)]
            say_how(db.session, self.map_id, self.keys, side, answer)
        for row in db.session.scalars(select(CanDo).where(*self._just_now(CanDo))):
            row.at = at
        for felt in db.session.scalars(select(Wellbeing).where(*self._just_now(Wellbeing))):
            felt.at = at
        db.session.flush()

    def _just_now(self, model: type[CanDo | Wellbeing]) -> tuple[ColumnElement[bool], ...]:
        return model.portfolio_id == self.map_id, model.at >= self.now

    def _goal(self, number: int) -> None:
        places = list(LEEFGEBIEDEN)
        place, at = places[number % len(places)], self._ago(number, self.age.goals)
        row = begin_goal(db.session, self.map_id, place)
        for name in SAID:
            said = Words(f"Doel {number + 1}: ik wil dit graag leren en doen", "nl")
            say_of(db.session, row, self.keys, name, said)
        add_steps(db.session, row, self.keys, [Words(each, "nl") for each in STEPS])
        row.created_at = row.made_at = at
        row.by_day = (at + timedelta(days=90)).date()
        set_goal_scale(db.session, row, self.keys, "met_hulp")
        first = db.session.scalars(
            select(GoalStep).where(GoalStep.goal_id == row.id).order_by(GoalStep.number)
        ).first()
        assert first is not None
        first.done_at = at
        shows = visible(self.owner, Action.MAP_KEEP, Entry).limit(1)
        link_entries(db.session, first, shows)
        if number < self.age.goals - self.age.on_the_way:
            row.reached_at = at + timedelta(days=80)
        db.session.flush()

    def _version(self) -> None:
        row = propose_version(
            *(db.session, self.map_id, self.keys, self.seat.id, self.who),
            reason=(Words("Er is iets anders in mijn leven", "nl"),),
            content=content_of(plan_page(self.eyes, self.map_id, log=False)),
        )
        seen = visible(self.eyes, Action.PEOPLE_SEE, PlanVersionPart)
        freeze_version(db.session, row, self.keys, seen)
        self.version_id = row.id

    def _talk(self, number: int) -> None:
        last = number == self.age.talks - 1
        at = self.now + timedelta(days=10) if last else self._ago(number, self.age.talks)
        row = plan_talk(
            *(db.session, self.map_id, self.keys, Appointment("progress", at)),
            membership_id=self.seat.id,
            grantee=self.who,
            asked_by=OWNER,
        )
        mine = visible(self.owner, Action.MAP_KEEP, Answer)
        for question in ("proud", "want", "ask", "going:taal"):
            keep_answer(
                *(db.session, mine, self.map_id, self.keys),
                part=parts.PREPARATION,
                question=question,
                about_id=row.id,
                texts=(Words("Dit wil ik vertellen over hoe het gaat.", "nl"),),
            )
        for place in range(3):
            deed = Deed("owner", Words("Ik bel de school", "nl"), due_on=at.date())
            made = add_agreement(db.session, self.map_id, row.id, self.keys, deed)
            # What is not done stays open: of the last but one talk one thing.
            tick(db.session, made, done=place > 0 or number < self.age.talks - 2)
        loosen(db.session, row)
        if not last:
            write_summary(db.session, self.keys, row, Words(SUMMARY, "nl"))
            agree(db.session, row, OWNER)
            agree(db.session, row, COACH)
        self.talk_id = row.id
