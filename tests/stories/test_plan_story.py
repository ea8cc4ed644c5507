"""A plan through the years: the first one, from dream to second talk, and the last talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from portfolio.data.plan import GOAL_EXAMPLES
from portfolio.extensions import db
from portfolio.models import Talk
from portfolio.models.base import begin
from portfolio.models.consent import AMSTERDAM
from tests import factories, talks
from tests.pages.sharing import public_id
from tests.people import grantee
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from tests.chromium import Phone
    from tests.people import Actor, Cast

pytestmark = pytest.mark.browser

DREAM, PROUD = "Ik word kok in een restaurant", "Ik belde zelf met de huisarts"
DEED, SUMMARY = "Ik vraag een plek in een keuken", "Amina begint met de kookles"
REASON = "Ik begin met een kookles"
QUESTION, BIGGER = "Wanneer begint de kookles?", "Ik begin een eigen restaurant"
NEXT_DEED, NEXT_SUMMARY = "Ik oefen met de kassa", "Het gaat goed in de keuken"
NEXT_REASON = "Ik durf nu meer"
AFTER = "Ik ga werken in de keuken"
READY = next(each for each in GOAL_EXAMPLES.values() if each.leefgebied == "werk")


@dataclass
class Guest(Walk):
    """Somebody who walks through the pages of another's map."""

    of: str = ""

    def visit(self, path: str, status: int = 200) -> Guest:
        """Go to a page of this map."""
        self.window.visit(f"/mensen/{self.of}{path}", status)
        return self


def says_where_to(amina: Walk, dream: str) -> None:
    """When: she says where she wants to go."""
    amina.window.visit("/plan/vraag/horizon")
    amina.fill("text", dream).main()
    amina.sees(dream)


def begins_a_plan(amina: Walk) -> None:
    """When: she says where she wants to go, and takes over a ready goal."""
    says_where_to(amina, DREAM)
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


def given_a_final_talk(cast: Cast) -> str:
    """Given: a last talk with Bas that is planned, and what he may see of the plan."""
    amina, seat = cast.amina, cast.facts.seats["bas"]
    with amina.app.app_context():
        begin(db.session, writing=True)
        for part in ("direction", "preparation", "talks"):
            factories.share(amina.map_id, seat, grantee("bas"), part=part, may_comment=True)
        made = talks.make_talk(amina.map_id, seat, kind="final")
        db.session.commit()
    return made


def agree_on(amina: Walk, bas: Guest, talk: str, said: tuple[str, str], *, goal: str = "") -> None:
    """When: Bas writes an agreement and the report, and both say yes on their own phones."""
    deed, summary = said
    bas.visit(talk)
    bas.page.locator("summary").filter(has_text="Schrijf een afspraak op").click()
    bas.page.locator('[name="what"]').fill(deed)
    if goal:
        bas.page.locator('[name="goal"]').select_option(label=goal)
    bas.choose("who", "owner").press("Zet deze afspraak erbij")
    bas.sees(deed).press("Schrijf het verslag")
    bas.fill("text", summary).main()
    bas.press("Ja, dit klopt")
    amina.window.visit(talk)
    amina.sees(deed).sees(summary).press("Ja, dit klopt")
    amina.reads("Jullie zijn het eens")
    bas.visit(talk)
    bas.reads("Jullie zijn het eens")


def make_version(amina: Walk, bas: Guest, cast: Cast, reason: str) -> None:
    """When: Amina proposes her plan as it is, and Bas says yes on his own phone."""
    amina.window.visit("/plan/versies/nieuw")
    amina.choose("member", cast.bas.seat_id).fill("reason", reason).main()
    bas.visit("/versies")
    bas.page.locator("main .lines a").first.click()
    bas.sees(reason).main()
    amina.window.visit(amina.path)
    amina.sees_not("Wacht op een ja")


def test_the_first_year_of_a_plan(phone: Phone, cast: Cast) -> None:
    """From the broad intake to the second talk, seen by Amina and by Bas."""
    amina, bas = Walk(phone.open(cast.amina)), Guest(phone.open(cast.bas), of=cast.amina.map_id)
    begins_a_plan(amina)
    shares_it(amina, cast.bas)
    bas.visit("/plan")
    bas.sees(DREAM).sees(READY.what)

    # The first talk: what both agreed on is her plan's next step.
    first = plans_and_prepares(amina)
    bas.visit(f"/gesprekken/{first}")
    bas.sees(DREAM).sees(PROUD).press("Ja, ik kom")
    hold_it(cast, first)
    agree_on(amina, bas, f"/gesprekken/{first}", (DEED, SUMMARY), goal=READY.what)
    amina.window.visit("/plan/doelen")
    amina.page.locator("main a", has_text=READY.what).first.click()
    amina.sees(DEED)
    make_version(amina, bas, cast, REASON)

    # Three months later: Bas plans, asks about the goal, and sees what was still open.
    bas.visit("/plan")
    bas.press("Open dit doel").fill("text", QUESTION).main()
    bas.visit("/gesprekken/nieuw")
    bas.choose("kind", "progress").fill("time", "10:00").main()
    second = bas.path.rpartition("/")[2]
    amina.window.visit("/plan")
    amina.sees(DEED).page.locator(f'a[href="/gesprekken/{second}"]').click()
    amina.press("Ja, ik kom").sees(QUESTION).sees(DEED)
    amina.press("Dit is klaar", "main .lines")
    hold_it(cast, second)
    agree_on(amina, bas, f"/gesprekken/{second}", (NEXT_DEED, NEXT_SUMMARY))
    says_where_to(amina, BIGGER)
    make_version(amina, bas, cast, NEXT_REASON)

    # Both read what became different.
    for walk in (amina, bas):
        walk.press("Leg deze versie naast een andere")
        walk.page.locator("main .lines a").first.click()
        walk.sees(BIGGER).sees(DREAM).reads("Nu staat er:")


def test_a_final_talk_with_a_hand_over(phone: Phone, cast: Cast) -> None:
    """What comes after, in the last talk with Bas; from that day Carla knows and Bas does not."""
    amina, bas = Walk(phone.open(cast.amina)), Guest(phone.open(cast.bas), of=cast.amina.map_id)
    carla = Guest(phone.open(cast.carla), of=cast.amina.map_id)
    talk = given_a_final_talk(cast)
    says_where_to(amina, DREAM)
    amina.window.visit(f"/gesprekken/{talk}/voorbereiden/after")
    amina.choose("hierna_lijst", "werk").main()
    amina.fill("text", AFTER).main()
    hold_it(cast, talk)
    bas.visit(f"/gesprekken/{talk}")
    bas.sees(DREAM).sees(AFTER)
    agree_on(amina, bas, f"/gesprekken/{talk}", (DEED, SUMMARY))
    make_version(amina, bas, cast, REASON)

    amina.window.visit("/contactpersoon")
    amina.press("Dit is mijn contactpersoon")
    amina.window.visit(f"/contactpersoon/nieuw/{public_id(cast.carla)}")
    amina.main()
    carla.visit("/plan")
    carla.sees(DREAM)
    carla.visit(f"/gesprekken/{talk}")
    carla.sees(SUMMARY).sees(AFTER)
    carla.visit("/versies")
    carla.page.locator("main .lines a").first.click()
    carla.sees(REASON).sees(DREAM)
    for gone in ("/plan", f"/gesprekken/{talk}", "/versies"):
        bas.visit(gone, 404)
