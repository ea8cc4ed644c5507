"""Own words in several languages: said once more later, shown as growth, never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.models import EntryText
from portfolio.models.base import begin
from portfolio.models.entry import MOST_TEXTS
from tests import factories
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Actor, Cast

WISH, SOUP = "أريد أن أطبخ", "شوربة"
AGAIN = "Zeg het nu in het Nederlands"
GROWN = ("Dit zei je eerst in het Arabisch.", "Nu ook in het Nederlands.")


def soup(owner: Actor, *, shared_with: Actor | None = None) -> str:
    """Let an owner have a thing that speaks Arabic, told of a week ago."""
    with owner.app.app_context():
        begin(db.session, writing=True)
        entry_id = factories.make_entry(owner.map_id, "werk", {"ar": (SOUP, WISH)})
        chosen = select(EntryText).where(EntryText.entry_id == entry_id)
        db.session.scalars(chosen).one().said_at = datetime.now(UTC) - timedelta(days=7)
        if shared_with:
            factories.share(
                owner.map_id, shared_with.seat_id, grantee(shared_with.key), entry_id=entry_id
            )
        db.session.commit()
        return entry_id


def texts(owner: Actor, entry_id: str) -> dict[str, EntryText]:
    with owner.app.app_context():
        chosen = select(EntryText).where(EntryText.entry_id == entry_id).order_by(EntryText.number)
        found = {row.lang: row for row in db.session.scalars(chosen)}
        db.session.expunge_all()
        return found


def test_a_thing_is_said_in_dutch_later_and_that_is_growth(amina: Actor, bas: Actor) -> None:
    entry_id = soup(amina, shared_with=bas)
    seen = bas.page.visit(f"/mensen/{amina.map_id}/stuk/{entry_id}")
    assert SOUP in seen.h1
    assert "Dit staat er in het: Arabisch" in seen.text
    before = texts(amina, entry_id)["ar"]
    page = amina.page.visit(f"/map/stuk/{entry_id}")
    assert GROWN[0] not in page.text
    page.follow(AGAIN)
    for said in (SOUP, WISH, "Dit zei je in het Arabisch.", "Wat je eerst zei, blijft staan."):
        assert said in page.text
    page.fill("title", "Soep").fill("story", "Ik kook graag").submit("Bewaar")
    assert all(said in page.text for said in (*GROWN, SOUP, WISH, "Soep"))
    assert page.text.index(GROWN[0]) < page.text.index(GROWN[1])
    assert AGAIN not in page.text
    now = texts(amina, entry_id)
    # What was said stays to the byte, under its own date; the new text is sealed like it.
    assert (now["ar"].id, now["ar"].title, now["ar"].said_at) == (
        before.id,
        before.title,
        before.said_at,
    )
    assert b"Soep" not in (now["nl"].title or b"")
    seen.visit(f"/mensen/{amina.map_id}/stuk/{entry_id}")
    assert seen.h1 == "Soep"
    assert "Dit staat er in het: Nederlands" in seen.text
    assert SOUP in seen.text
    # A change of the whole keeps since when it is said in each.
    draft = amina.page.post(f"/map/stuk/{entry_id}/verander").headers["Location"]
    page.visit(draft).submit("Bewaar")
    assert texts(amina, entry_id)["ar"].said_at == before.said_at
    assert GROWN[1] in page.text


def test_a_language_that_stands_is_not_written_over(amina: Actor, farid: Actor) -> None:
    entry_id = soup(amina)
    place = f"/map/stuk/{entry_id}/nog-een-taal"
    page = amina.page.visit(place)
    answer = page.post(place, {"title": "Anders", "lang": "ar", "once": "a"})
    assert answer.status_code == 422
    assert "Deze taal staat er al." in answer.text
    assert "Anders" in answer.text
    assert page.post(place, {"title": " ", "lang": "nl"}).status_code == 422
    assert page.post(place, {"title": "Soep", "lang": "xx"}).status_code == 422
    assert page.post(place, {"title": "x" * 121, "lang": "nl"}).status_code == 422
    assert list(texts(amina, entry_id)) == ["ar"]
    # Sent twice, it is kept once; what is not said yet may come later.
    for _ in range(2):
        assert page.post(place, {"title": "Soep", "lang": "nl", "once": "b"}).status_code == 303
    assert page.post(place, {"story": "Lekker", "lang": "nl", "once": "c"}).status_code == 303
    for lang in ("en", "tr")[: MOST_TEXTS - 2]:
        assert page.post(place, {"title": "Soup", "lang": lang}).status_code == 303
    assert page.post(place, {"title": "Soupe", "lang": "fr"}).status_code == 422
    assert list(texts(amina, entry_id)) == ["ar", "nl", "en", "tr"]
    assert farid.page.get(place).status_code == 404
    assert farid.page.post(place, {"title": "Van mij", "lang": "so"}).status_code == 404
