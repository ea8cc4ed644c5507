"""Whoever sends half a request holds up nobody else."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.faults.server import running
from tests.stores import close_engines

if TYPE_CHECKING:
    from pathlib import Path

    from portfolio.config import Settings
    from tests.people import Cast

BODY = (
    b"POST /inloggen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded"
    b"\r\nContent-Length: 5000\r\n\r\nname=am"
)
HEADER = b"GET /hulp HTTP/1.1\r\nHost: localhost\r\nAccept-Lang"


@pytest.mark.parametrize("count", [40, pytest.param(200, marks=pytest.mark.long)])
def test_others_are_served_within_a_second(
    cast: Cast, settings: Settings, tmp_path: Path, count: int
) -> None:
    close_engines(cast.amina.app)
    with running(settings, tmp_path / "log.txt") as (_, port), ExitStack() as held:
        httpx.get(f"http://localhost:{port}/hulp")
        for number in range(count):
            half = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            half.sendall(BODY if number % 2 else HEADER)
        for path in ("/hulp", "/inloggen", "/") * 3:
            begun = time.monotonic()
            answered = httpx.get(f"http://localhost:{port}{path}", timeout=10)
            assert answered.status_code == 200
            assert time.monotonic() - begun < 1, path
