"""The beheerder's pages: who works here, who is invited, and ending somebody's access.

A beheerder sees names and roles, never anything of anybody's map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from portfolio import limits
from portfolio.access import Action, get_or_404, requires, visible
from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.forms.organisation import InviteForm
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.invitation import (
    Invitation,
    invite_once,
    read_invitations,
    withdraw_invitation,
)
from portfolio.models.organisation import (
    Membership,
    Organisation,
    count_beheerders,
    end_membership,
    read_members,
    read_organisations,
)
from portfolio.models.work_login import forget_gone
from portfolio.security import viewer
from portfolio.told import waiting

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

bp = Blueprint("organisation", __name__)

KEEP = Action.ORGANISATION_KEEP


@bp.get("/organisatie")
@requires(Action.ORGANISATION_KEEP)
def overview() -> str:
    """Show each organisation that this beheerder keeps: its people and open invitations."""
    who = viewer()
    return render_template(
        "organisation/overview.html",
        news=waiting(viewer()),
        organisations=read_organisations(db.session, visible(who, KEEP, Organisation)),
        members=read_members(db.session, keyring(), visible(who, KEEP, Membership)),
        invitations=read_invitations(db.session, keyring(), visible(who, KEEP, Invitation)),
    )


@bp.get("/organisatie/<organisation_id>/uitnodigen")
@requires(Action.ORGANISATION_KEEP)
def invite(organisation_id: str) -> str:
    """Ask whom to invite."""
    organisation = get_or_404(viewer(), KEEP, Organisation, organisation_id)
    return render_template("organisation/invite.html", form=InviteForm(), name=organisation.name)


@bp.post("/organisatie/<organisation_id>/uitnodigen")
@requires(Action.ORGANISATION_KEEP)
def send_invitation(organisation_id: str) -> str | tuple[str, int] | Response:
    """Make an invitation and show its link and code, which are shown only now."""
    who, form = viewer(), InviteForm()
    limits.check("invite", who.person_id)
    begin(db.session, writing=True)
    organisation = get_or_404(who, KEEP, Organisation, organisation_id)
    if not form.validate():
        page = render_template("organisation/invite.html", form=form, name=organisation.name)
        return page, 422
    made = invite_once(
        db.session,
        keyring(),
        organisation,
        str(form.role.data),
        str(form.once.data),
        for_whom=form.for_whom.data or "",
        invited_by=who.person_id,
    )
    db.session.commit()
    if made is None:
        flash(mark("Deze uitnodiging is al gebruikt. Maak een nieuwe."), "attention")
        return redirect(url_for("organisation.overview"), 303)
    if made.is_new:
        record(
            "invitation_made",
            organisation=organisation.id,
            invitation=made.id,
            person=who.person_id,
        )
    link = settings().public_url + url_for("invitation.accept", invitation_id=made.id)
    return render_template(
        "organisation/invited.html",
        name=organisation.name,
        role=form.role.data,
        link=link,
        code=made.code,
    )


@bp.post("/organisatie/uitnodiging/<invitation_id>/intrekken")
@requires(Action.ORGANISATION_KEEP)
def withdraw(invitation_id: str) -> Response:
    """Take back an invitation that nobody used."""
    who = viewer()
    begin(db.session, writing=True)
    row = get_or_404(who, KEEP, Invitation, invitation_id)
    withdrawn = withdraw_invitation(db.session, row.id)
    db.session.commit()
    if withdrawn:
        record(
            "invitation_withdrawn",
            organisation=row.organisation_id,
            invitation=row.id,
            person=who.person_id,
        )
    flash(mark("De uitnodiging werkt niet meer."), "good")
    return redirect(url_for("organisation.overview"), 303)


@bp.get("/organisatie/mensen/<membership_id>/stoppen")
@requires(Action.ORGANISATION_KEEP)
def ask_end(membership_id: str) -> str:
    """Ask whether somebody's access should really end."""
    chosen = visible(viewer(), KEEP, Membership)
    row = get_or_404(viewer(), KEEP, Membership, membership_id)
    members = read_members(db.session, keyring(), chosen)
    member = next(member for member in members if member.id == row.id)
    organisation = get_or_404(viewer(), KEEP, Organisation, row.organisation_id)
    return render_template("organisation/end.html", member=member, name=organisation.name)


@bp.post("/organisatie/mensen/<membership_id>/stoppen")
@requires(Action.ORGANISATION_KEEP)
def end(membership_id: str) -> Response:
    """End somebody's access at once: the gate looks at every request."""
    who = viewer()
    begin(db.session, writing=True)
    row = get_or_404(who, KEEP, Membership, membership_id)
    if row.role == "beheerder" and count_beheerders(db.session, row.organisation_id) < 2:  # noqa: PLR2004 -- somebody must stay
        flash(mark("Dit is de laatste beheerder. Nodig eerst een ander uit."), "attention")
        return redirect(url_for("organisation.overview"), 303)
    ended = end_membership(db.session, row.id)
    # Whoever comes back one day links anew.
    forget_gone(db.session, row.organisation_id, row.person_id)
    db.session.commit()
    if ended:
        record(
            "membership_ended",
            organisation=row.organisation_id,
            membership=row.id,
            person=who.person_id,
        )
    flash(mark("Deze persoon kan hier niet meer bij."), "good")
    mine = row.person_id == who.person_id
    return redirect(url_for("home.welcome" if mine else "organisation.overview"), 303)
