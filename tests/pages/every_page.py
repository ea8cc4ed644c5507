"""Every page there is, by its endpoint, and how it is made: once, for many tests to look at."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from flask import abort

from portfolio.access import public
from portfolio.extensions import db, keyring
from portfolio.models.base import begin, clock
from portfolio.models.draft import start_draft
from portfolio.models.goal import begin_goal
from portfolio.models.invitation import invite
from portfolio.models.organisation import Organisation
from portfolio.models.sharing import Plan, start_plan
from portfolio.models.writing import Typed, Writing
from tests import factories, talks
from tests.access.states import EVERY_PART
from tests.access.things import ALWAYS, lay_out
from tests.browser import Page
from tests.document import read
from tests.people import grantee
from tests.route import say_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.document import Node
    from tests.people import Actor, Cast


class Reading(NamedTuple):
    """How a page is read: in which language, and whether Dutch stands alone or beside it."""

    language: str
    mode: str

    def __str__(self) -> str:
        return f"{self.language}-{self.mode}"

    @property
    def page(self) -> str:
        """Give the language of the page itself."""
        return self.language if self.mode == "own" else "nl"


READINGS = (Reading("nl", "nl"), Reading("ar", "own"), Reading("ar", "both"), Reading("en", "own"))
# Answers that are no page: files that are the same for everybody, and photos.
NO_PAGES = frozenset({"asset", "file.photo", "file.sound", "file.paper", "paper.page"}) | {
    "talk.calendar",
    "meeting.calendar",
    # It only leads to the first question.
    "preparation.start",
}


@dataclass(frozen=True)
class Place:
    """A page: whose it is, the thing it is about, and what is sent to get it."""

    endpoint: str
    who: str
    thing: str = "-"
    also: dict[str, str] = field(default_factory=dict)
    send: Mapping[str, object] | None = None
    status: int = 200
    note: str = ""

    @property
    def name(self) -> str:
        """Name this page among all others."""
        return "-".join(filter(None, (self.endpoint, *self.also.values(), self.note)))


@dataclass(frozen=True)
class Built:
    """A page as it was answered."""

    place: Place
    reading: Reading
    answer: TestResponse
    html: str
    tree: Node

    @property
    def path(self) -> str:
        """Give the address under which a browser gets exactly this answer again."""
        return f"/gebouwd/{self.reading}/{self.place.name}"


def _all(who: str, *endpoints: str, thing: str = "-") -> Iterable[Place]:
    return (Place(endpoint, who, thing) for endpoint in endpoints)


def _refused(endpoint: str, who: str, thing: str = "-", /, **typed: object) -> Place:
    """Name a page that comes back with what is wrong."""
    also = {"step": str(typed.pop("step"))} if "step" in typed else {}
    return Place(endpoint, who, thing, also, typed, 422, "refused")


AGE = {"screen": "age", "age": "18+"}
NAMED = {**AGE, "screen": "display_name", "display_name": "Hanna"}
SIGNED = {**NAMED, "screen": "sign_in_name", "sign_in_name": "hanna-{reading}"}
WHOLE = {**SIGNED, "screen": "passphrase", "passphrase": "drie rode fietsen"}
# Kinds that ask a level for each part, tasks in lines, one level, and for a date alone.
ASKING = ("examen", "stage", "les", "vog")
PLACES: tuple[Place, ...] = (
    # Before signing in, and without an account.
    *_all("visitor", "home.welcome", "help.page", "sign_in.page", "sign_in.recovery"),
    *_all("visitor", "sign_in.gone", "person.begin"),
    _refused("sign_in.come_in", "visitor", sign_in_name="amina", passphrase="niet dit"),
    _refused("sign_in.recover", "visitor", sign_in_name="amina", code=""),
    Place("person.answer", "visitor", send={"screen": "age", "age": "16-17"}, note="young"),
    Place("person.answer", "visitor", send={"screen": "age", "age": "under-16"}, note="too-young"),
    Place("person.answer", "visitor", send=AGE, note="name"),
    Place("person.answer", "visitor", send=NAMED, note="sign-in-name"),
    Place("person.answer", "visitor", send=SIGNED, note="passphrase"),
    _refused("person.answer", "visitor", **{**WHOLE, "passphrase": "kort"}),
    Place("invitation.accept", "visitor", "open invitation"),
    Place("invitation.use", "visitor", "open invitation", send={"code": "{code}"}, note="account"),
    _refused("invitation.use", "visitor", "open invitation", code="ABCD-2345"),
    # An account is made, so this comes last: from here on the visitor is somebody.
    Place("person.answer", "visitor", send=WHOLE, note="codes"),
    # The owner's account and map.
    *_all("amina", "person.overview", "person.name", "person.passphrase", "person.recovery_codes"),
    _refused("person.passphrase", "amina", old_passphrase="", passphrase="kort"),
    Place("kept_post.page", "amina", "kept form"),
    *_all("amina", "portfolio.start", "portfolio.leefgebied", "portfolio.step"),
    Place("portfolio.start", "farid", note="empty"),
    Place("portfolio.leefgebied", "farid", also={"leefgebied": "taal"}, note="empty"),
    *_all("amina", "portfolio.removed", "access_log.overview", "plan.overview"),
    *_all("amina", "entry.page", "entry.removal", "consent.who", thing="entry"),
    *(
        Place("draft.step", "amina", "own draft", {"step": step})
        for step in ("onderwerp", "soort", "titel", "verhaal", "wanneer")
    ),
    *(
        Place("draft.step", "amina", f"{kind} draft", {"step": "gegevens"}, note=kind)
        for kind in ASKING
    ),
    Place("entry.finish", "amina", "examen draft", note="details"),
    *_all("amina", "attachment.ask", "paper.ask", "entry.finish", thing="own draft"),
    *_all("amina", "draft.leaving", thing="own draft"),
    _refused("draft.save", "amina", "wrong draft", step="titel", title_0="x" * 400, lang_0="nl"),
    _refused("draft.save", "amina", "wrong draft", step="wanneer", started_year="ooit", hours="x"),
    _refused("attachment.add", "amina", "wrong draft", foto=(b"geen foto", "foto.jpg")),
    _refused("paper.add", "amina", "wrong draft", papier=(b"geen papier", "brief.pdf")),
    _refused("sound.tell", "amina", "wrong draft", geluid_0=(b"geen geluid", "a.webm")),
    _refused("comment.answer", "amina", "comment", text=""),
    # Sharing.
    *_all("amina", "consent.overview", "consent.begin"),
    Place("consent.overview", "farid", note="empty"),
    _refused("consent.find", "amina", code="AAAA-2222"),
    Place("consent.meet", "amina", "found member"),
    *_all("amina", "share.what", "share.things", "share.why", thing="own share"),
    *_all("amina", "share.until", "share.may", "share.check", thing="own share"),
    _refused("share.what", "amina", "own share", leefgebieden_lijst=[]),
    _refused("share.until", "amina", "own share", period="dag", day="2001-01-01"),
    Place("share.sure", "amina", "sensitive share", {"thing": "gezondheid"}),
    *_all("amina", "preview.person", "preview.leefgebied", "preview.entry", thing="own share"),
    *_all("amina", "preview.now_person", "preview.now_leefgebied", thing="entry"),
    Place("preview.now_entry", "amina", "entry"),
    Place("preview.plan", "amina", "own share"),
    Place("preview.now_plan", "amina", "entry"),
    Place("share.sure", "amina", "sensitive share", {"thing": "barriers"}),
    *_all("amina", "direction.overview", "direction.barriers", "direction.phase"),
    *(Place("direction.ask", "amina", also={"topic": each}) for each in ("horizon", "health")),
    _refused("direction.answer", "amina", text="x" * 2_100, lang="nl"),
    *_all("amina", "goal.overview", "goal.start"),
    Place("goal.overview", "farid", note="empty"),
    _refused("goal.start", "amina"),
    *(
        Place("goal.screen", "amina", "new goal", {"screen": screen})
        for screen in ("what", "why", "when", "steps")
    ),
    Place("goal.keep", "amina", "goal", {"screen": "when"}, {"day": "2001-01-01"}, 422, "refused"),
    *_all("amina", "goal.page", "goal.reached", "goal.removal", thing="goal"),
    Place("goal_step.evidence", "amina", "goal step"),
    *_all("amina", "contact.page", "contact.find"),
    Place("contact.page", "farid", note="empty"),
    _refused("contact.find", "amina", code="AAAA-2222"),
    Place("contact.pass_on", "amina", "found member"),
    # Talks, from both sides of the table.
    *_all("amina", "talk.overview", "talk.new"),
    Place("talk.overview", "farid", note="empty"),
    Place("talk.new", "farid", note="empty"),
    _refused("talk.plan", "amina", day="2001-01-01", time="25", membership=""),
    *_all("amina", "talk.page", "talk.moving", "talk.writing", "talk.changing", thing="talk"),
    Place("talk.page", "amina", "held talk", note="held"),
    Place("talk.page", "amina", "agreed talk", note="agreed"),
    _refused("talk.move", "amina", "talk", day="ooit"),
    _refused("talk.sum_up", "amina", "held talk", text=""),
    _refused("talk.add", "amina", "talk", what=""),
    _refused("talk.change", "amina", "talk", what="Andere woorden", who="owner", version="99"),
    _refused("talk.confirm", "amina", "talk", version="0"),
    Place("preparation.ask", "amina", "talk", {"question": "proud"}),
    Place("preparation.ask", "amina", "talk", {"question": "going"}),
    Place("preparation.ask", "amina", "held talk", {"question": "going:gezin"}),
    _refused("preparation.answer", "amina", "talk", text="x" * 5000, version="0"),
    Place("signal.page", "amina"),
    Place("signal.page", "farid", note="empty"),
    # Leerroute, levels and how it goes.
    *_all("amina", "route.overview", "level.overview", "level.skill", "level.ask"),
    *_all("amina", "wellbeing.overview", "wellbeing.ask"),
    *_all("amina", "rights.overview", "rights.leefgebied", "rights.choice"),
    *(
        Place(endpoint, "farid", note="empty")
        for endpoint in ("route.overview", "level.overview", "level.skill", "wellbeing.overview")
    ),
    *(
        Place("route.ask", "amina", also={"question": question})
        for question in ("wet", "route", "brief", "uren", "niveaus")
    ),
    *(Place("route.block", "amina", also={"block": block}) for block in ("map", "lesuren")),
    Place("route.block", "farid", also={"block": "lesuren"}, note="empty"),
    Place(
        "route.keep",
        "amina",
        also={"question": "brief"},
        send={"started_year": "2026", "ended_day": "40"},
        status=422,
        note="refused",
    ),
    Place(
        "route.keep",
        "amina",
        also={"question": "wet"},
        send={"act": "wi2021", "version": "0"},
        status=422,
        note="changed",
    ),
    Place(
        "route.count",
        "amina",
        also={"block": "map"},
        send={"version": "0"},
        status=422,
        note="changed",
    ),
    Place("wellbeing.keep", "amina", send={"answer": ""}, status=422, note="refused"),
    # The other side of the desk.
    Place("meeting.new", "bas", "plan"),
    *_all("bas", "meeting.page", "meeting.moving", "meeting.changing", thing="talk"),
    *_all("bas", "meeting.writing", thing="held talk"),
    Place("meeting.page", "bas", "held talk", note="held"),
    Place("meeting.page", "bas", "agreed talk", note="agreed"),
    _refused("meeting.plan", "bas", "plan", day="", time=""),
    _refused("meeting.confirm", "bas", "held talk", version="0"),
    *_all("bas", "people.overview", "people.code"),
    Place("people.phone", "bas", "seat of bas"),
    _refused("people.phone", "bas", "seat of bas", phone="bel mij"),
    Place("people.overview", "carla", note="empty"),
    Place("people.person", "bas", "person"),
    Place("people.plan", "bas", "plan"),
    Place("people.leefgebied", "bas", "leefgebied"),
    Place("people.entry", "bas", "entry"),
    _refused("comment.on_entry", "bas", "entry", text=""),
    *_all("dirk", "achievement.overview"),
    Place("achievement.person", "dirk", "person"),
    Place("people.code", "dirk", note="provider"),
    *_all("eva", "organisation.overview"),
    Place("organisation.invite", "eva", "organisation"),
    _refused("organisation.send_invitation", "eva", "organisation", role=""),
    Place(
        "organisation.send_invitation", "eva", "organisation", send={"role": "coach"}, note="sent"
    ),
    Place("organisation.ask_end", "eva", "colleague"),
    # When something goes wrong.
    *(
        Place("home.welcome", "amina", status=code, note=f"error-{code}")
        for code in (400, 403, 404, 413, 429, 500, 503)
    ),
)


def build(app: Flask, cast: Cast) -> list[Built]:
    """Make every page in every reading, each person in a browser of their own."""
    with app.app_context():
        values = dict(lay_out(cast).values)
        values |= _more(cast)
    made = []
    for reading in READINGS:
        for who, actor in cast.everybody().items():
            page = Page(actor.browse())
            chosen = {"language": reading.language, "mode": reading.mode}
            assert page.post("/taal-kiezen", chosen).status_code == 303
            for place in (place for place in PLACES if place.who == who):
                known = {**ALWAYS, **values[place.thing], **place.also, "reading": str(reading)}
                answer = _answer(app, page, place, known)
                html = answer.get_data(as_text=True)
                made.append(Built(place, reading, answer, html, read(html)))
    return made


def _more(cast: Cast) -> dict[str, dict[str, str]]:
    """Lay out what only these pages need: a draft to fill in wrongly, a share to think about."""
    amina = cast.amina
    begin(db.session, writing=True)
    keys = factories.keys_for(amina.map_id)
    writing = Writing("werk", kind="gedaan", texts=(Typed("nl", "Concept"),))
    draft = start_draft(db.session, amina.person_id, keys, writing)
    until = (clock(db.session) + timedelta(days=30)).date().isoformat()
    what = ("werk", "gezondheid")
    plan = Plan(amina.facts.seats["bas"], what, (), (), "gesprek", until, may_comment=True)
    plan = replace(plan, parts=("barriers",))
    share = start_plan(db.session, amina.person_id, keys, plan)
    for part in EVERY_PART:
        seat = amina.facts.seats["bas"]
        factories.share(amina.map_id, seat, grantee("bas"), part=part, may_comment=True)
    say_all(amina)
    gemeente = db.session.get_one(Organisation, amina.facts.organisations["gemeente"])
    invited = invite(db.session, keyring(), gemeente, "coach", invited_by=cast.eva.person_id)
    asking = {f"{kind} draft": {"draft_id": _asking(amina, kind)} for kind in ASKING}
    new_goal = begin_goal(db.session, amina.map_id, "taal").id
    held = talks.make_full_talk(amina.map_id, amina.facts.seats["bas"], agreed=False)
    agreed = talks.make_full_talk(amina.map_id, amina.facts.seats["bas"], agreed=True)
    db.session.commit()
    at = {"portfolio_id": amina.map_id}
    return asking | {
        "new goal": {"goal_id": new_goal},
        "held talk": {**at, "talk_id": held},
        "agreed talk": {**at, "talk_id": agreed},
        "wrong draft": {"draft_id": draft.id},
        "sensitive share": {"draft_id": share.id},
        "open invitation": {"invitation_id": invited.id, "code": invited.code},
    }


def _asking(amina: Actor, kind: str) -> str:
    """Lay out a draft of a kind that asks something besides, with some of it answered."""
    details = {"examen_lezen": "a2_gehaald", "knm_knm": "wacht", "taken": "Soep\nVegen"}
    writing = Writing("werk", kind=kind, details=details)
    keys = factories.keys_for(amina.map_id)
    return start_draft(db.session, amina.person_id, keys, writing).id


def _answer(app: Flask, page: Page, place: Place, known: dict[str, str]) -> TestResponse:
    method = "GET" if place.send is None else "POST"
    rules = app.url_map.iter_rules(place.endpoint)
    rule = next(rule for rule in rules if method in (rule.methods or ()))
    built = rule.build({name: known[name] for name in rule.arguments})
    assert built is not None, rule
    if place.send is not None:
        sent = {
            name: value.format_map(known) if isinstance(value, str) else value
            for name, value in place.send.items()
        }
        return page.post(built[1], sent)
    if place.note.startswith("error"):
        with _failing(app, place):
            return page.get(built[1])
    return page.get(built[1])


@contextmanager
def _failing(app: Flask, place: Place) -> Iterator[None]:
    """Let a page fail while it is asked for."""
    whole = app.view_functions[place.endpoint]

    def fail() -> NoReturn:
        abort(place.status)

    app.view_functions[place.endpoint] = public(fail)
    yield
    app.view_functions[place.endpoint] = whole
