"""Comments: a coach writes, the owner answers and hides, each takes back their own.

Never changed: what was sent stays or leaves a visible mark. A post about something that is
not shared (any more) answers 404 and gives the writer nothing back but their own words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from portfolio.access import (
    Action,
    get_or_404,
    grantee_of,
    hold_consents,
    keys_of,
    own_name,
    requires,
    there_is,
    welcome,
)
from portfolio.data import LEEFGEBIEDEN
from portfolio.events import record
from portfolio.extensions import db, media_store
from portfolio.forms.comment import SHORT_ANSWERS, AnswerForm, CommentForm
from portfolio.languages import SOURCE, mark
from portfolio.models.base import begin
from portfolio.models.chain import hold
from portfolio.models.comment import (
    Comment,
    Subject,
    hide_comment,
    remove_comment,
    write_comment,
)
from portfolio.models.consent import Grantee
from portfolio.models.draft import first_time
from portfolio.models.entry import Entry
from portfolio.models.goal import Goal
from portfolio.models.notice import Kind, tell_member, tell_owner
from portfolio.models.words import Words
from portfolio.security import viewer
from portfolio.views.spoken import Spoken

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.access import Seat, Viewer
    from portfolio.models.comment import CommentPage

    Page = str | tuple[str, int] | Response

bp = Blueprint("comment", __name__)
bp.add_app_template_global(lambda: SHORT_ANSWERS, "short_answers")


@bp.post("/mensen/<portfolio_id>/stuk/<entry_id>/reactie")
@requires(Action.PEOPLE_COMMENT)
def on_entry(portfolio_id: str, entry_id: str) -> Page:
    """Write a comment on a shared thing."""
    me, spoken = viewer(), Spoken(CommentForm())
    about = Subject(portfolio_id, "", entry_id)
    if not _welcomed(me, spoken, about):
        return _gone()
    entry = get_or_404(me, Action.PEOPLE_COMMENT, Entry, entry_id)
    back = url_for("people.entry", portfolio_id=portfolio_id, entry_id=entry_id)
    return _write(me, replace(about, leefgebied=entry.leefgebied), back, spoken)


@bp.post("/mensen/<portfolio_id>/doel/<goal_id>/reactie")
@requires(Action.PEOPLE_COMMENT)
def on_goal(portfolio_id: str, goal_id: str) -> Page:
    """Write a comment on a shared goal."""
    me, spoken = viewer(), Spoken(CommentForm())
    about = Subject(portfolio_id, "", goal_id=goal_id)
    if not _welcomed(me, spoken, about):
        return _gone()
    goal = get_or_404(me, Action.PEOPLE_COMMENT, Goal, goal_id)
    back = url_for("people.goal", portfolio_id=portfolio_id, goal_id=goal_id)
    return _write(me, replace(about, leefgebied=goal.leefgebied), back, spoken)


@bp.post("/mensen/<portfolio_id>/<leefgebied>/reactie")
@requires(Action.PEOPLE_COMMENT)
def on_leefgebied(portfolio_id: str, leefgebied: str) -> Page:
    """Write a comment on a shared leefgebied."""
    me, spoken = viewer(), Spoken(CommentForm())
    about = Subject(portfolio_id, leefgebied)
    if leefgebied not in LEEFGEBIEDEN or not _welcomed(me, spoken, about):
        return _gone()
    back = url_for("people.leefgebied", portfolio_id=portfolio_id, leefgebied=leefgebied)
    return _write(me, about, back, spoken)


@bp.post("/reactie/<comment_id>/antwoord")
@requires(Action.MAP_KEEP)
def answer(comment_id: str) -> Page:
    """Answer a comment in my own map."""
    me, spoken = viewer(), Spoken(AnswerForm())
    get_or_404(me, Action.MAP_KEEP, Comment, comment_id)
    spoken.hear()
    begin_in(me)
    asked = get_or_404(me, Action.MAP_KEEP, Comment, comment_id)
    if asked.membership_id is None or asked.reply_to is not None or asked.removed_at is not None:
        raise NotFound
    form = cast("AnswerForm", spoken.form)
    if not (spoken.fits(asked.portfolio_id) and form.validate()):
        return _not_yet(spoken, stands_at(asked))
    if first_time(db.session, form.once.data or "", me.person_id):
        subject = Subject(asked.portfolio_id, leefgebied_of(asked), asked.entry_id, asked.goal_id)
        words, keys = Words(form.text.data or "", form.lang.data), keys_of(me.portfolio_id)
        with spoken.kept(subject, keys, words.lang) as sound_code:
            if spoken.down:
                return _not_yet(spoken, stands_at(asked))
            row = write_comment(
                db.session,
                keys,
                subject,
                Grantee(own_name(me), "", ""),
                membership_id=None,
                words=words,
                reply_to=asked.id,
                sound_code=sound_code,
            )
            spoken.hang(row)
            tell_member(db.session, asked.membership_id, Kind.COMMENT, row.id)
            db.session.commit()
        record("comment_written", portfolio=row.portfolio_id, comment=row.id)
    flash(mark("Bewaard."), "good")
    return redirect(stands_at(asked), 303)


@bp.post("/reactie/<comment_id>/verbergen")
@requires(Action.MAP_KEEP)
def hide(comment_id: str) -> Response:
    """Hide a comment in my map from others who look, or show it again."""
    hiding = {"ja": True, "nee": False}.get(request.form.get("verberg", ""))
    if hiding is None:
        raise BadRequest
    me = viewer()
    begin_in(me)
    row = get_or_404(me, Action.MAP_KEEP, Comment, comment_id)
    hide_comment(db.session, row, hide=hiding)
    place, portfolio_id = stands_at(row), row.portfolio_id
    db.session.commit()
    record("comment_hidden", portfolio=portfolio_id, comment=comment_id)
    done = (
        mark("Anderen zien deze reactie niet meer.") if hiding else mark("Je reactie is er weer.")
    )
    flash(done, "good")
    return redirect(place, 303)


@bp.post("/reactie/<comment_id>/weghalen")
@requires(Action.MAP_KEEP)
def remove_own(comment_id: str) -> Response:
    """Take away what I wrote in my own map; a mark stays."""
    begin_in(viewer())
    row = get_or_404(viewer(), Action.MAP_KEEP, Comment, comment_id)
    if row.membership_id is not None:
        raise NotFound
    return _remove(row, stands_at(row))


@bp.post("/mensen/reactie/<comment_id>/weghalen")
@requires(Action.PEOPLE_SEE)
def remove(comment_id: str) -> Response:
    """Take away what I wrote in somebody's map, as long as I may look there; a mark stays."""
    me = viewer()
    begin(db.session, writing=True)
    hold(db.session, get_or_404(me, Action.PEOPLE_SEE, Comment, comment_id).portfolio_id)
    # Its owner may have taken it away with its goal while this waited.
    row = get_or_404(me, Action.PEOPLE_SEE, Comment, comment_id)
    if row.membership_id not in [seat.id for seat in me.seats]:
        raise NotFound
    return _remove(row, seen_at(row, row.portfolio_id))


def _welcomed(me: Viewer, spoken: Spoken, about: Subject) -> bool:
    """Hear what was spoken and begin to write; tell whether a comment is welcome there."""
    if spoken.there and there_is(welcome(me, about))[0]:
        spoken.hear()
    begin(db.session, writing=True)
    hold_consents(me, Action.PEOPLE_COMMENT, about.portfolio_id)
    there = there_is(welcome(me, about))[0]
    if there and about.goal_id:
        # Its owner may be taking the goal away at this moment.
        hold(db.session, about.portfolio_id)
        there = there_is(welcome(me, about))[0]
    return there


def _write(me: Viewer, subject: Subject, back: str, spoken: Spoken) -> Page:
    form = spoken.form
    if not (spoken.fits(subject.portfolio_id) and form.validate()):
        return _not_yet(spoken, back)
    if first_time(db.session, form.once.data or "", me.person_id):
        seat, keys = _seat(me, subject), keys_of(subject.portfolio_id)
        with spoken.kept(subject, keys, SOURCE) as sound_code:
            if spoken.down:
                return _not_yet(spoken, back)
            row = write_comment(
                db.session,
                keys,
                subject,
                grantee_of(me, seat),
                membership_id=seat.id,
                words=Words(form.text.data or "", SOURCE),
                sound_code=sound_code,
            )
            spoken.hang(row)
            comment_id = row.id
            tell_owner(db.session, subject.portfolio_id, Kind.COMMENT, comment_id)
            db.session.commit()
        record("comment_written", portfolio=subject.portfolio_id, comment=comment_id)
    flash(mark("Je reactie staat erbij."), "good")
    return redirect(f"{back}#reacties", 303)


def begin_in(me: Viewer) -> None:
    """Begin to write about what was said in one's own map; nobody takes it away meanwhile."""
    begin(db.session, writing=True)
    hold(db.session, str(me.portfolio_id))


def leefgebied_of(asked: Comment) -> str:
    """Give the leefgebied in which the thing stands now: it may have moved since."""
    if asked.entry_id is None:
        return asked.leefgebied
    return get_or_404(viewer(), Action.MAP_KEEP, Entry, asked.entry_id).leefgebied


def _not_yet(spoken: Spoken, back: str) -> tuple[str, int]:
    page = render_template("comment/write.html", form=spoken.form, back=back)
    return page, 503 if spoken.busy or spoken.down else 422


def _seat(me: Viewer, subject: Subject) -> Seat:
    """Choose the seat that may comment here: with one seat there is nothing to choose."""
    seats = [seat for seat in me.seats if seat.id in me.seat_ids("coach")]
    if len(seats) == 1:
        return seats[0]
    held = there_is(*(welcome(replace(me, seats=(seat,)), subject) for seat in seats))
    return next(seat for seat, holds in zip(seats, held, strict=True) if holds)


def _remove(row: Comment, back: str) -> Response:
    gone = remove_comment(db.session, row)
    portfolio_id, comment_id = row.portfolio_id, row.id
    db.session.commit()
    media_store().delete(gone)
    record("comment_removed", portfolio=portfolio_id, comment=comment_id)
    flash(mark("De reactie is weg."), "good")
    return redirect(back, 303)


def stands_at(said: Comment | CommentPage) -> str:
    """Give the address at which its owner reads a comment."""
    anchor = f"reactie-{said.id}"
    if said.entry_id:
        return url_for("entry.page", entry_id=said.entry_id, _anchor=anchor)
    if said.goal_id:
        return url_for("goal.page", goal_id=said.goal_id, _anchor=anchor)
    return url_for("portfolio.leefgebied", leefgebied=said.leefgebied, _anchor=anchor)


def seen_at(said: Comment | CommentPage, portfolio_id: str) -> str:
    """Give the address at which somebody else reads a comment."""
    if said.entry_id:
        return url_for("people.entry", portfolio_id=portfolio_id, entry_id=said.entry_id)
    if said.goal_id:
        return url_for("people.goal", portfolio_id=portfolio_id, goal_id=said.goal_id)
    return url_for("people.leefgebied", portfolio_id=portfolio_id, leefgebied=said.leefgebied)


def _gone() -> tuple[str, int]:
    """Answer 404 for what is unknown, foreign or withdrawn alike; the writer's words come back."""
    record("access_refused", person=viewer().person_id, endpoint=request.endpoint)
    return render_template("comment/gone.html", text=request.form.get("text", "")), 404
