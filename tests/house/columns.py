"""Every column declares its class, whether it is exported, and what erasing does to it.

The declaration is `info={"class": ..., "export": ..., "erase": ...}`, written by the
constructors public(), internal() and sealed() of the models.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, LargeBinary
from sqlalchemy.orm import DeclarativeBase

from tests.house.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

CLASSES = frozenset({"public", "internal", "sealed"})
ERASURES = frozenset({"row", "key", "keep", "forget"})


def check() -> list[Finding]:
    """Find the columns of all our tables that declare nothing, or nonsense."""
    return sorted(finding for column in _all_columns() for finding in undeclared(column))


def undeclared(column: Column[Any]) -> Iterator[Finding]:
    """Find what a column fails to declare."""
    place = f"{column.table.name}.{column.name}"
    kind = column.info.get("class")
    if kind not in CLASSES:
        yield Finding(place, "declare it with public(), internal() or sealed()")
        return
    if not isinstance(column.info.get("export"), bool):
        yield Finding(place, "say whether the owner's export holds it")
    if column.info.get("erase") not in ERASURES:
        yield Finding(place, f"say what erasing does: {', '.join(sorted(ERASURES))}")
    if kind == "sealed" and not isinstance(column.type, LargeBinary):
        yield Finding(place, "a sealed column holds sealed bytes")
    if kind == "sealed" and column.info.get("erase") != "key":
        yield Finding(place, "a sealed column is erased with its key")


def _all_columns() -> Iterator[Column[Any]]:
    _import_models()
    for base in DeclarativeBase.__subclasses__():
        if base.__module__.startswith("portfolio."):
            for table in base.metadata.tables.values():
                yield from table.columns


def _import_models() -> None:
    importlib.import_module("portfolio.keyring")
    models = importlib.import_module("portfolio.models")
    for module in pkgutil.walk_packages(models.__path__, "portfolio.models."):
        importlib.import_module(module.name)
