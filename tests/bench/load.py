"""The load: asks for one page again and again over connections that stay open.

Run as a process of its own, so that asking costs the server no time of its interpreter.
Reads one command a line and answers each with one line; see Load in servers.py.
"""

from __future__ import annotations

import gzip
import json
import re
import selectors
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

COOKIE = re.compile(rb"\r\nSet-Cookie: ([^;\r\n]+)", re.IGNORECASE)
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
PATIENCE = 60


class Connection:
    """One open connection with at most one question on its way."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request
        self.received = bytearray()
        self.expected = 0

    def ask(self) -> None:
        """Send the question."""
        self.received.clear()
        self.expected = 0
        self.socket.sendall(self.request)

    def take(self) -> bool:
        """Take what has come. Tells whether the answer is whole; stops at a wrong one."""
        part = self.socket.recv(262_144)
        self.received += part
        if not self.expected:
            end = self.received.find(b"\r\n\r\n")
            if end < 0 and part:
                return False
            found = LENGTH.search(self.received, 0, end + 2)
            if not found or not self.received.startswith(b"HTTP/1.1 200 "):
                first = bytes(self.received[:300]).decode(errors="replace")
                message = f"the load wants 200 with a length and got: {first!r}"
                raise RuntimeError(message)
            self.expected = end + 4 + int(found[1])
        return len(self.received) >= self.expected

    def fetch(self) -> bytes:
        """Ask and wait for the whole answer; gives its body."""
        self.ask()
        while not self.take():
            pass
        return bytes(self.received[self.received.index(b"\r\n\r\n") + 4 :])

    def settle(self) -> None:
        """Ask once uncounted, and keep the cookies that come, as a browser does."""
        self.fetch()
        given = b"; ".join(COOKIE.findall(self.received))
        if given and b"\r\nCookie: " in self.request:
            self.request = self.request.replace(b"\r\nCookie: ", b"\r\nCookie: " + given + b"; ")
        elif given:
            self.request = self.request[:-2] + b"Cookie: " + given + b"\r\n\r\n"


def press(port: int, request: bytes, connections: int, seconds: float, most: int) -> dict[str, Any]:
    """Ask over all connections at once, for so long or so often, and count whole answers."""
    chooser = selectors.DefaultSelector()
    opened = [Connection(port, request) for _ in range(connections)]
    for connection in opened:
        connection.settle()
        chooser.register(connection.socket, selectors.EVENT_READ, connection)
    count, asked, begun = 0, len(opened), time.perf_counter()
    until = begun + seconds
    for connection in opened:
        connection.ask()
    while count < asked:
        for key, _ in chooser.select(PATIENCE):
            if key.data.take():
                count += 1
                if asked < most and time.perf_counter() < until:
                    key.data.ask()
                    asked += 1
    taken = time.perf_counter() - begun
    for connection in opened:
        connection.socket.close()
    chooser.close()
    return {"count": count, "seconds": taken}


def wait(port: int, request: bytes, count: int) -> dict[str, Any]:
    """Ask one question after the other over one connection; time each, in milliseconds."""
    connection = Connection(port, request)
    connection.settle()
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        connection.fetch()
        times.append((time.perf_counter() - begun) * 1000)
    connection.socket.close()
    return {"times": times}


def turns(port: int, request: bytes, other: str, count: int) -> dict[str, Any]:
    """Ask two questions in turns, one after the other; time each, in milliseconds."""
    both = [Connection(port, request), Connection(port, other.encode())]
    times: list[list[float]] = [[], []]
    for connection in both:
        connection.settle()
    for _ in range(count):
        for connection, of_it in zip(both, times, strict=True):
            begun = time.perf_counter()
            connection.fetch()
            of_it.append((time.perf_counter() - begun) * 1000)
    for connection in both:
        connection.socket.close()
    return {"times": times[0], "of_other": times[1]}


def fetch(port: int, request: bytes) -> dict[str, Any]:
    """Ask once and give the page."""
    connection = Connection(port, request)
    body = connection.fetch()
    connection.socket.close()
    packed = b"\r\ncontent-encoding: gzip\r\n" in bytes(connection.received[:2000]).lower()
    return {"body": (gzip.decompress(body) if packed else body).decode()}


DEEDS: dict[str, Callable[..., dict[str, Any]]] = {
    "press": press,
    "wait": wait,
    "turns": turns,
    "fetch": fetch,
}


def main() -> None:
    """Do what each line says."""
    for line in sys.stdin:
        command = json.loads(line)
        command["request"] = command["request"].encode()
        done = DEEDS[command.pop("deed")](**command)
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
