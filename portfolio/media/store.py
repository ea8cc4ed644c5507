"""Where sealed files are kept: a folder, or a store that speaks S3. It sees sealed bytes only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore.store import LocalStore, from_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from obstore.store import ObjectStore


# LocalStore writes "name#1" and moves it to "name" when it is whole.
HALF = "#"


class MediaStore:
    """Sealed files by name, through one interface for folder and S3."""

    def __init__(self, url: str) -> None:
        self._folder = _folder_of(url)
        self._store = _open(url)

    def put(self, name: str, content: bytes) -> None:
        """Keep a file under a name that is not in use yet. Raises obstore's errors."""
        self._store.put(name, content, mode="create")

    def get(self, name: str) -> bytes:
        """Read a file. Raises FileNotFoundError when it is not there."""
        return bytes(self._store.get(name).bytes())

    def delete(self, names: list[str]) -> None:
        """Remove files; one that is gone already is as good as removed."""
        for name in names:
            if self._folder and HALF in name:
                (self._folder / name).unlink(missing_ok=True)
                continue
            try:
                self._store.delete(name)
            except FileNotFoundError:
                continue

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
    return LocalStore(folder, mkdir=True) if folder else from_url(url)
