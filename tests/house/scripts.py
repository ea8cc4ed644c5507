"""The scripts can be started, and the README names only scripts that are there."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPT = re.compile(r"\b(?:script/[a-z]+|\.ci/run)\b")
PROMISED = frozenset({"script/server", "script/test"})


def check(root: Path = ROOT) -> list[Finding]:
    """Find the scripts that cannot run, and what the README says wrongly about them."""
    return sorted([*_broken(root), *_readme(root)])


def _broken(root: Path) -> Iterator[Finding]:
    for path in (*sorted((root / "script").iterdir()), root / ".ci" / "run"):
        place = str(path.relative_to(root))
        if not os.access(path, os.X_OK):
            yield Finding(place, "make it executable")
        read = subprocess.run(
            ["bash", "-n", str(path)],  # noqa: S607 -- Debian's own shell
            capture_output=True,
            text=True,
            check=False,
        )
        if read.returncode:
            yield Finding(place, read.stderr.strip())


def _readme(root: Path) -> Iterator[Finding]:
    readme = root / "README.md"
    named = set(SCRIPT.findall(readme.read_text(encoding="utf-8"))) if readme.is_file() else set()
    for script in named:
        if not (root / script).is_file():
            yield Finding("README.md", f"names {script}, which is not there")
    for script in PROMISED - named:
        yield Finding("README.md", f"must name {script}: it is how a person begins")
