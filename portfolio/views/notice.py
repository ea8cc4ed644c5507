"""Berichten: that something happened, for every role, without a word of anybody.

The words here are fixed. What a notice is about is found through the gate when it is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from portfolio import told
from portfolio.access import Action, get_or_404, requires
from portfolio.extensions import db
from portfolio.languages import mark
from portfolio.leafing import asked_leaf
from portfolio.models.base import begin
from portfolio.models.comment import Comment
from portfolio.models.notice import Kind, Notice, note_read
from portfolio.models.talk import Talk
from portfolio.models.version import PlanVersion
from portfolio.security import viewer
from portfolio.views.comment import seen_at, stands_at

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.access import Viewer

bp = Blueprint("notice", __name__)

NOT_YOU = mark("Was jij dit niet? Kijk dan bij Over mij.")
# What each kind says, and its picture.
SENTENCES: dict[Kind, tuple[str, str]] = {
    Kind.COMMENT: (mark("Iemand schreef een reactie."), "comment"),
    Kind.LOOKED: (mark("Iemand keek in je map op een ongewone tijd."), "eye"),
    Kind.SHARE_ENDS: (mark("Iets wat je deelt, stopt bijna."), "share"),
    Kind.TALK: (mark("Er is iets veranderd aan een gesprek."), "talk"),
    Kind.AGREEMENT: (mark("Er is iets veranderd aan jullie afspraken."), "list"),
    Kind.VERSION: (mark("Een versie van een plan wacht op jouw ja."), "confirmed"),
    Kind.HELP: (mark("Iemand vraagt om hulp."), "hand"),
    Kind.SIGN_IN_CHANGED: (mark("Er is iets veranderd aan hoe je inlogt."), "lock"),
    Kind.NEW_DEVICE: (mark("Er is ingelogd op een nieuw apparaat."), "phone"),
    Kind.RECOVERY: (mark("Er is gevraagd om een nieuwe manier van inloggen."), "key"),
    Kind.REST: (mark("Je hebt lang niet ingelogd."), "clock"),
    Kind.ERASURE: (mark("Je map wordt straks weggehaald."), "trash"),
}
ABOUT_SIGN_IN = (Kind.SIGN_IN_CHANGED, Kind.NEW_DEVICE, Kind.RECOVERY)
# Where a kind leads that is about no one thing.
PLACES = {
    Kind.LOOKED: "access_log.overview",
    Kind.SHARE_ENDS: "consent.overview",
    Kind.HELP: "people.overview",
    **dict.fromkeys(ABOUT_SIGN_IN, "person.overview"),
}


@bp.get("/berichten")
@requires(Action.ACCOUNT_USE)
def overview() -> str:
    """List what somebody is told, the newest first."""
    return render_template(
        "notice/overview.html",
        notices=told.leaf(viewer(), asked_leaf("berichten")),
        sentences=SENTENCES,
        about_sign_in=ABOUT_SIGN_IN,
        not_you=NOT_YOU,
    )


@bp.post("/berichten/gelezen")
@requires(Action.ACCOUNT_USE)
def read_all() -> Response:
    """Note that all was read."""
    begin(db.session, writing=True)
    note_read(db.session, told.mine(viewer()))
    db.session.commit()
    flash(mark("Alles is gelezen."), "good")
    return redirect(url_for("notice.overview"), 303)


@bp.post("/berichten/<notice_id>")
@requires(Action.ACCOUNT_USE)
def follow(notice_id: str) -> Response:
    """Note that a notice was read, and go where it leads, as far as the gate lets."""
    me = viewer()
    begin(db.session, writing=True)
    row = get_or_404(me, Action.ACCOUNT_USE, Notice, notice_id)
    place = _place(me, Kind(row.kind), row.about)
    note_read(db.session, told.mine(me).where(Notice.id == notice_id))
    db.session.commit()
    return redirect(place, 303)


def _place(me: Viewer, kind: Kind, about: str | None) -> str:
    """Give the address of what a notice is about. Raises NotFound where it may not be seen."""
    if kind in PLACES or about is None:
        return url_for(PLACES.get(kind, "home.welcome"))
    if kind is Kind.COMMENT:
        said, own = told.find(me, Comment, about)
        return stands_at(said) if own else seen_at(said, said.portfolio_id)
    if kind is Kind.VERSION:
        version, own = told.find(me, PlanVersion, about)
        if own:
            return url_for("version.page", version_id=about)
        return url_for("version.read", portfolio_id=version.portfolio_id, version_id=about)
    talk, own = told.find(me, Talk, about)
    if own:
        return url_for("talk.page", talk_id=about)
    return url_for("meeting.page", portfolio_id=talk.portfolio_id, talk_id=about)
