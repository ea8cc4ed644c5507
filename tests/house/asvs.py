"""Which requirements of the OWASP list a test shows: the ids in docstrings against tests/asvs.csv.

A test names what it shows in its own docstring, by the name and the id: ASVS 6.4.3. An id
that the list does not know is a finding; one that no test shows is printed, and is none.
"""

from __future__ import annotations

import ast
import csv
import re
from typing import TYPE_CHECKING

from tests.house.finding import ROOT, Finding, Source, sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NUMBER = r"\d+\.\d+\.\d+"
NAMED = re.compile(rf"ASVS ({NUMBER}(?:,\s+{NUMBER})*)")
MENTIONED = re.compile(r"ASVS\s+([\d.]+)")


def check(root: Path = ROOT) -> list[Finding]:
    """Find the ids in tests that the list does not know."""
    return sorted(unknown(sources("tests", root), set(_rows(root))))


def unknown(texts: Iterable[Source], known: set[str]) -> Iterator[Finding]:
    """Find what is named as a requirement and is none of ours."""
    for source in texts:
        for node in ast.walk(source.tree):
            for each in (*_ids(node), *_odd(node)):
                if each not in known:
                    place = f"{source.name}:{getattr(node, 'lineno', 1)}"
                    yield Finding(place, f"tests/asvs.csv knows no {each}")


def shown(texts: Iterable[Source]) -> set[str]:
    """List the ids that stand in the docstring of a test itself; a module shows nothing."""
    tests = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        each
        for source in texts
        for node in ast.walk(source.tree)
        if isinstance(node, tests) and node.name.startswith("test_")
        for each in _ids(node)
    }


def summary(root: Path = ROOT) -> list[str]:
    """Say how many of our requirements are shown, and which are not."""
    core = [each for each, row in _rows(root).items() if row["core"] == "yes"]
    found = shown(sources("tests", root))
    left = [each for each in core if each not in found]
    said = [f"asvs: {len(core) - len(left)} of {len(core)}"]
    return [*said, f"not shown: {', '.join(left)}"] if left else said


def _rows(root: Path) -> dict[str, dict[str, str]]:
    with (root / "tests" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def _ids(node: ast.AST) -> Iterator[str]:
    for found in NAMED.finditer(_docstring(node)):
        yield from re.findall(NUMBER, found[1])


def _odd(node: ast.AST) -> Iterator[str]:
    """Find a number after the name that is not written as an id is."""
    for found in MENTIONED.finditer(_docstring(node)):
        number = found[1].rstrip(".")
        if not re.fullmatch(NUMBER, number):
            yield number


def _docstring(node: ast.AST) -> str:
    documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
    return (ast.get_docstring(node) or "") if isinstance(node, documented) else ""
