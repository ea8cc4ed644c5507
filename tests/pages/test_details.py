"""What a kind asks besides: exactly that, kept as it was typed, seen by whoever sees the thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio.data import ANSWERS, DETAILS, GRADES, KIND_GROUPS, KINDS, PARTS, sayings
from portfolio.details import asked_of, places_of
from portfolio.extensions import db
from portfolio.models import Entry
from portfolio.models.base import begin
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.browser import Page
    from tests.people import Actor, Cast

# The evidence kinds of people and organisations in the field, each of which has one place.
EVIDENCE = [
    "examen_uitslag",
    "diploma_inburgering",
    "certificaat_z",
    "participatieverklaring",
    "map_bewijs",
    "knm_uitslag",
    "taalcertificaat",
    "presentie",
    "praktijkverklaring",
    "mbo_certificaat",
    "mbo_diploma",
    "diplomawaardering",
    "diploma_buitenland",
    "evc",
    "eqpr",
    "edubadge",
    "werkgeversverklaring",
    "vrijwilligersverklaring",
    "stageverklaring",
    "cursusbewijs",
    "vog",
    "taalmaatje_verklaring",
    "ambassadeur_verklaring",
    "eigen_werk",
]
EXAM = {"detail_examen_lezen": "a2_gehaald", "detail_examen_spreken": "b1_nog_niet"}
HOSTILE = "<script>alert(1)</script>\"'{{ 7 * 7 }}"


def begun(actor: Actor, kind: str, leefgebied: str = "werk", first: str = "") -> str:
    """Begin one thing of a kind; gives the address of its draft."""
    answer = actor.page.post("/toevoegen", {"leefgebied": leefgebied, "eerst": first})
    draft = answer.headers["Location"].rpartition("/")[0]
    assert actor.page.post(f"{draft}/soort", {"kind": kind}).status_code == 303
    return draft


def filled(kind: str) -> dict[str, str]:
    """Answer everything that a kind asks, each in a word of its own."""
    return {
        f"detail_{place}": detail.answers[0] if detail.answers else f"Woord {place}"
        for detail in asked_of(kind)
        for place, _part in places_of(detail)
    }


def done(actor: Actor, draft: str) -> Page:
    """Keep what was written; gives its page."""
    return actor.page.visit(f"{draft}/klaar").submit("Bewaar")


def grade_of(app: Flask, page: Page) -> str:
    with app.app_context():
        begin(db.session, writing=False)
        return db.session.get_one(Entry, page.path.rsplit("/", 1)[1]).grade


def test_every_evidence_kind_has_one_place() -> None:
    covered = [key for row in KINDS.values() for key in row.covers]
    assert sorted(covered) == sorted(EVIDENCE)


def test_what_a_kind_asks_is_there_to_be_asked() -> None:
    for row in KINDS.values():
        assert row.group in KIND_GROUPS
        assert bool(row.asks) == bool(row.question)
        assert not (row.without_paper and (row.official or not row.explanation))
    asked = {key for row in KINDS.values() for key in row.asks}
    assert asked == set(DETAILS)
    assert {key for row in DETAILS.values() for key in row.answers} == set(ANSWERS)
    assert {key for row in DETAILS.values() for key in row.parts} == set(PARTS)
    assert {"details.toml", "kinds.toml"} <= {file for file, text in sayings() if text}


def test_every_kind_is_a_choice_with_a_picture_under_a_heading(amina: Actor) -> None:
    page = amina.page.visit("/map/werk").submit("Voeg iets toe")
    assert [n["value"] for n in page.tree.walk("input") if n["name"] == "kind"] == list(KINDS)
    asked = page.tree.first("fieldset")
    assert asked
    assert [n.text for n in asked.walk("h2")] == [group.label for group in KIND_GROUPS.values()]
    pictures = asked.walk("use")
    assert [n["href"].rpartition("#")[2] for n in pictures] == [k.icon for k in KINDS.values()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_asks_exactly_what_it_needs(amina: Actor, kind: str) -> None:
    draft = begun(amina, kind)
    if not KINDS[kind].asks:
        assert amina.page.get(f"{draft}/gegevens").status_code == 404
        return
    page = amina.page.visit(f"{draft}/gegevens")
    assert page.h1 == KINDS[kind].question
    controls = [*page.tree.walk("input"), *page.tree.walk("textarea"), *page.tree.walk("select")]
    shown = {node["name"] for node in controls if node.get("name", "").startswith("detail_")}
    assert shown == set(filled(kind))
    page.submit("Sla over")
    assert page.path.endswith("/titel")


@pytest.mark.parametrize("kind", [key for key, row in KINDS.items() if row.asks])
def test_what_is_answered_is_kept_and_shown(amina: Actor, bas: Actor, kind: str) -> None:
    draft, said = begun(amina, kind), filled(kind)
    assert amina.page.post(f"{draft}/gegevens", said).status_code == 303
    page = amina.page.visit(f"{draft}/gegevens")
    texts = {name: value for name, value in said.items() if value.startswith("Woord")}
    assert {name: page.value(name).strip() for name in texts} == texts
    page = done(amina, draft)
    there = bas.page.visit(f"/mensen/{amina.map_id}/stuk/{page.path.rsplit('/', 1)[1]}")
    for seen in (page, there):
        for detail in asked_of(kind):
            assert detail.label in seen.text
            if detail.answers:
                assert ANSWERS[detail.answers[0]].label in seen.text
        for text in texts.values():
            assert f'dir="auto">{text}</span>' in seen.html


def test_what_is_skipped_is_empty_and_what_was_chosen_can_be_taken_back(amina: Actor) -> None:
    draft = begun(amina, "les", "taal")
    page = amina.page.visit(f"{draft}/gegevens").choose("b1").submit("Verder")
    page.visit(f"{draft}/gegevens").choose("Dat weet ik niet").fill("detail_les_waar", "De Brug")
    page.submit("Verder")
    page = done(amina, draft)
    assert "De Brug" in page.text
    assert DETAILS["les_niveau"].label not in page.text


def test_a_screen_that_asks_less_takes_nothing_away(amina: Actor) -> None:
    draft = begun(amina, "examen", "taal")
    amina.page.post(f"{draft}/gegevens", EXAM)
    amina.page.post(f"{draft}/gegevens", {"detail_knm_knm": "gehaald"})
    page = amina.page.visit(f"{draft}/klaar")
    for said in ("A2: gehaald", "B1: nog niet gehaald", "KNM"):
        assert said in page.text


def test_typing_is_kept_in_the_background_and_never_what_is_late(amina: Actor) -> None:
    where = f"{begun(amina, 'stage')}/gegevens"
    early = {"detail_waar": "De Zo", "detail_taken": "", "once": "een-pagina"}
    assert amina.page.post(f"{where}/bewaar", early).status_code == 204
    assert amina.page.visit(where).value("detail_waar") == "De Zo"
    amina.page.post(where, {**early, "detail_waar": "De Zon"})
    assert amina.page.post(f"{where}/bewaar", early).status_code == 409
    assert amina.page.visit(where).value("detail_waar") == "De Zon"


def test_every_task_is_a_line_of_its_own(amina: Actor) -> None:
    draft = begun(amina, "stage")
    amina.page.post(f"{draft}/gegevens", {"detail_taken": "Soep\r\n\r\n شوربة \r\nVegen"})
    page = done(amina, draft)
    lists = [[item.text for item in each.walk("li")] for each in page.tree.walk("ul")]
    assert ["Soep", "شوربة", "Vegen"] in lists


def test_what_cannot_be_chosen_is_left_out_and_the_rest_is_only_text(amina: Actor) -> None:
    draft = begun(amina, "examen", "taal")
    wrong = {"detail_examen_lezen": "c9_gehaald", "detail_knm_knm": HOSTILE, "detail_waar": "x"}
    assert amina.page.post(f"{draft}/gegevens", wrong).status_code == 303
    amina.page.post(f"{draft}/soort", {"kind": "certificaat"})
    long = HOSTILE + "a" * 500
    assert amina.page.post(f"{draft}/gegevens", {"detail_waarvan": long}).status_code == 303
    assert amina.page.visit(f"{draft}/gegevens").value("detail_waarvan") == long[:240]
    page = done(amina, draft)
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html
    assert "c9" not in page.text


def test_another_kind_asks_other_things_and_shows_no_others(amina: Actor, app: Flask) -> None:
    draft = begun(amina, "examen", "taal")
    amina.page.post(f"{draft}/gegevens", EXAM)
    amina.page.post(f"{draft}/soort", {"kind": "gedaan"})
    assert "A2" not in amina.page.visit(f"{draft}/klaar").text
    # Whoever chooses the first kind again finds it all there.
    amina.page.post(f"{draft}/soort", {"kind": "examen"})
    assert amina.page.visit(f"{draft}/gegevens").value("detail_examen_lezen") == "a2_gehaald"
    amina.page.post(f"{draft}/soort", {"kind": "gedaan"})
    amina.page.post(f"{draft}/titel", {"title_0": "Gedaan", "lang_0": "nl"})
    page = done(amina, draft)
    with app.app_context():
        assert db.session.get_one(Entry, page.path.rsplit("/", 1)[1]).details is None


def test_a_change_begins_with_what_was_answered(amina: Actor) -> None:
    draft = begun(amina, "examen", "taal")
    amina.page.post(f"{draft}/gegevens", EXAM)
    page = done(amina, draft).submit("Verander")
    changed = page.path.rpartition("/")[0]
    page.visit(f"{changed}/gegevens?naar=klaar")
    assert page.value("detail_examen_spreken") == "b1_nog_niet"
    page.fill("detail_examen_spreken", "b1_gehaald").submit("Verder")
    assert page.path.endswith("/klaar")
    page.submit("Bewaar")
    assert "B1: gehaald" in page.text
    assert "nog niet gehaald" not in page.text


def test_nobody_else_sees_what_was_answered(amina: Actor, cast: Cast) -> None:
    draft = begun(amina, "betaald_werk", "taal")
    amina.page.post(f"{draft}/gegevens", {"detail_waar": "Restaurant Kanarie"})
    entry_id = done(amina, draft).path.rsplit("/", 1)[1]
    for name in ("bas", "carla", "dirk", "eva", "farid"):
        page = cast.everybody()[name].page
        for path in (
            f"/mensen/{amina.map_id}/stuk/{entry_id}",
            f"/map/stuk/{entry_id}",
            f"{draft}/gegevens",
        ):
            answer = page.get(path)
            assert answer.status_code == 404
            assert "Kanarie" not in answer.get_data(as_text=True)


def test_a_short_way_asks_it_too(amina: Actor) -> None:
    draft = begun(amina, "praktijkverklaring", first="papier")
    page = amina.page.visit(f"{draft}/soort").submit("Verder")
    assert page.h1 == KINDS["praktijkverklaring"].question
    page.submit("Verder")
    assert page.path.endswith("/klaar")


class TestVog:
    """Of this paper only the date is shown: the paper is neither asked for nor kept."""

    def test_no_paper_is_asked_for(self, amina: Actor) -> None:
        draft = begun(amina, "vog")
        page = amina.page.visit(f"{draft}/gegevens")
        assert KINDS["vog"].explanation in page.text
        asked = []
        while not page.path.endswith("/klaar"):
            asked.append(page.path.rpartition("/")[2])
            page.submit("Sla over")
        assert asked == ["gegevens", "titel", "verhaal", "wanneer"]
        assert "/foto" not in page.html
        assert "/papier" not in page.html

    def test_a_paper_that_is_there_already_has_to_go(self, amina: Actor, app: Flask) -> None:
        draft = begun(amina, "papier")
        amina.page.post(f"{draft}/foto", {"foto": (factories.picture(), "a.jpg")})
        amina.page.post(f"{draft}/gegevens", {"detail_soort_papier": "Brief"})
        amina.page.post(f"{draft}/soort", {"kind": "vog"})
        amina.page.post(f"{draft}/gegevens", {"detail_voor_werk": "Oppassen"})
        page = amina.page.visit(f"{draft}/klaar").submit("Bewaar", status=422)
        assert "Bewaar de VOG zelf niet hier." in page.text
        photo = next(n["src"] for n in page.tree.walk("img") if "/foto/" in n["src"]).split("/")[2]
        amina.page.post(f"{draft}/foto", {"weg": photo})
        page = done(amina, draft)
        assert "Oppassen" in page.text
        assert grade_of(app, page) == "zelf"


class TestGrades:
    """Nobody picks a grade: it follows from what is there."""

    def test_a_paper_that_hangs_there_makes_it_a_paper(self, amina: Actor, app: Flask) -> None:
        draft = begun(amina, "diploma")
        picked = {"grade": "papier", "detail_richting": "Bakker", "detail_grade": "bekeken"}
        amina.page.post(f"{draft}/gegevens", picked)
        amina.page.post(f"{draft}/soort", {"kind": "diploma", "grade": "papier"})
        answer = amina.page.post(f"{draft}/klaar", {"grade": "papier"})
        page = amina.page.visit(answer.headers["Location"])
        assert grade_of(app, page) == "zelf"
        with_photo = self.change(page, lambda draft: self.add_photo(amina, draft))
        assert grade_of(app, with_photo) == "papier"
        assert GRADES["papier"].label in with_photo.text
        other = self.change(page, lambda d: amina.page.post(f"{d}/soort", {"kind": "gedaan"}))
        assert grade_of(app, other) == "zelf"

    def change(self, page: Page, act: object) -> Page:
        """Change an entry in one way."""
        page.submit("Verander")
        draft = page.path.rpartition("/")[0]
        assert callable(act)
        act(draft)
        return page.visit(f"{draft}/klaar").submit("Bewaar")

    def add_photo(self, amina: Actor, draft: str) -> None:
        answer = amina.page.post(f"{draft}/foto", {"foto": (factories.picture(), "a.jpg")})
        assert answer.status_code == 303

    def test_the_four_are_told_apart_and_explained_once(self, amina: Actor, bas: Actor) -> None:
        assert list(GRADES) == ["zelf", "bevestigd", "papier", "bekeken"]
        assert len({row.icon for row in GRADES.values()}) == len(GRADES)
        for page in (
            bas.page.visit(f"/mensen/{amina.map_id}/werk"),
            amina.page.visit(f"/map/stuk/{amina.facts.entries['work']}"),
        ):
            edges = [n["class"] for n in page.tree.walk("span") if "badge" in n.get("class", "")]
            assert len(set(edges)) == len(GRADES)
            for row in GRADES.values():
                assert page.text.count(row.explanation) == 1
