"""The bodies of requests while they come in: in memory only, and never too much of it at once.

What lives here: how waitress reads a body of ours. What does not: the server (serving.py),
and what a request may hold (security.py).
"""

from __future__ import annotations

import io
import threading
from typing import Any

from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.utilities import RequestEntityTooLarge

from portfolio.shape import BUSY_HEADER, LARGEST_FORM

# What is too large is read to its end, so that the browser shows our page; up to here.
READ_AWAY = 512 * 1024 * 1024
# All large bodies together, half-sent ones too. Scripts send small pieces and need none of it.
MOST_AT_ONCE = 96 * 1024 * 1024


class Nothing:
    """A buffer that keeps nothing."""

    def append(self, data: bytes) -> None:
        """Let the bytes go."""

    def getfile(self) -> io.BytesIO:
        """Give an empty file."""
        return io.BytesIO()

    def close(self) -> None:
        """Have nothing to close."""

    def __len__(self) -> int:
        return 0


class Room:
    """How many bytes of large bodies this process holds."""

    def __init__(self, most: int) -> None:
        self.held = 0
        self._most, self._lock = most, threading.Lock()

    def take(self, count: int) -> bool:
        """Take room for so many bytes; False when there is no more."""
        with self._lock:
            fits = self.held + count <= self._most
            self.held += count if fits else 0
        return fits

    def give_back(self, parser: Parser) -> None:
        """Take back what a body held, once, whichever thread is done with it first."""
        with self._lock:
            self.held -= parser.held
            parser.held = 0


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads away, without keeping it, a body that is too large or for which there is no room.

    Then the page says what to do.
    """

    room = Room(MOST_AT_ONCE)
    held = 0
    body_rcv: Any
    error: Any

    def received(self, data: bytes) -> int:
        """Take in bytes of one request, and tell how many of them were its own."""
        if self.body_rcv is not None and isinstance(self.body_rcv.getbuf(), Nothing):
            used: int = self.body_rcv.received(data)
            self.completed = self.body_rcv.completed
            return used
        before = self.body_bytes_received
        consumed: int = super().received(data)
        refused = isinstance(self.error, RequestEntityTooLarge) and not self.chunked
        if refused and self.content_length <= READ_AWAY:
            self.error, self.completed = None, False
            self.body_rcv = FixedStreamReceiver(self.content_length, Nothing())
        else:
            self._account(self.body_bytes_received - before)
        return consumed

    def _account(self, more: int) -> None:
        if self.chunked and self.body_bytes_received > LARGEST_FORM:
            # No browser sends a form like this, and nobody said how much is to come.
            self.error, self.completed = RequestEntityTooLarge("too much, in chunks"), True
        if not more or self.chunked or self.content_length <= LARGEST_FORM:
            return
        if self.room.take(more):
            self.held += more
            return
        self.headers[BUSY_HEADER] = "1"
        self._let_go()
        self.body_rcv = FixedStreamReceiver(self.body_rcv.remain, Nothing())
        self.completed = self.body_rcv.remain == 0

    def close(self) -> None:
        """Give back what this request held."""
        super().close()
        self._let_go()

    def _let_go(self) -> None:
        self.room.give_back(self)
