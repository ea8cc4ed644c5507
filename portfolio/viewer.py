"""Who asks, and for what: the words in which the gate speaks.

What lives here: actions, seats and viewers. What does not: any decision over a row.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_login import UserMixin

from portfolio.models.organisation import COACHING_ROLES, SHARING_ROLES

if TYPE_CHECKING:
    from datetime import datetime


class Action(enum.Enum):
    """What somebody may do: `<what>_<deed>`."""

    ACCOUNT_USE = "account_use"
    MAP_KEEP = "map_keep"
    MAP_RESTORE = "map_restore"
    MAP_SHARE = "map_share"
    LOG_READ = "log_read"
    PEOPLE_SEE = "people_see"
    PEOPLE_COMMENT = "people_comment"
    ACHIEVEMENTS_SEE = "achievements_see"
    FILE_SEE = "file_see"
    VISIT_SEE = "visit_see"
    CODE_SHOW = "code_show"
    ORGANISATION_KEEP = "organisation_keep"
    DUTCH_CHECK = "dutch_check"


@dataclass(frozen=True)
class Seat:
    """One membership of a viewer: this person in this role at this organisation."""

    id: str
    role: str
    organisation_id: str
    organisation: str


@dataclass(frozen=True)
class Viewer(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Whoever asks, as far as the gate needs to know."""

    person_id: str
    key_id: str
    portfolio_id: str | None
    age_group: str
    language: str
    mode: str
    seats: tuple[Seat, ...] = ()
    sign_in_id: str | None = None
    new_since: datetime | None = None
    # A visitor by a link has nothing but this: no account, no map, no seat.
    visit_id: str | None = None
    # Reads little: pictures and sound come first.
    pictures: bool = False

    def get_id(self) -> str:
        """Name the person, as Flask-Login asks."""
        return self.person_id

    def seat_ids(self, *roles: str) -> list[str]:
        """List this viewer's memberships in these roles."""
        return [seat.id for seat in self.seats if seat.role in roles]

    def may(self, action: Action) -> bool:
        """Tell whether this viewer does this kind of thing at all; rows are decided apart."""
        if self.visit_id or action is Action.VISIT_SEE:
            return bool(self.visit_id) and action in FOR_VISITORS
        roles = ROLES_FOR.get(action)
        if roles is not None:
            return bool(self.seat_ids(*roles))
        return action in FOR_ANYBODY or self.portfolio_id is not None


FOR_VISITORS = frozenset({Action.VISIT_SEE, Action.FILE_SEE})
FOR_ANYBODY = frozenset({Action.ACCOUNT_USE, Action.FILE_SEE})
# What needs a seat, and in which role; the other actions need a portfolio of one's own.
ROLES_FOR: dict[Action, tuple[str, ...]] = {
    Action.PEOPLE_SEE: COACHING_ROLES,
    Action.PEOPLE_COMMENT: ("coach",),
    Action.ACHIEVEMENTS_SEE: ("provider",),
    Action.CODE_SHOW: SHARING_ROLES,
    Action.ORGANISATION_KEEP: ("beheerder",),
    # Whoever writes to a newcomer. A newcomer's own words nobody weighs.
    Action.DUTCH_CHECK: (*SHARING_ROLES, "beheerder"),
}
# The seats through which a row may be seen; FILE_SEE serves every page that shows a file.
SEEN_THROUGH: dict[Action, tuple[str, ...]] = {
    Action.PEOPLE_SEE: COACHING_ROLES,
    Action.PEOPLE_COMMENT: ("coach",),
    Action.ACHIEVEMENTS_SEE: ("provider",),
    Action.FILE_SEE: SHARING_ROLES,
}
OWNER_ACTIONS = frozenset({Action.MAP_KEEP, Action.MAP_SHARE, Action.LOG_READ})


def visitor(visit_id: str, language: str = "", mode: str = "") -> Viewer:
    """Make the viewer of one visit: whoever else the person is, counts for nothing here."""
    return Viewer("", "", None, "", language, mode, visit_id=visit_id)
