"""Amina begins a plan, talks it over with Bas, agrees a version, and gets a new contact person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.data.plan import GOAL_EXAMPLES
from portfolio.extensions import db
from portfolio.models import Talk
from portfolio.models.base import begin
from portfolio.models.consent import AMSTERDAM
from tests.pages.sharing import public_id
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from tests.chromium import Phone
    from tests.people import Actor, Cast

pytestmark = pytest.mark.browser

DREAM, PROUD = "Ik word kok in een restaurant", "Ik belde zelf met de huisarts"
DEED, SUMMARY = "Bas vraagt een plek in een keuken", "Amina begint met de kookles"
REASON = "Ik begin met een kookles"
READY = next(each for each in GOAL_EXAMPLES.values() if each.leefgebied == "werk")


def begins_a_plan(amina: Walk) -> None:
    """When: she says where she wants to go, and takes over a ready goal."""
    amina.window.visit("/plan/richting")
    amina.press("Waar wil ik naartoe?")
    amina.fill("text", DREAM).main()
    amina.sees(DREAM)
    amina.window.visit("/plan/doelen/nieuw")
    amina.choose("leefgebied", "werk").main()
    amina.press(READY.wish)
    amina.sees(READY.what).sees(READY.steps[0])
    amina.press("Dit is klaar").reads("Klaar. Toch niet?")


def shares_it(amina: Walk, bas: Actor) -> None:
    """When: she shares parts of it with Bas by their names; none was ticked."""
    amina.window.visit(f"/delen/met/{public_id(bas)}")
    amina.main()
    assert amina.page.locator("input:checked").count() == 0
    for part in ("direction", "preparation", "talks"):
        amina.choose("plan_lijst", part)
    amina.choose("doelen_lijst", "goals:werk").main()
    amina.choose("purpose", "gesprek").main()
    amina.main()
    amina.choose("may", "ja").main()
    amina.press("Plan van %(name)s", name="Amina").sees(DREAM).sees(READY.what)
    amina.page.go_back()
    amina.main()
    amina.main()
    assert amina.path == "/delen"


def plans_and_prepares(amina: Walk) -> str:
    """When: she plans a talk and prepares it. Gives its id."""
    amina.window.visit("/gesprekken/nieuw")
    members = amina.page.locator('input[name="membership"]')
    if members.count():
        amina.page.locator(f'label[for="{members.first.get_attribute("id")}"]').click()
    amina.choose("kind", "first")
    day = (datetime.now(AMSTERDAM) + timedelta(days=7)).date().isoformat()
    amina.fill("day", day).fill("time", "14:30").main()
    talk_id = amina.path.rpartition("/")[2]
    amina.window.visit(f"/gesprekken/{talk_id}/voorbereiden/proud")
    amina.fill("text", PROUD).main()
    return talk_id


def hold_it(cast: Cast, talk_id: str) -> None:
    """Let the day of the talk be yesterday: nobody waits a week for a test."""
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        yesterday = datetime.now(UTC) - timedelta(days=1)
        db.session.execute(update(Talk).where(Talk.id == talk_id).values(starts_at=yesterday))
        db.session.commit()


def agrees(amina: Walk, bas: Walk, mine: str, his: str) -> None:
    """Then: they agree, he writes the report, and both say yes, each on their own phone."""
    bas.window.visit(his)
    bas.sees(DREAM).sees(PROUD)
    bas.page.locator("summary").filter(has_text="Schrijf een afspraak op").click()
    bas.page.locator('[name="what"]').fill(DEED)
    bas.choose("who", "coach").press("Zet deze afspraak erbij")
    bas.sees(DEED).press("Schrijf het verslag")
    bas.fill("text", SUMMARY).main()
    bas.press("Ja, dit klopt")
    amina.window.visit(mine)
    amina.sees(DEED).sees(SUMMARY).press("Ja, dit klopt")
    amina.reads("Jullie zijn het eens")
    bas.window.visit(his)
    bas.reads("Jullie zijn het eens")


def test_a_plan_from_the_first_dream_to_a_new_contact_person(phone: Phone, cast: Cast) -> None:
    amina, bas = Walk(phone.open(cast.amina)), Walk(phone.open(cast.bas))
    carla = Walk(phone.open(cast.carla))
    begins_a_plan(amina)
    shares_it(amina, cast.bas)
    bas.window.visit(f"/mensen/{cast.amina.map_id}/plan")
    bas.sees(DREAM).sees(READY.what)

    talk_id = plans_and_prepares(amina)
    mine = f"/gesprekken/{talk_id}"
    his = f"/mensen/{cast.amina.map_id}{mine}"
    bas.window.visit(his)
    bas.press("Ja, ik kom")
    hold_it(cast, talk_id)
    agrees(amina, bas, mine, his)

    # A version of the plan, frozen by two yeses.
    amina.window.visit("/plan/versies/nieuw")
    amina.choose("member", cast.bas.seat_id).fill("reason", REASON).main()
    bas.window.visit(f"/mensen/{cast.amina.map_id}/versies")
    bas.page.locator("main .lines a").first.click()
    bas.sees(REASON).sees(DREAM).main()
    amina.window.visit(amina.path)
    amina.sees(DREAM).sees_not("Wacht op een ja")

    # Bas is her contact person; then Carla takes over, and Bas sees nothing more.
    amina.window.visit("/contactpersoon")
    amina.press("Dit is mijn contactpersoon")
    amina.window.visit(f"/contactpersoon/nieuw/{public_id(cast.carla)}")
    amina.main()
    carla.window.visit(f"/mensen/{cast.amina.map_id}/plan")
    carla.sees(DREAM).sees(READY.what)
    carla.window.visit(his)
    carla.sees(SUMMARY)
    bas.window.visit(f"/mensen/{cast.amina.map_id}/plan", 404)
    with cast.amina.app.app_context():
        state = db.session.scalars(select(Talk.state).where(Talk.id == talk_id)).one()
    assert state == "agreed"
