"""Papers of a thing in the making: a file, or photos of its pages that become one paper."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from portfolio.access import Action, requires, visible
from portfolio.events import record
from portfolio.extensions import db, intake, media_store
from portfolio.forms.draft import PaperScreen
from portfolio.keyring import SealBrokenError
from portfolio.languages import mark
from portfolio.media.intake import RefusedError
from portfolio.models.attachment import PAPER
from portfolio.models.draft import first_time
from portfolio.models.filing import MOST, seal_paper
from portfolio.models.upload import Upload, drop_uploads, pages_waiting, take_piece, whole_file
from portfolio.security import viewer
from portfolio.views.attachment import keep_said
from portfolio.views.draft import onward, open_desk, show_screen, way_of
from portfolio.views.file import shown
from portfolio.views.upload import (
    FAILURES,
    FullError,
    Sent,
    begin_file,
    failed,
    forget,
    keep_sealed,
    sent_file,
)

if TYPE_CHECKING:
    from flask import Response as Answer
    from werkzeug.wrappers import Response

    from portfolio.views.draft import Desk

bp = Blueprint("paper", __name__)

TOO_MANY = mark("Er staan al 10 papieren bij. Haal eerst een papier weg.")
TOO_MANY_PAGES = mark("Dit papier heeft al 20 bladzijden. Maak er eerst één papier van.")
BROKEN_PAGE = mark("Een bladzijde is stuk. Haal de bladzijden weg en maak ze opnieuw.")
MOST_PAGES = 20
MANY, BROKEN = "many", "broken"
PDF = b"%PDF-"


@bp.get("/toevoegen/<draft_id>/papier")
@requires(Action.MAP_KEEP)
def ask(draft_id: str) -> str:
    """Ask for a paper."""
    return _screen(open_desk(draft_id), PaperScreen())


@bp.post("/toevoegen/<draft_id>/papier")
@requires(Action.MAP_KEEP)
def add(draft_id: str) -> str | tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Take in a file or a page, make one paper of the pages when that is asked, and move on."""
    form, desk = PaperScreen(), keep_said(draft_id)
    if "laatste_weg" in request.form:
        _drop_page(draft_id, request.form["laatste_weg"])
        return onward(desk, "papier", 0)
    sent = None
    try:
        sent = None if "skip" in request.form else sent_file(desk, form)
        if sent is not None and not sent.content.startswith(PDF):
            _take_page(desk, form, sent)
            sent = None
        _take_in(desk, form, sent)
    except FAILURES as error:
        said = failed(desk, form, sent, error, PAPER)
        form.papier.errors = said.errors
        return _screen(said.desk, form), said.status, said.headers
    return onward(desk, "papier", way_of())


@bp.get("/toevoegen/<draft_id>/blad/<int:number>")
@requires(Action.MAP_KEEP)
def page(draft_id: str, number: int) -> Answer:
    """Show one page that waits for the others of its paper."""
    desk = open_desk(draft_id)
    row = next((row for row in _waiting(desk) if row.page == number), None)
    if row is None:
        raise NotFound
    try:
        return shown(_page(desk, row))
    except RefusedError as error:
        raise NotFound from error


def _take_in(desk: Desk, form: PaperScreen, sent: Sent | None) -> None:
    """Keep a PDF; or make one paper of the pages that wait, when the last one is there."""
    if sent is not None:
        _keep(desk, form, sent, [sent.content])
        return
    waiting = [] if way_of() == 0 or "skip" in request.form else _waiting(desk)
    if waiting:
        # Exactly these: a page that comes meanwhile waits for the next paper.
        ids = tuple(row.id for row in waiting)
        _keep(desk, form, Sent(b"", uploads=ids), [_page(desk, row) for row in waiting])


def _keep(desk: Desk, form: PaperScreen, sent: Sent, pages: list[bytes]) -> None:
    if len(desk.attached().papers) >= MOST[PAPER]:
        raise RefusedError(MANY, TOO_MANY)
    clean = intake().paper(pages)
    key = desk.keys.of(desk.writing.leefgebied)
    sealed = seal_paper(media_store(), key, desk.portfolio_id, clean)
    keep_sealed(desk.row.id, form, sent, sealed)


def _take_page(desk: Desk, form: PaperScreen, sent: Sent) -> None:
    """Keep one clean page until its paper is whole. Raises RefusedError, BusyError or FullError."""
    clean = intake().photo(sent.content).large.content
    desk = open_desk(desk.row.id, writing=True)
    waiting = _waiting(desk)
    if len(waiting) >= MOST_PAGES:
        db.session.rollback()
        raise RefusedError(MANY, TOO_MANY_PAGES)
    gone = forget(sent)
    # The form comes back for the next page, so its own key would stop that one as well.
    if not first_time(db.session, f"{form.once.data}-{sent.key}", viewer().person_id):
        db.session.commit()
        media_store().delete(gone)
        return
    row = begin_file(desk, secrets.token_urlsafe(16), len(clean))
    if row is None:
        db.session.rollback()
        raise FullError
    row.page = 1 + max((each.page or 0 for each in waiting), default=0)
    take_piece(db.session, media_store(), desk.keys.by_id(row.key_id), row, clean)
    db.session.commit()
    media_store().delete(gone)


def _drop_page(draft_id: str, number: str) -> None:
    desk = open_desk(draft_id, writing=True)
    ids = [row.id for row in _waiting(desk) if str(row.page) == number]
    gone = drop_uploads(db.session, Upload.id.in_(ids)) if ids else []
    db.session.commit()
    media_store().delete(gone)


def _waiting(desk: Desk) -> list[Upload]:
    return pages_waiting(db.session, visible(viewer(), Action.MAP_KEEP, Upload), desk.row.id)


def _page(desk: Desk, row: Upload) -> bytes:
    try:
        return whole_file(media_store(), desk.keys.by_id(row.key_id), row)
    except (FileNotFoundError, SealBrokenError) as error:
        record("file_broken", attachment=row.id, part="blad", error=type(error).__name__)
        raise RefusedError(BROKEN, BROKEN_PAGE) from error


def _screen(desk: Desk, form: PaperScreen) -> str:
    return show_screen(desk, "papier", form, waiting=_waiting(desk))
