"""What five years of history cost: the same pages of an old plan and of a new one, in turns.

Both owners are in one database behind one server, and each page of the one is asked right
after the same page of the other, so that what else the machine does slows both alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from portfolio.config import write_master_key
from portfolio.extensions import db
from portfolio.models.base import begin
from portfolio.models.consent import Grantee
from portfolio.models.sign_in import start_sign_in
from portfolio.viewer import Viewer
from tests import factories
from tests.bench.measurement import Measurement
from tests.bench.place import Place, Target
from tests.plans import NEW, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portfolio.models.organisation import Membership
    from tests.bench.servers import Run
    from tests.plans import Age, Plan

ENTRIES = 20
# Name of the page, its address, and whether the one who coaches asks for it.
PAGES = (
    ("plan", "/plan", False),
    ("goals", "/plan/doelen", False),
    ("talks", "/gesprekken", False),
    ("talk", "/gesprekken/{plan.talk_id}", False),
    ("versions", "/plan/versies", False),
    ("coach_plan", "/mensen/{plan.map_id}/plan", True),
    ("coach_talk", "/mensen/{plan.map_id}/gesprekken/{plan.talk_id}", True),
    ("coach_versions", "/mensen/{plan.map_id}/versies", True),
)


@dataclass(frozen=True)
class Pair:
    """One page of the new plan, and the same of the old."""

    name: str
    new: Target
    old: Target


def measure(run: Run) -> Iterator[Measurement]:
    """Ask every page of both plans in turns; give p95 of both, and how many times as long."""
    folder = run.folder / "plans"
    folder.mkdir(mode=0o700)
    place, pairs = make_plans(folder, run.effort.old)
    server = run.serve(place)
    for pair in pairs:
        done = run.load.do(
            "turns", server, pair.new, other=pair.old.request, count=run.effort.turns
        )
        both = (done["times"], done["of_other"])
        first, last = (quantiles(times, n=20)[-1] for times in both)
        yield Measurement("new_plan_p95_ms", pair.name, first, "ms")
        yield Measurement("old_plan_p95_ms", pair.name, last, "ms")
        yield Measurement("old_plan_ratio", pair.name, last / first, "ratio")


def make_plans(folder: Path, old: Age) -> tuple[Place, list[Pair]]:
    """Make a place with two owners and who coaches both; give the pages to ask for."""
    place = Place(folder, {})
    write_master_key(folder / "master.key")
    with place.app() as app, app.app_context():
        begin(db.session, writing=True)
        bas = factories.make_person("bas", "Bas")
        gemeente = factories.organisation("Gemeente Voorbeeldstad")
        seat = factories.member(bas, gemeente, "coach")
        who = Grantee("Bas", "coach", "Gemeente Voorbeeldstad")
        tokens, plans = [], []
        for name, age in (("nieuw", NEW), ("oud", old)):
            account = factories.make_owner(name, name.title())
            plans.append(_written(account, seat, who, age))
            tokens.append(_token(account))
        coach = _token(bas)
        db.session.commit()
    made = [
        [
            Target(name, path.format(plan=plan), coach if coaches else token)
            for plan, token in zip(plans, tokens, strict=True)
        ]
        for name, path, coaches in PAGES
    ]
    return place, [Pair(new.page, new, old) for new, old in made]


def _written(account: factories.Account, seat: Membership, who: Grantee, age: Age) -> Plan:
    assert account.portfolio is not None
    map_id = account.portfolio.id
    for number in range(ENTRIES):
        words = {"nl": (f"Wat ik deed {number}", "Ik heb dit zelf gedaan.")}
        factories.make_entry(map_id, "werk", words)
    owner = Viewer(account.person.id, "", map_id, "18+", "nl", "nl", ())
    return Writer(owner, seat, who, age).write()


def _token(account: factories.Account) -> str:
    person = account.person.id
    return start_sign_in(
        db.session, person, "passphrase", own_device=False, network_hash=None, second_factor=True
    )
