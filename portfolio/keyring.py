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
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import (
    Column,
    Engine,
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
    from collections.abc import Iterable, Iterator

VERSION = b"\x01"
NONCE = 12
TAG = 16
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

    def __init__(self, engine: Engine, master_key: bytes) -> None:
        self._engine = engine
        self._master = AESGCM(master_key)
        self.master_id = hashlib.sha256(b"master/" + master_key).hexdigest()[:16]
        self._installation: dict[str, DataKey] = {}

    def create(self, purpose: str, key_id: str | None = None) -> DataKey:
        """Make and commit a data key, before anything that it will seal is written."""
        key = DataKey(key_id or new_id(), os.urandom(32))
        nonce = os.urandom(NONCE)
        wrapped = nonce + self._master.encrypt(nonce, key.secret, place("key", key.id, purpose))
        with self._engine.connect().execution_options(writing=True) as connection:
            connection.execute(
                insert(data_key).values(
                    id=key.id,
                    purpose=purpose,
                    wrapped=wrapped,
                    master=self.master_id,
                    created_at=datetime.now(UTC).isoformat(timespec="seconds"),
                )
            )
            connection.commit()
        return key

    def fetch(self, key_ids: Iterable[str]) -> dict[str, DataKey]:
        """Open the keys that exist. One that is gone is left out: its rows count as erased."""
        wanted = sorted(set(key_ids))
        if not wanted:
            return {}
        with self._engine.connect() as connection:
            rows = connection.execute(WANTED, {"wanted": wanted}).all()
        return {row.id: self._unwrap(row.id, row.purpose, row.wrapped) for row in rows}

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

    def lookup_hash(self, purpose: str, text: str) -> str:
        """Hash a name or code so that it can be found by whoever knows it, and only so."""
        secret = self.installation_key("lookup").derive(purpose)
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

    def _unwrap(self, key_id: str, purpose: str, wrapped: bytes) -> DataKey:
        where = place("key", key_id, purpose)
        try:
            secret = self._master.decrypt(wrapped[:NONCE], wrapped[NONCE:], where)
        except InvalidTag:
            message = f"the master key does not open data key {key_id}"
            raise SealBrokenError(message) from None
        return DataKey(key_id, secret)


def seal_text(key: DataKey, table: str, row: str, column: str, text: str) -> bytes:
    """Seal words for one column of one row."""
    return key.seal(place(table, row, column), text.encode())


def open_text(key: DataKey, table: str, row: str, column: str, sealed: bytes) -> str:
    """Open words of one column of one row."""
    return key.open(place(table, row, column), sealed).decode()
