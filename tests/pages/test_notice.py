"""Berichten: that something happened, told to whom it concerns, without a word of anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.extensions import db
from portfolio.models import AccessLog, Consent, Notice
from portfolio.models.access_log import USUAL_IN_AN_HOUR, note_reading
from portfolio.models.base import begin, clock
from portfolio.models.consent import AMSTERDAM, end_of_day, withdraw
from portfolio.models.notice import LEAF, Kind, tell
from portfolio.reminding import remind
from portfolio.sweep import sweep
from tests import factories
from tests.browser import ORIGIN
from tests.pages.test_talk import make, share
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Actor, Cast

SAID = "Kanariezin van de coach"


def kinds_of(who: Actor) -> list[str]:
    """List what was told to somebody, in the database."""
    with who.app.app_context():
        found = select(Notice.kind).where(Notice.person_id == who.person_id).order_by(Notice.at)
        return list(db.session.scalars(found).all())


def comment(cast: Cast, text: str = SAID) -> None:
    """Let Bas write about Amina's work."""
    thing = f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work']}"
    cast.bas.page.visit(thing).fill("text", text).submit("Stuur")


def withdraw_all(cast: Cast) -> None:
    """Let Amina end all that she shared."""
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.portfolio_id == cast.amina.map_id)
        db.session.commit()


def told(who: Actor, kind: Kind, about: str | None = None) -> str:
    """Tell somebody something through the model; gives the id of the notice."""
    with who.app.app_context():
        begin(db.session, writing=True)
        tell(db.session, who.person_id, kind, about)
        db.session.commit()
        newest = select(Notice.id).where(Notice.person_id == who.person_id)
        return db.session.scalars(newest.order_by(Notice.at.desc())).first() or ""


def test_a_comment_is_told_without_a_word_of_it_and_leads_there(cast: Cast) -> None:
    start = cast.amina.page.visit("/map")
    assert "nieuw bericht" not in start.text
    comment(cast)
    start = cast.amina.page.visit("/map")
    assert "1 nieuw bericht" in start.text
    assert start.title == "Mijn map – Mijn map"
    page = start.follow("1 nieuw bericht")
    assert page.title == "Berichten – Mijn map"
    assert "Iemand schreef een reactie." in page.text
    assert "Nieuw" in page.text
    for word in (SAID, "Bas", "Voorbeeldstad", "Werk", *cast.canaries.values()):
        assert word not in page.text
    page = page.submit("Bekijk")
    assert page.path.startswith(f"/map/stuk/{cast.entries['work']}")
    assert SAID in page.text
    assert "nieuw bericht" not in cast.amina.page.visit("/map").text


def test_what_was_withdrawn_meanwhile_is_told_to_nobody(cast: Cast) -> None:
    """Neither the list, nor the number, nor the address shows that there was something."""
    share(cast, "bas", "talks")
    share(cast, "bas", "signals")
    cast.amina.page.post("/hulp-vragen")
    cast.amina.page.post(
        f"/reactie/{cast.comments['asked']}/antwoord", {"text": "Ja", "lang": "nl", "once": "a"}
    )
    talk = make(cast)
    ids = [told(cast.bas, Kind.TALK, talk)]
    with cast.bas.app.app_context():
        ids = list(db.session.scalars(select(Notice.id)).all())
    assert sorted(kinds_of(cast.bas)) == ["comment", "help", "talk"]
    assert "3 nieuwe berichten" in cast.bas.page.visit("/mensen").text
    withdraw_all(cast)
    assert "nieuwe berichten" not in cast.bas.page.visit("/mensen").text
    page = cast.bas.page.visit("/berichten")
    assert "Er zijn geen berichten" in page.text
    unknown = cast.bas.page.post("/berichten/" + "A" * 22)
    for each in ids:
        gone = cast.bas.page.post(f"/berichten/{each}")
        assert (gone.status_code, unknown.status_code) == (404, 404)
    with cast.bas.app.app_context():
        assert db.session.scalars(select(Notice).where(Notice.read_at.is_not(None))).all() == []


def test_help_that_was_taken_back_is_told_no_more(cast: Cast) -> None:
    share(cast, "bas", "signals")
    cast.amina.page.post("/hulp-vragen")
    cast.amina.page.post("/hulp-vragen")
    page = cast.bas.page.visit("/berichten")
    assert page.text.count("Iemand vraagt om hulp.") == 1
    assert "Amina" not in page.text
    cast.amina.page.post("/hulp-vragen/weg")
    assert "Iemand vraagt om hulp." not in cast.bas.page.visit("/berichten").text
    assert kinds_of(cast.carla) == kinds_of(cast.dirk) == []


def test_a_comment_that_was_taken_back_or_hidden_is_told_no_more(cast: Cast) -> None:
    comment(cast)
    page = cast.amina.page.visit("/berichten")
    assert "Iemand schreef een reactie." in page.text
    with cast.amina.app.app_context():
        about = db.session.scalars(select(Notice.about)).one()
    cast.bas.page.post(f"/mensen/reactie/{about}/weghalen")
    assert "Iemand schreef een reactie." not in cast.amina.page.visit("/berichten").text


def test_nobody_reads_or_marks_the_notices_of_another(cast: Cast) -> None:
    mine = told(cast.amina, Kind.LOOKED)
    for other in (cast.farid, cast.bas, cast.dirk, cast.eva):
        assert "Iemand keek" not in other.page.visit("/berichten").text
        assert other.page.post(f"/berichten/{mine}").status_code == 404
        assert other.page.post("/berichten/gelezen").status_code == 303
    assert "1 nieuw bericht" in cast.amina.page.visit("/map").text
    # To look is not to have read: a GET changes nothing. (ASVS 3.5.3)
    cast.amina.page.visit("/berichten")
    assert cast.amina.browse().get(f"/berichten/{mine}", base_url=ORIGIN).status_code == 405
    assert "1 nieuw bericht" in cast.amina.page.visit("/map").text
    for _ in range(2):
        assert cast.amina.page.post(f"/berichten/{mine}").location == "/wie-heeft-gekeken"
    assert "nieuw bericht" not in cast.amina.page.visit("/map").text


def test_both_at_the_table_are_told_of_each_others_changes_and_not_of_their_own(
    cast: Cast,
) -> None:
    share(cast, "bas", "talks")
    share(cast, "bas", "direction")
    talk = make(cast)
    at = f"/mensen/{cast.amina.map_id}/gesprekken/{talk}"
    page = cast.bas.page.visit(f"{at}/verzetten")
    page.submit("Verzet het gesprek")
    cast.amina.page.visit(f"/gesprekken/{talk}/verzetten").submit("Verzet het gesprek")
    deed = {"who": "owner", "what": "Kanarieafspraak", "what_lang": "nl", "once": "b"}
    cast.bas.page.post(f"{at}/afspraken", deed)
    page = cast.amina.page.visit("/plan/versies/nieuw")
    page.fill("member", cast.facts.seats["bas"]).fill("reason", "Kanariereden").submit(
        "Ja, dit is mijn plan"
    )
    assert sorted(kinds_of(cast.bas)) == ["talk", "version"]
    assert sorted(kinds_of(cast.amina)) == ["agreement", "talk"]


def test_a_long_list_comes_in_leaves(cast: Cast) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        for _ in range(LEAF + 1):
            tell(db.session, cast.amina.person_id, Kind.NEW_DEVICE)
        db.session.commit()
    page = cast.amina.page.visit("/berichten")
    assert page.text.count("Er is ingelogd op een nieuw apparaat.") == LEAF
    page.follow("Verder in de lijst")
    assert page.text.count("Er is ingelogd op een nieuw apparaat.") == 1
    page.submit("Ik heb alles gelezen")
    assert "nieuw" not in page.visit("/map").text.partition("Onderwerpen")[0]


def test_what_ends_soon_is_told_once_a_day(cast: Cast) -> None:
    app = cast.amina.app
    with app.app_context():
        begin(db.session, writing=True)
        now = clock(db.session)
        lasts = end_of_day(now.astimezone(AMSTERDAM).date() + timedelta(days=3)) - now
        seat = cast.amina.facts.seats["bas"]
        factories.share(cast.amina.map_id, seat, grantee("bas"), part="route", lasts=lasts)
        db.session.commit()
    for _ in range(2):
        assert sweep(app)["reminders"] in (0, 1)
        assert kinds_of(cast.amina) == ["share_ends"]
    with app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(Notice).values(at=clock(db.session) - timedelta(days=1)))
        db.session.commit()
    sweep(app)
    assert kinds_of(cast.amina) == ["share_ends", "share_ends"]
    assert "share_ends" not in kinds_of(cast.bas)
    assert "Iets wat je deelt, stopt bijna" in cast.amina.page.visit("/berichten").text


@pytest.mark.parametrize(("day", "hour", "told"), [(25, 10, False), (25, 3, True), (28, 10, True)])
def test_an_odd_look_is_told_once(cast: Cast, day: int, hour: int, *, told: bool) -> None:
    """In the night or in the weekend; on a working day by day nobody is told."""
    app = cast.amina.app
    cast.bas.page.visit(f"/mensen/{cast.amina.map_id}/werk")
    with app.app_context():
        begin(db.session, writing=True)
        at = datetime(2026, 11, day, hour, tzinfo=AMSTERDAM)
        at += timedelta(weeks=(clock(db.session) - at) // timedelta(weeks=1))
        db.session.execute(update(AccessLog).values(at=at))
        db.session.commit()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("portfolio.reminding.LOOKED_BACK", timedelta(days=8))
            remind(db.session)
            remind(db.session)
    assert kinds_of(cast.amina) == (["looked"] if told else [])


def test_very_many_looks_in_an_hour_are_told(cast: Cast) -> None:
    app = cast.amina.app
    with app.app_context():
        begin(db.session, writing=True)
        noon = datetime(2026, 11, 25, 10, tzinfo=AMSTERDAM)
        noon += timedelta(weeks=(clock(db.session) - noon) // timedelta(weeks=1))
        keys, who = factories.keys_for(cast.amina.map_id), grantee("bas")
        for number in range(USUAL_IN_AN_HOUR + 1):
            seat = cast.amina.facts.seats["bas"]
            note_reading(db.session, cast.amina.map_id, keys, seat, who, about=f"entry:{number}")
            if number in (USUAL_IN_AN_HOUR - 1, USUAL_IN_AN_HOUR):
                moved = {"at": noon, "minute": f"{noon.astimezone(UTC):%Y-%m-%dT%H:%M}"}
                db.session.execute(update(AccessLog).values(**moved))
                db.session.commit()
                begin(db.session, writing=True)
                with pytest.MonkeyPatch.context() as patched:
                    patched.setattr("portfolio.reminding.LOOKED_BACK", timedelta(days=8))
                    remind(db.session)
                begin(db.session, writing=True)
                expected = ["looked"] if number == USUAL_IN_AN_HOUR else []
                found = select(Notice.kind).where(Notice.person_id == cast.amina.person_id)
                assert list(db.session.scalars(found)) == expected
