"""A story that is spoken: the sound beside the words of one language, or instead of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, request

from portfolio.access import Action, requires
from portfolio.events import record
from portfolio.extensions import intake, media_store
from portfolio.models.attachment import SOUND
from portfolio.models.filing import seal_sound
from portfolio.security import viewer
from portfolio.views.attachment import keep_said
from portfolio.views.draft import kept_screen, onward, show_screen, way_of
from portfolio.views.upload import FAILURES, Failed, Sent, failed, keep_sealed, sent_before

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.forms.draft import TextScreen
    from portfolio.views.draft import Desk

bp = Blueprint("sound", __name__)


@bp.post("/toevoegen/<draft_id>/verhaal")
@requires(Action.MAP_KEEP)
def tell(draft_id: str) -> str | tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Keep a story as it was typed, and each sound that was spoken; move on when both are right."""
    desk, screen = kept_screen(draft_id, "verhaal")
    form = cast("TextScreen", screen)
    if "weg" in request.form:
        keep_said(draft_id)
        return onward(desk, "verhaal", 0)
    moving = bool({"skip", "back", "more"} & request.form.keys())
    right = moving or form.validate()
    if any(form[f"lang_{number}"].errors for number in range(form.count)):
        # A sound belongs to a language: first it must be clear to which.
        return show_screen(desk, "verhaal", form), 422
    wrong = [] if "skip" in request.form else _take_all(desk, form)
    if wrong:
        worst = max(wrong, key=lambda each: each.status)
        return show_screen(worst.desk, "verhaal", form), worst.status, worst.headers
    if not right:
        record("form_refused", person=viewer().person_id, why="verhaal")
        return show_screen(desk, "verhaal", form), 422
    return onward(desk, "verhaal", way_of())


def _take_all(desk: Desk, form: TextScreen) -> list[Failed]:
    """Take in every sound that came; what is wrong with one loses no other."""
    wrong: list[Failed] = []
    for number in range(form.count):
        sent = None
        try:
            sent = _sent(desk, form, number)
            if sent is not None:
                _take_in(desk, form, number, sent)
        except FAILURES as error:
            wrong.append(failed(desk, form, sent, error, SOUND, f"{number}-"))
            form[f"geluid_{number}"].errors = wrong[-1].errors
    return wrong


def _sent(desk: Desk, form: TextScreen, number: int) -> Sent | None:
    """Give the sound of one text: with the form, or in pieces that came before."""
    content = form.spoken(number)
    if content is not None:
        return Sent(content)
    name = form.upload.data or ""
    return sent_before(desk, form, name) if name.startswith(f"{number}-") else None


def _take_in(desk: Desk, form: TextScreen, number: int, sent: Sent) -> None:
    clean = intake().sound(sent.content)
    key = desk.keys.of(desk.writing.leefgebied)
    lang = desk.writing.texts[number].lang
    sealed = seal_sound(media_store(), key, desk.portfolio_id, clean, lang)
    keep_sealed(desk.row.id, form, sent, sealed)
