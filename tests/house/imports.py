"""Imports run one way: views -> forms, access, documents, media -> models -> keyring -> config.

A room may import from its own layer and from the layers under it, never from above.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.house.finding import Finding, Source, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

# From the bottom up. A room that is not named here stands beside the gate, in the middle.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"b1", "b1_words", "config", "data", "engines", "events"}),
    frozenset({"keyring"}),
    frozenset({"models"}),
    frozenset({"access", "documents", "forms", "media"}),
    frozenset({"views"}),
    # These join the parts or start them, so they may see all of it.
    frozenset({"__main__", "commands", "demo", "keeping", "portfolio"}),
)
RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}
MIDDLE = RANK["access"]

# Such a room takes in whatever has no place of its own.
NO_ROOM = frozenset({"common", "helper", "helpers", "manager", "misc", "util", "utils"})

# What knows a request, a session of a browser or a URL has no place in a model.
OF_THE_REQUEST = frozenset({"current_user", "g", "login_user", "request", "session", "url_for"})
MODELS_KEEP_OUT = frozenset({"flask", "flask_login", "flask_wtf", "werkzeug", "wtforms"})


def check() -> list[Finding]:
    """Find the imports of the product that run the wrong way."""
    return sorted(
        finding
        for source in sources("portfolio")
        for finding in (*wrong_way(source), *request_in_model(source))
    )


def wrong_way(source: Source) -> Iterator[Finding]:
    """Find imports from a room above."""
    own = _room(source.name)
    if NO_ROOM & set(source.name.split(".")):
        yield Finding(source.name, "name it after a word of the domain")
    for place, module in _imported(source):
        other = _room(module)
        if other and _rank(other) > _rank(own):
            yield Finding(place, f"{own} must not import from {other}, which stands above it")


def request_in_model(source: Source) -> Iterator[Finding]:
    """Find models that know a request."""
    if _room(source.name) != "models":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            bad = [name.name for name in node.names if _top(name.name) in MODELS_KEEP_OUT]
        elif isinstance(node, ast.ImportFrom) and _top(node.module or "") in MODELS_KEEP_OUT:
            bad = [name.name for name in node.names if name.name in OF_THE_REQUEST]
        else:
            continue
        for name in bad:
            remedy = f"a model must not import {name}; pass what it needs as an argument"
            yield Finding(source.at(node), remedy)


def _imported(source: Source) -> Iterator[tuple[str, str]]:
    """Name every module of ours that a file imports, as `portfolio.room...`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((source.at(node), name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "portfolio":
            yield from ((source.at(node), f"portfolio.{name.name}") for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield source.at(node), node.module


def _rank(room: str) -> int:
    return RANK.get(room, MIDDLE)


def _room(module: str) -> str:
    """Name the room of a module of ours; empty for what is not ours."""
    top, _, rest = module.partition(".")
    if top != "portfolio":
        return ""
    return _top(rest) or "portfolio"


def _top(module: str) -> str:
    return module.partition(".")[0]
