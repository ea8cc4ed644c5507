"""A real browser with a phone's screen, before a real server on this machine.

The content policy is never bypassed: what a test asks of a page goes through the debugger,
which stands outside the page. A page that logs an error, breaks its policy or asks another
host for anything fails its test.
"""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
import waitress.server
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from portfolio.security import SIGN_IN_COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

    from tests.people import Actor

PHONE = (360, 740)
# Milliseconds. A story tells what happens, and never how fast: script/bench judges that.
PATIENCE = 60_000
PROGRAM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A microphone that beeps, and somebody who says yes when a page asks for it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The browser writes this for every answer of 400 and up; the test itself says which it expects.
STATUS_LINE = "Failed to load resource: the server responded with a status of"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once for all tests."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def live_port() -> Iterator[socket.socket]:
    """Hold a free port, so that the application can know its own address."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held


@pytest.fixture
def live(app: Flask, live_port: socket.socket) -> Iterator[str]:
    """Serve the test's application over real HTTP and give its address."""
    address = f"http://localhost:{live_port.getsockname()[1]}"
    with serve(app, live_port):
        yield address


@contextmanager
def serve(app: Flask, held: socket.socket) -> Iterator[None]:
    """Serve an application on a socket, in threads, as the product does."""
    server = waitress.server.create_server(
        app, sockets=[held], threads=8, clear_untrusted_proxy_headers=True
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(timeout=5)


@dataclass
class Window:
    """A browser window on a phone; `page` is Playwright's. What it notices fails the test."""

    context: BrowserContext
    address: str
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("console", self._note_console)
        self.context.on("weberror", lambda error: self.trouble.append(f"script: {error.error}"))
        self.context.on("request", self._note_request)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()

    def visit(self, path: str, status: int = 200) -> Page:
        """Open a path and check the status of the answer."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        return self.page

    def sign_in(self, actor: Actor) -> Window:
        """Sign somebody in without their passphrase, by a session made through the model."""
        self.context.add_cookies(
            [
                {
                    "name": SIGN_IN_COOKIE,
                    "value": actor.sign_in(),
                    # The debugger keeps a secure cookie for https only; the browser itself
                    # sends it to this machine over http as well.
                    "url": "https://localhost",
                    "httpOnly": True,
                    "secure": True,
                    "sameSite": "Lax",
                }
            ]
        )
        return self

    def status_of(self, path: str) -> int:
        """Ask for an address with this window's cookies, beside the page."""
        return self.context.request.get(self.address + path, max_redirects=0).status

    def axe(self) -> list[str]:
        """List what the accessibility check finds on the page."""
        # The quick way out stays in sight, over whatever is scrolled under it.
        self.page.evaluate("scrollTo(0, 0)")
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}})
        return [
            f"{each['id']}: {each['help']}: {node['html']}"
            for each in found.response["violations"]
            for node in each["nodes"]
        ]

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        page = message.page
        of_page = page is not None and message.location.get("url") == page.url
        if message.text.startswith(STATUS_LINE) and of_page:
            return
        self.trouble.append(f"console: {message.text} ({message.location.get('url')})")

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and not self.address.endswith(
            f"//{parts.netloc}"
        ):
            self.trouble.append(f"another host was asked: {request.method} {request.url}")


class Phone:
    """Opens windows: one per person, as each has a phone of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self.windows: list[Window] = []

    def open(
        self,
        actor: Actor | None = None,
        *,
        javascript: bool = True,
        language: str = "nl-NL",
        scheme: Literal["light", "dark"] = "light",
        size: tuple[int, int] = PHONE,
        **more: Any,
    ) -> Window:
        """Open a window, signed in as somebody if one is named."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            locale=language,
            color_scheme=scheme,
            bypass_csp=False,
            **more,
        )
        window = Window(context, self._address)
        self.windows.append(window)
        return window.sign_in(actor) if actor else window


@pytest.fixture
def phone(chromium: Browser, live: str) -> Iterator[Phone]:
    """Give phones before the live server; what their pages complain of fails the test."""
    made = Phone(chromium, live)
    yield made
    trouble = [line for window in made.windows for line in window.trouble]
    for window in made.windows:
        window.context.close()
    assert not trouble, "\n".join(trouble)
