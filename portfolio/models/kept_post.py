"""What somebody sent after their sign-in had ended: kept sealed, for the same person only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, delete, select

from portfolio.keyring import DataKey, Keyring, new_id, open_text, seal_text
from portfolio.models.base import clock
from portfolio.models.draft import Draft
from portfolio.models.person import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

KIND = "kept"
# So many are kept per person; an old token cannot fill the database.
MOST = 3
LARGEST = 256 * 1024


@dataclass(frozen=True, repr=False)
class KeptPost:
    """A form as it was sent: where to, and what was typed."""

    id: str
    path: str
    fields: list[tuple[str, str]]


def keep_post(
    session: Session, ring: Keyring, person_id: str, path: str, fields: list[tuple[str, str]]
) -> bool:
    """Keep a form for its person. Begin for writing before. Gives False when it cannot be kept."""
    key_id = session.scalars(select(Person.key_id).where(Person.id == person_id)).one()
    key = ring.fetch([key_id]).get(key_id)
    body = json.dumps({"path": path, "fields": fields}, ensure_ascii=False)
    if key is None or len(body) > LARGEST:
        return False
    now = clock(session)
    row_id = new_id()
    session.add(
        Draft(
            id=row_id,
            person_id=person_id,
            kind=KIND,
            key_id=key_id,
            body=seal_text(key, "draft", row_id, "body", body),
            created_at=now,
            changed_at=now,
        )
    )
    session.flush()
    newest = select(Draft.id).where(Draft.person_id == person_id, Draft.kind == KIND)
    kept = session.scalars(newest.order_by(Draft.created_at.desc()).limit(MOST)).all()
    session.execute(
        delete(Draft).where(Draft.person_id == person_id, Draft.kind == KIND, Draft.id.not_in(kept))
    )
    return True


def open_kept(session: Session, chosen: Select[Draft], key: DataKey) -> list[KeptPost]:
    """Open what was kept and not yet sent or thrown away, the newest first."""
    rows = session.scalars(
        chosen.where(Draft.kind == KIND, Draft.done_at.is_(None)).order_by(Draft.created_at.desc())
    ).all()
    found = []
    for row in rows:
        body = json.loads(open_text(key, "draft", row.id, "body", row.body))
        found.append(KeptPost(row.id, body["path"], [(n, v) for n, v in body["fields"]]))
    return found


def kept_ids(session: Session, person_id: str) -> Sequence[str]:
    """List what is kept for a person."""
    return session.scalars(
        select(Draft.id).where(
            Draft.person_id == person_id, Draft.kind == KIND, Draft.done_at.is_(None)
        )
    ).all()
