"""My contact person: who it is, how to call, and getting to know the next one together.

Being a contact person gives no sight of anything: what somebody sees is shared. At a
hand-over the owner says yes once more, and the old one loses sight at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.exceptions import BadRequest, NotFound

from portfolio.access import Action, asks_again, keys_of, requires, visible
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.forms.consent import CodeForm
from portfolio.forms.contact import HandOverForm
from portfolio.granted import coaching, last_known, named_things
from portfolio.languages import mark, own_first
from portfolio.models.base import begin
from portfolio.models.calling import hours_of
from portfolio.models.chain import hold
from portfolio.models.consent import Consent, last_day
from portfolio.models.contact import (
    Contact,
    Passed,
    choose_contact,
    current_contact,
    hand_over,
    hold_living,
    what_passes,
)
from portfolio.models.draft import first_time
from portfolio.models.organisation import COACHING_ROLES, Membership
from portfolio.models.parts import TALKS
from portfolio.models.passed_version import passing_versions
from portfolio.security import viewer
from portfolio.views.consent import member_of, member_of_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from portfolio.models.calling import Hours
    from portfolio.models.consent import Grantee
    from portfolio.models.people import KnownMember

    Page = str | tuple[str, int] | Response

bp = Blueprint("contact", __name__)


@dataclass(frozen=True)
class Old:
    """The contact person until now; somebody who left is named as they were last known."""

    id: str
    grantee: Grantee
    here: bool = True


@dataclass(frozen=True)
class MyContact:
    """My contact person, whether I may call, and when if they said so."""

    member: KnownMember
    may_call: bool = False
    hours: Hours | None = None


@bp.get("/contactpersoon")
@requires(Action.MAP_SHARE)
def page() -> str:
    """Show who my contact person is and how to call, or ask who it is."""
    known = coaching(viewer())
    now = my_contact(known)
    others = [each for each in known.values() if now is None or each.id != now.member.id]
    gone = _old() if now is None else None
    return render_template("contact/page.html", contact=now, gone=gone, others=others)


@bp.post("/contactpersoon/<membership_id>/kies")
@requires(Action.MAP_SHARE)
def choose(membership_id: str) -> Response:
    """Let somebody with whom I share be my contact person."""
    me = viewer()
    begin(db.session, writing=True)
    if membership_id not in coaching(me, Consent.membership_id == membership_id):
        raise NotFound
    hold(db.session, str(me.portfolio_id))
    mine = visible(me, Action.MAP_SHARE, Contact)
    choose_contact(db.session, mine, str(me.portfolio_id), membership_id)
    db.session.commit()
    record("contact_chosen", portfolio=me.portfolio_id, membership=membership_id)
    flash(mark("Bewaard."), "good")
    return redirect(url_for("contact.page"), 303)


@bp.route("/contactpersoon/nieuw", methods=["GET", "POST"])
@requires(Action.MAP_SHARE)
def find() -> Page:
    """Ask for the code of the new contact person. Guessing is counted."""
    form = CodeForm()
    if not form.is_submitted():
        return render_template("contact/code.html", form=form)
    member = member_of_code(form)
    if member is None or member.grantee.role not in COACHING_ROLES:
        if not form.errors:
            form.code.errors = [mark("Dit is geen code van een contactpersoon.")]
        return render_template("contact/code.html", form=form), 422
    return redirect(url_for("contact.pass_on", public_id=member.public_id), 303)


@bp.get("/contactpersoon/nieuw/<public_id>")
@requires(Action.MAP_SHARE)
@asks_again
def pass_on(public_id: str) -> str:
    """Show what the new contact person would see, and who stops seeing it. Spends nothing."""
    new = _new(public_id)
    return _asking(new, HandOverForm())


@bp.post("/contactpersoon/nieuw/<public_id>")
@requires(Action.MAP_SHARE)
@asks_again
def agree(public_id: str) -> Response:
    """Hand over: the new one sees it, the old one sees nothing more, in one transaction."""
    me, form = viewer(), HandOverForm()
    # What was ticked is read as it came: which of it passes is decided by what is held.
    form.zeker_lijst.validate_choice = False
    begin(db.session, writing=True)
    if not form.validate():
        raise BadRequest
    mine, ended = visible(me, Action.MAP_SHARE, Contact), 0
    portfolio_id = str(me.portfolio_id)
    # Of two hand-overs at once the second finds the first one done.
    hold_living(db.session, portfolio_id)
    hold(db.session, portfolio_id)
    new, old = _new(public_id), _old()
    passing = what_passes(db.session, portfolio_id, old.id) if old else []
    named = _named(passing, _versions(old, passing))
    if (form.old.data or "", form.shown.data or "") != (old.id if old else "", named):
        if new.id == (old.id if old else ""):
            return redirect(url_for("contact.page"), 303)
        db.session.rollback()
        flash(mark("Er is net iets veranderd. Kijk het nog een keer na."), "attention")
        return redirect(url_for("contact.pass_on", public_id=public_id), 303)
    if first_time(db.session, form.once.data or "", me.person_id):
        if old is not None and old.id != new.id:
            keys, sure = keys_of(portfolio_id), form.zeker_lijst.data or ()
            ended = hand_over(
                db.session, portfolio_id, keys, old_id=old.id, new=new, sure=set(sure)
            )
        choose_contact(db.session, mine, portfolio_id, new.id)
        db.session.commit()
        record("contact_chosen", portfolio=portfolio_id, membership=new.id)
        if old is not None and old.id != new.id:
            record("consent_withdrawn", portfolio=portfolio_id, membership=old.id, count=ended)
    flash(mark("Dit is nu je contactpersoon."), "good")
    return redirect(url_for("contact.page"), 303)


def _asking(new: KnownMember, form: HandOverForm) -> str:
    me, old = viewer(), _old()
    passing = what_passes(db.session, str(me.portfolio_id), old.id) if old else []
    ids = {each.scope.entry_id for each in passing if each.scope.entry_id}
    things = named_things(me, Action.MAP_SHARE, keys_of(me.portfolio_id), ids)
    order, versions = own_first(), _versions(old, passing)
    form.old.data, form.shown.data = old.id if old else "", _named(passing, versions)
    return render_template(
        "contact/pass_on.html",
        form=form,
        new=new,
        old=old if old is None or old.id != new.id else None,
        passing=passing,
        talks=any(each.scope.part == TALKS for each in passing),
        versions=versions,
        things=things,
        order=order,
        last_day=last_day,
    )


def _named(passing: list[Passed], versions: int) -> str:
    """Write down what a page says that passes, to see later whether that is still all."""
    return " ".join([*(each.scope.name for each in passing), f"versions:{versions}"])


def _versions(old: Old | None, passing: list[Passed]) -> int:
    parts = {each.scope.part for each in passing if each.scope.part}
    if old is None or not parts:
        return 0
    return len(passing_versions(db.session, str(viewer().portfolio_id), old.id, parts))


def my_contact(known: Mapping[str, KnownMember]) -> MyContact | None:
    """Give who is my contact person now; `known` are those with whom I share.

    A number is for who shares: somebody who was only chosen did not give it to this owner.
    """
    membership_id = _chosen()
    now = member_of(id=membership_id) if membership_id else None
    if now is None or now.id not in known:
        return MyContact(now) if now else None
    seats = visible(viewer(), Action.MAP_SHARE, Membership)
    return MyContact(now, may_call=True, hours=hours_of(db.session, keyring(), seats, now))


def _old() -> Old | None:
    """Give from whom is handed over: also somebody who no longer works there."""
    membership_id = _chosen()
    member = member_of(id=membership_id) if membership_id else None
    if member is not None:
        return Old(member.id, member.grantee)
    known = last_known(viewer(), membership_id) if membership_id else None
    return Old(str(membership_id), known, here=False) if known else None


def _chosen() -> str | None:
    return current_contact(db.session, visible(viewer(), Action.MAP_SHARE, Contact))


def _new(public_id: str) -> KnownMember:
    member = member_of(public_id=public_id)
    if member is None or member.grantee.role not in COACHING_ROLES:
        raise NotFound
    return member
