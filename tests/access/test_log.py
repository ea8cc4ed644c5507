"""Each reading by another is written down before it is shown; the owner's own is not.

ASVS 16.2.1, 16.3.2: who, what and when of each reading; it cannot be avoided.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, update

from portfolio import access
from portfolio.extensions import db
from portfolio.models import AccessLog
from portfolio.models.access_log import PAGE_LASTS
from portfolio.models.base import begin
from tests import factories, talks
from tests.access.table import endpoints
from tests.browser import ORIGIN
from tests.people import grantee

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.people import Actor, Cast


def _shared_plan(cast: Cast) -> str:
    """Share a part of the plan with Bas, and give the address where he finds it."""
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        seat = cast.facts.seats["bas"]
        factories.share(cast.amina.map_id, seat, grantee("bas"), part="direction")
        db.session.commit()
    return f"/mensen/{cast.amina.map_id}/plan"


def _goal(cast: Cast) -> str:
    """Share a goal with Bas, and give the address where he finds it."""
    amina, seat = cast.amina, cast.facts.seats["bas"]
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(amina.map_id, seat, grantee("bas"), part="goals:werk")
        made = factories.goal(amina.map_id, "werk", "Ik word kok")[0]
        db.session.commit()
    return f"/mensen/{amina.map_id}/doel/{made}"


def _of_a_talk(page: str) -> Callable[[Cast], str]:
    """Lay out a talk that is shared with Bas, and give the address of a page of it."""

    def lay_out(cast: Cast) -> str:
        with cast.amina.app.app_context():
            begin(db.session, writing=True)
            seat = cast.facts.seats["bas"]
            factories.share(cast.amina.map_id, seat, grantee("bas"), part="talks", may_comment=True)
            talk = talks.make_talk(cast.amina.map_id, seat)
            agreement = talks.make_agreement(cast.amina.map_id, talk)
            db.session.commit()
        base = f"/mensen/{cast.amina.map_id}/gesprekken"
        return f"{base}/nieuw" if page == "new" else f"{base}/{talk}{page.format(agreement)}"

    return lay_out


def _version(cast: Cast) -> str:
    """Propose a version of the plan to Bas, and give the address where he finds it."""
    _shared_plan(cast)
    amina, seat = cast.amina, cast.facts.seats["bas"]
    with amina.app.app_context():
        begin(db.session, writing=True)
        made = factories.version(amina.map_id, seat, "direction", "Ik word kok")
        db.session.commit()
    return f"/mensen/{amina.map_id}/versies/{made}"


# The page, who reads it, and what the row says.
READINGS: dict[str, tuple[str, Callable[[Cast], str], Callable[[Cast], str]]] = {
    "people.person": ("bas", lambda c: f"/mensen/{c.amina.map_id}", lambda _c: "map"),
    "people.leefgebied": (
        "bas",
        lambda c: f"/mensen/{c.amina.map_id}/werk",
        lambda _c: "leefgebied:werk",
    ),
    "people.plan": ("bas", _shared_plan, lambda _c: "plan"),
    "people.goal": ("bas", _goal, lambda _c: "plan"),
    "version.theirs": ("bas", lambda c: _version(c).rpartition("/")[0], lambda _c: "plan"),
    "version.read": ("bas", _version, lambda _c: "plan"),
    "version.compare": (
        "bas",
        lambda c: (at := _version(c)) + "/naast/" + at.rpartition("/")[2],
        lambda _c: "plan",
    ),
    "meeting.new": ("bas", _of_a_talk("new"), lambda _c: "plan"),
    "meeting.page": ("bas", _of_a_talk(""), lambda _c: "plan"),
    "meeting.moving": ("bas", _of_a_talk("/verzetten"), lambda _c: "plan"),
    "meeting.calendar": ("bas", _of_a_talk("/agenda.ics"), lambda _c: "plan"),
    "meeting.writing": ("bas", _of_a_talk("/verslag"), lambda _c: "plan"),
    "meeting.changing": ("bas", _of_a_talk("/afspraken/{}"), lambda _c: "plan"),
    "people.entry": (
        "bas",
        lambda c: f"/mensen/{c.amina.map_id}/stuk/{c.entries['work']}",
        lambda c: f"entry:{c.entries['work']}",
    ),
    "achievement.person": ("dirk", lambda c: f"/prestaties/{c.amina.map_id}", lambda _c: "map"),
    "file.photo": (
        "dirk",
        lambda c: f"/foto/{c.photos['achievement']}/groot",
        lambda c: f"photo:{c.photos['achievement']}",
    ),
    "file.sound": (
        "bas",
        lambda c: f"/geluid/{c.sounds['work']}",
        lambda c: f"sound:{c.sounds['work']}",
    ),
    "file.paper": (
        "bas",
        lambda c: f"/papier/{c.papers['work']}",
        lambda c: f"paper:{c.papers['work']}",
    ),
}


def rows(app: Flask) -> list[tuple[str, str | None, str]]:
    """List the readings that are written down: whose map, by which membership, of what."""
    with app.app_context():
        chosen = select(AccessLog.portfolio_id, AccessLog.membership_id, AccessLog.about)
        rows = db.session.execute(chosen.order_by(AccessLog.number)).all()
        return [(map_id, seat_id, about) for map_id, seat_id, about in rows]


def ask(actor: Actor, path: str, dest: str = "document") -> int:
    """Ask for a page as a browser does and give the status."""
    answered = actor.browse().get(path, base_url=ORIGIN, headers={"Sec-Fetch-Dest": dest})
    return answered.status_code


def test_every_page_that_is_noted_is_tried_here() -> None:
    noted = {name for name, declared in endpoints().items() if declared.noted}
    # A visitor has no account: tests/pages/test_visit.py reads as one.
    assert noted - {"visit.page"} == set(READINGS)


@pytest.mark.parametrize("endpoint", list(READINGS))
def test_each_reading_adds_one_row(cast: Cast, endpoint: str) -> None:
    """ASVS 16.2.1."""
    who, path, about = READINGS[endpoint]
    actor: Actor = getattr(cast, who)
    assert ask(actor, path(cast)) == 200
    assert rows(actor.app) == [(cast.amina.map_id, actor.seat_id, about(cast))]
    # Once more in the same minute adds none; in the next minute it would.
    assert ask(actor, path(cast)) == 200
    assert len(rows(actor.app)) <= 2


@pytest.mark.parametrize("endpoint", list(READINGS))
def test_what_is_refused_is_not_noted(cast: Cast, endpoint: str) -> None:
    _, path, _ = READINGS[endpoint]
    for actor in (cast.carla, cast.eva, cast.farid):
        assert ask(actor, path(cast)) == 404
    assert rows(cast.amina.app) == []


def test_the_owner_reads_without_a_trace(cast: Cast) -> None:
    amina, entry = cast.amina, cast.entries["work"]
    for path in (
        "/map",
        "/map/werk",
        f"/map/stuk/{entry}",
        f"/map/stuk/{entry}/wie",
        f"/foto/{cast.photos['work']}/groot",
        "/delen",
        "/wie-heeft-gekeken",
        f"/delen/wie/{cast.bas.seat_id}/bekijk",
        f"/delen/wie/{cast.bas.seat_id}/bekijk/werk",
        f"/delen/wie/{cast.bas.seat_id}/bekijk/stuk/{entry}",
    ):
        assert ask(amina, path) == 200, path
    assert rows(amina.app) == []


@pytest.mark.parametrize(("who", "path"), [("bas", "/mensen"), ("dirk", "/prestaties")])
def test_a_list_of_names_is_no_reading(cast: Cast, who: str, path: str) -> None:
    assert ask(getattr(cast, who), path) == 200
    assert rows(cast.amina.app) == []


def test_a_photo_inside_a_noted_page_adds_no_row(cast: Cast) -> None:
    photo = f"/foto/{cast.photos['work']}/klein"
    assert ask(cast.bas, f"/mensen/{cast.amina.map_id}/werk") == 200
    before = rows(cast.bas.app)
    assert ask(cast.bas, photo, "image") == 200
    assert rows(cast.bas.app) == before


def test_a_photo_that_only_says_it_is_inside_a_page_is_noted(cast: Cast) -> None:
    """A header is the reader's own word: without a page that was noted, the photo is."""
    assert ask(cast.bas, f"/foto/{cast.photos['work']}/groot", "image") == 200
    assert rows(cast.bas.app) != []


def test_a_page_that_was_noted_long_ago_covers_no_photo(cast: Cast) -> None:
    photo = cast.photos["work"]
    assert ask(cast.bas, f"/mensen/{cast.amina.map_id}/werk") == 200
    with cast.bas.app.app_context():
        long_ago = datetime.now(UTC) - PAGE_LASTS - timedelta(minutes=1)
        db.session.execute(update(AccessLog).values(at=long_ago))
        db.session.commit()
    assert ask(cast.bas, f"/foto/{photo}/klein", "image") == 200
    assert rows(cast.bas.app)[-1][2] == f"photo:{photo}"


@pytest.mark.parametrize("endpoint", list(READINGS))
def test_what_cannot_be_noted_is_not_shown(
    cast: Cast, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 16.5.3."""

    def full(*_args: object, **_kw: object) -> bool:
        message = "the disk is full"
        raise OSError(message)

    monkeypatch.setattr(access, "note_reading", full)
    who, path, _ = READINGS[endpoint]
    answered = getattr(cast, who).browse().get(path(cast), base_url=ORIGIN)
    assert answered.status_code == 500
    assert not any(canary in answered.text for canary in cast.canaries.values())
    assert "image" not in answered.mimetype
    assert ask(cast.amina, f"/map/stuk/{cast.entries['work']}") == 200


def test_the_owner_sees_who_looked(cast: Cast) -> None:
    assert ask(cast.bas, f"/mensen/{cast.amina.map_id}/werk") == 200
    page = cast.amina.page.visit("/wie-heeft-gekeken")
    assert "Bas" in page.text
    assert "Gemeente Voorbeeldstad" in page.text
    assert "Bas" not in cast.farid.page.visit("/wie-heeft-gekeken").text


def test_the_log_can_be_lost_without_losing_the_map(cast: Cast) -> None:
    with cast.amina.app.app_context():
        db.session.execute(delete(AccessLog))
        db.session.commit()
        assert db.session.scalars(select(func.count(AccessLog.id))).one() == 0
    assert ask(cast.amina, "/map") == 200
