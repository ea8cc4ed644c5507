"""Readings are kept two years; then the chain begins with a mark, and cutting it is still found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, update

from portfolio.access import reading
from portfolio.extensions import db
from portfolio.models import AccessLog, RemovedLink
from portfolio.models import access_log as log
from portfolio.models.base import begin
from portfolio.models.chain import LOG_START
from portfolio.models.consent import Grantee
from portfolio.sweep import sweep
from portfolio.verify import verify
from portfolio.viewer import Action
from tests import factories

if TYPE_CHECKING:
    from tests.people import Cast

# A Tuesday at noon in Amsterdam: inside office hours.
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


def note(cast: Cast, *moments: datetime) -> None:
    """Let Bas have looked at these moments, each as the next link of the chain."""
    keys = factories.keys_for(cast.amina.map_id)
    who = Grantee("Bas", "coach", "Gemeente Voorbeeldstad")
    for number, at in enumerate(moments):
        begin(db.session, writing=True)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(log, "_last_noted", lambda *_a, at=at: (at, None))
            about = f"entry:{number}"
            log.note_reading(
                db.session, cast.amina.map_id, keys, cast.bas.seat_id, who, about=about
            )
        db.session.commit()


def wrong(cast: Cast) -> list[str]:
    """Verify, as the command does."""
    return verify(cast.amina.app)[1]


def test_old_readings_go_and_the_chain_still_verifies(cast: Cast) -> None:
    """ASVS 14.2.7. After 24 months a reading goes; what stays is whole, and goes on."""
    now, app = datetime.now(UTC), cast.amina.app
    old = [now - log.KEPT - timedelta(days=days) for days in (9, 8, 7)]
    with app.app_context():
        note(cast, *old, now - timedelta(days=400), now - timedelta(days=1))
    assert wrong(cast) == []
    assert sweep(app)["readings"] == 3
    assert sweep(app)["readings"] == 0
    assert wrong(cast) == []
    with app.app_context():
        rows = select(AccessLog.number).order_by(AccessLog.number)
        assert db.session.scalars(rows).all() == [4, 5]
        with reading(cast.bas.viewer(), Action.PEOPLE_SEE, cast.amina.map_id, "map"):
            pass
        assert wrong(cast) == []
        mark = db.session.scalars(select(RemovedLink)).one()
        assert (mark.head, mark.number) == (LOG_START, 3)
    # Everything goes with time, and the head still fits the mark.
    with app.app_context():
        begin(db.session, writing=True)
        db.session.execute(update(AccessLog).values(at=old[0]))
        db.session.commit()
    assert wrong(cast) != []
    assert sweep(app)["readings"] == 3
    assert wrong(cast) == []


@pytest.mark.parametrize(
    "how", ["row", "cut", "removed", "reordered", "mark away", "mark moved", "mark put back"]
)
def test_tampering_with_the_log_is_found(cast: Cast, how: str) -> None:
    """ASVS 16.4.2. A row changed, removed or moved, or a start that was cut without its mark."""
    now, app = datetime.now(UTC), cast.amina.app
    first = now - log.KEPT - timedelta(days=1)
    with app.app_context():
        note(cast, first, *(now - timedelta(days=400 - number) for number in range(4)))
    assert sweep(app)["readings"] == 1
    assert wrong(cast) == []
    here: Any = AccessLog.number
    starts = RemovedLink.head == LOG_START
    with app.app_context():
        begin(db.session, writing=True)
        row = db.session.scalars(select(AccessLog).where(here == 2)).one()
        facts = {"number": row.number, "code": row.code}
        run = db.session.execute
        if how == "row":
            run(update(AccessLog).where(here == 3).values(about="entry:x"))
        elif how == "cut":
            run(delete(AccessLog).where(here == 2))
        elif how == "removed":
            run(delete(AccessLog).where(here == 4))
        elif how == "reordered":
            for before, after in ((3, 99), (4, 3), (99, 4)):
                run(update(AccessLog).where(here == before).values(number=after))
        elif how == "mark away":
            run(delete(RemovedLink).where(starts))
        else:
            run(delete(AccessLog).where(here == 2))
            if how == "mark moved":
                run(update(RemovedLink).where(starts).values(**facts))
        db.session.commit()
    found = wrong(cast)
    assert found
    assert all("the readings of portfolio" in line for line in found)


def test_what_is_unusual_is_marked_for_the_owner(cast: Cast) -> None:
    """In the evening, in a weekend, or very often in one hour: told in calm words."""
    late, often = "Dit was buiten kantoortijd.", "Deze persoon keek in dit uur vaak."
    with cast.amina.app.app_context():
        note(cast, NOON)
    text = cast.amina.page.visit("/wie-heeft-gekeken").text
    assert late not in text
    assert often not in text
    sunday, early = NOON + timedelta(days=5), NOON - timedelta(hours=6)
    with cast.amina.app.app_context():
        note(cast, sunday, early + timedelta(minutes=59))
    assert cast.amina.page.visit("/wie-heeft-gekeken").text.count(late) == 2
    with cast.amina.app.app_context():
        note(cast, *(NOON + timedelta(hours=1, minutes=number) for number in range(30)))
    assert often not in cast.amina.page.visit("/wie-heeft-gekeken").text
    with cast.amina.app.app_context():
        note(cast, NOON + timedelta(hours=1, minutes=45))
    assert cast.amina.page.visit("/wie-heeft-gekeken").text.count(often) == 31
