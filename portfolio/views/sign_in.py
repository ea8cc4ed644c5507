"""Signing in, signing out, and the way in when the passphrase is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for

from portfolio import limits
from portfolio.access import public
from portfolio.entrance import (
    LEAVES_NOTHING,
    check_passphrase,
    end_here,
    enter,
    farewell,
    note_entry,
    start,
    welcome,
)
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.sign_in import NO_MATCH, NO_MATCH_CODE, RecoveryForm, SignInForm
from portfolio.models.base import begin
from portfolio.models.credential import use_recovery_code
from portfolio.models.notice import Kind, tell
from portfolio.models.person import sign_in_hash
from portfolio.models.second_factor import second_factors
from portfolio.security import maybe_viewer, network, own_path
from portfolio.views.kept_post import after_sign_in

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.entrance import Tokens

bp = Blueprint("sign_in", __name__)


@bp.get("/inloggen")
@public
def page() -> Response:
    """Ask who somebody is; whoever came back after a rest reads what happened."""
    if maybe_viewer():
        return redirect(own_path(request.args.get("next")), 303)
    rested = bool(g.get("expired_person")) or request.args.get("verstuurd") == "rust"
    page = render_template("sign_in/page.html", form=SignInForm(), rested=rested, **_way())
    response = make_response(page)
    if rested:
        response.headers["Clear-Site-Data"] = LEAVES_NOTHING
    return response


@bp.post("/inloggen")
@public
def come_in() -> tuple[str, int] | Response:
    """Let somebody in who shows name and passphrase."""
    form = SignInForm()
    if not form.validate():
        return render_template("sign_in/page.html", form=form, **_way()), 422
    name, passphrase = form.sign_in_name.data or "", form.passphrase.data or ""
    lock = check_passphrase(name, passphrase)
    tokens = enter(lock, name, passphrase, own_device=form.own_device.data) if lock else None
    if lock is None or tokens is None:
        form.form_errors.append(NO_MATCH)
        return render_template("sign_in/page.html", form=form, **_way()), 422
    response = redirect(_onward(lock.person_id, tokens), 303)
    welcome(response, tokens)
    return response


def _onward(person_id: str, tokens: Tokens) -> str:
    """Say where somebody goes: the second step first, then what was kept, then where they were."""
    way = own_path(request.args.get("next"))
    if tokens.half:
        return url_for("second_step.page", next=None if way == "/" else way)
    goal = after_sign_in(person_id, way)
    if goal == "/" and tokens.own_device and not second_factors(db.session, person_id):
        # On one's own phone a finger is easier than a passphrase; it may be skipped.
        return url_for("passkey.new", next="/")
    return goal


@bp.get("/inloggen/code")
@public
def recovery() -> str:
    """Ask for a recovery code."""
    return render_template("sign_in/recovery.html", form=RecoveryForm())


@bp.post("/inloggen/code")
@public
def recover() -> tuple[str, int] | Response:
    """Let somebody in who shows name and recovery code, and ask for a new passphrase."""
    form = RecoveryForm()
    if not form.validate():
        return render_template("sign_in/recovery.html", form=form), 422
    name = form.sign_in_name.data or ""
    limits.check("recovery_network", network())
    limits.check("recovery", sign_in_hash(keyring(), name), network())
    begin(db.session, writing=True)
    person_id = use_recovery_code(db.session, keyring(), name, form.code.data or "")
    if person_id is None:
        db.session.rollback()
        record("sign_in_refused", person=None, why="recovery_code")
        form.form_errors.append(NO_MATCH_CODE)
        return render_template("sign_in/recovery.html", form=form), 422
    tell(db.session, person_id, Kind.SIGN_IN_CHANGED)
    tokens = start(person_id, "recovery_code", own_device=False)
    db.session.commit()
    record("recovery_code_used", person=person_id)
    note_entry(person_id, "recovery_code", tokens)
    way = url_for("second_step.page" if tokens.half else "person.passphrase")
    response = redirect(way, 303)
    welcome(response, tokens)
    return response


@bp.post("/uitloggen")
@public
def out() -> Response:
    """End the session here and on the server, and leave nothing behind."""
    begin(db.session, writing=True)
    person_id = end_here("signed_out")
    db.session.commit()
    if person_id:
        record("signed_out", person=person_id)
    response = redirect(url_for("sign_in.gone"), 303)
    farewell(response)
    return response


@bp.get("/uitgelogd")
@public
def gone() -> str | Response:
    """Say that somebody is out, and what that means on a computer of others."""
    if maybe_viewer():
        return redirect(url_for("home.welcome"), 303)
    response = make_response(render_template("sign_in/gone.html"))
    response.headers["Clear-Site-Data"] = LEAVES_NOTHING
    return response


def _way() -> dict[str, str]:
    """Say where somebody was going, and what became of what they sent."""
    return {"next": own_path(request.args.get("next")), "sent": request.args.get("verstuurd", "")}
