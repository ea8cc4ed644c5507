"""Which tests run: what needs a browser or minutes is left out, and said to be, when it must.

A plugin of pytest, named in pyproject.toml. It adds --long.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFT_OUT: pytest.StashKey[list[str]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our own option."""
    parser.addoption("--long", action="store_true", help="run the tests that take minutes, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out the tests that cannot or should not run here."""
    config.stash[LEFT_OUT] = []
    for mark, reason in _reasons(config):
        out = [item for item in items if item.get_closest_marker(mark)]
        if out:
            items[:] = [item for item in items if item not in out]
            config.hook.pytest_deselected(items=out)
            config.stash[LEFT_OUT].append(f"NOT RUN: {len(out)} tests marked '{mark}': {reason}.")


def _reasons(config: pytest.Config) -> Iterator[tuple[str, str]]:
    if not shutil.which("chromium"):
        yield "browser", "there is no chromium here (install Debian's package chromium)"
    if not config.getoption("--long"):
        yield "long", "they take minutes (run them with --long)"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say in one plain line each what did not run; that is no pass of it."""
    for line in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(line, yellow=True)
