"""Photos: asking for them, taking them in, and sending them to whoever may see them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, Viewer, get_or_404, reading, requires, visible
from portfolio.events import record
from portfolio.extensions import db, keyring, media_store
from portfolio.forms.draft import PhotoScreen
from portfolio.keyring import SealBrokenError
from portfolio.languages import mark
from portfolio.media.intake import PhotoRefusedError, take_photo
from portfolio.models.access_log import AccessLog, page_noted
from portfolio.models.attachment import (
    MOST_PHOTOS,
    SIZES,
    hang,
    open_photo,
    photo_files,
    remove_photos,
    seal_photo,
)
from portfolio.models.draft import first_time
from portfolio.models.entry import Attachment
from portfolio.security import viewer
from portfolio.views.draft import onward, open_desk, show_screen

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Redirect

bp = Blueprint("attachment", __name__)

TOO_MANY = mark("Er staan al 10 foto's bij. Haal eerst een foto weg.")


@bp.get("/toevoegen/<draft_id>/foto")
@requires(Action.MAP_KEEP)
def ask(draft_id: str) -> str:
    """Ask for a photo."""
    desk = open_desk(draft_id)
    return show_screen(desk, "foto", PhotoScreen(), photos=desk.photos())


@bp.post("/toevoegen/<draft_id>/foto")
@requires(Action.MAP_KEEP)
def add(draft_id: str) -> tuple[str, int] | Redirect:
    """Take a photo in, clean and sealed, and move on."""
    who = viewer()
    form, desk = PhotoScreen(), open_desk(draft_id)
    way = 0 if "more" in request.form else (-1 if "back" in request.form else 1)
    chosen = form.chosen
    if chosen is None:
        return onward(desk, "foto", way)
    if len(desk.photos()) >= MOST_PHOTOS:
        form.foto.errors = [TOO_MANY]
        return show_screen(desk, "foto", form, photos=desk.photos()), 422
    try:
        clean = take_photo(chosen)
    except PhotoRefusedError as error:
        record("photo_refused", person=who.person_id, why=error.why)
        form.foto.errors = [error.sentence]
        return show_screen(desk, "foto", form, photos=desk.photos()), 422
    # Decoding and sealing take their time, so the database is not held meanwhile.
    key = desk.keys.of(desk.writing.leefgebied)
    sealed = seal_photo(media_store(), key, str(who.portfolio_id), clean)
    desk = open_desk(draft_id, writing=True)
    if first_time(db.session, form.once.data or sealed.id, who.person_id):
        hang(db.session, sealed, draft_id=desk.row.id)
        gone = desk.keep(desk.writing)
    else:
        gone = photo_files([sealed.id])
    db.session.commit()
    media_store().delete(gone)
    return onward(desk, "foto", way)


@bp.post("/toevoegen/<draft_id>/foto/<attachment_id>/weg")
@requires(Action.MAP_KEEP)
def drop(draft_id: str, attachment_id: str) -> Redirect:
    """Take a photo away: at once from a draft, and when it is kept from an entry."""
    desk = open_desk(draft_id, writing=True)
    found = get_or_404(viewer(), Action.MAP_KEEP, Attachment, attachment_id)
    gone = []
    if found.draft_id == desk.row.id:
        gone = remove_photos(db.session, Attachment.id == found.id)
    elif desk.row.entry_id and found.entry_id == desk.row.entry_id:
        desk.keep(replace(desk.writing, dropped=(*desk.writing.dropped, found.id)))
    else:
        raise NotFound
    db.session.commit()
    media_store().delete(gone)
    return redirect(url_for("attachment.ask", draft_id=draft_id), 303)


@bp.get("/foto/<attachment_id>/<size>")
@requires(Action.PHOTO_SEE)
def photo(attachment_id: str, size: str) -> Response:
    """Send one size of a photo to its owner, or to whoever the gate lets see it."""
    who = viewer()
    if size not in SIZES:
        raise NotFound
    row = get_or_404(who, Action.PHOTO_SEE, Attachment, attachment_id)
    portfolio_id = row.portfolio_id
    if portfolio_id == who.portfolio_id or _inside_a_page(who, row):
        return sent(opened(row, size))
    with reading(who, Action.PHOTO_SEE, portfolio_id, f"photo:{attachment_id}"):
        # What is sent is what the gate shows while the reading is written down.
        row = get_or_404(who, Action.PHOTO_SEE, Attachment, attachment_id)
        content = opened(row, size)
    return sent(content)


def _inside_a_page(who: Viewer, row: Attachment) -> bool:
    """Tell whether a photo belongs to a page that was noted already.

    The header is the reader's own word, so that alone is not enough.
    """
    if request.headers.get("Sec-Fetch-Dest") != "image":
        return False
    readings = visible(who, Action.PHOTO_SEE, AccessLog)
    mine = readings.where(AccessLog.portfolio_id == row.portfolio_id)
    return page_noted(db.session, mine, row.entry_id)


def opened(row: Attachment, size: str) -> bytes:
    """Open a photo. Raises NotFound when its key is gone, or when it is not what was kept."""
    key = keyring().fetch([row.key_id]).get(row.key_id)
    if key is None:
        raise NotFound
    try:
        return open_photo(media_store(), key, row.id, size)
    except (FileNotFoundError, SealBrokenError) as error:
        record("photo_broken", attachment=row.id, error=type(error).__name__)
        raise NotFound from error


def sent(content: bytes) -> Response:
    """Send a photo: shown as a picture, never as a page."""
    response = Response(content, content_type="image/jpeg")
    response.headers["Content-Disposition"] = 'inline; filename="foto.jpg"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
