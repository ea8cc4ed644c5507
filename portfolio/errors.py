"""Pages for when something goes wrong: what happened, what to do now, never a stack trace."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portfolio.events import record
from portfolio.extensions import db

PAGES = (400, 403, 404, 413, 429, 500)


def init_app(app: Flask) -> None:
    """Bind a page to every error."""
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(CSRFError, show)
    app.register_error_handler(Exception, show_unexpected)


def show(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Show an error that we know, in the house's style and the reader's language."""
    code = error.code or 500
    if code < 400:  # noqa: PLR2004 -- a redirect travels as an exception too
        return error
    page = code if code in PAGES else (400 if code < 500 else 500)  # noqa: PLR2004
    return render_template(f"errors/{page}.html"), code


def show_unexpected(error: Exception) -> tuple[str, int]:
    """Show that something broke here, and note where, without a word of anybody's."""
    db.session.rollback()
    person = current_user.person_id if current_user and current_user.is_authenticated else None
    record(
        "request_failed", person=person, endpoint=request.endpoint, error=type(error).__name__
    )
    return render_template("errors/500.html"), 500
