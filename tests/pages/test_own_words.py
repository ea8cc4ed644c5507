"""Own words in several languages: said once more later, shown as growth, never changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db
from portfolio.keyring import open_text
from portfolio.models import Answer, Comment, EntryText, Goal
from portfolio.models.answer import said_in
from portfolio.models.base import begin
from portfolio.models.comment import Subject, write_comment
from portfolio.models.consent import Grantee
from portfolio.models.entry import MOST_TEXTS
from portfolio.models.goal import add_steps, begin_goal, say_of
from portfolio.models.words import Words
from tests import factories, talks
from tests.models.test_chains import trouble_in
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


def test_a_goal_and_its_steps_are_said_in_dutch_one_by_one(amina: Actor, bas: Actor) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        keys = factories.keys_for(amina.map_id)
        row = begin_goal(db.session, amina.map_id, "werk")
        for name in ("what", "why"):
            say_of(db.session, row, keys, name, Words(WISH, "ar"))
        week_ago = (datetime.now(UTC) - timedelta(days=7)).isoformat()
        row.made_at, row.since = row.created_at, json.dumps({"ar": week_ago})
        say_of(db.session, row, keys, "helper", Words("Een vriend", "nl"))
        add_steps(db.session, row, keys, [Words(SOUP, "ar")])
        factories.share(amina.map_id, bas.seat_id, grantee("bas"), part="goals:werk")
        db.session.commit()
        goal_id = row.id
    read = bas.page.visit(f"/mensen/{amina.map_id}/doel/{goal_id}")
    assert WISH in read.h1
    assert "Arabisch" in read.text
    page = amina.page.visit(f"/plan/doelen/{goal_id}").follow(AGAIN)
    assert "/what?" in page.path
    assert "Dit zei je in het Arabisch." in page.text
    assert page.value("text").strip() == ""
    page.fill("text", "Ik wil koken").submit("Bewaar")
    # What is said in Dutch already is not asked once more; what is skipped stays.
    assert "/why?" in page.path
    page.follow("Sla over")
    assert "/woorden?" in page.path
    page.fill("text", "Ik zoek een kok").submit("Bewaar")
    assert page.path == f"/plan/doelen/{goal_id}"
    assert GROWN[0] in page.text
    assert GROWN[1] in page.text
    with amina.app.app_context():
        since = json.loads(db.session.get_one(Goal, goal_id).since or "")
    assert since["ar"] == week_ago < since["nl"]
    assert page.follow(AGAIN).path.split("?")[0].endswith("/why")
    read.visit(f"/mensen/{amina.map_id}/doel/{goal_id}")
    assert read.h1 == "Ik wil koken"
    assert "Ik zoek een kok" in read.text
    assert SOUP not in read.text
    assert WISH in read.text
    # What stands in Dutch by now is not written over by a page that came before.
    late = page.post(f"/plan/doelen/{goal_id}/what?taal=nl", {"text": "x", "lang": "nl", "was": ""})
    assert late.status_code == 422
    assert "Ik wil koken" in late.text


def test_an_answer_of_the_plan_and_of_a_preparation_keep_both(amina: Actor, bas: Actor) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        talk_id = talks.make_talk(amina.map_id, bas.seat_id)
        talks.prepare(amina.map_id, talk_id, "proud", WISH, "ar")
        talks.tell(amina.map_id, "horizon", WISH, "ar")
        db.session.commit()
    for place in (f"/gesprekken/{talk_id}/voorbereiden/proud", "/plan/vraag/horizon"):
        page = amina.page.visit(place)
        assert WISH in page.value("text")
        page.follow(AGAIN).fill("text", "Ik wil koken").submit(
            "Bewaar" if "plan" in place else "Verder"
        )
        assert page.path == place
        assert GROWN[0] in page.text
        assert GROWN[1] in page.text
        assert AGAIN not in page.text
    with amina.app.app_context():
        keys = factories.keys_for(amina.map_id)
        rows = db.session.scalars(select(Answer).where(Answer.portfolio_id == amina.map_id)).all()
        for row in rows:
            assert row.said is not None
            said = said_in(open_text(keys.general, "answer", row.id, "said", row.said))
            assert {each.lang: each.text for each in said} == {"ar": WISH, "nl": "Ik wil koken"}
            assert list(json.loads(row.since or "")) == ["ar", "nl"]
    # A page that showed Dutch takes nothing in Arabic away.
    place = f"/gesprekken/{talk_id}/voorbereiden/proud"
    typed = {"text": "x", "lang": "ar", "read": "nl", "version": "2"}
    assert amina.page.post(place, typed).status_code == 422


def test_an_answer_to_a_comment_is_said_again_in_its_chain(
    amina: Actor, bas: Actor, carla: Actor, farid: Actor, cast: Cast
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        subject = Subject(amina.map_id, "werk", cast.entries["work"])
        first = write_comment(
            db.session,
            factories.keys_for(amina.map_id),
            subject,
            Grantee("Amina", "", ""),
            membership_id=None,
            words=Words(WISH, "ar"),
            reply_to=cast.comments["asked"],
        )
        db.session.commit()
        first_id, written = first.id, first.body
    place, seen = (
        f"/reactie/{first_id}/nog-een-taal",
        f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}",
    )
    page = amina.page.visit(place)
    assert "Dit zei je in het Arabisch." in page.text
    page.fill("text", "Ik wil koken").submit("Bewaar")
    assert GROWN[1] in page.text
    text = bas.page.visit(seen).text
    assert text.index("Ik wil koken") < text.index(WISH)
    with amina.app.app_context():
        again = db.session.scalars(select(Comment).where(Comment.reply_to == first_id)).one()
        again_id = again.id
        body = db.session.get_one(Comment, first_id).body
        assert (body, trouble_in(db.session, "comment_head", amina.map_id)) == (written, [])
    # Once in each language, of what is the owner's and was said first; nobody else may.
    assert page.post(place, {"text": "x", "lang": "nl"}).status_code == 422
    other = {"text": "x", "lang": "en"}
    assert page.post(f"/reactie/{again_id}/nog-een-taal", other).status_code == 404
    assert page.post(f"/reactie/{cast.comments['asked']}/nog-een-taal", other).status_code == 404
    assert farid.page.post(place, other).status_code == 404
    assert bas.page.post(place, other).status_code == 404
    # What it answers is hidden: it goes along in every language, but for who wrote that.
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(amina.map_id, carla.seat_id, grantee("carla"), leefgebied="werk")
        db.session.commit()
    said = (WISH, "Ik wil koken")
    assert all(each in carla.page.visit(seen).text for each in said)
    page.post(f"/reactie/{cast.comments['asked']}/verbergen", {"verberg": "ja"})
    assert not any(each in carla.page.visit(seen).html for each in said)
    assert all(each in bas.page.visit(seen).text for each in said)
    page.post(f"/reactie/{cast.comments['asked']}/verbergen", {"verberg": "nee"})
    # One language may be taken away by itself, with its mark, and be said again.
    gone = "Deze reactie is weggehaald."
    marks = bas.page.visit(seen).text.count(gone)
    page.post(f"/reactie/{again_id}/weghalen")
    assert bas.page.visit(seen).text.count(gone) == marks + 1
    assert WISH in bas.page.text
    assert page.post(place, {"text": said[1], "lang": "nl"}).status_code == 303
    assert all(each in bas.page.visit(seen).text for each in said)
    # Taken away, it goes in every language; the chain stays whole.
    page.post(f"/reactie/{first_id}/weghalen")
    for who in (carla, bas):
        assert not any(each in who.page.visit(seen).html for each in said)
    assert not any(each in page.visit(f"/map/stuk/{cast.entries['work']}").html for each in said)
    with amina.app.app_context():
        assert trouble_in(db.session, "comment_head", amina.map_id) == []
        again_too = select(Comment.removed_at).where(Comment.reply_to == first_id)
        assert None not in db.session.scalars(again_too).all()
