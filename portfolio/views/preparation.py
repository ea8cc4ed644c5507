"""Preparing a talk: one question per screen, in any language, nothing that has to be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import preparation, talked
from portfolio.access import Action, keys_of, requires
from portfolio.data import LEEFGEBIEDEN
from portfolio.data.plan import AFTER
from portfolio.events import record
from portfolio.extensions import db, media_store
from portfolio.forms.answer import PrepareForm
from portfolio.forms.draft import SAME_LANGUAGE
from portfolio.forms.talk import AfterForm, ChoosingForm, TopicsForm
from portfolio.languages import mark, own_first, written
from portfolio.models.answer import key_for
from portfolio.models.attachment import NOTHING_ATTACHED
from portfolio.models.draft import first_time
from portfolio.models.words import Words
from portfolio.views.answered import Beside
from portfolio.views.own_words import said_first, wanted
from portfolio.views.talk import here
from portfolio.views.talking import CHANGED, CLOSED_NOW, Page, Side, refused, show

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("preparation", __name__)
CHOICES: dict[str, type[ChoosingForm]] = {
    preparation.GOING: TopicsForm,
    preparation.AFTER_IT: AfterForm,
}
PLACES = {key: key for key in LEEFGEBIEDEN}
ICONS = {
    preparation.GOING: PLACES,
    preparation.AFTER_IT: {each.key: each.icon for each in AFTER.values()},
}
HUES = {preparation.GOING: PLACES}


@bp.get("/gesprekken/<talk_id>/voorbereiden")
@requires(Action.MAP_KEEP)
def start(talk_id: str) -> Response:
    """Begin with the first question of this kind of talk."""
    desk = preparation.desk_of(here(talk_id).chair, talk_id)
    return redirect(_at(talk_id, desk.questions[0]), 303)


@bp.get("/gesprekken/<talk_id>/voorbereiden/<question>")
@requires(Action.MAP_KEEP)
def ask(talk_id: str, question: str) -> Page:
    """Ask one question."""
    side = here(talk_id)
    desk = preparation.desk_of(side.chair, talk_id)
    if question not in desk.questions:
        raise NotFound
    if question in CHOICES:
        form = CHOICES[question]()
        form.show(desk.chosen_of(question))
        return _chosen(side, desk, question, form)
    said = PrepareForm()
    kept = desk.answers.get(question)
    said.show(kept.text_for(*own_first()) if kept and kept.texts else Words("", written()))
    if kept and said_first(kept.texts):
        said.show(Words("", wanted()))
    said.version.data = str(kept.version if kept else 0)
    return _question(side, desk, question, said)


@bp.post("/gesprekken/<talk_id>/voorbereiden/<question>")
@requires(Action.MAP_KEEP)
def answer(talk_id: str, question: str) -> Page | Response:
    """Keep one answer and go on."""
    side = here(talk_id)
    form: ChoosingForm | PrepareForm = CHOICES.get(question, PrepareForm)()
    beside = Beside(form) if isinstance(form, PrepareForm) else None
    if beside and beside.there:
        _keep_beside(side, question, beside)
    held = talked.hold(side.chair, talk_id)
    if not preparation.may_prepare(held.row):
        return refused(side, CLOSED_NOW, request.form.get("text"))
    desk = preparation.desk_of(side.chair, talk_id, held.keys)
    if question not in desk.questions:
        raise NotFound
    if beside and beside.status:
        return _again(side, desk, question, form, beside.status)
    if not form.validate():
        return _again(side, desk, question, form)
    if isinstance(form, PrepareForm) and _unseen(desk, question, form):
        return _again(side, desk, question, form)
    gone: list[str] = []
    if first_time(db.session, form.once.data or "", side.me.person_id):
        if isinstance(form, ChoosingForm):
            gone = preparation.choose(side.chair, desk, held.keys, question, form)
        else:
            preparation.keep(side.chair, desk, held.keys, question, form.words)
        db.session.commit()
        media_store().delete(gone)
        record("talk_prepared", portfolio=side.portfolio_id, talk=talk_id)
    if wanted() or (beside and beside.drops):
        return redirect(_at(talk_id, question), 303)
    return _onward(side, question)


def _unseen(desk: preparation.Desk, question: str, form: PrepareForm) -> bool:
    """Tell whether this would take the place of what its writer did not see."""
    if form.version.data != str(desk.version_of(question)):
        form.text.errors = [CHANGED]
    elif form.replaces(desk.texts_of(question)):
        form.lang.errors = [SAME_LANGUAGE]
    return bool(form.errors)


def _keep_beside(side: Side, question: str, beside: Beside) -> None:
    """Keep the sound that came, whatever there is to say about the words."""
    gone: list[str] = []
    # Nothing is decoded for who may not prepare this talk.
    if question not in preparation.desk_of(side.chair, side.talk_id).questions:
        raise NotFound
    with beside.sealed(key_for(keys_of(side.portfolio_id), question), side.portfolio_id):
        held = talked.hold(side.chair, side.talk_id)
        desk = preparation.desk_of(side.chair, side.talk_id, held.keys)
        if preparation.may_prepare(held.row) and question in desk.questions:
            gone = beside.hang(preparation.hold(side.chair, desk, question))
        if beside.changes:
            db.session.commit()
        else:
            db.session.rollback()
    media_store().delete(gone)


def _onward(side: Side, question: str) -> Response:
    questions = preparation.desk_of(side.chair, side.talk_id).questions
    after = questions[questions.index(question) + 1 :]
    if after:
        return redirect(_at(side.talk_id, after[0]), 303)
    flash(mark("Je bent klaar voor het gesprek."), "good")
    return redirect(side.url("page"), 303)


def _at(talk_id: str, question: str) -> str:
    return url_for("preparation.ask", talk_id=talk_id, question=question)


def _again(
    side: Side,
    desk: preparation.Desk,
    question: str,
    form: PrepareForm | ChoosingForm,
    status: int = 422,
) -> tuple[str, int]:
    if isinstance(form, ChoosingForm):
        return _chosen(side, desk, question, form), status
    return _question(side, desk, question, form), status


def _chosen(side: Side, desk: preparation.Desk, question: str, form: ChoosingForm) -> str:
    more = {
        "desk": desk,
        "form": form,
        "number": desk.questions.index(question),
        "kept": desk.chosen_of(question),
        "icons": ICONS[question],
        "hues": HUES.get(question, {}),
    }
    return show("preparation/choosing.html", side, **more)


def _question(side: Side, desk: preparation.Desk, question: str, form: PrepareForm) -> str:
    kept = desk.answers.get(question)
    attached = kept.attached if kept else NOTHING_ATTACHED
    form.offer(attached)
    theirs = None
    if kept and form.text.errors == [CHANGED]:
        theirs = kept.text_for(str(form.lang.data))
    if theirs is not None or form.text.errors == [CHANGED]:
        form.version.data = str(desk.version_of(question))
    number = desk.questions.index(question)
    key, _, place = question.partition(":")
    more = {
        "key": key,
        "about": place,
        "number": number,
        "theirs": theirs,
        "said": kept,
        "first": said_first(kept.texts) if kept else None,
        "attached": attached,
    }
    return show("preparation/question.html", side, desk=desk, form=form, **more)
