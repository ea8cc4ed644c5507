"""Versions of my plan: proposed by the owner, frozen when the other says yes too.

The owner's pages are here, and the pages on which a coach reads a version and says yes. What
a version holds is what that coach could see; a part that is no longer shared shows nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from portfolio import planned
from portfolio.access import (
    Action,
    get_or_404,
    hold_consents,
    keys_of,
    reading,
    requires,
    there_is,
    visible,
)
from portfolio.events import record
from portfolio.extensions import db
from portfolio.forms import Form
from portfolio.forms.version import ProposeForm
from portfolio.granted import coaching, eyes_of
from portfolio.languages import dutch_first, mark, own_first, written
from portfolio.leafing import asked_leaf
from portfolio.models.base import begin
from portfolio.models.chain import hold
from portfolio.models.consent import Consent
from portfolio.models.draft import first_time
from portfolio.models.leaf import leaf_of, on_leaf
from portfolio.models.notice import Kind, tell
from portfolio.models.portfolio import Portfolio
from portfolio.models.version import (
    PlanVersion,
    PlanVersionPart,
    VersionPage,
    differences,
    drop_version,
    freeze_version,
    holds,
    propose_version,
    read_versions,
)
from portfolio.models.words import Words
from portfolio.security import viewer
from portfolio.versions import content_of
from portfolio.views.people import Ways

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Page = str | tuple[str, int] | Response

bp = Blueprint("version", __name__)


@bp.get("/plan/versies")
@requires(Action.MAP_KEEP)
def overview() -> str:
    """Show the versions of my plan, the newest first."""
    me, number = viewer(), asked_leaf("versies")
    keys, mine = keys_of(me.portfolio_id), visible(me, Action.MAP_KEEP, PlanVersion)
    parts = visible(me, Action.MAP_KEEP, PlanVersionPart)
    found = leaf_of(read_versions(db.session, on_leaf(mine, number), parts, keys), number)
    # Of an older one this is looked at on its own page, and of all by `portfolio verify`.
    wrong = bool(found.rows) and not holds(db.session, _map_of_mine(), keys)
    # Somebody who chooses what to lay beside a version sees the same list.
    beside = request.args.get("naast", "")
    return render_template("version/overview.html", versions=found, wrong=wrong, beside=beside)


@bp.route("/plan/versies/nieuw", methods=["GET", "POST"])
@requires(Action.MAP_KEEP)
def propose() -> Page:
    """Ask with whom and why, and propose what that person can see now."""
    me, form = viewer(), ProposeForm()
    members = coaching(me, Consent.part.is_not(None))
    form.member.choices = [(each.id, each.grantee.name) for each in members.values()]
    if not form.is_submitted():
        form.lang.data = written()
        return render_template("version/propose.html", form=form, members=members)
    if not form.validate():
        return render_template("version/propose.html", form=form, members=members), 422
    begin(db.session, writing=True)
    if not first_time(db.session, form.once.data or "", me.person_id):
        return redirect(url_for("version.overview"), 303)
    member, portfolio_id = members[form.member.data], str(me.portfolio_id)
    hold_consents(eyes_of(me, member), Action.PEOPLE_SEE, portfolio_id)
    hold(db.session, portfolio_id)
    seen = planned.plan_page(eyes_of(me, member), portfolio_id, log=False)
    row = propose_version(
        db.session,
        portfolio_id,
        keys_of(portfolio_id),
        member.id,
        member.grantee,
        reason=(Words(form.reason.data or "", form.lang.data),),
        content=content_of(seen),
    )
    version_id = row.id
    tell(db.session, member.person_id, Kind.VERSION, version_id)
    db.session.commit()
    record("version_proposed", portfolio=portfolio_id, version=version_id)
    flash(mark("Jij zegt ja. Nu kan de ander ja zeggen."), "good")
    return redirect(url_for("version.page", version_id=version_id), 303)


@bp.get("/plan/versies/<version_id>")
@requires(Action.MAP_KEEP)
def page(version_id: str) -> str:
    """Show one version, with a way to the one before it with the same person."""
    now = _mine(version_id)[0]
    keys = keys_of(viewer().portfolio_id)
    wrong = now.number is not None and not holds(db.session, _map_of_mine(), keys, now.number)
    found = {"version": now, "before": _before(now), "wrong": wrong}
    return render_template("version/page.html", **found, order=own_first(), form=Form())


@bp.get("/plan/versies/<version_id>/naast/<other_id>")
@requires(Action.MAP_KEEP)
def beside(version_id: str, other_id: str) -> str:
    """Lay two versions side by side and say what is different."""
    found = _mine(version_id, other_id)
    back_to = url_for("version.page", version_id=version_id)
    return _laid_beside(found, (version_id, other_id), back_to, own_first(), mine=True)


@bp.post("/plan/versies/<version_id>/terug")
@requires(Action.MAP_KEEP)
def take_back(version_id: str) -> Response:
    """Take back what was proposed; a frozen version stays for ever."""
    me = viewer()
    begin(db.session, writing=True)
    # Nobody says yes to it meanwhile.
    hold(db.session, str(me.portfolio_id))
    row = get_or_404(me, Action.MAP_KEEP, PlanVersion, version_id)
    try:
        drop_version(db.session, row)
    except ValueError as error:
        db.session.rollback()
        raise BadRequest from error
    db.session.commit()
    flash(mark("Dit voorstel is weg."), "good")
    return redirect(url_for("version.overview"), 303)


@bp.get("/mensen/<portfolio_id>/versies")
@requires(Action.PEOPLE_SEE)
def theirs(portfolio_id: str) -> str:
    """Show the versions that somebody made with me."""
    number = asked_leaf("versies")
    found, name = _read(portfolio_id, number=number)
    return render_template(
        "version/theirs.html",
        versions=leaf_of(found, number),
        ways=Ways(portfolio_id, name),
        order=dutch_first(),
        mine=_my_seats(),
        beside=request.args.get("naast", ""),
    )


@bp.get("/mensen/<portfolio_id>/versies/<version_id>")
@requires(Action.PEOPLE_SEE)
def read(portfolio_id: str, version_id: str) -> str:
    """Show one version that somebody made with me, as far as it is still shared."""
    found, name = _read(portfolio_id, version_id)
    ways, form = Ways(portfolio_id, name), Form()
    their_map = get_or_404(viewer(), Action.PEOPLE_SEE, Portfolio, portfolio_id)
    number, keys = found[0].number, keys_of(portfolio_id)
    wrong = number is not None and not holds(db.session, their_map, keys, number)
    return render_template(
        "version/read.html",
        version=found[0],
        wrong=wrong,
        ways=ways,
        form=form,
        order=dutch_first(),
        mine=_my_seats(),
    )


@bp.get("/mensen/<portfolio_id>/versies/<version_id>/naast/<other_id>")
@requires(Action.PEOPLE_SEE)
def compare(portfolio_id: str, version_id: str, other_id: str) -> str:
    """Lay two versions side by side, as far as both are still shared with me."""
    found, _name = _read(portfolio_id, version_id, other_id)
    back_to = url_for("version.read", portfolio_id=portfolio_id, version_id=version_id)
    return _laid_beside(found, (version_id, other_id), back_to, dutch_first(), mine=False)


@bp.post("/mensen/<portfolio_id>/versies/<version_id>/ja")
@requires(Action.PEOPLE_SEE)
def agree(portfolio_id: str, version_id: str) -> Response:
    """Say yes to a version from one's own sign-in: that freezes it. Twice is once."""
    me = viewer()
    begin(db.session, writing=True)
    hold_consents(me, Action.PEOPLE_SEE, portfolio_id)
    chosen = visible(me, Action.PEOPLE_SEE, PlanVersion).where(
        PlanVersion.portfolio_id == portfolio_id
    )
    # First whether it may be seen at all: nobody holds the map of somebody who shares nothing.
    if not there_is(chosen)[0]:
        raise NotFound
    hold(db.session, portfolio_id)
    row = get_or_404(me, Action.PEOPLE_SEE, PlanVersion, version_id)
    # What went along after a hand-over is read; the yes in it is somebody else's.
    if row.portfolio_id != portfolio_id or row.membership_id not in _my_seats():
        raise NotFound
    seen = visible(me, Action.PEOPLE_SEE, PlanVersionPart)
    try:
        frozen = freeze_version(db.session, row, keys_of(portfolio_id), seen)
    except ValueError:
        db.session.rollback()
        flash(mark("Deze versie kan niet meer. Vraag om een nieuwe."), "attention")
        return redirect(url_for("version.theirs", portfolio_id=portfolio_id), 303)
    db.session.commit()
    if frozen:
        record("version_frozen", portfolio=portfolio_id, version=version_id)
    flash(mark("Jullie zeggen allebei ja. Deze versie verandert niet meer."), "good")
    return redirect(url_for("version.read", portfolio_id=portfolio_id, version_id=version_id), 303)


def _map_of_mine() -> Portfolio:
    me = viewer()
    return get_or_404(me, Action.MAP_KEEP, Portfolio, str(me.portfolio_id))


def _mine(*contents: str) -> list[VersionPage]:
    me, action = viewer(), Action.MAP_KEEP
    chosen, parts = visible(me, action, PlanVersion), visible(me, action, PlanVersionPart)
    chosen = chosen.where(PlanVersion.id.in_(contents))
    keys = keys_of(me.portfolio_id)
    found = read_versions(db.session, chosen, parts, keys, contents=contents)
    if set(contents) - {each.id for each in found}:
        raise NotFound
    return found


def _read(portfolio_id: str, *contents: str, number: int = 1) -> tuple[list[VersionPage], str]:
    me, action = viewer(), Action.PEOPLE_SEE
    with reading(me, action, portfolio_id, "plan") as guest:
        chosen = visible(me, action, PlanVersion).where(PlanVersion.portfolio_id == portfolio_id)
        one = PlanVersion.id.in_(contents)
        chosen = chosen.where(one) if contents else on_leaf(chosen, number)
        parts = visible(me, action, PlanVersionPart)
        found = read_versions(db.session, chosen, parts, guest.keys, contents=contents)
        held = visible(me, action, Consent).where(
            Consent.portfolio_id == portfolio_id, Consent.part.is_not(None)
        )
        if set(contents) - {each.id for each in found} or not (found or there_is(held)[0]):
            raise NotFound
    return found, guest.owner


def _laid_beside(
    found: list[VersionPage],
    which: tuple[str, str],
    back_to: str,
    order: tuple[str, ...],
    *,
    mine: bool,
) -> str:
    named = {each.id: each for each in found}
    first, last = sorted(
        (named[each] for each in which), key=lambda each: (each.owner_yes_at, each.id)
    )
    return render_template(
        "version/beside.html",
        before=first,
        after=last,
        found=differences(first.content, last.content),
        back_to=back_to,
        order=order,
        mine=mine,
    )


def _my_seats() -> frozenset[str]:
    return frozenset(seat.id for seat in viewer().seats)


def _before(now: VersionPage) -> VersionPage | None:
    """Load what was agreed with the same person before this version.

    Laid beside another person's version it would say that what they may not see was changed.
    """
    me = viewer()
    chosen = visible(me, Action.MAP_KEEP, PlanVersion).where(
        PlanVersion.membership_id == now.membership_id,
        PlanVersion.number.is_not(None),
        PlanVersion.owner_yes_at < now.owner_yes_at,
    )
    parts = visible(me, Action.MAP_KEEP, PlanVersionPart)
    found = read_versions(db.session, chosen.limit(1), parts, keys_of(me.portfolio_id))
    return next(iter(found), None)
