"""What an entry says: keeping it, changing it, taking it away, bringing it under another key."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from portfolio.data import KINDS
from portfolio.keyring import new_id, seal_text
from portfolio.models.attachment import Attachment
from portfolio.models.base import clock
from portfolio.models.consent import ALLOW, Consent, withdraw
from portfolio.models.entry import MOST_TEXTS, Entry, EntryText, Text
from portfolio.models.filing import Files, has_paper, reseal
from portfolio.models.visit import VisitorLink, end_links

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from portfolio.keyring import DataKey
    from portfolio.models.portfolio import PortfolioKeys
    from portfolio.models.words import Since


@dataclass(frozen=True)
class Content:
    """What an owner says about one thing. The grade is not theirs to say: the kind gives it."""

    leefgebied: str
    kind: str
    texts: tuple[Text, ...] = ()
    started_on: date | None = None
    started_in: str = "day"
    ended_on: date | None = None
    ended_in: str = "day"
    minutes: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)


def keep_entry(
    session: Session,
    portfolio_id: str,
    keys: PortfolioKeys,
    content: Content,
    *,
    private: bool = False,
) -> Entry:
    """Keep a new entry, its words sealed with the key of its leefgebied."""
    now = clock(session)
    row = Entry(id=new_id(), portfolio_id=portfolio_id, private=private, created_at=now, version=1)
    row.grade = "zelf"
    _say(row, content)
    write_details(row, keys.of(content.leefgebied), content.details)
    row.changed_at = now
    session.add(row)
    session.flush()
    _write_texts(session, row.id, keys.of(content.leefgebied), content.texts, lambda _lang: now)
    return row


def hold_entry(session: Session, row: Entry) -> bool:
    """Hold an entry and read it anew, so that two changes come one after the other."""
    held = select(Entry).where(Entry.id == row.id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).first() is not None


def change_entry(
    session: Session, files: Files, keys: PortfolioKeys, row: Entry, content: Content
) -> list[str]:
    """Let an entry say something else; gives the files to remove after the commit.

    In another leefgebied its words and photos come under the key of that leefgebied.
    """
    _say(row, content)
    row.version += 1
    row.changed_at = clock(session)
    since = _since(session, row.id)
    session.execute(delete(EntryText).where(EntryText.entry_id == row.id))
    session.flush()
    key = keys.of(content.leefgebied)
    write_details(row, key, content.details)
    _write_texts(session, row.id, key, content.texts, lambda lang: since.get(lang, row.changed_at))
    return reseal(session, files, keys, key, Attachment.entry_id == row.id)


def _say(row: Entry, content: Content) -> None:
    for name in (
        "leefgebied",
        "kind",
        "started_on",
        "started_in",
        "ended_on",
        "ended_in",
        "minutes",
    ):
        setattr(row, name, getattr(content, name))


def write_details(row: Entry, key: DataKey, details: Mapping[str, str]) -> None:
    """Seal what its kind asks besides."""
    said = json.dumps(dict(details), ensure_ascii=False)
    row.details = seal_text(key, "entry", row.id, "details", said) if details else None


def settle_grade(session: Session, row: Entry) -> None:
    """Say how sure another can be: an official kind counts as a paper once the paper is there.

    Nobody picks it. What was confirmed was what it said before, so a change begins again, and
    what is more than this comes from another's act.
    """
    official = KINDS[row.kind].official and has_paper(session, row.id)
    row.grade = "papier" if official else "zelf"


def say_also(session: Session, keys: PortfolioKeys, row: Entry, text: Text) -> None:
    """Let an entry say something in one more language; what stands there stays as it is.

    Raises ValueError when it says that in this language already, or in too many languages.
    """
    chosen = select(EntryText).where(EntryText.entry_id == row.id).order_by(EntryText.number)
    standing = session.scalars(chosen.with_for_update()).all()
    here = next((each for each in standing if each.lang == text.lang), None)
    if here is None:
        if len(standing) >= MOST_TEXTS:
            message = "too many languages"
            raise ValueError(message)
        number = max((each.number for each in standing), default=-1) + 1
        here = EntryText(id=new_id(), entry_id=row.id, lang=text.lang, number=number)
        here.said_at = clock(session)
        session.add(here)
    elif (text.title and here.title) or (text.story and here.story):
        message = "this is said in this language"
        raise ValueError(message)
    _seal(here, keys.of(row.leefgebied), text)
    row.version += 1
    row.changed_at = clock(session)
    # What was confirmed, was said in other words.
    settle_grade(session, row)
    session.flush()


def _since(session: Session, entry_id: str) -> Since:
    which = select(EntryText.lang, EntryText.said_at).where(EntryText.entry_id == entry_id)
    return {row.lang: row.said_at for row in session.execute(which)}


def _write_texts(
    session: Session,
    entry_id: str,
    key: DataKey,
    texts: tuple[Text, ...],
    since: Callable[[str], datetime | None],
) -> None:
    for number, text in enumerate(texts):
        row = EntryText(id=new_id(), entry_id=entry_id, lang=text.lang, number=number)
        row.said_at = since(text.lang)
        _seal(row, key, text)
        session.add(row)
    session.flush()


def _seal(row: EntryText, key: DataKey, text: Text) -> None:
    for column, words in (("title", text.title), ("story", text.story)):
        if words:
            setattr(row, column, seal_text(key, "entry_text", row.id, column, words.text))


def end_own_consents(session: Session, entry_id: str) -> list[str]:
    """End every permission for this one entry; gives the members who lose it.

    A refusal stays: it outlasts every permission.
    """
    which = (Consent.entry_id == entry_id, Consent.verdict == ALLOW)
    standing = select(Consent.membership_id).where(*which, Consent.withdrawn_at.is_(None))
    members = list(session.scalars(standing).all())
    withdraw(session, *which)
    end_links(session, VisitorLink.scope == f"entry:{entry_id}")
    return members


def take_away(session: Session, row: Entry) -> None:
    """Take an entry out of sight; for 14 days there is a way back."""
    row.deleted_at = clock(session)
    row.version += 1


def put_back(row: Entry) -> None:
    """Put an entry back that was taken away."""
    row.deleted_at = None
    row.version += 1
