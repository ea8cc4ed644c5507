"""The real server as a process of its own, to be killed, starved and talked to in halves."""

from __future__ import annotations

import base64
import os
import re
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from portfolio.security import SIGN_IN_COOKIE
from tests.document import read
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from portfolio.config import Settings

ADDRESS = re.compile(r"http://localhost:(\d+)")
STARTS_WITHIN = 60.0


@contextmanager
def running(
    settings: Settings, log: Path, *, largest_file: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the server on these stores; gives the process and its port. It is killed at the end."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "portfolio", "serve", "--port", "0"],
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            preexec_fn=(lambda: _limit(largest_file)) if largest_file else None,  # noqa: PLW1509 -- the only way to limit one process
        )
    try:
        yield process, _port_of(process, log)
    finally:
        process.kill()
        process.wait()


def environment(settings: Settings) -> dict[str, str]:
    """Write settings as the environment that says them."""
    return {
        "PATH": os.environ["PATH"],
        "PORTFOLIO_DATA": str(settings.data_folder),
        "DATABASE_URL": settings.database_url,
        "KEYRING_URL": settings.keyring_url,
        "MEDIA_URL": settings.media_url,
        **_master_key(settings),
        "PYTHONUNBUFFERED": "1",
    }


def _master_key(settings: Settings) -> dict[str, str]:
    if settings.master_key_file:
        return {"PORTFOLIO_MASTER_KEY_FILE": str(settings.master_key_file)}
    return {"PORTFOLIO_MASTER_KEY": base64.b64encode(settings.master_key).decode()}


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _port_of(process: subprocess.Popen[bytes], log: Path) -> int:
    until = time.monotonic() + STARTS_WITHIN
    begun = 0
    while time.monotonic() < until:
        said = log.read_text(encoding="utf-8")
        found = ADDRESS.findall(said[begun:])
        if found:
            # Each start writes its own line; the last one counts.
            log.write_text("", encoding="utf-8")
            return int(found[-1])
        if process.poll() is not None:
            message = f"the server ended with {process.returncode}: {said[-600:]}"
            raise AssertionError(message)
        time.sleep(0.05)
    message = f"the server did not start: {log.read_text(encoding='utf-8')[-600:]}"
    raise AssertionError(message)


class Caller:
    """A signed-in person at a real server, without a browser."""

    def __init__(self, port: int, token: str) -> None:
        self._client = httpx.Client(base_url=f"http://localhost:{port}", timeout=30)
        self._cookies = {SIGN_IN_COOKIE: token}
        self._token = ""
        page = self.get("/hulp").text
        self._token = next(
            node["value"] for node in read(page).walk("input") if node.get("name") == "csrf_token"
        )

    def get(self, path: str) -> httpx.Response:
        """Ask for a page."""
        return self._keep(self._client.get(path, headers=self._headers()))

    def post(
        self,
        path: str,
        data: dict[str, str],
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> httpx.Response:
        """Post a form."""
        fields = {"csrf_token": self._token, **data}
        return self._keep(
            self._client.post(path, data=fields, files=files, headers=self._headers())
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        # The client itself would keep secure cookies back over http, even on this machine.
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer
