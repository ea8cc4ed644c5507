"""What a crash left behind: files and keys that no row names.

A file is written before its row, and a key too: broken off in between, nobody can find them any
more. When there are very many, the database is the one that is wrong, and nothing is destroyed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portfolio.extensions import db, keyring, media_store
from portfolio.keyring import data_key
from portfolio.models.attachment import Attachment
from portfolio.models.base import begin
from portfolio.models.draft import Draft
from portfolio.models.filing import file_names
from portfolio.models.organisation import Organisation
from portfolio.models.person import Person
from portfolio.models.portfolio import Portfolio
from portfolio.models.takeaway import Takeaway, piece_names
from portfolio.models.upload import Upload, piece_files

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

# What is being written now has no row yet: a file or key younger than this is left alone.
GRACE = timedelta(hours=1)
# A key that no row names is left by a crash, and swept within a day or so. More than a few
# older ones say that this is not the keyring's own database: then nothing is destroyed.
CRASHED_WITHIN = timedelta(days=7)
# So many files without a row are no crash either.
MOST_LEFT_BEHIND = 50
MOST_OLD_KEYS = 14


def remove_files(session: Session, grace: timedelta) -> int:
    """Remove files without a row, unless there are so many that the database must be wrong."""
    kept = list(media_store().names_before(datetime.now(UTC) - grace))
    begin(session, writing=False)
    rows = session.execute(select(Attachment.kind, Attachment.file_id)).all()
    coming = session.execute(select(Upload.id, Upload.pieces)).all()
    taken = session.execute(select(Takeaway.id, Takeaway.turn, Takeaway.pieces)).all()
    session.rollback()
    known = {
        *file_names((row[0], row[1]) for row in rows),
        *piece_files((row[0], row[1]) for row in coming),
        *(name for row in taken for name in piece_names(*row)),
    }
    left = [name for name in kept if name not in known]
    if len(left) > max(MOST_LEFT_BEHIND, len(known)):
        return 0
    media_store().delete(left)
    return len(left)


NAMES_A_KEY: tuple[InstrumentedAttribute[str], ...] = (
    Person.key_id,
    Portfolio.key_id,
    Portfolio.gezondheid_key_id,
    Portfolio.gezin_key_id,
    Organisation.key_id,
    Draft.key_id,
    Attachment.key_id,
    Upload.key_id,
)


def destroy_keys(session: Session, grace: timedelta) -> int:
    """Destroy keys that were made for rows that never came."""
    now = datetime.now(UTC)
    with db.get_engine("keyring").connect() as connection:
        rows = connection.execute(select(data_key.c.id, data_key.c.created_at)).all()
    begin(session, writing=False)
    named = {key_id for column in NAMES_A_KEY for key_id in session.scalars(select(column))}
    session.rollback()
    left = {
        row.id: datetime.fromisoformat(row.created_at)
        for row in rows
        if row.id not in named and not row.id.startswith("installation-")
    }
    if sum(at < now - CRASHED_WITHIN for at in left.values()) > MOST_OLD_KEYS:
        return 0
    fresh = [key_id for key_id, at in left.items() if now - CRASHED_WITHIN <= at <= now - grace]
    keyring().destroy(fresh)
    return len(fresh)
