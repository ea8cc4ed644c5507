"""Adding one thing, one question per screen. Every post keeps what was typed before it moves on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.data import KINDS, LEEFGEBIEDEN
from portfolio.events import record
from portfolio.extensions import db, media_store
from portfolio.forms.draft import KindScreen, Screen, TopicScreen, WhenScreen, text_screen
from portfolio.languages import mark
from portfolio.models.attachment import read_photos, reseal_photos
from portfolio.models.base import begin
from portfolio.models.draft import (
    Draft,
    drop_draft,
    hold_draft,
    keep_writing,
    read_writing,
    start_draft,
    sweep_drafts,
)
from portfolio.models.entry import Attachment, Photo
from portfolio.models.writing import Typed, Writing
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.portfolio import PortfolioKeys

bp = Blueprint("draft", __name__)

STEPS = ("onderwerp", "soort", "titel", "verhaal", "wanneer", "foto", "klaar")
# The screens on which something is typed or chosen; photo and finish have views of their own.
ASKING = STEPS[:5]


@dataclass(frozen=True)
class Desk:
    """A draft on the desk: its row, its keys and what was typed so far."""

    row: Draft
    keys: PortfolioKeys
    writing: Writing

    @property
    def steps(self) -> tuple[str, ...]:
        """List the screens of this draft, in their order."""
        return STEPS[1:] if self.writing.preset else STEPS

    def beside(self, step: str, way: int) -> str | None:
        """Name the screen before or after this one; a change goes from its whole and back."""
        if self.row.entry_id or request.args.get("naar") == "klaar" or step not in self.steps:
            return "klaar"
        place = self.steps.index(step) + way
        return self.steps[place] if 0 <= place < len(self.steps) else None

    def photos(self) -> list[Photo]:
        """Load the photos: those of the entry that is changed, but the dropped, and the new."""
        chosen = visible(viewer(), Action.MAP_KEEP, Attachment)
        found = read_photos(db.session, chosen.where(Attachment.draft_id == self.row.id))
        if self.row.entry_id:
            there = read_photos(db.session, chosen.where(Attachment.entry_id == self.row.entry_id))
            found = [p for p in there if p.id not in self.writing.dropped] + found
        return found

    def keep(self, writing: Writing) -> list[str]:
        """Keep what was typed; gives the files to remove after the commit."""
        keep_writing(db.session, self.row, self.keys, writing)
        key = self.keys.of(writing.leefgebied)
        here = Attachment.draft_id == self.row.id
        return reseal_photos(db.session, media_store(), self.keys, key, here)


def open_desk(draft_id: str, *, writing: bool = False) -> Desk:
    """Open one of the viewer's own drafts. A finished one leads to what came of it."""
    who = viewer()
    if writing:
        begin(db.session, writing=True)
    row = get_or_404(who, Action.MAP_KEEP, Draft, draft_id)
    if row.kind != "entry" or (writing and not hold_draft(db.session, row)):
        raise NotFound
    if row.done_at:
        abort(redirect(url_for("entry.page", entry_id=row.result_id), 303))
    keys = keys_of(who.portfolio_id)
    return Desk(row, keys, read_writing(row, keys))


@bp.post("/toevoegen")
@requires(Action.MAP_KEEP)
def start() -> Response:
    """Start a draft: empty, in a leefgebied, or with one of its examples taken over."""
    who = viewer()
    begin(db.session, writing=True)
    sweep_drafts(db.session, who.person_id)
    keys = keys_of(who.portfolio_id)
    chosen = LEEFGEBIEDEN.get(request.form.get("leefgebied", ""))
    writing = Writing(leefgebied=chosen.key, preset=True) if chosen else Writing()
    number = request.form.get("example", "")
    if chosen and number in map(str, range(len(chosen.examples))):
        writing = replace(writing, texts=(Typed("nl", chosen.examples[int(number)]),))
    row = start_draft(db.session, who.person_id, keys, writing)
    db.session.commit()
    first = "soort" if chosen else "onderwerp"
    return redirect(url_for("draft.step", draft_id=row.id, step=first), 303)


def screen_of(step: str, writing: Writing) -> tuple[Screen, Writing]:
    """Give the form of a screen, and the writing with room for what it asks."""
    if step in ("titel", "verhaal"):
        if not writing.texts:
            writing = writing.with_language(viewer().language)
        return text_screen("title" if step == "titel" else "story", len(writing.texts)), writing
    if step not in ASKING:
        raise NotFound
    return {"onderwerp": TopicScreen, "soort": KindScreen, "wanneer": WhenScreen}[step](), writing


# The pictures beside what one can choose.
PICTURES = {
    "onderwerp": {"icons": {key: key for key in LEEFGEBIEDEN}},
    "soort": {
        "icons": {key: row.icon for key, row in KINDS.items()},
        "hints": {key: row.hint for key, row in KINDS.items()},
    },
}


def show_screen(desk: Desk, step: str, form: Screen, **more: object) -> str:
    """Render a screen."""
    return render_template(
        f"draft/{step}.html",
        form=form,
        desk=desk,
        writing=desk.writing,
        step=step,
        back_to=desk.beside(step, -1),
        naar=request.args.get("naar"),
        **PICTURES.get(step, {}),
        **more,
    )


@bp.get("/toevoegen/<draft_id>/<step>")
@requires(Action.MAP_KEEP)
def step(draft_id: str, step: str) -> str:
    """Ask one thing."""
    desk = open_desk(draft_id)
    form, writing = screen_of(step, desk.writing)
    form.show(writing)
    return show_screen(replace(desk, writing=writing), step, form)


@bp.post("/toevoegen/<draft_id>/<step>")
@requires(Action.MAP_KEEP)
def save(draft_id: str, step: str) -> tuple[str, int] | Response:
    """Keep what was typed, right or not, and move on when it is right or skipped."""
    desk = open_desk(draft_id, writing=True)
    form, writing = screen_of(step, desk.writing)
    writing = form.taken_into(writing)
    writing = replace(writing, sent={**writing.sent, step: form.once.data or ""})
    more = "more" in request.form
    if more:
        writing = writing.with_language(viewer().language)
    gone = desk.keep(writing)
    db.session.commit()
    media_store().delete(gone)
    moving = {"skip", "back", "more"} & request.form.keys()
    if not (moving or form.validate()):
        record("form_refused", person=viewer().person_id, why=step)
        return show_screen(replace(desk, writing=writing), step, form), 422
    way = 0 if more else (-1 if "back" in request.form else 1)
    return onward(replace(desk, writing=writing), step, way)


def onward(desk: Desk, step: str, way: int) -> Response:
    """Lead to the next screen, the one before, or the same one again."""
    to = desk.beside(step, way) if way else step
    if to is None:
        return redirect(url_for("portfolio.start"), 303)
    return redirect(url_for("draft.step", draft_id=desk.row.id, step=to), 303)


@bp.post("/toevoegen/<draft_id>/<step>/bewaar")
@requires(Action.MAP_KEEP)
def keep(draft_id: str, step: str) -> tuple[str, int]:
    """Keep what is typed so far, in the background."""
    desk = open_desk(draft_id, writing=True)
    form, writing = screen_of(step, desk.writing)
    if form.once.data and writing.sent.get(step) == form.once.data:
        # This page was sent already; what comes after it is older than what was sent.
        db.session.rollback()
        return "", 409
    gone = desk.keep(form.taken_into(writing))
    db.session.commit()
    media_store().delete(gone)
    return "", 204


@bp.get("/toevoegen/<draft_id>/weg")
@requires(Action.MAP_KEEP)
def leaving(draft_id: str) -> str:
    """Ask whether a draft must go."""
    return render_template("draft/weg.html", desk=open_desk(draft_id))


@bp.post("/toevoegen/<draft_id>/weg")
@requires(Action.MAP_KEEP)
def leave(draft_id: str) -> Response:
    """Throw a draft away; the entry that it would change stays as it is."""
    desk = open_desk(draft_id, writing=True)
    entry_id = desk.row.entry_id
    gone = drop_draft(db.session, desk.row)
    db.session.commit()
    media_store().delete(gone)
    flash(mark("Weggehaald."), "good")
    there = url_for("entry.page", entry_id=entry_id) if entry_id else url_for("portfolio.start")
    return redirect(there, 303)
