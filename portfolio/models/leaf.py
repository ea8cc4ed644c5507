"""A long list, one leaf at a time: a page loads and opens only what it shows.

After some years there are hundreds of goals and dozens of talks and versions in a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

T = TypeVar("T")
# How much of a list stands on one leaf.
LEAF = 8


@dataclass(frozen=True)
class Leaf(Generic[T]):
    """One leaf of a list, and whether another follows."""

    rows: tuple[T, ...]
    number: int = 1
    more: bool = False


@lru_cache(maxsize=256)
def on_leaf(chosen: Select[T], number: int, size: int = LEAF) -> Select[T]:
    """Choose what stands on a leaf, and one more, which tells whether another leaf follows."""
    return chosen.limit(size + 1).offset((number - 1) * size)


def leaf_of(rows: Sequence[T], number: int, size: int = LEAF) -> Leaf[T]:
    """Make a leaf of what was chosen for it."""
    return Leaf(tuple(rows[:size]), number, len(rows) > size)
