"""What is sent after the sign-in ended is not lost, and nobody else ever sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import Draft
from portfolio.models.sign_in import REST_SHARED
from tests.browser import Page
from tests.pages.test_sign_in import later, sign_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

SECRET = "Een lang verhaal over mijn oma"


def send_too_late(app: Flask, page: Page, who: Actor) -> None:
    """Open a form, rest too long, and send it."""
    sign_in(page, who)
    page.visit("/over-mij/naam").fill("display_name", SECRET)
    later(app, REST_SHARED * 2)
    page.submit("Bewaar")


def kept(app: Flask) -> list[Draft]:
    with app.app_context():
        return list(db.session.scalars(select(Draft).where(Draft.kind == "kept")).all())


def test_the_same_person_reads_it_again_and_sends_it_on(app: Flask, cast: Cast) -> None:
    page = Page(cast.visitor.browse())
    send_too_late(app, page, cast.farid)
    assert "Wat je schreef, is bewaard" in page.text
    (row,) = kept(app)
    assert SECRET.encode() not in row.body
    page.fill("sign_in_name", "farid").fill("passphrase", cast.farid.passphrase)
    page.submit("Inloggen")
    assert page.h1 == "Dit is bewaard"
    assert SECRET in page.text
    fields = {
        node["name"]: page.value(node["name"])
        for node in page.tree.walk("input")
        if node.get("name") in ("once", "display_name")
    }
    answer = page.post(f"/bewaard/{row.id}/verder", fields)
    assert answer.status_code == 307
    assert answer.headers["Location"] == "/over-mij/naam"
    assert page.post("/over-mij/naam", fields).status_code == 303
    assert SECRET in page.visit("/over-mij").text
    assert page.visit("/bewaard").path != "/bewaard"


def test_another_person_never_sees_it(app: Flask, cast: Cast) -> None:
    page = Page(cast.visitor.browse())
    send_too_late(app, page, cast.farid)
    (row,) = kept(app)
    page.fill("sign_in_name", "bas").fill("passphrase", cast.bas.passphrase)
    answer = page.post("/inloggen", {"sign_in_name": "bas", "passphrase": cast.bas.passphrase})
    answer = page.post(answer.headers["Location"], {"code": cast.bas.code()})
    assert answer.headers["Location"] == "/"
    assert page.get("/bewaard").status_code == 303
    for deed in ("verder", "weg"):
        assert page.post(f"/bewaard/{row.id}/{deed}").status_code == 404
    assert len(kept(app)) == 1


def test_it_can_be_thrown_away(app: Flask, cast: Cast) -> None:
    page = Page(cast.visitor.browse())
    send_too_late(app, page, cast.farid)
    page.fill("sign_in_name", "farid").fill("passphrase", cast.farid.passphrase).submit("Inloggen")
    (row,) = kept(app)
    assert page.post(f"/bewaard/{row.id}/weg").status_code == 303
    assert kept(app) == []


def test_a_passphrase_is_never_kept(app: Flask, cast: Cast) -> None:
    page = Page(cast.visitor.browse())
    sign_in(page, cast.farid)
    page.visit("/over-mij/wachtwoord").fill("passphrase", SECRET)
    later(app, REST_SHARED * 2)
    page.submit("Bewaar")
    assert "Log in en probeer het nog een keer" in page.text
    assert kept(app) == []


def test_nothing_of_help_at_a_desk_is_kept(app: Flask, cast: Cast) -> None:
    """Neither the own word nor whose name was typed at a desk; and stopping is done anew."""
    sent = {"organisation": cast.facts.organisations["gemeente"], "next": "/map"}
    words = dict.fromkeys(("own_word", "own_word_again", "sign_in_name"), SECRET)
    for who, path in ((cast.amina, "/over-mij/balie"), (cast.bas, "/balie")):
        page = Page(who.browse())
        later(app, REST_SHARED * 2)
        for where in (path, "/over-mij/balie/stop"):
            answer = page.post(where, {**sent, **words})
            assert "/inloggen" in answer.headers["Location"]
    assert kept(app) == []


def test_nothing_is_kept_of_somebody_nobody_knows(app: Flask, page: Page) -> None:
    answer = page.post("/over-mij/naam", {"display_name": SECRET})
    assert answer.headers["Location"] == "/inloggen?verstuurd=nee"
    assert kept(app) == []


def test_another_site_puts_no_words_in_somebodys_mouth(app: Flask, cast: Cast) -> None:
    page = Page(cast.visitor.browse())
    sign_in(page, cast.farid)
    later(app, REST_SHARED * 2)
    answer = page.send("/over-mij/naam", {"display_name": [SECRET], "csrf_token": ["forged"]})
    assert answer.headers["Location"] == "/inloggen?verstuurd=nee"
    assert kept(app) == []


def test_a_rested_token_cannot_fill_the_database(app: Flask, cast: Cast) -> None:
    page = Page(cast.visitor.browse())
    sign_in(page, cast.farid)
    later(app, REST_SHARED * 2)
    for number in range(6):
        page.post("/over-mij/naam", {"display_name": f"{SECRET} {number}"})
    assert len(kept(app)) == 3
