"""Photos of a thing in the making: made or chosen, described, put in order, taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, request

from portfolio.access import Action, requires
from portfolio.extensions import db, intake, media_store
from portfolio.forms.draft import PhotoScreen
from portfolio.languages import mark
from portfolio.media.intake import RefusedError
from portfolio.models.attachment import PHOTO
from portfolio.models.filing import MOST, seal_photo
from portfolio.views.draft import onward, open_desk, show_screen, way_of
from portfolio.views.upload import FAILURES, Sent, failed, keep_sealed, sent_file

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.writing import Writing
    from portfolio.views.draft import Desk

bp = Blueprint("attachment", __name__)

MANY = "many"
TOO_MANY = mark("Er staan al 10 foto's bij. Haal eerst een foto weg.")


@bp.get("/toevoegen/<draft_id>/foto")
@requires(Action.MAP_KEEP)
def ask(draft_id: str) -> str:
    """Ask for a photo."""
    return _screen(open_desk(draft_id), PhotoScreen())


@bp.post("/toevoegen/<draft_id>/foto")
@requires(Action.MAP_KEEP)
def add(draft_id: str) -> str | tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Keep what was said about the photos, take one in if there is one, and move on."""
    form, desk = PhotoScreen(), keep_said(draft_id)
    sent = None
    try:
        sent = None if "skip" in request.form else sent_file(desk, form)
        _take_in(desk, form, sent)
    except FAILURES as error:
        said = failed(desk, form, sent, error, PHOTO)
        form.foto.errors = said.errors
        return _screen(said.desk, form), said.status, said.headers
    return onward(desk, "foto", way_of())


def _take_in(desk: Desk, form: PhotoScreen, sent: Sent | None) -> None:
    if sent is None:
        return
    if len(desk.attached().photos) >= MOST[PHOTO]:
        raise RefusedError(MANY, TOO_MANY)
    clean = intake().photo(sent.content)
    # Decoding and sealing take their time, so the database is not held meanwhile.
    key = desk.keys.of(desk.writing.leefgebied)
    sealed = seal_photo(media_store(), key, desk.portfolio_id, clean)
    keep_sealed(desk.row.id, form, sent, sealed)


def _screen(desk: Desk, form: PhotoScreen) -> str:
    return show_screen(desk, "foto", form)


def keep_said(draft_id: str) -> Desk:
    """Keep what was typed about attachments, what was moved and what was taken away."""
    desk = open_desk(draft_id, writing=True)
    writing = PhotoScreen().taken_into(desk.writing)
    known = {each.id for each in desk.attached().seen}
    described = {key: said for key, said in writing.described.items() if key in known}
    writing = replace(writing, described=described)
    writing = _moved(desk, writing, request.form.get("eerder"))
    gone: list[str] = []
    if drop := request.form.get("weg"):
        gone = desk.drop(drop)
        writing = replace(writing, dropped=(*writing.dropped, drop))
    gone += desk.keep(writing)
    db.session.commit()
    media_store().delete(gone)
    return replace(desk, writing=writing)


def _moved(desk: Desk, writing: Writing, attachment_id: str | None) -> Writing:
    """Put one a place earlier."""
    seen = desk.attached()
    ids = [each.id for each in (seen.photos if _is_photo(desk, attachment_id) else seen.papers)]
    place = ids.index(attachment_id) if attachment_id in ids else 0
    if place:
        ids[place - 1], ids[place] = ids[place], ids[place - 1]
    others = [each for each in writing.order if each not in ids]
    return replace(writing, order=(*others, *ids)) if place else writing


def _is_photo(desk: Desk, attachment_id: str | None) -> bool:
    return any(each.id == attachment_id for each in desk.attached().photos)
