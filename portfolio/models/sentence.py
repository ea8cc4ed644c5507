"""Sentences that somebody called wrong: which, why, on which day, how often. Never by whom.

What lives here: the counts. What does not: the sentences themselves (portfolio/sentences.py). A row
says nothing about a person: no account, no session and no words that somebody typed.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Integer, String, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped

from portfolio.models.base import Base, UtcDateTime, clock, public

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# A year: long enough for somebody to come by who knows the language.
KEPT = timedelta(days=365)


class SentenceReport(Base):
    """How often a sentence of a catalogue was called wrong, for one reason, on one day."""

    __tablename__ = "sentence_report"
    # Of the sentence and its translation as they were: another one has another name.
    sentence: Mapped[str] = public(String(16), primary_key=True)
    reason: Mapped[str] = public(String(8), primary_key=True)
    # The day as its first moment: the hour could say who it was.
    day: Mapped[datetime] = public(UtcDateTime, primary_key=True)
    language: Mapped[str] = public(String(8))
    count: Mapped[int] = public(Integer)


def note_wrong(session: Session, sentence: str, language: str, reason: str) -> None:
    """Count a sentence as wrong, today. Begin for writing."""
    today = datetime.combine(clock(session).date(), time(), UTC)
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = make(SentenceReport).values(
        sentence=sentence, reason=reason, day=today, language=language, count=1
    )
    keys = [SentenceReport.sentence, SentenceReport.reason, SentenceReport.day]
    more = {"count": SentenceReport.count + 1}
    session.execute(made.on_conflict_do_update(index_elements=keys, set_=more))


def called_wrong(session: Session) -> dict[str, dict[str, int]]:
    """Count what was said: sentence -> reason -> how often."""
    rows = session.execute(
        select(SentenceReport.sentence, SentenceReport.reason, func.sum(SentenceReport.count))
        .group_by(SentenceReport.sentence, SentenceReport.reason)
        .order_by(SentenceReport.sentence, SentenceReport.reason)
    ).all()
    found: dict[str, dict[str, int]] = {}
    for sentence, reason, count in rows:
        found.setdefault(sentence, {})[reason] = int(count)
    return found
