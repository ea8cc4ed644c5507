"""Sending photos, sounds and papers to whoever may see them: every byte through the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, stream_with_context
from werkzeug.exceptions import NotFound, RequestedRangeNotSatisfiable
from werkzeug.http import parse_range_header

from portfolio.access import (
    Action,
    Viewer,
    get_or_404,
    keys_of,
    reading,
    requires,
    there_is,
    visible,
)
from portfolio.events import record
from portfolio.extensions import db, keyring, media_store
from portfolio.headers import NOTHING_RUNS
from portfolio.keyring import CHUNK, SealBrokenError
from portfolio.models.access_log import AccessLog, page_noted
from portfolio.models.attachment import PAPER, PHOTO, SOUND, Attachment
from portfolio.models.base import begin
from portfolio.models.filing import FILES, HEARD, PRINTED, SMALL, open_file, stored_file
from portfolio.security import viewer, visitor_here
from portfolio.visited import visiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio.keyring import DataKey
    from portfolio.models.filing import StoredFile

bp = Blueprint("file", __name__)

# What comes out of the store is shown as what it is and never as a page.
SANDBOX = f"sandbox; {NOTHING_RUNS}"


@bp.get("/foto/<attachment_id>/<size>")
@requires(Action.FILE_SEE)
def photo(attachment_id: str, size: str) -> Response:
    """Send one size of a photo, or the first page of a paper, small."""
    row, _who = _allowed(attachment_id, PHOTO, PAPER, inside="image")
    if size not in FILES[row.kind] or (row.kind == PAPER and size != SMALL):
        raise NotFound
    return shown(opened(row, size))


@bp.get("/geluid/<attachment_id>")
@requires(Action.FILE_SEE)
def sound(attachment_id: str) -> Response:
    """Send a sound, whole or the part that a player asks for."""
    row, who = _allowed(attachment_id, SOUND, inside="audio")
    return _streamed(who, row, HEARD, "audio/mp4", 'inline; filename="geluid.m4a"')


@bp.get("/papier/<attachment_id>")
@requires(Action.FILE_SEE)
def paper(attachment_id: str) -> Response:
    """Send a paper to be kept: it is never shown inside the site."""
    row, who = _allowed(attachment_id, PAPER)
    return _streamed(who, row, PRINTED, "application/pdf", 'attachment; filename="papier.pdf"')


def shown(content: bytes) -> Response:
    """Send a picture that nobody but its owner can ask for."""
    return _sent(content, "image/jpeg", 'inline; filename="foto.jpg"')


def _allowed(
    attachment_id: str, *kinds: str, inside: str | None = None
) -> tuple[Attachment, Viewer]:
    """Let somebody at a file, and write down that they looked if the page did not say so."""
    who = _whose_eyes(attachment_id)
    row = get_or_404(who, Action.FILE_SEE, Attachment, attachment_id)
    if row.kind not in kinds:
        raise NotFound
    portfolio_id = row.portfolio_id
    if portfolio_id == who.portfolio_id or _inside_a_page(who, row, inside):
        return row, who
    about = f"{row.kind}:{attachment_id}"
    with (
        visiting(who, Action.FILE_SEE, about)
        if who.visit_id
        else reading(who, Action.FILE_SEE, portfolio_id, about)
    ):
        # What is sent is what the gate shows while the reading is written down; a file that
        # cannot be opened was not read.
        row = get_or_404(who, Action.FILE_SEE, Attachment, attachment_id)
        _key_of(row)
    return row, who


def _whose_eyes(attachment_id: str) -> Viewer:
    """Give the viewer who may see a file: whoever signed in here, or else the visit of here."""
    who, visit = viewer(), visitor_here()
    mine = visible(who, Action.FILE_SEE, Attachment).where(Attachment.id == attachment_id)
    return who if visit is None or there_is(mine)[0] else visit


def _inside_a_page(who: Viewer, row: Attachment, inside: str | None) -> bool:
    """Tell whether a file belongs to a page that was noted already.

    The header is the reader's own word, so that alone is not enough.
    """
    if inside is None or request.headers.get("Sec-Fetch-Dest") != inside:
        return False
    readings = visible(who, Action.FILE_SEE, AccessLog)
    mine = readings.where(AccessLog.portfolio_id == row.portfolio_id)
    return page_noted(db.session, mine, row)


def _key_of(row: Attachment) -> DataKey:
    if row.portfolio_id == viewer().portfolio_id:
        # One's own may be shut, and then asks first.
        return keys_of(row.portfolio_id).by_id(row.key_id)
    key = keyring().fetch([row.key_id]).get(row.key_id)
    if key is None:
        raise NotFound
    return key


def opened(row: Attachment, part: str) -> bytes:
    """Open a file. Raises NotFound when its key is gone, or when it is not what was kept."""
    key = _key_of(row)
    try:
        return open_file(media_store(), key, row.file_id, part)
    except (FileNotFoundError, SealBrokenError) as error:
        raise _broken(row.id, part, error) from error


def _broken(attachment_id: str, part: str, error: Exception) -> NotFound:
    record("file_broken", attachment=attachment_id, part=part, error=type(error).__name__)
    return NotFound()


def _streamed(who: Viewer, row: Attachment, part: str, kind: str, disposition: str) -> Response:
    key, attachment_id = _key_of(row), row.id
    try:
        file = stored_file(media_store(), key, row.file_id, part)
        start, stop = _asked(file.size)
        # The first chunk is opened before anything is said, so that a broken file is no answer.
        first = file.chunk(media_store(), start // CHUNK)
    except (FileNotFoundError, SealBrokenError) as error:
        raise _broken(attachment_id, part, error) from error
    pieces = _pieces(who, attachment_id, part, file, first, start, stop)
    response = _sent(stream_with_context(pieces), kind, disposition)
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = stop - start
    if (start, stop) != (0, file.size) or request.headers.get("Range", "").startswith("bytes="):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    return response


def _asked(size: int) -> tuple[int, int]:
    """Give the part that is asked for: from its first byte up to the byte after its last."""
    said = request.headers.get("Range", "")
    if not said.startswith("bytes="):
        # Another unit is not ours to refuse (RFC 9110, 14.2): the whole file answers it.
        return 0, size
    asked = parse_range_header(said)
    part = asked.range_for_length(size) if asked else None
    if part is None:
        raise RequestedRangeNotSatisfiable(length=size)
    return int(part[0]), int(part[1])


def _pieces(  # noqa: PLR0913, PLR0917 -- which file, how far it is, and what was opened already
    who: Viewer,
    attachment_id: str,
    part: str,
    file: StoredFile,
    first: bytes,
    start: int,
    stop: int,
) -> Iterator[bytes]:
    for number in range(start // CHUNK, -(-stop // CHUNK)):
        chunk = first
        if number > start // CHUNK:
            # Withdrawn half-way ends the download half-way.
            begin(db.session, writing=False)
            get_or_404(who, Action.FILE_SEE, Attachment, attachment_id)
            try:
                chunk = file.chunk(media_store(), number)
            except (FileNotFoundError, SealBrokenError) as error:
                raise _broken(attachment_id, part, error) from error
        here = number * CHUNK
        yield chunk[max(0, start - here) : stop - here]


def _sent(content: bytes | Iterator[bytes], kind: str, disposition: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
