"""The example's talks: planned, prepared, summed up and agreed by both, each on its own day."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from portfolio.models.agreement import Deed, add_agreement, tick
from portfolio.models.parts import PREPARATION
from portfolio.models.talk import (
    COACH,
    OWNER,
    Appointment,
    accept_talk,
    add_own_view,
    agree,
    loosen,
    plan_talk,
    write_summary,
)
from portfolio.models.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from portfolio.data.demo import plan as example
    from portfolio.demo.plans import PlanLoader
    from portfolio.models.agreement import Agreement
    from portfolio.models.talk import Party, Talk

    OnDay = Callable[[datetime], None]

SATURDAY = 5


class TalkLoader:
    """Loads one talk of an example owner."""

    def __init__(self, plan: PlanLoader, talk: example.Talk) -> None:
        self.plan, self.talk, self.session, self.keys = plan, talk, plan.session, plan.keys
        self.agreements: dict[example.Agreement, Agreement] = {}
        self.row: Talk | None = None

    def deeds(self) -> Iterator[tuple[int, OnDay]]:
        """Name what was done, and how many days ago."""
        yield self.talk.planned, self._plan
        if self.talk.ago > 0:
            # A weekday may lie two days nearer than was asked for.
            yield self.talk.ago, self._hold
            for each in self.talk.agreements:
                if each.done is not None:
                    yield each.done, partial(self._tick, each)

    @property
    def day(self) -> date:
        """Give the day of the talk; nobody talks in a weekend."""
        day = self.plan.day(self.talk.ago)
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)

    def _plan(self, at: datetime) -> None:
        talk, party = self.talk, self._asked_by
        starts_at = self.plan.moment(self.day, talk.time)
        place, beside = Words(talk.place, "nl"), Words(talk.beside, "nl")
        row = plan_talk(
            *(self.session, self.plan.portfolio_id, self.keys),
            Appointment(talk.kind, starts_at, place, beside),
            membership_id=self.plan.made.memberships[talk.member].id,
            grantee=self.plan.grantee(talk.member),
            asked_by=party,
        )
        if talk.accepted:
            accept_talk(self.session, row)
            row.accepted_at = min(at + timedelta(hours=1), self.plan.now)
        row.created_at = row.changed_at = at
        self.row = row
        for question, said in talk.prepared.items():
            self.plan.keep((PREPARATION, question, row.id), said, at)

    @property
    def _asked_by(self) -> Party:
        return OWNER if self.talk.asked_by == OWNER else COACH

    def _hold(self, at: datetime) -> None:
        """Write down what was agreed and said, and let both say yes to it."""
        row = self._planned
        for each in self.talk.agreements:
            who = OWNER if each.who == OWNER else COACH
            deed = Deed(who, Words(each.what, "nl"), due_on=self.plan.day(-each.due))
            made = add_agreement(self.session, row.portfolio_id, row.id, self.keys, deed)
            made.created_at = at
            loosen(self.session, row)
            self.agreements[each] = made
        write_summary(self.session, self.keys, row, Words(self.talk.summary.strip(), "nl"))
        agree(self.session, row, COACH)
        agree(self.session, row, OWNER)
        for lang, text in self.talk.own_view.items():
            add_own_view(self.session, self.keys, row, Words(text, lang))
        after = min(self.plan.moment(self.day, "16:00"), self.plan.now)
        row.coach_yes_at = row.owner_yes_at = row.changed_at = after

    def _tick(self, agreement: example.Agreement, at: datetime) -> None:
        row = self.agreements[agreement]
        tick(self.session, row, done=True)
        row.done_at = at

    @property
    def _planned(self) -> Talk:
        if self.row is None:
            message = "a talk is held before it is planned"
            raise ValueError(message)
        return self.row
