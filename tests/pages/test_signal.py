"""*Ik heb hulp nodig*: seen by the people who were chosen, and by nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import AccessLog, Answer
from portfolio.models.base import begin
from portfolio.models.consent import Consent, withdraw
from tests.browser import Page
from tests.pages.test_talk import share

if TYPE_CHECKING:
    from tests.people import Cast

SAID = "Vraagt om hulp"


def test_one_tap_is_seen_by_whom_it_was_shared_with(cast: Cast) -> None:
    share(cast, "bas", "signals")
    share(cast, "carla", "talks")
    page = cast.amina.page.visit("/plan").follow("Ik heb hulp nodig")
    assert "Bas" in page.text
    assert "Carla" not in page.text
    page.submit("Vraag nu om hulp")
    assert SAID in cast.bas.page.visit("/mensen").text
    assert SAID not in cast.carla.page.visit("/mensen").text
    page.submit("Ik heb geen hulp meer nodig")
    assert SAID not in cast.bas.page.visit("/mensen").text
    with cast.amina.app.app_context():
        assert db.session.scalars(select(Answer)).all() == []
        assert db.session.scalars(select(AccessLog)).all() == []


def test_without_anybody_chosen_nothing_is_asked(cast: Cast) -> None:
    page = cast.amina.page.visit("/hulp-vragen")
    assert "Kies eerst wie het mag zien." in page.text
    assert page.post("/hulp-vragen").status_code == 303
    with cast.amina.app.app_context():
        assert db.session.scalars(select(Answer)).all() == []


def test_asked_twice_it_stands_once_and_withdrawn_it_is_gone(cast: Cast) -> None:
    share(cast, "bas", "signals")
    for _ in range(2):
        assert cast.amina.page.post("/hulp-vragen").status_code == 303
    with cast.amina.app.app_context():
        assert len(db.session.scalars(select(Answer)).all()) == 1
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "signals")
        db.session.commit()
    assert SAID not in cast.bas.page.visit("/mensen").text


def test_another_owner_takes_nothing_back(cast: Cast) -> None:
    share(cast, "bas", "signals")
    cast.amina.page.post("/hulp-vragen")
    assert cast.farid.page.post("/hulp-vragen/weg").status_code == 303
    assert cast.bas.page.post("/hulp-vragen/weg").status_code == 404
    assert SAID in cast.bas.page.visit("/mensen").text


def test_two_taps_at_one_moment_count_once(cast: Cast) -> None:
    share(cast, "bas", "signals")
    pages = [Page(cast.amina.browse()) for _ in range(4)]
    with ThreadPoolExecutor(len(pages)) as pool:
        answers = pool.map(lambda page: page.post("/hulp-vragen").status_code, pages)
        assert set(answers) == {303}
    with cast.amina.app.app_context():
        assert len(db.session.scalars(select(Answer)).all()) == 1
