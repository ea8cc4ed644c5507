"""The house's headers and cookies, on every answer that leaves it: pages, files and refusals."""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import unquote

from portfolio import create_app, serving
from portfolio.access import public
from portfolio.headers import HEADERS
from portfolio.security import SIGN_IN_COOKIE
from portfolio.shape import LARGEST_UPLOAD
from tests.access.test_matrix import ENDS_A_SESSION, cells_of
from tests.access.things import ALWAYS, lay_out
from tests.browser import ORIGIN, Page
from tests.document import read
from tests.page_checks import NONCE
from tests.stores import close_engines
from tests.stories.evidence import on_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.datastructures import Headers
    from werkzeug.test import TestResponse

    from portfolio.config import Settings
    from tests.people import Cast

ROLES = ("amina", "bas", "dirk", "eva", "visitor")
PUBLIC_ID = re.compile(r"(?<![\w-])[\w-]{22}(?![\w-])")
KINDS = re.compile(r"(text/\S+; charset=utf-8|(image|audio|application|font)/)")
COOKIES = {"__Host-map", "__Host-inloggen", "__Host-browser"}
POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
}


def wrong_headers(
    place: str, headers: Mapping[str, str] | Headers, *, kept: bool = False
) -> Iterator[str]:
    """Find what an answer lacks; `kept`: the same for everybody, so a browser may keep it."""
    for name, value in HEADERS.items():
        if headers.get(name) != value:
            yield f"{place}: {name} is {headers.get(name)}"
    stored = headers.get("Cache-Control")
    if stored != ("public, max-age=31536000, immutable" if kept else "no-store"):
        yield f"{place}: Cache-Control is {stored}"
    said = headers.get("Content-Security-Policy", "")
    policy = dict(part.strip().partition(" ")[::2] for part in said.split(";"))
    for name in ("default-src", "base-uri", "frame-ancestors"):
        if policy.get(name) != "'none'":
            yield f"{place}: {name} is {policy.get(name)}"
    if "unsafe" in said or "*" in said or "http:" in said or "data:" in said:
        yield f"{place}: the content policy is {said}"


def wrong_cookies(place: str, lines: Iterable[str]) -> Iterator[str]:
    """Find the cookies that are not bound to the host, to HTTPS, to the server and to our pages."""
    for line in lines:
        for name, cookie in SimpleCookie(line).items():
            whole = cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
            if name not in COOKIES or not whole or cookie["path"] != "/" or cookie["domain"]:
                yield f"{place}: Set-Cookie: {line}"


def wrong(place: str, answer: TestResponse, nonces: set[str]) -> Iterator[str]:
    """Find what is wrong with one answer. Each nonce is drawn for one answer."""
    kept = answer.request.path.startswith("/bestand/") and answer.status_code == 200
    yield from wrong_headers(place, answer.headers, kept=kept)
    yield from wrong_cookies(place, answer.headers.getlist("Set-Cookie"))
    if answer.mimetype == "text/html":
        said = answer.headers["Content-Security-Policy"]
        policy = dict(part.strip().partition(" ")[::2] for part in said.split(";"))
        less = {
            name: policy.get(name) for name, value in POLICY.items() if policy.get(name) != value
        }
        if less or not NONCE.fullmatch(policy["script-src"]):
            yield f"{place}: the content policy is {said}"
    found = NONCE.findall(answer.headers.get("Content-Security-Policy", ""))
    if set(found) & nonces:
        yield f"{place}: a nonce came twice"
    nonces |= set(found)
    kind = answer.headers.get("Content-Type", "")
    if answer.data and not KINDS.match(kind):
        yield f"{place}: Content-Type is {kind}"


def said_in_addresses(path: str, answer: TestResponse, cast: Cast) -> Iterator[str]:
    """Find words of a person in an address: where a link leads, and where an answer sends."""
    canaries = [word.lower() for word in cast.canaries.values()]
    names = [actor.name.lower() for actor in cast.everybody().values()]
    said = [answer.headers.get("Location", "")]
    if answer.mimetype == "text/html":
        nodes = read(answer.get_data(as_text=True)).walk()
        said += [node.get(name) for node in nodes for name in ("href", "action", "src")]
    for address in said:
        words = unquote(address).lower()
        # Of the letters of a public id three may happen to be somebody's name.
        of_names = PUBLIC_ID.sub("", words)
        wrong_words = any(word in words for word in canaries)
        if wrong_words or any(name in of_names for name in names) or "code=" in words:
            yield f"{path}: an address says {address}"


def test_a_name_in_an_address_is_found_and_chance_in_an_id_is_none(cast: Cast) -> None:
    answer = cast.visitor.browse().get("/hulp", base_url=ORIGIN)
    for address, is_wrong in (
        ("/mensen/aBasyyyyyyyyyyyyyyyyyy/plan", False),
        ("/mensen/Bas/plan", True),
        ("/mensen/aBasyyyyyyyyyyyyyyyyyyy", True),
        (f"/map/ding/{next(iter(cast.canaries.values()))}", True),
    ):
        answer.headers["Location"] = address
        assert bool([*said_in_addresses("/hulp", answer, cast)]) == is_wrong, address


@on_sqlite
def test_every_answer_of_every_page_has_them(cast: Cast) -> None:
    """ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4, 3.4.1, 3.4.3, 3.4.4, 14.2.1, 14.3.2, 4.1.1.

    Every page, by every method, as every role: what is answered, led on, asked back or refused.
    """
    app = cast.amina.app
    with app.app_context():
        things = lay_out(cast)
    asset = app.extensions["portfolio.assets"]["icon.svg"]
    ALWAYS.update(version=asset.version, name="icon.svg")
    found: list[str] = []
    nonces: set[str] = set()
    statuses = set()
    for who in ROLES:
        client, secret = getattr(cast, who).browse(), ""
        if who != "visitor":
            secret = client.get_cookie(SIGN_IN_COOKIE, "localhost").value
        token = Page(client).token()
        for rule, method, declared in cells_of(app):
            if rule.endpoint in ENDS_A_SESSION:
                continue
            path = things.path(rule, declared, who)
            data = {} if method == "GET" else {"csrf_token": token}
            if who not in ("amina", "visitor") and method != "GET":
                continue
            for asked in {method, "HEAD", "PATCH"} if who == "amina" else {method}:
                answer = client.open(path, method=asked, base_url=ORIGIN, data=data)
                statuses.add(answer.status_code)
                found += wrong(f"{who} {asked} {path} ({answer.status_code})", answer, nonces)
                # The token of a session stands in its cookie and nowhere else. (ASVS 3.3.4)
                if secret and secret.encode() in answer.data:
                    found.append(f"{path}: the token of the session stands in the page")
                found += said_in_addresses(path, answer, cast)
    assert not found, "\n".join(found[:20])
    assert {200, 303, 404, 405, 422} <= statuses


def _broken() -> str:
    return str(1 // 0)


def _too_large(client: FlaskClient) -> TestResponse:
    return client.post(
        "/toevoegen",
        base_url=ORIGIN,
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)},
        content_type="multipart/form-data; boundary=x",
    )


def test_what_goes_wrong_has_them_too(cast: Cast) -> None:
    """ASVS 13.4.2, 3.4.1, 3.4.4, 14.3.2, 16.5.1: no refusal and no failure leaves without them."""
    app = cast.amina.app
    app.add_url_rule("/stuk", "broken", public(_broken))
    client = cast.amina.browse()
    answers = {
        404: client.get("/bestaat-niet", base_url=ORIGIN),
        405: client.post("/hulp", base_url=ORIGIN, data={"csrf_token": Page(client).token()}),
        400: client.post("/rust", base_url=ORIGIN),
        413: _too_large(client),
        500: client.get("/stuk", base_url=ORIGIN),
        303: app.test_client().get("/map", base_url=ORIGIN),
    }
    others = [
        client.get("/hulp", base_url="https://elders.voorbeeld.nl"),
        client.get("/map/%00", base_url=ORIGIN),
        client.get("/hulp?a=1&a=2", base_url=ORIGIN),
        client.options("/hulp", base_url=ORIGIN),
        client.get("/bestand/oud/icon.svg", base_url=ORIGIN),
        client.get("/.well-known/niets", base_url=ORIGIN),
    ]
    nonces: set[str] = set()
    assert {code: answer.status_code for code, answer in answers.items()} == {
        code: code for code in answers
    }
    for answer in (*answers.values(), *others):
        assert list(wrong(answer.request.path, answer, nonces)) == []
        for trace in (b"Traceback", b"ZeroDivision", b".py", b"werkzeug"):
            assert trace not in answer.data
    # A page that is not there at all: no debugger answers. (ASVS 13.4.2)
    for path in ("/console", "/?__debugger__=yes&cmd=resource&f=style.css"):
        assert b"werkzeug" not in client.get(path, base_url=ORIGIN).data.lower()


def test_what_is_no_request_at_all_is_refused_with_them(app: Flask) -> None:
    """The server itself answers these; no page of ours is asked."""
    server = serving.listen(app, "127.0.0.1", 0, 2)
    port = serving.port_of(server)
    threading.Thread(target=server.run, daemon=True).start()
    for sent in (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 300_000 + b"\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), 10) as line:
            line.sendall(sent)
            answer = HTTPResponse(line)
            answer.begin()
            assert answer.status in (400, 431)
            assert list(wrong_headers(repr(sent[:40]), dict(answer.getheaders()))) == []
            assert b".py" not in answer.read()
    server.task_dispatcher.shutdown()
    server.close()


def test_security_txt_says_whom_to_tell_and_until_when(settings: Settings) -> None:
    made = create_app(settings)
    answer = made.test_client().get("/.well-known/security.txt", base_url=ORIGIN)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert said["Contact"] == "mailto:veilig@voorbeeldstad.nl"
    ends = datetime.strptime(said["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < ends - datetime.now(UTC) < timedelta(days=365)
    assert said["Canonical"] == f"{settings.public_url}/.well-known/security.txt"
    close_engines(made)
    silent = create_app(replace(settings, security_contact=None))
    page = silent.test_client().get("/.well-known/security.txt", base_url=ORIGIN)
    assert page.status_code == 404
    close_engines(silent)
