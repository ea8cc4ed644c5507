"""After an erasure nothing readable is left, of the erased or of a living one.

Whoever takes the disk, and even the keyring with its master key, opens nothing of the erased.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from portfolio.erasure import erase
from portfolio.extensions import db, keyring
from portfolio.keyring import SealBrokenError, data_key
from portfolio.models import Base
from portfolio.models.base import begin
from portfolio.models.erasure import rows_of, whole_of
from portfolio.takeaway import make_next
from tests.canaries import fill, mark_everything, sealed_columns
from tests.faults.test_stolen_disk import files_of, written

if TYPE_CHECKING:
    import pytest

    from portfolio.config import Settings
    from tests.people import Cast
    from tests.stores import Stores


def sealed_bytes(person_id: str) -> list[tuple[bytes, bytes]]:
    """Give every sealed value of somebody as it stands, with its place."""
    begin(db.session, writing=False)
    whole = whole_of(db.session, person_id)
    assert whole
    return [
        (f"{table.name}/{row_id}/{column.name}".encode(), value)
        for table, mine in rows_of(whole).items()
        for column in sealed_columns(table.name)
        for row_id, value in db.session.execute(select(table.c.id, column).where(mine)).all()
        if value
    ]


def all_keys() -> list[str]:
    """List every key that the keyring still has."""
    with db.get_engine("keyring").connect() as connection:
        return list(connection.execute(select(data_key.c.id)).scalars())


def test_of_the_erased_and_of_the_living_nothing_is_readable(
    cast: Cast, settings: Settings, stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    """Database, keyring, write-ahead logs, media, logs, temporary files: 0 hits."""
    caplog.set_level(logging.INFO)
    app = cast.amina.app
    for owner in (cast.amina, cast.farid):
        owner.page.post("/over-mij/alles-mee")
        assert make_next(app)
    with app.app_context():
        fill(cast)
        gone, living = mark_everything(cast.amina), mark_everything(cast.farid)
        kept = sealed_bytes(cast.amina.person_id)
        assert len(kept) > 40
        assert erase(cast.amina.person_id)
        if not settings.is_sqlite:
            db.session.execute(text("CHECKPOINT"))
            db.session.commit()
        # With every key that is left, nothing of the erased opens.
        keys = keyring().fetch(all_keys()).values()
        assert keys
        opened = 0
        for where, value in kept:
            for key in keys:
                try:
                    key.open(where, value)
                    opened += 1
                except SealBrokenError:
                    continue
        assert opened == 0
        begin(db.session, writing=False)
        assert whole_of(db.session, cast.farid.person_id)
    contents = [path.read_bytes() for path in files_of(settings, stores)]
    contents += [path.read_bytes() for path in settings.erasure_folder.rglob("*")]
    contents += [written(app), caplog.text.encode()]
    words = [word.encode() for word in (*gone.values(), *living.values())]
    assert len(words) > 60
    assert not [word for word in words if any(word in content for content in contents)]
    if settings.is_sqlite:
        # Not even their sealed bytes: rows, logs and files are gone themselves.
        assert not [1 for _, value in kept if any(value in content for content in contents)]
    ids = [cast.amina.map_id.encode(), cast.facts.entries["work"].encode()]
    listed = settings.erasure_folder.joinpath("erasures.list").read_bytes()
    assert ids[0] in listed
    assert ids[1] not in listed
    with app.app_context():
        for table in Base.metadata.tables.values():
            for row in db.session.execute(select(table)).all():
                assert cast.amina.map_id not in row, table.name
