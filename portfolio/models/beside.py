"""What hangs beside the words of an answer: how much may, and what a new sound replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio.models.attachment import PHOTO, SOUND, Attachment
from portfolio.models.base import clock
from portfolio.models.filing import MOST, hang, remove_attachments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portfolio.models.answer import Answer

MOST_BESIDE = {PHOTO: 3, SOUND: MOST[SOUND]}


def replaced_by(
    session: Session, answer: Answer, row: Attachment, heard: Sequence[str]
) -> list[str]:
    """List the sounds that a new one takes the place of: in its language, and heard before.

    One that was not heard was made elsewhere meanwhile, and stays beside the new one.
    """
    if row.kind != SOUND:
        return []
    which = (Attachment.answer_id == answer.id, Attachment.kind == SOUND)
    same = (Attachment.lang == row.lang, Attachment.id.in_(heard))
    return list(session.scalars(select(Attachment.id).where(*which, *same)).all())


def has_room(session: Session, answer: Answer, kind: str, replaced: Sequence[str]) -> bool:
    """Tell whether one more of a kind may stand beside an answer."""
    which = (Attachment.answer_id == answer.id, Attachment.kind == kind)
    there = session.scalars(select(func.count(Attachment.id)).where(*which)).one()
    return there - len(replaced) < MOST_BESIDE[kind]


def put_beside(
    session: Session, answer: Answer, row: Attachment, replaced: Sequence[str]
) -> list[str]:
    """Hang a sealed attachment on an answer; gives the files to remove after the commit."""
    gone = take_from(session, answer, replaced)
    hang(session, row, answer_id=answer.id)
    return gone


def take_from(session: Session, answer: Answer, which: Sequence[str]) -> list[str]:
    """Take attachments away from an answer; gives the files to remove after the commit."""
    answer.changed_at = clock(session)
    here = (Attachment.answer_id == answer.id, Attachment.id.in_(which))
    return remove_attachments(session, *here) if which else []
