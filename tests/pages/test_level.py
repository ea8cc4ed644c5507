"""What I can in Dutch, and KNM: said and never changed, apart from results, shown by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.extensions import db
from portfolio.models import CanDo, Consent
from portfolio.models.base import begin, clock
from portfolio.models.consent import withdraw
from portfolio.models.content import Content, keep_entry
from tests import factories
from tests.pages.test_route import share
from tests.pages.test_version import agreed

if TYPE_CHECKING:
    from tests.people import Actor

ASK = "/plan/niveaus/spreken/a1"
KNM, ASK_KNM = "/plan/niveaus/knm", "/plan/niveaus/knm/kies"
HOUSE = "Ik weet hoe huren werkt."


def rows(owner: Actor) -> list[CanDo]:
    with owner.app.app_context():
        mine = select(CanDo).where(CanDo.portfolio_id == owner.map_id).order_by(CanDo.at)
        return list(db.session.scalars(mine).all())


def say(owner: Actor, once: str, **said: str) -> int:
    form = {"once": once, **{name.replace("_", "-"): scale for name, scale in said.items()}}
    return owner.page.post(ASK, form).status_code


def test_what_was_said_before_stays_beside_what_is_said_now(amina: Actor) -> None:
    assert say(amina, "a", spreken_a1_1="begonnen", spreken_a1_2="zelf") == 303
    with amina.app.app_context():
        begin(db.session, writing=True)
        old = clock(db.session).replace(year=2025, month=5, day=3, hour=12)
        db.session.execute(update(CanDo).values(at=old))
        db.session.commit()
    assert say(amina, "b", spreken_a1_1="zelf", spreken_a1_2="zelf") == 303
    assert [row.statement for row in rows(amina)].count("spreken.a1.1") == 2
    # What did not change is not said again.
    assert [row.statement for row in rows(amina)].count("spreken.a1.2") == 1
    page = amina.page.visit("/plan/niveaus/spreken")
    assert "zaterdag 3 mei 2025Ik kan 1 van 16 zelf." in page.text
    assert "Ik kan 2 van 16 zelf." in page.text
    assert page.html.count('class="there"') == 2


def test_two_taps_and_nonsense_add_nothing(amina: Actor) -> None:
    for _ in range(2):
        assert say(amina, "same", spreken_a1_1="zelf") == 303
    assert len(rows(amina)) == 1
    assert say(amina, "c", spreken_a1_2="expert", spreken_b1_1="zelf", niets="zelf") == 303
    assert say(amina, "d", spreken_a1_3="x" * 1000) == 303
    assert len(rows(amina)) == 1


@pytest.mark.parametrize(
    "path", ["/zingen", "/zingen/a1", "/spreken/c9", "/spreken/alfa_a", "/knm/a1"]
)
def test_there_is_no_such_page(amina: Actor, path: str) -> None:
    amina.page.visit(f"/plan/niveaus{path}", 404)


def test_what_is_kept_is_unreadable_in_the_database(amina: Actor) -> None:
    assert say(amina, "a", spreken_a1_1="met_hulp") == 303
    assert b"met_hulp" not in rows(amina)[0].scale


def exam(owner: Actor, leefgebied: str) -> None:
    with owner.app.app_context():
        begin(db.session, writing=True)
        keys = factories.keys_for(owner.map_id)
        content = Content(leefgebied, "examen", details={"examen_spreken": "a2_gehaald"})
        keep_entry(db.session, owner.map_id, keys, content)
        db.session.commit()


def test_a_result_is_no_judgement_and_never_counted_with_it(amina: Actor) -> None:
    exam(amina, "taal")
    text = amina.page.visit("/plan/niveaus").text
    assert "A2: gehaald" in text
    assert "Hier heb je nog niets gekozen." in text
    assert not rows(amina)
    assert "A2: gehaald" in amina.page.visit("/plan/leerroute").text


def test_a_coach_sees_levels_by_their_name_only(amina: Actor, bas: Actor) -> None:
    address = f"/mensen/{amina.map_id}/plan"
    exam(amina, "taal")
    assert say(amina, "a", spreken_a1_1="zelf") == 303
    share(amina, bas, "route")
    bas.page.visit(address)
    assert "eigen oordeel" not in bas.page.text
    share(amina, bas, "levels")
    page = bas.page.visit(address)
    assert "Ik kan 1 van 16 zelf." in page.text
    # The result stands in Taal, which is not shared.
    assert "A2: gehaald" not in page.text


def test_a_result_is_seen_where_the_thing_itself_is_shared(amina: Actor, bas: Actor) -> None:
    exam(amina, "werk")
    share(amina, bas, "levels")
    assert "A2: gehaald" in bas.page.visit(f"/mensen/{amina.map_id}/plan").text


def test_knm_is_found_said_and_counted_apart_from_the_skills(amina: Actor) -> None:
    page = amina.page.visit("/plan/niveaus").follow("Kijk wat ik weet over Nederland")
    assert page.path == KNM
    assert HOUSE in page.text
    assert "Hier heb je nog niets gekozen." in page.text
    page.follow("Kies wat je weet over Nederland")
    assert page.html.partition("</main>")[0].count("<fieldset") == 8
    said = {"once": "a", "knm-wonen-1": "zelf", "knm-werk-1": "met_hulp"}
    # What is no sentence of KNM or no step of the scale is not kept, and twice is once.
    nonsense = {"knm-staat-1": "expert", "spreken-a1-1": "zelf", "knm-wonen-2": "zelf"}
    for _ in range(2):
        assert page.post(ASK_KNM, said | nonsense).status_code == 303
    assert sorted(row.statement for row in rows(amina)) == ["knm.werk.1", "knm.wonen.1"]
    page.visit(KNM)
    assert "Ik kan 1 van 8 zelf. Met hulp: 1." in page.text
    assert page.html.count('class="there"') == 1
    assert "Ik kan 1 van 8 zelf." in page.visit("/plan/niveaus").text
    assert "Ik kan 1 van 16" not in page.text
    assert page.visit(ASK_KNM).html.count(" checked") == 2
    # It stands where the owner learns what KNM asks, too.
    for path in ("/plan/leerroute", "/plan/leerroute/knm"):
        assert page.visit(path).follow("Kijk wat ik weet over Nederland").path == KNM


def test_knm_is_seen_by_whoever_holds_the_levels_until_it_ends(amina: Actor, bas: Actor) -> None:
    address = f"/mensen/{amina.map_id}/plan"
    assert amina.page.post(ASK_KNM, {"once": "a", "knm-wonen-1": "zelf"}).status_code == 303
    share(amina, bas, "route")
    assert "Ik kan 1 van 8 zelf." not in bas.page.visit(address).text
    share(amina, bas, "levels")
    assert "Ik kan 1 van 8 zelf." in bas.page.visit(address).text
    first = agreed(amina, bas)
    assert amina.page.post(ASK_KNM, {"once": "b", "knm-werk-1": "zelf"}).status_code == 303
    last = agreed(amina, bas, once="k2")
    beside = amina.page.visit(f"/plan/versies/{last}/naast/{first}").text
    assert "KNM: hoe Nederland werkt" in beside
    assert "Zelf: 2." in beside
    for path in (KNM, ASK_KNM):
        bas.page.visit(path, 404)
    assert bas.page.post(ASK_KNM, {"once": "c", "knm-wonen-1": "willen"}).status_code == 404
    with amina.app.app_context():
        begin(db.session, writing=True)
        withdraw(db.session, Consent.part == "levels")
        db.session.commit()
    assert "KNM" not in bas.page.visit(address).text
