"""One store: a folder and an S3-compatible server give the same answers to the same questions."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from moto.server import ThreadedMotoServer

from portfolio import create_app
from portfolio.extensions import db, media_store
from portfolio.keyring import DataKey, SealBrokenError
from portfolio.media.store import MediaStore, StoreDownError
from portfolio.models import Attachment
from portfolio.models.filing import open_file, stored_file
from portfolio.sweep import sweep
from tests import factories
from tests.people import Cast, make_cast
from tests.stores import close_engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.stores import Stores

BUCKET = "mijn-map"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Start a server that speaks S3; gives its address."""
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    httpx.put(f"{address}/{BUCKET}").raise_for_status()
    yield address
    server.stop()


def speak_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name an empty store of each kind."""
    if request.param == "folder":
        return (tmp_path / "media").as_uri()
    speak_to(request.getfixturevalue("s3"), monkeypatch)
    return f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture
def store(url: str) -> MediaStore:
    """Give a store of each kind."""
    return MediaStore(url)


def test_what_is_put_comes_back_whole_and_in_parts(store: MediaStore) -> None:
    content = bytes(range(256)) * 1000
    store.put("een-groot", content)
    assert store.get("een-groot") == content
    assert store.size("een-groot") == len(content)
    for start, stop in ((0, 1), (5, 300), (255_999, 256_000)):
        assert store.get_range("een-groot", start, stop) == content[start:stop]


def test_a_name_in_use_is_replaced_only_on_purpose(store: MediaStore) -> None:
    store.put("een", b"eerst")
    with pytest.raises(StoreDownError, match="AlreadyExists"):
        store.put("een", b"daarna")
    assert store.get("een") == b"eerst"
    store.put("een", b"daarna", replace=True)
    assert store.get("een") == b"daarna"


def test_what_is_not_there_is_said(store: MediaStore) -> None:
    for ask in (
        lambda: store.get("geen"),
        lambda: store.size("geen"),
        lambda: store.get_range("geen", 0, 1),
    ):
        with pytest.raises(FileNotFoundError):
            ask()
    store.delete(["geen"])


def test_the_lists_know_every_file_and_its_age(store: MediaStore) -> None:
    names = {f"{number:04}-klein" for number in range(30)}
    for name in names:
        store.put(name, b"x")
    assert set(store.names()) == names
    assert set(store.names_before(datetime.now(UTC) + timedelta(minutes=1))) == names
    assert not set(store.names_before(datetime.now(UTC) - timedelta(minutes=1)))
    store.delete(sorted(names)[:29])
    assert len(list(store.names())) == 1


@pytest.mark.parametrize("name", ["../uit", "a/../../uit", "/etc/uit"])
def test_no_name_leads_out_of_the_store(store: MediaStore, tmp_path: Path, name: str) -> None:
    """ASVS 5.3.2."""
    with suppress(StoreDownError, ValueError):
        store.put(name, b"x")
    assert not (tmp_path / "uit").exists()
    assert not (tmp_path.parent / "uit").exists()


@pytest.mark.parametrize("place", [0, 12, 40_000, 65_564, 65_565, 65_600, -1])
def test_a_flipped_byte_is_found_wherever_it_is(store: MediaStore, place: int) -> None:
    key, content = DataKey("k", bytes(32)), bytes(100_000)
    sealed = bytearray(key.seal_file("een-geluid", content))
    sealed[place] ^= 1
    store.put("een-geluid", bytes(sealed))
    with pytest.raises(SealBrokenError):
        open_file(store, key, "een", "geluid")
    file = stored_file(store, key, "een", "geluid")
    assert file.size == len(content)
    broken = 0 if 0 <= place < 65_565 else 1
    with pytest.raises(SealBrokenError):
        file.chunk(store, broken)
    assert file.chunk(store, 1 - broken) in (bytes(65_536), bytes(100_000 - 65_536))


def test_chunks_in_another_order_or_cut_are_found(store: MediaStore) -> None:
    key, content = DataKey("k", bytes(32)), bytes(3 * 65_536)
    sealed, step = key.seal_file("een-geluid", content), 65_565
    for number, wrong in enumerate(
        (sealed[step : 2 * step] + sealed[:step] + sealed[2 * step :], sealed[: 2 * step])
    ):
        store.put("een-geluid", wrong, replace=bool(number))
        with pytest.raises(SealBrokenError):
            open_file(store, key, "een", "geluid")


@pytest.fixture
def app_on_s3(
    stores: Stores, tmp_path: Path, s3: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Give the application with the cast, its files in S3."""
    speak_to(s3, monkeypatch)
    settings = stores.copy("sqlite", "empty", tmp_path / "data")
    made = create_app(replace(settings, media_url=f"s3://{BUCKET}/{tmp_path.name}-app"))
    yield made
    close_engines(made)


def test_the_whole_way_of_a_photo_through_s3(app_on_s3: Flask) -> None:
    cast = cast_on(app_on_s3)
    place = cast.amina.page.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    draft = place.rpartition("/")[0]
    page = cast.amina.page.visit(f"{draft}/foto").attach("foto", factories.picture())
    page.submit("Verder").visit(f"{draft}/klaar").submit("Bewaar")
    assert cast.bas.page.get(f"/foto/{cast.photos['work']}/groot").status_code == 200
    assert cast.bas.page.get(f"/geluid/{cast.sounds['work']}").status_code == 200
    with app_on_s3.app_context():
        media_store().put("achtergelaten-groot", b"x")
    assert sweep(app_on_s3, grace=timedelta(minutes=-1))["files"] == 1


def test_a_store_that_is_down_is_said_in_words_and_the_rest_is_kept(
    app_on_s3: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_on(app_on_s3)
    place = cast.amina.page.post("/toevoegen", {"leefgebied": "werk"}).headers["Location"]
    draft = place.rpartition("/")[0]
    cast.amina.page.post(f"{draft}/titel", {"title_0": "Blijft staan", "lang_0": "nl"})
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        speak_to(f"http://127.0.0.1:{nobody.getsockname()[1]}", monkeypatch)
    url = app_on_s3.extensions["portfolio.settings"].media_url
    monkeypatch.setitem(app_on_s3.extensions, "portfolio.media", MediaStore(url))
    page = cast.amina.page.visit(f"{draft}/foto").attach("foto", factories.picture())
    page.submit("Verder", status=503)
    assert "Wij kunnen nu niets bewaren." in page.text
    answer = cast.amina.page.get(f"/foto/{cast.photos['work']}/klein")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert cast.amina.page.visit(f"{draft}/titel").value("title_0") == "Blijft staan"
    with app_on_s3.app_context():
        here = Attachment.draft_id == draft.rpartition("/")[2]
        assert db.session.query(Attachment).filter(here).count() == 0


def cast_on(app: Flask) -> Cast:
    return Cast(app, make_cast(app))
