"""A new share: one question per screen, a second yes where it matters, seen before it counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models.access_log import AccessLog
from portfolio.models.base import begin
from portfolio.models.consent import AMSTERDAM, Consent, last_day, months_later
from portfolio.models.entry import Entry
from portfolio.models.organisation import end_membership
from tests.browser import Page
from tests.pages.sharing import answer, living, meet

if TYPE_CHECKING:
    from tests.people import Actor, Cast


def test_a_leefgebied_is_shared_step_by_step_and_seen_before(
    farid: Actor, carla: Actor, cast: Cast
) -> None:
    page = meet(farid, carla)
    assert not [node for node in page.tree.walk("input") if "checked" in node.attrs]
    page.choose("Werk").submit("Verder")
    answer(page, may="Ja, ook een reactie schrijven")
    assert "/bekijk" in page.path
    page.follow("Werk")
    assert cast.canaries["farids_work"] in page.text
    assert living(farid, carla) == []
    page.visit(page.path.replace("/bekijk/werk", "/bekijk")).follow("Verder")
    assert "Wil je dit delen?" in page.h1
    page.submit("Ja, deel dit")
    assert page.path == "/delen"
    assert "Carla" in page.text
    [row] = living(farid, carla)
    assert (row.leefgebied, row.purpose, row.may_comment) == ("werk", "gesprek", True)
    assert row.expires_at is not None
    assert last_day(row.expires_at) == months_later(datetime.now(AMSTERDAM).date(), 6)
    assert cast.canaries["farids_work"] in carla.page.visit(f"/mensen/{farid.map_id}/werk").text


def test_the_preview_is_what_the_other_sees_and_leaves_nothing_behind(
    amina: Actor, carla: Actor, cast: Cast
) -> None:
    page = meet(amina, carla)
    page.choose("Werk").submit("Verder")
    answer(page)
    draft = page.path.removesuffix("/bekijk")
    seen = page.visit(f"{draft}/bekijk/werk").text
    assert cast.canaries["work"] in seen
    assert cast.canaries["work_refused"] in seen
    assert cast.canaries["work_private"] not in page.html
    page.visit(f"{draft}/bekijk/stuk/{cast.entries['work']}")
    page.visit(f"{draft}/bekijk/taal", 404)
    page.visit(f"{draft}/bekijk/stuk/{cast.entries['language']}", 404)
    page.visit(f"{draft}/bekijk/stuk/{cast.entries['farids_work']}", 404)
    carla.page.visit(f"/mensen/{amina.map_id}/werk", 404)
    with amina.app.app_context():
        assert db.session.scalars(select(AccessLog)).all() == []


@pytest.mark.parametrize("leefgebied", ["gezondheid", "gezin"])
def test_a_sensitive_leefgebied_asks_a_second_yes(
    amina: Actor, carla: Actor, leefgebied: str
) -> None:
    """ASVS 2.3.1."""
    page = meet(amina, carla)
    draft = page.path.removesuffix("/wat")
    page.choose(leefgebied).submit("Verder")
    assert page.path == f"{draft}/zeker/{leefgebied}"
    for screen in ("bekijk", "klopt"):
        page.visit(f"{draft}/{screen}")
        assert page.path == f"{draft}/zeker/{leefgebied}"
    form = {"once": "k"}
    assert amina.page.post(f"{draft}/klopt", form).status_code == 303
    assert living(amina, carla) == []
    page.submit("Ja, ik wil dit ook delen")
    answer(page)
    page.follow("Verder").submit("Ja, deel dit")
    assert [row.leefgebied for row in living(amina, carla)] == [leefgebied]


def test_no_to_the_second_question_leaves_it_out(amina: Actor, carla: Actor) -> None:
    page = meet(amina, carla)
    page.choose("gezondheid").choose("taal").submit("Verder")
    page.submit("Nee, dit deel ik niet")
    answer(page)
    page.follow("Verder").submit("Ja, deel dit")
    assert [row.leefgebied for row in living(amina, carla)] == ["taal"]


def test_a_single_sensitive_thing_asks_a_second_yes_too(
    amina: Actor, carla: Actor, cast: Cast
) -> None:
    page = meet(amina, carla)
    draft = page.path.removesuffix("/wat")
    page.visit(f"{draft}/dingen").choose(cast.entries["health"]).submit("Verder")
    assert page.path == f"{draft}/zeker/{cast.entries['health']}"
    assert cast.canaries["health"] in page.text
    assert amina.page.post(f"{draft}/klopt", {"once": "k"}).status_code == 303
    assert living(amina, carla) == []


def test_a_thing_that_moved_into_health_asks_again_before_the_yes(
    amina: Actor, carla: Actor, cast: Cast
) -> None:
    page = meet(amina, carla)
    draft = page.path.removesuffix("/wat")
    page.visit(f"{draft}/dingen").choose(cast.entries["language"]).submit("Verder")
    answer(page)
    page.follow("Verder")
    with amina.app.app_context():
        begin(db.session, writing=True)
        row = db.session.get(Entry, cast.entries["language"])
        assert row is not None
        row.leefgebied = "gezin"
        db.session.commit()
    assert amina.page.post(f"{draft}/klopt", {"once": "k"}).status_code == 303
    assert living(amina, carla) == []


def test_private_and_others_things_cannot_be_chosen(amina: Actor, carla: Actor, cast: Cast) -> None:
    draft = meet(amina, carla).path.removesuffix("/wat")
    page = amina.page.visit(f"{draft}/dingen")
    for name in ("work_private", "work_deleted", "farids_work"):
        assert cast.entries[name] not in page.html
        form = {"stukken_lijst": [cast.entries[name]]}
        assert amina.page.post(f"{draft}/dingen", form).status_code == 422


def test_nothing_chosen_is_asked_again(amina: Actor, carla: Actor) -> None:
    page = meet(amina, carla)
    page.submit("Verder", status=422)
    assert "Kies iets om te delen." in page.text


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_is_over_or_too_far_is_asked_again(
    amina: Actor, carla: Actor, days: int
) -> None:
    page = meet(amina, carla)
    draft = page.path.removesuffix("/wat")
    page.choose("Werk").submit("Verder").choose("gesprek").submit("Verder")
    day = (datetime.now(AMSTERDAM).date() + timedelta(days=days)).isoformat()
    answered = amina.page.post(f"{draft}/tot-wanneer", {"period": "dag", "day": day})
    assert answered.status_code == 422
    assert day in answered.text
    day = datetime.now(AMSTERDAM).date().isoformat()
    form = {"period": "dag", "day": day}
    assert amina.page.post(f"{draft}/tot-wanneer", form).status_code == 303


def test_two_taps_on_yes_share_once(farid: Actor, carla: Actor) -> None:
    page = meet(farid, carla)
    draft = page.path.removesuffix("/wat")
    page.choose("Werk").submit("Verder")
    answer(page)
    page.follow("Verder")
    once = page.value("once")
    for _ in range(2):
        assert farid.page.post(f"{draft}/klopt", {"once": once}).status_code == 303
    with farid.app.app_context():
        assert (
            len(
                db.session.scalars(
                    select(Consent).where(Consent.portfolio_id == farid.map_id)
                ).all()
            )
            == 1
        )


def test_who_left_meanwhile_gets_nothing(farid: Actor, carla: Actor) -> None:
    page = meet(farid, carla)
    draft = page.path.removesuffix("/wat")
    page.choose("Werk").submit("Verder")
    answer(page)
    page.follow("Verder")
    with farid.app.app_context():
        begin(db.session, writing=True)
        end_membership(db.session, carla.seat_id)
        db.session.commit()
    page.submit("Ja, deel dit")
    assert "Deze persoon werkt daar niet meer" in page.text
    assert living(farid, carla) == []
    assert draft not in page.path


def test_anothers_draft_answers_404(farid: Actor, amina: Actor, carla: Actor) -> None:
    draft = meet(farid, carla).path.removesuffix("/wat")
    for screen in ("wat", "dingen", "waarvoor", "tot-wanneer", "mag", "bekijk", "klopt"):
        amina.page.visit(f"{draft}/{screen}", 404)
    assert amina.page.post(f"{draft}/klopt", {"once": "x"}).status_code == 404


def test_a_provider_sees_achievements_only_and_may_not_write(
    farid: Actor, dirk: Actor, cast: Cast
) -> None:
    page = meet(farid, dirk)
    assert page.path.endswith("/dingen")
    draft = page.path.removesuffix("/dingen")
    page.choose(cast.entries["farids_work"]).submit("Verder")
    amina_no = {"may": "ja"}
    farid.page.post(f"{draft}/mag", amina_no)
    page.choose("laten_zien").submit("Verder").submit("Verder")
    assert cast.canaries["farids_work"] in page.text
    page.follow("Verder").submit("Ja, deel dit")
    [row] = living(farid, dirk)
    assert row.may_comment is False
    assert cast.canaries["farids_work"] in dirk.page.visit(f"/prestaties/{farid.map_id}").text


def test_the_owner_looks_through_bass_eyes_now(amina: Actor, bas: Actor, cast: Cast) -> None:
    page = amina.page.visit("/delen").follow("Bekijk wat Bas ziet")
    assert "Zo ziet Bas het." in page.text
    page.follow("Werk")
    assert cast.canaries["work"] in page.text
    assert cast.canaries["work_refused"] not in page.html
    amina.page.visit(f"/delen/wie/{bas.seat_id}/bekijk/taal", 404)
    amina.page.visit(f"/delen/wie/{cast.carla.seat_id}/bekijk", 404)
    with amina.app.app_context():
        assert db.session.scalars(select(AccessLog)).all() == []


def test_two_open_pages_that_agree_at_once_share_once(farid: Actor, carla: Actor) -> None:
    page = meet(farid, carla)
    draft = page.path.removesuffix("/wat")
    page.choose("Werk").submit("Verder")
    answer(page)
    others = [Page(farid.browse()) for _ in range(4)]

    def agree(number: int) -> int:
        return others[number].post(f"{draft}/klopt", {"once": f"tab-{number}"}).status_code

    with ThreadPoolExecutor(len(others)) as pool:
        assert set(pool.map(agree, range(len(others)))) == {303}
    assert len(living(farid, carla)) == 1
