"""Where I want to go: the dot on the horizon, what I tried, and what makes it hard.

Each question has a page of its own; an answer is kept in the language in which it was
written, beside those in other languages. What makes it hard is a part of its own, so that it
is shared apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.data.plan import (
    BARRIERS,
    DIRECTION,
    MOST_TRIED,
    PHASES,
    PROEFWEKEN,
    tried_key,
    tried_number,
)
from portfolio.extensions import db, media_store
from portfolio.forms import Form
from portfolio.forms.answer import AnswerForm, PictureForm
from portfolio.languages import SOURCE, mark, own_first, written
from portfolio.models import parts
from portfolio.models.answer import (
    Answer,
    AnswerPage,
    hold_answer,
    keep_answer,
    key_for,
    read_answers,
)
from portfolio.models.attachment import NOTHING_ATTACHED
from portfolio.models.base import begin
from portfolio.models.chain import hold
from portfolio.models.portfolio import Portfolio
from portfolio.models.words import Words
from portfolio.security import viewer
from portfolio.views.answered import Beside
from portfolio.views.own_words import said_first, wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    Page = str | tuple[str, int] | Response

bp = Blueprint("direction", __name__)


@dataclass(frozen=True)
class Asked:
    """A question of the plan: to which part it belongs, and what helps to answer it."""

    part: str
    key: str
    question: str
    hint: str
    examples: tuple[str, ...] = ()

    @property
    def tried(self) -> int:
        """Tell about which time in the tasting weeks this asks; 0 for another question."""
        return tried_number(self.key)

    @property
    def pictured(self) -> bool:
        """Tell whether photos can answer it too: where somebody wants to go can be shown."""
        return self.key == next(iter(DIRECTION))

    @property
    def form(self) -> AnswerForm:
        """Give the form that asks it."""
        return PictureForm() if self.pictured else AnswerForm()


QUESTIONS: dict[str, Asked] = {
    **{
        each.key: Asked(parts.DIRECTION, each.key, each.question, each.hint, each.examples)
        for each in DIRECTION.values()
    },
    **{
        tried_key(number, each.key): Asked(
            parts.DIRECTION, tried_key(number, each.key), each.question, each.hint
        )
        for number in range(1, MOST_TRIED + 1)
        for each in PROEFWEKEN.values()
    },
    **{
        each.key: Asked(
            parts.BARRIERS, each.key, each.label, mark("Wat is er lastig? Wat zou jou helpen?")
        )
        for each in BARRIERS.values()
    },
}


@bp.get("/plan/richting")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show the questions with what was answered, and what was tried."""
    return _all(parts.DIRECTION, "direction/overview.html")


@bp.get("/plan/moeilijk")
@requires(Action.MAP_KEEP)
def barriers() -> str:
    """Show what can make it hard, and what was said about it."""
    return _all(parts.BARRIERS, "direction/barriers.html")


@bp.get("/plan/vraag/<topic>")
@requires(Action.MAP_KEEP)
def ask(topic: str) -> str:
    """Ask one question, with what was said before."""
    asked = _asked(topic)
    form, said = asked.form, _said(asked.part).get(topic)
    text = said.text_for(*own_first()) if said else None
    form.show(text or Words("", ""), text.lang if text else written())
    if said and said_first(said.texts):
        form.show(Words("", wanted()), wanted())
    return _page(asked, form)


@bp.post("/plan/vraag/<topic>")
@requires(Action.MAP_KEEP)
def answer(topic: str) -> Page:
    """Keep what the owner says in one language; what stands in others stays."""
    asked = _asked(topic)
    form = asked.form
    # An example is taken over with one tap: it comes as its number.
    example = request.form.get("voorbeeld", "")
    if example:
        if example not in map(str, range(len(asked.examples))):
            raise BadRequest
        form.text.data, form.lang.data = asked.examples[int(example)], SOURCE
        form.was.data = ""
    beside = Beside(form)
    if beside.there:
        _keep_beside(asked, beside)
    if beside.status:
        return _page(asked, form), beside.status
    if not form.validate():
        return _page(asked, form), 422
    me = viewer()
    begin(db.session, writing=True)
    keys, mine = keys_of(me.portfolio_id), visible(me, Action.MAP_KEEP, Answer)
    # Two answers at once come one after the other.
    hold(db.session, str(me.portfolio_id))
    said = _said(asked.part).get(topic)
    stands = next((t for t in said.texts if t.lang == form.lang.data), None) if said else None
    if stands and form.overwrites(stands.text):
        db.session.rollback()
        return _page(asked, form, stands), 422
    others = [each for each in said.texts if each != stands] if said else []
    texts = (*others, Words(form.text.data or "", form.lang.data))
    keep_answer(
        db.session,
        mine,
        str(me.portfolio_id),
        keys,
        part=asked.part,
        question=topic,
        texts=texts,
    )
    db.session.commit()
    flash(mark("Bewaard."), "good")
    if beside.drops or "more" in request.form or wanted():
        return redirect(url_for("direction.ask", topic=topic), 303)
    return redirect(_overview_of(asked), 303)


def _keep_beside(asked: Asked, beside: Beside) -> None:
    """Keep the sound and the photos that came, whatever there is to say about the words."""
    me = viewer()
    mine, map_id = visible(me, Action.MAP_KEEP, Answer), str(me.portfolio_id)
    with beside.sealed(key_for(keys_of(map_id), asked.key), map_id):
        begin(db.session, writing=True)
        hold(db.session, map_id)
        row = hold_answer(db.session, mine, map_id, part=asked.part, question=asked.key)
        gone = beside.hang(row)
        if beside.changes:
            db.session.commit()
        else:
            db.session.rollback()
    media_store().delete(gone)


@bp.route("/plan/fase", methods=["GET", "POST"])
@requires(Action.MAP_KEEP)
def phase() -> Page:
    """Ask in which phase the owner is; nothing in the plan is lost by another one."""
    me, chosen = viewer(), request.form.get("fase")
    begin(db.session, writing=chosen is not None)
    row = get_or_404(me, Action.MAP_KEEP, Portfolio, str(me.portfolio_id))
    if request.method == "GET":
        return render_template("direction/phase.html", now=row.phase, phases=PHASES, form=Form())
    if chosen not in PHASES:
        raise BadRequest
    row.phase = str(chosen)
    db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(url_for("plan.overview"), 303)


def _all(part: str, template: str) -> str:
    said = _said(part)
    asked = [each for each in QUESTIONS.values() if each.part == part]
    icons = {each.key: each.icon for each in BARRIERS.values()}
    more = {"told": _told(said), "most": MOST_TRIED, "next": tried_key(_told(said) + 1, "did")}
    return render_template(template, asked=asked, said=said, order=own_first(), icons=icons, **more)


def _asked(topic: str) -> Asked:
    asked = QUESTIONS.get(topic)
    if asked is None:
        raise NotFound
    return asked


def _told(said: Mapping[str, AnswerPage]) -> int:
    """Tell how many times in the tasting weeks were told of."""
    return max((tried_number(key) for key, each in said.items() if each.there), default=0)


def _said(part: str) -> dict[str, AnswerPage]:
    me = viewer()
    chosen = visible(me, Action.MAP_KEEP, Answer).where(Answer.part == part)
    return read_answers(db.session, chosen, {str(me.portfolio_id): keys_of(me.portfolio_id)})


def _page(asked: Asked, form: AnswerForm, stands: Words | None = None) -> str:
    form.ask(asked.question)
    said = _said(asked.part).get(asked.key)
    attached = said.attached if said else NOTHING_ATTACHED
    form.offer(attached)
    return render_template(
        "direction/question.html",
        asked=asked,
        form=form,
        attached=attached,
        stands=stands,
        said=said,
        first=said_first(said.texts) if said else None,
        back_to=_overview_of(asked),
    )


def _overview_of(asked: Asked) -> str:
    return url_for("direction.overview" if asked.part == parts.DIRECTION else "direction.barriers")
