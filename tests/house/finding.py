"""What a rule of the house answers with."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, order=True)
class Finding:
    """One place that breaks a rule, and what to do there."""

    place: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.remedy}"


@dataclass(frozen=True)
class Source:
    """A Python file: its name in the project, as a dotted module, and its text."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Parse the text."""
        return ast.parse(self.text)

    def at(self, node: ast.stmt | ast.expr | ast.alias) -> str:
        """Name the place of a node."""
        return f"{self.name}:{node.lineno}"


def sources(folder: str, root: Path = ROOT) -> Iterator[Source]:
    """Read every Python file under a folder of the checkout."""
    for path in sorted((root / folder).rglob("*.py")):
        module = path.relative_to(root).with_suffix("").parts
        name = ".".join(module[:-1] if module[-1] == "__init__" else module)
        yield Source(name, path.read_text(encoding="utf-8"))
