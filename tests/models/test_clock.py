"""What has expired stays expired, also when a clock is set back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.access import Action, visible
from portfolio.extensions import db
from portfolio.models import ClockMark, Consent, Entry, SignIn
from portfolio.models.base import before_now, begin, clock
from portfolio.models.clock import note_time
from portfolio.models.consent import in_force
from portfolio.models.kept_consent import released
from portfolio.models.sign_in import TOUCH_EVERY

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Cast

# A clock that is set back by ten minutes looks the same as a mark ten minutes ahead.
AHEAD = timedelta(minutes=10)


def _set_mark(at: datetime) -> None:
    begin(db.session, writing=True)
    db.session.execute(update(ClockMark).values(seen_at=at))
    db.session.commit()


def test_the_database_knows_the_time(app: Flask) -> None:
    with app.app_context():
        seen = clock(db.session)
        assert seen.tzinfo is not None
        assert abs(seen - datetime.now(UTC)) < timedelta(seconds=5)


def test_time_never_goes_back(app: Flask) -> None:
    with app.app_context():
        mark = datetime.now(UTC) + AHEAD
        _set_mark(mark)
        assert clock(db.session) == mark


def test_noting_the_time_moves_the_mark_forward_only(app: Flask) -> None:
    with app.app_context():
        for before in (timedelta(days=-1), AHEAD):
            mark = datetime.now(UTC) + before
            _set_mark(mark)
            begin(db.session, writing=True)
            note_time(db.session)
            db.session.commit()
            noted = db.session.scalars(select(ClockMark.seen_at)).one()
            assert noted >= mark
            assert abs(noted - max(mark, datetime.now(UTC))) < timedelta(seconds=5)


def test_a_consent_that_ended_does_not_come_back(cast: Cast) -> None:
    with cast.bas.app.app_context():
        viewer = cast.bas.viewer()
        ends = datetime.now(UTC) + AHEAD / 2
        begin(db.session, writing=True)
        given = update(Consent).where(Consent.id == cast.facts.consents["bas"])
        with released(db.session, cast.amina.map_id):
            db.session.execute(given.values(expires_at=ends))
        db.session.commit()
        chosen = visible(viewer, Action.PEOPLE_SEE, Entry).where(Entry.id == cast.entries["work"])
        assert db.session.scalars(chosen).all()
        _set_mark(datetime.now(UTC) + AHEAD)
        assert not db.session.scalars(chosen).all()


def test_the_mark_moves_with_every_session_in_use(cast: Cast) -> None:
    app, page = cast.farid.app, cast.farid.page
    with app.app_context():
        _set_mark(datetime.now(UTC) - timedelta(days=1))
        rested = datetime.now(UTC) - 2 * TOUCH_EVERY
        begin(db.session, writing=True)
        db.session.execute(update(SignIn).values(seen_at=rested))
        db.session.commit()
    page.visit("/map")
    with app.app_context():
        noted = db.session.scalars(select(ClockMark.seen_at)).one()
        assert abs(noted - datetime.now(UTC)) < timedelta(seconds=30)


@pytest.mark.parametrize("column", ["expires_at", "withdrawn_at"])
def test_a_consent_ends_at_its_moment_and_not_after_it(cast: Cast, column: str) -> None:
    """In force is "until later than now": at the very moment it has ended."""
    with cast.bas.app.app_context():
        now = datetime.now(UTC) + AHEAD
        _set_mark(now)
        for ends, counts in (
            (now, False),
            (now + timedelta(milliseconds=1), column == "expires_at"),
        ):
            which = Consent.id == cast.facts.consents["bas"]
            begin(db.session, writing=True)
            with released(db.session, cast.amina.map_id):
                db.session.execute(update(Consent).where(which).values(**{column: ends}))
            db.session.commit()
            found = db.session.scalars(select(Consent.id).where(which, in_force())).all()
            assert bool(found) is counts, (column, ends)


def test_so_long_ago_is_counted_from_the_same_clock(app: Flask) -> None:
    with app.app_context():
        mark = datetime.now(UTC) + AHEAD
        _set_mark(mark)
        ago = db.session.scalars(select(before_now(timedelta(days=14)))).one()
        assert abs(mark - timedelta(days=14) - ago) < timedelta(milliseconds=2)


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(Exception, match="without a time zone"):
        _set_mark(datetime(2026, 1, 1))  # noqa: DTZ001 -- the very thing that is refused
