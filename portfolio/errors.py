"""Pages for when something goes wrong: what happened, what to do now, never a stack trace."""

from __future__ import annotations

import traceback

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from portfolio.events import record
from portfolio.extensions import db
from portfolio.media.store import StoreDownError
from portfolio.security import maybe_viewer

# Shown when even the page for a failure cannot be made, as when there is no database at all.
LAST_PAGE = """<!doctype html><html lang="nl"><meta charset="utf-8">
<title>Er ging bij ons iets mis – Mijn map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<main><h1>Er ging bij ons iets mis</h1>
<p>Dit ligt niet aan jou. Wacht een paar minuten en probeer het dan nog een keer.</p>
<p lang="en">Something went wrong on our side. Wait a few minutes and try again.</p>
<p lang="ar" dir="rtl">حدث خطأ عندنا. انتظر بضع دقائق ثم حاول مرة أخرى.</p></main></html>"""
AGAIN_SECONDS = 5
NOT_FOUND = 404
PAGES = (400, 403, 404, 413, 429, 500, 503)


def init_app(app: Flask) -> None:
    """Bind a page to every error."""
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(CSRFError, show)
    app.register_error_handler(StoreDownError, show_store_down)
    app.register_error_handler(Exception, show_unexpected)


def show(
    error: HTTPException,
) -> tuple[str, int] | tuple[str, int, dict[str, str]] | HTTPException:
    """Show an error that we know, in the house's style and the reader's language."""
    code = error.code or 500
    if isinstance(error, ServiceUnavailable):
        seconds = str(error.retry_after or AGAIN_SECONDS)
        return (*_made(503, 503), {"Retry-After": seconds})
    if code < 400:  # noqa: PLR2004 -- a redirect travels as an exception too
        return error
    if code == NOT_FOUND:  # What was refused looks like what is not there.
        _note_refusal()
    page = code if code in PAGES else (400 if code < 500 else 500)  # noqa: PLR2004 -- as above
    return _made(page, code)


def _note_refusal() -> None:
    """Note that somebody known asked for what they may not have, or what is not there."""
    if request.endpoint is None:
        return
    try:
        who = maybe_viewer()
    except SQLAlchemyError:
        # The page itself says it; who asked cannot be found out now.
        return
    if who:
        record("access_refused", person=who.person_id, endpoint=request.endpoint)


def show_store_down(error: StoreDownError) -> tuple[str, int, dict[str, str]]:
    """Show that files cannot be kept or read for the moment; everything else goes on."""
    record("store_down", endpoint=request.endpoint, error=str(error))
    return (*_made(503, 503), {"Retry-After": str(AGAIN_SECONDS)})


def show_unexpected(error: Exception) -> tuple[str, int]:
    """Show that something broke here, and note where, without a word of anybody's."""
    # A message may quote what somebody typed; the places in our code may not.
    places = [
        f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    record(
        "request_failed",
        endpoint=request.endpoint,
        error=type(error).__name__,
        place=" < ".join(reversed(places[-4:])),
    )
    return _made(500, 500)


def _made(page: int, code: int) -> tuple[str, int]:
    """Make a page for an error, or the last one when even that cannot be made.

    A page asks who reads it, so it fails without a database, and for a host that is not ours.
    """
    try:
        # Nobody waits for a transaction that has nothing more to do.
        db.session.rollback()
        return render_template(f"errors/{page}.html"), code
    except Exception as again:  # noqa: BLE001 -- the last door: nothing may come after it
        record(
            "request_failed", endpoint=request.endpoint, error=type(again).__name__, place="errors"
        )
        return LAST_PAGE, code
