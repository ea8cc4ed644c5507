"""Delen: who can see what, stopping it with one tap, and whom to share with next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import granted, limits, linked
from portfolio.access import Action, asks_again, get_or_404, keys_of, requires, there_is, visible
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms import Form
from portfolio.forms.consent import CodeForm
from portfolio.languages import mark, own_first
from portfolio.models.base import begin
from portfolio.models.consent import ALLOW, Consent, Scope, decide, withdraw
from portfolio.models.entry import Entry
from portfolio.models.organisation import Membership, normal_code
from portfolio.models.people import find_members
from portfolio.models.restored import show_again
from portfolio.models.sharing import Plan, start_plan
from portfolio.security import network, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.people import KnownMember

bp = Blueprint("consent", __name__)


@bp.get("/delen")
@requires(Action.MAP_SHARE)
def overview() -> str:
    """Show who can see what, each with a way to stop it."""
    page, links = granted.overview(viewer()), linked.links(viewer())
    return render_template("consent/overview.html", page=page, links=links, order=own_first())


@bp.post("/delen/weer")
@requires(Action.MAP_SHARE)
@asks_again
def resume() -> Response:
    """Let others see again what is shared, after a backup was put back and the owner looked."""
    me = viewer()
    begin(db.session, writing=True)
    resumed = show_again(db.session, me.portfolio_id)
    db.session.commit()
    if resumed:
        record("sharing_resumed", portfolio=me.portfolio_id)
        flash(mark("Gelukt. Zij zien weer wat jij deelt."), "good")
    return redirect(url_for("consent.overview"), 303)


@bp.post("/delen/<consent_id>/stop")
@requires(Action.MAP_SHARE)
def stop(consent_id: str) -> Response:
    """End one share, or one refusal, at once. Stopping twice is stopping once."""
    begin(db.session, writing=True)
    row = get_or_404(viewer(), Action.MAP_SHARE, Consent, consent_id)
    portfolio_id, membership_id, verdict = row.portfolio_id, row.membership_id, row.verdict
    count = withdraw(db.session, Consent.id == row.id, Consent.portfolio_id == portfolio_id)
    db.session.commit()
    record("consent_withdrawn", portfolio=portfolio_id, membership=membership_id, count=count)
    flash(mark("Gestopt.") if verdict == ALLOW else mark("Je hebt dit veranderd."), "good")
    return _back()


@bp.post("/delen/wie/<membership_id>/stop")
@requires(Action.MAP_SHARE)
def stop_all(membership_id: str) -> Response:
    """End everything that is shared with one member, at once. What was refused stays refused."""
    me = viewer()
    portfolio_id = str(me.portfolio_id)
    begin(db.session, writing=True)
    ever = visible(me, Action.MAP_SHARE, Consent).where(Consent.membership_id == membership_id)
    if not there_is(ever)[0]:
        raise NotFound
    count = withdraw(
        db.session,
        Consent.portfolio_id == portfolio_id,
        Consent.membership_id == membership_id,
        Consent.verdict == ALLOW,
    )
    db.session.commit()
    record("consent_withdrawn", portfolio=portfolio_id, membership=membership_id, count=count)
    flash(mark("Gestopt. Deze persoon ziet niets meer van jou."), "good")
    return _back()


@bp.get("/delen/<consent_id>/bewijs")
@requires(Action.MAP_SHARE)
def receipt(consent_id: str) -> str:
    """Show the proof of one consent, to be read in one's own language, and printed."""
    page = granted.receipt(viewer(), consent_id)
    return render_template("consent/receipt.html", page=page, order=own_first())


@bp.post("/delen/<consent_id>/nog-een-keer")
@requires(Action.MAP_SHARE)
def again(consent_id: str) -> Response:
    """Begin a new share of the same thing with the same person: every question is asked anew."""
    me = viewer()
    begin(db.session, writing=True)
    row = get_or_404(me, Action.MAP_SHARE, Consent, consent_id)
    member = member_of(id=row.membership_id)
    if member is None or row.verdict != ALLOW:
        raise NotFound
    same = Plan(member.id).choosing(
        *(tuple(filter(None, (each,))) for each in (row.leefgebied, row.entry_id, row.part))
    )
    draft = start_plan(db.session, me.person_id, keys_of(me.portfolio_id), same)
    draft_id = draft.id
    db.session.commit()
    return redirect(url_for("share.check", draft_id=draft_id), 303)


@bp.get("/delen/nieuw", endpoint="begin")
@requires(Action.MAP_SHARE)
def begin_share() -> str:
    """Ask for the code of the person to share with."""
    return render_template("consent/code.html", form=CodeForm())


@bp.post("/delen/nieuw")
@requires(Action.MAP_SHARE)
def find() -> str | tuple[str, int] | Response:
    """Find a member by the code that was typed. Guessing is counted."""
    form = CodeForm()
    member = member_of_code(form)
    if member is None:
        return render_template("consent/code.html", form=form), 422
    return redirect(url_for("consent.meet", public_id=member.public_id), 303)


def member_of_code(form: CodeForm) -> KnownMember | None:
    """Find the member of a code that was typed; what is wrong is said at its field."""
    if not form.validate():
        return None
    limits.check("share_code_network", network())
    limits.check("share_code", viewer().person_id)
    code_hash = keyring().lookup_hash("code", normal_code(form.code.data or ""))
    begin(db.session, writing=False)
    member = member_of(code_hash=code_hash)
    if member is None:
        form.code.errors = [mark("Wij kennen deze code niet. Kijk nog een keer.")]
    return member


@bp.get("/delen/met/<public_id>")
@requires(Action.MAP_SHARE)
def meet(public_id: str) -> str:
    """Show whose code this is and ask whether it is the person. This spends nothing."""
    member = member_of(public_id=public_id)
    if member is None:
        raise NotFound
    return render_template("consent/meet.html", member=member, form=Form())


@bp.post("/delen/met/<public_id>")
@requires(Action.MAP_SHARE)
def accept(public_id: str) -> Response:
    """Begin a share with this person: nothing is shared yet."""
    if request.form.get("persoon") != "ja":
        return redirect(url_for("consent.overview"), 303)
    me = viewer()
    begin(db.session, writing=True)
    member = member_of(public_id=public_id)
    if member is None:
        raise NotFound
    keys = keys_of(me.portfolio_id)
    draft = start_plan(db.session, me.person_id, keys, Plan(member.id))
    draft_id = draft.id
    db.session.commit()
    screen = "share.things" if member.grantee.role == "provider" else "share.what"
    return redirect(url_for(screen, draft_id=draft_id), 303)


@bp.get("/map/stuk/<entry_id>/wie")
@requires(Action.MAP_SHARE)
def who(entry_id: str) -> str:
    """Show who can see one thing, and why."""
    page = granted.who_sees(viewer(), entry_id)
    return render_template("consent/who.html", page=page, order=own_first())


@bp.post("/map/stuk/<entry_id>/niet-voor/<membership_id>")
@requires(Action.MAP_SHARE)
def refuse(entry_id: str, membership_id: str) -> Response:
    """Keep one thing from one member, whatever else is shared with them."""
    me = viewer()
    begin(db.session, writing=True)
    entry = get_or_404(me, Action.MAP_SHARE, Entry, entry_id)
    member = member_of(id=membership_id)
    if member is None:
        raise NotFound
    keys = keys_of(me.portfolio_id)
    row = decide(
        db.session,
        entry.portfolio_id,
        keys,
        member.id,
        member.grantee,
        about=Scope(entry_id=entry.id),
        terms=None,
    )
    consent_id, portfolio_id = row.id, row.portfolio_id
    db.session.commit()
    record("consent_refused", portfolio=portfolio_id, membership=member.id, consent=consent_id)
    flash(mark("Deze persoon ziet dit niet meer."), "good")
    return redirect(url_for("consent.who", entry_id=entry_id), 303)


def member_of(**which: str) -> KnownMember | None:
    """Find one member with whom an owner can share, by id, address or code."""
    chosen = visible(viewer(), Action.MAP_SHARE, Membership).filter_by(**which)
    return next(iter(find_members(db.session, keyring(), chosen).values()), None)


def _back() -> Response:
    entry_id = request.form.get("stuk")
    if entry_id:
        return redirect(url_for("consent.who", entry_id=entry_id), 303)
    return redirect(url_for("consent.overview"), 303)
