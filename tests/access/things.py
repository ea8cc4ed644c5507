"""The things that stand in addresses: one of each, the owner's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.data.plan import GOAL_EXAMPLES
from portfolio.extensions import db, keyring
from portfolio.models import Credential, DeskChoice, Membership, Organisation, Person
from portfolio.models.base import begin, clock
from portfolio.models.consent import Scope
from portfolio.models.draft import start_draft
from portfolio.models.invitation import invite
from portfolio.models.kept_post import keep_post, kept_ids
from portfolio.models.notice import Kind, Notice, tell
from portfolio.models.passkey import NewPasskey, keep_passkey
from portfolio.models.sharing import Plan, start_plan
from portfolio.models.sign_in import SignIn, hash_token, start_sign_in
from portfolio.models.visit import make_link
from portfolio.models.work_login import keep_door
from portfolio.models.writing import Typed, Writing
from portfolio.sentences import of_language
from tests import factories, talks

if TYPE_CHECKING:
    from werkzeug.routing import Rule

    from tests.access.table import Declared
    from tests.people import Cast

# What an address may hold besides the thing itself.
ALWAYS = {
    "block": "map",
    "choice": "switch_route",
    "dimension": "lichaam",
    "example": next(iter(GOAL_EXAMPLES)),
    "leefgebied": "werk",
    "level": "a2",
    "question": "wet",
    "screen": "why",
    "size": "klein",
    "skill": "spreken",
    "step": "titel",
    "thing": "werk",
    "topic": "horizon",
}


@dataclass(frozen=True)
class Things:
    """The values of addresses, by the name of the thing in docs/access.md."""

    values: dict[str, dict[str, str]]

    def path(self, rule: Rule, declared: Declared, who: str) -> str:
        """Give the address of an endpoint for a thing. AssertionError says what is not known."""
        known = {**ALWAYS, **self.values.get(declared.thing, {})}
        if declared.thing == "own seat":
            known |= self.values.get(f"seat of {who}", self.values["seat of bas"])
        missing = rule.arguments - known.keys()
        assert not missing, (
            f"{rule.endpoint} asks for {sorted(missing)} in its address, which {declared.thing!r} "
            "does not give: name it in tests/access/things.py, or choose the right thing in "
            "docs/access.md, table 3"
        )
        built = rule.build({name: known[name] for name in rule.arguments})
        assert built is not None, rule
        return built[1]


def lay_out(cast: Cast) -> Things:
    """Make what the cast does not have yet: drafts, a kept form, an invitation."""
    facts, amina = cast.facts, cast.amina
    begin(db.session, writing=True)
    keys = factories.keys_for(amina.map_id)
    writing = Writing("werk", kind="gedaan", texts=(Typed("nl", "Concept"),))
    draft = start_draft(db.session, amina.person_id, keys, writing)
    photo = factories.make_photo(amina.map_id, None, "werk", draft_id=draft.id)
    factories.make_page(amina.map_id, draft.id, "werk")
    until = (clock(db.session) + timedelta(days=30)).date().isoformat()
    plan = Plan(facts.seats["bas"], ("werk",), (), (), "gesprek", until, may_comment=True)
    plan = replace(plan, parts=("direction",))
    share = start_plan(db.session, amina.person_id, keys, plan)
    typed = [("text", "Bewaard")]
    path = f"/reactie/{facts.comments['asked']}/antwoord"
    assert keep_post(db.session, keyring(), amina.person_id, path, typed)
    kept = kept_ids(db.session, amina.person_id)[0]
    organisation = db.session.get_one(Organisation, facts.organisations["gemeente"])
    invited = invite(db.session, keyring(), organisation, "coach", invited_by=cast.eva.person_id)
    version = factories.version(amina.map_id, facts.seats["bas"], "direction", "Ik word kok")
    goal = factories.goal(amina.map_id, "werk", "Doel", ["Stap"])
    met = db.session.get_one(Membership, facts.seats["carla"]).public_id
    talk = talks.make_talk(amina.map_id, facts.seats["bas"])
    agreement = talks.make_agreement(amina.map_id, talk)
    tell(db.session, amina.person_id, Kind.COMMENT, facts.comments["asked"])
    notice = db.session.scalars(select(Notice.id)).one()
    token = start_sign_in(
        db.session, amina.person_id, "passphrase", own_device=True, network_hash=None
    )
    key_id = db.session.get_one(Person, amina.person_id).key_id
    whose = keyring().fetch([key_id])[key_id]
    made = NewPasskey("cGFzc2tleQ", b"key", 0)
    keep_passkey(db.session, keyring(), whose, amina.person_id, made, "Telefoon")
    passkey = db.session.scalars(select(Credential.id).where(Credential.kind == "passkey")).one()
    factories.choose_desk(amina.person_id, organisation.id)
    desk = db.session.scalars(select(DeskChoice.id)).one()
    keep_door(
        db.session,
        keyring(),
        organisation,
        issuer="http://localhost:9",
        client_id="mijn-map",
        secret="geheim",
        second_there=False,
    )
    link = make_link(
        db.session,
        amina.map_id,
        keys,
        about=Scope(leefgebied="werk"),
        name="Bakker",
        purpose="werk",
        expires_at=clock(db.session) + timedelta(days=7),
    )
    db.session.commit()
    found = select(SignIn.id).where(SignIn.token_hash == hash_token(token))
    elsewhere = db.session.scalars(found).one()
    work = {"portfolio_id": amina.map_id, "entry_id": facts.entries["work"]}
    bas = facts.seats["bas"]
    return Things(
        {
            "-": {"organisation_id": facts.organisations["gemeente"]},
            "person": work,
            "plan": {**work, "goal_id": goal[0]},
            "talk": {**work, "talk_id": talk, "agreement_id": agreement, "question": "proud"},
            "leefgebied": work,
            "entry": {**work, "membership_id": bas},
            "removed entry": {"entry_id": facts.entries["work_deleted"]},
            "photo": {"attachment_id": facts.photos["work"]},
            "sound": {"attachment_id": facts.sounds["work"]},
            "paper": {"attachment_id": facts.papers["work"]},
            "comment": {"comment_id": facts.comments["asked"]},
            "version": {"version_id": version, "other_id": version, **work},
            "goal": {"goal_id": goal[0]},
            "goal step": {"step_id": goal[1]},
            "own comment": {"comment_id": facts.comments["answered"]},
            "consent": {"consent_id": facts.consents["dirk"]},
            "member": {"membership_id": bas, **work},
            "found member": {"public_id": met},
            "colleague": {"membership_id": facts.seats["carla"]},
            "own draft": {"draft_id": draft.id, "attachment_id": photo, "number": "1", **work},
            "own share": {"draft_id": share.id, **work},
            "link": {"link_id": link.id},
            "sentence": {"sentence": next(iter(of_language("ar")))},
            "own desk": {"choice_id": desk},
            "own link": {"link_id": link.id},
            "visit": {},
            "kept form": {"draft_id": kept},
            "own work": {"organisation_id": facts.organisations["gemeente"]},
            "own passkey": {"credential_id": passkey},
            "notice": {"notice_id": notice},
            "own session": {"sign_in_id": elsewhere},
            "organisation": {"organisation_id": facts.organisations["gemeente"]},
            "invitation": {"invitation_id": invited.id},
            **{f"seat of {who}": {"membership_id": facts.seats[who]} for who in ("bas", "dirk")},
        }
    )
