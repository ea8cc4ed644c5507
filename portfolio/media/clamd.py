"""The virus scanner: whatever is taken in is first shown to clamd, where there is one.

What does not live here: what happens next. Without a clear "OK" nothing is taken.
"""

from __future__ import annotations

import socket
import time
from urllib.parse import unquote, urlsplit

from portfolio.media.decoding.clean import FOUND, SILENT, NotTakenError

PORT = 3310
PATIENCE = 20.0
CHUNK = 256 * 1024
# "stream: OK", or the name of what was found; a longer answer is none.
LONGEST_ANSWER = 4096
CLEAN = b"stream: OK"


class Scanner:
    """A clamd at an address: tcp://host:3310 or unix:/path. Raises ValueError for another."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._patience = patience
        parts = urlsplit(url)
        self._path = unquote(parts.path) if parts.scheme == "unix" else ""
        self._host = (parts.hostname or "", parts.port or PORT)
        if not (self._path or (parts.scheme == "tcp" and self._host[0])):
            raise ValueError(url)

    def check(self, content: bytes) -> None:
        """Let the scanner see a file. Raises NotTakenError unless it says that all is well."""
        try:
            answer = self._ask(content)
        except OSError as error:
            raise NotTakenError(SILENT) from error
        if answer == CLEAN:
            return
        raise NotTakenError(FOUND if answer.endswith(b" FOUND") else SILENT)

    def _ask(self, content: bytes) -> bytes:
        deadline = time.monotonic() + self._patience
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = memoryview(content)[start : start + CHUNK]
                line.settimeout(_left(deadline))
                line.sendall(len(chunk).to_bytes(4, "big"))
                line.sendall(chunk)
            line.sendall(bytes(4))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) <= LONGEST_ANSWER:
                line.settimeout(_left(deadline))
                part = line.recv(LONGEST_ANSWER)
                if not part:
                    return b""
                answer += part
        return answer.removesuffix(b"\0")

    def _connected(self) -> socket.socket:
        if not self._path:
            return socket.create_connection(self._host, self._patience)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.settimeout(self._patience)
            line.connect(self._path)
        except OSError:
            line.close()
            raise
        return line


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
