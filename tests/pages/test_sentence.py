"""Klopt een zin niet? A sentence is found and reported, and nobody's words are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from portfolio import languages, limits, sentences
from portfolio.commands import main
from portfolio.extensions import db
from portfolio.limits import Limit
from portfolio.models.base import begin, clock, database_now
from portfolio.models.draft import Draft
from portfolio.models.sentence import KEPT, SentenceReport, called_wrong, note_wrong
from portfolio.models.sign_in import SignIn
from portfolio.sweep import sweep
from tests.browser import ORIGIN, Page

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor

WRONG = "Wie kan dit zien?"


def rows(app: Flask) -> list[tuple[str, str, str, int]]:
    with app.app_context():
        found = db.session.scalars(select(SentenceReport).order_by(SentenceReport.reason)).all()
        return [(each.language, each.sentence, each.reason, each.count) for each in found]


def one(tag: str, dutch: str) -> sentences.Sentence:
    return next(each for each in sentences.of_language(tag).values() if each.dutch == dutch)


def test_a_visitor_says_which_sentence_is_wrong(page: Page) -> None:
    app = page.client.application
    page.post("/taal-kiezen", {"language": "ar", "mode": "both"})
    page.visit("/woorden").follow("Klopt een zin niet?")
    # The sentences of the page one came from, without typing.
    assert "Deze woorden hoor je vaak. Dit betekenen ze." in page.text
    wrong = one("ar", "Moeilijke woorden")
    page.visit(page.links[next(text for text in page.links if wrong.said in text)])
    assert page.path == f"/taal/zin/{wrong.name}"
    for _twice in range(2):
        answer = page.post(page.path, {"reason": "hard"})
        assert answer.headers["Location"] == "/taal/zin/bedankt"
    assert rows(app) == [("ar", wrong.name, "hard", 1)]
    page.post(page.path, {"reason": "word"})
    assert rows(app) == [("ar", wrong.name, "hard", 1), ("ar", wrong.name, "word", 1)]
    # Somebody else, in another browser, says it too.
    assert Page(app.test_client()).post(page.path, {"reason": "hard"}).status_code == 303
    assert rows(app)[0] == ("ar", wrong.name, "hard", 2)


def test_a_few_words_find_a_sentence_and_go_nowhere(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    page.post("/taal-kiezen", {"language": "ti", "mode": "both"})
    page.visit("/taal/zin")
    typed = f"zzgeheim {WRONG.lower()}"
    answer = page.post("/taal/zin", {"said": typed})
    assert answer.status_code == 200
    shown = answer.get_data(as_text=True)
    assert f"/taal/zin/{one('ti', WRONG).name}" in shown
    assert shown.count('href="/taal/zin/') <= sentences.MOST_FOUND
    # In the form they stand once more, for whoever wants to try again; in no address.
    assert "zzgeheim" not in str(answer.headers) + caplog.text
    assert "zzgeheim" not in "".join(each for each in shown.split('"') if each.startswith("/"))
    assert rows(page.client.application) == []
    assert page.post("/taal/zin", {"said": ""}).status_code == 422
    assert page.post("/taal/zin", {"said": "x" * 201}).status_code == 422
    for strange in ("%", "' OR 1=1 --", "(((", "🦊", "و" * 200):
        assert page.post("/taal/zin", {"said": strange}).status_code in (200, 422)


def test_what_is_typed_after_the_end_of_a_session_is_kept_nowhere(amina: Actor) -> None:
    page, app = amina.page, amina.app
    page.post("/taal-kiezen", {"language": "ti", "mode": "both"})
    with app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(SignIn).values(ended_at=database_now(), ended_why="rest"))
        before = db.session.scalars(select(func.count(Draft.id))).one()
        db.session.commit()
    assert page.post("/taal/zin", {"said": "zzgeheim"}).status_code == 200
    page.send("/taal/zin", {"said": ["zzgeheim"], "csrf_token": ["fout"]})
    with app.app_context():
        assert db.session.scalars(select(func.count(Draft.id))).one() == before


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        (WRONG, "ti"),
        ("WIE KAN DIT", "tr"),
        ("kan  dit—zien", "fa"),
        (languages.translate("ti", WRONG), "ti"),
        (languages.translate("tr", WRONG).upper(), "tr"),
        (languages.translate("ar", WRONG)[:12], "ar"),
    ],
)
def test_a_sentence_is_found_in_either_language(typed: str, tag: str) -> None:
    found = sentences.find(tag, typed)
    assert 0 < len(found) <= sentences.MOST_FOUND
    assert WRONG in [each.dutch for each in found]


def test_what_is_filled_in_on_a_page_hinders_no_search() -> None:
    found = sentences.find("ar", "Amina ziet dan dit")
    assert "… ziet dan dit" in [each.dutch for each in found]
    assert sentences.find("ar", "zzxqj bbbqx") == []
    assert sentences.find("ar", "?!") == []
    assert sentences.find("nl", WRONG) == []


@pytest.mark.parametrize(
    "named", ["nietbestaand", "../../etc/passwd", "layout", "parts/page", "x/y", "help/page.html"]
)
def test_only_pages_of_ours_give_sentences(page: Page, named: str) -> None:
    page.post("/taal-kiezen", {"language": "ti", "mode": "both"})
    page.visit(f"/taal/zin?pagina={named}")
    assert bool([href for href in page.links.values() if href.startswith("/taal/zin/")]) is (
        named == "parts/page"
    )


def test_only_a_sentence_of_ours_and_a_reason_of_ours_are_counted(page: Page) -> None:
    app, name = page.client.application, one("ti", WRONG).name
    page.visit("/taal/zin")
    assert page.post("/taal/zin/0123456789abcdef", {"reason": "hard"}).status_code == 404
    assert page.post(f"/taal/zin/{name}", {"reason": "omdat ik het zeg"}).status_code == 400
    assert page.post(f"/taal/zin/{name}", {}).status_code == 400
    # Another site cannot say it in somebody's name.
    answer = app.test_client().post(f"/taal/zin/{name}", data={"reason": "hard"}, base_url=ORIGIN)
    assert answer.status_code == 400
    assert rows(app) == []


def test_saying_and_searching_are_limited(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    name = one("ti", WRONG).name
    for limit in ("sentence", "sentence_search"):
        monkeypatch.setitem(limits.LIMITS, limit, Limit(1, "network", limits.HOUR))
    page.visit("/taal/zin")
    assert page.post(f"/taal/zin/{name}", {"reason": "hard"}).status_code == 303
    assert page.post(f"/taal/zin/{name}", {"reason": "word"}).status_code == 429
    assert page.post("/taal/zin", {"said": "dit"}).status_code == 200
    assert page.post("/taal/zin", {"said": "dit"}).status_code == 429


def test_dutch_asks_for_a_language_first(page: Page) -> None:
    page.post("/taal-kiezen", {"language": "nl", "mode": "nl"})
    page.visit("/taal/zin")
    assert page.links["Kies je taal"] == "#taal"


def test_translators_read_what_was_said_until_it_is_changed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, other = one("ti", WRONG), one("ar", "Terug")
    with app.app_context():
        begin(db.session, writing=True)
        for reason in ("hard", "hard", "unkind"):
            note_wrong(db.session, wrong.name, "ti", reason)
        note_wrong(db.session, other.name, "ar", "word")
        note_wrong(db.session, "0123456789abcdef", "ti", "word")
        db.session.commit()
        said = called_wrong(db.session)
    lines = list(sentences.report(said, None))
    assert lines[:3] == ["ar  1 x a wrong word", "  nl  Terug", f"  ar  {other.said}"]
    assert lines[3:] == ["ti  2 x too hard, 1 x unkind", f"  nl  {WRONG}", f"  ti  {wrong.said}"]
    monkeypatch.setattr("portfolio.keeping.open_app", lambda _settings: app)
    monkeypatch.setattr("portfolio.keeping.settings_of", lambda _env: None)
    assert main(["sentences", "ti"]) == 0
    assert capsys.readouterr().out.splitlines() == lines[3:]
    assert main(["sentences", "tlh"]) == 2
    # Said otherwise, it is another sentence.
    changed = sentences._read("ti", WRONG, f"{wrong.said}!")
    assert changed.name != wrong.name


def test_what_was_said_goes_after_a_year(app: Flask) -> None:
    name = one("ti", WRONG).name
    with app.app_context():
        begin(db.session, writing=True)
        note_wrong(db.session, name, "ti", "hard")
        note_wrong(db.session, name, "ti", "word")
        old = db.session.scalars(
            select(SentenceReport).where(SentenceReport.reason == "hard")
        ).one()
        old.day = clock(db.session) - KEPT - timedelta(days=1)
        db.session.commit()
    assert sweep(app)["sentences"] == 1
    assert [row[2] for row in rows(app)] == ["word"]
