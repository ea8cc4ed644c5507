"""The desk at which an owner prepares a talk: which questions, and what was answered so far.

`going` asks about which leefgebieden one wants to talk, and `after` what one will do after the
inburgering: for each that is chosen there is an answer, which may be empty still. Taking the
tick away takes what was said about it along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound

from portfolio.access import Action, keys_of, visible
from portfolio.data import LEEFGEBIEDEN
from portfolio.data.plan import AFTER, TALK_KINDS
from portfolio.extensions import db
from portfolio.models.answer import Answer, hold_answer, keep_answer, read_answers
from portfolio.models.attachment import Attachment
from portfolio.models.filing import remove_attachments
from portfolio.models.parts import PREPARATION
from portfolio.models.talk import CLOSED, Talk
from portfolio.models.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select

    from portfolio.forms.talk import ChoosingForm
    from portfolio.models.answer import AnswerPage
    from portfolio.models.portfolio import PortfolioKeys
    from portfolio.talked import Chair

GOING, AFTER_IT = "going", "after"
# Questions to which one answers by choosing; of what was chosen one can tell more.
CHOOSING: Mapping[str, tuple[str, ...]] = {GOING: tuple(LEEFGEBIEDEN), AFTER_IT: tuple(AFTER)}


@dataclass(frozen=True)
class Desk:
    """What there is to ask before one talk, in order, and what was answered."""

    talk_id: str
    questions: tuple[str, ...]
    answers: Mapping[str, AnswerPage]

    def chosen_of(self, question: str) -> tuple[str, ...]:
        """List what the owner chose at a question, such as leefgebieden to talk about."""
        return tuple(each for each in CHOOSING[question] if f"{question}:{each}" in self.answers)

    def texts_of(self, question: str) -> tuple[Words, ...]:
        """Give what was said to a question, in each language."""
        return self.answers[question].texts if question in self.answers else ()

    def version_of(self, question: str) -> int:
        """Give how often a question was answered."""
        return self.answers[question].version if question in self.answers else 0


def may_prepare(talk: Talk) -> bool:
    """Tell whether a talk can still be prepared."""
    return talk.state not in CLOSED


def desk_of(chair: Chair, talk_id: str, keys: PortfolioKeys | None = None) -> Desk:
    """Load the questions of a talk with their answers. Raises NotFound for another's talk."""
    chosen = visible(chair.me, Action.MAP_KEEP, Talk).where(Talk.id == talk_id)
    talk = db.session.scalars(chosen).first()
    if talk is None:
        raise NotFound
    opened = keys or keys_of(chair.portfolio_id)
    answers = read_answers(db.session, _prepared(chair, talk_id), {chair.portfolio_id: opened})
    questions: list[str] = []
    for question in TALK_KINDS[talk.kind].questions:
        more = (f"{question}:{each}" for each in CHOOSING.get(question, ()))
        questions += [question, *(each for each in more if each in answers)]
    return Desk(talk_id, tuple(questions), answers)


def keep(chair: Chair, desk: Desk, keys: PortfolioKeys, question: str, words: Words) -> None:
    """Keep what the owner says to one question in one language; what stands in others stays."""
    others = tuple(each for each in desk.texts_of(question) if each.lang != words.lang)
    keep_answer(
        db.session,
        visible(chair.me, Action.MAP_KEEP, Answer),
        chair.portfolio_id,
        keys,
        part=PREPARATION,
        question=question,
        about_id=desk.talk_id,
        texts=(*others, words),
    )


def hold(chair: Chair, desk: Desk, question: str) -> Answer:
    """Hold the answer to one question, to hang something on it."""
    return hold_answer(
        db.session,
        visible(chair.me, Action.MAP_KEEP, Answer),
        chair.portfolio_id,
        part=PREPARATION,
        question=question,
        about_id=desk.talk_id,
    )


def choose(
    chair: Chair, desk: Desk, keys: PortfolioKeys, question: str, form: ChoosingForm
) -> list[str]:
    """Keep what was chosen at a question; gives the files to remove after the commit.

    What was not seen on the page was chosen elsewhere, and stays.
    """
    chosen = [each for each in CHOOSING[question] if each in form.chosen]
    before = desk.chosen_of(question)
    for key in chosen:
        if key not in before:
            keep(chair, desk, keys, f"{question}:{key}", Words("", "nl"))
    left = [f"{question}:{key}" for key in before if key in form.seen and key not in chosen]
    if not left:
        return []
    rows = db.session.scalars(
        _prepared(chair, desk.talk_id).where(Answer.question.in_(left)).with_for_update()
    ).all()
    gone = remove_attachments(db.session, Attachment.answer_id.in_([row.id for row in rows]))
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    return gone


def _prepared(chair: Chair, talk_id: str) -> Select[Answer]:
    chosen = visible(chair.me, Action.MAP_KEEP, Answer)
    return chosen.where(Answer.part == PREPARATION, Answer.about_id == talk_id)
