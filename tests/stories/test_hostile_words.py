"""Hostile words in every field of every page: they stand there as they were typed, and do nothing.

Typed through the forms as they are, by the owner, the coach and the beheerder; then every page
is opened in Chromium, where a script that ran would be seen.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Self

from tests.access.states import bring_about
from tests.access.table import YES, answer
from tests.access.test_matrix import ENDS_A_SESSION, cells_of
from tests.access.things import ALWAYS, lay_out
from tests.browser import CONTROLS, ORIGIN, Page, _sent
from tests.document import read
from tests.pages.every_page import NO_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.access.things import Things
    from tests.chromium import Phone
    from tests.document import Node
    from tests.people import Actor, Cast

EVERYTHING = "every part of the plan"
PEOPLE = ("amina", "bas", "eva", "dirk")
MARK = "kanariezwx"
# Each runs, opens, evaluates, breaks out or fetches something, where it is not taken as words.
RUNNING = (
    "<script>window.ran=1</script>",
    "</script><script>window.ran=1</script>",
    '"><script>window.ran=1</script>',
    "<img src=x onerror=window.ran=1>",
    "<svg onload=window.ran=1>",
    "<svg><script>window.ran=1</script></svg>",
    "<svg><animate onbegin=window.ran=1 attributeName=x dur=1s>",
    '"><img src=x onerror=window.ran=1>',
    "' onfocus=window.ran=1 autofocus x='",
    '" onfocus=window.ran=1 autofocus x="',
    '" onmouseover="window.ran=1" style="position:fixed;inset:0"',
    "</textarea><script>window.ran=1</script>",
    "</title><script>window.ran=1</script>",
    "</option></select><img src=x onerror=window.ran=1>",
    "--><script>window.ran=1</script>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<body onload=window.ran=1>",
    "<details open ontoggle=window.ran=1>",
    "<video><source onerror=window.ran=1>",
    "<math><mtext><style><img src onerror=window.ran=1>",
    "<base href=http://127.0.0.1:{port}/>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:{port}/'>",
    "<link rel=stylesheet href=http://127.0.0.1:{port}/a.css>",
    "<form action=http://127.0.0.1:{port}/><button>x",
    "\u202e<script>window.ran=1</script>",
    "\ufeff<ſcript>window.ran=1</ſcript>",
)
LINKS = (
    "javascript:window.ran=1",
    "JaVaScRiPt:window.ran=1//",
    "java\tscript:window.ran=1",
    "data:text/html,<script>parent.ran=1</script>",
    "vbscript:window.ran=1",
    "//127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/x.png",
    "file:///etc/passwd",
)
TEMPLATES = (
    "{{7*7}}",
    "{{config.items()}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
    "${{7*7}}",
    "#{7*7}",
    "<%= 7*7 %>",
    "%(x)s %s %n",
    "{0.__class__} {self}",
    "${jndi:ldap://127.0.0.1:{port}/a}",
)
QUERIES = (
    "' OR '1'='1",
    "'; DROP TABLE entry; --",
    '" OR 1=1 --',
    "') UNION SELECT secret FROM credential --",
    "1; SELECT pg_sleep(9) --",
    "%' AND 1=randomblob(999999999) --",
    "\\'; --",
    "*) (|(a=*))",
)
HOSTILE = (*RUNNING, *LINKS, *TEMPLATES, *QUERIES)
# What would end, hide or take away what the others still need.
LEFT_ALONE = ("weg", "uitloggen", "elders", "stop", "terug", "verberg", "voorbij", "inloggen")


@dataclass
class Listener:
    """A server that would see whatever we were made to ask for."""

    asked: int = 0
    port: int = 0
    held: socket.socket = field(default_factory=socket.socket)

    def __enter__(self) -> Self:
        self.held.bind(("127.0.0.1", 0))
        self.held.listen()
        self.port = self.held.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.held.close()

    def _listen(self) -> None:
        while True:
            try:
                self.held.accept()[0].close()
            except OSError:
                return
            self.asked += 1


def pages_of(app: Flask, things: Things, who: str) -> Iterator[str]:
    """List the pages that somebody may open."""
    for rule, method, declared in cells_of(app):
        page = method == "GET" and rule.endpoint not in NO_PAGES | ENDS_A_SESSION
        if page and answer(declared, who, EVERYTHING) == YES:
            yield things.path(rule, declared, who)


@dataclass
class Typist:
    """Types the next hostile word into each field of each form."""

    page: Page
    port: int
    typed: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)

    def fill(self, path: str, numbers: Iterator[int]) -> None:
        """Fill every form of a page in, and send it."""
        got = self.page.get(path)
        if got.mimetype != "text/html":
            return
        for form in read(got.get_data(as_text=True)).walk("form"):
            goal = form.get("action") or path
            if form.get("method", "get") == "post" and not any(w in goal for w in LEFT_ALONE):
                self._send(goal, form, numbers)

    def _send(self, goal: str, form: Node, numbers: Iterator[int]) -> None:
        data = _sent(form)
        for node in form.walk(*CONTROLS):
            name, kind = node.get("name"), node.get("type", "text")
            if kind in ("text", "search", "tel", "email", "password") or node.tag == "textarea":
                word = HOSTILE[next(numbers) % len(HOSTILE)].replace("{port}", str(self.port))
                data[name] = [f"{word}{MARK}"]
                self.typed.append(word)
                self.fields.add(name)
            elif kind in ("radio", "checkbox") and name not in data:
                data[name] = [node.get("value", "on")]
        sent = self.page.send(goal, data)
        assert sent.status_code < 500, f"{goal} broke: {data}"


def test_no_word_that_is_typed_anywhere_runs_or_asks_or_counts(
    app: Flask, phone: Phone, cast: Cast
) -> None:
    """ASVS 1.2.1, 1.2.2, 1.2.3, 1.2.4, 1.3.1, 1.3.6, 1.3.7."""
    with app.app_context():
        things = lay_out(cast)
        bring_about(cast, EVERYTHING)
    asset = app.extensions["portfolio.assets"]["icon.svg"]
    ALWAYS.update(version=asset.version, name="icon.svg")
    with Listener() as listener:
        numbers, fields, typed = count(), set[str](), list[str]()
        for who in PEOPLE:
            typist = Typist(Page(getattr(cast, who).browse()), listener.port)
            for path in pages_of(app, things, who):
                typist.fill(path, numbers)
            fields |= typist.fields
            typed += typist.typed
        assert len(fields) >= 20
        assert {each.replace("{port}", str(listener.port)) for each in HOSTILE} <= set(typed)
        seen = 0
        for who in PEOPLE:
            seen += _look(phone, getattr(cast, who), list(pages_of(app, things, who)))
        assert seen >= 25, "hardly a hostile word came back on a page"
        assert listener.asked == 0


def _look(phone: Phone, actor: Actor, paths: list[str]) -> int:
    """Open every page in Chromium on which a hostile word stands; gives how many there are."""
    window, asker = phone.open(actor), actor.browse()
    found = [path for path in paths if MARK in asker.get(path, base_url=ORIGIN).text]
    for path in found:
        window.page.goto(window.address + path)
        html = window.page.content()
        assert window.page.evaluate("window.ran") is None, f"a script ran on {path}"
        # Of every template and word only the word itself came back.
        assert f"49{MARK}" not in html, path
        assert "root:x:0" not in html, path
        bad = window.page.evaluate(FOREIGN, window.address)
        assert bad == [], f"{path}: {bad}"
    return len(found)


# Every address in the page, as the browser understood it; and scripts that were not ours.
FOREIGN = """(own) => [
  ...[...document.querySelectorAll("[href], [src], [action], [formaction], [data], [srcdoc]")]
    .flatMap((each) => ["href", "src", "action", "formaction", "data", "srcdoc"]
      .map((name) => [each.getAttribute(name), each]))
    .filter(([said]) => said !== null && said.includes("kanariezwx")
      && !new URL(said, document.baseURI).href.startsWith(own)),
  ...[...document.scripts].filter((each) => !each.src || each.text.trim()),
  ...document.querySelectorAll("base, meta[http-equiv], iframe, object, embed"),
].map(String)"""
