"""*Laat zien dat jij het bent*: asked before what counts most, and back to where one was.

What lives here: the page that asks, with a passkey, the passphrase or a code. What does not:
what is asked for (access.asks_again, proving.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from portfolio import limits, passkeys
from portfolio.access import Action, requires, there_is, visible
from portfolio.entrance import prove
from portfolio.extensions import db, keyring
from portfolio.forms.passkey import NOT_KNOWN, PasskeyForm
from portfolio.forms.person import WRONG_PASSPHRASE
from portfolio.forms.proof import WRONG_CODE, CodeForm, PassphraseForm
from portfolio.models.passkey import ids_of, in_force
from portfolio.models.person import Credential
from portfolio.models.second_factor import needs_second_step
from portfolio.proofs import confirm_code, confirm_passphrase
from portfolio.proving import AsksAgainError
from portfolio.security import network, own_path, viewer
from portfolio.views.kept_post import keep_typed

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Page = str | tuple[str, int] | Response

bp = Blueprint("proof", __name__)

AGAIN = "again"


@bp.app_errorhandler(AsksAgainError)
def ask_again(_error: AsksAgainError) -> Response:
    """Bring somebody to the page that asks, and back afterwards; keep what was typed."""
    db.session.rollback()
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("proof.page", next=own_path(request.full_path.rstrip("?"))), 303)
    back = request.path if _is_page(request.path) else "/"
    if keep_typed(viewer().person_id, request.path):
        back = url_for("kept_post.page")
    return redirect(url_for("proof.page", next=back), 303)


@bp.get("/bevestig")
@requires(Action.ACCOUNT_USE)
def page() -> str:
    """Ask for the passkey or the passphrase, and say why."""
    return _page(_asked(both=_needs_both()))


@bp.post("/bevestig")
@requires(Action.ACCOUNT_USE)
def passphrase() -> Page:
    """Go on when the passphrase is right."""
    both, me = _needs_both(), viewer()
    form = _asked(both=both)
    if not form.validate():
        return _page(form), 422
    if not confirm_passphrase(me.person_id, form.passphrase.data or ""):
        form.passphrase.errors = [WRONG_PASSPHRASE]
        return _page(form), 422
    if both and not confirm_code(me.person_id, form.code.data or ""):
        form.code.errors = [WRONG_CODE]
        return _page(form), 422
    return _back()


def _needs_both() -> bool:
    """Tell whether somebody signs in with two things, and shows both again as well."""
    return needs_second_step(db.session, viewer().person_id)


def _asked(*, both: bool) -> PassphraseForm:
    form = PassphraseForm()
    if not both:
        del form.code
    return form


@bp.get("/bevestig/code")
@requires(Action.ACCOUNT_USE)
def code() -> str | Response:
    """Ask for a code instead."""
    if _needs_both():
        return redirect(url_for("proof.page", next=_way()), 303)
    return render_template("proof/code.html", form=CodeForm(), next=_way())


@bp.post("/bevestig/code")
@requires(Action.ACCOUNT_USE)
def use_code() -> Page:
    """Go on when the code is right; a code works once."""
    form = CodeForm()
    if _needs_both():
        return redirect(url_for("proof.page", next=_way()), 303)
    if form.validate() and confirm_code(viewer().person_id, form.code.data or ""):
        return _back()
    if not form.code.errors:
        form.code.errors = [WRONG_CODE]
    return render_template("proof/code.html", form=form, next=_way()), 422


@bp.post("/bevestig/passkey/vraag")
@requires(Action.ACCOUNT_USE)
def ask_passkey() -> Response:
    """Ask the phone for one of this person's passkeys."""
    me = viewer()
    limits.check("passkey", network())
    key = keyring().fetch([me.key_id])[me.key_id]
    known = ids_of(db.session, visible(me, Action.ACCOUNT_USE, Credential), key)
    return jsonify(passkeys.ask(AGAIN, me.person_id, known))


@bp.post("/bevestig/passkey")
@requires(Action.ACCOUNT_USE)
def passkey() -> Page:
    """Go on when the phone showed this person's own passkey."""
    form = PasskeyForm()
    if form.validate() and passkeys.check(AGAIN, viewer().person_id, form.credential.data or ""):
        return _back()
    asked = _asked(both=_needs_both())
    asked.form_errors.append(NOT_KNOWN)
    return _page(asked), 422


def _page(form: PassphraseForm) -> str:
    (has_one,) = there_is(in_force(visible(viewer(), Action.ACCOUNT_USE, Credential)))
    return render_template("proof/page.html", form=form, next=_way(), has_passkey=has_one)


def _way() -> str:
    return own_path(request.args.get("next"))


def _back() -> Response:
    response = redirect(_way(), 303)
    prove(g.found, response)
    return response


def _is_page(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None or own_path(path) != path:
        return False
    try:
        adapter.match(path, method="GET")
    except HTTPException:
        return False
    return True
