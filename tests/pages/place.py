"""A page for the list of every page: whose it is, and what is sent to get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


# Pages on which a language that nobody checked never stands alone, written down here once more:
# by their word, by their whole name, and by what they are about.
ABOUT_CONSENT = {
    *("access_log", "consent", "contact", "desk", "going", "preview", "rights", "share", "signal"),
    *("email", "version", "visitor_link"),
}
ABOUT_HEALTH = {"help", "wellbeing"}
CONSENT_STANDS_ON = {"entry.finish", "entry.page", "direction.barriers"}
HEALTH = {"gezondheid", "health"}
# Somebody asked at a desk for a new passphrase of theirs: each page offers to stop that.
RECOVERING = {"farid"}


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

    @property
    def keeps_dutch(self) -> bool:
        """Tell whether Dutch stays here beside a language that nobody checked."""
        word = self.endpoint.partition(".")[0]
        about = {part for value in self.also.values() for part in value.split(":")}
        return bool(
            word in ABOUT_CONSENT | ABOUT_HEALTH
            or self.endpoint in CONSENT_STANDS_ON
            or about & HEALTH
            or self.who in RECOVERING
        )


def all_of(who: str, *endpoints: str, thing: str = "-") -> Iterable[Place]:
    return (Place(endpoint, who, thing) for endpoint in endpoints)


def refused(endpoint: str, who: str, thing: str = "-", /, **typed: object) -> Place:
    """Name a page that comes back with what is wrong."""
    also = {"step": str(typed.pop("step"))} if "step" in typed else {}
    return Place(endpoint, who, thing, also, typed, 422, "refused")
