"""The locks agree with each other and with setup.cfg, and name no address to fetch from."""

from __future__ import annotations

import re
from configparser import ConfigParser
from typing import TYPE_CHECKING

from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCKS = ("requirements.txt", "requirements-test.txt", "tests/node/package-lock.json")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
NAME = re.compile(r"^[\w.-]+")


def check(root: Path = ROOT) -> list[Finding]:
    """Find what is wrong with the locks."""
    return sorted([*_addresses(root), *_disagreements(root)])


def _addresses(root: Path) -> Iterator[Finding]:
    for lock in LOCKS:
        text = (root / lock).read_text(encoding="utf-8")
        if "://" in text or "--index-url" in text or "--find-links" in text:
            yield Finding(lock, "a lock holds names, versions and hashes, never an address")


def _disagreements(root: Path) -> Iterator[Finding]:
    runtime, test = (pins(root / lock) for lock in LOCKS[:2])
    for name, version in runtime.items():
        if test.get(name) != version:
            yield Finding(LOCKS[1], f"must hold {name}=={version}, as {LOCKS[0]} does")
    setup = ConfigParser()
    setup.read(root / "setup.cfg", encoding="utf-8")
    wanted = {
        LOCKS[0]: (setup["options"]["install_requires"], runtime),
        LOCKS[1]: (setup["options.extras_require"]["test"], test),
    }
    for lock, (lines, pinned) in wanted.items():
        for name in names(lines):
            if name not in pinned:
                yield Finding(lock, f"lacks {name}, which setup.cfg asks for")


def pins(lock: Path) -> dict[str, str]:
    """Read the versions that a lock pins, by name."""
    return dict(PIN.findall(lock.read_text(encoding="utf-8")))


def names(lines: str) -> Iterator[str]:
    """Read the names of parts from a list in setup.cfg, written as a lock writes them."""
    for line in filter(None, lines.splitlines()):
        match = NAME.match(line)
        if match:
            yield re.sub(r"[-_.]+", "-", match.group()).lower()
