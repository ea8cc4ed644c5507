"""The erasure list: who asked to be forgotten, written outside both databases.

What lives here: one file to which lines are only added. A line holds ids and a time, never a
word of anybody, and a keyed code over all lines before it, so that a line that was changed,
taken out or put in is found; a list that was cut is found by the mark in the database
(models/erasure.py). What does not: erasing (erasure.py). An installation of several machines
may keep an object per erasure instead: whatever reads and adds like ErasureList serves.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from portfolio.config import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAME = "erasures.list"
FIRST_WORD = "mijn-map-erasures-1"
NOTHING = "-"


class ErasureListError(ConfigurationError):
    """The list is missing, damaged, or another installation's: nothing may be served."""


@dataclass(frozen=True)
class Erased:
    """One line: who is forgotten, and which keys with them.

    The keys stand here because data and keyring may come back from backups of different days.
    """

    number: int
    at: str
    person_id: str
    portfolio_id: str | None
    key_ids: tuple[str, ...]
    code: str


class ErasureList:
    """The list in a file. Several processes of one machine may add at the same time."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self.path = folder / NAME
        self._secret = secret

    def exists(self) -> bool:
        """Tell whether there is a list."""
        return self.path.is_file()

    def start(self) -> None:
        """Start an empty list where there is none."""
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whole under another name first: a half list would pass for a damaged one.
        new = folder / f"{NAME}.{os.getpid()}.new"
        line = f"{FIRST_WORD} {self.first_code}\n"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            # Unlike a rename a link never replaces a list that another process just began.
            os.link(new, self.path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
        _keep_name(folder)

    @property
    def first_code(self) -> str:
        """Give the code before the first line: it tells whose list this is."""
        return self._code("", FIRST_WORD)

    def read(self) -> list[Erased]:
        """Read every line. Raises ErasureListError when one is not what was written."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            message = (
                f"The erasure list {self.path} is missing. Put it back: without it somebody who "
                "was erased could return."
            )
            raise ErasureListError(message) from None
        return self._read(content)

    def add(self, person_id: str, portfolio_id: str | None, key_ids: Iterable[str]) -> Erased:
        """Add a line and see it on the disk; who is in the list already is not added again."""
        with self._held() as descriptor:
            content = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
            lines = self._read(content)
            for line in lines:
                if line.person_id == person_id:
                    return line
            # What a crash left half written was never acted upon.
            whole = content.rfind(b"\n") + 1
            os.ftruncate(descriptor, whole)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            keys = ",".join(key_ids) or NOTHING
            facts = f"{len(lines) + 1} {at} {person_id} {portfolio_id or NOTHING} {keys}"
            code = self._code(lines[-1].code if lines else self.first_code, facts)
            _write_all(descriptor, f"{facts} {code}\n".encode(), whole)
            os.fsync(descriptor)
        return _line(facts, code)

    def _read(self, content: bytes) -> list[Erased]:
        # After the last end of a line stands at most what a crash left half written.
        first, *lines = content.decode("ascii", "replace").split("\n")[:-1] or [""]
        if not hmac.compare_digest(first.encode(), f"{FIRST_WORD} {self.first_code}".encode()):
            message = f"The erasure list {self.path} is not the one of this keyring."
            raise ErasureListError(message)
        before, found = self.first_code, []
        for number, text in enumerate(lines, start=1):
            facts, _, code = text.rpartition(" ")
            right = self._code(before, facts)
            # As bytes: damage may be any sign at all, and these compare only ASCII as text.
            if not hmac.compare_digest(code.encode(), right.encode()):
                message = f"The erasure list {self.path} was changed at line {number + 1}."
                raise ErasureListError(message)
            found.append(_line(facts, code))
            before = code
        return found

    def _code(self, before: str, facts: str) -> str:
        return hmac.new(self._secret, f"{before}/{facts}".encode(), hashlib.sha256).hexdigest()

    @contextmanager
    def _held(self) -> Iterator[int]:
        try:
            descriptor = os.open(self.path, os.O_RDWR)
        except FileNotFoundError:
            self.read()
            raise
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _line(facts: str, code: str) -> Erased:
    number, at, person_id, portfolio_id, keys = facts.split(" ")
    return Erased(
        int(number),
        at,
        person_id,
        None if portfolio_id == NOTHING else portfolio_id,
        () if keys == NOTHING else tuple(keys.split(",")),
        code,
    )


def _write_all(descriptor: int, content: bytes, at: int) -> None:
    while content:
        written = os.pwrite(descriptor, content, at)
        content, at = content[written:], at + written


def _keep_name(folder: Path) -> None:
    """See the name of a new file on the disk, not only its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
