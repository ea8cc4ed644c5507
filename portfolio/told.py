"""What somebody is told, and where it leads, as the gate lets through at this moment.

What lives here: the notices of a viewer, and what a notice is about. What does not: telling
(models/notice.py), and the words (views/notice.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from portfolio.access import Action, get_or_404, there_is, visible
from portfolio.extensions import db
from portfolio.models.base import Base
from portfolio.models.notice import Notice, NoticeLine, count_waiting, read_notices

if TYPE_CHECKING:
    from sqlalchemy import Select

    from portfolio.access import Viewer
    from portfolio.models.leaf import Leaf

Row = TypeVar("Row", bound=Base)


def mine(me: Viewer) -> Select[Notice]:
    """Choose the notices of a viewer."""
    return visible(me, Action.ACCOUNT_USE, Notice)


def waiting(me: Viewer | None) -> int:
    """Count what a viewer did not read yet."""
    return count_waiting(db.session, mine(me)) if me else 0


def leaf(me: Viewer, number: int) -> Leaf[NoticeLine]:
    """Load one leaf of the notices of a viewer."""
    return read_notices(db.session, mine(me), number)


def find(me: Viewer, model: type[Row], row_id: str) -> tuple[Row, bool]:
    """Find what a notice is about, and whether it is in one's own map. Raises NotFound."""
    own = Action.MAP_KEEP
    identifier = model.__table__.c.id == row_id
    if there_is(visible(me, own, model).where(identifier))[0]:
        return get_or_404(me, own, model, row_id), True
    return get_or_404(me, Action.PEOPLE_SEE, model, row_id), False
