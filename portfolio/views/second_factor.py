"""The app that makes codes: setting it up, and taking it away.

Whoever comes to work for an organisation comes here while they accept the invitation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import limits
from portfolio.access import Action, asks_again, get_or_404, requires
from portfolio.entrance import end_elsewhere, note_entry, start, welcome
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.passkey import NEEDED
from portfolio.forms.proof import WRONG_CODE, CodeForm
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.credential import (
    end_credentials,
    make_recovery_codes,
    plain_code,
    recovery_codes_left,
)
from portfolio.models.notice import Kind, tell
from portfolio.models.person import Person, own_sign_in_name
from portfolio.models.second_factor import (
    TOTP,
    address_for,
    keep_totp,
    second_factors,
    secret_for,
    works_for_others,
)
from portfolio.security import own_path, viewer
from portfolio.views.people import picture_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.keyring import DataKey

    Page = str | tuple[str, int] | Response

bp = Blueprint("second_factor", __name__)


@bp.get("/over-mij/app")
@requires(Action.ACCOUNT_USE)
@asks_again
def page() -> str:
    """Show the picture that an app reads, and the same as text."""
    return _page(CodeForm())


@bp.post("/over-mij/app")
@requires(Action.ACCOUNT_USE)
@asks_again
def keep() -> Page:
    """Keep the app when its code shows that it has the secret; other places are signed out."""
    me, form = viewer(), CodeForm()
    limits.check("app_code_new", me.person_id)
    if not form.validate():
        return _page(form), 422
    begin(db.session, writing=True)
    key = _key()
    secret = secret_for(key, str(me.sign_in_id))
    if not keep_totp(db.session, key, me.person_id, secret, plain_code(form.code.data or "")):
        db.session.rollback()
        form.code.errors = [WRONG_CODE]
        return _page(form), 422
    record("second_factor_made", person=me.person_id)
    end_elsewhere(me.person_id, me.sign_in_id, "second_factor")
    return settle(own_path(request.args.get("next")), mark("Gelukt. Je app maakt nu codes."))


@bp.post("/over-mij/app/weg")
@requires(Action.ACCOUNT_USE)
@asks_again
def remove() -> Response:
    """Take the app away, but never the last that somebody needs for their work."""
    me = viewer()
    begin(db.session, writing=True)
    end_credentials(db.session, me.person_id, TOTP)
    if works_for_others(db.session, me.person_id) and not second_factors(db.session, me.person_id):
        db.session.rollback()
        flash(NEEDED, "attention")
        return redirect(url_for("person.overview"), 303)
    tell(db.session, me.person_id, Kind.SIGN_IN_CHANGED)
    db.session.commit()
    flash(mark("De app is weg. Zijn codes werken niet meer."), "good")
    return redirect(url_for("person.overview"), 303)


def settle(way: str, said: str) -> Response:
    """Begin a new session for whoever just showed a second factor, and lead them on. Commits.

    Who has no codes on paper gets them now: with one of them somebody comes in without phone.
    """
    me = viewer()
    tokens = start(me.person_id, g.found.method, own_device=g.found.own_device, second_factor=True)
    flash(said, "good")
    codes = []
    if not recovery_codes_left(db.session, me.person_id):
        codes = make_recovery_codes(db.session, keyring(), me.person_id)
    tell(db.session, me.person_id, Kind.SIGN_IN_CHANGED)
    db.session.commit()
    note_entry(me.person_id, g.found.method, tokens)
    way = url_for("person.overview") if way == "/" else way
    if codes:
        record("recovery_codes_made", person=me.person_id)
        page = render_template("person/codes.html", codes=codes, fresh=False, member=True, next=way)
        response: Response = make_response(page)
    else:
        response = redirect(way, 303)
    welcome(response, tokens)
    return response


def _page(form: CodeForm) -> str:
    me = viewer()
    person, key = get_or_404(me, Action.ACCOUNT_USE, Person, me.person_id), _key()
    secret = secret_for(key, str(me.sign_in_id))
    return render_template(
        "second_factor/page.html",
        form=form,
        picture=picture_of(address_for(secret, own_sign_in_name(key, person))),
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        next=own_path(request.args.get("next")),
    )


def _key() -> DataKey:
    me = viewer()
    key = keyring().fetch([me.key_id]).get(me.key_id)
    if key is None:
        raise NotFound
    return key
