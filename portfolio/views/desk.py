"""Hulp aan de balie: chosen beforehand, started at a desk, finished by its owner alone.

Whoever works at the desk gives a paper and learns nothing: not whether somebody has a map, not
the own word, not the new passphrase. Why it is so: docs/decisions/0012.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import limits
from portfolio.access import (
    Action,
    asks_again,
    get_or_404,
    own_name,
    public,
    requires,
    visible,
)
from portfolio.entrance import note_entry, start, welcome
from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.forms.desk import NO_MATCH, NOT_FOR_WORK, ClaimForm, DeskForm, PaperForm, plain_word
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.credential import make_recovery_codes, plain_code
from portfolio.models.desk import DeskChoice, choose_desk, read_choices, take_back_desk
from portfolio.models.desk_recovery import (
    finish_recovery,
    open_claim,
    start_recovery,
    stop_recovery,
)
from portfolio.models.known_browser import forget_other_browsers
from portfolio.models.notice import Kind, tell
from portfolio.models.organisation import COACHING_ROLES, Organisation, read_organisations
from portfolio.models.person import Person, own_sign_in_name
from portfolio.passphrase import fits, hash_passphrase
from portfolio.security import network, own_path, viewer
from portfolio.views.people import picture_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.keyring import DataKey

    Page = str | tuple[str, int] | Response

bp = Blueprint("desk", __name__)

METHOD = "desk"
# A paper takes at least so long: a paper for somebody is more work than one for nobody, by some
# thousandths of a second, and nobody at a desk may read that from a clock.
STEADY = 0.25


@bp.get("/over-mij/balie")
@requires(Action.MAP_SHARE)
@asks_again
def page() -> str:
    """Show which organisations may help, what that means, and the form for one more."""
    return _page(_form())


@bp.post("/over-mij/balie")
@requires(Action.MAP_SHARE)
@asks_again
def choose() -> Page:
    """Let an organisation help, and keep the slow hash of the own word."""
    me, form, key = viewer(), _form(), _key()
    person = get_or_404(me, Action.ACCOUNT_USE, Person, me.person_id)
    names = own_name(me), own_sign_in_name(key, person)
    if me.seats:
        form.form_errors.append(NOT_FOR_WORK)
        return _page(form), 422
    if not form.is_good(names):
        return _page(form), 422
    hashed = hash_passphrase(plain_word(form.own_word.data))
    begin(db.session, writing=True)
    place = get_or_404(me, Action.MAP_SHARE, Organisation, form.organisation.data or "").id
    choose_desk(db.session, key, me.person_id, place, hashed)
    tell(db.session, me.person_id, Kind.SIGN_IN_CHANGED)
    db.session.commit()
    record("desk_chosen", person=me.person_id, organisation=place)
    flash(mark("Bewaard. Deze organisatie mag je helpen."), "good")
    return redirect(url_for("desk.page"), 303)


@bp.post("/over-mij/balie/<choice_id>/weg")
@requires(Action.MAP_SHARE)
@asks_again
def take_back(choice_id: str) -> Response:
    """Let an organisation help no more; what it started stops. Twice is once."""
    me = viewer()
    begin(db.session, writing=True)
    row = get_or_404(me, Action.MAP_SHARE, DeskChoice, choice_id)
    place = row.organisation_id
    if row.ended_at is None:
        take_back_desk(db.session, me.person_id, place)
        tell(db.session, me.person_id, Kind.SIGN_IN_CHANGED)
        db.session.commit()
        record("desk_taken_back", person=me.person_id, organisation=place)
    flash(mark("Gestopt. Deze organisatie helpt je niet meer met inloggen."), "good")
    return redirect(url_for("desk.page"), 303)


@bp.post("/over-mij/balie/stop")
@requires(Action.ACCOUNT_USE)
def stop() -> Response:
    """Stop what runs, with one tap and without asking again: stopping is the safer side."""
    me = viewer()
    begin(db.session, writing=True)
    stopped = stop_recovery(db.session, me.person_id)
    db.session.commit()
    if stopped:
        record("desk_recovery_stopped", person=me.person_id)
    flash(mark("Gestopt. Het papier van de balie werkt niet meer."), "good")
    return redirect(own_path(request.form.get("next")), 303)


@bp.get("/balie")
@requires(Action.PEOPLE_SEE)
@asks_again
def ask() -> str:
    """Ask whoever stands at the desk for their name to sign in."""
    return render_template("desk/ask.html", form=PaperForm())


@bp.post("/balie")
@requires(Action.PEOPLE_SEE)
@asks_again
def give() -> Page:
    """Give a paper: the same words and the same work for whatever name was typed."""
    began, me, form = time.monotonic(), viewer(), PaperForm()
    if not form.validate():
        return render_template("desk/ask.html", form=form), 422
    limits.check("desk_paper", me.person_id)
    limits.check("desk_paper_network", network())
    seats = me.seat_ids(*COACHING_ROLES)
    begin(db.session, writing=True)
    name, once = form.sign_in_name.data or "", form.once.data or ""
    paper = start_recovery(db.session, keyring(), seats, name, once)
    if paper is None:
        raise NotFound
    if paper.person_id:
        tell(db.session, paper.person_id, Kind.RECOVERY)
    db.session.commit()
    record("desk_paper_given", person=paper.person_id, membership=paper.membership_id)
    address = settings().public_url.rstrip("/") + url_for("desk.claim")
    page = render_template(
        "desk/paper.html", paper=paper, address=address, picture=picture_of(address)
    )
    time.sleep(max(0.0, began + STEADY - time.monotonic()))
    return page


@bp.get("/inloggen/balie")
@public
def claim() -> str:
    """Ask for what stands on the paper, the own word and a new passphrase."""
    return render_template("desk/claim.html", form=ClaimForm())


@bp.post("/inloggen/balie")
@public
def finish() -> Page:
    """Let the owner in with a new passphrase and ten new codes; all of before has ended."""
    form = ClaimForm()
    if not (form.validate() and form.is_strong()):
        return render_template("desk/claim.html", form=form), 422
    limits.check("desk_claim_network", network())
    limits.check("desk_claim", plain_code(form.code.data or ""))
    begin(db.session, writing=False)
    found = open_claim(db.session, keyring(), form.code.data or "")
    db.session.rollback()
    # Whatever is wrong, the slow hash is spent, and the words are the same.
    if not fits(found.word_hash if found else None, plain_word(form.own_word.data)) or not found:
        return _no_match(form)
    if not form.is_strong(*found.names):
        return render_template("desk/claim.html", form=form), 422
    person_id = found.person_id
    secret = hash_passphrase(form.passphrase.data or "")
    begin(db.session, writing=True)
    if not finish_recovery(db.session, found, secret):
        db.session.rollback()
        return _no_match(form)
    codes = make_recovery_codes(db.session, keyring(), person_id)
    forget_other_browsers(db.session, person_id, "")
    tokens = start(person_id, METHOD, own_device=False)
    # Coming in from a browser that is not known was mailed just now.
    tell(db.session, person_id, Kind.SIGN_IN_CHANGED, mailed=False)
    db.session.commit()
    record("desk_recovery_used", person=person_id)
    record("recovery_codes_made", person=person_id)
    note_entry(person_id, METHOD, tokens)
    response = make_response(
        render_template("person/codes.html", codes=codes, fresh=False, next=url_for("home.welcome"))
    )
    welcome(response, tokens)
    return response


def _no_match(form: ClaimForm) -> Page:
    record("sign_in_refused", person=None, why=METHOD)
    form.form_errors.append(NO_MATCH)
    return render_template("desk/claim.html", form=form), 422


def _form() -> DeskForm:
    form = DeskForm()
    chosen = visible(viewer(), Action.MAP_SHARE, Organisation)
    form.organisation.choices = read_organisations(db.session, chosen)
    return form


def _page(form: DeskForm) -> str:
    me = viewer()
    return render_template(
        "desk/page.html",
        form=form,
        works=bool(me.seats),
        choices_made=read_choices(db.session, visible(me, Action.MAP_SHARE, DeskChoice)),
    )


def _key() -> DataKey:
    key_id = viewer().key_id
    key = keyring().fetch([key_id]).get(key_id)
    if key is None:
        raise NotFound
    return key
