"""Saying the same in one more language: what was said first stays as it was.

What lives here: the screens for a thing in the map and for an answer to a comment, and which
piece of a goal comes next. What does not: answers, goals and steps; their own screens ask them
once more when the address names another language (`?taal=nl`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, get_or_404, keys_of, own_name, requires, visible
from portfolio.events import record
from portfolio.extensions import db
from portfolio.forms.draft import SAME_LANGUAGE
from portfolio.forms.own_words import CommentAlsoForm, EntryAlsoForm
from portfolio.languages import also_in, mark, own_first
from portfolio.models.base import begin
from portfolio.models.comment import (
    Comment,
    Subject,
    again_in,
    read_comments,
    write_comment,
)
from portfolio.models.consent import Grantee
from portfolio.models.content import hold_entry, say_also
from portfolio.models.draft import first_time
from portfolio.models.entry import Entry, Text
from portfolio.models.goal import SAID
from portfolio.models.thread import says_again
from portfolio.models.words import WRITTEN, Words, words_for
from portfolio.security import viewer
from portfolio.views.comment import begin_in, leefgebied_of, stands_at
from portfolio.views.entry import read_own

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

    from portfolio.models.entry import EntryPage
    from portfolio.models.goal_page import GoalPage

    Page = str | tuple[str, int] | Response

bp = Blueprint("own_words", __name__)
SAID_ALSO = mark("Nu staat het er ook in deze taal.")


@bp.get("/map/stuk/<entry_id>/nog-een-taal")
@requires(Action.MAP_KEEP)
def ask(entry_id: str) -> str:
    """Ask to say a thing in one more language, with what was said first above it."""
    entry, form = read_own(entry_id), EntryAlsoForm()
    form.lang.data = wanted() or also_in(entry.whole_in) or form.lang.data
    return _asked(entry, form)


@bp.post("/map/stuk/<entry_id>/nog-een-taal")
@requires(Action.MAP_KEEP)
def keep(entry_id: str) -> Page:
    """Keep a thing in one more language."""
    form, me = EntryAlsoForm(), viewer()
    if not form.validate():
        return _asked(read_own(entry_id), form), 422
    begin(db.session, writing=True)
    row = get_or_404(me, Action.MAP_KEEP, Entry, entry_id)
    if not hold_entry(db.session, row):
        raise NotFound
    if first_time(db.session, form.once.data or "", me.person_id):
        title, story = (Words(form[name].data or "", form.lang.data) for name in form.FIELDS)
        try:
            say_also(db.session, keys_of(me.portfolio_id), row, Text(title, story))
        except ValueError:
            db.session.rollback()
            form.lang.errors = [SAME_LANGUAGE]
            return _asked(read_own(entry_id), form), 422
        db.session.commit()
        record("entry_changed", portfolio=me.portfolio_id, entry=entry_id)
    flash(SAID_ALSO, "good")
    return redirect(url_for("entry.page", entry_id=entry_id), 303)


def _asked(entry: EntryPage, form: EntryAlsoForm) -> str:
    # Asked is what was said in another language and not in this one; all of it if nothing was.
    there = {
        name: [each for each in (getattr(text, name) for text in entry.texts) if each]
        for name in form.FIELDS
    }
    open_still = [
        name
        for name, said in there.items()
        if said and form.lang.data not in [each.lang for each in said]
    ]
    shown = open_still or list(form.FIELDS)
    first = {name: words_for(tuple(there[name]), *own_first()) for name in shown}
    back = url_for("entry.page", entry_id=entry.id)
    return render_template("own_words/page.html", form=form, back_to=back, shown=shown, first=first)


@bp.get("/reactie/<comment_id>/nog-een-taal")
@requires(Action.MAP_KEEP)
def ask_answer(comment_id: str) -> str:
    """Ask to say an answer in one more language."""
    row, form = _own_answer(comment_id), CommentAlsoForm()
    form.lang.data = wanted() or form.lang.data
    return _asked_answer(row, form)


@bp.post("/reactie/<comment_id>/nog-een-taal")
@requires(Action.MAP_KEEP)
def answer(comment_id: str) -> Page:
    """Add an answer in one more language, chained after all that was said."""
    form, me = CommentAlsoForm(), viewer()
    if not form.validate():
        return _asked_answer(_own_answer(comment_id), form), 422
    begin_in(me)
    row = _own_answer(comment_id)
    back = stands_at(row)
    if first_time(db.session, form.once.data or "", me.person_id):
        if form.lang.data in again_in(db.session, row):
            db.session.rollback()
            form.lang.errors = [SAME_LANGUAGE]
            return _asked_answer(_own_answer(comment_id), form), 422
        again = write_comment(
            db.session,
            keys_of(me.portfolio_id),
            Subject(row.portfolio_id, leefgebied_of(row), row.entry_id, row.goal_id),
            Grantee(own_name(me), "", ""),
            membership_id=None,
            words=Words(form.text.data or "", form.lang.data),
            reply_to=row.id,
        )
        again_id = again.id
        db.session.commit()
        record("comment_written", portfolio=me.portfolio_id, comment=again_id)
    flash(SAID_ALSO, "good")
    return redirect(back, 303)


def _own_answer(comment_id: str) -> Comment:
    """Give what the owner said first; the same in another language is not said once more."""
    row = get_or_404(viewer(), Action.MAP_KEEP, Comment, comment_id)
    if row.removed_at or not says_again(row):
        raise NotFound
    if row.reply_to and says_again(get_or_404(viewer(), Action.MAP_KEEP, Comment, row.reply_to)):
        raise NotFound
    return row


def _asked_answer(row: Comment, form: CommentAlsoForm) -> str:
    me = viewer()
    chosen = visible(me, Action.MAP_KEEP, Comment).where(Comment.id == row.id)
    [page] = read_comments(db.session, chosen, {row.portfolio_id: keys_of(me.portfolio_id)})
    shown = {"back_to": stands_at(row), "shown": ["text"], "first": {"text": page.words}}
    return render_template("own_words/page.html", form=form, **shown)


def wanted() -> str:
    """Give the language in which something is to be said once more; empty for the first time."""
    lang = request.args.get("taal", "")
    return lang if lang in WRITTEN else ""


def said_first(texts: Iterable[Words]) -> Words | None:
    """Give what was said, when it is to be said once more in a language that is not there."""
    said = tuple(each for each in texts if each)
    if not (said and wanted()) or wanted() in [each.lang for each in said]:
        return None
    return words_for(said, *own_first())


def next_piece(goal: GoalPage, after: str = "") -> str:
    """Give the address at which the next piece of a goal is said once more, or its page."""
    lang = wanted() or also_in(goal.whole_in)
    said = [(name, goal.said.get(name, ())) for name in SAID]
    pieces = [*said, *((step.id, step.texts) for step in goal.steps)]
    names = [name for name, _ in pieces]
    for name, texts in pieces[names.index(after) + 1 if after in names else 0 :]:
        if not lang or not texts or lang in [each.lang for each in texts]:
            continue
        if name in SAID:
            return url_for("goal.screen", goal_id=goal.id, screen=name, taal=lang)
        return url_for("goal_step.wording", step_id=name, taal=lang)
    return url_for("goal.page", goal_id=goal.id)
