"""The chain of versions: whatever was changed, cut or put in behind our back is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, literal, select, update

from portfolio.extensions import db
from portfolio.models import PlanVersion, PlanVersionPart, Portfolio
from portfolio.models.base import begin
from portfolio.models.version import (
    broken_versions,
    differences,
    drop_version,
    freeze_version,
)
from portfolio.verify import verify
from tests import factories
from tests.pages.test_plan import DREAM, give, say
from tests.pages.test_version import agreed

if TYPE_CHECKING:
    from tests.people import Actor, Cast


def tamper_text() -> object:
    return update(PlanVersionPart).values(said=b"\x01 iets anders")


def tamper_reason() -> object:
    return update(PlanVersion).where(PlanVersion.number == 1).values(reason=b"\x01 anders")


def cut_last() -> object:
    return update(PlanVersion).where(PlanVersion.number == 2).values(number=None, code=None)


def drop_part() -> object:
    return delete(PlanVersionPart).where(PlanVersionPart.part == "route")


def add_part() -> object:
    old = select(PlanVersion.portfolio_id, PlanVersion.id).where(PlanVersion.number == 1)
    made = old.add_columns(literal("A" * 22), literal("levels"), literal(b"\x01 erbij"))
    return insert(PlanVersionPart).from_select(
        ["portfolio_id", "version_id", "id", "part", "said"], made
    )


@pytest.mark.parametrize("deed", [tamper_text, tamper_reason, cut_last, drop_part, add_part])
def test_a_version_that_was_changed_behind_our_back_is_found(
    amina: Actor, bas: Actor, deed: object
) -> None:
    say(amina, "direction", "horizon", DREAM)
    give(amina, bas, "direction")
    give(amina, bas, "route")
    agreed(amina, bas)
    agreed(amina, bas, once="k2")
    assert verify(amina.app) == (2, [])
    with amina.app.app_context():
        begin(db.session, writing=True)
        db.session.execute(deed())  # type: ignore[operator]  # one of the four above
        db.session.commit()
    _count, wrong = verify(amina.app)
    assert wrong


def test_a_changed_version_is_shown_to_its_owner(amina: Actor, bas: Actor) -> None:
    give(amina, bas, "direction")
    agreed(amina, bas)
    assert "Er is iets veranderd" not in amina.page.visit("/plan/versies").text
    with amina.app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(PlanVersion).values(code="0" * 64))
        db.session.commit()
    assert "Er is iets veranderd" in amina.page.visit("/plan/versies").text


def chain_of(cast: Cast, reasons: list[str]) -> None:
    """Add frozen versions, one after the other."""
    amina = cast.amina
    for reason in reasons:
        begin(db.session, writing=True)
        made = factories.version(amina.map_id, cast.facts.seats["bas"], "direction", reason)
        row = db.session.get_one(PlanVersion, made)
        assert freeze_version(
            db.session, row, factories.keys_for(amina.map_id), select(PlanVersionPart)
        )
        assert not freeze_version(
            db.session, row, factories.keys_for(amina.map_id), select(PlanVersionPart)
        )
        with pytest.raises(ValueError, match="never taken away"):
            drop_version(db.session, row)
        db.session.commit()


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reasons=st.lists(st.text(max_size=40), min_size=1, max_size=4), data=st.data())
def test_no_change_of_any_link_goes_unseen(
    cast: Cast, reasons: list[str], data: st.DataObject
) -> None:
    app, amina = cast.amina.app, cast.amina
    with app.app_context():
        chain_of(cast, reasons)
        row = db.session.get_one(Portfolio, amina.map_id)
        keys = factories.keys_for(amina.map_id)
        assert broken_versions(db.session, row, keys) == []
        chosen = select(PlanVersion).where(PlanVersion.portfolio_id == amina.map_id)
        versions = db.session.scalars(chosen.order_by(PlanVersion.number)).all()
        hit = data.draw(st.sampled_from(list(versions)))
        place = data.draw(st.integers(0, len(hit.reason) - 1))
        kept = hit.reason
        changed = bytearray(kept)
        changed[place] ^= 1
        hit.reason = bytes(changed)
        db.session.flush()
        assert broken_versions(db.session, row, keys) != []
        db.session.rollback()


@given(
    before=st.dictionaries(st.sampled_from("abcd"), st.text(max_size=3)),
    after=st.dictionaries(st.sampled_from("abcd"), st.text(max_size=3)),
)
def test_differences_name_exactly_what_differs(
    before: dict[str, str], after: dict[str, str]
) -> None:
    def content(lines: dict[str, str]) -> dict[str, dict[str, dict[str, str]]]:
        return {"direction": {key: {"say": text} for key, text in lines.items()}}

    found = differences(content(before), content(after))
    wanted = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert len(found) == len(wanted)
    # A part that only one of them holds was not shared in the other: it is no change.
    assert differences(content(before), {"route": {}}) == []
