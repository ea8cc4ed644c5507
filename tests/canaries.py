"""A word of its own in everything sealed that is an owner's, by which a trace is found."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, select, update

from portfolio.extensions import db, keyring, media_store
from portfolio.keyring import place
from portfolio.models import Attachment, Base
from portfolio.models.base import begin
from portfolio.models.erasure import rows_of, whole_of
from portfolio.models.filing import FILES, file_name
from portfolio.models.portfolio import set_scale
from tests import factories, talks
from tests.access.things import lay_out
from tests.route import say_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column

    from tests.people import Actor, Cast


def fill(cast: Cast) -> None:
    """Let Amina have something in nearly every table."""
    amina, bas = cast.amina, cast.bas
    lay_out(cast)
    begin(db.session, writing=True)
    say_all(amina)
    talk = talks.make_full_talk(amina.map_id, bas.seat_id, agreed=True)
    talks.tell_beside(amina.map_id, "proud", talk)
    talks.signal(amina.map_id, "help", "Kanariehulp")
    set_scale(db.session, amina.map_id, factories.keys_for(amina.map_id), "gezin", "zelf")
    db.session.commit()


def mark_everything(owner: Actor) -> dict[tuple[str, str], str]:
    """Put a word of its own in each sealed column of each row; gives it by row and column.

    Afterwards the pages say nonsense: this is for what looks at the store.
    """
    begin(db.session, writing=True)
    whole = whole_of(db.session, owner.person_id)
    assert whole
    key = keyring().fetch(whole.key_ids)[whole.key_ids[1]]
    said: dict[tuple[str, str], str] = {}
    for table, mine in rows_of(whole).items():
        for column in sealed_columns(table.name):
            for row_id in db.session.scalars(select(table.c.id).where(mine, column.is_not(None))):
                word = "kanarie" + secrets.token_hex(8)
                where = place(table.name, row_id, column.name)
                said[table.name, f"{row_id}/{column.name}"] = word
                packed = json.dumps({"text": word}) if column.name == "details" else word
                db.session.execute(
                    update(table)
                    .where(table.c.id == row_id)
                    .values({column.name: key.seal(where, packed.encode())})
                )
    for row in db.session.scalars(
        select(Attachment).where(Attachment.portfolio_id == owner.map_id)
    ):
        for part in FILES[row.kind]:
            name = file_name(row.file_id, part)
            word = "kanarie" + secrets.token_hex(8)
            said["file", name] = word
            row.key_id = key.id
            media_store().put(name, key.seal_file(name, word.encode() * 50), replace=True)
    db.session.commit()
    return said


def sealed_columns(table: str) -> Iterator[Column[bytes]]:
    """List the sealed columns of a table."""
    for column in Base.metadata.tables[table].columns:
        if column.info["class"] == "sealed" and isinstance(column.type, LargeBinary):
            yield column
