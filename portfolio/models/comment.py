"""Comments on an entry, a goal or a leefgebied: append-only. A removed one leaves a mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    and_,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session

from portfolio.keyring import new_id, open_text, seal_text
from portfolio.models import chain
from portfolio.models.attachment import Attachment, Sound, sounds_of
from portfolio.models.base import (
    ID,
    Base,
    UtcDateTime,
    clock,
    identity,
    internal,
    rows_changed,
    sealed,
)
from portfolio.models.consent import Grantee
from portfolio.models.filing import remove_attachments
from portfolio.models.portfolio import open_keys
from portfolio.models.thread import says_again, with_answers, with_languages
from portfolio.models.words import Since, Words, words_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portfolio.keyring import Keyring
    from portfolio.models.portfolio import PortfolioKeys


class Comment(Base):
    """Words of a coach or of the owner, about one entry, one goal or one leefgebied."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("entry_id IS NOT NULL OR leefgebied IS NOT NULL", name="about"),
        Index("ix_comment_place", "portfolio_id", "leefgebied"),
    )
    id: Mapped[str] = identity()
    portfolio_id: Mapped[str] = internal(ID, ForeignKey("portfolio.id"))
    # Always the leefgebied it stands in; the entry or goal as well when it is about one.
    leefgebied: Mapped[str] = internal(String(20), export=True)
    entry_id: Mapped[str | None] = internal(ID, ForeignKey("entry.id"), index=True, export=True)
    goal_id: Mapped[str | None] = internal(ID, ForeignKey("goal.id"), index=True, export=True)
    reply_to: Mapped[str | None] = internal(ID, ForeignKey("comment.id"), export=True)
    # Empty when the owner wrote it.
    membership_id: Mapped[str | None] = internal(ID, ForeignKey("membership.id"), export=True)
    author: Mapped[bytes] = sealed()
    lang: Mapped[str] = internal(String(8), export=True)
    body: Mapped[bytes] = sealed()
    # SHA-256 of the sealed sound that was spoken instead of the words, or beside them.
    sound_code: Mapped[str | None] = internal(String(64))
    created_at: Mapped[datetime] = internal(UtcDateTime, export=True)
    hidden_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    removed_at: Mapped[datetime | None] = internal(UtcDateTime, export=True)
    number: Mapped[int] = internal(Integer)
    code: Mapped[str] = internal(String(64))


@dataclass(frozen=True)
class CommentPage:
    """A comment as a page shows it."""

    id: str
    entry_id: str | None
    leefgebied: str
    reply_to: str | None
    membership_id: str | None
    author: Grantee
    words: Words
    created_at: datetime
    hidden: bool
    removed: bool
    sound: Sound | None = None
    goal_id: str | None = None
    # The same once more by its author, in other languages.
    also: tuple[CommentPage, ...] = ()

    @property
    def texts(self) -> tuple[Words, ...]:
        """Give what it says in each of its languages."""
        return tuple(each.words for each in (self, *self.also) if each.words)

    @property
    def since(self) -> Since:
        """Tell since when it is said in each of its languages."""
        return {each.words.lang: each.created_at for each in (self, *self.also) if each.words}

    def text_for(self, *languages: str) -> Words:
        """Give its words in the first of these languages that has some, or else any."""
        return words_for(self.texts, *languages)


@dataclass(frozen=True)
class Subject:
    """What a comment is about."""

    portfolio_id: str
    leefgebied: str
    entry_id: str | None = None
    goal_id: str | None = None


def write_comment(  # noqa: PLR0913 -- who, where, what and in reply to which: all of it is chained
    session: Session,
    keys: PortfolioKeys,
    subject: Subject,
    author: Grantee,
    *,
    membership_id: str | None,
    words: Words,
    reply_to: str | None = None,
    sound_code: str | None = None,
) -> Comment:
    """Add a comment and chain it, in the caller's transaction.

    `sound_code`: the hash of the sealed sound that the caller hangs on it.
    """
    key, now = keys.of(subject.leefgebied), clock(session)
    row = Comment(
        id=new_id(),
        portfolio_id=subject.portfolio_id,
        leefgebied=subject.leefgebied,
        entry_id=subject.entry_id,
        goal_id=subject.goal_id,
        reply_to=reply_to,
        membership_id=membership_id,
        lang=words.lang,
        sound_code=sound_code,
        created_at=now,
    )
    row.author = author.sealed_for(key, "comment", row.id, "author")
    row.body = seal_text(key, "comment", row.id, "body", words.text)
    link = chain.append(session, "comment_head", subject.portfolio_id, keys, chained_parts(row))
    row.number, row.code = link.number, link.code
    session.add(row)
    session.flush()
    return row


def chained_parts(row: Comment) -> list[bytes]:
    """List what the chain vouches for: all but the marks that may come later."""
    facts = (row.id, row.leefgebied, row.entry_id, row.reply_to, row.membership_id, row.lang)
    moment = row.created_at.isoformat(timespec="microseconds")
    spoken = [row.sound_code.encode()] if row.sound_code else []
    # Named, so that no goal can be taken for a sound.
    about = [b"goal:" + row.goal_id.encode()] if row.goal_id else []
    written = [*(str(fact).encode() for fact in (*facts, moment)), row.author, row.body]
    return [*written, *spoken, *about]


def read_comments(
    session: Session, chosen: Select[Comment], keys: Mapping[str, PortfolioKeys]
) -> list[CommentPage]:
    """Load comments in the order they were written. A removed one comes without its words."""
    rows = session.scalars(chosen.order_by(Comment.number)).all()
    sounds = sounds_of(session, [row.id for row in rows if row.sound_code and not row.removed_at])
    return [
        _page(row, keys[row.portfolio_id], sounds.get(row.id))
        for row in rows
        if row.portfolio_id in keys
    ]


def read_places(
    session: Session,
    chosen: Select[Comment],
    keys: Mapping[str, PortfolioKeys],
    *,
    leefgebied: str | None = None,
    entry_ids: Iterable[str] = (),
) -> dict[str | None, list[CommentPage]]:
    """Load the talk of some places of one map: under None that of the leefgebied itself.

    An answer stands after what it answers.
    """
    on_entry = Comment.entry_id.in_(list(entry_ids))
    nothing = and_(Comment.entry_id.is_(None), Comment.goal_id.is_(None))
    on_leefgebied = and_(nothing, Comment.leefgebied == leefgebied)
    found = read_comments(session, chosen.where(or_(on_entry, on_leefgebied)), keys)
    places: dict[str | None, list[CommentPage]] = {}
    for comment in with_answers(found):
        places.setdefault(comment.entry_id, []).append(comment)
    return places


def read_goal_talk(
    session: Session, chosen: Select[Comment], keys: Mapping[str, PortfolioKeys], goal_id: str
) -> list[CommentPage]:
    """Load the talk about one goal. An answer stands after what it answers."""
    found = read_comments(session, chosen.where(Comment.goal_id == goal_id), keys)
    return list(with_answers(found))


def count_on_goals(session: Session, chosen: Select[Comment]) -> dict[str, int]:
    """Count what others said about each goal."""
    counted = chosen.where(
        Comment.goal_id.is_not(None),
        Comment.membership_id.is_not(None),
        Comment.removed_at.is_(None),
    ).with_only_columns(Comment.goal_id, func.count())
    rows = session.execute(counted.group_by(Comment.goal_id)).all()
    return {str(row[0]): row[1] for row in rows}


def read_latest(
    session: Session, chosen: Select[Comment], keys: Mapping[str, PortfolioKeys], most: int
) -> list[CommentPage]:
    """Load what was said last, in the order it was written; its sound is heard where it stands."""
    rows = session.scalars(_latest(chosen, most)).all()
    return with_languages([_page(row, keys[row.portfolio_id], None) for row in rows])


@lru_cache(maxsize=64)
def _latest(chosen: Select[Comment], most: int) -> Select[Comment]:
    last = chosen.where(Comment.removed_at.is_(None)).order_by(Comment.number.desc()).limit(most)
    # What stands in this list was chosen by the gate; it is not asked once more.
    ids = last.with_only_columns(Comment.id)
    return select(Comment).where(Comment.id.in_(ids)).order_by(Comment.number)


def again_in(session: Session, row: Comment) -> list[str]:
    """List the languages in which a comment is said; the caller holds its map."""
    again = and_(Comment.reply_to == row.id, Comment.removed_at.is_(None))
    chosen = select(Comment.lang).where(or_(Comment.id == row.id, again))
    return list(session.scalars(chosen))


def hide_comment(session: Session, row: Comment, *, hide: bool) -> None:
    """Hide a comment from others who look, or show it again. Owner and author still see it."""
    if hide != (row.hidden_at is not None):
        row.hidden_at = clock(session) if hide else None


def remove_comment(session: Session, row: Comment) -> list[str]:
    """Take a comment's words away from every page; gives the files to remove after the commit.

    The mark stays, and so does its link: the chain knows the hash of the sound.
    """
    row.removed_at = row.removed_at or clock(session)
    if says_again(row):
        # The same in another language goes along: it repeats what was taken away.
        again = select(Comment).where(Comment.reply_to == row.id, Comment.removed_at.is_(None))
        for each in session.scalars(again):
            each.removed_at = row.removed_at
    return remove_attachments(session, Attachment.comment_id == row.id)


def forget_comments(session: Session, keyring: Keyring, *which: ColumnElement[bool]) -> None:
    """Delete comments for good; a signed mark stays in their chain for each."""
    places = (Comment.portfolio_id, Comment.number, Comment.code)
    rows = session.execute(select(*places).where(*which)).all()
    opened = open_keys(session, keyring, {row.portfolio_id for row in rows})
    for portfolio_id, number, code in rows:
        # Without its keys a map is erased, and its whole chain goes.
        if portfolio_id in opened:
            link = chain.Link(number, code)
            chain.mark_removed(session, "comment_head", portfolio_id, opened[portfolio_id], link)
    rows_changed(session, delete(Comment).where(*which))


def _page(row: Comment, keys: PortfolioKeys, sound: Sound | None) -> CommentPage:
    key = keys.of(row.leefgebied)
    body = "" if row.removed_at else open_text(key, "comment", row.id, "body", row.body)
    return CommentPage(
        row.id,
        row.entry_id,
        row.leefgebied,
        row.reply_to,
        row.membership_id,
        Grantee.opened(key, "comment", row.id, "author", row.author),
        Words(body, row.lang),
        row.created_at,
        row.hidden_at is not None,
        row.removed_at is not None,
        sound,
        row.goal_id,
    )
