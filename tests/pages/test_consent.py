"""The page of all shares, whose code this is, and who can see one thing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from portfolio.extensions import db
from portfolio.models.base import begin
from portfolio.models.consent import end_of_day, last_day, months_later
from tests import factories, people
from tests.pages.sharing import public_id

if TYPE_CHECKING:
    from tests.people import Actor, Cast


def test_a_wrong_code_is_said_kindly_and_guessing_ends(amina: Actor) -> None:
    page = amina.page.visit("/delen/nieuw")
    for _ in range(20):
        page.fill("code", "AAAA-AAAA").submit(status=422)
    assert "Wij kennen deze code niet" in page.text
    assert page.value("code") == "AAAA-AAAA"
    page.submit(status=429)


def test_an_unknown_address_answers_404_and_a_member_meets_nobody(amina: Actor, bas: Actor) -> None:
    amina.page.visit("/delen/met/bestaatniet", 404)
    bas.page.visit(f"/delen/met/{public_id(bas)}", 404)


def test_one_tap_ends_one_share_at_once(amina: Actor, bas: Actor, cast: Cast) -> None:
    page = amina.page.visit("/delen")
    assert "Je hoeft dit niet te delen. Het heeft geen gevolgen." in page.text
    assert f"/delen/{cast.facts.consents['bas']}/stop" in page.html
    assert amina.page.post(f"/delen/{cast.facts.consents['bas']}/stop").status_code == 303
    bas.page.visit(f"/mensen/{amina.map_id}/werk", 404)
    assert "Wat is gestopt" in amina.page.visit("/delen").text


def test_one_tap_ends_all_and_a_second_tap_changes_nothing(amina: Actor, bas: Actor) -> None:
    amina.page.visit("/delen").submit("Stop alles voor Bas")
    bas.page.visit(f"/mensen/{amina.map_id}", 404)
    assert amina.page.post(f"/delen/wie/{bas.seat_id}/stop").status_code == 303


def test_nobody_stops_anothers_share(farid: Actor, bas: Actor, cast: Cast) -> None:
    consent = cast.facts.consents["bas"]
    assert farid.page.post(f"/delen/{consent}/stop").status_code == 404
    assert farid.page.post(f"/delen/wie/{bas.seat_id}/stop").status_code == 404
    assert bas.page.post(f"/delen/{consent}/stop").status_code == 404
    assert "Amina" in bas.page.visit("/mensen").text


def test_who_can_see_this_names_the_member_and_why(amina: Actor, cast: Cast) -> None:
    page = amina.page.visit(f"/map/stuk/{cast.entries['work']}/wie")
    assert "Bas" in page.text
    assert "Je deelt het hele onderwerp Werk" in page.text
    assert "Carla" not in page.text
    page.visit(f"/map/stuk/{cast.entries['work_private']}/wie")
    assert "alleen voor jou" in page.text
    page.visit(f"/map/stuk/{cast.entries['health']}/wie")
    assert "Niemand anders kan dit zien" in page.text
    page.visit(f"/map/stuk/{cast.entries['farids_work']}/wie", 404)


def test_a_thing_is_kept_from_one_member_and_given_back(
    amina: Actor, bas: Actor, cast: Cast
) -> None:
    thing = f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}"
    bas.page.visit(thing)
    page = amina.page.visit(f"/map/stuk/{cast.entries['work']}/wie").submit("Niet voor Bas")
    bas.page.visit(thing, 404)
    assert cast.canaries["work"] not in bas.page.visit(f"/mensen/{amina.map_id}/werk").html
    assert bas.page.get(f"/foto/{cast.photos['work']}/klein").status_code == 404
    page.submit("Laat dit weer zien")
    assert page.path.endswith("/wie")
    bas.page.visit(thing)


def test_a_single_thing_can_be_stopped_while_the_leefgebied_stays(
    amina: Actor, bas: Actor, cast: Cast
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(
            amina.map_id, bas.seat_id, people.grantee("bas"), entry_id=cast.entries["language"]
        )
        db.session.commit()
    assert "Je deelt dit ene ding" in (
        amina.page.visit(f"/map/stuk/{cast.entries['language']}/wie").text
    )
    amina.page.submit("Niet voor Bas")
    bas.page.visit(f"/mensen/{amina.map_id}/stuk/{cast.entries['language']}", 404)
    bas.page.visit(f"/mensen/{amina.map_id}/werk")


def test_until_means_the_end_of_that_day_in_amsterdam() -> None:
    """ASVS 2.2.3."""
    assert end_of_day(date(2026, 1, 5)) == datetime(2026, 1, 5, 23, tzinfo=UTC)
    assert end_of_day(date(2026, 7, 5)) == datetime(2026, 7, 5, 22, tzinfo=UTC)
    # The days on which the clock changes have 23 and 25 hours.
    assert end_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert end_of_day(date(2026, 10, 25)) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)):
        assert last_day(end_of_day(day)) == day


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
        (date(2026, 11, 22), 6, date(2027, 5, 22)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day: date, months: int, then: date) -> None:
    assert months_later(day, months) == then
