"""The sweep: what is past its time goes, and everything else stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from portfolio.extensions import db, keyring, media_store
from portfolio.keyring import data_key, new_id
from portfolio.left_behind import MOST_LEFT_BEHIND, MOST_OLD_KEYS
from portfolio.models import (
    Attachment,
    Attempts,
    Base,
    Comment,
    Consent,
    Draft,
    Entry,
    EntryText,
    FormReceipt,
    Invitation,
    RemovedLink,
    SignIn,
    WorkFlow,
)
from portfolio.models.base import begin, clock
from portfolio.models.consent import Grantee
from portfolio.models.draft import first_time
from portfolio.models.entry import read_entries
from portfolio.models.invitation import invite
from portfolio.models.organisation import find_organisation
from portfolio.models.route import Counted, count_for
from portfolio.models.sign_in import count_attempt, start_sign_in
from portfolio.models.work_flow import start_flow
from portfolio.sweep import sweep
from tests import factories
from tests.models.test_chains import trouble_in
from tests.people import GEMEENTE
from tests.work import make_door

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor, Cast

DAY = timedelta(days=1)
AT_ONCE = timedelta(0)


def number_of(model: type[Base], *which: Any) -> int:
    return db.session.scalars(select(func.count()).select_from(model).where(*which)).one()


def put_back(model: type[Base], row_id: str, **moments: timedelta) -> None:
    """Move moments of a row into the past."""
    now = clock(db.session)
    values = {name: now - ago for name, ago in moments.items()}
    db.session.execute(update(model).where(model.__table__.c.id == row_id).values(**values))


def make_draft(actor: Actor, **more: Any) -> str:
    now = clock(db.session)
    row = Draft(
        id=new_id(),
        person_id=actor.person_id,
        kind="entry",
        key_id=new_id(),
        body=b"",
        created_at=now,
        changed_at=now,
        **more,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def test_it_takes_nothing_that_is_in_use(app: Flask, cast: Cast) -> None:
    with app.app_context():
        before = {
            table.name: db.session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }
        files = sorted(media_store().names())
    assert not any(sweep(app, grace=AT_ONCE).values())
    with app.app_context():
        assert sorted(media_store().names()) == files
        for table in Base.metadata.sorted_tables:
            assert db.session.scalar(select(func.count()).select_from(table)) == before[table.name]
        keys = {cast.amina.map_id: factories.keys_for(cast.amina.map_id)}
        chosen = select(Entry).where(Entry.portfolio_id == cast.amina.map_id)
        assert len(read_entries(db.session, chosen, keys)) == 7


def test_an_entry_goes_with_all_that_hangs_on_it_after_14_days(app: Flask, cast: Cast) -> None:
    gone, kept = cast.entries["work"], cast.entries["work_deleted"]
    with app.app_context():
        begin(db.session, writing=True)
        put_back(Entry, gone, deleted_at=14 * DAY)
        put_back(Entry, kept, deleted_at=14 * DAY - timedelta(minutes=1))
        draft = make_draft(cast.amina, entry_id=gone)
        count_for(db.session, cast.amina.map_id, "map", [gone, kept], [gone, kept])
        files = {
            name: {factories.file_of(cast.photos[name], part) for part in ("groot", "klein")}
            for name in ("work", "language")
        }
        factories.share(cast.amina.map_id, cast.dirk.seat_id, grantee(cast), entry_id=gone)
        db.session.commit()
    swept = sweep(app)
    assert swept["entries"] == 1
    with app.app_context():
        for model in (EntryText, Attachment, Comment, Consent, Counted):
            assert number_of(model, model.__table__.c.entry_id == gone) == 0
        assert number_of(Draft, Draft.id == draft) == 0
        assert number_of(Entry, Entry.id == gone) == 0
        assert number_of(Entry, Entry.id == kept) == 1
        assert number_of(EntryText, EntryText.entry_id == kept) == 2
        left = set(media_store().names())
        head = "comment_head"
        assert trouble_in(db.session, head, cast.amina.map_id) == []
        assert number_of(RemovedLink, RemovedLink.head == head) == 2
        # A mark that nobody with the keys made hides nothing.
        db.session.execute(update(RemovedLink).values(mark="0" * 64))
        assert trouble_in(db.session, head, cast.amina.map_id)
        db.session.rollback()
        db.session.execute(update(RemovedLink).where(RemovedLink.number == 1).values(code="0" * 64))
        assert trouble_in(db.session, head, cast.amina.map_id)
        db.session.rollback()
        db.session.execute(delete(RemovedLink).where(RemovedLink.number == 1))
        assert trouble_in(db.session, head, cast.amina.map_id)
        db.session.rollback()
    assert not left & files["work"]
    assert left >= files["language"]


def grantee(cast: Cast) -> Grantee:
    return Grantee(cast.dirk.name, "provider", "Buurthuis De Linde")


def test_drafts_go_when_finished_or_forgotten(app: Flask, amina: Actor) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        fresh, finished, forgotten, busy = (make_draft(amina) for _ in range(4))
        put_back(Draft, finished, done_at=DAY, changed_at=DAY)
        put_back(Draft, forgotten, changed_at=30 * DAY)
        put_back(Draft, busy, changed_at=29 * DAY)
        db.session.commit()
    assert sweep(app)["drafts"] == 2
    with app.app_context():
        left = set(db.session.scalars(select(Draft.id)).all())
    assert left == {fresh, busy}


def test_counts_receipts_and_sign_ins_go_when_over(app: Flask, amina: Actor) -> None:
    old, newest = amina.sign_in(), amina.sign_in()
    with app.app_context():
        begin(db.session, writing=True)
        first_time(db.session, "old", amina.person_id)
        db.session.execute(update(FormReceipt).values(created_at=clock(db.session) - DAY))
        first_time(db.session, "fresh", amina.person_id)
        count_attempt(db.session, "old", timedelta(seconds=-1))
        count_attempt(db.session, "fresh", DAY)
        rows = db.session.scalars(select(SignIn).order_by(SignIn.seen_at)).all()
        for row in rows:
            row.seen_at -= 40 * DAY
            row.ended_at = row.seen_at
        start_sign_in(
            db.session, amina.person_id, "passphrase", own_device=False, network_hash=None
        )
        db.session.commit()
    assert old != newest
    swept = sweep(app)
    assert (swept["receipts"], swept["attempts"], swept["sign-ins"]) == (1, 1, 2)
    with app.app_context():
        assert number_of(FormReceipt) == 1
        assert number_of(Attempts) == 1
        assert number_of(SignIn) == 1


def test_the_newest_sign_in_stays_so_that_what_is_new_stays_known(app: Flask, amina: Actor) -> None:
    amina.sign_in()
    with app.app_context():
        begin(db.session, writing=True)
        row = db.session.scalars(select(SignIn)).one()
        row.seen_at = row.ended_at = clock(db.session) - 90 * DAY
        db.session.commit()
    assert sweep(app)["sign-ins"] == 0


def test_a_flow_that_nobody_came_back_from_does_not_keep_its_session(
    app: Flask, cast: Cast
) -> None:
    cast.bas.sign_in()
    with app.app_context():
        begin(db.session, writing=True)
        place = find_organisation(db.session, GEMEENTE)
        assert place
        row = db.session.scalars(select(SignIn)).one()
        start_flow(db.session, make_door(place.id), row.id)
        put_back(WorkFlow, db.session.scalars(select(WorkFlow.id)).one(), ends_at=DAY)
        put_back(SignIn, row.id, seen_at=40 * DAY, ended_at=40 * DAY)
        db.session.commit()
    cast.bas.sign_in()
    swept = sweep(app)
    assert (swept["flows"], swept["sign-ins"]) == (1, 1)


def test_invitations_go_a_month_after_their_end(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin(db.session, writing=True)
        place = find_organisation(db.session, GEMEENTE)
        assert place
        old, ended = (invite(db.session, keyring(), place, "coach").id for _ in range(2))
        put_back(Invitation, old, expires_at=30 * DAY)
        put_back(Invitation, ended, expires_at=DAY)
        db.session.commit()
    assert sweep(app)["invitations"] == 1
    assert cast.facts.organisations


def test_what_a_crash_left_goes_and_what_is_being_written_stays(app: Flask, cast: Cast) -> None:
    with app.app_context():
        media_store().put("left-behind-groot", b"sealed")
        key = keyring().create("person")
    assert (swept := sweep(app))["files"] == 0, "younger than an hour: it may be in use"
    assert swept["keys"] == 0
    swept = sweep(app, grace=AT_ONCE)
    assert (swept["files"], swept["keys"]) == (1, 1)
    with app.app_context():
        assert "left-behind-groot" not in set(media_store().names())
        assert not keyring().fetch([key.id])
        assert keyring().installation_key("lookup").id
        factories.keys_for(cast.amina.map_id)


def test_with_another_database_nothing_is_destroyed(app: Flask, cast: Cast) -> None:
    """A keyring and a store that belong to other data: most of it has no row here."""
    with app.app_context():
        made = [keyring().create("person").id for _ in range(MOST_OLD_KEYS + 2)]
        long_ago = (datetime.now(UTC) - 30 * DAY).isoformat(timespec="seconds")
        with db.get_engine("keyring").connect().execution_options(writing=True) as connection:
            chosen = data_key.c.id.in_(made[1:])
            connection.execute(update(data_key).where(chosen).values(created_at=long_ago))
            connection.commit()
        for number in range(MOST_LEFT_BEHIND + 1):
            media_store().put(f"others-{number}", b"sealed")
    swept = sweep(app, grace=AT_ONCE)
    assert (swept["files"], swept["keys"]) == (0, 0)
    with app.app_context():
        assert len(keyring().fetch(made)) == len(made)
    assert cast.facts.people


def test_a_file_that_went_before_its_row_is_no_trouble(app: Flask, cast: Cast) -> None:
    """The files go first: broken off there, the next sweep takes the rows."""
    gone = cast.entries["work"]
    with app.app_context():
        begin(db.session, writing=True)
        put_back(Entry, gone, deleted_at=20 * DAY)
        db.session.commit()
        photo = cast.photos["work"]
        media_store().delete([factories.file_of(photo, part) for part in ("groot", "klein")])
    assert sweep(app)["entries"] == 1
