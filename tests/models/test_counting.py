"""Counting days, months and the geometry of what is drawn: leap years, summer time, any number."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from portfolio.data import SCALE
from portfolio.data.plan import (
    BUILDING_BLOCKS,
    KNM_THEMES,
    LAW,
    MAP_THEMES,
    STATEMENTS,
    WELLBEING,
    WELLBEING_ANSWERS,
)
from portfolio.drawing import corners, share_of, treads
from portfolio.extensions import db
from portfolio.models import CanDo, Wellbeing
from portfolio.models.base import begin
from portfolio.models.can_do import (
    ALONE,
    HELPED,
    Judgement,
    growth,
    growths,
    judge,
    read_growths,
    read_judgements,
)
from portfolio.models.consent import months_later
from portfolio.models.counting import end_of_term
from portfolio.models.route import RoutePage, RouteSaid
from portfolio.models.wellbeing import read_webs, say_how
from tests import factories

if TYPE_CHECKING:
    from tests.people import Actor

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("first_pip", "end"),
    [
        (date(2026, 3, 1), date(2029, 3, 2)),
        # A leap day stands between, is the first day, or is the day before it.
        (date(2023, 6, 30), date(2026, 7, 1)),
        (date(2024, 2, 28), date(2027, 2, 28)),
        (date(2024, 2, 29), date(2027, 3, 1)),
        (date(2025, 2, 28), date(2028, 3, 1)),
        (date(2025, 12, 31), date(2029, 1, 1)),
        # The clock goes forward or back in the night after.
        (date(2026, 3, 28), date(2029, 3, 29)),
        (date(2026, 10, 24), date(2029, 10, 25)),
    ],
)
def test_the_term_is_counted_from_the_day_after(first_pip: date, end: date) -> None:
    assert end_of_term(first_pip) == end


@given(DAYS)
def test_the_term_is_that_of_the_law(first_pip: date) -> None:
    begin, end = first_pip + timedelta(days=1), end_of_term(first_pip)
    assert (end.year - begin.year) * 12 + end.month - begin.month == LAW["term"].number == 36
    assert LAW["term_start"].number == 1
    # The same day of the month, save on the leap day, which the third year after has not.
    assert end.day == begin.day or (begin.month, begin.day, end.day) == (2, 29, 28)
    assert 1095 <= (end - begin).days <= 1096


@given(DAYS, st.integers(0, 240))
def test_later_is_never_earlier_and_never_in_another_month(on: date, months: int) -> None:
    later = months_later(on, months)
    assert later >= on
    assert (later.year * 12 + later.month) - (on.year * 12 + on.month) == months
    assert later.day <= on.day


@given(DAYS, DAYS)
def test_a_later_letter_never_ends_sooner(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert end_of_term(first) <= end_of_term(second)


@pytest.mark.parametrize("act", ["", "wi2013", "vrijwillig"])
def test_no_end_is_counted_under_another_act(act: str) -> None:
    assert RouteSaid(act=act, first_pip=date(2026, 3, 1)).counted_end is None


def test_the_letter_counts_and_ours_only_asks() -> None:
    said = RouteSaid(act="wi2021", first_pip=date(2026, 3, 1), end=date(2029, 3, 2))
    assert not said.differs
    assert RouteSaid(act="wi2021", first_pip=date(2026, 3, 1), end=date(2030, 1, 1)).differs


@pytest.mark.parametrize(
    ("block", "hours"), [("pvt", 12), ("map", 40), ("lesuren", 600), ("knm", None)]
)
def test_each_block_takes_its_number_from_the_law(block: str, hours: int | None) -> None:
    row = BUILDING_BLOCKS[block]
    assert row.fact is not None
    goal = RouteSaid().goal(row)
    assert goal == (hours * 60 if hours else None)
    if hours:
        assert LAW[row.fact].number == hours


def test_subjects_are_as_many_as_the_law_says() -> None:
    assert len(MAP_THEMES) == LAW["map_themes"].number == 8
    assert len(KNM_THEMES) == LAW["knm_themes"].number == 8


def test_hours_of_the_z_route_are_those_of_the_letter_and_nobody_elses() -> None:
    lessons = BUILDING_BLOCKS["z_lessen"]
    assert RouteSaid().goal(lessons) is None
    assert RouteSaid(letter={"z_lessen": 90}).goal(lessons) == 90


@given(st.integers(0, 40 * 60 + 10))
def test_a_block_is_full_at_its_hours_and_not_a_minute_before(minutes: int) -> None:
    said = RouteSaid(themes={"map": list(MAP_THEMES)})
    page = RoutePage(said, 1, {"map": minutes})
    assert page.full(BUILDING_BLOCKS["map"]) == (minutes >= 40 * 60)
    assert not RoutePage(RouteSaid(), 1, {"map": minutes}).full(BUILDING_BLOCKS["map"])


@given(st.integers(0, 10**7), st.integers(0, 10**6))
def test_a_bar_is_never_wider_than_the_whole(part: int, whole: int) -> None:
    width = share_of(part, whole, 298)
    assert 0 <= width <= 298
    assert (width == 0) == (part == 0 or whole == 0)


@given(st.lists(st.integers(0, 20), max_size=8))
def test_a_staircase_stays_within_its_picture(counts: list[int]) -> None:
    drawn = treads(counts, 20, 300, 120)
    assert len(drawn) == len(counts)
    for x, y, wide, tall in drawn:
        assert 0 <= x <= x + wide <= 300
        assert y + tall == 120


def test_a_web_has_a_corner_for_each_side() -> None:
    assert corners([4, 0, 4, 0, 4, 0], 4, 100).split()[0] == "0.0,-100.0"
    assert len(corners([1] * 6, 4, 100).split()) == 6


@given(
    st.lists(st.tuples(st.sampled_from(["spreken.a1.1", "spreken.a1.2"]), st.sampled_from(
        ["willen", ALONE, HELPED])), max_size=12)
)  # fmt: skip
def test_growth_counts_each_statement_once(said: list[tuple[str, str]]) -> None:
    day = date(2026, 1, 1)
    judged = [Judgement(key, scale, day + timedelta(days=n)) for n, (key, scale) in enumerate(said)]
    points = growth(judged, "spreken")
    assert len(points) == len(said)
    last = dict(said)
    if points:
        assert points[-1].alone == list(last.values()).count(ALONE)
        assert points[-1].helped == list(last.values()).count(HELPED)
    assert not growth(judged, "lezen")


def test_days_are_days_in_amsterdam_in_summer_and_winter(amina: Actor) -> None:
    """Half past ten at night in UTC is the next day in summer and the same day in winter."""
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
    with amina.app.app_context():
        keys = factories.keys_for(amina.map_id)
        for at in late:
            begin(db.session, writing=True)
            judge(db.session, amina.map_id, keys, {}, {"lezen.a1.1": "zelf"})
            say_how(db.session, amina.map_id, keys, "dag", "goed")
            for table in (CanDo, Wellbeing):
                db.session.execute(update(table).where(table.at.not_in(late)).values(at=at))
            db.session.commit()
        said, felt = select(CanDo).order_by(CanDo.at), select(Wellbeing)
        judged = [each.on for each in read_judgements(db.session, said, keys)]
        webs = [each.on for each in read_webs(db.session, felt, keys)]
    assert judged == webs == [date(2026, 7, 2), date(2026, 12, 1)]


def test_the_last_days_are_told_without_opening_all_before_them(amina: Actor) -> None:
    """What is left sealed changes nothing that is told: the same as all of it, cut short."""
    choose = random.Random(4).choice  # noqa: S311  # no secret, and the same each time
    asked = list(STATEMENTS)[:12]
    first = datetime(2026, 1, 1, 12, tzinfo=UTC)
    with amina.app.app_context():
        keys = factories.keys_for(amina.map_id)
        for on in range(30):
            begin(db.session, writing=True)
            before = datetime.now(UTC) - timedelta(minutes=1)
            judge(db.session, amina.map_id, keys, {}, {choose(asked): choose(list(SCALE))})
            side, answer = choose(list(WELLBEING)[:4]), choose(list(WELLBEING_ANSWERS))
            say_how(db.session, amina.map_id, keys, side, answer)
            for table in (CanDo, Wellbeing):
                at = first + timedelta(days=on // 2)
                db.session.execute(update(table).where(table.at > before).values(at=at))
            db.session.commit()
        said, felt = select(CanDo), select(Wellbeing)
        whole = growths(read_judgements(db.session, said, keys))
        webs = read_webs(db.session, felt, keys)
        assert len(webs) == 15
        for most in (1, 2, 5, 40):
            last = {subject: points[-most:] for subject, points in whole.items()}
            assert read_growths(db.session, said, keys, most) == last
            assert read_webs(db.session, felt, keys, most) == webs[-most:]
