"""A page for the list of every page: whose it is, and what is sent to get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Place:
    """A page: whose it is, the thing it is about, and what is sent to get it."""

    endpoint: str
    who: str
    thing: str = "-"
    also: dict[str, str] = field(default_factory=dict)
    send: Mapping[str, object] | None = None
    status: int = 200
    note: str = ""

    @property
    def name(self) -> str:
        """Name this page among all others."""
        return "-".join(filter(None, (self.endpoint, *self.also.values(), self.note)))


def all_of(who: str, *endpoints: str, thing: str = "-") -> Iterable[Place]:
    return (Place(endpoint, who, thing) for endpoint in endpoints)


def refused(endpoint: str, who: str, thing: str = "-", /, **typed: object) -> Place:
    """Name a page that comes back with what is wrong."""
    also = {"step": str(typed.pop("step"))} if "step" in typed else {}
    return Place(endpoint, who, thing, also, typed, 422, "refused")
