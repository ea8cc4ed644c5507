"""*Ik heb hulp nodig*: asked with one tap, taken back with one tap, and where to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from portfolio import signals
from portfolio.access import Action, requires
from portfolio.events import record
from portfolio.forms.contact import PhoneForm
from portfolio.languages import mark
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Page = str | tuple[str, int] | Response

bp = Blueprint("signal", __name__)


@bp.get("/hulp-vragen")
@requires(Action.MAP_KEEP)
def page() -> str:
    """Show who sees it when I ask for help, whether I do, and where I can be called."""
    form = PhoneForm()
    form.phone.data = signals.own_phone(viewer())
    return _page(form)


@bp.post("/hulp-vragen")
@requires(Action.MAP_KEEP)
def ask() -> Page:
    """Ask for help; without anybody who would see it, it is not asked.

    Help never waits for a number: one that cannot be read is asked for after it was asked.
    """
    me, form = viewer(), PhoneForm()
    if not signals.readers(me):
        return redirect(url_for("signal.page"), 303)
    signals.ask(me)
    record("help_asked", portfolio=me.portfolio_id)
    flash(mark("Je hebt om hulp gevraagd."), "good")
    # Only a page that shows the number can take it away.
    if form.phone.raw_data:
        if not form.validate():
            return _page(form), 422
        signals.keep_phone(me, form.phone.data or "")
    return redirect(url_for("signal.page"), 303)


@bp.post("/hulp-vragen/weg")
@requires(Action.MAP_KEEP)
def take_back() -> Response:
    """Take it back."""
    me = viewer()
    signals.take_back(me)
    record("help_taken_back", portfolio=me.portfolio_id)
    flash(mark("Je vraag om hulp is weg."), "good")
    return redirect(url_for("signal.page"), 303)


@bp.post("/hulp-vragen/nummer")
@requires(Action.MAP_KEEP)
def phone() -> Page:
    """Keep the number on which I want to be called, or take it away."""
    me, form = viewer(), PhoneForm()
    if not form.validate():
        return _page(form), 422
    signals.keep_phone(me, form.phone.data or "")
    flash(mark("Bewaard.") if form.phone.data else mark("Je nummer is weg."), "good")
    return redirect(url_for("signal.page"), 303)


def _page(form: PhoneForm) -> str:
    me = viewer()
    return render_template(
        "signal/page.html",
        form=form,
        readers=signals.readers(me),
        since=signals.asked_since(me),
        phone=signals.own_phone(me),
    )
