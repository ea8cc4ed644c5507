"""The example's plans, as they grew: each thing on its own day, the oldest first.

Made through the models, as the product makes them; only the days are moved to the past. A
version says what the plan said on its day, since what came later is loaded after it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.access import Action, visible
from portfolio.data.demo import people
from portfolio.demo.talks import TalkLoader
from portfolio.models import chain
from portfolio.models.answer import Answer, keep_answer
from portfolio.models.base import clock
from portfolio.models.can_do import CanDo, judge
from portfolio.models.consent import AMSTERDAM, Grantee
from portfolio.models.contact import Contact, choose_contact
from portfolio.models.counting import end_of_term
from portfolio.models.entry import Entry
from portfolio.models.goal import (
    Goal,
    GoalStep,
    add_steps,
    begin_goal,
    link_entries,
    say_of,
    set_goal_scale,
)
from portfolio.models.portfolio import open_keys
from portfolio.models.route import Route as RouteRow
from portfolio.models.route import RouteSaid, count_for, hold_route, keep_route
from portfolio.models.version import HEAD, chained_parts, propose_version
from portfolio.models.wellbeing import Wellbeing, say_how
from portfolio.models.words import Words
from portfolio.planned import plan_page
from portfolio.versions import content_of
from portfolio.viewer import Seat, Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy.orm import Session

    from portfolio.data.demo import plan as example
    from portfolio.demo.people import People
    from portfolio.keyring import Keyring

    Deed = Callable[[datetime], None]


class PlanLoader:
    """Loads the plan of one example owner, in the caller's transaction."""

    def __init__(
        self,
        session: Session,
        ring: Keyring,
        made: People,
        owner: str,
        entries: Mapping[str, str],
    ) -> None:
        self.session, self.made, self.entries = session, made, entries
        self.portfolio_id, person = made.portfolios[owner], made.persons[owner]
        self.keys = open_keys(session, ring, [self.portfolio_id])[self.portfolio_id]
        self.me = Viewer(
            *(person.id, person.key_id, self.portfolio_id),
            *(person.age_group, person.language, person.mode),
        )
        self.now = clock(session)
        # The day in Amsterdam: near midnight that in UTC is another.
        self.today = self.now.astimezone(AMSTERDAM).date()

    def load(self, plan: example.Plan) -> None:
        """Load everything that is in a plan."""
        for ago, deed in sorted(self._deeds(plan), key=lambda each: -each[0]):
            deed(self.at(ago))
        self.session.flush()

    def _deeds(self, plan: example.Plan) -> Iterator[tuple[int, Deed]]:
        yield plan.contact.ago, partial(self._contact, plan.contact)
        yield plan.route.ago, partial(self._route, plan.route)
        for answer in plan.answers:
            yield answer.ago, partial(self._answer, answer)
        for goal in plan.goals:
            yield from self._goal(goal)
        for level in plan.levels:
            yield level.ago, partial(self._level, level)
        for felt in plan.felt:
            yield felt.ago, partial(self._felt, felt)
        for version in plan.versions:
            yield version.ago, partial(self._version, version)
        for talk in plan.talks:
            yield from TalkLoader(self, talk).deeds()

    def day(self, ago: int) -> date:
        """Give the day in Amsterdam so many days ago; below zero it is to come."""
        return self.today - timedelta(days=ago)

    def at(self, ago: int) -> datetime:
        """Give a moment in the daytime so many days ago, never to come."""
        return min(self.moment(self.day(ago), "13:20"), self.now)

    def moment(self, day: date, hour: str) -> datetime:
        """Give the moment at which it is this hour on a day in Amsterdam."""
        return datetime.combine(day, time.fromisoformat(hour), AMSTERDAM).astimezone(UTC)

    def keep(self, answer: tuple[str, str, str], said: Mapping[str, str], at: datetime) -> None:
        """Keep what is said to a question of a part, about nothing or about a talk."""
        part, question, about_id = answer
        mine = visible(self.me, Action.MAP_KEEP, Answer)
        texts = tuple(Words(text, lang) for lang, text in said.items())
        row = keep_answer(
            *(self.session, mine, self.portfolio_id, self.keys),
            part=part,
            question=question,
            about_id=about_id,
            texts=texts,
        )
        row.changed_at = at

    def grantee(self, key: str) -> Grantee:
        """Name a member as they are kept in a map."""
        person = next(each for each in people() if each.key == key)
        member = person.memberships[0]
        return Grantee(person.name, member.role, self.made.organisations[member.organisation].name)

    def _contact(self, contact: example.Contact, at: datetime) -> None:
        mine = visible(self.me, Action.MAP_SHARE, Contact)
        member = self.made.memberships[contact.member]
        choose_contact(self.session, mine, self.portfolio_id, member.id)
        self.session.flush()
        self.session.scalars(mine).one().started_at = at

    def _answer(self, answer: example.Answer, at: datetime) -> None:
        self.keep((answer.part, answer.question, ""), answer.said, at)

    def _goal(self, goal: example.Goal) -> Iterator[tuple[int, Deed]]:
        """Make a goal on its first day; each step is done, and the goal reached, on its own."""
        made: list[Goal] = []

        def make(at: datetime) -> None:
            row = begin_goal(self.session, self.portfolio_id, goal.leefgebied)
            for name in ("what", "why", "done_when", "helper"):
                for lang, text in getattr(goal, name).items():
                    say_of(self.session, row, self.keys, name, Words(text, lang))
            steps = [Words(each.text, "nl") for each in goal.steps]
            add_steps(self.session, row, self.keys, steps)
            set_goal_scale(self.session, row, self.keys, goal.scale)
            row.by_day = None if goal.by is None else self.day(-goal.by)
            row.created_at = row.made_at = row.changed_at = at
            made.append(row)

        def reach(at: datetime) -> None:
            made[0].reached_at = made[0].changed_at = at

        yield goal.added, make
        for number, step in enumerate(goal.steps, start=1):
            if step.done is not None:
                yield step.done, partial(self._done, made, number, step)
        if goal.reached is not None:
            yield goal.reached, reach

    def _done(self, made: list[Goal], number: int, step: example.Step, at: datetime) -> None:
        chosen = select(GoalStep).where(GoalStep.goal_id == made[0].id, GoalStep.number == number)
        row = self.session.scalars(chosen).one()
        row.done_at = at
        shown = [self.entries[each] for each in step.shows]
        if shown:
            mine = visible(self.me, Action.MAP_KEEP, Entry).where(Entry.id.in_(shown))
            link_entries(self.session, row, mine)

    def _route(self, route: example.Route, at: datetime) -> None:
        first = self.day(route.first_pip)
        mine = visible(self.me, Action.MAP_KEEP, RouteRow)
        row, _ = hold_route(self.session, self.portfolio_id, mine, self.keys)
        said = RouteSaid(
            *(route.act, route.route, first, end_of_term(first)),
            aims=route.aims,
            themes=route.themes,
        )
        keep_route(self.session, row, self.portfolio_id, self.keys, said)
        self.session.scalars(mine).one().changed_at = at
        for block, keys in route.counts.items():
            ids = [self.entries[each] for each in keys]
            count_for(self.session, self.portfolio_id, block, ids, ids)

    def _level(self, level: example.Told, at: datetime) -> None:
        judge(self.session, self.portfolio_id, self.keys, {}, level.said)
        mine = visible(self.me, Action.MAP_KEEP, CanDo).where(CanDo.at >= self.now)
        for row in self.session.scalars(mine):
            row.at = at
        self.session.flush()

    def _felt(self, felt: example.Told, at: datetime) -> None:
        for side, answer in felt.said.items():
            say_how(self.session, self.portfolio_id, self.keys, side, answer)
        mine = visible(self.me, Action.MAP_KEEP, Wellbeing).where(Wellbeing.at >= self.now)
        for row in self.session.scalars(mine):
            row.at = at
        self.session.flush()

    def _version(self, version: example.Version, at: datetime) -> None:
        member, who = self.made.memberships[version.member], self.grantee(version.member)
        seat = Seat(member.id, who.role, member.organisation_id, who.organisation)
        eyes = Viewer(member.person_id, "", None, "18+", "nl", "nl", (seat,))
        row = propose_version(
            *(self.session, self.portfolio_id, self.keys, member.id, who),
            reason=tuple(Words(text, lang) for lang, text in version.reason.items()),
            content=content_of(plan_page(eyes, self.portfolio_id, log=False)),
        )
        row.owner_yes_at, row.other_yes_at = at, at + timedelta(minutes=30)
        # freeze_version would write today's date: this was agreed on another day.
        self.session.flush()
        link = chain.append(
            *(self.session, HEAD, self.portfolio_id, self.keys),
            chained_parts(self.session, row),
        )
        row.number, row.code = link.number, link.code
        self.session.flush()
