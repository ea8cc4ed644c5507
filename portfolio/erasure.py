"""Erasing somebody, whole and for ever: the list, the keys, then files and rows.

What lives here: the order, and going on after a crash. Every step may be done twice. First
the list outside is written and seen on the disk; then the keys go, and from that moment
nobody can read anything; then files and rows. Whatever breaks off is taken up again by the
next start, the next sweep, or `replay` after a restore. What does not: who may ask for it and
when (views/going.py, sweep.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.erasure_list import Erased, ErasureList, ErasureListError
from portfolio.events import record
from portfolio.extensions import db, keyring, media_store, settings
from portfolio.models.base import begin
from portfolio.models.erasure import (
    files_of,
    hold_whole,
    holds_for,
    move_mark,
    read_mark,
    remove_rows,
    shut_out,
    still_here,
    whole_of,
)

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import ColumnElement

PURPOSE = "erasures"


def erasure_list() -> ErasureList:
    """Give the list of this installation, under a key of the keyring."""
    secret = keyring().installation_key(PURPOSE).derive("list")
    return ErasureList(settings().erasure_folder, secret)


def erase(person_id: str, *, still: ColumnElement[bool] | None = None) -> bool:
    """Erase a person: account, map and everything. False when nobody was there any more.

    `still`: what must hold for the person at the moment that nothing can be taken back.

    Raises StoreDownError when files cannot be removed now; unreadable they are already, and
    the rest is taken up again later.
    """
    begin(db.session, writing=True)
    whole = whole_of(db.session, person_id)
    if whole:
        hold_whole(db.session, whole)
    if whole is None or (still is not None and not holds_for(db.session, person_id, still)):
        db.session.rollback()
        return False
    line = erasure_list().add(whole.person_id, whole.portfolio_id, whole.key_ids)
    move_mark(db.session, line.number, line.code)
    db.session.commit()
    finish(line)
    return True


def finish(line: Erased) -> None:
    """Do what a line of the list asks, on the data and the keyring at hand."""
    # The data may be older or newer than the list: what it says of itself counts as well.
    begin(db.session, writing=False)
    here = whole_of(db.session, line.person_id)
    db.session.rollback()
    keys = {*line.key_ids, *(here.key_ids if here else ())}
    keyring().destroy(keys)
    if here:
        begin(db.session, writing=True)
        shut_out(db.session, here)
        db.session.commit()
        begin(db.session, writing=True)
        hold_whole(db.session, here)
        # While the map is held, no file is hung on it. Files before rows: the rows name them.
        media_store().remove(files_of(db.session, here))
        remove_rows(db.session, here)
        db.session.commit()
        record("person_erased", person=here.person_id)
    empty_logs()


def replay(app: Flask) -> int:
    """Apply the whole list to the data and keyring at hand; gives how many were still there.

    Called before the first request of every start, and by a restore. Raises ErasureListError
    when the list is missing or damaged: then nothing may be served.
    """
    with app.app_context():
        return take_up()


def take_up() -> int:
    """Take up what the list asks and is not done yet; gives how many were still there."""
    lines = check_list()
    begin(db.session, writing=False)
    here = still_here(db.session, (line.person_id for line in lines))
    db.session.rollback()
    # A keyring of before may hold keys of people whom these data never knew.
    kept = keyring().fetch(key for line in lines for key in line.key_ids).keys()
    left = [line for line in lines if line.person_id in here or kept & set(line.key_ids)]
    for line in left:
        finish(line)
    return len(left)


def check_list() -> list[Erased]:
    """Read the list and hold it against the mark in the data; start one for a new installation.

    Raises ErasureListError when it is missing, damaged, or shorter than it was.
    """
    found = erasure_list()
    begin(db.session, writing=False)
    mark = read_mark(db.session)
    db.session.rollback()
    if mark is None and not found.exists():
        found.start()
    lines = found.read()
    codes = [found.first_code, *(line.code for line in lines)]
    if mark and (len(lines) < mark[0] or codes[mark[0]] != mark[1]):
        message = f"The erasure list {found.path} was cut: {mark[0]} erasures are known."
        raise ErasureListError(message)
    if mark is None or mark[0] < len(lines):
        begin(db.session, writing=True)
        move_mark(db.session, len(lines), codes[-1])
        db.session.commit()
    return lines


def empty_logs() -> None:
    """Cut the write-ahead logs of SQLite, which otherwise keep old copies of what has gone."""
    for engine in (db.engine, db.get_engine("keyring")):
        if engine.dialect.name == "sqlite":
            connection = engine.raw_connection()
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
