"""How far somebody is with each statement of a level. Nothing is refused; all may stay empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from wtforms import RadioField

from portfolio.data import SCALE
from portfolio.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portfolio.data.plan.rows import Statement


class LevelForm(Form):
    """Made by level_form(): one choice per statement."""

    asked: tuple[str, ...] = ()

    def said(self) -> dict[str, str]:
        """Give what was chosen, per statement."""
        chosen = {key: self[name_of(key)].data for key in self.asked}
        return {key: scale for key, scale in chosen.items() if scale in SCALE}


def level_form(statements: Iterable[Statement]) -> LevelForm:
    """Make the form for the statements of one level."""
    rows = tuple(statements)
    fields: dict[str, object] = {"asked": tuple(row.key for row in rows)}
    for row in rows:
        choices = [(each.key, each.label) for each in SCALE.values()]
        fields[name_of(row.key)] = RadioField(row.text, choices=choices, validate_choice=False)
    return cast("LevelForm", type("LevelFormNow", (LevelForm,), fields)())


def name_of(statement: str) -> str:
    """Name the field of a statement: a name in a form has no points."""
    return statement.replace(".", "-")
