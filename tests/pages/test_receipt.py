"""The proof of a consent, the word before it ends, and an organisation that closes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portfolio.ending import Ending, ending_today
from portfolio.extensions import db
from portfolio.languages import LANGUAGES
from portfolio.models import Consent, Membership, Organisation
from portfolio.models.base import begin
from portfolio.models.consent import AMSTERDAM, Scope, Terms, decide, end_of_day
from portfolio.models.organisation import close_organisation
from tests import factories
from tests.browser import ORIGIN
from tests.pages.untranslated import without_dutch
from tests.people import GEMEENTE, grantee

if TYPE_CHECKING:
    from tests.people import Cast

SOON = "Dit stopt binnenkort vanzelf."


def until(cast: Cast, days: int, leefgebied: str = "werk") -> str:
    """Share with Bas until so many days from now, and give the consent."""
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        last = datetime.now(AMSTERDAM).date() + timedelta(days=days)
        row = decide(
            db.session,
            cast.amina.map_id,
            factories.keys_for(cast.amina.map_id),
            cast.bas.seat_id,
            grantee("bas"),
            about=Scope(leefgebied=leefgebied),
            terms=Terms("gesprek", end_of_day(last), may_comment=True),
        )
        consent_id = row.id
        db.session.commit()
        return consent_id


def test_a_receipt_says_all_that_was_agreed_in_every_language(cast: Cast) -> None:
    """Attack 20: who, what, what for, from, until, what they may, and when it was stopped."""
    given, page = until(cast, 30), cast.amina.page
    for tag in LANGUAGES:
        page.post("/taal-kiezen", {"language": tag, "mode": "own", "next": "/map"})
        page.visit(f"/delen/{given}/bewijs")
        assert "Bas" in page.text
        assert GEMEENTE in page.text
        whole = page.tree.first("html")
        assert whole is not None
        # In a language that nobody checked it stands beside its Dutch.
        assert whole["lang"] == "nl"
        assert tag == "nl" or not without_dutch(page.tree, tag)
    page.post("/taal-kiezen", {"language": "nl", "mode": "nl", "next": "/map"})
    text = page.visit(f"/delen/{given}/bewijs").text
    for word in ("Werk", "Voor ons gesprek", "Tot en met", "Kijken en een reactie schrijven"):
        assert word in text, word
    assert page.tree.first("button") is not None
    page.post(f"/delen/{given}/stop")
    assert "Ja, op" in page.visit(f"/delen/{given}/bewijs").text
    for other in (cast.farid, cast.bas, cast.eva):
        assert other.browse().get(f"/delen/{given}/bewijs", base_url=ORIGIN).status_code == 404


def test_what_ends_soon_is_told_and_never_renews_itself(cast: Cast) -> None:
    amina = cast.amina
    until(cast, 15)
    assert SOON not in amina.page.visit("/delen").text
    assert "stopt binnenkort" not in amina.page.visit("/map").text
    given = until(cast, 14)
    until(cast, 3, "taal")
    until(cast, 4, "wonen")
    assert amina.page.visit("/delen").text.count(SOON) == 3
    assert "stopt binnenkort" in amina.page.visit("/map").text
    with amina.app.app_context():
        assert ending_today(db.session) == [Ending(amina.person_id, 3), Ending(amina.person_id, 14)]
        before = db.session.scalar(select(func.count(Consent.id)))
    assert cast.farid.page.post(f"/delen/{given}/nog-een-keer").status_code == 404
    begun = amina.page.post(f"/delen/{given}/nog-een-keer")
    page = amina.page.visit(begun.headers["Location"])
    assert page.h1 == "Waarvoor deel je dit?"
    assert not [node for node in page.tree.walk("input") if "checked" in node.attrs]
    with amina.app.app_context():
        assert db.session.scalar(select(func.count(Consent.id))) == before
        ends = select(Consent.expires_at).where(Consent.id == given, Consent.withdrawn_at.is_(None))
        assert db.session.scalars(ends).one() is not None


def test_a_closed_organisation_sees_nothing_any_more(cast: Cast) -> None:
    """ASVS 8.3.2. Attack 7: everything that its members were given ends with it, at once."""
    client, app = cast.bas.browse(), cast.bas.app
    path = f"/mensen/{cast.amina.map_id}/werk"
    assert client.get(path, base_url=ORIGIN).status_code == 200
    with app.app_context():
        begin(db.session, writing=True)
        place = cast.facts.organisations["gemeente"]
        ended = close_organisation(db.session, place)
        assert cast.bas.seat_id in ended
        assert close_organisation(db.session, place) == []
        db.session.commit()
        left = select(Membership.id).where(Membership.organisation_id == place)
        assert not db.session.scalars(left.where(Membership.ended_at.is_(None))).all()
        assert db.session.get_one(Organisation, place).closed_at is not None
    assert client.get(path, base_url=ORIGIN).status_code == 404
    assert client.get("/mensen", base_url=ORIGIN).status_code == 404
    assert GEMEENTE not in cast.eva.page.visit("/organisatie").text
    assert "Deze persoon werkt daar niet meer." in cast.amina.page.visit("/delen").text
    assert cast.amina.page.post("/delen/nieuw", {"code": "AAAA-AAAA"}).status_code == 422
