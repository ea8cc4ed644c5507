"""Coming in through one's organisation, linking that to an account, and its settings.

Nobody is made and nobody is matched here: who comes in linked it before, while signed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portfolio import limits, oidc
from portfolio.access import Action, asks_again, get_or_404, public, requires
from portfolio.entrance import note_entry, start, welcome
from portfolio.events import record
from portfolio.extensions import db, keyring, settings
from portfolio.forms.work_login import NO_ISSUER, NO_SECRET, NOT_FOUND, DoorForm, WhereForm
from portfolio.issuer import IssuerError
from portfolio.languages import mark
from portfolio.models.base import begin
from portfolio.models.organisation import Organisation
from portfolio.models.work_flow import start_flow, take_flow
from portfolio.models.work_login import (
    METHOD,
    doors_of,
    find_door,
    forget_links,
    has_map,
    keep_door,
    link,
    linked_at,
    linked_person,
    remove_door,
)
from portfolio.security import (
    clear_token_cookie,
    maybe_viewer,
    network,
    set_token_cookie,
    viewer,
)

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from portfolio.models.work_flow import Flow
    from portfolio.models.work_login import Door
    from portfolio.oidc import Said

    Page = str | tuple[str, int] | Response

bp = Blueprint("work_login", __name__)

FLOW_COOKIE = "__Host-organisatie"
KEEP = Action.ORGANISATION_KEEP


@bp.get("/inloggen/organisatie")
@public
def page() -> str:
    """Ask for which organisation somebody works."""
    return render_template("work_login/page.html", form=WhereForm())


@bp.post("/inloggen/organisatie")
@public
def go() -> Page:
    """Show the way to the issuer of an organisation, and bind it to this browser."""
    form = WhereForm()
    limits.check("work_login", network())
    begin(db.session, writing=False)
    name = form.organisation.data or ""
    door = find_door(db.session, keyring(), name=name) if form.validate() else None
    db.session.rollback()
    if door is None:
        if not form.errors:
            form.organisation.errors = [NOT_FOUND]
        return render_template("work_login/page.html", form=form), 422
    return _way(door, None)


@bp.get("/inloggen/organisatie/<organisation_id>/terug")
@public
def back(organisation_id: str) -> Page:
    """Take the issuer's answer, once, in the browser that asked for it."""
    limits.check("work_login", network())
    begin(db.session, writing=True)
    door = find_door(db.session, keyring(), organisation_id=organisation_id)
    token = request.cookies.get(FLOW_COOKIE, "")
    flow = take_flow(db.session, door, token) if door and token else None
    # Right or wrong, it was its one answer; and nobody waits at a lock for an issuer.
    db.session.commit()
    if door is None or flow is None:
        return _refused("flow")
    try:
        said = oidc.come_back(
            door, flow.secrets, request.args, _back_to(door), local=settings().local_issuers
        )
    except IssuerError as error:
        return _refused(str(error))
    return _enter(door, said) if flow.sign_in_id is None else _link(door, flow, said)


def _enter(door: Door, said: Said) -> Page:
    """Let in exactly the person who linked this, for their work at this organisation."""
    begin(db.session, writing=True)
    now = _still(door)
    person_id = linked_person(db.session, keyring(), door, said.subject) if now else None
    if person_id is None or now is None:
        db.session.rollback()
        return _refused("nobody")
    second = said.second and now.second_there
    tokens = start(
        person_id,
        METHOD,
        own_device=False,
        second_factor=second,
        half=not second,
        organisation_id=door.organisation_id,
    )
    db.session.commit()
    note_entry(person_id, METHOD, tokens)
    way = url_for("second_step.page" if tokens.half else "home.welcome")
    response = redirect(way, 303)
    welcome(response, tokens)
    clear_token_cookie(response, FLOW_COOKIE)
    return response


def _still(door: Door) -> Door | None:
    """Find the settings anew: they may have gone, or changed, while the issuer was asked."""
    now = find_door(db.session, keyring(), organisation_id=door.organisation_id)
    same = now is not None and (now.issuer, now.client_id) == (door.issuer, door.client_id)
    return now if same else None


def _link(door: Door, flow: Flow, said: Said) -> Page:
    """Link who came back with who is signed in, in the very session that asked for it."""
    who = maybe_viewer()
    if who is None or who.sign_in_id != flow.sign_in_id or g.found.through:
        return _refused("session")
    begin(db.session, writing=True)
    if not _still(door) or not link(db.session, keyring(), door, who.person_id, said.subject):
        db.session.rollback()
        return _refused("link")
    db.session.commit()
    record("work_linked", person=who.person_id, organisation=door.organisation_id)
    flash(mark("Gelukt. Je kunt nu inloggen met je organisatie."), "good")
    response = redirect(url_for("work_login.own"), 303)
    clear_token_cookie(response, FLOW_COOKIE)
    return response


@bp.get("/over-mij/organisatie")
@requires(Action.ACCOUNT_USE)
@asks_again
def own() -> str:
    """Show through which organisations somebody can come in."""
    me = viewer()
    names = {seat.organisation_id: seat.organisation for seat in me.seats}
    return render_template(
        "work_login/own.html",
        organisations=sorted(names.items(), key=lambda each: each[1]),
        open_doors=doors_of(db.session, list(names)),
        linked=linked_at(db.session, me.person_id),
        owner=has_map(db.session, me.person_id),
    )


@bp.post("/over-mij/organisatie/<organisation_id>")
@requires(Action.ACCOUNT_USE)
@asks_again
def begin_link(organisation_id: str) -> Page:
    """Send somebody to their issuer once, to link it; never whoever owns a map."""
    me = viewer()
    works_here = organisation_id in {seat.organisation_id for seat in me.seats}
    if not works_here or g.found.through or not g.found.second_factor:
        raise NotFound
    begin(db.session, writing=False)
    door = find_door(db.session, keyring(), organisation_id=organisation_id)
    owner = has_map(db.session, me.person_id)
    db.session.rollback()
    if door is None:
        raise NotFound
    return _refused("map") if owner else _way(door, me.sign_in_id)


@bp.post("/over-mij/organisatie/<organisation_id>/weg")
@requires(Action.ACCOUNT_USE)
@asks_again
def unlink(organisation_id: str) -> Response:
    """Take the link away, and end at once what came in through it."""
    me = viewer()
    begin(db.session, writing=True)
    works_here = organisation_id in {seat.organisation_id for seat in me.seats}
    if not works_here and organisation_id not in linked_at(db.session, me.person_id):
        raise NotFound
    forget_links(db.session, organisation_id, me.person_id)
    db.session.commit()
    record("work_unlinked", person=me.person_id, organisation=organisation_id)
    flash(mark("Je kunt niet meer inloggen met deze organisatie."), "good")
    return redirect(url_for("work_login.own"), 303)


@bp.get("/organisatie/<organisation_id>/inloggen")
@requires(Action.ORGANISATION_KEEP)
@asks_again
def door(organisation_id: str) -> str:
    """Show where the staff of an organisation sign in."""
    organisation = get_or_404(viewer(), KEEP, Organisation, organisation_id)
    found = find_door(db.session, keyring(), organisation_id=organisation_id)
    form = DoorForm(obj=found)
    return _door(organisation, form, there=found is not None)


@bp.post("/organisatie/<organisation_id>/inloggen")
@requires(Action.ORGANISATION_KEEP)
@asks_again
def keep(organisation_id: str) -> Page:
    """Keep where the staff sign in, when there is an issuer at that address."""
    me, form = viewer(), DoorForm()
    organisation = get_or_404(me, KEEP, Organisation, organisation_id)
    db.session.rollback()
    if not form.validate():
        return _door(organisation, form), 422
    issuer = form.issuer.data or ""
    limits.check("work_login_set", me.person_id)
    try:
        oidc.read_issuer(issuer, local=settings().local_issuers)
    except IssuerError:
        form.issuer.errors = [NO_ISSUER]
        return _door(organisation, form), 422
    begin(db.session, writing=True)
    organisation = get_or_404(me, KEEP, Organisation, organisation_id)
    kept = keep_door(
        db.session,
        keyring(),
        organisation,
        issuer=issuer,
        client_id=form.client_id.data or "",
        secret=form.secret.data or "",
        second_there=bool(form.second_there.data),
    )
    if not kept:
        db.session.rollback()
        form.secret.errors = [NO_SECRET]
        return _door(organisation, form), 422
    db.session.commit()
    record("work_login_kept", person=me.person_id, organisation=organisation_id)
    flash(mark("Bewaard."), "good")
    return redirect(url_for("organisation.overview"), 303)


@bp.post("/organisatie/<organisation_id>/inloggen/weg")
@requires(Action.ORGANISATION_KEEP)
@asks_again
def remove(organisation_id: str) -> Response:
    """Take away that the staff sign in there: who came in through it is out at once."""
    me = viewer()
    begin(db.session, writing=True)
    get_or_404(me, KEEP, Organisation, organisation_id)
    remove_door(db.session, organisation_id)
    db.session.commit()
    record("work_login_removed", person=me.person_id, organisation=organisation_id)
    flash(mark("Niemand logt meer in met de inlogdienst."), "good")
    return redirect(url_for("organisation.overview"), 303)


def _way(door: Door, sign_in_id: str | None) -> Page:
    """Show a link to the issuer: a form that is sent on elsewhere would need a wider policy."""
    begin(db.session, writing=True)
    token, drawn = start_flow(db.session, door, sign_in_id)
    db.session.commit()
    local = settings().local_issuers
    try:
        there = oidc.way_there(door, drawn, _back_to(door), local=local)
    except IssuerError as error:
        return _refused(str(error))
    response = make_response(render_template("work_login/way.html", name=door.name, there=there))
    set_token_cookie(response, FLOW_COOKIE, token, None)
    return response


def _back_to(door: Door) -> str:
    path = url_for("work_login.back", organisation_id=door.organisation_id)
    return settings().public_url + path


def _door(organisation: Organisation, form: DoorForm, *, there: bool = False) -> str:
    back_to = settings().public_url + url_for("work_login.back", organisation_id=organisation.id)
    return render_template(
        "work_login/door.html", organisation=organisation, form=form, back_to=back_to, there=there
    )


def _refused(why: str) -> Page:
    """Say calmly what to do now; why it is so stands in the log alone."""
    record("work_login_refused", why=why)
    response = make_response(render_template("work_login/refused.html"), 422)
    if FLOW_COOKIE in request.cookies:
        clear_token_cookie(response, FLOW_COOKIE)
    return response
