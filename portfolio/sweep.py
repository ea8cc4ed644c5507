"""The sweep: what is past its time goes, and what a crash left behind goes too.

What lives here: how long things are kept, and removing them; docs/retention.md is the table.
What does not: erasing somebody (erasure.py): the sweep only finds whose time it is. It may be
broken off anywhere and run again, also by two processes at once.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from time import time
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import aliased

from portfolio.erasure import empty_logs, erase, take_up
from portfolio.events import record
from portfolio.extensions import db, keyring, media_store, settings
from portfolio.left_behind import GRACE, destroy_keys, remove_files
from portfolio.media.store import StoreDownError
from portfolio.models.access_log import forget_readings, old_maps
from portfolio.models.attachment import Attachment
from portfolio.models.base import Base, before_now, begin, database_now, rows_changed
from portfolio.models.challenge import Challenge
from portfolio.models.comment import Comment, forget_comments
from portfolio.models.consent import Consent
from portfolio.models.desk import DeskChoice, DeskRecovery, old_choice, old_recovery
from portfolio.models.draft import Draft, FormReceipt
from portfolio.models.entry import WAY_BACK, Entry, EntryText
from portfolio.models.filing import file_names
from portfolio.models.goal import StepEvidence
from portfolio.models.going import note_rest, past_their_days, past_their_rest, people
from portfolio.models.invitation import Invitation
from portfolio.models.kept_consent import forget_consents
from portfolio.models.mail import KEPT as MAIL_KEPT
from portfolio.models.mail import Mail
from portfolio.models.notice import KEPT as NOTICE_KEPT
from portfolio.models.notice import Kind, Notice, tell
from portfolio.models.portfolio import open_keys
from portfolio.models.route import Counted
from portfolio.models.sentence import KEPT as SENTENCES_KEPT
from portfolio.models.sentence import SentenceReport
from portfolio.models.sign_in import Attempts, KnownBrowser, SignIn
from portfolio.models.takeaway import KEPT, Takeaway, drop
from portfolio.models.upload import Upload, piece_files
from portfolio.models.visit import Visit, VisitorCode
from portfolio.models.work_flow import WorkFlow
from portfolio.postman import FOLDER
from portfolio.reminding import remind

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

FINISHED_DRAFT = WRITTEN_MAIL = RECEIPT = STOPPED_UPLOAD = timedelta(days=1)
LOGGER = logging.getLogger("portfolio")
UNTOUCHED_DRAFT = ENDED_SIGN_IN = OLD_INVITATION = timedelta(days=30)
ENDED_VISIT = timedelta(days=1)
# One transaction holds up others only so long.
BATCH = 200


def sweep(app: Flask, *, grace: timedelta = GRACE) -> dict[str, int]:
    """Remove what is past its time; gives how much of each.

    `grace`: how old something without a row must be. Zero only when nobody is writing.
    """
    with app.app_context():
        session: Session = db.session
        swept = {name: step(session) for name, step in STEPS.items()}
        swept["letters"] = _sweep_letters()
        swept["reminders"] = remind(session)
        swept["rest"] = _note_rest(session)
        swept["erased"] = _finish_erasures(session)
        swept["files"] = remove_files(session, grace)
        swept["keys"] = destroy_keys(session, grace)
        if any(swept.values()):
            empty_logs()
    return swept


def _note_rest(session: Session) -> int:
    """Tell whoever did not come for very long that their map goes after a while."""
    begin(session, writing=True)
    told = note_rest(session)
    for person_id, kind in told:
        tell(session, person_id, Kind.REST)
        record("rest_noted", person=person_id, kind=kind)
    session.commit()
    return len(told)


def _finish_erasures(session: Session) -> int:
    """Erase whoever asked to go two weeks ago, or rests too long; and what was broken off."""
    count = 0
    try:
        count += take_up()
        for which in (past_their_days(), past_their_rest()):
            begin(session, writing=False)
            for person_id in people(session, which):
                count += erase(person_id, still=which)
    except StoreDownError as error:
        LOGGER.warning("an erasure waits for its files: %s", error)
    return count


def _sweep_entries(session: Session) -> int:
    """Remove entries whose way back has ended, with all that hangs on them."""
    begin(session, writing=True)
    old = _held(session, Entry, Entry.deleted_at <= before_now(WAY_BACK))
    while _remove_drafts(session, Draft.entry_id.in_(old)):
        # A batch at a time, until none names these entries.
        continue
    said = select(Comment.id).where(Comment.entry_id.in_(old))
    _remove_files(session, or_(Attachment.entry_id.in_(old), Attachment.comment_id.in_(said)))
    forget_comments(session, keyring(), Comment.entry_id.in_(old))
    forget_consents(session, Consent.entry_id.in_(old))
    for model in (EntryText, Counted, StepEvidence):
        rows_changed(session, delete(model).where(model.entry_id.in_(old)))
    rows_changed(session, delete(Entry).where(Entry.id.in_(old)))
    session.commit()
    return len(old)


def _sweep_drafts(session: Session) -> int:
    begin(session, writing=True)
    finished = Draft.done_at <= before_now(FINISHED_DRAFT)
    count = _remove_drafts(session, or_(finished, Draft.changed_at <= before_now(UNTOUCHED_DRAFT)))
    session.commit()
    return count


def _remove_drafts(session: Session, which: ColumnElement[bool]) -> int:
    old = _held(session, Draft, which)
    _remove_files(session, Attachment.draft_id.in_(old))
    _remove_uploads(session, Upload.draft_id.in_(old))
    return rows_changed(session, delete(Draft).where(Draft.id.in_(old)))


def _remove_files(session: Session, which: ColumnElement[bool]) -> None:
    # Files before rows: broken off in between, the row is found again by the next sweep, and
    # a file whose row is gone would not be. Nobody can open these rows any more.
    columns = (Attachment.id, Attachment.kind, Attachment.file_id)
    old = session.execute(select(*columns).where(which)).all()
    media_store().delete(file_names((row[1], row[2]) for row in old))
    rows_changed(session, delete(Attachment).where(Attachment.id.in_([row[0] for row in old])))


def _remove_uploads(session: Session, which: ColumnElement[bool], most: int | None = None) -> int:
    held = select(Upload.id, Upload.pieces).where(which).limit(most).with_for_update()
    old = session.execute(held).all()
    media_store().delete(piece_files((row[0], row[1]) for row in old))
    return rows_changed(session, delete(Upload).where(Upload.id.in_([row[0] for row in old])))


def _sweep_uploads(session: Session) -> int:
    """Remove files that stopped coming. Pages that wait were kept: they go with their draft."""
    begin(session, writing=True)
    stopped = and_(Upload.changed_at <= before_now(STOPPED_UPLOAD), Upload.page.is_(None))
    count = _remove_uploads(session, stopped, BATCH)
    session.commit()
    return count


def _sweep_takeaways(session: Session) -> int:
    """Remove files of everything that waited a day for their owner."""
    begin(session, writing=True)
    old = Takeaway.changed_at <= before_now(KEPT)
    count = len(session.scalars(select(Takeaway.id).where(old)).all())
    gone = drop(session, old)
    session.commit()
    media_store().delete(gone)
    return count


def _repeated(step: Callable[[Session], int]) -> Callable[[Session], int]:
    """Do a step until nothing is left for it, a batch at a time."""

    def steps(session: Session) -> int:
        return sum(iter(lambda: step(session), 0))

    return steps


def _remover(model: type[Base], *which: ColumnElement[bool]) -> Callable[[Session], int]:
    def step(session: Session) -> int:
        begin(session, writing=True)
        count = rows_changed(session, delete(model).where(*which))
        session.commit()
        return count

    return step


def _old_sign_in() -> ColumnElement[bool]:
    later = aliased(SignIn)
    month = before_now(ENDED_SIGN_IN)
    # The newest one of a person stays: what came after it is new to them.
    newer = select(later.id).where(
        later.person_id == SignIn.person_id, later.seen_at > SignIn.seen_at
    )
    over = or_(SignIn.ended_at <= month, SignIn.rest_ends_at <= month, SignIn.ends_at <= month)
    return and_(over, newer.exists())


def _sweep_letters() -> int:
    """Remove mail that was written to the folder a day ago; its codes were over long before."""
    day_ago = time() - WRITTEN_MAIL.total_seconds()
    old = [
        each
        for each in (settings().data_folder / FOLDER).glob("*.eml")
        if each.stat().st_mtime <= day_ago
    ]
    for each in old:
        each.unlink(missing_ok=True)
    return len(old)


def _sweep_readings(session: Session) -> int:
    """Remove the readings that were kept for two years, map by map, each with its mark."""
    begin(session, writing=False)
    places = old_maps(session, BATCH)
    session.rollback()
    count = 0
    for portfolio_id in places:
        begin(session, writing=True)
        keys = open_keys(session, keyring(), [portfolio_id])
        # Without its keys a map was erased: its log goes with it, and needs no mark.
        if portfolio_id in keys:
            count += forget_readings(session, portfolio_id, keys[portfolio_id])
        session.commit()
    return count


STEPS: dict[str, Callable[[Session], int]] = {
    "entries": _repeated(_sweep_entries),
    "drafts": _repeated(_sweep_drafts),
    "uploads": _repeated(_sweep_uploads),
    "takeaways": _sweep_takeaways,
    "receipts": _remover(FormReceipt, FormReceipt.created_at <= before_now(RECEIPT)),
    "attempts": _remover(Attempts, Attempts.window_ends_at <= database_now()),
    "browsers": _remover(KnownBrowser, KnownBrowser.ends_at <= database_now()),
    "challenges": _remover(Challenge, Challenge.ends_at <= database_now()),
    # Before the sessions that they name.
    "flows": _remover(WorkFlow, WorkFlow.ends_at <= database_now()),
    "sign-ins": _remover(SignIn, _old_sign_in()),
    "notices": _remover(Notice, Notice.at <= before_now(NOTICE_KEPT)),
    "mails": _remover(Mail, Mail.done_at <= before_now(MAIL_KEPT)),
    "visits": _remover(Visit, Visit.ends_at <= before_now(ENDED_VISIT)),
    "visitor-codes": _remover(VisitorCode, VisitorCode.expires_at <= before_now(ENDED_VISIT)),
    "desk-recoveries": _remover(DeskRecovery, old_recovery()),
    "desk-choices": _remover(DeskChoice, old_choice()),
    "sentences": _remover(SentenceReport, SentenceReport.day <= before_now(SENTENCES_KEPT)),
    "readings": _repeated(_sweep_readings),
    "invitations": _remover(Invitation, Invitation.expires_at <= before_now(OLD_INVITATION)),
}


def _held(session: Session, model: type[Entry | Draft], which: ColumnElement[bool]) -> list[str]:
    """Find rows that are past their time, and hold them: nobody takes one up meanwhile."""
    return _ids(session, select(model.id).where(which).limit(BATCH).with_for_update())


def _ids(session: Session, chosen: Select[str]) -> list[str]:
    return list(session.scalars(chosen).all())
