"""The summary of a talk: by either, confirmed by both from their own sign-in, then closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from portfolio.extensions import db
from portfolio.models import Talk
from portfolio.models.base import begin
from tests import talks
from tests.pages.test_talk import make, of_bas, row_of, share

if TYPE_CHECKING:
    from tests.browser import Page
    from tests.people import Cast


@pytest.fixture
def held(cast: Cast) -> str:
    """Give a talk with Bas that took place a week ago."""
    share(cast, "bas", "talks")
    return make(cast, when=talks.A_WEEK_AGO)


def write(cast: Cast, talk: str, text: str, version: int, once: str) -> int:
    form = {"text": text, "lang": "nl", "version": str(version), "once": once}
    return cast.bas.page.post(of_bas(cast, talk, "/verslag"), form).status_code


def test_both_say_yes_and_then_nothing_changes(cast: Cast, held: str) -> None:
    page = cast.bas.page.visit(of_bas(cast, held)).follow("Schrijf het verslag")
    page.fill("text", "Wij spraken over werk.").submit("Bewaar het verslag")
    page.submit("Ja, dit klopt")
    assert row_of(cast, held).state == "held"
    cast.amina.page.visit(f"/gesprekken/{held}").submit("Ja, dit klopt")
    row = row_of(cast, held)
    assert row.state == "agreed"
    assert write(cast, held, "Anders", row.summary_version, "x") == 422
    deed = {"what": "Nog iets", "who": "owner", "lang": "nl", "once": "y"}
    assert cast.amina.page.post(f"/gesprekken/{held}/afspraken", deed).status_code == 422
    for more in ("/afzeggen", "/verzetten"):
        assert cast.amina.page.post(f"/gesprekken/{held}{more}", deed).status_code == 422
    assert row_of(cast, held).summary == row.summary
    page = cast.amina.page.visit(f"/gesprekken/{held}")
    page.fill("Hoe zie jij het?", "Ik zie het anders.").submit("Bewaar")
    after = row_of(cast, held)
    assert (after.state, after.summary) == ("agreed", row.summary)
    assert "Ik zie het anders." in cast.bas.page.visit(of_bas(cast, held)).text


def test_a_yes_to_a_summary_that_changed_is_refused(cast: Cast, held: str) -> None:
    assert write(cast, held, "Eerste tekst", 0, "a") == 303
    page = cast.amina.page.visit(f"/gesprekken/{held}")
    assert write(cast, held, "Tweede tekst", 1, "b") == 303
    page.submit("Ja, dit klopt", 422)
    assert "net veranderd" in page.text
    assert "Tweede tekst" in page.text
    assert row_of(cast, held).owner_yes is None


def test_a_new_agreement_undoes_a_yes(cast: Cast, held: str) -> None:
    write(cast, held, "Tekst", 0, "a")
    cast.bas.page.visit(of_bas(cast, held)).submit("Ja, dit klopt")
    deed = {"what": "Nog iets", "who": "coach", "lang": "nl", "once": "y"}
    assert cast.amina.page.post(f"/gesprekken/{held}/afspraken", deed).status_code == 303
    cast.amina.page.visit(f"/gesprekken/{held}").submit("Ja, dit klopt")
    assert row_of(cast, held).state == "held"


def test_one_party_alone_never_agrees(cast: Cast, held: str) -> None:
    write(cast, held, "Tekst", 0, "a")
    for _ in range(3):
        answer = cast.bas.page.post(of_bas(cast, held, "/verslag/ja"), {"version": "1"})
        assert answer.status_code == 303
        assert (
            cast.bas.page.post(f"/gesprekken/{held}/verslag/ja", {"version": "1"}).status_code
            == 404
        )
    assert row_of(cast, held).state == "held"


def test_there_is_no_yes_before_a_summary_and_no_summary_before_the_talk(cast: Cast) -> None:
    share(cast, "bas", "talks")
    talk = make(cast)
    answer = cast.amina.page.post(f"/gesprekken/{talk}/verslag/ja", {"version": "0"})
    assert answer.status_code == 422
    assert "nog geen verslag" in answer.text
    assert write(cast, talk, "Te vroeg", 0, "a") == 422
    assert row_of(cast, talk).summary is None


def test_two_who_write_keep_both_texts(cast: Cast, held: str) -> None:
    write(cast, held, "Van Bas", 0, "a")
    form = {"text": "Van Amina", "lang": "nl", "version": "0", "once": "b"}
    answer = cast.amina.page.post(f"/gesprekken/{held}/verslag", form)
    assert answer.status_code == 422
    assert "Van Bas" in answer.text
    assert "Van Amina" in answer.text


def test_a_summary_of_great_length_is_refused_and_kept_on_the_page(cast: Cast, held: str) -> None:
    typed = {"text": "x" * 4001, "lang": "nl", "version": "0", "once": "a"}
    answer = cast.bas.page.post(of_bas(cast, held, "/verslag"), typed)
    assert answer.status_code == 422
    assert typed["text"] in answer.text
    assert row_of(cast, held).summary is None


def test_an_own_view_of_great_length_is_refused_and_kept_on_the_page(cast: Cast, held: str) -> None:
    typed = {"text": "x" * 4001, "lang": "ar", "once": "a"}
    answer = cast.amina.page.post(f"/gesprekken/{held}/mijn-kijk", typed)
    assert answer.status_code == 422
    assert f">{typed['text']}</textarea>" in answer.text
    assert row_of(cast, held).own_view is None


def test_a_summary_that_comes_before_the_day_is_kept_on_the_page(cast: Cast) -> None:
    share(cast, "bas", "talks")
    coming = make(cast)
    typed = {"text": "Al geschreven", "lang": "nl", "version": "0", "once": "a"}
    answer = cast.bas.page.post(of_bas(cast, coming, "/verslag"), typed)
    assert answer.status_code == 422
    assert "Al geschreven" in answer.text


def test_spaces_are_no_summary(cast: Cast, held: str) -> None:
    assert write(cast, held, "   ", 0, "a") == 422
    assert row_of(cast, held).summary is None


def test_an_own_view_that_another_window_changed_is_kept_beside_it(cast: Cast, held: str) -> None:
    path, version = f"/gesprekken/{held}/mijn-kijk", str(row_of(cast, held).version)
    sent = {"lang": "nl", "version": version}
    first = cast.amina.page.post(path, {**sent, "text": "De eerste kijk", "once": "a"})
    second = cast.amina.page.post(path, {**sent, "text": "De tweede kijk", "once": "b"})
    assert (first.status_code, second.status_code) == (303, 422)
    assert "De eerste kijk" in second.text
    assert "De tweede kijk" in second.text


def test_the_database_itself_refuses_an_agreement_of_one(cast: Cast, held: str) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        row = db.session.get_one(Talk, held)
        row.state, row.owner_yes, row.coach_yes, row.summary_version = "agreed", 1, 0, 1
        with pytest.raises(Exception, match="both_said_yes"):
            db.session.commit()
        db.session.rollback()


def test_both_at_the_same_moment_agree_once(cast: Cast, held: str) -> None:
    write(cast, held, "Tekst", 0, "a")
    amina, bas = cast.amina.page, cast.bas.page
    paths = {amina: f"/gesprekken/{held}/verslag/ja", bas: of_bas(cast, held, "/verslag/ja")}
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(page.post, path, {"version": "1"}) for page, path in paths.items()]
        assert [each.result().status_code for each in asked] == [303, 303]
    assert row_of(cast, held).state == "agreed"


def test_two_at_the_same_moment_write_one_summary(cast: Cast, held: str) -> None:
    amina, bas = cast.amina.page, cast.bas.page
    paths = {amina: f"/gesprekken/{held}/verslag", bas: of_bas(cast, held, "/verslag")}

    def send(page: Page) -> int:
        form = {"text": "Tekst", "lang": "nl", "version": "0", "once": "a"}
        return page.post(paths[page], form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, paths)) == [303, 422]
    assert row_of(cast, held).summary_version == 1
