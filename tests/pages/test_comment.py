"""Comments: where they are welcome, never changed, hidden and taken back with a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portfolio.extensions import db, keyring
from portfolio.models.base import begin
from portfolio.models.comment import Comment
from portfolio.models.consent import Consent, withdraw
from portfolio.models.organisation import join
from portfolio.models.person import Person
from tests import factories, people

if TYPE_CHECKING:
    from tests.people import Actor, Cast

SAID = "Kanariezin van de coach"


def there(amina: Actor, cast: Cast) -> str:
    return f"/mensen/{amina.map_id}/stuk/{cast.entries['work']}"


def written(amina: Actor) -> list[str]:
    with amina.app.app_context():
        return list(
            db.session.scalars(
                select(Comment.id)
                .where(Comment.portfolio_id == amina.map_id)
                .order_by(Comment.number)
            ).all()
        )


def test_a_coach_writes_on_a_thing_and_the_owner_answers(
    bas: Actor, amina: Actor, cast: Cast
) -> None:
    page = bas.page.visit(there(amina, cast)).fill("text", SAID).submit("Stuur")
    assert SAID in page.text
    comment_id = written(amina)[-1]
    form = {"text": "Antwoord <b>van mij</b>", "lang": "ar", "once": "a"}
    assert amina.page.post(f"/reactie/{comment_id}/antwoord", form).status_code == 303
    page = bas.page.visit(there(amina, cast))
    assert "Antwoord <b>van mij</b>" in page.text
    assert '<span lang="ar" dir="rtl">Antwoord &lt;b&gt;' in page.html


def test_a_coach_writes_on_a_leefgebied(bas: Actor, amina: Actor) -> None:
    page = bas.page.visit(f"/mensen/{amina.map_id}/werk").fill("text", SAID).submit("Stuur")
    assert page.path == f"/mensen/{amina.map_id}/werk"
    assert SAID in page.text


def test_two_taps_write_one(bas: Actor, amina: Actor, cast: Cast) -> None:
    before = len(written(amina))
    for _ in range(2):
        form = {"text": SAID, "once": "same"}
        assert bas.page.post(f"{there(amina, cast)}/reactie", form).status_code == 303
    assert len(written(amina)) == before + 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_what_cannot_be_sent_comes_back_as_it_was(
    bas: Actor, amina: Actor, cast: Cast, text: str
) -> None:
    answered = bas.page.post(f"{there(amina, cast)}/reactie", {"text": text, "once": "k"})
    assert answered.status_code == 422
    assert text.strip() in answered.text


@pytest.mark.parametrize("name", ["work_refused", "work_private", "language", "farids_work"])
def test_no_comment_where_nothing_is_shared(
    bas: Actor, amina: Actor, cast: Cast, name: str
) -> None:
    before = len(written(amina))
    address = f"/mensen/{amina.map_id}/stuk/{cast.entries[name]}/reactie"
    answered = bas.page.post(address, {"text": SAID, "once": "k"})
    assert answered.status_code == 404
    assert SAID in answered.text
    assert cast.canaries[name] not in answered.text
    assert len(written(amina)) == before


def test_no_comment_where_only_looking_is_welcome(carla: Actor, amina: Actor, cast: Cast) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(amina.map_id, carla.seat_id, people.grantee("carla"), leefgebied="werk")
        db.session.commit()
    page = carla.page.visit(there(amina, cast))
    assert "textarea" not in page.html
    page.visit(f"/mensen/{amina.map_id}/werk")
    assert "textarea" not in page.html
    for address in (there(amina, cast), f"/mensen/{amina.map_id}/werk"):
        answered = carla.page.post(f"{address}/reactie", {"text": SAID, "once": "k"})
        assert answered.status_code == 404


def test_withdrawn_between_page_and_post_the_words_come_back(
    bas: Actor, amina: Actor, cast: Cast
) -> None:
    page = bas.page.visit(there(amina, cast)).fill("text", SAID)
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == bas.seat_id)
        db.session.commit()
    page.submit("Stuur", status=404)
    assert SAID in page.text
    assert cast.canaries["work"] not in page.html
    assert "Amina" not in page.text


def test_hidden_from_others_with_its_answer_but_not_from_its_author(
    bas: Actor, carla: Actor, amina: Actor, cast: Cast
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(amina.map_id, carla.seat_id, people.grantee("carla"), leefgebied="werk")
        db.session.commit()
    asked = cast.comments["asked"]
    carlas = carla.page.visit(there(amina, cast))
    assert "Kanarievraag" in carlas.text
    for _ in range(2):
        hide = {"verberg": "ja"}
        assert amina.page.post(f"/reactie/{asked}/verbergen", hide).status_code == 303
    for address in (there(amina, cast), f"/mensen/{amina.map_id}/werk"):
        page = carla.page.visit(address)
        assert "Kanarievraag" not in page.html
        assert "Kanarieantwoord" not in page.html
    page = bas.page.visit(there(amina, cast))
    assert "Kanarievraag" in page.text
    assert "Andere mensen zien dit niet." in page.text
    amina.page.post(f"/reactie/{asked}/verbergen", {"verberg": "nee"})
    assert "Kanarievraag" in carla.page.visit(there(amina, cast)).text
    assert amina.page.post(f"/reactie/{asked}/verbergen", {"verberg": "x"}).status_code == 400


def test_an_author_takes_away_their_own_and_leaves_a_mark(
    bas: Actor, amina: Actor, cast: Cast
) -> None:
    asked = cast.comments["asked"]
    page = bas.page.visit(there(amina, cast)).submit("Haal weg")
    assert "Deze reactie is weggehaald." in page.text
    assert "Kanarievraag" not in page.html
    with amina.app.app_context():
        row = db.session.get(Comment, asked)
        assert row is not None
        assert row.body


def test_nobody_touches_what_another_wrote(
    bas: Actor, carla: Actor, farid: Actor, amina: Actor, cast: Cast
) -> None:
    asked, answered = cast.comments["asked"], cast.comments["answered"]
    assert bas.page.post(f"/mensen/reactie/{answered}/weghalen").status_code == 404
    assert carla.page.post(f"/mensen/reactie/{asked}/weghalen").status_code == 404
    assert amina.page.post(f"/reactie/{asked}/weghalen").status_code == 404
    for deed in ("antwoord", "verbergen", "weghalen"):
        form = {"text": SAID, "lang": "nl", "verberg": "ja"}
        assert farid.page.post(f"/reactie/{asked}/{deed}", form).status_code == 404
        assert bas.page.post(f"/reactie/{asked}/{deed}", form).status_code == 404
    assert amina.page.post(f"/reactie/{answered}/weghalen").status_code == 303


def test_who_has_two_seats_writes_from_the_one_that_is_welcome(
    bas: Actor, amina: Actor, cast: Cast
) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        person = db.session.get_one(Person, bas.person_id)
        seat = join(db.session, keyring(), person, cast.facts.organisations["linde"], "coach")
        factories.share(
            amina.map_id, seat.id, people.grantee("bas"), leefgebied="taal", may_comment=True
        )
        seat_id = seat.id
        db.session.commit()
    for place, wrote in (("taal", seat_id), ("werk", bas.seat_id)):
        path = f"/mensen/{amina.map_id}/{place}/reactie"
        assert bas.page.post(path, {"text": SAID, "once": place}).status_code == 303
        with amina.app.app_context():
            assert db.session.get_one(Comment, written(amina)[-1]).membership_id == wrote
