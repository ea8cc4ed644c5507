"""Templates and addresses compiled once for a run: every test has an application of its own.

They are the same in all of them, and compiling them is most of what it costs to make one and to
open its first page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from jinja2 import BytecodeCache
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from jinja2.bccache import Bucket


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
