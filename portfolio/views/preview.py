"""Looking through another's eyes: the exact pages that a member sees or would see.

The consents of a share that is being made are added, the page is loaded through the same
gate for that member alone, and all of it is rolled back before anything is shown. It writes
no log, since nobody else looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from portfolio import planned, shown
from portfolio.access import Action, Viewer, requires, visible
from portfolio.data import LEEFGEBIEDEN, SCALE
from portfolio.extensions import db, keyring
from portfolio.granted import eyes_of
from portfolio.languages import dutch_first
from portfolio.leafing import leaves_asked
from portfolio.models.base import begin
from portfolio.models.organisation import Membership
from portfolio.models.people import find_members
from portfolio.models.sharing import share
from portfolio.security import viewer
from portfolio.views.share import ShareOverError, load, over, step_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    # A template and what it shows.
    Shown = tuple[str, dict[str, object]]

bp = Blueprint("preview", __name__)
bp.register_error_handler(ShareOverError, over)


@dataclass(frozen=True)
class PreviewWays:
    """The addresses inside a preview: every link stays in it."""

    name: str
    base: str
    values: dict[str, Any]
    onward: str = ""
    preview: bool = True

    @property
    def back(self) -> str:
        """Give the page from which one came to look."""
        if self.onward:
            return url_for("share.why", **self.values)
        return url_for("consent.overview")

    @property
    def person(self) -> str:
        """Give the address of the first page."""
        return url_for(f"{self.base}person", **self.values)

    @property
    def plan(self) -> str:
        """Give the address of the plan."""
        return url_for(f"{self.base}plan", **self.values)

    def leefgebied(self, key: str) -> str:
        """Give the address of a leefgebied."""
        return url_for(f"{self.base}leefgebied", leefgebied=key, **self.values)

    def entry(self, entry_id: str) -> str:
        """Give the address of a thing."""
        return url_for(f"{self.base}entry", entry_id=entry_id, **self.values)


@bp.get("/delen/<draft_id>/bekijk")
@requires(Action.MAP_SHARE)
def person(draft_id: str) -> str | Response:
    """Show the first page as the other would see it."""
    return _of_draft(draft_id, _first_page)


@bp.get("/delen/<draft_id>/bekijk/plan")
@requires(Action.MAP_SHARE)
def plan(draft_id: str) -> str | Response:
    """Show the plan as the other would see it."""
    return _of_draft(draft_id, _plan_page)


@bp.get("/delen/<draft_id>/bekijk/<leefgebied>")
@requires(Action.MAP_SHARE)
def leefgebied(draft_id: str, leefgebied: str) -> str | Response:
    """Show a leefgebied as the other would see it."""
    return _of_draft(draft_id, lambda eyes, ways: _leefgebied_page(eyes, ways, leefgebied))


@bp.get("/delen/<draft_id>/bekijk/stuk/<entry_id>")
@requires(Action.MAP_SHARE)
def entry(draft_id: str, entry_id: str) -> str | Response:
    """Show a thing as the other would see it."""
    return _of_draft(draft_id, lambda eyes, ways: _thing_page(eyes, ways, entry_id))


@bp.get("/delen/wie/<membership_id>/bekijk")
@requires(Action.MAP_SHARE)
def now_person(membership_id: str) -> str:
    """Show the first page as a member sees it now."""
    return _of_member(membership_id, _first_page)


@bp.get("/delen/wie/<membership_id>/bekijk/plan")
@requires(Action.MAP_SHARE)
def now_plan(membership_id: str) -> str:
    """Show the plan as a member sees it now."""
    return _of_member(membership_id, _plan_page)


@bp.get("/delen/wie/<membership_id>/bekijk/<leefgebied>")
@requires(Action.MAP_SHARE)
def now_leefgebied(membership_id: str, leefgebied: str) -> str:
    """Show a leefgebied as a member sees it now."""
    return _of_member(membership_id, lambda eyes, ways: _leefgebied_page(eyes, ways, leefgebied))


@bp.get("/delen/wie/<membership_id>/bekijk/stuk/<entry_id>")
@requires(Action.MAP_SHARE)
def now_entry(membership_id: str, entry_id: str) -> str:
    """Show a thing as a member sees it now."""
    return _of_member(membership_id, lambda eyes, ways: _thing_page(eyes, ways, entry_id))


def _of_draft(draft_id: str, show: Callable[[Viewer, PreviewWays], Shown]) -> str | Response:
    me = viewer()
    begin(db.session, writing=True)
    try:
        making = load(me, draft_id)
        onward = url_for("share.check", draft_id=draft_id)
        values = {"draft_id": draft_id}
        ways = PreviewWays(making.member.grantee.name, "preview.", values, onward)
        step = step_of(making)
        if step != ways.person:
            return redirect(step, 303)
        mine, plan, places = str(me.portfolio_id), making.plan, making.places
        share(db.session, mine, making.keys, making.member, plan=plan, places=places)
        template, shown_values = show(eyes_of(me, making.member), ways)
    finally:
        # Nothing of this was ever shared.
        db.session.rollback()
    return render_template(template, **shown_values)


def _of_member(membership_id: str, show: Callable[[Viewer, PreviewWays], Shown]) -> str:
    me = viewer()
    chosen = visible(me, Action.MAP_SHARE, Membership).where(Membership.id == membership_id)
    member = find_members(db.session, keyring(), chosen).get(membership_id)
    if member is None:
        raise NotFound
    values = {"membership_id": membership_id}
    ways = PreviewWays(member.grantee.name, "preview.now_", values)
    template, shown_values = show(eyes_of(me, member), ways)
    return render_template(template, **shown_values)


def _first_page(eyes: Viewer, ways: PreviewWays) -> Shown:
    portfolio_id = str(viewer().portfolio_id)
    found = {"ways": ways, "order": dutch_first()}
    if eyes.may(Action.ACHIEVEMENTS_SEE):
        work = shown.achievements_page(eyes, portfolio_id, log=False)
        return "achievement/person.html", {"page": work, **found}
    page = shown.person_page(eyes, portfolio_id, log=False)
    return "people/person.html", {"page": page, **found}


def _plan_page(eyes: Viewer, ways: PreviewWays) -> Shown:
    if not eyes.may(Action.PEOPLE_SEE):
        raise NotFound
    page = planned.plan_page(eyes, str(viewer().portfolio_id), log=False, at=leaves_asked())
    return "people/plan.html", {"page": page, "ways": ways, "order": dutch_first()}


def _leefgebied_page(eyes: Viewer, ways: PreviewWays, leefgebied: str) -> Shown:
    if leefgebied not in LEEFGEBIEDEN or not eyes.may(Action.PEOPLE_SEE):
        raise NotFound
    page = shown.leefgebied_page(eyes, str(viewer().portfolio_id), leefgebied, log=False)
    steps = [(step.key, step.label) for step in SCALE.values()]
    found = {"page": page, "ways": ways, "order": dutch_first(), "steps": steps}
    return "people/leefgebied.html", found


def _thing_page(eyes: Viewer, ways: PreviewWays, entry_id: str) -> Shown:
    if not eyes.may(Action.PEOPLE_SEE):
        raise NotFound
    page = shown.thing_page(eyes, str(viewer().portfolio_id), entry_id, log=False)
    return "people/entry.html", {"page": page, "ways": ways, "order": dutch_first()}
