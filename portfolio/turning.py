"""Turning the master key: every living data key is wrapped anew, and the old master destroyed.

What lives here: the steps, each of which may be done twice, so that a turning that breaks off
goes on where it was. The new master waits in a file beside the old one; from the moment that
the keyring names it, new keys are wrapped by it; then the others follow, some at a time, while
servers read from both. When none is left the new file takes the place of the old, whose bytes
are overwritten. From then on no older backup of the keyring opens anything.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select, update

from portfolio.config import (
    ConfigurationError,
    next_master_key,
    read_master_key,
    write_master_key,
)
from portfolio.erasure import empty_logs
from portfolio.events import record
from portfolio.extensions import db, keyring
from portfolio.keyring import (
    current_master,
    data_key,
    hold_masters,
    master_id,
    unwrap,
    wrap,
)
from portfolio.left_behind import GRACE, NAMES_A_KEY

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from portfolio.config import Settings

BATCH = 100
MOST_LEFT = 100


def turn(app: Flask, settings: Settings) -> int:
    """Turn the master key; gives how many keys were wrapped anew. May be repeated."""
    path = settings.master_key_file
    if path is None:
        message = (
            "The master key is a secret of the host (PORTFOLIO_MASTER_KEY): turn it as a file, "
            "with PORTFOLIO_MASTER_KEY_FILE, and give the host the new one."
        )
        raise ConfigurationError(message)
    waiting = next_master_key(path)
    drop_orphans(app)
    with app.app_context():
        make_next(waiting)
        old, new = (read_master_key(each, None, settings.data_folder) for each in (path, waiting))
        name_current(master_id(new))
        count = sum(iter(lambda: wrap_some(old, new), 0))
        see_all_wrapped(master_id(new))
        empty_logs()
        switch(path, waiting)
        record("master_key_turned", number=count)
    return count


def drop_orphans(app: Flask) -> None:
    """Destroy keys that no row names, so that they are not carried over.

    Raises ConfigurationError when there are so many that these must be other data.
    """
    with app.app_context():
        named = {key_id for column in NAMES_A_KEY for key_id in db.session.scalars(select(column))}
        db.session.rollback()
        before = (datetime.now(UTC) - GRACE).isoformat(timespec="seconds")
        with db.get_engine("keyring").connect() as connection:
            # A fresh one may have its row in a moment.
            old = select(data_key.c.id).where(data_key.c.created_at < before)
            found = set(connection.scalars(old))
        left = [key for key in found - named if not key.startswith("installation-")]
        if len(left) > max(MOST_LEFT, len(named)):
            message = (
                f"{len(left)} keys belong to no row, more than do: are these the data of this "
                "keyring? Nothing was turned."
            )
            raise ConfigurationError(message)
        for start in range(0, len(left), BATCH):
            keyring().destroy(left[start : start + BATCH])


def make_next(waiting: Path) -> None:
    """Make the new master, whole or not at all; one that waits already is used."""
    if waiting.exists():
        return
    half = waiting.with_name(f"{waiting.name}.half")
    half.unlink(missing_ok=True)
    write_master_key(half)
    half.rename(waiting)
    _keep_name(waiting.parent)


def name_current(new: str) -> None:
    """Let every key that is made from now on be wrapped by the new master."""
    with db.get_engine("keyring").connect().execution_options(writing=True) as connection:
        hold_masters(connection)
        connection.execute(delete(current_master))
        connection.execute(insert(current_master).values(id=1, master=new))
        connection.commit()


def wrap_some(old: bytes, new: bytes) -> int:
    """Wrap some keys anew; gives how many. Raises SealBrokenError when the old opens one not."""
    name, before, after = master_id(new), AESGCM(old), AESGCM(new)
    with db.get_engine("keyring").connect().execution_options(writing=True) as connection:
        rows = connection.execute(
            select(data_key).where(data_key.c.master != name).limit(BATCH).with_for_update()
        ).all()
        for row in rows:
            wrapped = wrap(after, unwrap(before, row), row.purpose)
            connection.execute(
                update(data_key).where(data_key.c.id == row.id).values(wrapped=wrapped, master=name)
            )
        connection.commit()
    return len(rows)


def see_all_wrapped(new: str) -> None:
    """See that the old master is needed by nothing before it goes."""
    with db.get_engine("keyring").connect() as connection:
        left = connection.scalar(
            select(func.count()).select_from(data_key).where(data_key.c.master != new)
        )
    if left:
        message = f"{left} keys are still under the old master key: turn it once more."
        raise ConfigurationError(message)


def switch(path: Path, waiting: Path) -> None:
    """Put the new master in the place of the old, and overwrite the old one's bytes."""
    with path.open("r+b") as gone:
        waiting.rename(path)
        _keep_name(path.parent)
        with suppress(OSError):
            size = os.fstat(gone.fileno()).st_size
            gone.write(b"\0" * size)
            gone.flush()
            os.fsync(gone.fileno())


def _keep_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
