"""What was sent after the sign-in had ended: kept, shown to the same person, sent again.

What lives here: what happens to a request that nobody is signed in for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound

from portfolio.access import Action, get_or_404, requires, visible
from portfolio.data import ANSWERS, KINDS, LEEFGEBIEDEN, PURPOSES, SCALE
from portfolio.data.plan import TALK_KINDS
from portfolio.events import record
from portfolio.extensions import csrf, db, keyring, login
from portfolio.models.base import begin, clock
from portfolio.models.draft import Draft
from portfolio.models.kept_post import KIND, keep_post, kept_ids, open_kept
from portfolio.security import own_path, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.kept_post import KeptPost

bp = Blueprint("kept_post", __name__)

# Made for one page or one person: never kept, never shown.
UNKEPT = (
    *("csrf_token", "passphrase", "old_passphrase", "new_passphrase", "credential"),
    # Of help at a desk; the name there is another's.
    *("own_word", "own_word_again", "passphrase_again", "sign_in_name"),
)
# What a choice was called on the page.
LABELS = {key: row.name for key, row in LEEFGEBIEDEN.items()} | {
    key: row.label
    for rows in (KINDS, SCALE, PURPOSES, ANSWERS, TALK_KINDS)
    for key, row in rows.items()
}
# Of the form, not of the person: sent again, never shown.
UNSEEN = (
    *("once", "version", "base_version", "upload", "again", "more", "eerder", "weg"),
    *("laatste_weg", "gehoord"),
    *("membership", "who", "klaar", "organisation", "next"),
)


@login.unauthorized_handler  # type: ignore[untyped-decorator]  # Flask-Login has no types
def ask_to_sign_in() -> Response:
    """Bring somebody to the sign-in page, and back afterwards; keep what was typed."""
    if request.method in ("GET", "HEAD"):
        here = request.full_path.rstrip("?")
        return redirect(url_for("sign_in.page", next=own_path(here)), 303)
    kept = keep_typed(g.get("expired_person"), request.path)
    return redirect(url_for("sign_in.page", verstuurd="bewaard" if kept else "nee"), 303)


def after_sign_in(person_id: str, next_path: str | None) -> str:
    """Say where somebody goes after signing in: first to what was kept for them."""
    if kept_ids(db.session, person_id):
        return url_for("kept_post.page")
    return own_path(next_path)


@bp.get("/bewaard")
@requires(Action.ACCOUNT_USE)
def page() -> str | Response:
    """Show somebody what they sent when their session had ended."""
    posts = _kept()
    if not posts:
        return redirect(url_for("home.welcome"), 303)
    return render_template("kept_post/page.html", posts=[(post, _seen(post)) for post in posts])


@bp.post("/bewaard/<draft_id>/verder")
@requires(Action.ACCOUNT_USE)
def send_again(draft_id: str) -> Response:
    """Send the form on to where it was going, as the browser brings it. 307 keeps a post."""
    begin(db.session, writing=True)
    post = next((post for post in _kept() if post.id == draft_id), None)
    if post is None or not is_own_form(post.path):
        raise NotFound
    _row(draft_id).done_at = clock(db.session)
    db.session.commit()
    return redirect(post.path, 307)


@bp.post("/bewaard/<draft_id>/weg")
@requires(Action.ACCOUNT_USE)
def throw_away(draft_id: str) -> Response:
    """Throw away what was kept."""
    begin(db.session, writing=True)
    db.session.delete(_row(draft_id))
    db.session.commit()
    return redirect(url_for("kept_post.page"), 303)


def is_own_form(path: str) -> bool:
    """Tell whether a path is one of our pages that takes a form from somebody signed in."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None or own_path(path) != path:
        return False
    try:
        endpoint, _ = adapter.match(path, method="POST")
    except HTTPException:
        return False
    return current_app.view_functions[endpoint].__dict__.get("access") is not None


def keep_typed(person_id: str | None, path: str) -> bool:
    """Keep the form that was sent, for its person alone, as one that goes to this path."""
    fields = [
        (name, value)
        for name, values in request.form.lists()
        if name not in UNKEPT
        for value in values
    ]
    typed = any(value.strip() for name, value in fields if name not in UNSEEN)
    if person_id is None or not typed or not is_own_form(path):
        return False
    try:
        # Another site must not put words in somebody's mouth.
        csrf.protect()
    except CSRFError:
        return False
    begin(db.session, writing=True)
    kept = keep_post(db.session, keyring(), person_id, path, fields)
    db.session.commit()
    if kept:
        record("post_kept", person=person_id)
    return kept


def _kept() -> list[KeptPost]:
    who = viewer()
    key = keyring().fetch([who.key_id]).get(who.key_id)
    if key is None:
        raise NotFound
    return open_kept(db.session, visible(who, Action.ACCOUNT_USE, Draft), key)


def _row(draft_id: str) -> Draft:
    row = get_or_404(viewer(), Action.ACCOUNT_USE, Draft, draft_id)
    if row.kind != KIND:
        raise NotFound
    return row


def _seen(post: KeptPost) -> list[tuple[str, str | None]]:
    """List what was typed or chosen; a choice with the label that was shown for it."""
    return [
        (value, LABELS.get(value))
        for name, value in post.fields
        if name not in UNSEEN and value.strip()
    ]
