"""Which tests run: what needs a browser, a scanner or minutes is left out and named if it must be.

A plugin of pytest, named in pyproject.toml. It adds --long.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.access.table import CELLS

if TYPE_CHECKING:
    from collections.abc import Iterator

NODE_PARTS = Path(__file__).parent / "node" / "node_modules"
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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Share the files out over the processes."""
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps a file in one process: its pages are built once. A story goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file.startswith("tests/stories/") else file


def _reasons(config: pytest.Config) -> Iterator[tuple[str, str]]:
    if not shutil.which("chromium"):
        yield "browser", "there is no chromium here (install Debian's package chromium)"
    if not shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        yield "clamd", "there is no clamd here (install Debian's package clamav-daemon)"
    if not (NODE_PARTS / "oidc-provider").is_dir():
        yield "issuer", "there is no oidc-provider here (script/setup test installs it)"
    if not config.getoption("--long"):
        yield "long", "they take minutes (run them with --long)"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let one of several processes tell the one that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, [])
        output["cells"] = session.config.stash.get(CELLS, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in what one of several processes tells."""
    told = getattr(node, "workeroutput", {})
    stash = node.config.stash
    # Each of them left the same tests out; each tried cells of its own.
    stash[LEFT_OUT] = list(dict.fromkeys([*stash.get(LEFT_OUT, []), *told.get("left_out", [])]))
    stash[CELLS] = stash.get(CELLS, 0) + told.get("cells", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say in one plain line each what did not run, which is no pass of it, and what was tried."""
    for line in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(line, yellow=True)
    tried = config.stash.get(CELLS, 0)
    if tried:
        terminalreporter.write_line(f"access: {tried} cells of docs/access.md tried")
