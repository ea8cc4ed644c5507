"""How what was said about one thing stands together: answers, and the same in other languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portfolio.models.comment import Comment, CommentPage


def says_again(asked: Comment | CommentPage) -> bool:
    """Tell whether what the owner writes in reply to this is the same in another language.

    Nobody answers themselves: in reply to the owner's own words, the owner says them again.
    """
    return asked.membership_id is None


def with_answers(read: list[CommentPage]) -> Iterator[CommentPage]:
    """Put each answer after what it answers."""
    found = with_languages(read)
    shown = {comment.id for comment in found}
    answers: dict[str | None, list[CommentPage]] = {}
    for comment in found:
        answers.setdefault(comment.reply_to if comment.reply_to in shown else None, []).append(
            comment
        )
    return _from(None, answers)


def _from(
    asked: str | None, answers: Mapping[str | None, list[CommentPage]]
) -> Iterator[CommentPage]:
    for comment in answers.get(asked, ()):
        yield comment
        yield from _from(comment.id, answers)


def with_languages(found: list[CommentPage]) -> list[CommentPage]:
    """Bring what was said again in another language under what was said first."""
    first = {each.id: each for each in found if says_again(each)}
    again: dict[str, list[CommentPage]] = {}
    for each in found:
        said = first.get(each.reply_to or "")
        # One that was taken away by itself leaves its mark.
        if said and says_again(each) and (said.removed or not each.removed):
            again.setdefault(said.id, []).append(each)
    also = {each.id for several in again.values() for each in several}
    return [
        replace(each, also=() if each.removed else tuple(again.get(each.id, ())))
        for each in found
        if each.id not in also
    ]
