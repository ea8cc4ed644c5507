"""A rule is switched off in one place only with its name and a reason behind it.

`# noqa: S603 -- fixed arguments` and `# type: ignore[arg-type]  # stubs are too narrow`.
"""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

from tests.house.finding import Finding, Source, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

SILENCE = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover|pyright:|ruff:|mypy:)", re.IGNORECASE
)
WITH_REASON = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w\-, ]+\])\s+(?:#|--)\s*\S+",
)


def check() -> list[Finding]:
    """Find the silences without a reason in all Python of the project."""
    return sorted(
        finding
        for folder in ("portfolio", "tests", "migrations")
        for source in sources(folder)
        if "node_modules" not in source.name
        for finding in without_reason(source)
    )


def without_reason(source: Source) -> Iterator[Finding]:
    """Find comments that switch a rule off and do not say which or why."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if SILENCE.search(token.string) and not WITH_REASON.search(token.string):
            place = f"{source.name}:{token.start[0]}"
            yield Finding(place, "name the rule and the reason: # noqa: S603 -- why it is safe")
