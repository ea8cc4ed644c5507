"""At most one consent is in force per member and thing; history is only added to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from portfolio.extensions import db
from portfolio.keyring import new_id
from portfolio.models import Consent
from portfolio.models.base import begin, clock
from portfolio.models.consent import withdraw
from portfolio.models.kept_consent import ConsentRelease, forget_consents, released
from tests import factories
from tests.models.test_engines import WRITERS, at_once
from tests.people import grantee

if TYPE_CHECKING:
    from tests.people import Cast


def _in_force(cast: Cast, scope: str) -> int:
    chosen = select(func.count(Consent.id)).where(
        Consent.portfolio_id == cast.amina.map_id,
        Consent.membership_id == cast.bas.seat_id,
        Consent.scope == scope,
        Consent.withdrawn_at.is_(None),
    )
    return db.session.scalars(chosen).one()


def _row(cast: Cast, **other: object) -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "id": new_id(),
        "portfolio_id": cast.amina.map_id,
        "membership_id": cast.bas.seat_id,
        "scope": "leefgebied:wonen",
        "leefgebied": "wonen",
        "verdict": "allow",
        "purpose": "gesprek",
        "may_comment": False,
        "grantee": b"x",
        "starts_at": now,
        "expires_at": now + timedelta(days=1),
        **other,
    }


def test_the_database_allows_one_in_force_only(cast: Cast) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        db.session.execute(insert(Consent).values(**_row(cast)))
        with pytest.raises(IntegrityError):
            db.session.execute(insert(Consent).values(**_row(cast)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": None},
        {"expires_at": None},
        {"verdict": "maybe"},
        {"verdict": "refuse"},
        {"leefgebied": None},
        {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_a_consent_that_says_too_little(
    cast: Cast, wrong: dict[str, object]
) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        with pytest.raises(IntegrityError):
            db.session.execute(insert(Consent).values(**_row(cast, **wrong)))


def test_twenty_yesses_at_once_leave_one_in_force(cast: Cast) -> None:
    app = cast.amina.app

    def agree(_index: int) -> None:
        with app.app_context():
            begin(db.session, writing=True)
            factories.share(cast.amina.map_id, cast.bas.seat_id, grantee("bas"), leefgebied="werk")
            db.session.commit()

    errors = at_once(WRITERS, agree)
    assert all(isinstance(error, IntegrityError) for error in errors), errors
    with app.app_context():
        assert db.session.get_bind().dialect.name != "sqlite" or not errors
        assert _in_force(cast, "leefgebied:werk") == 1


def test_a_yes_never_undoes_a_withdrawal_that_came_after(cast: Cast) -> None:
    """Twenty withdraw while twenty agree: whoever was last counts, and only once."""
    app = cast.amina.app

    def act(index: int) -> None:
        with app.app_context():
            begin(db.session, writing=True)
            if index % 2:
                withdraw(db.session, Consent.portfolio_id == cast.amina.map_id)
            else:
                factories.share(
                    cast.amina.map_id, cast.bas.seat_id, grantee("bas"), leefgebied="werk"
                )
            db.session.commit()

    errors = at_once(WRITERS, act)
    assert all(isinstance(error, IntegrityError) for error in errors), errors
    with app.app_context():
        assert _in_force(cast, "leefgebied:werk") <= 1
        begin(db.session, writing=True)
        withdraw(db.session, Consent.portfolio_id == cast.amina.map_id)
        db.session.commit()
        assert _in_force(cast, "leefgebied:werk") == 0


def test_a_change_keeps_what_was(cast: Cast) -> None:
    with cast.amina.app.app_context():
        first = cast.facts.consents["bas"]
        begin(db.session, writing=True)
        factories.share(cast.amina.map_id, cast.bas.seat_id, grantee("bas"), leefgebied="werk")
        db.session.commit()
        old = db.session.scalars(select(Consent).where(Consent.id == first)).one()
        assert old.withdrawn_at is not None
        assert old.may_comment is True


def test_withdrawing_again_moves_no_moment(cast: Cast) -> None:
    with cast.amina.app.app_context():
        which = Consent.id == cast.facts.consents["bas"]
        begin(db.session, writing=True)
        assert withdraw(db.session, which) == 1
        db.session.commit()
        moment = select(Consent.withdrawn_at).where(which)
        first = db.session.scalars(moment).one()
        begin(db.session, writing=True)
        assert withdraw(db.session, which) == 0
        db.session.commit()
        assert db.session.scalars(moment).one() == first


def test_a_refusal_outlasts_a_yes_for_the_whole(cast: Cast) -> None:
    with cast.amina.app.app_context():
        begin(db.session, writing=True)
        ends = clock(db.session) + timedelta(days=300)
        given = update(Consent).where(Consent.id == cast.facts.consents["bas"])
        with released(db.session, cast.amina.map_id):
            db.session.execute(given.values(expires_at=ends))
        refused = db.session.scalars(
            select(Consent).where(Consent.id == cast.facts.consents["bas_refused"])
        ).one()
        assert refused.expires_at is None


def test_what_was_agreed_cannot_be_rewritten(cast: Cast) -> None:
    """Attack 6 and 20: whatever code, or hand, writes to the table, the database refuses it."""
    given = Consent.id == cast.facts.consents["bas"]
    with cast.amina.app.app_context():
        now = clock(db.session)
        later = {"expires_at": now + timedelta(days=900)}
        for values in (
            later,
            {"purpose": "anders"},
            {"may_comment": False},
            {"leefgebied": "geld", "scope": "leefgebied:geld"},
            {"membership_id": cast.carla.seat_id},
            {"portfolio_id": cast.farid.map_id},
            {"grantee": b"x"},
            {"starts_at": now - timedelta(days=900)},
            {**later, "withdrawn_at": now},
        ):
            begin(db.session, writing=True)
            with pytest.raises(IntegrityError):
                db.session.execute(update(Consent).where(given).values(**values))
            db.session.rollback()
        begin(db.session, writing=True)
        assert withdraw(db.session, given) == 1
        db.session.commit()
        for again in ({"withdrawn_at": None}, {"withdrawn_at": now}):
            begin(db.session, writing=True)
            with pytest.raises(IntegrityError):
                db.session.execute(update(Consent).where(given).values(**again))
            db.session.rollback()
        begin(db.session, writing=True)
        with pytest.raises(IntegrityError):
            db.session.execute(delete(Consent).where(given))
        db.session.rollback()
        begin(db.session, writing=True)
        assert forget_consents(db.session, Consent.portfolio_id == cast.amina.map_id) > 1
        db.session.commit()
        assert not db.session.scalars(select(ConsentRelease.portfolio_id)).all()
