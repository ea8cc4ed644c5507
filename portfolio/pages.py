"""What every template can count on: labels, dates, addresses of files, who is looking.

The style sheets are joined once into one file whose name changes with its content, so that
a browser may keep it for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import NotFound

from portfolio import languages
from portfolio.access import public
from portfolio.data import GRADES, KINDS, LEEFGEBIEDEN, PURPOSES, ROLES, SCALE
from portfolio.extensions import settings
from portfolio.migrations import folder_of
from portfolio.navigation import navigation
from portfolio.security import maybe_viewer

if TYPE_CHECKING:
    from pathlib import Path

STYLE = "style.css"
# One file per concern, joined in the order in which they build on each other.
STYLE_PARTS = ("tokens", "base", "layout", "forms", "parts", "portfolio", "print")


@dataclass(frozen=True)
class Asset:
    """A file that is the same for everybody, ready to be sent."""

    content: bytes
    packed: bytes
    kind: str
    version: str


def init_app(app: Flask) -> None:
    """Bind the names that templates use, and the files that go with them."""
    assets = load_assets(folder_of("static"))
    app.extensions["portfolio.assets"] = assets
    app.add_url_rule("/bestand/<version>/<path:name>", "asset", send_asset)
    app.jinja_env.globals.update(
        say=languages.say,
        say_n=languages.say_n,
        one=languages.one,
        day=languages.day,
        month=languages.month,
        moment=languages.moment,
        words=languages.words,
        asset=lambda name: f"/bestand/{assets[name].version}/{name}",
        once=lambda: secrets.token_urlsafe(16),
        LEEFGEBIEDEN=LEEFGEBIEDEN,
        KINDS=KINDS,
        SCALE=SCALE,
        GRADES=GRADES,
        PURPOSES=PURPOSES,
        ROLES=ROLES,
        languages=list(languages.LANGUAGES.values()),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_of_this_page)


def _of_this_page() -> dict[str, object]:
    who = languages.reader()
    viewer = maybe_viewer()
    return {
        "viewer": viewer,
        "navigation": navigation(viewer),
        "language": who.page,
        "own_language": languages.LANGUAGES[who.language],
        "mode": who.mode,
        "demo": settings().demo,
    }


def load_assets(folder: Path) -> dict[str, Asset]:
    """Read every static file once; join the style sheets into one."""
    style = "\n".join(
        (folder / "css" / f"{part}.css").read_text(encoding="utf-8") for part in STYLE_PARTS
    )
    found = {STYLE: _asset(STYLE, style.encode())}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("css/"):
            found[name] = _asset(name, path.read_bytes())
    return found


def _asset(name: str, content: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind == "image/svg+xml":
        kind += "; charset=utf-8"
    packed = gzip.compress(content, 9, mtime=0) if "font" not in kind else content
    return Asset(content, packed, kind, hashlib.sha256(content).hexdigest()[:12])


@public
def send_asset(version: str, name: str) -> Response:
    """Send a file that is the same for everybody; its name changes when it does."""
    asset: Asset | None = current_app.extensions["portfolio.assets"].get(name)
    if asset is None or asset.version != version:
        raise NotFound
    response = Response(asset.content, content_type=asset.kind)
    if "gzip" in request.accept_encodings and len(asset.packed) < len(asset.content):
        response.set_data(asset.packed)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    g.cacheable = True
    return response
