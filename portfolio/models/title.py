"""The titles of things in a map, for a list of what is new."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from portfolio.keyring import open_text
from portfolio.models.entry import Entry, EntryText
from portfolio.models.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portfolio.models.portfolio import PortfolioKeys


@lru_cache(maxsize=64)
def _newest(chosen: Select[Entry], most: int) -> Select[Any]:
    first = chosen.order_by(Entry.created_at.desc(), Entry.id).limit(most)
    kept = first.with_only_columns(Entry.id, Entry.leefgebied, Entry.kind, Entry.created_at)
    entry = kept.subquery().c
    columns = (
        entry.id,
        entry.leefgebied,
        entry.kind,
        EntryText.id,
        EntryText.lang,
        EntryText.title,
    )
    named = select(*columns).outerjoin(EntryText, EntryText.entry_id == entry.id)
    return named.order_by(entry.created_at.desc(), entry.id, EntryText.number)


@dataclass(frozen=True)
class TitlePage:
    """An entry in a list of what is new: its title in the first language that has one."""

    id: str
    leefgebied: str
    kind: str
    title: Words


def read_titles(
    session: Session, chosen: Select[Entry], keys: PortfolioKeys, most: int
) -> list[TitlePage]:
    """Load the titles of one map's entries that the gate chose, newest first, in one query."""
    rows = session.execute(_newest(chosen, most)).all()
    found: dict[str, TitlePage] = {}
    for entry_id, leefgebied, kind, text_id, lang, title in rows:
        if entry_id in found and found[entry_id].title:
            continue
        key = keys.of(leefgebied)
        text = open_text(key, "entry_text", text_id, "title", title) if title else ""
        found[entry_id] = TitlePage(entry_id, leefgebied, kind, Words(text, lang or "nl"))
    return list(found.values())
