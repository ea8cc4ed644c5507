"""Mijn leerroute: copied from letters, counted kindly, changed by two at once, shown by name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.access import Action, visible
from portfolio.data.plan import BUILDING_BLOCKS
from portfolio.extensions import db
from portfolio.models import Counted, Entry, Route
from portfolio.models.base import begin
from portfolio.models.content import put_back, take_away
from portfolio.models.route import read_route
from tests import factories
from tests.browser import Page
from tests.people import grantee

if TYPE_CHECKING:
    from portfolio.models.route import RoutePage
    from tests.people import Actor, Cast

ASK = "/plan/leerroute/vraag"
DATES = ("started_day", "started_month", "started_year", "ended_day", "ended_month", "ended_year")
KEY = (f"key-{number}" for number in range(10_000))


def kept(owner: Actor) -> RoutePage:
    with owner.app.app_context():
        me, keep = owner.viewer(), Action.MAP_KEEP
        chosen, counted = visible(me, keep, Route), visible(me, keep, Counted)
        return read_route(db.session, chosen, counted, factories.keys_for(owner.map_id))


def say(owner: Actor, question: str, version: int | None = None, /, **typed: object) -> int:
    version = kept(owner).version if version is None else version
    form = {"once": next(KEY), "version": str(version), **typed}
    return owner.page.post(f"{ASK}/{question}", form).status_code


def dated(*parts: str) -> dict[str, str]:
    return dict(zip(DATES, parts, strict=True))


def count(owner: Actor, block: str, *entries: str, **more: object) -> int:
    version = str(kept(owner).version)
    form = {"once": next(KEY), "version": version, "entries_lijst": list(entries), **more}
    return owner.page.post(f"/plan/leerroute/{block}", form).status_code


def share(owner: Actor, member: Actor, part: str) -> None:
    with owner.app.app_context():
        begin(db.session, writing=True)
        factories.share(owner.map_id, member.seat_id, grantee(member.key), part=part)
        db.session.commit()


def test_every_question_may_be_skipped(amina: Actor) -> None:
    page = amina.page.visit("/plan/leerroute").follow("Vul in wat in je brief staat")
    for _ in range(5):
        page = page.follow("Sla over")
    assert page.path == "/plan/leerroute"
    assert kept(amina).version == 0


def test_what_the_letter_says_is_kept_and_shown(amina: Actor) -> None:
    page = amina.page.visit(f"{ASK}/wet").choose("De wet van 2021").submit("Bewaar")
    assert page.path == f"{ASK}/route"
    page = page.choose("B1-route").submit("Bewaar")
    assert page.path == f"{ASK}/brief"
    assert say(amina, "brief", **dated("1", "3", "2026", "2", "3", "2029")) == 303
    assert say(amina, "niveaus", lezen="b1", spreken="a2") == 303
    text = amina.page.visit("/plan/leerroute").text
    for told in ("De wet van 2021", "B1-route", "zondag 1 maart 2026", "vrijdag 2 maart 2029"):
        assert told in text
    assert "Klopt dit met je brief?" not in text


def test_another_end_than_ours_is_asked_about_and_kept(amina: Actor) -> None:
    assert say(amina, "wet", act="wi2021") == 303
    assert say(amina, "brief", **dated("1", "3", "2026", "5", "9", "2030")) == 303
    text = amina.page.visit("/plan/leerroute").text
    assert "Klopt dit met je brief?" in text
    assert "vrijdag 2 maart 2029" in text
    assert "donderdag 5 september 2030" in text
    for never in ("boete", "te laat", "verplicht", "dagen over"):
        assert never not in text.lower()


def test_an_end_before_the_beginning_is_said_and_both_stay(amina: Actor) -> None:
    typed = dated("1", "3", "2026", "28", "2", "2026")
    form = {"once": "k", "version": "0", **typed}
    answered = amina.page.post(f"{ASK}/brief", form)
    assert answered.status_code == 422
    assert "Het einde is voor het begin." in answered.text
    for value in ("1", "28", "2026"):
        assert f'value="{value}"' in answered.text
    assert kept(amina).version == 0


@pytest.mark.parametrize(
    "typed",
    [
        dated("30", "2", "2026", "", "", ""),
        dated("29", "2", "2027", "", "", ""),
        dated("", "3", "2026", "", "", ""),
        dated("", "", "2026", "", "", ""),
        dated("x" * 5000, "3", "2026", "", "", ""),
        dated("1", "3", "9999999", "", "", ""),
    ],
)
def test_what_is_no_whole_date_comes_back(amina: Actor, typed: dict[str, str]) -> None:
    assert say(amina, "brief", **typed) == 422


@pytest.mark.parametrize("hours", ["veel", "-1", "10000", "1e9", "1,234"])
def test_what_is_no_number_of_hours_comes_back(amina: Actor, hours: str) -> None:
    answered = amina.page.post(f"{ASK}/uren", {"once": "k", "version": "0", "z_lessen": hours})
    assert answered.status_code == 422
    assert f'value="{hours}"' in answered.text


def test_hours_are_shown_as_they_can_be_kept_again(amina: Actor) -> None:
    say(amina, "route", 0, route="z")
    assert say(amina, "uren", 1, z_lessen="1,58") == 303
    before = kept(amina).said
    page = amina.page.visit(f"{ASK}/uren").submit("Bewaar")
    assert page.path != f"{ASK}/uren"
    assert kept(amina).said == before


@pytest.mark.parametrize(("question", "field"), [("wet", "act"), ("route", "route")])
def test_an_answer_that_is_none_is_left_out(amina: Actor, question: str, field: str) -> None:
    assert say(amina, question, **{field: "<script>"}) == 303
    assert not getattr(kept(amina).said, field)


def test_two_who_edit_get_both_texts(amina: Actor) -> None:
    assert say(amina, "wet", 0, act="wi2013") == 303
    form = {"once": "late", "version": "0", "act": "vrijwillig"}
    answered = amina.page.post(f"{ASK}/wet", form)
    assert answered.status_code == 422
    assert "Er is net iets veranderd" in answered.text
    assert "De wet van 2013" in answered.text
    assert 'value="vrijwillig" checked' in answered.text
    assert kept(amina).said.act == "wi2013"
    # The screen that came back knows of the other, so saving it is a choice.
    form = {"once": "again", "version": "1", "act": "vrijwillig"}
    assert amina.page.post(f"{ASK}/wet", form).status_code == 303
    assert kept(amina).said.act == "vrijwillig"


def test_two_taps_count_once(amina: Actor) -> None:
    for _ in range(2):
        form = {"once": "same", "version": "0", "act": "wi2021"}
        assert amina.page.post(f"{ASK}/wet", form).status_code == 303
    assert kept(amina).version == 1


def test_hours_add_up_to_the_minute(amina: Actor, cast: Cast) -> None:
    names = ("work", "work_private", "language")
    ids = [cast.entries[name] for name in names]
    with amina.app.app_context():
        begin(db.session, writing=True)
        for entry_id, minutes in zip(ids, (1, 59, 61), strict=True):
            db.session.execute(update(Entry).where(Entry.id == entry_id).values(minutes=minutes))
        db.session.commit()
    assert count(amina, "map", *ids, *ids) == 303
    assert kept(amina).minutes == {"map": 121}
    # What one thing says counts for another block as well, and is taken off again.
    assert count(amina, "lesuren", ids[2]) == 303
    assert kept(amina).minutes == {"map": 121, "lesuren": 61}
    assert count(amina, "map", ids[0]) == 303
    assert kept(amina).minutes == {"map": 1, "lesuren": 61}
    text = amina.page.visit("/plan/leerroute/map").text
    assert "0,02 uur van 40 uur" in text


def test_a_thing_that_was_taken_away_does_not_count_until_it_is_back(
    amina: Actor, cast: Cast
) -> None:
    work = cast.entries["work"]
    assert count(amina, "map", work) == 303
    before = kept(amina).of("map")
    assert before > 0
    for change, minutes in ((take_away, 0), (put_back, before)):
        with amina.app.app_context():
            begin(db.session, writing=True)
            row = db.session.get_one(Entry, work)
            take_away(db.session, row) if change is take_away else put_back(row)
            db.session.commit()
        assert kept(amina).of("map") == minutes
        if change is take_away:
            assert count(amina, "map") == 303


def test_nobody_counts_a_thing_of_somebody_else(amina: Actor, farid: Actor, cast: Cast) -> None:
    assert count(amina, "map", cast.entries["farids_work"], "x" * 10_000, "") == 303
    assert kept(amina).of("map") == 0
    assert count(farid, "map", cast.entries["work"]) == 303
    assert kept(farid).of("map") == 0
    with amina.app.app_context():
        assert not db.session.scalars(select(Counted)).all()


def test_subjects_are_ticked_and_unknown_ones_left_out(amina: Actor) -> None:
    assert count(amina, "map", themes_lijst=["beroepen", "beeld", "niets"]) == 303
    assert kept(amina).said.themes == {"map": ["beroepen", "beeld"]}
    assert "2 van 8 onderwerpen" in amina.page.visit("/plan/leerroute/map").text


def test_a_late_screen_counts_nothing(amina: Actor, cast: Cast) -> None:
    assert say(amina, "wet", act="wi2021") == 303
    form = {"once": "k", "version": "0", "entries_lijst": cast.entries["work"]}
    answered = amina.page.post("/plan/leerroute/map", form)
    assert answered.status_code == 422
    assert f'value="{cast.entries["work"]}" checked' in answered.text
    assert kept(amina).of("map") == 0


@pytest.mark.parametrize("path", [f"{ASK}/anders", "/plan/leerroute/anders"])
def test_there_is_no_such_page(amina: Actor, path: str) -> None:
    amina.page.visit(path, 404)


def test_what_is_kept_is_unreadable_in_the_database(amina: Actor) -> None:
    assert say(amina, "wet", act="wi2013") == 303
    with amina.app.app_context():
        row = db.session.scalars(select(Route)).one()
        assert b"wi2013" not in row.said


def test_a_coach_sees_the_route_by_its_name_only(amina: Actor, bas: Actor, cast: Cast) -> None:
    address = f"/mensen/{amina.map_id}/plan"
    assert say(amina, "wet", act="wi2021") == 303
    private, work = cast.entries["work_private"], cast.entries["work"]
    assert count(amina, "map", private, work) == 303
    share(amina, bas, "levels")
    page = bas.page.visit(address)
    assert "Leerroute" not in page.text
    assert "De wet van 2021" not in page.text
    share(amina, bas, "route")
    page = bas.page.visit(address)
    assert "De wet van 2021" in page.text
    # Alleen voor mij holds for the hours too, and no thing is named.
    assert "2 uur van 40 uur" in page.text
    for name in ("work", "work_private", "language"):
        assert cast.canaries[name] not in page.text


def test_a_part_in_which_nothing_was_said_leaves_no_trace(amina: Actor, bas: Actor) -> None:
    for part in ("route", "levels", "wellbeing"):
        share(amina, bas, part)
    html = bas.page.visit(f"/mensen/{amina.map_id}/plan").html
    for word in ('id="route"', 'id="levels"', 'id="wellbeing"'):
        assert word not in html


def test_every_bar_stands_beside_its_figures(amina: Actor) -> None:
    page: Page = amina.page.visit("/plan/leerroute")
    assert page.html.count('class="drawn bar"') == 5
    assert "style=" not in page.html
    for block in BUILDING_BLOCKS.values():
        assert block.label in page.text
    assert "0 uur van 12 uur" in page.text
    assert "0 uur van 600 uur" in page.text


def test_two_at_once_make_one_route_and_one_is_asked(amina: Actor) -> None:
    pages = [Page(amina.browse()) for _ in range(4)]

    def post(number: int) -> int:
        form = {"once": f"at-once-{number}", "version": "0", "act": "wi2021"}
        return pages[number].post(f"{ASK}/wet", form).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(post, range(4)))
    assert answers == [303, 422, 422, 422]
    assert kept(amina).version == 1


def test_the_letter_itself_goes_into_the_map_as_a_paper(amina: Actor) -> None:
    page = amina.page.visit("/plan/leerroute").submit("Bewaar je brief in je map")
    assert page.path.endswith("/papier")
