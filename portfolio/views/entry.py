"""One thing in the map: its page, and what its owner can do with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import prose
from portfolio.access import Action, get_or_404, keys_of, requires, visible
from portfolio.checked import page_about
from portfolio.events import record
from portfolio.extensions import db, media_store
from portfolio.forms.entry import content_of, problems_of
from portfolio.languages import mark
from portfolio.models.attachment import Attachment
from portfolio.models.base import begin
from portfolio.models.comment import Comment, read_places
from portfolio.models.content import (
    change_entry,
    end_own_consents,
    hold_entry,
    keep_entry,
    put_back,
    settle_grade,
    take_away,
)
from portfolio.models.draft import finish_draft, start_draft, sweep_drafts
from portfolio.models.entry import Entry, read_entries
from portfolio.models.filing import arrange, describe, move_to_entry, remove_attachments
from portfolio.models.portfolio import SENSITIVE
from portfolio.models.upload import Upload, drop_uploads
from portfolio.models.words import Words
from portfolio.models.writing import writing_of
from portfolio.security import viewer
from portfolio.sight import seen_by, sight_mark, who_gains, who_would_see
from portfolio.views.draft import Desk, open_desk

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.entry import EntryPage

bp = Blueprint("entry", __name__)
# How every page shows a person's longer words, and when something was.
bp.add_app_template_global(prose.story, "story")
bp.add_app_template_global(prose.beginning, "beginning")
bp.add_app_template_global(prose.period, "period")


def read_own(entry_id: str, *, stories: bool = True) -> EntryPage:
    """Load one of the viewer's own entries. Raises NotFound."""
    who = viewer()
    chosen = visible(who, Action.MAP_KEEP, Entry).where(Entry.id == entry_id)
    keys = {str(who.portfolio_id): keys_of(who.portfolio_id)}
    found = read_entries(db.session, chosen, keys, stories=stories)
    if not found:
        raise NotFound
    page_about(found[0].leefgebied)
    return found[0]


@bp.get("/map/stuk/<entry_id>")
@requires(Action.MAP_KEEP)
def page(entry_id: str) -> str:
    """Show one thing whole."""
    who = viewer()
    entry = read_own(entry_id)
    said = visible(who, Action.MAP_KEEP, Comment)
    keys = {entry.portfolio_id: keys_of(who.portfolio_id)}
    return render_template(
        "entry/page.html",
        entry=entry,
        talks=read_places(db.session, said, keys, leefgebied=None, entry_ids=[entry.id]),
        seen=seen_by(who, [entry.id]).get(entry.id, 0),
    )


@bp.post("/map/stuk/<entry_id>/verander")
@requires(Action.MAP_KEEP)
def change(entry_id: str) -> Response:
    """Take the entry into a draft, to be changed there."""
    who = viewer()
    begin(db.session, writing=True)
    entry = read_own(entry_id)
    sweep_drafts(db.session, who.person_id)
    keys = keys_of(who.portfolio_id)
    seen = (entry.id, entry.version)
    row = start_draft(db.session, who.person_id, keys, writing_of(entry), entry=seen)
    db.session.commit()
    return redirect(url_for("entry.finish", draft_id=row.id), 303)


@bp.get("/toevoegen/<draft_id>/klaar")
@requires(Action.MAP_KEEP)
def finish(draft_id: str) -> str:
    """Show the whole, and who will see it, before it is kept."""
    return show_whole(open_desk(draft_id))


def show_whole(desk: Desk, *, asking: bool = False, mine: str | None = None) -> str:
    """Render the whole of a draft; `asking` when a yes is needed for who gains sight."""
    who, attached = viewer(), desk.attached()
    entry = entry_of(desk)
    leefgebied = desk.writing.leefgebied or ""
    if entry:
        onlookers = who_gains(who, entry, leefgebied, private=entry.private)
    else:
        onlookers = who_would_see(who, leefgebied)
    return render_template(
        "draft/klaar.html",
        desk=desk,
        entry=entry,
        content=content_of(desk.writing),
        attached=attached,
        problems=problems_of(desk.writing, attached=attached, waiting=desk.pages_wait()),
        onlookers=list(onlookers.values()),
        sight=sight_mark(onlookers) if entry else "",
        asking=asking,
        mine=mine,
        back_to=None if entry else desk.beside("klaar", -1),
    )


def entry_of(desk: Desk) -> Entry | None:
    """Give the entry that a draft changes. One that was taken away leads to the way back."""
    if not desk.row.entry_id:
        return None
    try:
        return get_or_404(viewer(), Action.MAP_KEEP, Entry, desk.row.entry_id)
    except NotFound:
        flash(mark("Dit is weggehaald. Zet het eerst terug."), "attention")
        abort(redirect(url_for("portfolio.removed"), 303))


@bp.post("/toevoegen/<draft_id>/klaar")
@requires(Action.MAP_KEEP)
def done(draft_id: str) -> tuple[str, int] | Response:
    """Keep what was written: a new entry, or a change of the one it began from."""
    desk = open_desk(draft_id, writing=True)
    writing, entry = desk.writing, entry_of(desk)
    if problems_of(writing, attached=desk.attached(), waiting=desk.pages_wait()):
        return show_whole(desk), 422
    if entry is None:
        writing = replace(writing, private=request.form.get("private") == "y")
        return kept(replace(desk, writing=writing))
    hold_entry(db.session, entry)
    mine = request.form.get("mine")
    if str(entry.version) not in (str(desk.row.base_version), mine):
        return show_both(desk), 409
    gaining = who_gains(viewer(), entry, str(writing.leefgebied), private=entry.private)
    if request.form.get("sight", "") != sight_mark(gaining):
        return show_whole(desk, asking=True, mine=mine), 409
    return changed(desk, entry)


def show_both(desk: Desk) -> str:
    """Show what stands in the map now beside what was written here; one chooses."""
    return render_template(
        "draft/both.html",
        desk=desk,
        entry=read_own(str(desk.row.entry_id)),
        content=content_of(desk.writing),
        attached=desk.attached(),
    )


def kept(desk: Desk) -> Response:
    """Make the entry of a draft."""
    owner = str(viewer().portfolio_id)
    content = content_of(desk.writing)
    entry = keep_entry(db.session, owner, desk.keys, content, private=desk.writing.private)
    gone = desk.keep(desk.writing)
    move_to_entry(db.session, desk.row.id, entry.id)
    gone += finished(desk, entry)
    db.session.commit()
    media_store().delete(gone)
    record("entry_kept", portfolio=owner, entry=entry.id)
    flash(mark("Bewaard. Dit staat nu in je map."), "good")
    return redirect(url_for("entry.page", entry_id=entry.id), 303)


def finished(desk: Desk, entry: Entry) -> list[str]:
    """Put what hangs on an entry in order and end the draft; gives the files to remove."""
    writing, here = desk.writing, Attachment.entry_id == entry.id
    before = {each.id: each.description.text for each in desk.attached().seen}
    said = {
        attachment_id: Words(text.strip(), writing.language)
        for attachment_id, text in writing.described.items()
        if text.strip() != before.get(attachment_id, "")
    }
    describe(db.session, desk.keys.of(writing.leefgebied), said, here)
    arrange(db.session, writing.order, here)
    settle_grade(db.session, entry)
    finish_draft(db.session, desk.row, desk.keys, entry.id)
    return drop_uploads(db.session, Upload.draft_id == desk.row.id)


def changed(desk: Desk, entry: Entry) -> Response:
    """Let an entry say what was written in its draft."""
    moved_in = desk.writing.leefgebied in SENSITIVE and desk.writing.leefgebied != entry.leefgebied
    ended = end_own_consents(db.session, entry.id) if moved_in else []
    stays = {each.id for each in desk.attached()}
    gone = remove_attachments(
        db.session, Attachment.entry_id == entry.id, Attachment.id.not_in(stays)
    )
    move_to_entry(db.session, desk.row.id, entry.id)
    content = content_of(desk.writing)
    gone += change_entry(db.session, media_store(), desk.keys, entry, content)
    gone += finished(desk, entry)
    db.session.commit()
    media_store().delete(gone)
    record("entry_changed", portfolio=entry.portfolio_id, entry=entry.id)
    for member in ended:
        record("consent_withdrawn", portfolio=entry.portfolio_id, membership=member, count=1)
    flash(mark("Bewaard."), "good")
    if ended:
        flash(
            mark("Delen van dit ding is gestopt. Dit onderwerp is heel persoonlijk."), "attention"
        )
    return redirect(url_for("entry.page", entry_id=entry.id), 303)


@bp.post("/map/stuk/<entry_id>/alleen-voor-mij")
@requires(Action.MAP_KEEP)
def set_private(entry_id: str) -> str | Response:
    """Keep an entry for oneself alone, or let it be seen again; then it asks first."""
    who = viewer()
    begin(db.session, writing=True)
    row = get_or_404(who, Action.MAP_KEEP, Entry, entry_id)
    private = request.form.get("private") == "1"
    gaining = {} if private else who_gains(who, row, row.leefgebied)
    if gaining and request.form.get("sight") != sight_mark(gaining):
        db.session.rollback()
        return render_template(
            "entry/sight.html",
            entry=read_own(entry_id, stories=False),
            gaining=list(gaining.values()),
            sight=sight_mark(gaining),
        )
    row.private = private
    db.session.commit()
    record("entry_changed", portfolio=who.portfolio_id, entry=entry_id)
    flash(mark("Dit is alleen voor jou.") if private else mark("Bewaard."), "good")
    return redirect(url_for("entry.page", entry_id=entry_id), 303)


@bp.get("/map/stuk/<entry_id>/weghalen")
@requires(Action.MAP_KEEP)
def removal(entry_id: str) -> str:
    """Ask whether an entry must go."""
    return render_template("entry/removal.html", entry=read_own(entry_id, stories=False))


@bp.post("/map/stuk/<entry_id>/weghalen")
@requires(Action.MAP_KEEP)
def remove(entry_id: str) -> Response:
    """Take an entry away; for 14 days it can come back."""
    who = viewer()
    begin(db.session, writing=True)
    row = get_or_404(who, Action.MAP_KEEP, Entry, entry_id)
    leefgebied = row.leefgebied
    take_away(db.session, row)
    db.session.commit()
    record("entry_deleted", portfolio=who.portfolio_id, entry=entry_id)
    flash(mark("Weggehaald. Je kunt het 14 dagen terugzetten."), "good")
    return redirect(url_for("portfolio.leefgebied", leefgebied=leefgebied), 303)


@bp.post("/map/weggehaald/<entry_id>")
@requires(Action.MAP_RESTORE)
def restore(entry_id: str) -> Response:
    """Put an entry back."""
    who = viewer()
    begin(db.session, writing=True)
    put_back(get_or_404(who, Action.MAP_RESTORE, Entry, entry_id))
    db.session.commit()
    record("entry_restored", portfolio=who.portfolio_id, entry=entry_id)
    flash(mark("Het staat weer in je map. Kijk ook wie het kan zien."), "good")
    return redirect(url_for("entry.page", entry_id=entry_id), 303)
