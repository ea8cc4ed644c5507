"""Every page there is, by its endpoint, and how it is made: once, for many tests to look at."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from flask import abort

from portfolio.access import public
from portfolio.extensions import db, keyring
from portfolio.models.base import begin, clock
from portfolio.models.comment import Subject, write_comment
from portfolio.models.draft import start_draft
from portfolio.models.email import want
from portfolio.models.goal import begin_goal
from portfolio.models.invitation import invite
from portfolio.models.organisation import Organisation
from portfolio.models.person import Person
from portfolio.models.sharing import Plan, start_plan
from portfolio.models.sign_in import start_sign_in
from portfolio.models.words import Words
from portfolio.models.writing import Typed, Writing
from portfolio.security import SIGN_IN_COOKIE
from tests import factories, talks
from tests.access.states import EVERY_PART
from tests.access.things import ALWAYS, lay_out
from tests.browser import HOST, Page
from tests.document import read
from tests.pages.account_pages import ACCOUNT_PAGES
from tests.pages.place import Place, all_of, refused
from tests.pages.plan_pages import PLAN_PAGES
from tests.people import grantee
from tests.route import say_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


READINGS = (
    Reading("nl", "nl"),
    Reading("ar", "own"),
    Reading("ar", "both"),
    Reading("ti", "both"),
    *(Reading(each, "own") for each in ("en", "ti", "tr", "fa")),
)
# Answers that are no page: files that are the same for everybody, and photos.
NO_PAGES = frozenset({"asset", "file.photo", "file.sound", "file.paper", "paper.page"}) | {
    "talk.calendar",
    "well_known.security",
    "meeting.calendar",
    # It only leads to the first question.
    "preparation.start",
    # A file, and what a program reads.
    *("takeaway.file", "takeaway.schema"),
    # Only for whoever is about to go: tests/pages/test_going.py looks at it.
    "going.back",
}


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


# Kinds that ask a level for each part, tasks in lines, one level, and for a date alone.
ASKING = ("examen", "stage", "les", "vog")
PLACES: tuple[Place, ...] = (
    *ACCOUNT_PAGES,
    Place("kept_post.page", "amina", "kept form"),
    *all_of("amina", "portfolio.start", "portfolio.leefgebied", "portfolio.step"),
    Place("portfolio.start", "farid", note="empty"),
    Place("portfolio.leefgebied", "farid", also={"leefgebied": "taal"}, note="empty"),
    *all_of("amina", "portfolio.removed", "access_log.overview", "plan.overview"),
    *all_of("amina", "entry.page", "entry.removal", "consent.who", thing="entry"),
    *all_of("amina", "own_words.ask", thing="entry"),
    Place("own_words.ask_answer", "amina", "own comment"),
    refused("own_words.answer", "amina", "own comment", text="", lang="nl"),
    refused("own_words.keep", "amina", "entry", title="x" * 200, lang="so"),
    *(
        Place("draft.step", "amina", "own draft", {"step": step})
        for step in ("onderwerp", "soort", "titel", "verhaal", "wanneer")
    ),
    *(
        Place("draft.step", "amina", f"{kind} draft", {"step": "gegevens"}, note=kind)
        for kind in ASKING
    ),
    Place("entry.finish", "amina", "examen draft", note="details"),
    *all_of("amina", "attachment.ask", "paper.ask", "entry.finish", thing="own draft"),
    *all_of("amina", "draft.leaving", thing="own draft"),
    refused("draft.save", "amina", "wrong draft", step="titel", title_0="x" * 400, lang_0="nl"),
    refused("draft.save", "amina", "wrong draft", step="wanneer", started_year="ooit", hours="x"),
    refused("attachment.add", "amina", "wrong draft", foto=(b"geen foto", "foto.jpg")),
    refused("paper.add", "amina", "wrong draft", papier=(b"geen papier", "brief.pdf")),
    refused("sound.tell", "amina", "wrong draft", geluid_0=(b"geen geluid", "a.webm")),
    refused("comment.answer", "amina", "comment", text=""),
    # Sharing.
    *all_of("amina", "consent.overview", "consent.begin", "visitor_link.new"),
    refused("visitor_link.make", "amina", name="", scope="x"),
    Place("visitor_link.page", "amina", "own link"),
    Place("visitor_link.code", "amina", "own link", send={}),
    Place("consent.receipt", "amina", "consent"),
    Place("consent.overview", "farid", note="empty"),
    refused("consent.find", "amina", code="AAAA-2222"),
    Place("consent.meet", "amina", "found member"),
    *all_of("amina", "share.what", "share.things", "share.why", thing="own share"),
    *all_of("amina", "share.until", "share.may", "share.check", thing="own share"),
    refused("share.what", "amina", "own share", leefgebieden_lijst=[]),
    refused("share.until", "amina", "own share", period="dag", day="2001-01-01"),
    Place("share.sure", "amina", "sensitive share", {"thing": "gezondheid"}),
    *all_of("amina", "preview.person", "preview.leefgebied", "preview.entry", thing="own share"),
    *all_of("amina", "preview.now_person", "preview.now_leefgebied", thing="entry"),
    Place("preview.now_entry", "amina", "entry"),
    Place("preview.plan", "amina", "own share"),
    Place("preview.now_plan", "amina", "entry"),
    Place("share.sure", "amina", "sensitive share", {"thing": "barriers"}),
    *PLAN_PAGES,
    # The other side of the desk.
    *all_of("bas", "people.overview", "people.code"),
    Place("people.phone", "bas", "seat of bas"),
    refused("people.phone", "bas", "seat of bas", phone="bel mij"),
    Place("people.overview", "carla", note="empty"),
    Place("people.person", "bas", "person"),
    Place("people.plan", "bas", "plan"),
    Place("people.goal", "bas", "talked goal"),
    Place("people.leefgebied", "bas", "leefgebied"),
    Place("people.entry", "bas", "entry"),
    refused("comment.on_entry", "bas", "entry", text=""),
    Place("easy.page", "bas"),
    Place("easy.look", "bas", send={"text": "Wij helpen je graag."}, note="easy"),
    Place("easy.look", "bas", send={"text": "U wordt derhalve verzocht te komen."}, note="hard"),
    refused("easy.look", "dirk", text=""),
    *all_of("dirk", "achievement.overview"),
    Place("achievement.person", "dirk", "person"),
    Place("people.code", "dirk", note="provider"),
    *all_of("eva", "organisation.overview"),
    Place("organisation.invite", "eva", "organisation"),
    refused("organisation.send_invitation", "eva", "organisation", role=""),
    Place(
        "organisation.send_invitation", "eva", "organisation", send={"role": "coach"}, note="sent"
    ),
    Place("organisation.ask_end", "eva", "colleague"),
    Place("work_login.door", "eva", "organisation"),
    refused("work_login.keep", "eva", "organisation", issuer="http://localhost:9"),
    *all_of("bas", "work_login.own"),
    Place("practice.page", "eva", "organisation"),
    refused("practice.keep", "eva", "organisation", talk_every="13"),
    # When something goes wrong.
    *(
        Place("home.welcome", "amina", status=code, note=f"error-{code}")
        for code in (400, 403, 404, 413, 429, 500, 503)
    ),
)


def build(app: Flask, cast: Cast, readings: Iterable[Reading] = READINGS) -> list[Built]:
    """Make every page in every reading, each person in a browser of their own."""
    with app.app_context():
        values = dict(lay_out(cast).values)
        values |= _more(cast)
    made = []
    for reading in readings:
        for who, actor in cast.everybody().items():
            page = Page(actor.browse())
            if who == "visitor":
                page.client.set_cookie(SIGN_IN_COOKIE, _half_way(app, cast.bas), domain=HOST)
            chosen = {"language": reading.language, "mode": reading.mode}
            assert page.post("/taal-kiezen", chosen).status_code == 303
            for place in (place for place in PLACES if place.who == who):
                known = {**ALWAYS, **values[place.thing], **place.also, "reading": str(reading)}
                answer = _answer(app, page, place, known)
                html = answer.get_data(as_text=True)
                made.append(Built(place, reading, answer, html, read(html)))
    return made


def _half_way(app: Flask, who: Actor) -> str:
    """Start a session that waits for its second step: to every other page it is nobody's."""
    with app.app_context():
        begin(db.session, writing=True)
        token = start_sign_in(
            db.session, who.person_id, "passphrase", own_device=False, network_hash=None, half=True
        )
        db.session.commit()
    return token


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
    talked = factories.goal(amina.map_id, "werk", "Ik word kok", ["Ik zoek een cursus"])[0]
    seat, about = amina.facts.seats["bas"], Subject(amina.map_id, "werk", goal_id=talked)
    said = Words("Mooi doel", "nl")
    write_comment(db.session, keys, about, grantee("bas"), membership_id=seat, words=said)
    held = talks.make_full_talk(amina.map_id, amina.facts.seats["bas"], agreed=False)
    final = talks.make_talk(amina.map_id, amina.facts.seats["bas"], kind="final")
    talks.prepare(amina.map_id, final, "after:werk", "In de keuken")
    talks.make_agreement(amina.map_id, held, due=-timedelta(days=2))
    talks.signal(amina.map_id, "help")
    talks.signal(amina.map_id, "phone", "06 12345678")
    agreed = talks.make_full_talk(amina.map_id, amina.facts.seats["bas"], agreed=True)
    talks.tell_beside(amina.map_id, "horizon")
    talks.tell_beside(amina.map_id, "going:taal", about_id=held)
    _wanted_address(amina.facts.people["farid"])
    # His pages show that somebody asked at a desk for a new passphrase.
    factories.ask_at_desk(amina.facts.people["farid"], gemeente.id, seat, "farid")
    db.session.commit()
    at = {"portfolio_id": amina.map_id}
    return asking | {
        "new goal": {"goal_id": new_goal},
        "talked goal": {**at, "goal_id": talked},
        "held talk": {**at, "talk_id": held},
        "final talk": {**at, "talk_id": final},
        "agreed talk": {**at, "talk_id": agreed},
        "wrong draft": {"draft_id": draft.id},
        "sensitive share": {"draft_id": share.id},
        "open invitation": {"invitation_id": invited.id, "code": invited.code},
    }


def _wanted_address(person_id: str) -> None:
    person = db.session.get_one(Person, person_id)
    key = keyring().fetch([person.key_id])[person.key_id]
    address = "farid@voorbeeld.nl"
    want(db.session, keyring(), None, key, person_id=person_id, address=address)


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
