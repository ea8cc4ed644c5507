"""My e-mail address: given, proven by a code that is typed here, changed, taken away.

It is for fixed sentences only. Nobody comes in with it, and a mail holds no link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio import limits
from portfolio.access import Action, asks_again, requires, visible
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.email import WRONG_CODE, CodeForm, EmailForm
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.email import (
    Email,
    address_of,
    drop_address,
    drop_wanted,
    find_email,
    prove,
    want,
    wanted_of,
)
from portfolio.models.mail import MailKind, Said, mail_to
from portfolio.models.notice import Kind, tell
from portfolio.security import network, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.keyring import DataKey

    Page = str | tuple[str, int] | Response

bp = Blueprint("email", __name__)


@bp.get("/over-mij/e-mail")
@requires(Action.ACCOUNT_USE)
def page() -> str:
    """Show my address, and ask for one or for the code that proves it."""
    return _page(EmailForm(), CodeForm())


@bp.post("/over-mij/e-mail")
@requires(Action.ACCOUNT_USE)
@asks_again
def ask() -> Page:
    """Take an address and mail a code to it. The one of before stays until this one is proven."""
    me, form = viewer(), EmailForm()
    if not form.validate():
        return _page(form, CodeForm()), 422
    address = form.address.data or ""
    # Nobody lets us write to a stranger again and again.
    limits.check("email", me.person_id)
    limits.check("email_network", network())
    limits.check("email_address", address.lower())
    key = _key()
    begin(db.session, writing=True)
    row = _mine(hold=True)
    code = want(db.session, keyring(), row, key, person_id=me.person_id, address=address)
    mail_to(db.session, me.person_id, MailKind.CODE, Said(address, code), key)
    db.session.commit()
    return redirect(url_for("email.page"), 303)


@bp.post("/over-mij/e-mail/code")
@requires(Action.ACCOUNT_USE)
def confirm() -> Page:
    """Take the code that proves an address. Where another was proven before, that one is told."""
    me, form = viewer(), CodeForm()
    limits.check("email_code", me.person_id)
    key = _key()
    begin(db.session, writing=True)
    row = _mine(hold=True)
    if row is None or row.wanted is None:
        # Proven by another tap, or let go.
        return redirect(url_for("email.page"), 303)
    before = address_of(row, key)
    if not prove(db.session, keyring(), row, key, form.digits):
        # The try counts.
        db.session.commit()
        form.code.errors = [WRONG_CODE]
        return _page(EmailForm(), form), 422
    if before and before != address_of(row, key):
        mail_to(db.session, me.person_id, MailKind.ADDRESS, Said(before), key)
    tell(db.session, me.person_id, Kind.SIGN_IN_CHANGED, mailed=False)
    db.session.commit()
    record("email_proven", person=me.person_id)
    flash(mark("Bewaard. Je krijgt nu ook e-mail."), "good")
    return redirect(url_for("email.page"), 303)


@bp.post("/over-mij/e-mail/weg")
@requires(Action.ACCOUNT_USE)
@asks_again
def remove() -> Response:
    """Take my address away; it is told so once, and then nothing of it stays."""
    me, key = viewer(), _key()
    begin(db.session, writing=True)
    row = _mine(hold=True)
    before = address_of(row, key)
    if before:
        mail_to(db.session, me.person_id, MailKind.ADDRESS, Said(before), key)
        tell(db.session, me.person_id, Kind.SIGN_IN_CHANGED, mailed=False)
    if row is not None:
        drop_address(db.session, row)
    db.session.commit()
    if before:
        record("email_removed", person=me.person_id)
    flash(mark("Je e-mailadres is weg."), "good")
    return redirect(url_for("email.page"), 303)


@bp.post("/over-mij/e-mail/ander")
@requires(Action.ACCOUNT_USE)
def forget() -> Response:
    """Let go of an address that I did not prove."""
    begin(db.session, writing=True)
    row = _mine(hold=True)
    if row is not None:
        drop_wanted(db.session, row)
    db.session.commit()
    return redirect(url_for("email.page"), 303)


def _mine(*, hold: bool = False) -> Email | None:
    return find_email(db.session, visible(viewer(), Action.ACCOUNT_USE, Email), hold=hold)


def _key() -> DataKey:
    key_id = viewer().key_id
    key = keyring().fetch([key_id]).get(key_id)
    if key is None:
        raise NotFound
    return key


def _page(form: EmailForm, code: CodeForm) -> str:
    row, key = _mine(), _key()
    return render_template(
        "email/page.html",
        form=form,
        code=code,
        address=address_of(row, key),
        wanted=wanted_of(row, key),
    )
