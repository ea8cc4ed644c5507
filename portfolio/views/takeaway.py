"""Neem alles mee: ask for it, see how far it is, and take it, or throw it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    stream_with_context,
    url_for,
)
from werkzeug.exceptions import NotFound

from portfolio import limits
from portfolio.access import Action, asks_again, get_or_404, keys_of, public, requires, visible
from portfolio.events import record
from portfolio.extensions import db, media_store
from portfolio.keyring import SealBrokenError
from portfolio.models.base import begin as begin_transaction
from portfolio.models.takeaway import (
    MAKING,
    READY,
    WAITING,
    Takeaway,
    ask_for,
    drop,
    find,
    piece_name,
)
from portfolio.schema import SCHEMA_PATH
from portfolio.schema import schema as schema_of_today
from portfolio.security import network, viewer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portfolio.keyring import DataKey
    from portfolio.viewer import Viewer

bp = Blueprint("takeaway", __name__)

LOOK_AGAIN = 3


@bp.get("/over-mij/alles-mee")
@requires(Action.MAP_KEEP)
def page() -> Response:
    """Show what one takes along, and how far it is. It looks again by itself, without script."""
    row = find(db.session, visible(viewer(), Action.MAP_KEEP, Takeaway))
    busy = row is not None and row.state in (WAITING, MAKING)
    response = make_response(render_template("takeaway/page.html", row=row, busy=busy))
    if busy:
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


# Asking again who somebody is, before this deed, belongs on this endpoint and on takeaway.file.
@bp.post("/over-mij/alles-mee")
@requires(Action.MAP_KEEP)
@asks_again
def begin() -> Response:
    """Ask for everything. Asked twice it is made once."""
    who = viewer()
    limits.check("takeaway_network", network())
    limits.check("takeaway", who.person_id)
    begin_transaction(db.session, writing=True)
    gone = ask_for(db.session, str(who.portfolio_id))
    db.session.commit()
    media_store().delete(gone)
    record("takeaway_asked", portfolio=who.portfolio_id)
    return _to_page()


@bp.post("/over-mij/alles-mee/weg")
@requires(Action.MAP_KEEP)
def stop() -> Response:
    """Stop the making, or throw away what is ready."""
    begin_transaction(db.session, writing=True)
    gone = drop(db.session, Takeaway.portfolio_id == viewer().portfolio_id)
    db.session.commit()
    media_store().delete(gone)
    return _to_page()


@bp.get("/over-mij/alles-mee/mijn-map.zip")
@requires(Action.MAP_KEEP)
@asks_again
def file() -> Response:
    """Send the file, through the gate at the start and again at each piece."""
    who = viewer()
    row = find(db.session, visible(who, Action.MAP_KEEP, Takeaway))
    if row is None or row.state != READY:
        # Too early, or a day too late: the page says which.
        return _to_page()
    key = _key(who)
    first = _piece(row, key, 0)
    response = Response(
        stream_with_context(_pieces(who, row, key, first)), content_type="application/zip"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="mijn-map.zip"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.content_length = row.size
    record("takeaway_taken", portfolio=who.portfolio_id)
    return response


def _pieces(who: Viewer, row: Takeaway, key: DataKey, first: bytes) -> Iterator[bytes]:
    yield first
    for number in range(1, row.pieces):
        # Erased, thrown away or made anew half-way ends the download half-way.
        begin_transaction(db.session, writing=False)
        now = get_or_404(who, Action.MAP_KEEP, Takeaway, row.id)
        if now.state != READY or now.turn != row.turn:
            raise NotFound
        _key(who)
        yield _piece(row, key, number)


def _piece(row: Takeaway, key: DataKey, number: int) -> bytes:
    name = piece_name(row.id, row.turn, number)
    try:
        return b"".join(key.open_file(name, media_store().get(name)))
    except (FileNotFoundError, SealBrokenError) as error:
        raise NotFound from error


def _key(who: Viewer) -> DataKey:
    return keys_of(who.portfolio_id).general


@bp.get(SCHEMA_PATH)
@public
def schema() -> dict[str, object]:
    """Publish what the JSON means, for whoever writes a program for it."""
    return schema_of_today()


def _to_page() -> Response:
    return make_response(redirect(url_for("takeaway.page"), 303))
