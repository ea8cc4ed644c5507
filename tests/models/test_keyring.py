"""What is sealed opens only where it was put, and only whole."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from portfolio.access import Action, visible
from portfolio.extensions import db, keyring
from portfolio.keyring import (
    CHUNK,
    NONCE,
    TAG,
    DataKey,
    Keyring,
    SealBrokenError,
    data_key,
    new_id,
    open_text,
    place,
    seal_text,
)
from portfolio.models import Entry, Portfolio
from portfolio.models.entry import read_entries
from portfolio.models.portfolio import open_keys

if TYPE_CHECKING:
    from flask import Flask

    from tests.people import Actor

STEP = CHUNK + 1 + NONCE + TAG
WHERE = place("entry_text", "row", "title")


@pytest.fixture
def key() -> DataKey:
    """Give a key that is in no store."""
    return DataKey("k", os.urandom(32))


def test_what_was_sealed_comes_back(key: DataKey) -> None:
    assert key.open(WHERE, key.seal(WHERE, "brood, خبز".encode())).decode() == "brood, خبز"


def test_the_same_words_never_look_the_same(key: DataKey) -> None:
    assert len({key.seal(WHERE, b"ja") for _ in range(100)}) == 100


def test_every_flipped_byte_is_found(key: DataKey) -> None:
    """ASVS 11.3.3."""
    sealed = key.seal(WHERE, b"een zin over iemand")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBrokenError):
            key.open(WHERE, bytes(changed))


def test_every_cut_is_found(key: DataKey) -> None:
    sealed = key.seal(WHERE, b"een zin over iemand")
    for length in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            key.open(WHERE, sealed[:length])


@pytest.mark.parametrize(
    "elsewhere",
    [("entry_text", "row", "story"), ("entry_text", "other", "title"), ("comment", "row", "title")],
)
def test_swapped_rows_and_columns_are_found(key: DataKey, elsewhere: tuple[str, str, str]) -> None:
    sealed = seal_text(key, "entry_text", "row", "title", "brood")
    with pytest.raises(SealBrokenError):
        open_text(key, *elsewhere, sealed)


def test_another_key_does_not_open(key: DataKey) -> None:
    with pytest.raises(SealBrokenError):
        DataKey("k", os.urandom(32)).open(WHERE, key.seal(WHERE, b"x"))


def test_what_is_broken_is_named_without_its_words(key: DataKey) -> None:
    with pytest.raises(SealBrokenError) as raised:
        key.open(WHERE, key.seal(WHERE, b"geheim")[:-1])
    assert "entry_text/row/title" in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_a_key_does_not_show_itself(key: DataKey) -> None:
    assert key.secret.hex() not in repr(key)
    assert repr(key.secret) not in repr(key)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_file_comes_back(key: DataKey, size: int) -> None:
    content = secrets.token_bytes(size)
    assert b"".join(key.open_file("f", key.seal_file("f", content))) == content


def _chunks(sealed: bytes) -> list[bytes]:
    return [sealed[n : n + STEP] for n in range(0, len(sealed), STEP)]


def _opened(key: DataKey, chunks: list[bytes], name: str = "f") -> bytes:
    return b"".join(key.open_file(name, b"".join(chunks)))


def test_cut_swapped_and_repeated_chunks_are_found(key: DataKey) -> None:
    first, second, third = _chunks(key.seal_file("f", secrets.token_bytes(3 * CHUNK)))
    assert _opened(key, [first, second, third])
    for wrong in (
        [first, second],
        [first],
        [second, third],
        [second, first, third],
        [first, third, second],
        [first, first, second, third],
        [first, second, third, third],
        [first, second, third[:-1]],
        [],
    ):
        with pytest.raises(SealBrokenError):
            _opened(key, wrong)
    with pytest.raises(SealBrokenError):
        _opened(key, [first, second, third], "another")


def test_a_flipped_byte_anywhere_in_a_file_is_found(key: DataKey) -> None:
    """ASVS 11.3.3."""
    sealed = key.seal_file("f", secrets.token_bytes(2 * CHUNK))
    for position in (0, 1, NONCE, STEP - 1, STEP, STEP + NONCE + 1, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[position] ^= 0x80
        with pytest.raises(SealBrokenError):
            b"".join(key.open_file("f", bytes(changed)))


def test_a_destroyed_key_counts_as_erased(app: Flask) -> None:
    with app.app_context():
        ring = keyring()
        kept, gone = ring.create("person"), ring.create("person")
        assert ring.fetch([kept.id, gone.id]).keys() == {kept.id, gone.id}
        ring.destroy([gone.id])
        assert ring.fetch([kept.id, gone.id]).keys() == {kept.id}
        ring.destroy([gone.id])


def test_a_map_without_its_keys_reads_as_empty(amina: Actor) -> None:
    with amina.app.app_context():
        row = db.session.scalars(select(Portfolio).where(Portfolio.id == amina.map_id)).one()
        for key_id in (row.gezin_key_id, row.key_id):
            keyring().destroy([key_id])
            keys = open_keys(db.session, keyring(), [amina.map_id])
            chosen = visible(amina.viewer(), Action.MAP_KEEP, Entry)
            assert read_entries(db.session, chosen, keys) == []


def test_another_master_key_opens_nothing_and_says_which(app: Flask) -> None:
    with app.app_context():
        made = keyring().create("person")
        stranger = Keyring(db.get_engine("keyring"), os.urandom(32))
        with pytest.raises(SealBrokenError, match=f"does not open data key {made.id}"):
            stranger.fetch([made.id])


def test_swapped_keys_in_the_store_are_found(app: Flask) -> None:
    with app.app_context():
        first, second = keyring().create("portfolio"), keyring().create("gezondheid")
        engine = db.get_engine("keyring")
        with engine.connect().execution_options(writing=True) as connection:
            rows = connection.execute(select(data_key.c.id, data_key.c.wrapped)).all()
            wrapped = {row.id: row.wrapped for row in rows}
            connection.execute(
                update(data_key).where(data_key.c.id == first.id).values(wrapped=wrapped[second.id])
            )
            connection.execute(
                update(data_key).where(data_key.c.id == second.id).values(purpose="portfolio")
            )
            connection.commit()
        for key_id in (first.id, second.id):
            with pytest.raises(SealBrokenError):
                keyring().fetch([key_id])


def test_ids_cannot_be_guessed() -> None:
    drawn = {new_id() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(len(each) == 22 for each in drawn)
