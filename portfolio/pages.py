"""What every template can count on: labels, dates, addresses of files, who is looking.

The style sheets are joined once into one file whose name changes with its content, so that
a browser may keep it for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import mimetypes
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
from flask import Flask, Response, current_app, g, request, session
from jinja2 import pass_context
from werkzeug.exceptions import NotFound

from portfolio import dates, details, drawing, hard_words, languages, voices
from portfolio.access import public
from portfolio.data import (
    ANSWERS,
    GRADES,
    HARD_WORDS,
    KINDS,
    LEEFGEBIEDEN,
    PARTS,
    PLAN_PARTS,
    PURPOSES,
    ROLES,
    SCALE,
)
from portfolio.data import plan as plan_data
from portfolio.extensions import settings
from portfolio.headers import NOTHING_RUNS
from portfolio.migrations import folder_of
from portfolio.models.consent import AMSTERDAM
from portfolio.models.sign_in import REST_SHARED, REST_WARNING
from portfolio.models.words import Words, grown, words_for
from portfolio.navigation import navigation
from portfolio.reading import by_picture
from portfolio.security import maybe_viewer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jinja2.runtime import Context

STYLE = "map.css"
# One file per concern, joined in the order in which they build on each other.
FONT_ADDRESS = re.compile(rb'url\("(fonts/[\w.-]+)"\)')
# The reasons that stand in a script are for who reads its source, not for a slow line.
COMMENT_LINE = re.compile(rb"^[ \t]*//.*\n", re.MULTILINE)
STYLE_PARTS = (
    "tokens",
    "base",
    "layout",
    "forms",
    "parts",
    "portfolio",
    "growth",
    "listen",
    "pictures",
    "print",
)


@dataclass(frozen=True)
class Asset:
    """A file that is the same for everybody, ready to be sent."""

    content: bytes
    kind: str
    version: str
    # The same content as it may travel, by the name of the packing, the smallest first.
    packed: Mapping[str, bytes]


def init_app(app: Flask) -> None:
    """Bind the names that templates use, and the files that go with them."""
    assets = load_assets(folder_of("static"))
    app.extensions["portfolio.assets"] = assets
    app.extensions["portfolio.voices"] = voices.load(folder_of("static"))
    app.add_url_rule("/bestand/<version>/<path:name>", "asset", send_asset)
    app.jinja_env.globals.update(
        say=languages.say,
        say_n=languages.say_n,
        one=languages.one,
        day=dates.day,
        month=dates.month,
        weekday=dates.weekday,
        weekdays=dates.weekdays,
        moment=dates.moment,
        clock=dates.clock,
        number=dates.number,
        hours=dates.hours,
        listed=dates.listed,
        words=languages.words,
        named=languages.named,
        also_in=languages.also_in,
        by_picture=by_picture,
        grown=grown,
        asset=lambda name: f"/bestand/{assets[name].version}/{name}",
        once=lambda: secrets.token_urlsafe(16),
        LEEFGEBIEDEN=LEEFGEBIEDEN,
        KINDS=KINDS,
        REST_SHARED=REST_SHARED,
        REST_WARNING=REST_WARNING,
        PARTS=PARTS,
        PLAN_PARTS=PLAN_PARTS,
        PLAN=plan_data,
        words_for=words_for,
        text_in=text_in,
        day_of=day_of,
        drawing=drawing,
        details_told=details.told,
        SCALE=SCALE,
        GRADES=GRADES,
        ANSWERS=ANSWERS,
        PURPOSES=PURPOSES,
        ROLES=ROLES,
        HARD_WORDS=HARD_WORDS,
        known_languages=languages.known,
        page_name=_page_name,
        languages=list(languages.LANGUAGES.values()),
        tapped=hard_words.tapped,
    )
    app.jinja_env.filters["explained"] = hard_words.explained
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_of_this_page)
    app.after_request(pack)


def text_in(by_language: Mapping[str, str], *languages: str) -> Words:
    """Give a text that is kept per language, in the first of these that has it, or else any."""
    texts = tuple(Words(text, lang) for lang, text in by_language.items())
    return words_for(texts, *languages)


def day_of(moment: datetime | str) -> date:
    """Give the day in Amsterdam of a moment, or the day that is written as a date."""
    if isinstance(moment, str):
        return date.fromisoformat(moment)
    return moment.astimezone(AMSTERDAM).date()


def _of_this_page() -> dict[str, object]:
    who, chose = languages.reader(), languages.choice()
    own = languages.language_of(who.language)
    viewer = maybe_viewer()
    return {
        "viewer": viewer,
        "rest": g.get("rest"),
        "recovering": bool(viewer and "found" in g and g.found.recovering),
        "withheld": bool(viewer and "found" in g and g.found.withheld and not g.found.leaving_at),
        "navigation": navigation(viewer),
        "language": who.page,
        "own_language": own,
        "mode": chose.mode,
        "unread": who.mode != "nl" and languages.is_unread(who.language),
        # Why Dutch stands here: in the language that somebody chose to read alone.
        "keeps_dutch": languages.beside(_why_dutch, chose) if who != chose else None,
        "slow": session.get("slow", False),
        "pictures": by_picture(),
        "page_languages": [languages.language_of(tag) for tag in who.tags],
        "font_sheets": [
            languages.language_of(tag).font_sheet
            for tag in who.tags
            if languages.language_of(tag).font_sheet
        ],
        "demo": settings().demo,
    }


@pass_context
def _page_name(context: Context) -> str:
    """Name the page that is made, by its template: the sentences on it are found by that."""
    return (context.name or "").removesuffix(".html")


def _why_dutch(tag: str) -> str:
    why = languages.mark("Hier staat ook Nederlands, omdat nog niemand jouw taal nakeek.")
    return languages.translate(tag, why)


def pack(response: Response) -> Response:
    """Pack a page for a slow line.

    A page holds a secret (its CSRF token) and may repeat what an address said. So that its
    packed length tells nothing, a name of random length is put inside the package (Palacios
    and others, "Heal the Breach", 2022); our cookies do not travel from other sites either.
    """
    if response.mimetype != "text/html" or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        packed = io.BytesIO()
        noise = secrets.token_hex(1 + secrets.randbelow(64))
        with gzip.GzipFile(noise, "wb", 5, packed, mtime=0) as file:
            file.write(response.get_data())
        response.set_data(packed.getvalue())
        response.content_encoding = "gzip"
    return response


def load_assets(folder: Path) -> dict[str, Asset]:
    """Read every static file once; join the style sheets into one."""
    found: dict[str, Asset] = {}
    # Fonts first: the sheets that name them carry their versioned addresses.
    for path in sorted(folder.rglob("*"), key=lambda path: (path.suffix != ".woff2", path)):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(("css/", f"{voices.PLACE}/")):
            content = path.read_bytes()
            if path.suffix == ".js":
                content = COMMENT_LINE.sub(b"", content)
            if path.suffix == ".css":
                content = _with_fonts(found, content)
            found[name] = _asset(name, content)
    style = "\n".join(
        (folder / "css" / f"{part}.css").read_text(encoding="utf-8") for part in STYLE_PARTS
    )
    found[STYLE] = _asset(STYLE, _with_fonts(found, style.encode()))
    return found


def _with_fonts(found: dict[str, Asset], style: bytes) -> bytes:
    return FONT_ADDRESS.sub(lambda named: _address(found, named), style)


def _address(found: dict[str, Asset], named: re.Match[bytes]) -> bytes:
    name = named[1].decode()
    return f'url("/bestand/{found[name].version}/{name}")'.encode()


def _asset(name: str, content: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind == "image/svg+xml":
        kind += "; charset=utf-8"
    # A font is packed already.
    packed = {} if kind.startswith("font/") else _packed(content)
    return Asset(content, kind, hashlib.sha256(content).hexdigest()[:12], packed)


@lru_cache(maxsize=64)
def _packed(content: bytes) -> dict[str, bytes]:
    both = {"br": brotli.compress(content), "gzip": gzip.compress(content, 9, mtime=0)}
    return {name: each for name, each in both.items() if len(each) < len(content)}


@public
def send_asset(version: str, name: str) -> Response:
    """Send a file that is the same for everybody; its name changes when it does."""
    if name.startswith(f"{voices.PLACE}/"):
        return voices.send(version, name)
    asset: Asset | None = current_app.extensions["portfolio.assets"].get(name)
    if asset is None or asset.version != version:
        raise NotFound
    response = Response(asset.content, content_type=asset.kind)
    for encoding, packed in asset.packed.items():
        if request.accept_encodings.quality(encoding) > 0:
            response.set_data(packed)
            response.content_encoding = encoding
            break
    response.headers["Vary"] = "Accept-Encoding"
    # A file asks for nothing; the long policy of a page would be half of what a small one weighs.
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    g.cacheable = True
    return response
