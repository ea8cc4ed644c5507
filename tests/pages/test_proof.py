"""*Laat zien dat jij het bent*: what asks again, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.access import Action
from portfolio.extensions import db
from portfolio.models.access_log import note_reading
from portfolio.models.answer import Answer, keep_answer
from portfolio.models.base import begin, clock
from portfolio.models.comment import Subject, write_comment
from portfolio.models.draft import keep_writing, start_draft
from portfolio.models.parts import BARRIERS
from portfolio.models.sign_in import REST_SHARED
from portfolio.models.wellbeing import say_how
from portfolio.models.words import Words
from portfolio.models.writing import Typed, Writing
from portfolio.proving import PROOF_LASTS
from tests import factories, talks
from tests.access.things import ALWAYS, lay_out
from tests.browser import ORIGIN
from tests.pages.test_passkey import AGAIN, ASK_AGAIN, asked, make
from tests.pages.test_sign_in import codes_for, later, token_of
from tests.people import grantee

if TYPE_CHECKING:
    from flask import Flask

    from tests.browser import Page
    from tests.people import Actor, Cast

# The acts before which somebody shows again who they are; what stands in gezondheid and gezin
# asks by itself.
ACTS = {
    *("desk.page", "desk.choose", "desk.take_back", "desk.ask", "desk.give"),
    "email.ask",
    "email.remove",
    *("visitor_link.make", "visitor_link.code"),
    *("going.go", "takeaway.begin", "takeaway.file"),
    *("passkey.new", "passkey.ask_new", "passkey.make"),
    *("passkey.one", "passkey.rename", "passkey.remove"),
    *("second_factor.page", "second_factor.keep", "second_factor.remove"),
    "person.recovery_codes",
    *("work_login.own", "work_login.begin_link", "work_login.unlink"),
    *("work_login.door", "work_login.keep", "work_login.remove"),
    "consent.resume",
    *("share.check", "share.agree", "contact.pass_on", "contact.agree"),
}
A_WHILE = PROOF_LASTS * 1.5


def asks(page: Page, path: str) -> bool:
    answer = page.client.get(path, base_url=ORIGIN)
    return answer.status_code == 303 and answer.headers["Location"].startswith("/bevestig")


def test_the_acts_that_ask_again_are_these(app: Flask) -> None:
    """ASVS 7.5.3: sharing and every change of how one signs in; more is added here by name."""
    found = {name for name, view in app.view_functions.items() if "asks_again" in view.__dict__}
    assert found == ACTS
    assert all(app.view_functions[name].__dict__["access"] for name in found)


OWNS = {Action.MAP_KEEP, Action.MAP_RESTORE, Action.MAP_SHARE, Action.LOG_READ, Action.FILE_SEE}
WORD = "kanariegezin"
# Where something of gezin stands among other things it stands without a word: nobody has to
# show who they are before they take a share back, or see who looked.
LISTS = {"goal.overview", "consent.overview", "access_log.overview"}


@pytest.fixture
def private(app: Flask, cast: Cast) -> dict[str, str]:
    """Put a word of its own in every corner of gezin; gives what addresses are made of."""
    amina = cast.amina
    with app.app_context():
        laid = lay_out(cast).values
        begin(db.session, writing=True)
        keys = factories.keys_for(amina.map_id)
        words = {"nl": (f"Titel {WORD}", f"Verhaal {WORD}")}
        entry = factories.make_entry(amina.map_id, "gezin", words)
        gone = clock(db.session) - timedelta(hours=1)
        factories.make_entry(amina.map_id, "gezin", words, deleted_at=gone)
        goal, step = factories.goal(amina.map_id, "gezin", f"Doel {WORD}", [f"Stap {WORD}"])
        writing = Writing("gezin", kind="gedaan", texts=(Typed("nl", f"Concept {WORD}"),))
        draft = start_draft(db.session, amina.person_id, keys, writing)
        keep_writing(db.session, draft, keys, writing)
        bas, about = amina.facts.seats["bas"], Subject(amina.map_id, "gezin", entry_id=entry)
        asked_for = Words(f"Vraag {WORD}", "nl")
        write_comment(db.session, keys, about, grantee("bas"), membership_id=bas, words=asked_for)
        factories.share(amina.map_id, bas, grantee("bas"), entry_id=entry)
        mine = select(Answer).where(Answer.portfolio_id == amina.map_id)
        said = (Words(f"Ik ben {WORD}", "nl"),)
        keep_answer(
            db.session,
            mine,
            amina.map_id,
            keys,
            part=BARRIERS,
            question="health",
            about_id="",
            texts=said,
        )
        talks.prepare(amina.map_id, laid["talk"]["talk_id"], "going:gezin", f"Thuis {WORD}")
        say_how(db.session, amina.map_id, keys, "lichaam", "goed")
        who = grantee("bas")
        about_it = f"entry:{entry}"
        note_reading(db.session, amina.map_id, keys, bas, who, about=about_it)
        made = {
            **{name: value for of in laid.values() for name, value in of.items()},
            **laid["own share"],
            "entry_id": entry,
            "goal_id": goal,
            "step_id": step,
            "membership_id": bas,
            "leefgebied": "gezin",
            "thing": "gezin",
            "draft_id": draft.id,
            "attachment_id": factories.make_photo(amina.map_id, entry, "gezin"),
            "size": "groot",
        }
        db.session.commit()
        return {**ALWAYS, **made}


def pages_of(app: Flask, private: dict[str, str]) -> dict[str, str]:
    """Give an address of every page on which an owner reads something of their own."""
    found = {}
    for rule in app.url_map.iter_rules():
        action = app.view_functions[rule.endpoint].__dict__.get("access")
        if action in OWNS and "GET" in (rule.methods or ()):
            built = rule.build({name: private.get(name, "x") for name in rule.arguments})
            assert built is not None
            found[rule.endpoint] = built[1]
    return found


def test_no_page_shows_health_or_family_after_a_while(
    app: Flask, amina: Actor, private: dict[str, str]
) -> None:
    """ASVS 7.5.3: each of an owner's pages either asks again, or shows no word of it.

    "Show me your phone": the session goes on, the phone is in another's hand.
    """
    page, paths = amina.page, pages_of(app, private)
    before = {name: page.client.get(path, base_url=ORIGIN) for name, path in paths.items()}
    shows = {name for name, answer in before.items() if WORD.encode() in answer.get_data()} | {
        "file.photo"
    }
    assert before["file.photo"].status_code == 200
    # Those of today; a new page that shows it is found by itself, and tried below.
    assert shows >= {
        *("entry.page", "entry.removal", "portfolio.leefgebied", "portfolio.removed"),
        *("goal.page", "goal.overview", "draft.step", "consent.overview", "access_log.overview"),
        "direction.barriers",
    }
    assert "portfolio.start" not in shows
    later(app, A_WHILE)
    for name, path in paths.items():
        answer = page.client.get(path, base_url=ORIGIN)
        assert WORD.encode() not in answer.get_data(), name
        if name in shows - LISTS:
            assert answer.headers.get("Location", "").startswith("/bevestig?next="), name
    # A web of wellbeing has no words to be found by.
    assert asks(page, paths["wellbeing.overview"])
    # The front door asks nothing, nor does what is of another subject.
    for path in ("/map", "/map/werk", "/over-mij", *(paths[name] for name in LISTS)):
        assert page.get(path).status_code == 200, path


def test_passphrase_code_or_passkey_lead_back_for_five_minutes(
    app: Flask, amina: Actor, private: dict[str, str]
) -> None:
    """ASVS 7.5.3, 7.2.4: and the session gets another token each time."""
    page, health = amina.page, "/map/gezin"
    phone, codes = make(app, page), codes_for(app, amina)
    ways = {
        "passphrase": ("/bevestig", {"passphrase": amina.passphrase}),
        "code": ("/bevestig/code", {"code": codes[0]}),
        "passkey": (AGAIN, {}),
    }
    for name, (path, sent) in ways.items():
        later(app, A_WHILE)
        page.visit(health)
        assert page.h1 == "Laat zien dat jij het bent"
        before = token_of(page)
        fields = sent or {"credential": phone.show(asked(page, ASK_AGAIN))}
        answer = page.post(f"{path}?next={health}", fields)
        assert answer.headers["Location"] == health, name
        assert token_of(page) != before
        assert WORD in page.visit(f"/map/stuk/{private['entry_id']}").text
        # Neither a code nor an answer of a phone works a second time.
        if name != "passphrase":
            assert page.post(path, fields).status_code == 422
    assert (
        page.post("/bevestig?next=//evil.example", {"passphrase": amina.passphrase}).headers[
            "Location"
        ]
        == "/"
    )


def test_anothers_passkey_and_a_wrong_code_prove_nothing(
    app: Flask, amina: Actor, farid: Actor
) -> None:
    phone = make(app, farid.page)
    theirs = codes_for(app, farid)[0]
    amina.page.visit("/map/gezondheid")
    later(app, A_WHILE)
    assert amina.page.post("/bevestig/code", {"code": theirs}).status_code == 422
    said = phone.show(asked(amina.page, ASK_AGAIN))
    assert amina.page.post(AGAIN, {"credential": said}).status_code == 422
    assert asks(amina.page, "/map/gezondheid")


def test_a_form_goes_on_where_it_was(app: Flask, amina: Actor, private: dict[str, str]) -> None:
    """What was written while the proof grew old is kept; a mere button is pressed again."""
    page, path = amina.page, f"/map/stuk/{private['entry_id']}"
    page.visit(path)
    later(app, A_WHILE)
    # Opened with a proof, and sent a little later: nothing is asked.
    answer = page.post("/map/gezin/stap", {"step": "zelf"})
    assert answer.headers["Location"] == "/map/gezin"
    # An act asks, whatever was opened before.
    answer = page.post("/over-mij/passkeys/nieuw", {"label": "Mijn blauwe telefoon"})
    assert answer.headers["Location"] == "/bevestig?next=/bewaard"
    page.visit(answer.headers["Location"]).fill("passphrase", amina.passphrase).submit("Verder")
    assert page.h1 == "Dit is bewaard"
    assert "Mijn blauwe telefoon" in page.text


def test_it_is_not_rest_that_is_asked_about(app: Flask, amina: Actor) -> None:
    """Asking again ends nothing: after it the session lasts as long as any."""
    page = amina.page.visit("/map/gezondheid")
    later(app, REST_SHARED * 0.9)
    assert asks(page, "/map/gezondheid")
    later(app, REST_SHARED * 0.9)
    assert page.get("/over-mij").status_code == 200
