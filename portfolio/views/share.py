"""A new share, one question per screen, each kept in a sealed draft; nothing counts before the yes.

A screen that is still to be answered comes back by itself: no step can be left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from portfolio.access import Action, Viewer, asks_again, get_or_404, keys_of, requires, visible
from portfolio.data import LEEFGEBIEDEN, PLAN_PARTS, PURPOSES, SENSITIVE
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms import Form
from portfolio.forms.consent import MayForm, ThingsForm, UntilForm, WhatForm, WhyForm
from portfolio.languages import mark, own_first
from portfolio.models.base import begin, clock
from portfolio.models.consent import AMSTERDAM, USUAL_MONTHS, USUAL_MONTHS_YOUNG
from portfolio.models.draft import Draft, first_time, hold_draft
from portfolio.models.entry import Entry, read_entries
from portfolio.models.goal import Goal, places_with_goals
from portfolio.models.organisation import COACHING_ROLES, Membership
from portfolio.models.parts import goals_of, place_of
from portfolio.models.people import find_members
from portfolio.models.sharing import (
    keep_plan,
    next_step,
    places_of,
    read_plan,
    sensitive_things,
    share,
)
from portfolio.security import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.entry import EntryPage
    from portfolio.models.people import KnownMember
    from portfolio.models.portfolio import PortfolioKeys
    from portfolio.models.sharing import Plan

    Page = str | tuple[str, int] | Response

bp = Blueprint("share", __name__)
# Pictures, colours and explanations of what can be chosen, by the value of the choice.
HUES = {name: key for key in LEEFGEBIEDEN for name in (key, goals_of(key))}
PICTURES = {**HUES, **{each.key: each.icon for each in PLAN_PARTS.values()}}
HINTS = {each.key: each.hint for each in PLAN_PARTS.values()}


@dataclass(frozen=True)
class Making:
    """A share in the making, with all that its screens need."""

    row: Draft
    plan: Plan
    member: KnownMember
    keys: PortfolioKeys
    places: dict[str, str]
    today: date


class ShareOverError(Exception):
    """This share is done, or its person has left: there is nothing more to ask."""

    def __init__(self, said: str, kind: str) -> None:
        super().__init__(said)
        self.said, self.kind = said, kind


@bp.errorhandler(ShareOverError)
def over(error: ShareOverError) -> Response:
    """Go to the page of all shares and say what happened."""
    db.session.rollback()
    flash(error.said, error.kind)
    return redirect(url_for("consent.overview"), 303)


def load(me: Viewer, draft_id: str, *, hold: bool = False) -> Making:
    """Load a share in the making. Raises NotFound, or ShareOverError when it is over.

    `hold`: until the end of the transaction, so that of two who agree at once one shares.
    """
    row = get_or_404(me, Action.MAP_SHARE, Draft, draft_id)
    if row.kind != "share" or (hold and not hold_draft(db.session, row)):
        raise NotFound
    if row.done_at:
        raise ShareOverError(mark("Je hebt dit al gedeeld."), "info")
    keys = keys_of(me.portfolio_id)
    plan = read_plan(row, keys)
    chosen = visible(me, Action.MAP_SHARE, Membership).where(Membership.id == plan.membership_id)
    member = find_members(db.session, keyring(), chosen).get(plan.membership_id)
    if member is None:
        said = mark("Deze persoon werkt daar niet meer. Er is niets gedeeld.")
        raise ShareOverError(said, "attention")
    things = visible(me, Action.MAP_SHARE, Entry).where(Entry.id.in_(plan.entries))
    places = places_of(db.session, things)
    today = clock(db.session).astimezone(AMSTERDAM).date()
    return Making(row, plan, member, keys, places, today)


def step_of(making: Making) -> str:
    """Give the address of the screen that is still to be answered."""
    role = making.member.grantee.role
    step, thing = next_step(making.plan, making.places, role, making.today)
    if step == "sure":
        return url_for("share.sure", draft_id=making.row.id, thing=thing)
    if step == "look":
        return url_for("preview.person", draft_id=making.row.id)
    return url_for(f"share.{step}", draft_id=making.row.id)


@bp.route("/delen/<draft_id>/wat", methods=["GET", "POST"])
@requires(Action.MAP_SHARE)
def what(draft_id: str) -> Page:
    """Ask which leefgebieden to share; none is ticked."""
    making = _open(draft_id)
    kept = list(making.plan.parts)
    form = WhatForm(
        leefgebieden_lijst=list(making.plan.leefgebieden), plan_lijst=kept, doelen_lijst=kept
    )
    form.order(coach=making.member.grantee.role != "provider")
    if making.member.grantee.role in COACHING_ROLES:
        goals = visible(viewer(), Action.MAP_SHARE, Goal).where(Goal.made_at.is_not(None))
        form.offer_plan(places_with_goals(db.session, goals))
    more = {"form": form, "making": making, "pictures": PICTURES, "hues": HUES, "hints": HINTS}
    if request.method == "GET":
        return render_template("share/what.html", **more)
    chosen = tuple(form.leefgebieden_lijst.data or ())
    if form.validate() and (chosen or making.places or form.parts):
        return _keep(making, making.plan.choosing(chosen, making.plan.entries, form.parts))
    if not form.errors:
        form.leefgebieden_lijst.errors = [mark("Kies iets om te delen.")]
    return render_template("share/what.html", **more), 422


@bp.route("/delen/<draft_id>/dingen", methods=["GET", "POST"])
@requires(Action.MAP_SHARE)
def things(draft_id: str) -> Page:
    """Ask which single things to share."""
    making = _open(draft_id)
    found = _shareable(making)
    form = ThingsForm(stukken_lijst=list(making.plan.entries))
    form.stukken_lijst.choices = [(each.id, _title(each)) for each in found]
    pictures = {each.id: each.leefgebied for each in found}
    more = {"form": form, "making": making, "found": found, "pictures": pictures}
    if request.method == "GET":
        return render_template("share/things.html", **more)
    chosen = tuple(form.stukken_lijst.data or ())
    whole = making.plan.leefgebieden
    if form.validate() and (chosen or whole or making.plan.parts):
        return _keep(making, making.plan.choosing(whole, chosen, making.plan.parts))
    if not form.errors:
        form.stukken_lijst.errors = [mark("Kies iets om te delen.")]
    return render_template("share/things.html", **more), 422


@bp.route("/delen/<draft_id>/zeker/<thing>", methods=["GET", "POST"])
@requires(Action.MAP_SHARE)
def sure(draft_id: str, thing: str) -> Page:
    """Ask a second, separate yes for one sensitive leefgebied or thing."""
    making = _open(draft_id)
    if thing not in sensitive_things(making.plan, making.places):
        return redirect(step_of(making), 303)
    if request.method == "GET":
        part = thing if thing in making.plan.parts else None
        entry = None if part or thing in SENSITIVE else _one(making, thing)
        about = entry.leefgebied if entry else place_of(part or "") or thing
        return render_template(
            "share/sure.html",
            form=Form(),
            making=making,
            leefgebied=LEEFGEBIEDEN.get(about),
            part=part,
            entry=entry,
            order=own_first(),
        )
    said = {"ja": True, "nee": False}.get(request.form.get("zeker", ""))
    if said is None:
        raise BadRequest
    return _keep(making, making.plan.answering(thing, yes=said))


@bp.route("/delen/<draft_id>/waarvoor", methods=["GET", "POST"])
@requires(Action.MAP_SHARE)
def why(draft_id: str) -> Page:
    """Ask what the share is for."""
    making = _open(draft_id)
    form = WhyForm(purpose=making.plan.purpose)
    hints = {each.key: each.explanation for each in PURPOSES.values()}
    if request.method == "GET":
        return render_template("share/why.html", form=form, making=making, hints=hints)
    if not form.validate():
        return render_template("share/why.html", form=form, making=making, hints=hints), 422
    return _keep(making, replace(making.plan, purpose=form.purpose.data))


@bp.route("/delen/<draft_id>/tot-wanneer", methods=["GET", "POST"])
@requires(Action.MAP_SHARE)
def until(draft_id: str) -> Page:
    """Ask until when; for who is 16 or 17 a shorter time stands there."""
    making = _open(draft_id)
    young = viewer().age_group == "16-17"
    form = UntilForm(period=str(USUAL_MONTHS_YOUNG if young else USUAL_MONTHS))
    form.today = making.today
    if request.method == "GET":
        return render_template("share/until.html", form=form, making=making, young=young)
    if not form.validate():
        return render_template("share/until.html", form=form, making=making, young=young), 422
    return _keep(making, replace(making.plan, until=form.last.isoformat()))


@bp.route("/delen/<draft_id>/mag", methods=["GET", "POST"])
@requires(Action.MAP_SHARE)
def may(draft_id: str) -> Page:
    """Ask whether a coach may write comments."""
    making = _open(draft_id)
    kept = {True: "ja", False: "nee", None: None}[making.plan.may_comment]
    form = MayForm(may=kept)
    if request.method == "GET":
        return render_template("share/may.html", form=form, making=making)
    if not form.validate():
        return render_template("share/may.html", form=form, making=making), 422
    return _keep(making, replace(making.plan, may_comment=form.may.data == "ja"))


@bp.get("/delen/<draft_id>/klopt")
@requires(Action.MAP_SHARE)
@asks_again
def check(draft_id: str) -> Page:
    """Show all answers once more, before the yes."""
    making = _open(draft_id)
    if _unfinished(making):
        return redirect(step_of(making), 303)
    chosen = [each for each in _shareable(making) if each.id in making.plan.entries]
    last = date.fromisoformat(str(making.plan.until))
    return render_template(
        "share/check.html", form=Form(), making=making, chosen=chosen, last=last, order=own_first()
    )


@bp.post("/delen/<draft_id>/klopt")
@requires(Action.MAP_SHARE)
@asks_again
def agree(draft_id: str) -> Response:
    """Share: everything in one transaction, once. A missing answer shares nothing."""
    me, form = viewer(), Form()
    making = _open(draft_id)
    if not form.validate():
        raise BadRequest
    if _unfinished(making):
        flash(mark("Er is nog niets gedeeld. Geef eerst antwoord op deze vraag."), "attention")
        return redirect(step_of(making), 303)
    if not first_time(db.session, form.once.data or "", me.person_id):
        return redirect(url_for("consent.overview"), 303)
    given = share(
        db.session,
        str(me.portfolio_id),
        making.keys,
        making.member,
        plan=making.plan,
        places=making.places,
    )
    ids = [row.id for row in given]
    making.row.done_at = clock(db.session)
    db.session.commit()
    for consent_id in ids:
        record(
            "consent_given",
            portfolio=me.portfolio_id,
            membership=making.member.id,
            consent=consent_id,
        )
    flash(mark("Je deelt dit nu. Je kunt altijd stoppen."), "good")
    return redirect(url_for("consent.overview"), 303)


def _open(draft_id: str) -> Making:
    posted = request.method == "POST"
    if posted:
        begin(db.session, writing=True)
    return load(viewer(), draft_id, hold=posted)


def _unfinished(making: Making) -> bool:
    role = making.member.grantee.role
    return next_step(making.plan, making.places, role, making.today)[0] != "look"


def _keep(making: Making, plan: Plan) -> Response:
    keep_plan(db.session, making.row, making.keys, plan)
    draft_id = making.row.id
    db.session.commit()
    return redirect(step_of(load(viewer(), draft_id)), 303)


def _title(entry: EntryPage) -> str:
    return entry.text_for(*own_first()).title.text


def _shareable(making: Making) -> list[EntryPage]:
    """List one's own things that can be shared, the sensitive leefgebieden last."""
    me = viewer()
    chosen = visible(me, Action.MAP_SHARE, Entry).where(Entry.private.is_(False))
    by_map = {str(me.portfolio_id): making.keys}
    found = read_entries(db.session, chosen, by_map, stories=False)
    places = list(LEEFGEBIEDEN)
    return sorted(
        found,
        key=lambda each: (each.leefgebied in SENSITIVE, places.index(each.leefgebied)),
    )


def _one(making: Making, entry_id: str) -> EntryPage:
    return next(each for each in _shareable(making) if each.id == entry_id)
