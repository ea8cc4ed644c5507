"""Answers: what an owner says to a fixed question of their plan, in one or more languages.

A question belongs to a part of the plan, which is shared by its own name. Beside its words an
answer may have a photo or a sound: attachments hang on it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Integer, Select, String, UniqueConstraint
from sqlalchemy.orm import Mapped

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models.attachment import (
    ATTACHMENT_FACTS,
    IN_ORDER,
    NOTHING_ATTACHED,
    Attached,
    Attachment,
    attached_in,
)
from portfolio.models.base import ID, Base, UtcDateTime, clock, identity, internal, sealed
from portfolio.models.words import Since, Words, note_language, since_of, words_for

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from portfolio.keyring import DataKey
    from portfolio.models.portfolio import PortfolioKeys

# Two questions are about what a sensitive leefgebied is about, and are sealed as it is.
SEALED_AS = {"health": "gezondheid", "family": "gezin"}


class Answer(Base):
    """What one owner says to one question; `about_id` is empty, or the talk that it prepares."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("portfolio_id", "part", "question", "about_id"),)
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"), index=True)
    part: Mapped[str] = internal(String(40), export=True)
    # A key of data/plan; `going:taal` is about one leefgebied, `after:studie` about what comes.
    question: Mapped[str] = internal(String(40), export=True)
    about_id: Mapped[str] = internal(ID, default="", index=True, export=True)
    # Language -> text, sealed as one whole.
    said: Mapped[bytes | None] = sealed()
    # Language -> when something was first said in it.
    since: Mapped[str | None] = internal(String(1000), export=True)
    version: Mapped[int] = internal(Integer)
    changed_at: Mapped[datetime] = internal(UtcDateTime, export=True)


@dataclass(frozen=True)
class AnswerPage:
    """An answer as a page shows it."""

    id: str
    part: str
    question: str
    about_id: str
    texts: tuple[Words, ...]
    version: int
    changed_at: datetime
    attached: Attached = NOTHING_ATTACHED
    since: Since = field(default_factory=dict)

    @property
    def there(self) -> bool:
        """Tell whether anything is said: in words, or by a sound or a photo alone."""
        return bool(self.texts or self.attached)

    def text_for(self, *languages: str) -> Words:
        """Give the text in the first of these languages that has one, or else any."""
        return words_for(self.texts, *languages)


def say_in(texts: tuple[Words, ...]) -> str:
    """Write texts of several languages as one, to be sealed."""
    return json.dumps({each.lang: each.text for each in texts if each.text}, ensure_ascii=False)


def said_in(kept: str) -> tuple[Words, ...]:
    """Read texts of several languages back, in the order in which they were written."""
    return tuple(Words(text, lang) for lang, text in json.loads(kept).items())


def key_for(keys: PortfolioKeys, question: str) -> DataKey:
    """Give the key that seals what is said to a question."""
    place = question.partition(":")[2]
    return keys.of(SEALED_AS.get(question, place))


@dataclass(frozen=True)
class SealedAnswer:
    """An answer of which it is known that it is there; its words are opened apart."""

    portfolio_id: str
    id: str
    question: str
    said: bytes | None

    def open(self, keys: PortfolioKeys) -> tuple[Words, ...]:
        """Open what was said, with the keys of its map."""
        if self.said is None:
            return ()
        key = key_for(keys, self.question)
        return said_in(open_text(key, "answer", self.id, "said", self.said))


def read_sealed(session: Session, chosen: Select[Answer]) -> list[SealedAnswer]:
    """List answers that the gate chose, of any number of maps, without opening a word."""
    columns = [getattr(Answer, name) for name in SealedAnswer.__dataclass_fields__]
    rows = session.execute(chosen.with_only_columns(*columns).order_by(Answer.id)).all()
    return [SealedAnswer(*row) for row in rows]


def read_answers(
    session: Session, chosen: Select[Answer], keys: Mapping[str, PortfolioKeys]
) -> dict[str, AnswerPage]:
    """Load the answers that the gate chose with what hangs on them, by their question."""
    rows = session.execute(_with_files(chosen)).all()
    found = {}
    for answer_id, each in groupby(rows, key=lambda row: row.of_answer):
        hanging = list(each)
        row = hanging[0]
        key = key_for(keys[row.portfolio_id], row.question)
        texts: tuple[Words, ...] = ()
        if row.said:
            texts = said_in(open_text(key, "answer", answer_id, "said", row.said))
        found[row.question] = AnswerPage(
            answer_id,
            row.part,
            row.question,
            row.about_id,
            texts,
            row.version,
            row.changed_at,
            attached_in(hanging, key),
            since_of(row.since, [each.lang for each in texts]),
        )
    return found


@lru_cache(maxsize=64)
def _with_files(chosen: Select[Answer]) -> Select[*tuple[Any, ...]]:
    columns = (
        Answer.id.label("of_answer"),
        Answer.part,
        Answer.question,
        Answer.about_id,
        Answer.version,
        Answer.changed_at,
        Answer.portfolio_id,
        Answer.said,
        Answer.since,
    )
    hanging = chosen.with_only_columns(*columns, *ATTACHMENT_FACTS)
    hanging = hanging.outerjoin(Attachment, Attachment.answer_id == Answer.id)
    return hanging.order_by(Answer.changed_at, Answer.id, *IN_ORDER)


def questions_of(session: Session, chosen: Select[Answer], ids: Collection[str]) -> dict[str, str]:
    """Tell to which question each of these answers belongs."""
    if not ids:
        return {}
    rows = session.execute(
        chosen.where(Answer.id.in_(ids)).with_only_columns(Answer.id, Answer.question)
    ).all()
    return {row.id: row.question for row in rows}


def hold_answer(  # noqa: PLR0913 -- whose, to which question, about what: none may be forgotten
    session: Session,
    chosen: Select[Answer],
    portfolio_id: str,
    *,
    part: str,
    question: str,
    about_id: str = "",
) -> Answer:
    """Hold the answer to a question, or begin one that says nothing yet.

    `chosen`: the owner's own answers, from the gate. The caller's transaction is for writing.
    """
    row = session.scalars(
        chosen.where(Answer.part == part, Answer.question == question, Answer.about_id == about_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        row = Answer(
            id=new_id(),
            portfolio_id=portfolio_id,
            part=part,
            question=question,
            about_id=about_id,
            version=0,
            changed_at=clock(session),
        )
        session.add(row)
        session.flush()
    return row


def keep_answer(  # noqa: PLR0913 -- whose, to which question, about what: none may be forgotten
    session: Session,
    chosen: Select[Answer],
    portfolio_id: str,
    keys: PortfolioKeys,
    *,
    part: str,
    question: str,
    about_id: str = "",
    texts: tuple[Words, ...],
) -> Answer:
    """Keep what the owner says to a question now, in place of what stood there.

    `chosen`: the owner's own answers, from the gate. The caller's transaction is for writing.
    """
    now = clock(session)
    row = hold_answer(
        session, chosen, portfolio_id, part=part, question=question, about_id=about_id
    )
    said = say_in(texts)
    filled = any(each.text for each in texts)
    key = key_for(keys, question)
    before = said_in(open_text(key, "answer", row.id, "said", row.said)) if row.said else ()
    for lang in {each.lang for each in texts if each.text} - {each.lang for each in before}:
        row.since = note_language(row.since, lang, now)
    row.said = seal_text(key, "answer", row.id, "said", said) if filled else None
    row.version += 1
    row.changed_at = now
    session.flush()
    return row
