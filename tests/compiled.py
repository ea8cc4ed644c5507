"""Templates, addresses and views made once for a run: every test has an application of its own.

They are the same in all of them, and making them is most of what it costs to make one and to
open its first page. What is a test's own is its stores: they are joined anew each time.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, ClassVar

from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from portfolio import create_app, erasure, join_stores

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from flask import Flask
    from jinja2.bccache import Bucket

    from portfolio.config import Settings

# What join_stores puts there.
OF_STORES = {
    "sqlalchemy",
    *(f"portfolio.{part}" for part in ("settings", "keyring", "media", "intake")),
}


class Compiled(BytecodeCache):
    """Keeps the code of each template, by its place and by what stood in it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template that has not changed since."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


class KnownRule(Rule):
    """A rule for addresses that is compiled once; how values are written is still asked of it."""

    known: ClassVar[dict[tuple[object, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 -- werkzeug's own words
        # What is compiled is made of these three alone.
        key = (*self._trace, append_unknown, *sorted(self.defaults or ()))
        if key not in self.known:
            self.known[key] = super()._compile_builder(append_unknown)
        return self.known[key]


class Applications:
    """Makes applications for tests, each from what a first one is made of."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings of the first; it is never asked anything itself."""
        self._settings = settings
        self._first: Flask | None = None
        self._rules = 0

    def make(self, settings: Settings) -> Flask:
        """Make an application with these stores, as create_app does."""
        if self._first is None or self._rules != len(self._first.url_map._rules):
            # A test that added an address leaves it here: then all is made anew.
            self._first = create_app(self._settings)
            self._rules = len(self._first.url_map._rules)
        return _like(self._first, settings)


def _like(first: Flask, settings: Settings) -> Flask:
    app = copy(first)
    app.config = copy(first.config)
    app.config["TRUSTED_HOSTS"] = settings.hosts
    app.view_functions = dict(first.view_functions)
    app.extensions = {
        name: part for name, part in first.extensions.items() if name not in OF_STORES
    }
    app.teardown_appcontext_funcs = []
    join_stores(app, settings)
    erasure.replay(app)
    return app
