"""Passkeys: coming in with one, making, naming and taking one away.

A page asks the phone by the script of static/js/passkey.js; without script the passphrase stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import languages, limits, passkeys
from portfolio.access import Action, asks_again, get_or_404, own_name, public, requires, visible
from portfolio.entrance import end_elsewhere, note_entry, start, welcome
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.passkey import NEEDED, NOT_KNOWN, NOT_MADE, NewPasskeyForm, PasskeyForm
from portfolio.forms.sign_in import SignInForm
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.credential import end_credentials
from portfolio.models.notice import Kind, tell
from portfolio.models.passkey import (
    MOST,
    PASSKEY,
    holds,
    ids_of,
    keep_passkey,
    name_passkey,
    named,
)
from portfolio.models.person import Credential, Person, own_sign_in_name
from portfolio.models.second_factor import second_factors, works_for_others
from portfolio.reading import by_picture
from portfolio.security import network, own_path, viewer
from portfolio.views.kept_post import after_sign_in
from portfolio.views.second_factor import settle

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.keyring import DataKey
    from portfolio.viewer import Viewer

    Page = str | tuple[str, int] | Response

bp = Blueprint("passkey", __name__)

COMING_IN = "in"


@bp.post("/inloggen/passkey/vraag")
@public
def ask_in() -> Response:
    """Ask a phone for any passkey of ours. It says the same to everybody: it knows nobody yet."""
    limits.check("passkey", network())
    return jsonify(passkeys.ask(COMING_IN, None))


@bp.post("/inloggen/passkey")
@public
def come_in() -> Page:
    """Let somebody in whose phone showed a passkey: it is both steps at once."""
    form = PasskeyForm()
    limits.check("passkey", network())
    said = form.credential.data or ""
    found = passkeys.check(COMING_IN, None, said) if form.validate() else None
    way = own_path(request.args.get("next"))
    begin(db.session, writing=True)
    if found is None or not holds(db.session, found):
        db.session.rollback()
        record("sign_in_refused", person=None, why="passkey")
        asked = SignInForm(formdata=None)
        asked.form_errors.append(NOT_KNOWN)
        return render_template("sign_in/page.html", form=asked, next=way), 422
    own = bool(form.own_device.data)
    tokens = start(found.person_id, PASSKEY, own_device=own, second_factor=True)
    db.session.commit()
    note_entry(found.person_id, PASSKEY, tokens)
    response = redirect(after_sign_in(found.person_id, way), 303)
    welcome(response, tokens)
    return response


@bp.get("/over-mij/passkeys/nieuw")
@requires(Action.ACCOUNT_USE)
@asks_again
def new() -> str:
    """Offer to make a passkey on this phone or computer."""
    form = NewPasskeyForm()
    if by_picture():
        # Nothing needs typing: the name can be changed, and there is one phone.
        form.label.data = languages.one(mark("Mijn telefoon"))
    return _new(form)


@bp.post("/over-mij/passkeys/vraag")
@requires(Action.ACCOUNT_USE)
@asks_again
def ask_new() -> Response:
    """Ask the phone to make a passkey for whoever is signed in, and for nobody else."""
    me = viewer()
    limits.check("passkey", network())
    person = get_or_404(me, Action.ACCOUNT_USE, Person, me.person_id)
    key = _key(me)
    known = _known(me)
    return jsonify(
        passkeys.ask_for_new(me.person_id, own_sign_in_name(key, person), own_name(me), known)
    )


@bp.post("/over-mij/passkeys/nieuw")
@requires(Action.ACCOUNT_USE)
@asks_again
def make() -> Page:
    """Keep the passkey that the phone made."""
    me, form = viewer(), NewPasskeyForm()
    if not form.validate():
        return _new(form), 422
    made = passkeys.check_new(me.person_id, form.credential.data or "")
    if made is None or len(_known(me)) >= MOST:
        form.form_errors.append(NOT_MADE)
        return _new(form), 422
    key = _key(me)
    begin(db.session, writing=True)
    if not keep_passkey(db.session, keyring(), key, me.person_id, made, form.label.data or ""):
        db.session.rollback()
        form.form_errors.append(NOT_MADE)
        return _new(form), 422
    record("passkey_made", person=me.person_id)
    said = mark("Je hebt een passkey. Log daar voortaan mee in.")
    return settle(own_path(request.args.get("next")), said)


@bp.get("/over-mij/passkeys/<credential_id>")
@requires(Action.ACCOUNT_USE)
@asks_again
def one(credential_id: str) -> str:
    """Show one passkey, to give it another name or to take it away."""
    row = _row(credential_id)
    found, form = named(row, _key(viewer())), NewPasskeyForm()
    form.label.data = found.label
    return render_template("passkey/one.html", form=form, passkey=found)


@bp.post("/over-mij/passkeys/<credential_id>")
@requires(Action.ACCOUNT_USE)
@asks_again
def rename(credential_id: str) -> Page:
    """Give a passkey the name by which its person knows it."""
    begin(db.session, writing=True)
    row, form, key = _row(credential_id), NewPasskeyForm(), _key(viewer())
    if not form.validate():
        return render_template("passkey/one.html", form=form, passkey=named(row, key)), 422
    name_passkey(key, row, form.label.data or "")
    db.session.commit()
    flash(mark("Bewaard."), "good")
    return redirect(url_for("person.overview"), 303)


@bp.post("/over-mij/passkeys/<credential_id>/weg")
@requires(Action.ACCOUNT_USE)
@asks_again
def remove(credential_id: str) -> Response:
    """Take a passkey away, but never the last that somebody needs for their work."""
    me = viewer()
    begin(db.session, writing=True)
    row_id = _row(credential_id).id
    end_credentials(db.session, me.person_id, PASSKEY, only=row_id)
    if works_for_others(db.session, me.person_id) and not second_factors(db.session, me.person_id):
        db.session.rollback()
        flash(NEEDED, "attention")
        return redirect(url_for("passkey.one", credential_id=credential_id), 303)
    # Who takes one away because a phone is lost, is signed out on that phone.
    end_elsewhere(me.person_id, me.sign_in_id, PASSKEY)
    tell(db.session, me.person_id, Kind.SIGN_IN_CHANGED)
    db.session.commit()
    record("passkey_removed", person=me.person_id)
    flash(mark("De passkey is weg. Op je andere apparaten ben je uitgelogd."), "good")
    return redirect(url_for("person.overview"), 303)


def _new(form: NewPasskeyForm) -> str:
    return render_template("passkey/new.html", form=form, next=own_path(request.args.get("next")))


def _key(me: Viewer) -> DataKey:
    key = keyring().fetch([me.key_id]).get(me.key_id)
    if key is None:
        raise NotFound
    return key


def _known(me: Viewer) -> list[str]:
    return ids_of(db.session, visible(me, Action.ACCOUNT_USE, Credential), _key(me))


def _row(credential_id: str) -> Credential:
    row = get_or_404(viewer(), Action.ACCOUNT_USE, Credential, credential_id)
    if row.kind != PASSKEY or row.ended_at:
        raise NotFound
    return row
