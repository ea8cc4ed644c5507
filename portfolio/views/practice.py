"""Zo doen wij het: what an organisation does in its own way, set by its beheerder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from portfolio.access import Action, get_or_404, requires, visible
from portfolio.events import record
from portfolio.extensions import db
from portfolio.forms.practice import practice_form, shown_of
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.draft import first_time
from portfolio.models.organisation import Organisation
from portfolio.models.practice import Practice, hold_practice, keep_practice, read_practice
from portfolio.security import viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from portfolio.forms.practice import PracticeForm

bp = Blueprint("practice", __name__)

KEEP = Action.ORGANISATION_KEEP


@bp.get("/organisatie/<organisation_id>/zo-doen-wij-het")
@requires(Action.ORGANISATION_KEEP)
def page(organisation_id: str) -> str:
    """Show how we do it, or what is usual where we said nothing."""
    me, form = viewer(), practice_form()
    organisation = get_or_404(me, KEEP, Organisation, organisation_id)
    form.show(read_practice(db.session, visible(me, KEEP, Practice), organisation_id))
    return _asked(organisation, form)


@bp.post("/organisatie/<organisation_id>/zo-doen-wij-het")
@requires(Action.ORGANISATION_KEEP)
def keep(organisation_id: str) -> str | tuple[str, int] | Response:
    """Keep our numbers, unless another beheerder changed them in the meantime."""
    me, form = viewer(), practice_form()
    begin(db.session, writing=True)
    organisation = get_or_404(me, KEEP, Organisation, organisation_id)
    hold_practice(db.session, organisation_id)
    if not form.validate():
        return _asked(organisation, form), 422
    ours = visible(me, KEEP, Practice)
    now = read_practice(db.session, ours, organisation_id)
    changed: list[str] = []
    if first_time(db.session, form.once.data or "", me.person_id):
        if form.shown.data != shown_of(now):
            form.shown.data = shown_of(now)
            return _asked(organisation, form, now), 422
        changed = keep_practice(db.session, organisation_id, ours, form.numbers)
        db.session.commit()
    for key in changed:
        record(
            "practice_changed",
            organisation=organisation_id,
            person=me.person_id,
            fact=key,
            number=form.numbers[key],
        )
    flash(mark("Bewaard."), "good")
    return redirect(url_for("organisation.overview"), 303)


def _asked(
    organisation: Organisation, form: PracticeForm, theirs: Mapping[str, int] | None = None
) -> str:
    return render_template("practice/page.html", name=organisation.name, form=form, theirs=theirs)
