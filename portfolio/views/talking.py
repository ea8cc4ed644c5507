"""What both do with a talk, each from their own chair: plan, move, say yes, cancel, sum up.

The pages of the owner (talk.py) and of whom they talk with (meeting.py) come from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import Response as Answer
from flask import flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio import talked
from portfolio.access import keys_of
from portfolio.agenda import calendar_of
from portfolio.events import record
from portfolio.extensions import db, settings
from portfolio.forms.talk import PlanForm, SayForm, SummaryForm, WhenForm
from portfolio.languages import dutch_first, mark
from portfolio.models.base import clock
from portfolio.models.draft import first_time
from portfolio.models.notice import Kind, tell_member, tell_owner
from portfolio.models.talk import (
    AGREED,
    CANCELLED,
    CLOSED,
    COACH,
    OWNER,
    PLANNED,
    accept_talk,
    add_own_view,
    agree,
    cancel_talk,
    move_talk,
    plan_talk,
    write_summary,
)
from portfolio.models.words import WRITTEN
from portfolio.views.comment import seen_at, stands_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from portfolio.access import Viewer
    from portfolio.models.comment import CommentPage
    from portfolio.models.consent import Grantee
    from portfolio.models.talk import Party

BASES = {OWNER: "talk", COACH: "meeting"}
CHANGED = mark("Iemand anders heeft dit net veranderd. Kijk het na en probeer het nog een keer.")
YES_TO_DAY = mark("Fijn. De ander ziet dat je komt.")
YES_TO_SUMMARY = mark("Je hebt ja gezegd.")
CLOSED_NOW = mark("Dit gesprek is klaar. Je kunt het niet meer veranderen.")
Page = str | tuple[str, int]


@dataclass(frozen=True)
class Side:
    """One of the two at the table, and the addresses on their side."""

    me: Viewer
    party: Party
    portfolio_id: str
    talk_id: str = ""

    @property
    def chair(self) -> talked.Chair:
        """Give where they sit."""
        return talked.Chair(self.me, self.party, self.portfolio_id)

    def url(self, name: str, **more: Any) -> str:
        """Give the address of a page on this side of the table."""
        values: dict[str, Any] = {"portfolio_id": self.portfolio_id} if self.party == COACH else {}
        if self.talk_id:
            values["talk_id"] = self.talk_id
        return url_for(f"{BASES[self.party]}.{name}", **values, **more)

    def reads(self, said: CommentPage) -> str:
        """Give the address at which this side reads a comment."""
        return stands_at(said) if self.party == OWNER else seen_at(said, self.portfolio_id)

    def goal(self, goal_id: str) -> str:
        """Give the address at which this side reads a goal."""
        if self.party == OWNER:
            return url_for("goal.page", goal_id=goal_id)
        return url_for("people.goal", portfolio_id=self.portfolio_id, goal_id=goal_id)

    def at(self, talk_id: str) -> Side:
        """Sit down at one talk."""
        return replace(self, talk_id=talk_id)


def tell_other(side: Side, membership_id: str, kind: Kind) -> None:
    """Tell whoever sits across the table that something changed, in the caller's transaction."""
    if side.party == OWNER:
        tell_member(db.session, membership_id, kind, side.talk_id)
    else:
        tell_owner(db.session, side.portfolio_id, kind, side.talk_id)


def show(template: str, side: Side, **more: object) -> str:
    """Make a page about talks."""
    return render_template(
        template,
        side=side,
        WRITTEN=WRITTEN,
        order=dutch_first(),
        **more,
    )


def page(side: Side, status: int = 200) -> Page:
    """Show a talk with all that belongs to it."""
    view = talked.talk_view(side.chair, side.talk_id)
    return show("talk/page.html", side, view=view), status


def plan_page(side: Side, form: PlanForm | None = None) -> Page:
    """Ask what a new talk will be."""
    start = talked.start(side.chair)
    status = 422 if form else 200
    if form is None:
        form = PlanForm()
        form.day.data = start.suggested.isoformat()
        form.kind.data = "progress" if start.talks.rows else "first"
    _offer(form, start.partners)
    if not form.membership.data and len(start.partners) == 1:
        form.membership.data = next(iter(start.partners))
    return show("talk/plan.html", side, form=form, start=start), status


def _offer(form: PlanForm, partners: Mapping[str, Grantee]) -> None:
    form.membership.choices = [(key, who.name) for key, who in partners.items()]


def plan(side: Side) -> Page | Response:
    """Plan a talk."""
    form = PlanForm()
    talked.open_desk(side.chair)
    with_whom = talked.partners(side.chair)
    if not with_whom and side.party == COACH:
        raise NotFound
    _offer(form, with_whom)
    form.now = clock(db.session)
    if not form.validate():
        return plan_page(side, form)
    if first_time(db.session, form.once.data or "", side.me.person_id):
        row = plan_talk(
            db.session,
            side.portfolio_id,
            keys_of(side.portfolio_id),
            form.appointment,
            membership_id=form.membership.data,
            grantee=with_whom[form.membership.data],
            asked_by=side.party,
        )
        side = side.at(row.id)
        tell_other(side, row.membership_id, Kind.TALK)
        db.session.commit()
        record("talk_planned", portfolio=side.portfolio_id, talk=side.talk_id)
        return _done(side, mark("Het gesprek is gepland."))
    flash(mark("Het gesprek is gepland."), "good")
    return redirect(side.url("new"), 303)


def moving(side: Side, form: WhenForm | None = None) -> Page:
    """Ask when and where a talk will be instead."""
    view = talked.talk_view(side.chair, side.talk_id)
    if form is None:
        form = WhenForm()
        form.show(view.talk)
        return show("talk/move.html", side, form=form, view=view)
    form.version.data = str(view.talk.version)
    return show("talk/move.html", side, form=form, view=view), 422


def move(side: Side) -> Page | Response:
    """Move a talk; the other is asked anew."""
    form = WhenForm()
    held = talked.hold(side.chair, side.talk_id)
    form.now = held.now
    if held.row.state != PLANNED:
        return refused(side, CLOSED_NOW)
    if not form.validate():
        return moving(side, form)
    if form.version.data != str(held.row.version):
        form.day.errors = [CHANGED]
        return moving(side, form)
    if first_time(db.session, form.once.data or "", side.me.person_id):
        move_talk(db.session, held.keys, held.row, form.appointment, side.party)
        tell_other(side, held.row.membership_id, Kind.TALK)
        db.session.commit()
        record("talk_moved", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side, mark("Het gesprek is verzet."))


def accept(side: Side) -> Page | Response:
    """Say yes to the date that the other proposed, and to no other."""
    form = SayForm()
    row = talked.hold(side.chair, side.talk_id).row
    if row.state == PLANNED and row.asked_by != side.party and row.accepted_at:
        return _done(side, YES_TO_DAY)
    if row.state != PLANNED or row.asked_by == side.party:
        return refused(side, CLOSED_NOW)
    if form.version.data != str(row.version):
        return refused(side, CHANGED)
    accept_talk(db.session, row)
    db.session.commit()
    record("talk_accepted", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side, YES_TO_DAY)


def cancel(side: Side) -> Page | Response:
    """Let a talk not take place."""
    row = talked.hold(side.chair, side.talk_id).row
    if row.state not in (PLANNED, CANCELLED):
        return refused(side, CLOSED_NOW)
    if row.state == PLANNED:
        cancel_talk(db.session, row)
        tell_other(side, row.membership_id, Kind.TALK)
        db.session.commit()
        record("talk_cancelled", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side, mark("Het gesprek gaat niet door. De ander ziet dat."))


def calendar(side: Side) -> Answer:
    """Give a talk for one's own calendar, without a word of a person."""
    view = talked.talk_view(side.chair, side.talk_id)
    text = calendar_of(view.talk, settings().public_url)
    answer = Answer(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="agenda.ics"'
    return answer


def writing(side: Side, form: SummaryForm | None = None) -> Page:
    """Ask what was said. What came back unkept stands beside what the other kept."""
    view = talked.talk_view(side.chair, side.talk_id)
    status = 422 if form else 200
    if form is None:
        form = SummaryForm()
        form.text.data, form.lang.data = view.talk.summary.text, view.talk.summary.lang
        form.version.data = str(view.talk.summary_version)
    elif form.version.data != str(view.talk.summary_version):
        form.version.data = str(view.talk.summary_version)
        return show("talk/summary.html", side, form=form, view=view, theirs=view.talk.summary), 422
    return show("talk/summary.html", side, form=form, view=view, theirs=None), status


def sum_up(side: Side) -> Page | Response:
    """Keep the summary that one of the two wrote."""
    form = SummaryForm()
    held = talked.hold(side.chair, side.talk_id)
    if held.row.state in CLOSED:
        return refused(side, CLOSED_NOW, form.text.data)
    if held.before:
        return refused(side, mark("Dit gesprek is nog niet geweest."), form.text.data)
    if not form.validate():
        return writing(side, form)
    if form.version.data != str(held.row.summary_version):
        form.text.errors = [CHANGED]
        return writing(side, form)
    if first_time(db.session, form.once.data or "", side.me.person_id):
        write_summary(db.session, held.keys, held.row, form.words)
        db.session.commit()
        record("summary_written", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side, mark("Bewaard. Nu kunnen jullie allebei ja zeggen."))


def confirm(side: Side) -> Page | Response:
    """Say yes to the summary that was read, and to no other."""
    form = SayForm()
    held = talked.hold(side.chair, side.talk_id)
    row = held.row
    if (row.owner_yes if side.party == OWNER else row.coach_yes) == row.summary_version:
        return _done(side, YES_TO_SUMMARY)
    if row.state in CLOSED or row.summary is None:
        return refused(side, CLOSED_NOW if row.state in CLOSED else NO_SUMMARY)
    if form.version.data != str(row.summary_version):
        return refused(side, SUMMARY_CHANGED)
    agree(db.session, row, side.party)
    if row.state == AGREED:
        talked.take_steps(side.chair, held)
    db.session.commit()
    record("summary_confirmed", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side, YES_TO_SUMMARY)


NO_SUMMARY = mark("Er is nog geen verslag. Schrijf eerst wat jullie hebben besproken.")
SUMMARY_CHANGED = mark("Het verslag is net veranderd. Lees het nog een keer.")


def own_view(side: Side) -> Page | Response:
    """Keep what the owner thinks of it; also when all was agreed."""
    form = SayForm()
    held = talked.hold(side.chair, side.talk_id)
    if not form.validate():
        return refused(side, mark("Dit is te lang. Schrijf iets korters."), form.text.data)
    if form.version.data != str(held.row.version):
        return refused(side, CHANGED, form.text.data)
    if first_time(db.session, form.once.data or "", side.me.person_id):
        add_own_view(db.session, held.keys, held.row, form.words)
        db.session.commit()
        record("own_view_written", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side, mark("Bewaard."))


def refused(side: Side, sentence: str, typed: str | None = None) -> Page:
    """Show the talk as it is now, with what to know, and what was typed."""
    db.session.rollback()
    view = talked.talk_view(side.chair, side.talk_id)
    return show("talk/page.html", side, view=view, wrong=sentence, typed=typed), 422


def _done(side: Side, sentence: str) -> Response:
    flash(sentence, "good")
    return redirect(side.url("page"), 303)
