"""Headers, nonces, cookies, sessions, and the shape of what may come in.

What lives here: what holds for every request and every answer. What does not: who may do
what; that is the gate's.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from io import BytesIO
from ipaddress import IPv6Address, ip_address, ip_network
from typing import IO, TYPE_CHECKING, cast

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    BadRequest,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
)

from portfolio import limits
from portfolio.access import Action, Seat, Viewer
from portfolio.events import record
from portfolio.extensions import db, keyring, login
from portfolio.models.base import begin
from portfolio.models.sign_in import (
    OWN_DEVICE_LASTS,
    REST_SHARED,
    TOUCH_EVERY,
    find_sign_in,
    hash_token,
    touch,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from werkzeug.wrappers import Response as AnyResponse

    from portfolio.models.sign_in import FoundSignIn

SIGN_IN_COOKIE = "__Host-inloggen"
BROWSER_COOKIE = "__Host-browser"
# Lists are asked for by name; everywhere else a doubled parameter is an attack or a mistake.
LIST_SUFFIX = "_lijst"
LONGEST_FIELD = 64_000
LARGEST_UPLOAD = 21 * 1024 * 1024
LARGEST_FILE = 20 * 1024 * 1024
# A file over a slow line comes in pieces of at most this.
LARGEST_PIECE = 512 * 1024
LARGEST_FORM = 2 * 1024 * 1024
# What a page asks by itself tells of nobody who is there: it keeps no session alive. A file that
# goes ahead in pieces is such a thing, and so is a photo, or a sound that plays on. "Go on" counts
# when its token was checked, in its own view.
BY_ITSELF = frozenset({"rest.left", "rest.stay", "upload.piece"})
SHOWN_BY_ITSELF = frozenset({"audio", "image", "video"})
# What somebody may still do who is about to go: come back, or take everything along.
WHILE_LEAVING = frozenset(
    {
        *("going.back", "going.stay", "rest.left", "rest.stay"),
        *("takeaway.page", "takeaway.begin", "takeaway.stop", "takeaway.file"),
    }
)
# The server says with it that a body was read away, as there was no room for it in memory.
BUSY_HEADER = "PORTFOLIO_BUSY"


@dataclass(frozen=True)
class Rest:
    """How long a session still lasts when nobody does anything, and on what kind of device."""

    own_device: bool
    left: timedelta


class PortfolioRequest(Request):
    """A request whose files stay in memory: nothing unsealed is ever spooled to a disk."""

    max_form_memory_size = LARGEST_FORM

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()


def init_app(app: Flask) -> None:
    """Bind the checks and headers to an application."""
    app.request_class = PortfolioRequest
    app.before_request(check_shape)
    app.before_request(guard)
    login.init_app(app)
    login.request_loader(load_viewer)
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def check_shape() -> None:
    """Refuse doubled parameters, texts of absurd length and posts from other sites, with 400."""
    if "\x00" in request.path:
        # No id has it, and PostgreSQL takes it in no text.
        raise NotFound
    if request.headers.get("Sec-Fetch-Site", "same-origin") in ("cross-site", "same-site") and (
        request.method not in ("GET", "HEAD")
    ):
        raise BadRequest
    if request.environ.get(f"HTTP_{BUSY_HEADER}"):
        raise ServiceUnavailable(retry_after=5)
    try:
        fields = [*request.args.lists(), *request.form.lists()]
    except RequestEntityTooLarge:
        if (request.content_length or 0) > LARGEST_UPLOAD:
            raise
        raise BadRequest from None
    counted = [(name, len(values)) for name, values in fields]
    # A photo comes from the camera or from a file: two controls of one name, one of them empty.
    counted += [
        (name, sum(bool(file.filename) for file in files)) for name, files in request.files.lists()
    ]
    if any(count > 1 and not name.endswith(LIST_SUFFIX) for name, count in counted):
        raise BadRequest
    for _name, values in fields:
        if any(len(value) > LONGEST_FIELD or "\x00" in value for value in values):
            raise BadRequest


def load_viewer(_request: Request) -> Viewer | None:
    """Find out who asks, from the token in the cookie; nobody else's word counts."""
    token = request.cookies.get(SIGN_IN_COOKIE)
    if not token:
        return None
    begin(db.session, writing=False)
    found = find_sign_in(db.session, hash_token(token))
    if found is None:
        return None
    if not found.valid:
        # Who typed this is known, but the session is over: what was typed can be kept.
        g.expired_person = found.person_id
        return None
    g.found = found
    left = found.rest_ends_at - found.now
    if _somebody_is_there(found):
        if not _note_presence(found):
            g.expired_person = found.person_id
            return None
        left = rest_of(own_device=found.own_device)
    g.rest = Rest(found.own_device, min(left, found.ends_at - found.now))
    return Viewer(
        person_id=found.person_id,
        key_id=found.key_id,
        portfolio_id=found.portfolio_id,
        age_group=found.age_group,
        language=found.language,
        mode=found.mode,
        seats=tuple(Seat(*seat) for seat in found.seats),
        sign_in_id=found.sign_in_id,
        new_since=found.new_since,
    )


def rest_of(*, own_device: bool) -> timedelta:
    """Give how long a session lasts after the last sign of somebody."""
    return OWN_DEVICE_LASTS if own_device else REST_SHARED


def _somebody_is_there(found: FoundSignIn) -> bool:
    if request.endpoint in BY_ITSELF or request.headers.get("Sec-Fetch-Dest") in SHOWN_BY_ITSELF:
        return False
    return found.now - found.seen_at > TOUCH_EVERY


def stay_signed_in() -> Rest:
    """Note that somebody is there, on an endpoint that asked for somebody."""
    found: FoundSignIn = g.found
    if not _note_presence(found):
        abort(login.unauthorized())
    lasts = rest_of(own_device=found.own_device)
    return Rest(found.own_device, min(lasts, found.ends_at - found.now))


def _note_presence(found: FoundSignIn) -> bool:
    """Tell whether the session is still there to be noted."""
    try:
        begin(db.session, writing=True)
        there = touch(db.session, found)
        db.session.commit()
    except OperationalError:
        # A full disk takes nobody's own reading away; the session's rest only goes on counting.
        db.session.rollback()
        return True
    return there


def guard() -> None:
    """Let a request through to its endpoint, or not: what is not marked answers nobody."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return
    if "access" not in view.__dict__:
        raise NotFound
    action: Action | None = view.__dict__["access"]
    if action is None:
        return
    if not current_user.is_authenticated:
        abort(login.unauthorized())
    if not current_user.may(action):
        record("access_refused", person=current_user.person_id, endpoint=request.endpoint)
        raise NotFound
    if g.found.leaving_at and request.endpoint not in WHILE_LEAVING:
        # Whoever is about to go finds one page, on which they can come back.
        abort(redirect(url_for("going.back"), 303))
    limits.count_files(current_user.person_id, network())


def viewer() -> Viewer:
    """Give whoever asks, on an endpoint that asked for somebody."""
    if not current_user.is_authenticated:
        raise NotFound
    return cast("Viewer", current_user._get_current_object())  # noqa: SLF001 -- a proxy has no other door


def maybe_viewer() -> Viewer | None:
    """Give whoever asks, or nobody."""
    return viewer() if current_user.is_authenticated else None


def csp_nonce() -> str:
    """Give the nonce of this answer's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def add_headers(response: Response) -> Response:
    """Put the house's headers on every answer, errors included."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "geolocation=(), camera=(self), microphone=(self)"
    headers["X-Robots-Tag"] = "noindex, nofollow"
    if not g.get("cacheable"):
        headers["Cache-Control"] = "no-store"
    return response


def _policy() -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{csp_nonce()}'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


def network() -> str:
    """Name the network that asks: an IPv4 address, or the /64 of an IPv6 address, hashed."""
    return keyring().lookup_hash("network", _network_of(request.remote_addr or "unknown"))


def _network_of(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    return str(known.ipv4_mapped or ip_network((int(known), 64), strict=False))


def set_token_cookie(response: AnyResponse, name: str, token: str, seconds: int | None) -> None:
    """Set one of our cookies: host-bound, secure, out of reach of scripts."""
    response.set_cookie(
        name, token, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax"
    )


def clear_token_cookie(response: AnyResponse, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")


def own_path(path: str | None) -> str:
    """Give back a path of our own pages, or the front door: never another site."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    if any(ord(letter) < 33 or letter == "\\" for letter in path):  # noqa: PLR2004 -- controls
        return "/"
    return path
