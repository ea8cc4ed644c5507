"""Where sealed files are kept: a folder, or a store that speaks S3. It sees sealed bytes only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore.store import LocalStore, from_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import ObjectStore


class MediaStore:
    """Sealed files by name, through one interface for folder and S3."""

    def __init__(self, url: str) -> None:
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
            try:
                self._store.delete(name)
            except FileNotFoundError:
                continue

    def names(self) -> Iterator[str]:
        """List every file that is kept."""
        for page in self._store.list():
            for item in page:
                yield item["path"]


def _open(url: str) -> ObjectStore:
    if url.startswith("file:"):
        folder = Path(url2pathname(urlsplit(url).path))
        return LocalStore(folder, mkdir=True)
    return from_url(url)
