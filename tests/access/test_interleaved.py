"""Withdrawing while others read and write, over and over: what was taken back is never read after.

A few dozen times in a normal run, 1,000 with --long. Attack 6.
"""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from portfolio import shown
from portfolio.extensions import db, keyring
from portfolio.models import AccessLog, Consent, Entry, VisitorLink
from portfolio.models.base import begin, clock
from portfolio.models.consent import Scope, end_of_day, withdraw
from portfolio.models.visit import end_links, find_visit, make_code, make_link, use_code
from portfolio.verify import verify
from portfolio.viewer import visitor
from portfolio.visited import visit_page
from tests import factories
from tests.models.test_engines import at_once
from tests.people import grantee

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pytest
    from sqlalchemy import ColumnElement

    from tests.people import Cast

READERS, EACH_READS = 2, 3


def _rounds(request: pytest.FixtureRequest) -> int:
    return 1000 if request.config.getoption("--long") else 10


class Together:
    """Readers, a withdrawal and other writes, let loose at one moment, round after round."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.app, self.map_id = cast, cast.amina.app, cast.amina.map_id
        self.chance = random.Random(20261128)  # noqa: S311 -- drawn again alike
        self.late: list[str] = []
        self.reads = 0

    def run(self, read: Callable[[], object], stop: Callable[[], object]) -> None:
        """Let all of them go; a reading that began after the end must find nothing."""
        over: list[datetime] = []
        before = self.chance.randrange(EACH_READS)

        def deed(index: int) -> None:
            with self.app.app_context():
                if index < READERS:
                    for _ in range(EACH_READS):
                        self._read(read, over)
                elif index == READERS:
                    for _ in range(before):
                        self._write("achievement")
                    begin(db.session, writing=True)
                    stop()
                    db.session.commit()
                    over.append(clock(db.session))
                    db.session.rollback()
                else:
                    self._share()
                    self._write("language")

        errors = at_once(READERS + 2, deed)
        assert errors == [], errors

    def _read(self, read: Callable[[], object], over: list[datetime]) -> None:
        ended = bool(over)
        try:
            read()
        except NotFound:
            db.session.rollback()
            return
        self.reads += 1
        if ended:
            self.late.append("a reading began after the withdrawal and was answered")

    def _share(self) -> None:
        """Share another subject of the same map."""
        begin(db.session, writing=True)
        factories.share(
            self.map_id, self.cast.dirk.seat_id, grantee("dirk"), leefgebied="contacten"
        )
        db.session.commit()

    def _write(self, name: str) -> None:
        """Change another thing of the same map."""
        begin(db.session, writing=True)
        db.session.get_one(Entry, self.cast.entries[name]).version += 1
        db.session.commit()


def test_no_reading_comes_after_a_withdrawal(cast: Cast, request: pytest.FixtureRequest) -> None:
    """ASVS 8.3.2. Consents: each noted reading was before the moment of its withdrawal."""
    together, entry = Together(cast), cast.entries["work"]
    with cast.amina.app.app_context():
        viewer = cast.bas.viewer()
    for _ in range(_rounds(request)):
        with together.app.app_context():
            begin(db.session, writing=True)
            mine = Consent.membership_id == cast.bas.seat_id
            withdraw(db.session, mine)
            given = factories.share(
                together.map_id, cast.bas.seat_id, grantee("bas"), leefgebied="werk"
            ).id
            db.session.commit()
        together.run(
            partial(shown.thing_page, viewer, together.map_id, entry),
            partial(_withdraw, given),
        )
        with together.app.app_context():
            ended = db.session.scalars(select(Consent.withdrawn_at).where(Consent.id == given))
            _all_before(ended.one())
    _whole(together)


def test_no_visit_reads_after_the_link_was_stopped(
    cast: Cast, request: pytest.FixtureRequest
) -> None:
    """ASVS 8.3.2. Links: what was stopped gives nothing to a visit that is under way."""
    together = Together(cast)
    for _ in range(_rounds(request)):
        with together.app.app_context():
            begin(db.session, writing=True)
            link = make_link(
                db.session,
                together.map_id,
                factories.keys_for(together.map_id),
                about=Scope(entry_id=cast.entries["work"]),
                name="Bakker",
                purpose="werk",
                expires_at=end_of_day(clock(db.session).date()),
            ).id
            code = make_code(db.session, keyring(), link)
            token = use_code(db.session, keyring(), link, code)
            assert token
            db.session.commit()
            visit = visitor(str(find_visit(db.session, token)))
        together.run(
            partial(visit_page, visit),
            partial(_end, link),
        )
        with together.app.app_context():
            ended = db.session.scalars(select(VisitorLink.ended_at).where(VisitorLink.id == link))
            _all_before(ended.one(), AccessLog.link_id == link)
    _whole(together)


def _withdraw(consent_id: str) -> None:
    withdraw(db.session, Consent.id == consent_id)


def _end(link_id: str) -> None:
    end_links(db.session, VisitorLink.id == link_id)


def _all_before(ended: datetime | None, *which: ColumnElement[bool]) -> None:
    assert ended is not None
    noted = db.session.scalars(select(AccessLog.at).where(*which)).all()
    assert all(at <= ended for at in noted)


def _whole(together: Together) -> None:
    assert together.late == []
    # Some read before the end, or nothing was shown here.
    assert together.reads
    assert verify(together.app)[1] == []
