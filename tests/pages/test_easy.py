"""Is dit makkelijk?: who may ask, what comes back, and beside which fields it stands."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from portfolio.extensions import db
from tests import talks
from tests.pages.test_talk import make, of_bas, share

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Cast

HARD = "U wordt derhalve verzocht te komen. Canarietekst <b>vet</b>."
EASY = "Kom je maandag ook?"


def counted(app: Flask) -> dict[str, int]:
    """Count the rows of every table."""
    with app.app_context():
        tables = inspect(db.engine).get_table_names()
        return {
            table: db.session.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608 -- names of our own tables
            for table in tables
        }


def test_whoever_writes_to_a_newcomer_may_ask_and_a_newcomer_is_never_weighed(cast: Cast) -> None:
    for actor in (cast.bas, cast.dirk, cast.eva):
        answer = actor.page.post("/makkelijk", {"text": HARD})
        assert answer.status_code == 200
        assert "derhalve" in answer.text
        assert "daarom" in answer.text
        assert "Wij bewaren je tekst niet." in answer.text
    assert cast.amina.page.get("/makkelijk").status_code == 404
    assert cast.amina.page.post("/makkelijk", {"text": HARD}).status_code == 404
    assert (
        "Is dit makkelijk?" not in cast.amina.page.visit(f"/map/stuk/{cast.entries['work']}").html
    )


def test_a_text_is_looked_at_and_kept_nowhere(cast: Cast) -> None:
    cast.bas.page.visit("/makkelijk")
    before = counted(cast.bas.app)
    answer = cast.bas.page.post("/makkelijk", {"text": HARD, "once": "a"})
    assert "&lt;b&gt;vet" in answer.text
    assert "<b>vet" not in answer.text
    assert counted(cast.bas.app) == before


def test_what_is_easy_is_said_to_be_and_what_is_no_dutch_is_not_weighed(cast: Cast) -> None:
    page = cast.bas.page.visit("/makkelijk").fill("text", EASY).submit("Kijk")
    assert "Dit is makkelijk te lezen." in page.text
    assert EASY in page.text
    answer = cast.bas.page.post("/makkelijk", {"what": HARD, "kijk": "what", "lang": "ar"})
    assert "Wij kijken alleen naar Nederlands." in answer.text
    assert "daarom" not in answer.text


def test_wrong_and_huge_texts_are_answered_and_quickly(cast: Cast) -> None:
    for form in ({"text": ""}, {"text": "a" * 8001}, {"kijk": "niets"}, {"kijk": "csrf"}):
        assert cast.bas.page.post("/makkelijk", form).status_code == 422
    begun = time.monotonic()
    for word in ("niet ", "zowel ", "geen, ", "x. ", "wordt", "aanvraagindienen"):
        said = (word * 8000)[:8000].strip()
        assert cast.bas.page.post("/makkelijk", {"text": said}).status_code == 200
    # Six of the worst texts: a minute would mean that somebody can keep the server busy.
    assert time.monotonic() - begun < 60


def test_hints_stand_beside_what_a_coach_writes_and_never_stop_it(cast: Cast) -> None:
    share(cast, "bas", "talks")
    talk = make(cast, when=talks.A_WEEK_AGO)
    pages = {
        f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}": "text",
        f"/mensen/{cast.amina.map_id}/werk": "text",
        of_bas(cast, talk): "what",
        of_bas(cast, talk, "/verslag"): "text",
        f"/mensen/{cast.amina.map_id}/gesprekken/nieuw": "place beside",
    }
    for path, names in pages.items():
        page = cast.bas.page.visit(path)
        assert f'name="kijk" value="{names}" formaction="/makkelijk"' in page.html, path
        assert "js/easy" in page.html
    for path in (f"/gesprekken/{talk}", f"/gesprekken/{talk}/verslag", "/gesprekken/nieuw"):
        assert "makkelijk?" not in cast.amina.page.visit(path).html, path
    deed = {"what": HARD, "who": "coach", "lang": "nl", "once": "a"}
    looked = cast.bas.page.post("/makkelijk", {**deed, "kijk": "what"})
    assert "daarom" in looked.text
    assert cast.bas.page.post(of_bas(cast, talk, "/afspraken"), deed).status_code == 303
    assert "Canarietekst" in cast.bas.page.visit(of_bas(cast, talk)).text
    entry = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}/reactie"
    assert cast.bas.page.post(entry, {"text": HARD, "once": "b"}).status_code == 303
