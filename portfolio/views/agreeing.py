"""What both do with the agreements of a talk, each from their own chair."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import flash, redirect, request
from werkzeug.exceptions import BadRequest, NotFound

from portfolio import talked
from portfolio.events import record
from portfolio.extensions import db
from portfolio.forms.agreement import AgreementForm
from portfolio.languages import mark, one
from portfolio.models.agreement import Deed, add_agreement, change_agreement, said_of
from portfolio.models.agreement import tick as tick_agreement
from portfolio.models.draft import first_time
from portfolio.models.notice import Kind
from portfolio.models.talk import CLOSED, COACH, OWNER, loosen
from portfolio.table import goals_on, table_of
from portfolio.views.talking import CHANGED, CLOSED_NOW, Page, Side, refused, show, tell_other

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.talked import Held, TalkView


MANY = mark("Dit zijn veel afspraken. Kies de belangrijkste.")


def choices_of(view: TalkView) -> list[tuple[str, str]]:
    """Name the two at the table, and somebody else."""
    other = one("Iemand anders")
    return [(OWNER, view.owner), (COACH, view.talk.grantee.name), ("other", other)]


def add(side: Side) -> Page | Response:
    """Add an agreement to a talk."""
    form = _form()
    held = talked.hold(side.chair, side.talk_id)
    if held.row.state in CLOSED:
        return refused(side, CLOSED_NOW, form.what.data)
    if not form.validate():
        return _again(side, form)
    if first_time(db.session, form.once.data or "", side.me.person_id):
        try:
            deed = _for_a_goal(side, form, held)
            add_agreement(db.session, side.portfolio_id, side.talk_id, held.keys, deed)
        except ValueError:
            return refused(side, MANY, form.what.data)
        loosen(db.session, held.row)
        tell_other(side, held.row.membership_id, Kind.AGREEMENT)
        db.session.commit()
        record("agreement_written", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side)


def changing(side: Side, agreement_id: str) -> Page:
    """Ask what an agreement says instead."""
    form = AgreementForm()
    view = talked.talk_view(side.chair, side.talk_id)
    page = next((each for each in view.agreements if each.id == agreement_id), None)
    if page is None or not view.may_write:
        raise NotFound
    form.show(page)
    form.who.choices = choices_of(view)
    return show("talk/agreement.html", side, form=form, view=view, theirs=None)


def change(side: Side, agreement_id: str) -> Page | Response:
    """Let an agreement say something else. Of two who change it, the second sees both texts."""
    form = _form()
    held = talked.hold(side.chair, side.talk_id)
    row = talked.hold_one(side.chair, side.talk_id, agreement_id)
    if held.row.state in CLOSED:
        return refused(side, CLOSED_NOW, form.what.data)
    if not form.validate():
        return _again(side, form, agreement_id)
    if form.version.data != str(row.version):
        return _again(side, form, agreement_id, both=True)
    if first_time(db.session, form.once.data or "", side.me.person_id):
        stands = said_of(row, held.keys)
        deed = _for_a_goal(side, form, held, stands.goal_id)
        change_agreement(db.session, held.keys, row, deed)
        loosen(db.session, held.row)
        tell_other(side, held.row.membership_id, Kind.AGREEMENT)
        db.session.commit()
        record("agreement_written", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side)


def tick(side: Side, agreement_id: str) -> Response:
    """Say that an agreement was kept, or not yet: also after both agreed."""
    done = {"ja": True, "nee": False}.get(request.form.get("klaar", ""))
    if done is None:
        raise BadRequest
    talked.hold(side.chair, side.talk_id)
    row = talked.hold_one(side.chair, side.talk_id, agreement_id)
    tick_agreement(db.session, row, done=done)
    db.session.commit()
    record("agreement_ticked", portfolio=side.portfolio_id, talk=side.talk_id)
    return _done(side)


def _for_a_goal(side: Side, form: AgreementForm, held: Held, stands: str = "") -> Deed:
    """Give the deed with a goal that lies on the table, or else with the one that stands."""
    table = table_of(side.me, side.portfolio_id, held.row.membership_id)
    seen = {each.id for each in goals_on(table, held.keys)}
    deed = form.deed
    # A goal that is not shared any more stays named until another is chosen.
    if deed.goal_id in seen or (not deed.goal_id and stands in seen):
        return deed
    return replace(deed, goal_id=stands)


def _form() -> AgreementForm:
    form = AgreementForm()
    # Names are for the page only: which of the three it is, is what counts.
    form.who.choices = [(OWNER, ""), (COACH, ""), ("other", "")]
    return form


def _again(
    side: Side, form: AgreementForm, agreement_id: str = "", *, both: bool = False
) -> tuple[str, int]:
    """Show the form with what was typed; where the other was first, with theirs beside it."""
    db.session.rollback()
    view = talked.talk_view(side.chair, side.talk_id)
    form.who.choices = choices_of(view)
    theirs = next((each for each in view.agreements if each.id == agreement_id), None)
    if both and theirs:
        form.version.data = str(theirs.version)
        form.what.errors = [CHANGED]
    shown = theirs if both else None
    return show("talk/agreement.html", side, form=form, view=view, theirs=shown), 422


def _done(side: Side) -> Response:
    flash(mark("Bewaard."), "good")
    return redirect(f"{side.url('page')}#afspraken", 303)
