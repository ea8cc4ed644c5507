"""Views ask the gate; they write no query of their own.

A list and a page must come from the same rule, so `select()` lives behind access.py.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.house.finding import Finding, Source, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKING = frozenset(
    {
        "execute",
        "get",
        "get_one",
        "get_or_abort",
        "one_or_abort",
        "query",
        "scalar",
        "scalars",
        "stream_scalars",
    },
)
# Errors of the database may be caught in a view.
HARMLESS = frozenset({"sqlalchemy.exc"})


def check() -> list[Finding]:
    """Find the queries in views."""
    return sorted(
        finding for source in sources("portfolio/views") for finding in own_queries(source)
    )


def own_queries(source: Source) -> Iterator[Finding]:
    """Find imports from SQLAlchemy and questions to a database session."""
    tree = source.tree
    browser_session = _names_from_flask(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _is_sqlalchemy(node.module or ""):
            yield Finding(source.at(node), "a view imports nothing from SQLAlchemy; ask access.py")
        elif isinstance(node, ast.Import):
            if any(_is_sqlalchemy(name.name) for name in node.names):
                yield Finding(source.at(node), "a view does not import SQLAlchemy; ask access.py")
        elif isinstance(node, ast.Call) and _asks_a_session(node.func, browser_session):
            remedy = f"a view does not call {ast.unparse(node.func)}(); ask access.py"
            yield Finding(source.at(node), remedy)


def _asks_a_session(function: ast.expr, browser_session: set[str]) -> bool:
    if not (isinstance(function, ast.Attribute) and function.attr in ASKING):
        return False
    owner = function.value
    if isinstance(owner, ast.Attribute):
        return owner.attr == "session"
    if "session" in browser_session:
        return False
    return isinstance(owner, ast.Name) and owner.id == "session"


def _names_from_flask(tree: ast.Module) -> set[str]:
    """List the names that Flask gave: its `session` is the browser's, not the database's."""
    return {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for name in node.names
    }


def _is_sqlalchemy(module: str) -> bool:
    return module.partition(".")[0] == "sqlalchemy" and module not in HARMLESS
