"""Where sealed files are kept: a folder, or a store that speaks S3. It sees sealed bytes only."""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from obstore.store import ClientConfig, ObjectStore, RetryConfig


LOGGER = logging.getLogger("portfolio")
PATIENCE: ClientConfig = {"timeout": "15s", "connect_timeout": "5s", "allow_http": True}
RETRIES: RetryConfig = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=10),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1)},
}
# LocalStore writes "name#1" and moves it to "name" when it is whole.
HALF = "#"


class StoreDownError(Exception):
    """The store does not answer, is full, or refuses us: nothing of a person is wrong."""


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        # Its message may name a place and a key of the host; the kind says enough.
        raise StoreDownError(type(error).__name__) from error


class MediaStore:
    """Sealed files by name, through one interface for folder and S3.

    Everything raises StoreDownError when the store itself fails.
    """

    def __init__(self, url: str) -> None:
        self._folder = _folder_of(url)
        self._store = _open(url)

    def put(self, name: str, content: bytes, *, replace: bool = False) -> None:
        """Keep a file, under a name that is not in use yet or in its place."""
        with _answering():
            self._store.put(name, content, mode="overwrite" if replace else "create")

    def get(self, name: str) -> bytes:
        """Read a file. Raises FileNotFoundError when it is not there."""
        with _answering():
            return bytes(self._store.get(name).bytes())

    def get_range(self, name: str, start: int, stop: int) -> bytes:
        """Read the bytes from `start` up to `stop`. Raises FileNotFoundError."""
        with _answering():
            return bytes(self._store.get_range(name, start=start, end=stop))

    def size(self, name: str) -> int:
        """Tell how many bytes a file has. Raises FileNotFoundError when it is not there."""
        with _answering():
            return int(self._store.head(name)["size"])

    def delete(self, names: list[str]) -> None:
        """Remove files; one that is gone already is as good as removed.

        Nobody can open them any more, so a store that fails now stops nobody: the sweep finds
        what is left.
        """
        for name in names:
            try:
                self._delete(name)
            except StoreDownError as error:
                LOGGER.warning("a file is left for the sweep: %s", error)
                return

    def remove(self, names: list[str]) -> None:
        """Remove files, and see it done: raises StoreDownError when one may still be there."""
        for name in names:
            self._delete(name)

    def _delete(self, name: str) -> None:
        with _answering(), suppress(FileNotFoundError):
            if self._folder and HALF in name:
                (self._folder / name).unlink(missing_ok=True)
            else:
                self._store.delete(name)

    def names_before(self, moment: datetime) -> Iterator[str]:
        """List every file that was there at a moment already."""
        for page in self._store.list():
            for item in page:
                if item["last_modified"] <= moment:
                    yield item["path"]
        # What a crash left half written lies beside its name, and no list shows it.
        for path in self._folder.glob(f"*{HALF}*") if self._folder else ():
            if path.stat().st_mtime <= moment.timestamp():
                yield path.name

    def names(self) -> Iterator[str]:
        """List every file that is kept."""
        for page in self._store.list():
            for item in page:
                yield item["path"]


def _folder_of(url: str) -> Path | None:
    return Path(url2pathname(urlsplit(url).path)) if url.startswith("file:") else None


def _open(url: str) -> ObjectStore:
    folder = _folder_of(url)
    if folder:
        return LocalStore(folder, mkdir=True)
    # Somebody waits for the answer: a store that does not come is said to be down.
    return from_url(url, client_options=PATIENCE, retry_config=RETRIES)
