"""A backup of the keyring, apart from the data: sealed with a passphrase, and wrapped as it was.

The keys in it stay wrapped by the master key, so that it opens nothing after that one is gone.
Source: RFC 9106 (argon2id, second recommended choice), NIST SP 800-38D.
"""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select

from portfolio.backup import BackupError
from portfolio.extensions import db, keyring
from portfolio.keyring import SealBrokenError, current_master, data_key, hold_masters

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

FIRST_WORD = b"mijn-map-keyring-1\n"
SALT, NONCE = 16, 12
SHORTEST = 12
INSTALLATION = "installation-"


def back_up_keyring(app: Flask, path: Path, passphrase: str) -> int:
    """Write all keys to a file that only this passphrase opens; gives how many."""
    if len(passphrase) < SHORTEST:
        message = f"The passphrase of a keyring backup has {SHORTEST} letters or more."
        raise BackupError(message)
    with app.app_context(), db.get_engine("keyring").connect() as connection:
        rows = [dict(row._mapping) for row in connection.execute(select(data_key))]  # noqa: SLF001 -- the whole row, by name
        current = connection.scalar(select(current_master.c.master))
    for row in rows:
        row["wrapped"] = base64.b64encode(row["wrapped"]).decode()
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    said = json.dumps({"keys": rows, "current": current}).encode()
    content = FIRST_WORD + salt + nonce + _cipher(passphrase, salt).encrypt(nonce, said, FIRST_WORD)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = f"{path} is there already; a backup never replaces another."
        raise BackupError(message) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return len(rows)


def restore_keyring(app: Flask, path: Path, passphrase: str) -> int:
    """Put the keys back into a keyring that holds nobody's, all or none; gives how many."""
    content = path.read_bytes()
    start = len(FIRST_WORD)
    if not content.startswith(FIRST_WORD):
        message = f"{path} is not a backup of a keyring."
        raise BackupError(message)
    salt, nonce = content[start : start + SALT], content[start + SALT : start + SALT + NONCE]
    try:
        said = _cipher(passphrase, salt).decrypt(nonce, content[start + SALT + NONCE :], FIRST_WORD)
    except (InvalidTag, ValueError):
        message = "The passphrase is not the one of this keyring backup, or the file was changed."
        raise BackupError(message) from None
    found = json.loads(said)
    rows = [{**row, "wrapped": base64.b64decode(row["wrapped"])} for row in found["keys"]]
    engine = db.get_engine
    with (
        app.app_context(),
        engine("keyring").connect().execution_options(writing=True) as connection,
    ):
        hold_masters(connection)
        # A start of an empty installation makes keys of its own, which say nothing of anybody.
        other = select(data_key.c.id).where(~data_key.c.id.startswith(INSTALLATION))
        if connection.execute(other.limit(1)).first():
            message = "There are keys already: a keyring is put back into an empty place only."
            raise BackupError(message)
        try:
            keyring().see_opens(rows)
        except SealBrokenError:
            message = (
                "The master key does not open this keyring backup: it is another one, "
                "or it was turned since."
            )
            raise BackupError(message) from None
        connection.execute(delete(data_key))
        connection.execute(delete(current_master))
        if rows:
            connection.execute(insert(data_key), rows)
        if found["current"]:
            connection.execute(insert(current_master).values(id=1, master=found["current"]))
        connection.commit()
        keyring().forget()
    return len(rows)


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    secret = hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=3,
        memory_cost=64 * 1024,
        parallelism=4,
        hash_len=32,
        type=Type.ID,
    )
    return AESGCM(secret)
