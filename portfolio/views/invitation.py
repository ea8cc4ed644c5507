"""Coming in by an invitation: the link shows who invites, the code opens, once.

A GET spends nothing, and what cannot be used any more is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound

from portfolio import limits
from portfolio.access import Action, get_or_404, own_name, public
from portfolio.entrance import INVITED, check_passphrase, end_elsewhere, note_entry, start, welcome
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.invitation import NO_SUCH_CODE, CodeForm, JoinForm, MemberForm
from portfolio.forms.person import TAKEN
from portfolio.languages import choice, mark
from portfolio.models.base import begin
from portfolio.models.draft import first_time
from portfolio.models.invitation import (
    Invited,
    code_fits,
    find_invitation,
    note_user,
    spend,
)
from portfolio.models.organisation import join
from portfolio.models.person import NameTakenError, NewPerson, Person, make_member
from portfolio.models.second_factor import second_factors
from portfolio.passphrase import hash_passphrase
from portfolio.reading import by_picture
from portfolio.security import maybe_viewer, network

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.viewer import Viewer

    Answer = str | tuple[str, int] | Response

bp = Blueprint("invitation", __name__)


@bp.get("/uitnodiging/<invitation_id>")
@public
def accept(invitation_id: str) -> str:
    """Say who invites, and ask for the code; who typed it a moment ago is asked for a yes."""
    found = find_invitation(db.session, invitation_id)
    if found is None:
        raise NotFound
    who, kept = maybe_viewer(), session.get(INVITED)
    if who and kept and kept[0] == found.id:
        return _ask_yes(who, found, kept[1])
    return render_template("invitation/code.html", form=CodeForm(), invited=found)


@bp.post("/uitnodiging/<invitation_id>")
@public
def use(invitation_id: str) -> Answer:
    """Check the code, then ask for an account, for a second factor and for a yes."""
    found = find_invitation(db.session, invitation_id)
    if found is None:
        raise NotFound
    form = CodeForm()
    if not _fits(form, found):
        return render_template("invitation/code.html", form=form, invited=found), 422
    who, code = maybe_viewer(), str(form.code.data)
    step = request.form.get("step")
    if who:
        if not g.found.second_factor:
            return _ask_factor(who, found, code)
        return _join(who, found) if step == "join" else _ask_yes(who, found, code)
    return _make_account(found, code) if step == "account" else _ask_account(found)


def _fits(form: CodeForm, found: Invited) -> bool:
    if not form.validate():
        return False
    limits.check("invitation_network", network())
    limits.check("invitation", found.id)
    begin(db.session, writing=True)
    right = code_fits(db.session, keyring(), found.id, str(form.code.data))
    if right:
        # Whoever knows the code may take their time over the rest.
        limits.forget("invitation", found.id)
    else:
        form.code.errors = [NO_SUCH_CODE]
    db.session.commit()
    return right


def _ask_yes(who: Viewer, found: Invited, code: str) -> str:
    form = JoinForm(formdata=None)
    form.code.data = code
    return render_template("invitation/yes.html", form=form, invited=found, name=own_name(who))


def _ask_account(found: Invited) -> str:
    return render_template("invitation/account.html", form=MemberForm(), invited=found)


def _ask_factor(who: Viewer, found: Invited, code: str) -> Response:
    """Lead somebody past the second step first: nobody works for others without. ASVS 6.3.3."""
    way = url_for("invitation.accept", invitation_id=found.id)
    if not second_factors(db.session, who.person_id):
        response = redirect(url_for("second_factor.page", next=way), 303)
    else:
        begin(db.session, writing=True)
        own = g.found.own_device
        tokens = start(who.person_id, g.found.method, own_device=own, half=True)
        db.session.commit()
        note_entry(who.person_id, g.found.method, tokens)
        response = redirect(url_for("second_step.page", next=way), 303)
        welcome(response, tokens)
    session[INVITED] = [found.id, code]
    return response


def _join(who: Viewer, found: Invited) -> Response:
    """Give a role to somebody who has an account and showed a second factor."""
    form = JoinForm()
    begin(db.session, writing=True)
    person = get_or_404(who, Action.ACCOUNT_USE, Person, who.person_id)
    # Of all who come at once, one goes on.
    if not spend(db.session, keyring(), found.id, str(form.code.data)):
        db.session.rollback()
        raise NotFound
    join(db.session, keyring(), person, found.organisation_id, found.role)
    note_user(db.session, found.id, person.id)
    # Elsewhere only a passphrase may have been shown.
    end_elsewhere(person.id, who.sign_in_id, "joined")
    db.session.commit()
    session.pop(INVITED, None)
    record(
        "invitation_used", organisation=found.organisation_id, invitation=found.id, person=person.id
    )
    flash(mark("Gelukt. Je doet nu mee."), "good")
    return redirect(url_for("home.welcome"), 303)


def _make_account(found: Invited, code: str) -> Answer:
    """Make an account, without any role yet, and lead on to the second factor."""
    form = MemberForm()
    if not form.validate():
        return render_template("invitation/account.html", form=form, invited=found), 422
    limits.check("sign_up", network())
    new = NewPerson(
        display_name=str(form.display_name.data),
        sign_in_name=str(form.sign_in_name.data),
        secret=hash_passphrase(str(form.passphrase.data)),
        # Who works for an organisation is not asked an age.
        age_group="18+",
        language=choice().language,
        mode=choice().mode,
        pictures=by_picture(),
    )
    begin(db.session, writing=True)
    try:
        person_id = make_member(db.session, keyring(), new).id
    except NameTakenError:
        db.session.rollback()
        return _come_back(found, form, code)
    first_time(db.session, str(form.once.data), person_id)
    record("account_made", person=person_id)
    return _let_in(person_id, found, code)


def _let_in(person_id: str, found: Invited, code: str) -> Response:
    tokens = start(person_id, "passphrase", own_device=False)
    db.session.commit()
    note_entry(person_id, "passphrase", tokens)
    session[INVITED] = [found.id, code]
    way = url_for("invitation.accept", invitation_id=found.id)
    page = "second_step.page" if tokens.half else "second_factor.page"
    response = redirect(url_for(page, next=way), 303)
    welcome(response, tokens)
    return response


def _come_back(found: Invited, form: MemberForm, code: str) -> Answer:
    """Meet a name that exists: a second click of the same person, or somebody else's name."""
    lock = check_passphrase(str(form.sign_in_name.data), str(form.passphrase.data))
    if lock:
        begin(db.session, writing=True)
        if not first_time(db.session, str(form.once.data), lock.person_id):
            return _let_in(lock.person_id, found, code)
        db.session.rollback()
    form.sign_in_name.errors = [TAKEN]
    return render_template("invitation/account.html", form=form, invited=found), 422
