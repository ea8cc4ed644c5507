"""Haal alles weg: closed at once, two weeks to come back, then erased; and very long rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.extensions import db
from portfolio.models import Person, SignIn
from portfolio.models.base import before_now, begin
from portfolio.models.erasure import whole_of
from portfolio.models.going import COMES_BACK_WITHIN, REMOVED, RESTS, TOLD_AGAIN
from portfolio.sweep import sweep
from tests.browser import Page
from tests.pages.test_notice import kinds_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

GO, BACK = "/over-mij/alles-weg", "/terugkomen"
MINUTE = timedelta(minutes=1)


def put_back(app: Flask, person_id: str, **ago: timedelta) -> None:
    """Move moments of a person into the past."""
    with app.app_context():
        begin(db.session, writing=True)
        values = {name: before_now(span) for name, span in ago.items()}
        db.session.execute(update(Person).where(Person.id == person_id).values(**values))
        db.session.commit()


def is_there(app: Flask, person_id: str) -> bool:
    """Tell whether somebody was not erased."""
    with app.app_context():
        begin(db.session, writing=False)
        return whole_of(db.session, person_id) is not None


def test_from_the_first_second_nobody_else_sees_anything(app: Flask, cast: Cast) -> None:
    """Withheld at once, and exactly what was comes back."""
    amina, bas, dirk = cast.amina.page, cast.bas.page, cast.dirk.page
    elsewhere = Page(cast.amina.browse())
    work, photo = cast.entries["work"], cast.photos["work"]
    seen = [
        (bas, f"/mensen/{cast.amina.map_id}"),
        (bas, f"/mensen/{cast.amina.map_id}/stuk/{work}"),
        (bas, f"/foto/{photo}/groot"),
        (dirk, f"/prestaties/{cast.amina.map_id}"),
    ]
    for page, path in seen:
        assert page.get(path).status_code == 200, path
    amina.visit("/over-mij").follow("Haal alles weg")
    assert "is niet van ons" in amina.text
    assert "14 dagen" in amina.text
    assert "Neem alles mee" in amina.text
    # Without the sure word nothing happens.
    assert amina.post(GO).status_code == 422
    assert bas.get(seen[0][1]).status_code == 200
    amina.visit(GO).submit("Ja, haal alles weg")
    assert amina.h1 == "Je gaat weg"
    assert kinds_of(cast.amina) == ["erasure"]
    for page, path in seen:
        assert page.get(path).status_code == 404, path
    assert "Amina" not in bas.visit("/mensen").text
    assert bas.post(f"/mensen/{cast.amina.map_id}/werk/reactie", {"text": "x"}).status_code == 404
    # Elsewhere it ended, and here one finds one page, which leads back or out.
    assert elsewhere.get("/map").status_code in (302, 303)
    assert "inloggen" in elsewhere.get("/map").headers["Location"]
    for path in ("/map", "/plan", "/delen", GO, "/over-mij"):
        assert amina.get(path).headers["Location"] == BACK, path
    assert amina.post("/over-mij/naam", {"display_name": "Nieuw"}).headers["Location"] == BACK
    # Asked twice, the first time counts; signed in anew it is the same page.
    again = Page(cast.amina.browse())
    again.visit("/")
    assert again.h1 == "Je gaat weg"
    assert sweep(app)["erased"] == 0
    again.submit("Ik wil terug")
    assert "Alles is er nog" in again.text
    for page, path in seen:
        assert page.get(path).status_code == 200, path
    assert (
        bas.get(f"/mensen/{cast.amina.map_id}/stuk/{cast.entries['work_refused']}").status_code
        == 404
    )
    assert cast.carla.page.get(seen[0][1]).status_code == 404
    # Who is not about to go has no such page.
    assert again.get(BACK).status_code == 303
    assert again.post(BACK).status_code == 303


def test_after_14_days_all_is_erased_and_no_sooner(app: Flask, cast: Cast) -> None:
    """ASVS 14.2.7. What is past its time goes, by the clock of the database."""
    amina = cast.amina
    amina.page.visit(GO).submit("Ja, haal alles weg")
    put_back(app, amina.person_id, leaving_at=COMES_BACK_WITHIN - MINUTE)
    assert sweep(app)["erased"] == 0
    assert "Ik wil terug" in amina.page.visit(BACK).text
    put_back(app, amina.person_id, leaving_at=COMES_BACK_WITHIN)
    # Too late to come back, also when the sweep has not come by yet.
    assert amina.page.post(BACK).headers["Location"] == BACK
    assert "Ik wil terug" not in amina.page.visit(BACK).text
    assert sweep(app)["erased"] == 1
    assert not is_there(app, amina.person_id)
    assert amina.page.get("/map").status_code in (302, 303)
    assert all(is_there(app, each.person_id) for each in (cast.farid, cast.bas, cast.eva))
    assert sweep(app)["erased"] == 0
    assert cast.bas.page.visit("/mensen").status == 200


def test_a_coach_goes_and_the_only_beheerder_asks_another_first(app: Flask, cast: Cast) -> None:
    assert "enige beheerder" in cast.eva.page.visit(GO).text
    assert cast.eva.page.post(GO, {"zeker": "ja"}).status_code == 422
    cast.bas.page.visit(GO).submit("Ja, haal alles weg")
    assert cast.bas.page.get("/mensen").headers["Location"] == BACK
    put_back(app, cast.bas.person_id, leaving_at=COMES_BACK_WITHIN)
    assert sweep(app)["erased"] == 1
    assert not is_there(app, cast.bas.person_id)
    assert "Bas" in cast.amina.page.visit(f"/map/stuk/{cast.entries['work']}").text


def rested(app: Flask, actor: Actor, span: timedelta, **ago: timedelta) -> None:
    """Let somebody have been here for the last time so long ago."""
    put_back(app, actor.person_id, created_at=span, **ago)
    with app.app_context():
        begin(db.session, writing=True)
        mine = SignIn.person_id == actor.person_id
        db.session.execute(update(SignIn).where(mine).values(seen_at=before_now(span)))
        db.session.commit()


def told(app: Flask, actor: Actor) -> tuple[bool, bool]:
    """Tell whether somebody was told once, and twice."""
    with app.app_context():
        row = db.session.execute(
            select(Person.rest_told_at, Person.rest_told_again_at).where(
                Person.id == actor.person_id
            )
        ).one()
        return row[0] is not None, row[1] is not None


@pytest.mark.parametrize("signed_in", [True, False], ids=["was here", "never came"])
def test_a_map_that_rests_is_told_twice_and_then_removed(
    app: Flask, cast: Cast, *, signed_in: bool
) -> None:
    """ASVS 14.2.7. 24 months, 3 and 6 after the first notice; not a minute sooner."""
    amina = cast.amina
    if signed_in:
        amina.sign_in()
    rested(app, amina, RESTS - MINUTE)
    assert sweep(app)["rest"] == 0
    rested(app, amina, RESTS)
    assert sweep(app)["rest"] == 1
    assert sweep(app)["rest"] == 0, "told once"
    assert told(app, amina) == (True, False)
    rested(app, amina, RESTS + TOLD_AGAIN, rest_told_at=TOLD_AGAIN - MINUTE)
    assert sweep(app)["rest"] == 0
    rested(app, amina, RESTS + TOLD_AGAIN, rest_told_at=TOLD_AGAIN)
    assert sweep(app)["rest"] == 1
    assert told(app, amina) == (True, True)
    assert kinds_of(amina) == ["rest", "rest"]
    # Without a second notice three months ago nobody is removed, however long it rests.
    rested(app, amina, RESTS + REMOVED, rest_told_at=REMOVED)
    assert sweep(app)["erased"] == 0
    second = REMOVED - TOLD_AGAIN
    rested(app, amina, RESTS + REMOVED, rest_told_at=REMOVED - MINUTE, rest_told_again_at=second)
    assert sweep(app)["erased"] == 0
    rested(app, amina, RESTS + REMOVED, rest_told_at=REMOVED)
    assert sweep(app)["erased"] == 1
    assert not is_there(app, amina.person_id)
    assert all(is_there(app, each.person_id) for each in (cast.farid, cast.bas, cast.eva))


def test_whoever_comes_by_begins_anew(app: Flask, cast: Cast) -> None:
    """Nothing that is active is removed, also when it was told twice."""
    amina = cast.amina
    rested(
        app, amina, RESTS + REMOVED, rest_told_at=REMOVED, rest_told_again_at=REMOVED - TOLD_AGAIN
    )
    assert amina.page.get("/map").status_code == 200
    swept = sweep(app)
    assert (swept["rest"], swept["erased"]) == (0, 0)
    assert told(app, amina) == (False, False)
    assert is_there(app, amina.person_id)
