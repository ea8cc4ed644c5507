"""Coming in by an invitation: the link shows who invites, the code opens, once.

A GET spends nothing, and what cannot be used any more is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import limits
from portfolio.access import Action, get_or_404, own_name, public
from portfolio.entrance import check_passphrase, start, welcome
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.invitation import NO_SUCH_CODE, CodeForm, JoinForm, MemberForm
from portfolio.forms.person import TAKEN
from portfolio.languages import mark, reader
from portfolio.models.base import begin
from portfolio.models.credential import make_recovery_codes
from portfolio.models.draft import first_time
from portfolio.models.invitation import (
    Invited,
    code_fits,
    find_invitation,
    note_user,
    spend,
    used_by,
)
from portfolio.models.organisation import join
from portfolio.models.person import NameTakenError, NewPerson, Person, make_member
from portfolio.passphrase import hash_passphrase
from portfolio.security import maybe_viewer, network

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.viewer import Viewer

    Answer = str | tuple[str, int] | Response

bp = Blueprint("invitation", __name__)


@bp.get("/uitnodiging/<invitation_id>")
@public
def accept(invitation_id: str) -> str:
    """Say who invites, and ask for the code."""
    found = find_invitation(db.session, invitation_id)
    if found is None:
        raise NotFound
    return render_template("invitation/code.html", form=CodeForm(), invited=found)


@bp.post("/uitnodiging/<invitation_id>")
@public
def use(invitation_id: str) -> Answer:
    """Check the code, then ask for an account or a yes, then let somebody in."""
    found = find_invitation(db.session, invitation_id)
    if found is None:
        return _come_back(invitation_id)
    form = CodeForm()
    if not _fits(form, found):
        return render_template("invitation/code.html", form=form, invited=found), 422
    who = maybe_viewer()
    step = request.form.get("step")
    if who:
        return _join(who, found) if step == "join" else _ask_yes(who, found)
    return _make_account(found) if step == "account" else _ask_account(found)


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


def _ask_yes(who: Viewer, found: Invited) -> str:
    name = own_name(who)
    return render_template("invitation/yes.html", form=JoinForm(), invited=found, name=name)


def _ask_account(found: Invited) -> str:
    return render_template("invitation/account.html", form=MemberForm(), invited=found)


def _join(who: Viewer, found: Invited) -> Response:
    """Give a role to somebody who has an account."""
    form = JoinForm()
    begin(db.session, writing=True)
    person = get_or_404(who, Action.ACCOUNT_USE, Person, who.person_id)
    _spend(found, str(form.code.data), person)
    db.session.commit()
    _record_use(found, person.id)
    flash(mark("Gelukt. Je doet nu mee."), "good")
    return redirect(url_for("home.welcome"), 303)


def _make_account(found: Invited) -> Answer:
    """Make an account with this role, and show its recovery codes once."""
    form = MemberForm()
    if not form.validate():
        return render_template("invitation/account.html", form=form, invited=found), 422
    new = NewPerson(
        display_name=str(form.display_name.data),
        sign_in_name=str(form.sign_in_name.data),
        secret=hash_passphrase(str(form.passphrase.data)),
        # Who works for an organisation is not asked an age.
        age_group="18+",
        language=reader().language,
        mode=reader().mode,
    )
    begin(db.session, writing=True)
    try:
        person = _spend(found, str(form.code.data), new)
    except NameTakenError:
        db.session.rollback()
        form.sign_in_name.errors = [TAKEN]
        return render_template("invitation/account.html", form=form, invited=found), 422
    first_time(db.session, str(form.once.data), person.id)
    response = _let_in(person.id)
    record("account_made", person=person.id)
    _record_use(found, person.id)
    return response


def _spend(found: Invited, code: str, whom: Person | NewPerson) -> Person:
    """Spend the invitation first: of all who come at once, one goes on. Raises NotFound."""
    if not spend(db.session, keyring(), found.id, code):
        db.session.rollback()
        raise NotFound
    person = whom if isinstance(whom, Person) else make_member(db.session, keyring(), whom)
    join(db.session, keyring(), person, found.organisation_id, found.role)
    note_user(db.session, found.id, person.id)
    return person


def _let_in(person_id: str) -> Response:
    codes = make_recovery_codes(db.session, keyring(), person_id)
    tokens = start(person_id, "passphrase", own_device=False)
    db.session.commit()
    record("recovery_codes_made", person=person_id)
    record("signed_in", person=person_id, method="passphrase")
    response = make_response(
        render_template("person/codes.html", codes=codes, fresh=True, member=True)
    )
    welcome(response, tokens)
    return response


def _come_back(invitation_id: str) -> Response:
    """Meet the second click of whoever just came in by this invitation; nobody else."""
    form = MemberForm()
    person_id = used_by(db.session, invitation_id)
    if person_id is None or request.form.get("step") != "account" or not form.validate():
        raise NotFound
    begin(db.session, writing=True)
    unseen = first_time(db.session, str(form.once.data), person_id)
    db.session.rollback()
    if unseen:
        raise NotFound
    lock = check_passphrase(str(form.sign_in_name.data), str(form.passphrase.data))
    if lock is None or lock.person_id != person_id:
        raise NotFound
    begin(db.session, writing=True)
    # The codes of the first click were never seen.
    return _let_in(person_id)


def _record_use(found: Invited, person_id: str) -> None:
    record(
        "invitation_used",
        organisation=found.organisation_id,
        invitation=found.id,
        person=person_id,
    )
