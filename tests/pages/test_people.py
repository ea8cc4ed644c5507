"""The coach sees what is shared, nothing else, and never unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select

from portfolio.extensions import db
from portfolio.models.access_log import AccessLog
from portfolio.models.base import begin
from portfolio.models.consent import Consent, withdraw
from portfolio.models.organisation import end_membership
from tests import factories, people

if TYPE_CHECKING:
    from tests.people import Actor, Cast

SECRET = ("work_private", "work_refused", "work_deleted", "language", "health", "farids_work")


def looks(actor: Actor) -> list[tuple[str | None, str]]:
    """List (membership, about) of everything that was noted."""
    with actor.app.app_context():
        rows = db.session.execute(
            select(AccessLog.membership_id, AccessLog.about).order_by(AccessLog.number)
        ).all()
        return [(row[0], row[1]) for row in rows]


def stop(amina: Actor, bas: Actor) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.membership_id == bas.seat_id)
        db.session.commit()


def addresses(amina: Actor, cast: Cast) -> list[str]:
    there = f"/mensen/{amina.map_id}"
    return [
        there,
        f"{there}/werk",
        f"{there}/stuk/{cast.entries['work']}",
    ]


def test_the_list_names_who_shares_and_opens_nothing(bas: Actor, cast: Cast) -> None:
    page = bas.page.visit("/mensen")
    assert "Amina" in page.text
    assert "Farid" not in page.text
    assert not any(canary in page.html for canary in cast.canaries.values())
    assert looks(bas) == []


def test_the_persons_page_shows_the_shared_leefgebied_and_no_other(
    bas: Actor, amina: Actor
) -> None:
    page = bas.page.visit(f"/mensen/{amina.map_id}")
    assert "Amina deelt met mij" in page.h1
    tiles = [node["href"] for node in page.tree.walk("a") if "tile" in node.attrs.get("class", "")]
    assert tiles == [f"/mensen/{amina.map_id}/werk"]
    assert "1 ding" in page.text
    assert "Ik kan het met hulp" in page.text
    assert looks(bas) == [(bas.seat_id, "map")]


def test_the_leefgebied_shows_its_things_and_hides_private_refused_and_deleted(
    bas: Actor, amina: Actor, cast: Cast
) -> None:
    page = bas.page.visit(f"/mensen/{amina.map_id}/werk")
    assert cast.canaries["work"] in page.text
    for name in SECRET:
        assert cast.canaries[name] not in page.html
        assert cast.entries[name] not in page.html
    assert looks(bas) == [(bas.seat_id, "leefgebied:werk")]


@pytest.mark.parametrize("name", SECRET)
def test_what_is_not_shared_answers_404_by_its_address(
    bas: Actor, amina: Actor, cast: Cast, name: str
) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}/stuk/{cast.entries[name]}", 404)
    assert looks(bas) == []


@pytest.mark.parametrize("leefgebied", ["taal", "gezondheid", "geld", "onzin"])
def test_a_leefgebied_that_is_not_shared_answers_404(
    bas: Actor, amina: Actor, leefgebied: str
) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}/{leefgebied}", 404)
    assert looks(bas) == []


def test_a_thing_under_another_map_answers_404(bas: Actor, farid: Actor, cast: Cast) -> None:
    bas.page.visit(f"/mensen/{farid.map_id}/stuk/{cast.entries['work']}", 404)
    bas.page.visit(f"/mensen/{farid.map_id}", 404)


def test_an_expired_consent_shows_nobody(carla: Actor, amina: Actor, cast: Cast) -> None:
    assert "Amina" not in carla.page.visit("/mensen").text
    for address in addresses(amina, cast):
        carla.page.visit(address, 404)


def test_withdrawn_a_moment_ago_is_gone_everywhere(bas: Actor, amina: Actor, cast: Cast) -> None:
    for address in addresses(amina, cast):
        bas.page.visit(address)
    stop(amina, bas)
    for address in addresses(amina, cast):
        bas.page.visit(address, 404)
    for size in ("groot", "klein"):
        assert bas.page.get(f"/foto/{cast.photos['work']}/{size}").status_code == 404
    assert "Amina" not in bas.page.visit("/mensen").text


def test_a_single_shared_thing_shows_only_itself(carla: Actor, amina: Actor, cast: Cast) -> None:
    with amina.app.app_context():
        begin(db.session, writing=True)
        factories.share(
            amina.map_id,
            carla.seat_id,
            people.grantee("carla"),
            entry_id=cast.entries["language"],
        )
        db.session.commit()
    page = carla.page.visit(f"/mensen/{amina.map_id}")
    assert cast.canaries["language"] in page.text
    assert not [node for node in page.tree.walk("a") if "tile" in node.attrs.get("class", "")]
    carla.page.visit(f"/mensen/{amina.map_id}/taal", 404)
    page = carla.page.visit(f"/mensen/{amina.map_id}/stuk/{cast.entries['language']}")
    assert cast.canaries["language"] in page.text
    for name in cast.canaries:
        if name != "language":
            assert cast.canaries[name] not in page.html


def test_who_left_the_organisation_sees_nothing_at_once(
    bas: Actor, amina: Actor, cast: Cast
) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}/werk")
    with bas.app.app_context():
        begin(db.session, writing=True)
        end_membership(db.session, bas.seat_id)
        db.session.commit()
    for address in addresses(amina, cast):
        bas.page.visit(address, 404)


def test_one_row_per_page_and_minute(bas: Actor, amina: Actor) -> None:
    for _ in range(3):
        bas.page.visit(f"/mensen/{amina.map_id}/werk")
    assert len(looks(bas)) <= 2


def test_what_cannot_be_noted_is_not_read(
    bas: Actor, amina: Actor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kw: object) -> bool:
        raise OSError

    monkeypatch.setattr("portfolio.access.note_reading", broken)
    for address in addresses(amina, cast):
        answer = bas.page.get(address)
        assert answer.status_code == 500
        assert cast.canaries["work"] not in answer.text
    assert looks(bas) == []


def test_new_is_what_changed_after_i_read_it(bas: Actor, amina: Actor, cast: Cast) -> None:
    assert "nieuw" in bas.page.visit("/mensen").text
    bas.page.visit(f"/mensen/{amina.map_id}/werk")
    assert "Niets nieuws" in bas.page.visit("/mensen").text
    assert cast.entries["work"]


def test_at_most_twelve_questions_a_page(
    bas: Actor, amina: Actor, cast: Cast, database: str
) -> None:
    # PostgreSQL asks once more: it locks the consents that SQLite holds by itself.
    most = 13 if database == "postgresql" else 12
    bas.page.visit("/mensen")
    asked: list[str] = []
    with bas.app.app_context():
        engines = [db.engine, db.get_engine("keyring")]

    def note(*args: object) -> None:
        statement = str(args[2])
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    for address in ["/mensen", *addresses(amina, cast)]:
        asked.clear()
        bas.page.get(address)
        assert len(asked) <= most, (address, asked)


@pytest.mark.parametrize("who", ["amina", "farid", "dirk", "eva"])
def test_only_who_helps_people_has_the_page(cast: Cast, who: str) -> None:
    cast.everybody()[who].page.visit("/mensen", 404)


def test_my_code_stands_large_with_an_address_only(bas: Actor) -> None:
    page = bas.page.visit("/mijn-code")
    code = next(node for node in page.tree.walk("p") if node.attrs.get("class") == "code").text
    assert len(code) == 9
    assert "<svg" in page.html
    assert "style=" not in page.html


def test_a_new_code_ends_the_old_one(bas: Actor, amina: Actor) -> None:
    def code() -> str:
        page = bas.page.visit("/mijn-code")
        return next(node for node in page.tree.walk("p") if node.attrs.get("class") == "code").text

    old = code()
    assert bas.page.post(f"/mijn-code/{bas.seat_id}/nieuw").status_code == 303
    assert code() != old
    amina.page.visit("/delen/nieuw").fill("code", old).submit(status=422)
    amina.page.visit("/delen/nieuw").fill("code", code().lower().replace("-", " ")).submit()
    assert "Bas" in amina.page.text


def test_nobody_renews_anothers_code(carla: Actor, bas: Actor) -> None:
    assert carla.page.post(f"/mijn-code/{bas.seat_id}/nieuw").status_code == 404


def test_the_chain_holds_after_many_readings(bas: Actor, amina: Actor) -> None:
    bas.page.visit(f"/mensen/{amina.map_id}")
    bas.page.visit(f"/mensen/{amina.map_id}/werk")
    with amina.app.app_context():
        numbers = db.session.execute(
            select(func.count(), func.max(AccessLog.number)).where(
                AccessLog.portfolio_id == amina.map_id
            )
        ).one()
    assert numbers[0] == numbers[1]
