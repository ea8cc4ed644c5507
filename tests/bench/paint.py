"""What a page weighs and when it is painted: Chromium at a phone's size, nothing kept before.

Bytes are those on the line, heads included. The line is 1.6 Mbit/s with 150 ms there and back,
and the processor is slowed four times; a page without any of that tells nothing of a cheap phone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from portfolio.migrations import folder_of
from portfolio.pages import load_assets
from portfolio.security import SIGN_IN_COOKIE
from tests.bench.measurement import Measurement
from tests.bench.place import LOGGED
from tests.chromium import FLAGS, PHONE, PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

    from tests.bench.place import Target
    from tests.bench.servers import Effort, Run

LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 1_600_000 / 8,
}
SLOWER = 4
# Photos further down load only when somebody scrolls; nobody does here.
QUIET_SECONDS = 0.8
PATIENCE_SECONDS = 60.0
LARGEST_PAINT = """() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
})"""


@dataclass
class Seen:
    """What came over the line for one opening of a page."""

    kinds: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    changed: float = 0
    paint_ms: float = 0

    def listen(self, session: CDPSession) -> None:
        """Write down every question and answer."""
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.loadingFailed", self._fail)
        session.on("Network.responseReceived", self._answer)
        session.on("Network.loadingFinished", self._end)
        session.send("Network.enable")

    def _ask(self, event: dict[str, Any]) -> None:
        self.changed = monotonic()
        self.open.add(event["requestId"])

    def _fail(self, event: dict[str, Any]) -> None:
        message = f"not every file of the page came: {event['errorText']}"
        raise RuntimeError(message)

    def _answer(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]
        self.paths[event["requestId"]] = urlsplit(event["response"]["url"]).path

    def _end(self, event: dict[str, Any]) -> None:
        self.changed = monotonic()
        self.open.discard(event["requestId"])
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def wait(self, page: Page) -> None:
        """Wait until everything has come and nothing more is asked for."""
        begun = monotonic()
        while self.open or monotonic() - self.changed < QUIET_SECONDS:
            page.wait_for_timeout(100)
            if monotonic() - begun > PATIENCE_SECONDS:
                message = f"{len(self.open)} files of {page.url} did not come"
                raise RuntimeError(message)

    @property
    def photos(self) -> list[str]:
        """Name the answers that are photos of people."""
        return [key for key, path in self.paths.items() if path.startswith("/foto/")]

    def bytes_of(self, *kinds: str) -> float:
        """Add up the answers of these kinds, or all."""
        return sum(
            size for key, size in self.sizes.items() if not kinds or self.kinds[key] in kinds
        )


def measure(run: Run) -> Iterator[Measurement]:
    """Open every page of the run, each time in a browser that has never been here."""
    scripts = {
        name: each
        for name, each in load_assets(folder_of("static")).items()
        if name.endswith(".js")
    }
    sent = sum(min(map(len, each.packed.values())) for each in scripts.values())
    yield Measurement("bytes_js_all", "", sent, "bytes")
    # Served before the browser starts: beside its event loop the product cannot open its stores.
    served = [(target, run.product.port) for target in run.targets if target.page != LOGGED]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        for target, port in served[:1]:
            # The first page of a new browser waits for the browser itself.
            _open(run.effort, browser, target, port)
        for target, port in served:
            yield from _page(run.effort, browser, target, port)
        browser.close()


def _page(effort: Effort, browser: Browser, target: Target, port: int) -> Iterator[Measurement]:
    seen = [_open(effort, browser, target, port) for _ in range(effort.paints)]
    first = seen[0]
    photos = sum(first.sizes.get(key, 0) for key in first.photos)
    page = target.page
    yield Measurement("bytes_without_photos", page, first.bytes_of() - photos, "bytes")
    yield Measurement("bytes_total", page, first.bytes_of(), "bytes")
    for name, kind in (
        ("bytes_html", "Document"),
        ("bytes_css", "Stylesheet"),
        ("bytes_font", "Font"),
        ("bytes_js", "Script"),
    ):
        yield Measurement(name, page, first.bytes_of(kind), "bytes")
    yield Measurement("requests", page, len(first.sizes), "requests")
    yield Measurement("photos_seen", page, len(first.photos), "requests")
    yield Measurement("lcp_ms", page, median(each.paint_ms for each in seen), "ms")


def _open(effort: Effort, browser: Browser, target: Target, port: int) -> Seen:
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="nl-NL",
    )
    if target.token:
        _sign_in(context, target.token)
    page = context.new_page()
    session = context.new_cdp_session(page)
    seen = Seen()
    seen.listen(session)
    if effort.slowed:
        session.send("Network.emulateNetworkConditions", LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    answer = page.goto(f"http://localhost:{port}{target.path}")
    if answer is None or answer.status != 200:
        message = f"{target.path} did not answer 200"
        raise RuntimeError(message)
    seen.wait(page)
    seen.paint_ms = float(page.evaluate(LARGEST_PAINT))
    context.close()
    return seen


def _sign_in(context: BrowserContext, token: str) -> None:
    # With an https address the cookie counts as secure; Chromium sends it to localhost.
    context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": "https://localhost"}])
