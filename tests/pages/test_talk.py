"""Talks: planned by either, seen by the two at the table only, confirmed by both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.agenda import folded
from portfolio.extensions import db, keyring
from portfolio.forms.talk import day_of, moment_of, time_of
from portfolio.languages import AMSTERDAM
from portfolio.models import AccessLog, Agreement, Person, Talk
from portfolio.models.base import begin
from portfolio.models.consent import Consent, Grantee, withdraw
from portfolio.models.organisation import join
from portfolio.models.talk import COACH, OWNER, next_day
from tests import factories, talks
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Cast

TOMORROW = (datetime.now(AMSTERDAM) + timedelta(days=1)).date()
WHEN = {"kind": "progress", "day": TOMORROW.isoformat(), "time": "14.30", "lang": "nl"}


@pytest.fixture
def shared(cast: Cast) -> Cast:
    """Let Amina share talks with Bas, and let him write there."""
    share(cast, "bas", "talks")
    return cast


def share(cast: Cast, who: str, part: str, *, may: bool = True) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        seat = cast.facts.seats[who]
        factories.share(cast.amina.map_id, seat, grantee(who), part=part, may_comment=may)
        db.session.commit()


def make(cast: Cast, who: str = "bas", **more: object) -> str:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        made = talks.make_talk(cast.amina.map_id, cast.facts.seats[who], **more)  # type: ignore[arg-type]  # whatever a test asks
        db.session.commit()
    return made


def row_of(cast: Cast, talk_id: str) -> Talk:
    with cast.amina.app.app_context():
        row = db.session.get_one(Talk, talk_id)
        db.session.expunge_all()
    return row


def only(cast: Cast) -> Talk:
    with cast.amina.app.app_context():
        row = db.session.scalars(select(Talk)).one()
        db.session.expunge_all()
    return row


def of_bas(cast: Cast, talk_id: str = "", more: str = "") -> str:
    return f"/mensen/{cast.amina.map_id}/gesprekken/{talk_id}{more}"


def test_the_owner_plans_and_the_coach_says_yes(shared: Cast) -> None:
    page = shared.amina.page.visit("/gesprekken").follow("Plan een gesprek")
    page.choose("Bas").fill("day", TOMORROW.isoformat()).fill("time", "14:30")
    page.fill("place", "Kanariebieb").submit("Plan dit gesprek")
    assert "Kanariebieb" in page.text
    talk = only(shared)
    assert talk.starts_at.astimezone(AMSTERDAM).strftime("%H:%M") == "14:30"
    assert (talk.state, talk.asked_by, talk.accepted_at) == ("planned", OWNER, None)
    other = shared.bas.page.visit(f"/mensen/{shared.amina.map_id}/plan")
    other.visit(of_bas(shared, talk.id)).submit("Ja, ik kom")
    assert only(shared).accepted_at is not None
    assert "Jullie komen allebei" in shared.amina.page.visit("/gesprekken").text


def test_the_coach_plans_and_the_owner_moves_and_cancels(shared: Cast) -> None:
    page = shared.bas.page.visit(of_bas(shared, "nieuw"))
    page.fill("day", TOMORROW.isoformat()).fill("time", "9").submit("Plan dit gesprek")
    talk = only(shared)
    assert talk.asked_by == COACH
    page = shared.amina.page.visit(f"/gesprekken/{talk.id}").submit("Ja, ik kom")
    page.follow("Verzet of zeg af").fill("time", "11:00").submit("Verzet het gesprek")
    moved = only(shared)
    assert (moved.asked_by, moved.accepted_at) == (OWNER, None)
    page.follow("Verzet of zeg af").submit("Zeg het gesprek af")
    assert only(shared).state == "cancelled"
    assert "Gaat niet door" in shared.bas.page.visit(of_bas(shared, talk.id)).text
    shared.bas.page.post(of_bas(shared, talk.id, "/ja"), {"version": str(only(shared).version)})
    assert only(shared).state == "cancelled"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2001-01-01"}, "Deze dag is al voorbij"),
        ({"day": "2099-01-01"}, "binnen 2 jaar"),
        ({"day": "31-2-2027"}, "Kies een dag"),
        ({"time": "25.00"}, "Schrijf hoe laat"),
        ({"time": ""}, "Schrijf hoe laat"),
        ({"place": "x" * 121}, "te lang"),
        ({"kind": "anders"}, "Welk gesprek is het?"),
    ],
)
def test_what_cannot_be_planned_gets_a_clear_sentence(
    shared: Cast, typed: dict[str, str], said: str
) -> None:
    form = {**WHEN, "membership": shared.facts.seats["bas"], "once": "a", **typed}
    answer = shared.amina.page.post("/gesprekken/nieuw", form)
    assert answer.status_code == 422
    assert said in answer.text
    with shared.amina.app.app_context():
        assert db.session.scalars(select(Talk)).all() == []


def test_a_form_sent_twice_plans_one_talk(shared: Cast) -> None:
    form = {**WHEN, "membership": shared.facts.seats["bas"], "once": "dubbel"}
    assert [shared.amina.page.post("/gesprekken/nieuw", form).status_code for _ in "12"] == [
        303,
        303,
    ]
    only(shared)


def test_nobody_plans_with_whom_nothing_is_shared(shared: Cast) -> None:
    form = {**WHEN, "membership": shared.facts.seats["carla"], "once": "a"}
    assert shared.amina.page.post("/gesprekken/nieuw", form).status_code == 422
    for who in (shared.carla, shared.farid, shared.dirk, shared.eva):
        path = of_bas(shared, "nieuw")
        assert who.page.get(path).status_code == 404
        assert who.page.post(path, {**form, "once": who.key}).status_code == 404
    with shared.amina.app.app_context():
        assert db.session.scalars(select(Talk)).all() == []


def test_a_talk_is_seen_by_the_two_at_the_table_only(shared: Cast) -> None:
    talk = make(shared)
    share(shared, "carla", "talks")
    assert "Kanarieplaats" in shared.amina.page.visit(f"/gesprekken/{talk}").text
    assert "Kanarieplaats" in shared.bas.page.visit(of_bas(shared, talk)).text
    plan = shared.carla.page.visit(f"/mensen/{shared.amina.map_id}/plan")
    assert talk not in plan.html
    for more in ("", "/agenda.ics", "/verzetten", "/verslag"):
        shared.carla.page.visit(of_bas(shared, talk, more), 404)
        shared.farid.page.visit(f"/gesprekken/{talk}{more}", 404)
    for more in ("/ja", "/afzeggen", "/verslag", "/verslag/ja", "/afspraken"):
        assert shared.carla.page.post(of_bas(shared, talk, more), WHEN).status_code == 404
        assert shared.farid.page.post(f"/gesprekken/{talk}{more}", WHEN).status_code == 404


def test_a_talk_is_not_found_under_anothers_map(shared: Cast) -> None:
    talk = make(shared)
    wrong = f"/mensen/{shared.farid.map_id}/gesprekken/{talk}"
    shared.bas.page.visit(wrong, 404)
    assert shared.bas.page.post(f"{wrong}/afzeggen").status_code == 404


def test_what_is_withdrawn_is_gone_at_once(shared: Cast) -> None:
    talk = make(shared)
    with shared.amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "talks")
        db.session.commit()
    shared.bas.page.visit(of_bas(shared, talk), 404)
    assert shared.bas.page.post(of_bas(shared, talk, "/afzeggen")).status_code == 404
    assert "Kanarieplaats" in shared.amina.page.visit(f"/gesprekken/{talk}").text


def test_with_whoever_cannot_answer_no_talk_is_planned(cast: Cast) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        person = db.session.get_one(Person, cast.bas.person_id)
        seat = join(db.session, keyring(), person, cast.facts.organisations["linde"], "begeleider")
        who = Grantee("Bas", "begeleider", "De Linde")
        factories.share(cast.amina.map_id, seat.id, who, part="talks", may_comment=True)
        seat_id = seat.id
        db.session.commit()
    assert "Deel eerst je gesprekken" in cast.amina.page.visit("/gesprekken/nieuw").text
    form = {**WHEN, "membership": seat_id, "once": "a"}
    assert cast.amina.page.post("/gesprekken/nieuw", form).status_code == 422


def test_whoever_may_only_look_changes_nothing(cast: Cast) -> None:
    share(cast, "bas", "talks", may=False)
    talk = make(cast, when=talks.A_WEEK_AGO)
    page = cast.bas.page.visit(of_bas(cast, talk))
    assert "Kanarieplaats" in page.text
    assert "Schrijf" not in page.text
    for more in ("/afzeggen", "/verslag", "/afspraken"):
        assert cast.bas.page.post(of_bas(cast, talk, more), {"text": "x"}).status_code == 404
    new = f"/mensen/{cast.amina.map_id}/gesprekken/nieuw"
    cast.bas.page.visit(new, 404)
    form = {**WHEN, "membership": cast.facts.seats["bas"], "once": "a"}
    assert cast.bas.page.post(new, form).status_code == 404
    assert row_of(cast, talk).state == "planned"


def test_a_yes_is_to_the_date_that_was_seen(shared: Cast) -> None:
    talk = make(shared)
    seen = str(row_of(shared, talk).version)
    shared.bas.page.post(of_bas(shared, talk, "/verzetten"), {**WHEN, "version": seen, "once": "v"})
    answer = shared.amina.page.post(f"/gesprekken/{talk}/ja", {"version": seen})
    assert answer.status_code == 422
    assert "net veranderd" in answer.text
    assert row_of(shared, talk).accepted_at is None


def test_two_who_move_one_talk_see_it(shared: Cast) -> None:
    talk = make(shared)
    seen = str(row_of(shared, talk).version)
    first = {**WHEN, "version": seen, "once": "1", "place": "Eerste plek"}
    second = {**WHEN, "version": seen, "once": "2", "place": "Tweede plek"}
    assert shared.bas.page.post(of_bas(shared, talk, "/verzetten"), first).status_code == 303
    answer = shared.amina.page.post(f"/gesprekken/{talk}/verzetten", second)
    assert answer.status_code == 422
    assert "Eerste plek" in answer.text
    assert "Tweede plek" in answer.text


def test_the_calendar_file_says_no_word_of_a_person(shared: Cast) -> None:
    talk = make(shared)
    answer = shared.bas.page.get(of_bas(shared, talk, "/agenda.ics"))
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.text
    assert "Kanarie" not in text
    assert "Amina" not in text
    assert "Bas" not in text
    row = row_of(shared, talk)
    assert f"DTSTART:{row.starts_at:%Y%m%dT%H%M%SZ}\r\n" in text
    assert f"UID:{talk}\r\n" in text
    assert f"SEQUENCE:{row.version}\r\n" in text
    assert text.count("\n") == text.count("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "STATUS:TENTATIVE\r\n" in text
    shared.amina.page.post(f"/gesprekken/{talk}/ja", {"version": str(row.version)})
    said = shared.bas.page.get(of_bas(shared, talk, "/agenda.ics")).text
    assert ("STATUS:CONFIRMED\r\n" in said) is (row_of(shared, talk).accepted_at is not None)
    shared.amina.page.post(f"/gesprekken/{talk}/afzeggen")
    gone = shared.amina.page.get(f"/gesprekken/{talk}/agenda.ics").text
    assert "METHOD:CANCEL" in gone
    assert row_of(shared, talk).version > row.version
    assert f"SEQUENCE:{row_of(shared, talk).version}\r\n" in gone


def test_long_lines_of_the_calendar_are_folded_between_letters() -> None:
    line = "SUMMARY:" + "مقابلة" * 40
    parts = folded(line).split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert "".join(part[1:] if n else part for n, part in enumerate(parts)) == line


def test_times_are_those_of_amsterdam_in_summer_and_winter() -> None:
    summer, winter = day_of("2027-07-01"), day_of("1-12-2027")
    at = time_of("14.30")
    assert summer is not None
    assert winter is not None
    assert at is not None
    assert moment_of(summer, at) == datetime(2027, 7, 1, 12, 30, tzinfo=UTC)
    assert moment_of(winter, at) == datetime(2027, 12, 1, 13, 30, tzinfo=UTC)
    jumped, night = day_of("2027-03-28"), time_of("2.30")
    assert jumped is not None
    assert night is not None
    assert moment_of(jumped, night) is None


def test_the_next_talk_is_three_months_later() -> None:
    last = datetime(2026, 11, 30, 12, tzinfo=UTC)
    now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert next_day(last, now, 3).isoformat() == "2027-02-28"
    assert next_day(last, now + timedelta(days=200), 3) == (now + timedelta(days=200)).date()


def test_what_is_said_of_a_talk_is_sealed(cast: Cast) -> None:
    talk = make(cast)
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        talks.make_agreement(cast.amina.map_id, talk)
        full = talks.make_full_talk(cast.amina.map_id, cast.facts.seats["bas"], agreed=True)
        db.session.commit()
        tables = (Talk.__table__, Agreement.__table__)
        kept = repr([db.session.execute(select(table)).all() for table in tables])
    assert full in kept
    assert "Kanarie" not in kept
    assert "Gemeente" not in kept


def test_the_owners_look_through_the_coachs_eyes_shows_the_same_talks(shared: Cast) -> None:
    make(shared)
    share(shared, "carla", "talks")
    seats = shared.facts.seats
    for who, lines in (("bas", 1), ("carla", 0)):
        page = shared.amina.page.visit(f"/delen/wie/{seats[who]}/bekijk/plan")
        assert page.text.count("uur") == lines


def test_whoever_has_two_seats_is_noted_in_the_one_that_the_talk_is_with(shared: Cast) -> None:
    with shared.amina.app.app_context():
        begin(db.session, writing=True)
        facts = shared.facts
        person = db.session.get_one(Person, facts.people["bas"])
        other = join(db.session, keyring(), person, facts.organisations["linde"], "coach").id
        factories.share(shared.amina.map_id, other, grantee("bas"), part="talks", may_comment=True)
        talk = talks.make_talk(shared.amina.map_id, other)
        db.session.commit()
    shared.bas.page.visit(of_bas(shared, talk))
    with shared.amina.app.app_context():
        assert db.session.scalars(select(AccessLog.membership_id)).all() == [other]
