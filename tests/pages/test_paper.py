"""Papers: a PDF, or photographed pages that become one; what waits, what is wrong, what is busy."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from portfolio.extensions import db, media_store
from portfolio.media.intake import BusyError
from portfolio.models import Attachment, Entry, Upload
from portfolio.models.filing import MOST
from tests import factories
from tests.pages.test_upload import names_known, new_draft

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor


def papers_of(app: Flask, draft: str) -> list[tuple[int | None, str]]:
    with app.app_context():
        here = Attachment.draft_id == draft.rpartition("/")[2]
        rows = db.session.query(Attachment).filter(here, Attachment.kind == "paper")
        return [(row.pages, row.id) for row in rows.order_by(Attachment.number)]


def test_a_pdf_is_kept_with_its_first_page(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier")
    page.attach("papier", factories.pdf(3), "brief.pdf").submit("Verder")
    [(pages, paper)] = papers_of(app, draft)
    assert pages == 3
    assert page.visit(f"{draft}/papier").html.count(f"/foto/{paper}/klein") == 1
    answer = amina.page.get(f"/papier/{paper}")
    with pikepdf.open(io.BytesIO(answer.data)) as kept:
        assert len(kept.pages) == 3


def test_photographed_pages_become_one_paper(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier")
    for colour in ("white", "ivory"):
        page.attach("blad_camera", factories.picture(colour)).submit("Nog een bladzijde")
    assert "Er zijn 2 bladzijden" in page.text
    for number in (1, 2):
        assert amina.page.get(f"{draft}/blad/{number}").mimetype == "image/jpeg"
    assert papers_of(app, draft) == []
    page.submit("Verder")
    [(pages, _paper)] = papers_of(app, draft)
    assert pages == 2
    there, known = names_known(app)
    assert there == known, "the loose pages are gone"


def test_the_last_page_can_be_taken_away(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier")
    for _ in range(2):
        page.attach("blad_camera", factories.picture()).submit("Nog een bladzijde")
    page.submit("Haal de laatste bladzijde weg")
    assert "Er is 1 bladzijde" in page.text
    assert amina.page.get(f"{draft}/blad/2").status_code == 404
    there, known = names_known(app)
    assert there == known


def test_nobody_else_sees_a_page_that_waits(amina: Actor, farid: Actor, bas: Actor) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier")
    page.attach("blad_camera", factories.picture()).submit("Nog een bladzijde")
    for other in (farid, bas):
        assert other.page.get(f"{draft}/blad/1").status_code == 404
        assert other.page.get(f"{draft}/papier").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 and nothing more", "Dit papier is stuk."),
        (b"", "leeg"),
        (b"GIF89a" + bytes(100), "Kies een foto van je telefoon"),
    ],
)
def test_what_is_no_paper_is_refused_with_a_sentence(
    app: Flask, amina: Actor, content: bytes, said: str
) -> None:
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier").attach("papier", content, "x.pdf")
    page.submit("Verder", status=422)
    assert said in page.text
    assert papers_of(app, draft) == []


def test_a_paper_that_must_wait_is_not_sent_again(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_content: object) -> None:
        raise BusyError

    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier").attach("papier", factories.pdf(), "brief.pdf")
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["portfolio.intake"], "paper", busy)
        page.submit("Verder", status=503)
    assert papers_of(app, draft) == []
    page.submit("Verder")
    assert len(papers_of(app, draft)) == 1


def test_pages_that_must_wait_are_there_once(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without script the last page comes along with Verder, and then the paper is busy."""

    def busy(_content: object) -> None:
        raise BusyError

    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier")
    page.attach("blad_camera", factories.picture("white")).submit("Nog een bladzijde")
    page.attach("blad_camera", factories.picture("ivory"))
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["portfolio.intake"], "paper", busy)
        page.submit("Verder", status=503)
    assert "Het is nu heel druk." in page.text
    assert "Er zijn 2 bladzijden" in page.text
    page.submit("Verder")
    assert [pages for pages, _paper in papers_of(app, draft)] == [2]


def test_a_page_sent_twice_counts_once_and_skipping_takes_nothing(app: Flask, amina: Actor) -> None:
    draft = new_draft(amina)
    for _ in range(2):
        form = {"blad_camera": (factories.picture(), "a.jpg"), "once": "een-keer", "more": "1"}
        amina.page.post(f"{draft}/papier", form)
    assert "Er is 1 bladzijde" in amina.page.visit(f"{draft}/papier").text
    amina.page.post(f"{draft}/papier", {"papier": (factories.pdf(), "a.pdf"), "skip": "1"})
    assert papers_of(app, draft) == []


def test_there_is_an_end_to_the_papers_of_one_thing(
    app: Flask, amina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST, "paper", 1)
    draft = new_draft(amina)
    page = amina.page.visit(f"{draft}/papier").attach("papier", factories.pdf(), "a.pdf")
    page.submit("Verder")
    page.visit(f"{draft}/papier").attach("papier", factories.pdf(), "b.pdf")
    page.submit("Verder", status=422)
    assert "Er staan al 10 papieren bij." in page.text
    there, known = names_known(app)
    assert there == known


def test_a_form_sent_twice_keeps_one_paper(app: Flask, amina: Actor) -> None:
    draft, paper = new_draft(amina), factories.pdf()
    for _ in range(2):
        form = {"papier": (paper, "a.pdf"), "once": "een-keer"}
        amina.page.post(f"{draft}/papier", form)
    assert len(papers_of(app, draft)) == 1


def test_an_official_kind_counts_as_a_paper_once_the_paper_is_there(
    app: Flask, amina: Actor
) -> None:
    draft = new_draft(amina)
    amina.page.post(f"{draft}/soort", {"kind": "certificaat"})
    amina.page.post(f"{draft}/titel", {"title_0": "Veilig werken", "lang_0": "nl"})
    amina.page.post(f"{draft}/klaar")
    entry_id = draft.rpartition("/")[2]
    with app.app_context():
        row = db.session.query(Entry).order_by(Entry.created_at.desc()).first()
        assert row is not None
        assert row.grade == "zelf"
        entry_id = row.id
    place = amina.page.post(f"/map/stuk/{entry_id}/verander").headers["Location"]
    change = place.rpartition("/")[0]
    amina.page.post(f"{change}/papier", {"papier": (factories.pdf(), "a.pdf")})
    amina.page.post(f"{change}/klaar", {"sight": "", "grade": "bevestigd"})
    with app.app_context():
        assert db.session.get_one(Entry, entry_id).grade == "papier"
        assert db.session.query(Upload).count() == 0
        assert set(media_store().names())
