"""Adding one thing, one question per screen. Every post keeps what was typed before it moves on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.checked import page_about
from portfolio.data import KIND_GROUPS, KINDS, LEEFGEBIEDEN
from portfolio.details import asked_of
from portfolio.events import record
from portfolio.extensions import db, media_store
from portfolio.forms.by_tap import DAYS, names_for, tapped
from portfolio.forms.details import detail_screen
from portfolio.forms.draft import KindScreen, Screen, TopicScreen, WhenScreen, text_screen
from portfolio.languages import mark
from portfolio.models.attachment import Attached, Attachment, read_attached
from portfolio.models.base import begin, clock
from portfolio.models.consent import AMSTERDAM
from portfolio.models.draft import (
    Draft,
    drop_draft,
    hold_draft,
    keep_writing,
    read_writing,
    start_draft,
    sweep_drafts,
)
from portfolio.models.filing import remove_attachments, rename_sounds, reseal
from portfolio.models.upload import Upload, pages_waiting, reseal_pages
from portfolio.models.writing import Typed, Writing
from portfolio.reading import by_picture
from portfolio.security import viewer

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.wrappers import Response

    from portfolio.models.portfolio import PortfolioKeys

bp = Blueprint("draft", __name__)

STEPS = ("onderwerp", "soort", "gegevens", "titel", "verhaal", "wanneer", "foto", "klaar")
# Whoever begins with a photo, a sound or a paper is asked little else; all of it can come later.
SHORT = {
    "foto": ("foto", "onderwerp", "klaar"),
    "geluid": ("verhaal", "onderwerp", "klaar"),
    "papier": ("papier", "soort", "gegevens", "onderwerp", "klaar"),
}
# Whoever reads little begins with a photo or the voice; a name comes last, and a tap gives it.
BY_PICTURE = {
    "foto": ("foto", "verhaal", "onderwerp", "soort", "wanneer", "titel", "klaar"),
    "geluid": ("verhaal", "foto", "onderwerp", "soort", "wanneer", "titel", "klaar"),
    "papier": ("papier", "soort", "onderwerp", "titel", "klaar"),
}
# The screens on which something is typed or chosen; the others have views of their own.
ASKING = ("onderwerp", "soort", "titel", "verhaal", "wanneer")


@dataclass(frozen=True)
class Desk:
    """A draft on the desk: its row, its keys and what was typed so far."""

    row: Draft
    keys: PortfolioKeys
    writing: Writing

    @property
    def steps(self) -> tuple[str, ...]:
        """List the screens of this draft, in their order."""
        first = self.writing.first or ""
        if by_picture():
            steps = BY_PICTURE.get(first, BY_PICTURE["foto"])
        else:
            steps = SHORT.get(first) or _with_paper(self.writing.kind)
        skipped = {"onderwerp"} if self.writing.preset else set()
        if not asked_of(self.writing.kind):
            skipped.add("gegevens")
        return tuple(step for step in steps if step not in skipped)

    def beside(self, step: str, way: int) -> str | None:
        """Name the screen before or after this one; a change goes from its whole and back."""
        if self.row.entry_id or request.args.get("naar") == "klaar" or step not in self.steps:
            return "klaar"
        place = self.steps.index(step) + way
        return self.steps[place] if 0 <= place < len(self.steps) else None

    def attached(self) -> Attached:
        """Load what hangs on it: of the entry that is changed, but the dropped, and the new.

        A new sound stands in the place of the old one in its language.
        """
        chosen = visible(viewer(), Action.MAP_KEEP, Attachment)
        new = read_attached(db.session, chosen.where(Attachment.draft_id == self.row.id), self.keys)
        if not self.row.entry_id:
            return new.arranged(self.writing.order)
        here = chosen.where(Attachment.entry_id == self.row.entry_id)
        old = read_attached(db.session, here, self.keys).without(self.writing.dropped)
        return old.joined_by(new).arranged(self.writing.order)

    def pages_wait(self) -> bool:
        """Tell whether photographed pages wait for the others of their paper."""
        chosen = visible(viewer(), Action.MAP_KEEP, Upload)
        return bool(pages_waiting(db.session, chosen, self.row.id))

    @property
    def portfolio_id(self) -> str:
        """Name the map that this is for."""
        return str(viewer().portfolio_id)

    def drop(self, attachment_id: str) -> list[str]:
        """Take away what hangs on the draft; gives the files to remove after the commit.

        What hangs on the entry stays there until its change is kept.
        """
        try:
            found = get_or_404(viewer(), Action.MAP_KEEP, Attachment, attachment_id)
        except NotFound:
            # A second tap: it is away already.
            return []
        if found.draft_id == self.row.id:
            return remove_attachments(db.session, Attachment.id == found.id)
        if not self.row.entry_id or found.entry_id != self.row.entry_id:
            raise NotFound
        return []

    def keep(self, writing: Writing) -> list[str]:
        """Keep what was typed; gives the files to remove after the commit."""
        keep_writing(db.session, self.row, self.keys, writing)
        key = self.keys.of(writing.leefgebied)
        here = Attachment.draft_id == self.row.id
        gone = reseal(db.session, media_store(), self.keys, key, here)
        return gone + reseal_pages(db.session, media_store(), self.keys, key, self.row.id)


def _with_paper(kind: str | None) -> tuple[str, ...]:
    """List the screens of a kind: an official one asks for its paper, another for a photo."""
    row = KINDS.get(kind or "")
    if row and row.without_paper:
        return tuple(step for step in STEPS if step != "foto")
    official = row is not None and row.official
    return tuple("papier" if step == "foto" and official else step for step in STEPS)


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
    desk = Desk(row, keys, read_writing(row, keys))
    page_about(desk.writing.leefgebied)
    return desk


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
    first = request.form.get("eerst", "")
    if first in SHORT:
        writing = replace(writing, first=first)
    number = request.form.get("example", "")
    if chosen and number in map(str, range(len(chosen.examples))):
        writing = replace(writing, texts=(Typed("nl", chosen.examples[int(number)]),))
    row = start_draft(db.session, who.person_id, keys, writing)
    db.session.commit()
    to = Desk(row, keys, writing).steps[0]
    return redirect(url_for("draft.step", draft_id=row.id, step=to), 303)


def screen_of(step: str, writing: Writing) -> tuple[Screen, Writing]:
    """Give the form of a screen, and the writing with room for what it asks."""
    if step in ("titel", "verhaal"):
        if not writing.texts:
            writing = writing.with_language(viewer().language)
        return text_screen("title" if step == "titel" else "story", len(writing.texts)), writing
    if step == "gegevens" and asked_of(writing.kind):
        return detail_screen(writing.kind), writing
    if step not in ASKING:
        raise NotFound
    return {"onderwerp": TopicScreen, "soort": KindScreen, "wanneer": WhenScreen}[step](), writing


# The pictures beside what one can choose.
PICTURES: dict[str, dict[str, object]] = {
    "onderwerp": {"icons": {key: key for key in LEEFGEBIEDEN}},
    "wanneer": {"DAYS": DAYS},
    "soort": {
        "icons": {key: row.icon for key, row in KINDS.items()},
        "hints": {key: row.hint for key, row in KINDS.items()},
        "groups": {
            group.label: [key for key, row in KINDS.items() if row.group == group.key]
            for group in KIND_GROUPS.values()
        },
    },
}


def _today() -> date:
    return clock(db.session).astimezone(AMSTERDAM).date()


def show_screen(desk: Desk, step: str, form: Screen, **more: object) -> str:
    """Render a screen."""
    return render_template(
        f"draft/{step}.html",
        form=form,
        desk=desk,
        writing=desk.writing,
        step=step,
        back_to=desk.beside(step, -1),
        attached=desk.attached(),
        naar=request.args.get("naar"),
        names=names_for(desk.writing, _today()) if step == "titel" else (),
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
    desk, form = kept_screen(draft_id, step)
    if not ({"skip", "back", "more"} & request.form.keys() or form.validate()):
        record("form_refused", person=viewer().person_id, why=step)
        return show_screen(desk, step, form), 422
    return onward(desk, step, way_of())


def kept_screen(draft_id: str, step: str) -> tuple[Desk, Screen]:
    """Keep what was typed on a screen, and make room for another language if that is asked."""
    desk = open_desk(draft_id, writing=True)
    form, writing = screen_of(step, desk.writing)
    writing = tapped(form.taken_into(writing), request.form, _today())
    renamed = [
        (before.lang, now.lang)
        for before, now in zip(desk.writing.texts, writing.texts, strict=False)
        if before.lang != now.lang
    ]
    rename_sounds(db.session, desk.row.id, dict(renamed))
    writing = replace(writing, sent={**writing.sent, step: form.once.data or ""})
    if "more" in request.form:
        writing = writing.with_language(viewer().language)
    gone = desk.keep(writing)
    db.session.commit()
    media_store().delete(gone)
    return replace(desk, writing=writing), form


def way_of() -> int:
    """Tell which way to go on: stay for one more or for a change, back, or forward."""
    if {"more", "eerder", "weg"} & request.form.keys():
        return 0
    return -1 if "back" in request.form else 1


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
