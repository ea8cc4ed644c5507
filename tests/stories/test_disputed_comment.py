"""Bas writes something that Amina does not agree with; her own view stays beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portfolio.extensions import db
from portfolio.models.base import begin
from tests import factories
from tests.people import grantee
from tests.stories.walk import Walk

if TYPE_CHECKING:
    from tests.chromium import Phone
    from tests.people import Cast

pytestmark = pytest.mark.browser

SAID, ANSWER = "Amina kwam drie keer niet", "Mijn kind was ziek. Ik belde elke keer."
GOAL = "Ik word kok"


@pytest.fixture
def goal(cast: Cast) -> str:
    """Given: a goal that both coaches see and may write about."""
    amina = cast.amina
    with amina.app.app_context():
        begin(db.session, writing=True)
        made = factories.goal(amina.map_id, "werk", GOAL, ["Ik bel een school"])[0]
        for who in ("bas", "carla"):
            seat = cast.facts.seats[who]
            factories.share(amina.map_id, seat, grantee(who), part="goals:werk", may_comment=True)
        db.session.commit()
    return made


def test_a_disputed_comment(phone: Phone, cast: Cast, goal: str) -> None:
    amina, bas = Walk(phone.open(cast.amina)), Walk(phone.open(cast.bas))
    carla = Walk(phone.open(cast.carla))
    mine, theirs = f"/plan/doelen/{goal}", f"/mensen/{cast.amina.map_id}/doel/{goal}"

    # Bas finds the goal in her plan and says what he thinks of it.
    bas.window.visit(f"/mensen/{cast.amina.map_id}/plan")
    bas.press("Open dit doel").fill("text", SAID).main()
    assert bas.path.startswith(theirs)
    bas.sees(SAID)

    # Amina reads it, says how it was, and keeps it from the eyes of others.
    amina.window.visit(mine)
    amina.sees(SAID)
    amina.page.locator("main details summary", has_text="Geef antwoord").click()
    amina.fill("text", ANSWER).press("Stuur")
    amina.sees(ANSWER)
    carla.window.visit(theirs)
    carla.sees(SAID).sees(ANSWER)
    amina.press("Verberg voor anderen").reads("Andere mensen zien dit niet.")
    carla.window.visit(theirs)
    carla.sees_not(SAID).sees_not(ANSWER)

    # Bas still reads both, and takes his words back: a mark stays, and so does her answer.
    bas.window.visit(theirs)
    bas.sees(SAID).sees(ANSWER).press("Haal weg")
    bas.reads("Deze reactie is weggehaald.").sees_not(SAID)
    amina.window.visit(mine)
    amina.reads("Deze reactie is weggehaald.").sees(ANSWER).sees_not(SAID)
    amina.window.visit("/wie-heeft-gekeken")
    amina.sees("Bas").sees("Carla")
