"""Files on their way into a draft: in pieces over a slow line, or whole, and waiting their turn."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest

from portfolio.access import Action, requires, visible
from portfolio.events import record
from portfolio.extensions import db, keyring, media_store, settings
from portfolio.keyring import SealBrokenError
from portfolio.languages import mark
from portfolio.media.intake import BusyError, RefusedError
from portfolio.media.store import StoreDownError
from portfolio.models.attachment import SOUND, Attachment
from portfolio.models.draft import first_time, was_sent
from portfolio.models.filing import file_names, hang, remove_attachments
from portfolio.models.space import space_used
from portfolio.models.upload import (
    Upload,
    begin_upload,
    count_uploads,
    drop_uploads,
    find_upload,
    take_piece,
    whole_file,
)
from portfolio.security import viewer
from portfolio.shape import LARGEST_FILE, LARGEST_PIECE
from portfolio.views.draft import open_desk

if TYPE_CHECKING:
    from portfolio.forms.draft import FileScreen, TextScreen
    from portfolio.views.draft import Desk

bp = Blueprint("upload", __name__)

DOWN = mark("Wij kunnen nu niets bewaren. Probeer het straks nog een keer.")
GONE = mark("Wij hebben dit bestand niet meer. Kies het nog een keer.")
FULL = mark("Je map is vol. Haal eerst een foto, geluid of papier weg.")
AGAIN_SECONDS = 3
# Of one draft at once, pages that wait included.
MOST_COMING = 40
BUSY = 503


class FullError(Exception):
    """There is no more room in somebody's map."""


class GoneError(Exception):
    """A file that was sent before its form is not here any more, or not whole."""


# All that can go wrong with a file that came in.
FAILURES = (BusyError, FullError, GoneError, RefusedError, StoreDownError)


@dataclass(frozen=True)
class Sent:
    """A file that was sent: its bytes, and how it came when it came before its form."""

    content: bytes
    # The name that the page gave it, and the rows of what is to be forgotten with it.
    mark: str | None = None
    uploads: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Tell this file from another that is sent with the same form."""
        if self.mark:
            return self.mark
        return hashlib.sha256(self.content + "".join(self.uploads).encode()).hexdigest()


@bp.post("/toevoegen/<draft_id>/deel")
@requires(Action.MAP_KEEP)
def piece(draft_id: str) -> tuple[dict[str, int], int]:
    """Take in the next piece of a file; tell how much of it is here."""
    desk = open_desk(draft_id, writing=True)
    name, size, start = request.form.get("kenmerk", ""), _number("grootte"), _number("vanaf")
    part = request.files.get("deel")
    content = part.read(LARGEST_PIECE + 1) if part else b""
    if not name or not 0 < size <= LARGEST_FILE or len(content) > LARGEST_PIECE:
        raise BadRequest
    row = _find(desk, name) or begin_file(desk, name, size)
    if row is None:
        return {"ontvangen": 0}, 507
    if row.size != size or start != row.received or start + len(content) > size:
        # Somebody else's turn, or a piece that came twice: the page goes on from here.
        known = row.received
        db.session.commit()
        return {"ontvangen": known}, 409
    if content:
        take_piece(db.session, media_store(), desk.keys.by_id(row.key_id), row, content)
    known = row.received
    db.session.commit()
    return {"ontvangen": known}, 200


def _number(name: str) -> int:
    said = request.form.get(name, "")
    if not said.isascii() or not said.isdecimal() or len(said) > len(str(LARGEST_FILE)):
        raise BadRequest
    return int(said)


def _find(desk: Desk, name: str) -> Upload | None:
    return find_upload(
        db.session, visible(viewer(), Action.MAP_KEEP, Upload), desk.row.id, _mark_of(desk, name)
    )


def _mark_of(desk: Desk, name: str) -> str:
    return keyring().lookup_hash("upload", f"{desk.row.id}/{name}")


def begin_file(desk: Desk, name: str, size: int) -> Upload | None:
    """Begin to take in a file; None when there is no room for it."""
    coming = visible(viewer(), Action.MAP_KEEP, Upload)
    full = space_used(db.session, desk.portfolio_id) + size > settings().quota
    if full or count_uploads(db.session, coming, desk.row.id) >= MOST_COMING:
        return None
    return begin_upload(
        db.session,
        desk.keys.of(desk.writing.leefgebied),
        portfolio_id=desk.portfolio_id,
        draft_id=desk.row.id,
        mark=_mark_of(desk, name),
        size=size,
    )


def sent_file(desk: Desk, form: FileScreen) -> Sent | None:
    """Give the file that a form brings: in its body, or in pieces that came before.

    Raises GoneError when those are not here any more.
    """
    files = form.files
    return Sent(files[0]) if files else sent_before(desk, form, form.upload.data)


def sent_before(desk: Desk, form: FileScreen | TextScreen, name: str | None) -> Sent | None:
    """Give a file that came before, by the name the page gave it. Raises GoneError."""
    if not name:
        return None
    row = _find(desk, name)
    if row is not None and row.received == row.size:
        try:
            content = whole_file(media_store(), desk.keys.by_id(row.key_id), row)
        except (FileNotFoundError, SealBrokenError) as error:
            record("file_broken", attachment=row.id, part="deel", error=type(error).__name__)
            raise GoneError from error
        return Sent(content, name, (row.id,))
    if was_sent(db.session, f"{form.once.data}-{name}", viewer().person_id):
        return None
    raise GoneError


@dataclass(frozen=True)
class Failed:
    """What a screen says when a file was not kept: at its field, or that it waits its turn."""

    desk: Desk
    errors: list[str]
    status: int

    @property
    def headers(self) -> dict[str, str]:
        """Say after how many seconds there is likely to be room."""
        return {"Retry-After": str(AGAIN_SECONDS)} if self.status == BUSY else {}


def failed(  # noqa: PLR0913, PLR0917 -- what failed, where, and with which file
    desk: Desk,
    form: FileScreen | TextScreen,
    sent: Sent | None,
    error: Exception,
    kind: str,
    prefix: str = "",
) -> Failed:
    """Say what happened to a file that was not kept, and what to do now; keep the rest."""
    if isinstance(error, BusyError):
        record("intake_busy", person=viewer().person_id)
        if sent and not wait_for(desk, form, sent, prefix):
            return Failed(open_desk(desk.row.id), [FULL], 422)
        form.waiting = True
        return Failed(open_desk(desk.row.id), [], BUSY)
    if isinstance(error, StoreDownError):
        record("store_down", endpoint=request.endpoint, error=str(error))
        # What was begun is not kept, and must not be shown as if it were.
        db.session.rollback()
        return Failed(open_desk(desk.row.id), [DOWN], BUSY)
    if isinstance(error, RefusedError):
        record("file_refused", person=viewer().person_id, kind=kind, why=error.why)
        if sent is not None and sent.mark:
            desk = open_desk(desk.row.id, writing=True)
            gone = forget(sent)
            db.session.commit()
            media_store().delete(gone)
        return Failed(desk, [error.sentence], 422)
    if isinstance(error, GoneError):
        form.upload.data = None
        return Failed(desk, [GONE], 422)
    return Failed(open_desk(desk.row.id), [FULL], 422)


def forget(sent: Sent) -> list[str]:
    """Forget what a file came in; gives the files to remove after the commit."""
    return drop_uploads(db.session, Upload.id.in_(sent.uploads)) if sent.uploads else []


def wait_for(desk: Desk, form: FileScreen | TextScreen, sent: Sent, prefix: str = "") -> bool:
    """Keep a file, sealed, that must wait its turn. False when there is no room for it."""
    if sent.mark:
        form.upload.data = sent.mark
        return True
    desk = open_desk(desk.row.id, writing=True)
    name = prefix + secrets.token_urlsafe(16)
    row = begin_file(desk, name, len(sent.content))
    if row is not None:
        form.upload.data = name
        take_piece(db.session, media_store(), desk.keys.by_id(row.key_id), row, sent.content)
    db.session.commit()
    return row is not None


def keep_sealed(
    draft_id: str, form: FileScreen | TextScreen, sent: Sent, sealed: Attachment
) -> None:
    """Hang a sealed attachment on its draft, once and if there is room. Raises FullError.

    A sound takes the place of the one before it in its language.
    """
    desk = open_desk(draft_id, writing=True)
    new = file_names([(sealed.kind, sealed.file_id)])
    if space_used(db.session, desk.portfolio_id) + sealed.size > settings().quota:
        db.session.rollback()
        media_store().delete(new)
        raise FullError
    gone = new
    if first_time(db.session, f"{form.once.data}-{sent.key}", viewer().person_id):
        gone = forget(sent)
        if sealed.kind == SOUND:
            before = (Attachment.kind == SOUND, Attachment.lang == sealed.lang)
            here = Attachment.draft_id == desk.row.id
            gone += remove_attachments(db.session, here, *before)
        hang(db.session, sealed, draft_id=desk.row.id)
        gone += desk.keep(desk.writing)
    db.session.commit()
    media_store().delete(gone)
