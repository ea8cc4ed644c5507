"""Data keys, sealing and unsealing.

What lives here: the keyring store (its one table), the wrapping of data keys by the
master key, AES-256-GCM over words and over files, and keyed hashes.
What does not: which row is sealed with whose key; the models say that.

Source of the format: NIST SP 800-38D (random 96-bit nonces), RFC 5869 (HKDF).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlalchemy import Row

VERSION = b"\x01"
NONCE = 12
TAG = 16
BATCH = 500
CHUNK = 64 * 1024
SEALED_CHUNK = CHUNK + 1 + NONCE + TAG

keyring_metadata = MetaData()
data_key = Table(
    "data_key",
    keyring_metadata,
    Column("id", String(32), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master", String(16), nullable=False),
    Column("created_at", String(32), nullable=False),
)


# Asked at nearly every request, so it is written down once.
WANTED = select(data_key).where(data_key.c.id.in_(bindparam("wanted", expanding=True)))


# Which master key wraps what is made from now on; one row, and none before the first turning.
current_master = Table(
    "current_master",
    keyring_metadata,
    Column("id", Integer, primary_key=True),
    Column("master", String(16), nullable=False),
)


class SealBrokenError(Exception):
    """Sealed bytes were changed, cut, swapped or put in another place."""


def new_id() -> str:
    """Draw a random id of 128 bits, safe in an address."""
    return secrets.token_urlsafe(16)


def place(table: str, row: str, column: str) -> bytes:
    """Name the one place where a sealed value may stand."""
    return f"{table}/{row}/{column}".encode()


@dataclass(frozen=True, repr=False)
class DataKey:
    """One opened data key. It lives as long as the request that asked for it."""

    id: str
    secret: bytes

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.secret)

    def seal(self, where: bytes, text: bytes) -> bytes:
        """Seal bytes for one place."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._cipher.encrypt(nonce, text, where)

    def open(self, where: bytes, sealed: bytes) -> bytes:
        """Open sealed bytes. Raises SealBrokenError when they are not what was put there."""
        if sealed[:1] != VERSION:
            message = f"unknown seal at {where!r}"
            raise SealBrokenError(message)
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], where)
        except (InvalidTag, ValueError):
            # ValueError: so little is left that it is no nonce and tag any more.
            message = f"seal broken at {where!r}"
            raise SealBrokenError(message) from None

    def derive(self, purpose: str) -> bytes:
        """Derive a 256-bit key for another use, so that one secret never serves two."""
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self.secret)

    def seal_file(self, file_id: str, content: bytes) -> bytes:
        """Seal a file in chunks of 64 KiB; number and last-mark are part of each seal."""
        count = max(1, -(-len(content) // CHUNK))
        chunks = (content[n * CHUNK : (n + 1) * CHUNK] for n in range(count))
        return b"".join(
            self.seal(_chunk_place(file_id, n, last=n == count - 1), chunk)
            for n, chunk in enumerate(chunks)
        )

    def open_chunk(self, file_id: str, sealed: bytes, number: int, count: int) -> bytes:
        """Open one chunk of a sealed file of so many. Raises SealBrokenError."""
        return self.open(_chunk_place(file_id, number, last=number == count - 1), sealed)

    def open_file(self, file_id: str, sealed: bytes) -> Iterator[bytes]:
        """Open a sealed file chunk by chunk. Raises SealBrokenError at the first wrong one."""
        step = SEALED_CHUNK
        count = max(1, -(-len(sealed) // step))
        for n in range(count):
            where = _chunk_place(file_id, n, last=n == count - 1)
            yield self.open(where, sealed[n * step : (n + 1) * step])


def _chunk_place(file_id: str, number: int, *, last: bool) -> bytes:
    return place("file", file_id, "content") + struct.pack(">I?", number, last)


class Keyring:
    """The store of data keys, wrapped by the master key, apart from the data."""

    def __init__(
        self, engine: Engine, master_key: bytes, read_masters: Callable[[], list[bytes]] = list
    ) -> None:
        self._engine = engine
        # Read again when a key is wrapped by a master that was not there at the start.
        self._read_masters = read_masters
        self._own = master_id(master_key)
        self._masters = {self._own: AESGCM(master_key)}
        self._installation: dict[str, DataKey] = {}

    def create(self, purpose: str, key_id: str | None = None) -> DataKey:
        """Make and commit a data key, before anything that it will seal is written."""
        key = DataKey(key_id or new_id(), os.urandom(32))
        with self._engine.connect().execution_options(writing=True) as connection:
            hold_masters(connection)
            master = read_current(connection) or self._own
            connection.execute(
                insert(data_key).values(
                    id=key.id,
                    purpose=purpose,
                    wrapped=wrap(self._master(master, key.id), key, purpose),
                    master=master,
                    created_at=datetime.now(UTC).isoformat(timespec="seconds"),
                )
            )
            connection.commit()
        return key

    def fetch(self, key_ids: Iterable[str]) -> dict[str, DataKey]:
        """Open the keys that exist. One that is gone is left out: its rows count as erased."""
        wanted = sorted(set(key_ids))
        found: dict[str, DataKey] = {}
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            try:
                found |= self._open(some)
            except SealBrokenError:
                # Wrapped anew between our look at the row and at the master: look once more.
                found |= self._open(some)
        return found

    def _open(self, wanted: list[str]) -> dict[str, DataKey]:
        with self._engine.connect() as connection:
            rows = connection.execute(WANTED, {"wanted": wanted}).all()
        return {row.id: self._unwrap(row) for row in rows}

    def destroy(self, key_ids: Iterable[str]) -> None:
        """Destroy keys for ever: what they sealed cannot be read again by anybody."""
        with self._engine.connect().execution_options(writing=True) as connection:
            connection.execute(delete(data_key).where(data_key.c.id.in_(list(key_ids))))
            connection.commit()

    def installation_key(self, purpose: str) -> DataKey:
        """Give the installation's own key for a purpose, made at its first use.

        It says nothing about a person, so a process may keep it.
        """
        if purpose not in self._installation:
            key_id = f"installation-{purpose}"
            found = self.fetch([key_id])
            if not found:
                # Another process may make it between our look and our write: theirs counts.
                with suppress(IntegrityError):
                    self.create(purpose, key_id)
                found = self.fetch([key_id])
            self._installation[purpose] = found[key_id]
        return self._installation[purpose]

    def forget(self) -> None:
        """Forget the installation's own keys: others were put in their place."""
        self._installation.clear()

    def lookup_hash(self, purpose: str, text: str) -> str:
        """Hash a name or code so that it can be found by whoever knows it, and only so."""
        secret = self.installation_key("lookup").derive(purpose)
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

    def _unwrap(self, row: Row[Any]) -> DataKey:
        return unwrap(self._master(row.master, row.id), row)

    def see_opens(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """See that the master key opens every one of these rows. Raises SealBrokenError."""
        for row in rows:
            unwrap(self._master(row["master"], row["id"]), SimpleNamespace(**row))

    def _master(self, wanted: str, key_id: str) -> AESGCM:
        """Find a master key by its name, also one that came while this process served."""
        if wanted not in self._masters:
            found = {master_id(key): AESGCM(key) for key in self._read_masters()}
            if wanted in found:
                # What is not in a file any more was destroyed, and goes here as well.
                self._masters = found
        try:
            return self._masters[wanted]
        except KeyError:
            message = f"the master key does not open data key {key_id}"
            raise SealBrokenError(message) from None


def master_id(master_key: bytes) -> str:
    """Name a master key without telling it."""
    return hashlib.sha256(b"master/" + master_key).hexdigest()[:16]


def wrap(master: AESGCM, key: DataKey, purpose: str) -> bytes:
    """Wrap a data key under a master key."""
    nonce = os.urandom(NONCE)
    return nonce + master.encrypt(nonce, key.secret, place("key", key.id, purpose))


def unwrap(master: AESGCM, row: Any) -> DataKey:
    """Open the row of a data key. Raises SealBrokenError."""
    try:
        secret = master.decrypt(
            row.wrapped[:NONCE], row.wrapped[NONCE:], place("key", row.id, row.purpose)
        )
    except InvalidTag:
        message = f"the master key does not open data key {row.id}"
        raise SealBrokenError(message) from None
    return DataKey(row.id, secret)


def hold_masters(connection: Connection) -> None:
    """Let nobody make a key while the current master changes, until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7302022)")


def read_current(connection: Connection) -> str | None:
    """Tell which master wraps new keys; None before the first turning."""
    found = connection.execute(select(current_master.c.master)).first()
    return str(found[0]) if found else None


def seal_text(key: DataKey, table: str, row: str, column: str, text: str) -> bytes:
    """Seal words for one column of one row."""
    return key.seal(place(table, row, column), text.encode())


def open_text(key: DataKey, table: str, row: str, column: str, sealed: bytes) -> str:
    """Open words of one column of one row."""
    return key.open(place(table, row, column), sealed).decode()
