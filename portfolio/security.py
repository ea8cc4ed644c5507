"""Headers, nonces, cookies and sessions.

What lives here: what holds for every request and every answer. What does not: who may do
what, which is the gate's, and the shape of what may come in (shape.py).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, cast

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    NotFound,
)

from portfolio import limits
from portfolio.access import Action, Seat, Viewer
from portfolio.extensions import db, keyring, login
from portfolio.headers import HEADERS, NO_STORE
from portfolio.models.base import begin
from portfolio.models.found_sign_in import find_sign_in
from portfolio.models.sign_in import (
    OWN_DEVICE_LASTS,
    REST_SHARED,
    TOUCH_EVERY,
    hash_token,
    touch,
)
from portfolio.models.visit import find_visit
from portfolio.proving import AsksAgainError, is_proved, note_proof
from portfolio.shape import PortfolioRequest, check_shape
from portfolio.viewer import visitor

if TYPE_CHECKING:
    from datetime import timedelta

    from werkzeug.wrappers import Response as AnyResponse

    from portfolio.models.found_sign_in import FoundSignIn

SIGN_IN_COOKIE = "__Host-inloggen"
BROWSER_COOKIE = "__Host-browser"
VISIT_COOKIE = "__Host-bezoek"
# Where somebody without an account is somebody: by the token of a visit.
OPEN_TO_VISITS = frozenset({"file.photo", "file.sound", "file.paper"})
# What a page asks by itself tells of nobody who is there: it keeps no session alive. A file that
# goes ahead in pieces is such a thing, and so is a photo, or a sound that plays on. "Go on" counts
# when its token was checked, in its own view.
BY_ITSELF = frozenset({"rest.left", "rest.stay", "upload.piece"})
SHOWN_BY_ITSELF = frozenset({"audio", "image", "video"})
# What somebody may still do who is about to go: come back, or take everything along.
WHILE_LEAVING = frozenset(
    {
        *("going.back", "going.stay", "rest.left", "rest.stay", "desk.stop"),
        *("takeaway.page", "takeaway.begin", "takeaway.stop", "takeaway.file"),
    }
)


@dataclass(frozen=True)
class Rest:
    """How long a session still lasts when nobody does anything, and on what kind of device."""

    own_device: bool
    left: timedelta


def init_app(app: Flask) -> None:
    """Bind the checks and headers to an application."""
    app.request_class = PortfolioRequest
    app.before_request(check_shape)
    app.before_request(guard)
    login.init_app(app)
    login.request_loader(load_viewer)
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def load_viewer(_request: Request) -> Viewer | None:
    """Find out who asks, from the token in the cookie; nobody else's word counts."""
    return _signed_in() or (visitor_here() if request.endpoint in OPEN_TO_VISITS else None)


def visitor_here() -> Viewer | None:
    """Find the visit of this browser, by its own token; whether it lasts, the gate asks."""
    token = request.cookies.get(VISIT_COOKIE)
    if not token:
        return None
    begin(db.session, writing=False)
    visit_id = find_visit(db.session, token)
    return visitor(visit_id) if visit_id else None


def _signed_in() -> Viewer | None:
    token = request.cookies.get(SIGN_IN_COOKIE)
    if not token:
        return None
    begin(db.session, writing=False)
    found = find_sign_in(db.session, hash_token(token))
    if found is None:
        return None
    if not _is_whole(found):
        return None
    g.found = found
    note_proof(found)
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
        pictures=found.pictures,
        seats=tuple(Seat(*seat) for seat in found.seats),
        sign_in_id=found.sign_in_id,
        new_since=found.new_since,
    )


def _is_whole(found: FoundSignIn) -> bool:
    """Tell whether a session opens anything; note what is known of one that does not."""
    if found.half:
        # Nobody yet: the second step is still to come, and this opens nothing but that.
        g.half = found if found.valid else None
        return False
    if found.seats and not found.second_factor:
        # Whatever came before: who works for others is nobody without a second factor.
        return False
    if not found.valid:
        # Who typed this is known, but the session is over: what was typed can be kept.
        g.expired_person = found.person_id
    return found.valid


def rest_of(*, own_device: bool) -> timedelta:
    """Give how long a session lasts after the last sign of somebody."""
    return OWN_DEVICE_LASTS if own_device else REST_SHARED


def _somebody_is_there(found: FoundSignIn) -> bool:
    if request.endpoint in BY_ITSELF or request.headers.get("Sec-Fetch-Dest") in SHOWN_BY_ITSELF:
        return False
    return found.now - found.seen_at > TOUCH_EVERY


def half_signed_in() -> FoundSignIn | None:
    """Give the session in this browser that waits for its second step, if there is one."""
    if current_user.is_authenticated:
        return None
    half: FoundSignIn | None = g.get("half")
    return half


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
        raise NotFound
    found = g.get("found")
    if found and found.leaving_at and request.endpoint not in WHILE_LEAVING:
        # Whoever is about to go finds one page, on which they can come back.
        abort(redirect(url_for("going.back"), 303))
    limits.count_files(current_user.person_id, network)
    if "asks_again" in view.__dict__ and not is_proved():
        raise AsksAgainError


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
    headers.update(HEADERS)
    if not g.get("cacheable"):
        headers["Cache-Control"] = NO_STORE
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
