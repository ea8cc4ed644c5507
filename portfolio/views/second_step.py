"""The second step of signing in, for whoever works for an organisation.

The session that leads here opens this page and no other, and lasts ten minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from portfolio.access import public
from portfolio.entrance import finish, welcome
from portfolio.extensions import db
from portfolio.forms.proof import WRONG_CODE, CodeForm
from portfolio.models.second_factor import second_factors
from portfolio.proofs import confirm_code
from portfolio.security import half_signed_in, own_path
from portfolio.views.kept_post import after_sign_in

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.found_sign_in import FoundSignIn

bp = Blueprint("second_step", __name__)


@bp.get("/inloggen/stap-2")
@public
def page() -> str | Response:
    """Ask for the second step of whoever took the first."""
    half = half_signed_in()
    return _page(half, CodeForm()) if half else _first_step()


@bp.post("/inloggen/stap-2")
@public
def take() -> str | tuple[str, int] | Response:
    """Let somebody in who shows a code of their app, or one of the codes on paper."""
    half, form = half_signed_in(), CodeForm()
    if half is None:
        return _first_step()
    if not form.validate():
        return _page(half, form), 422
    # Two codes of one paper are one thing that somebody has.
    paper = half.method != "recovery_code"
    if not confirm_code(half.person_id, form.code.data or "", recovery=paper):
        form.code.errors = [WRONG_CODE]
        return _page(half, form), 422
    tokens = finish(half)
    if tokens is None:
        return _first_step()
    response = redirect(_onward(half), 303)
    welcome(response, tokens)
    return response


def _page(half: FoundSignIn, form: CodeForm) -> str:
    way = own_path(request.args.get("next"))
    return render_template("second_step/page.html", form=form, next=way, own_device=half.own_device)


def _first_step() -> Response:
    return redirect(url_for("sign_in.page", next=request.args.get("next")), 303)


def _onward(half: FoundSignIn) -> str:
    way = own_path(request.args.get("next"))
    if half.method == "recovery_code":
        return url_for("person.passphrase")
    if not second_factors(db.session, half.person_id):
        return url_for("second_factor.page", next=way)
    return after_sign_in(half.person_id, way)
