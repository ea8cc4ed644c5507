"""Six weeks without a word: told to the coach who holds signals and talks, to nobody else."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from portfolio.extensions import db
from portfolio.languages import AMSTERDAM
from portfolio.models import Agreement, Comment, Membership, PlanVersion, Talk
from portfolio.models.base import begin
from portfolio.models.consent import Consent, withdraw
from portfolio.models.kept_consent import released
from tests import factories, talks
from tests.pages.test_portfolio import queries as queries  # noqa: PLC0414 -- a fixture
from tests.pages.test_signal import PHONE, give_number, plan_of
from tests.pages.test_talk import make, share
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Cast

SILENT = "Jullie spraken elkaar 6 weken niet."


def ago(days: int) -> datetime:
    """Give noon in Amsterdam so many days before today there."""
    day = datetime.now(AMSTERDAM).date() - timedelta(days=days)
    return datetime.combine(day, time(12), AMSTERDAM)


def share_since(cast: Cast, days: int, who: str = "bas", *parts: str) -> None:
    """Share signals and talks, as if that was so many days ago."""
    for part in parts or ("signals", "talks"):
        share(cast, who, part)
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        seat = Consent.membership_id == cast.facts.seats[who]
        mine = update(Consent).where(seat, Consent.part.in_(("signals", "talks")))
        with released(db.session, cast.amina.map_id):
            db.session.execute(mine.values(starts_at=ago(days)))
        # What the cast said to each other is contact too: here it was long ago.
        db.session.execute(update(Comment).values(created_at=ago(120)))
        db.session.commit()


def silence(cast: Cast, who: str = "bas") -> bool:
    """Tell whether the list says so; the page of the plan says the same."""
    page = cast.everybody()[who].page
    listed = SILENT in page.visit("/mensen").text
    assert (SILENT in page.visit(plan_of(cast)).text) is listed
    return listed


@pytest.mark.parametrize(("days", "told"), [(41, False), (42, False), (43, True)])
def test_six_weeks_count_from_the_day_of_sharing(cast: Cast, days: int, *, told: bool) -> None:
    share_since(cast, days)
    give_number(cast)
    assert silence(cast) is told
    assert (PHONE in cast.bas.page.visit("/mensen").html) is told
    if told:
        assert "Vraag hoe het gaat, of plan een gesprek." in cast.bas.page.text
        assert not re.search(r"\b\d+ (dagen|weken)\b", cast.bas.page.text.replace(SILENT, ""))


def test_only_a_coach_who_holds_both_is_told(cast: Cast) -> None:
    share_since(cast, 100, "bas", "signals")
    assert not silence(cast)
    share_since(cast, 100, "carla", "talks")
    assert not silence(cast, "carla")
    share_since(cast, 100)
    assert silence(cast)
    assert not silence(cast, "carla")
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        # Who only looks writes and holds no talks: nothing is said of a silence.
        seat = db.session.get_one(Membership, cast.facts.seats["bas"])
        seat.role = "begeleider"
        db.session.commit()
    assert not silence(cast)
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "signals")
        db.session.commit()
    assert SILENT not in cast.bas.page.visit("/mensen").text


def at_day(cast: Cast, row_id: str, model: type[Any], column: str, days: int | None) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        setattr(db.session.get_one(model, row_id), column, ago(days) if days is not None else None)
        db.session.commit()


def test_a_talk_is_contact_and_one_that_comes_is_no_silence(cast: Cast) -> None:
    share_since(cast, 100)
    talk_id = make(cast)
    assert not silence(cast)
    for days, told in ((43, True), (42, False), (41, False)):
        at_day(cast, talk_id, Talk, "starts_at", days)
        assert silence(cast) is told, days
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        db.session.get_one(Talk, talk_id).state = "cancelled"
        db.session.commit()
    assert silence(cast)
    # A talk with somebody else is no contact with this coach.
    make(cast, "carla")
    assert silence(cast)


def test_what_was_agreed_and_said_is_contact(cast: Cast) -> None:
    share_since(cast, 100)
    amina, bas = cast.amina, cast.facts.seats["bas"]
    with amina.app.app_context():
        begin(db.session, writing=True)
        talk_id = talks.make_talk(amina.map_id, bas)
        agreement = talks.make_agreement(amina.map_id, talk_id)
        version = factories.version(amina.map_id, bas, "signals", "x")
        db.session.commit()
    at_day(cast, talk_id, Talk, "starts_at", 90)
    at_day(cast, agreement, Agreement, "created_at", 90)
    assert silence(cast)
    for row_id, model, column in (
        # Agreed first, and done after.
        (agreement, Agreement, "created_at"),
        (agreement, Agreement, "done_at"),
        (version, PlanVersion, "other_yes_at"),
        (cast.facts.comments["asked"], Comment, "created_at"),
        (cast.facts.comments["answered"], Comment, "created_at"),
    ):
        at_day(cast, row_id, model, column, 3)
        assert not silence(cast), (model, column)
        at_day(cast, row_id, model, column, 90)
        assert silence(cast), (model, column)
    # An answer to somebody else is none to this coach.
    with amina.app.app_context():
        begin(db.session, writing=True)
        asked = db.session.get_one(Comment, cast.facts.comments["asked"])
        asked.membership_id = cast.facts.seats["carla"]
        db.session.commit()
    at_day(cast, cast.facts.comments["answered"], Comment, "created_at", 3)
    assert silence(cast)


def test_the_list_asks_no_more_for_more_people_and_keeps_its_order(
    cast: Cast, queries: list[str]
) -> None:
    def asked() -> int:
        queries.clear()
        cast.bas.page.visit("/mensen")
        return len(queries)

    share_since(cast, 100)
    cast.amina.page.post("/hulp-vragen", {"phone": PHONE, "once": "k"})
    cast.bas.page.visit("/mensen")
    one, names = asked(), []
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        for number in range(6):
            owner = factories.make_owner(f"eigenaar{number}", f"Eigenaar {number}")
            assert owner.portfolio
            names.append(owner.portfolio.id)
            seat = cast.facts.seats["bas"]
            for part in ("signals", "talks"):
                factories.share(owner.portfolio.id, seat, grantee("bas"), part=part)
            if number % 2:
                talks.signal(owner.portfolio.id, "phone", f"06 1234567{number}")
                old = update(Consent).where(Consent.portfolio_id == owner.portfolio.id)
                with released(db.session, owner.portfolio.id):
                    db.session.execute(old.values(starts_at=ago(100)))
        db.session.commit()
    assert asked() == one
    assert cast.bas.page.text.count(SILENT) == 4
    places = [cast.bas.page.text.index(f"Eigenaar {number}") for number in range(6)]
    assert places == sorted(places)
    assert len(names) == 6
