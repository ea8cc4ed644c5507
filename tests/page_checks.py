"""What every page of the house has, and what none has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.markup import markup_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.document import Node

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NONCE = re.compile(r"'nonce-([\w-]{16,})'")
UNLABELLED = frozenset({"hidden", "submit", "button"})
FETCHING = (
    ("img", "src"),
    ("script", "src"),
    ("link", "href"),
    ("use", "href"),
    ("form", "action"),
)


def check_headers(answer: TestResponse) -> None:
    """Check that an answer has the house's headers."""
    place = f"{answer.request.path} ({answer.status_code})"
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, f"{place}: {name} is {answer.headers.get(name)}"
    policy = answer.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, f"{place}: the content policy is {policy!r}"
    assert "unsafe" not in policy, f"{place}: the content policy is {policy!r}"
    assert "frame-ancestors 'none'" in policy, f"{place}: the content policy is {policy!r}"
    lasts = answer.headers.get("Strict-Transport-Security")
    assert lasts == "max-age=31536000; includeSubDomains", f"{place}: HSTS is {lasts}"
    keeps = answer.headers.get("Cache-Control", "")
    same_for_all = answer.request.path.startswith("/bestand/")
    assert same_for_all or keeps == "no-store", f"{place}: Cache-Control is {keeps!r}"


def check_page(answer: TestResponse, tree: Node, html: str) -> None:
    """Check a page: valid HTML, one h1, language, labels, nonces, nothing from elsewhere."""
    place = f"{answer.request.path} ({answer.status_code})"
    assert answer.mimetype == "text/html", f"{place} is {answer.mimetype}, not a page"
    root = tree.first("html")
    assert root is not None, f"{place} is empty: {html[:200]!r}"
    assert root.get("lang"), f"{place}: <html> has no lang"
    assert root.get("dir") in ("ltr", "rtl"), f"{place}: <html> has no dir"
    headings = [node.text for node in tree.walk("h1")]
    assert len(headings) == 1, f"{place} must have one h1, has {headings}"
    assert headings[0], f"{place}: the h1 is empty"
    title = tree.first("title")
    said = "".join(map(str, title.children)).strip() if title else ""
    assert said.removesuffix("Mijn map").strip(" –"), f"{place}: the title is {said!r}"
    findings = [*_own_findings(answer, tree), *markup_findings(html)]
    assert not findings, f"{place}:\n" + "\n".join(findings)


def _own_findings(answer: TestResponse, tree: Node) -> list[str]:
    found: list[str] = []
    labelled = {node.get("for") for node in tree.walk("label")}
    nonces = NONCE.findall(answer.headers["Content-Security-Policy"])
    seen: set[str] = set()
    for node in tree.walk():
        wrong = [*_wrong_anywhere(node), *_wrong_control(node, labelled)]
        if node.get("id") in seen:
            wrong.append("this id is there twice")
        seen |= {node["id"]} if node.get("id") else set()
        if node.tag == "script" and not ("src" in node.attrs and node.get("nonce") in nonces):
            wrong.append("a script has a src and the nonce of its page")
        said = " ".join(f"{name}={value!r}" for name, value in node.attrs.items())
        found += [f"<{node.tag} {said}>: {each}" for each in wrong]
    return found


def _wrong_anywhere(node: Node) -> Iterator[str]:
    if "style" in node.attrs or node.tag == "style":
        yield "no styles in pages"
    if any(name.startswith("on") for name in node.attrs):
        yield "no handlers in pages"
    for tag, name in FETCHING:
        if node.tag == tag and urlsplit(node.get(name)).netloc:
            yield "nothing comes from or goes to another host"


def _wrong_control(node: Node, labelled: set[str]) -> Iterator[str]:
    named = node.get("id") in labelled or node.above("label") or node.get("aria-label")
    asks = node.tag in ("input", "select", "textarea") and node.get("type") not in UNLABELLED
    if asks and not named:
        yield "no label"
    posts = node.tag == "form" and node.get("method", "get").lower() == "post"
    if posts and "csrf_token" not in {each.get("name") for each in node.walk("input")}:
        yield "a form that posts has a csrf_token"
