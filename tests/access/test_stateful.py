"""Sharing, refusing, withdrawing, ending, leaving, closing in any order, against a simple model."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update

from portfolio.access import Action, visible
from portfolio.extensions import db, keyring
from portfolio.models import Consent, Entry, Membership, Organisation, VisitorLink
from portfolio.models.base import begin, clock
from portfolio.models.consent import Scope, in_force, withdraw
from portfolio.models.kept_consent import released
from portfolio.models.organisation import close_organisation, end_membership
from portfolio.models.visit import end_links, find_visit, make_code, make_link, use_code
from portfolio.viewer import visitor
from tests import factories
from tests.people import grantee

if TYPE_CHECKING:
    import pytest

    from portfolio.viewer import Viewer
    from tests.people import Cast

# Where each thing stands; what is in health can be given to a member, and never by a link.
THINGS = {"work": "werk", "work_refused": "werk", "language": "taal"}
MEMBERS = {"bas": Action.PEOPLE_SEE, "dirk": Action.ACHIEVEMENTS_SEE}
SCOPES = st.sampled_from(["werk", "taal", *THINGS])
WHO = st.sampled_from(sorted(MEMBERS))


class Sharing(RuleBasedStateMachine):
    """What an owner and an organisation can do, and what the model expects to be seen."""

    cast: ClassVar[Cast]

    def __init__(self) -> None:
        super().__init__()
        self.map_id = self.cast.amina.map_id
        self.ids = {name: self.cast.entries[name] for name in THINGS}
        self.seats = {who: self.cast.facts.seats[who] for who in MEMBERS}
        self.given: dict[tuple[str, str], bool] = {}
        self.gone: set[str] = set()
        self.private: set[str] = set()
        self.links: dict[str, tuple[str, Viewer]] = {}
        begin(db.session, writing=True)
        withdraw(db.session, Consent.portfolio_id == self.map_id)
        end_links(db.session, VisitorLink.portfolio_id == self.map_id)
        for statement in (
            update(Membership).where(Membership.id.in_(self.seats.values())).values(ended_at=None),
            update(Organisation).values(closed_at=None),
            update(Entry).where(Entry.id.in_(self.ids.values())).values(private=False),
        ):
            db.session.execute(statement)
        db.session.commit()
        # As they were when all began: leaving is for the gate to see, not for the session.
        self.viewers = {who: getattr(self.cast, who).viewer() for who in MEMBERS}

    def _scope(self, about: str) -> dict[str, str]:
        return {"entry_id": self.ids[about]} if about in self.ids else {"leefgebied": about}

    def _share(self, who: str, about: str, *, refuse: bool) -> None:
        begin(db.session, writing=True)
        scope: dict[str, Any] = self._scope(about)
        factories.share(self.map_id, self.seats[who], grantee(who), refuse=refuse, **scope)
        db.session.commit()
        self.given[who, about] = not refuse

    @rule(who=WHO, about=SCOPES)
    def share(self, who: str, about: str) -> None:
        self._share(who, about, refuse=False)

    @rule(who=WHO, about=SCOPES)
    def refuse(self, who: str, about: str) -> None:
        self._share(who, about, refuse=True)

    @rule(who=WHO, about=SCOPES)
    def withdraw(self, who: str, about: str) -> None:
        begin(db.session, writing=True)
        scope = Scope(**self._scope(about)).name
        withdraw(db.session, Consent.membership_id == self.seats[who], Consent.scope == scope)
        db.session.commit()
        self.given.pop((who, about), None)

    @rule(who=WHO)
    def expire(self, who: str) -> None:
        """Let every permission of a member end by its date; a refusal has none."""
        begin(db.session, writing=True)
        now = clock(db.session)
        ends = update(Consent).where(Consent.membership_id == self.seats[who], in_force())
        ends = ends.where(Consent.verdict == "allow").values(
            starts_at=now - timedelta(days=30), expires_at=now
        )
        with released(db.session, self.map_id):
            db.session.execute(ends.execution_options(synchronize_session=False))
        db.session.commit()
        kept = {key: yes for key, yes in self.given.items() if key[0] != who or not yes}
        self.given = kept

    @rule(who=WHO)
    def leave(self, who: str) -> None:
        begin(db.session, writing=True)
        end_membership(db.session, self.seats[who])
        db.session.commit()
        self.gone.add(who)

    @rule()
    def close(self) -> None:
        begin(db.session, writing=True)
        close_organisation(db.session, self.cast.facts.organisations["gemeente"])
        db.session.commit()
        self.gone.add("bas")

    @rule(name=st.sampled_from(sorted(THINGS)), private=st.booleans())
    def keep_to_oneself(self, name: str, *, private: bool) -> None:
        begin(db.session, writing=True)
        change = update(Entry).where(Entry.id == self.ids[name])
        db.session.execute(change.values(private=private))
        db.session.commit()
        (self.private.add if private else self.private.discard)(name)

    @rule(about=SCOPES)
    def let_visit(self, about: str) -> None:
        begin(db.session, writing=True)
        link = make_link(
            db.session,
            self.map_id,
            factories.keys_for(self.map_id),
            about=Scope(**self._scope(about)),
            name="Bakker",
            purpose="werk",
            expires_at=clock(db.session) + timedelta(days=1),
        ).id
        code = make_code(db.session, keyring(), link)
        token = use_code(db.session, keyring(), link, code) or ""
        db.session.commit()
        self.links[link] = about, visitor(str(find_visit(db.session, token)))

    @rule()
    def stop_links(self) -> None:
        begin(db.session, writing=True)
        end_links(db.session, VisitorLink.portfolio_id == self.map_id)
        db.session.commit()
        self.links = {link: ("", who) for link, (_, who) in self.links.items()}

    def _expected(self, who: str) -> set[str]:
        if who in self.gone:
            return set()
        found = set()
        for name, place in THINGS.items():
            item = self.given.get((who, name))
            if (self.given.get((who, place), False) if item is None else item) and (
                name not in self.private
            ):
                found.add(name)
        return found

    @invariant()
    def the_gate_shows_what_the_model_expects(self) -> None:
        for who, action in MEMBERS.items():
            assert _seen(self.viewers[who], action, self.ids) == self._expected(who), who
        for about, who in self.links.values():
            shared = {name for name, place in THINGS.items() if about in {name, place}}
            expected = shared - self.private
            assert _seen(who, Action.VISIT_SEE, self.ids) == expected, about
        db.session.rollback()


def _seen(viewer: Viewer, action: Action, ids: dict[str, str]) -> set[str]:
    rows = visible(viewer, action, Entry).with_only_columns(Entry.id)
    found = set(db.session.scalars(rows.where(Entry.id.in_(ids.values()))).all())
    assert len(found) == len(db.session.scalars(select(Entry.id).where(Entry.id.in_(found))).all())
    return {name for name, entry_id in ids.items() if entry_id in found}


def test_whatever_happens_the_gate_agrees_with_the_model(
    cast: Cast, request: pytest.FixtureRequest
) -> None:
    """Consent in full: share, refuse, withdraw, expire, leave, close, and links, in any order."""
    long = request.config.getoption("--long")
    with cast.amina.app.app_context():
        run_state_machine_as_test(
            type("Played", (Sharing,), {"cast": cast}),
            settings=settings(
                max_examples=300 if long else 8,
                stateful_step_count=30 if long else 15,
                deadline=None,
                derandomize=not long,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
