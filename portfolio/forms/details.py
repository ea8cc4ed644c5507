"""The screen on which a kind asks what it needs besides: made from the kind, and all of it free.

Nothing is refused here. What is no answer to choose from is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from wtforms import RadioField, SelectField, StringField, TextAreaField

from portfolio.data import ANSWERS
from portfolio.details import asked_of, places_of
from portfolio.forms.draft import Screen
from portfolio.languages import mark, say_on_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wtforms import Field

    from portfolio.data import Detail
    from portfolio.models.writing import Writing

# Each field is named after the place in which its answer is kept.
FIELD = "detail_"
MOST = {"text": 240, "lines": 1000}
UNKNOWN = mark("Dat weet ik niet")
NOTHING = mark("Kies")


class DetailScreen(Screen):
    """What the kind of a thing asks besides. Made by detail_screen()."""

    asked: tuple[Detail, ...] = ()

    def fields_of(self, detail: Detail) -> list[Field]:
        """List the fields of one detail, in order."""
        return [self[FIELD + place] for place, _part in places_of(detail)]

    def show(self, writing: Writing) -> None:
        """Show what was answered."""
        for place, _detail in self._places():
            self[FIELD + place].data = writing.details.get(place)

    def taken_into(self, writing: Writing) -> Writing:
        """Take each answer in as it was typed; an empty one takes it away."""
        details = dict(writing.details)
        for place, detail in self._places():
            field = self[FIELD + place]
            if not field.raw_data:
                # What this page did not ask stays as it was.
                continue
            said = _said(detail, field.data or "")
            details.pop(place, None)
            if said:
                details[place] = said
        return replace(writing, details=details)

    def _places(self) -> Iterator[tuple[str, Detail]]:
        return ((place, detail) for detail in self.asked for place, _part in places_of(detail))


def detail_screen(kind: str | None) -> DetailScreen:
    """Make the screen of what a kind asks."""
    fields: dict[str, object] = {"asked": asked_of(kind)}
    for detail in asked_of(kind):
        for place, part in places_of(detail):
            fields[FIELD + place] = _field(detail, part.label if part else detail.label)
    return cast("DetailScreen", type("DetailScreenFor", (DetailScreen,), fields)())


def _field(detail: Detail, label: str) -> object:
    if detail.form == "choice":
        choices = [(key, ANSWERS[key].label) for key in detail.answers] + [("", UNKNOWN)]
        return RadioField(label, choices=choices, validate_choice=False)
    if detail.form == "levels":
        # A list in the browser shows plain text, so each language stands beside the other.
        choices = [("", say_on_line(NOTHING))]
        choices += [(key, say_on_line(ANSWERS[key].label)) for key in detail.answers]
        return SelectField(label, choices=choices, validate_choice=False)
    kind = TextAreaField if detail.form == "lines" else StringField
    return kind(label, description=detail.hint, render_kw={"maxlength": MOST[detail.form]})


def _said(detail: Detail, typed: str) -> str:
    if detail.answers:
        return typed if typed in detail.answers else ""
    # A browser sends line ends in its own way; one way is kept.
    return typed.replace("\r\n", "\n")[: MOST[detail.form]]
