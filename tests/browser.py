"""A browser without a screen: visit, fill, submit, follow. Every page it sees is checked.

The real browser, with a screen of a phone's size, lives in tests/chromium.py.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tests.document import Node, read
from tests.page_checks import check_headers, check_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HOST = "localhost"
ORIGIN = f"https://{HOST}"
CONTROLS = ("input", "textarea", "select")
File = tuple[bytes, str]


class Page:
    """What somebody has before them. Each step replaces it; each page is checked as it comes."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.path = "/"
        self.status = 0
        self.html = ""
        self.tree = Node("", {})
        self._typed: dict[tuple[int, str], list[str | File]] = {}

    # -- looking ---------------------------------------------------------------

    @property
    def text(self) -> str:
        """Give the words of the page."""
        return self.tree.text

    @property
    def h1(self) -> str:
        """Give its one main heading."""
        heading = self.tree.first("h1")
        return heading.text if heading else ""

    @property
    def title(self) -> str:
        """Give its title."""
        node = self.tree.first("title")
        return "".join(map(str, node.children)).strip() if node else ""

    @property
    def links(self) -> dict[str, str]:
        """List the links by their words."""
        return {node.text: node["href"] for node in self.tree.walk("a") if "href" in node.attrs}

    def value(self, field: str) -> str:
        """Tell what stands in a control, found by its label or name."""
        node = self._control(field)
        if node.tag == "textarea":
            return "".join(child for child in node.children if isinstance(child, str)).lstrip("\n")
        if node.tag == "select":
            return next(iter(_chosen(node)), "")
        return node.get("value")

    # -- going -----------------------------------------------------------------

    def visit(self, path: str, status: int = 200) -> Page:
        """Open an address, through redirects, and check the page that comes."""
        return self._arrive(self.client.get(path, base_url=ORIGIN), status)

    def follow(self, words: str, status: int = 200) -> Page:
        """Go where the link with these words leads."""
        links = self.links
        found = [links[words]] if words in links else [h for t, h in links.items() if words in t]
        assert found, f"no link {words!r} on {self.path}; there are: {', '.join(links)}"
        return self.visit(urljoin(self.path, found[0]), status)

    def fill(self, field: str, value: str) -> Page:
        """Type into a control, or choose in it, found by its label or name."""
        node = self._control(field)
        return self._put(node, value)

    def choose(self, *labels: str) -> Page:
        """Tick the radio buttons or checkboxes with these labels (or values)."""
        for label in labels:
            node = self._control(label, kinds=("radio", "checkbox"))
            key = self._key(node)
            kept = self._typed.get(key) or []
            one = node.get("type") == "radio"
            if not one and key not in self._typed:
                kept = list(_sent(self._form(node)).get(node["name"], []))
            self._typed[key] = (
                [node.get("value", "on")] if one else [*kept, node.get("value", "on")]
            )
        return self

    def untick(self, label: str) -> Page:
        """Take the tick out of a checkbox."""
        node = self._control(label, kinds=("checkbox",))
        key, value = self._key(node), node.get("value", "on")
        kept = self._typed.get(key, list(_sent(self._form(node)).get(node["name"], [])))
        self._typed[key] = [each for each in kept if each != value]
        return self

    def attach(self, field: str, content: bytes, name: str = "foto.jpg") -> Page:
        """Choose a file."""
        return self._put(self._control(field, kinds=("file",)), (content, name))

    def submit(self, words: str = "", status: int = 200) -> Page:
        """Press the button with these words, or the first one of the page's content."""
        button = self._button(words)
        form = self._form(button)
        data = _sent(form)
        for (owner, name), values in self._typed.items():
            if owner == id(form):
                data[name] = values
        if button.get("name"):
            data.setdefault(button["name"], []).append(button.get("value"))
        path = urljoin(self.path, button.get("formaction") or form.get("action") or self.path)
        if form.get("method", "get").lower() != "post":
            return self._arrive(self.client.get(path, base_url=ORIGIN, query_string=data), status)
        return self._arrive(self.send(path, data), status)

    # -- without a page ----------------------------------------------------------

    def get(self, path: str) -> TestResponse:
        """Fetch an address as it is, redirects not followed; the headers are checked."""
        answer = self.client.get(path, base_url=ORIGIN)
        check_headers(answer)
        return answer

    def post(self, path: str, data: Mapping[str, object] | None = None) -> TestResponse:
        """Post with a good CSRF token, as no form of ours would; redirects not followed."""
        fields: dict[str, list[str | File]] = {"csrf_token": [self.token()]}
        for name, value in (data or {}).items():
            fields[name] = list(value) if isinstance(value, list) else [value]  # type: ignore[list-item]  # whatever a test sends
        return self.send(path, fields)

    def send(self, path: str, data: Mapping[str, list[str | File]]) -> TestResponse:
        """Post exactly these fields; redirects not followed."""
        packed: dict[str, object] = {
            name: [
                (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
                for value in values
            ]
            for name, values in data.items()
        }
        answer = self.client.post(
            path, base_url=ORIGIN, data=packed, content_type="multipart/form-data"
        )
        check_headers(answer)
        return answer

    def token(self) -> str:
        """Give a CSRF token of this browser's session."""
        html = self.client.get("/hulp", base_url=ORIGIN).get_data(as_text=True)
        for node in read(html).walk("input"):
            if node.get("name") == "csrf_token":
                return node["value"]
        message = "no CSRF token on /hulp"
        raise AssertionError(message)

    # -- inside ------------------------------------------------------------------

    def _arrive(self, answer: TestResponse, status: int) -> Page:
        for _ in range(5):
            check_headers(answer)
            if answer.status_code not in (301, 302, 303, 307, 308):
                break
            goal = urljoin(answer.request.url, answer.headers["Location"])
            assert urlsplit(goal).hostname == HOST, f"a redirect to another host: {goal}"
            answer = self.client.get(_path_of(goal), base_url=ORIGIN)
        self.path, self.status = _path_of(answer.request.url), answer.status_code
        self.html = answer.get_data(as_text=True)
        said = "" if answer.status_code == status else f"\n{read(self.html).text[:600]}"
        assert answer.status_code == status, f"{self.path} answered {answer.status_code}{said}"
        self.tree, self._typed = read(self.html), {}
        check_page(answer, self.tree, self.html)
        return self

    def _put(self, node: Node, value: str | File) -> Page:
        if node.tag == "select" and isinstance(value, str):
            options = {each.text: each.get("value", each.text) for each in node.walk("option")}
            value = options.get(value, value)
            assert value in options.values(), f"no choice {value!r} in {node.get('name')}"
        self._typed[self._key(node)] = [value]
        return self

    def _key(self, node: Node) -> tuple[int, str]:
        return id(self._form(node)), node["name"]

    @staticmethod
    def _form(node: Node) -> Node:
        form = node.above("form")
        assert form is not None, f"<{node.tag} name={node.get('name')}> stands in no form"
        return form

    def _control(self, wanted: str, kinds: tuple[str, ...] = ()) -> Node:
        found = [
            node
            for node in self.tree.walk(*CONTROLS)
            if "name" in node.attrs and (not kinds or node.get("type") in kinds)
        ]
        labels = {id(node): label_of(self.tree, node) for node in found}
        for fits in (
            lambda node: wanted == labels[id(node)],
            lambda node: wanted in (node["name"], node.get("id")),
            lambda node: bool(kinds) and wanted == node.get("value"),
            lambda node: wanted in labels[id(node)],
        ):
            for node in found:
                if fits(node):
                    return node
        names = sorted({f"{labels[id(node)]} [{node['name']}]" for node in found})
        message = f"no field {wanted!r} on {self.path}; there are: {', '.join(names)}"
        raise AssertionError(message)

    def _button(self, words: str) -> Node:
        buttons = [
            node
            for node in self.tree.walk("button", "input")
            if node.get("type", "submit") == "submit"
            and (node.tag == "button" or "type" in node.attrs)
        ]
        if not words:
            content = self.tree.first("main") or self.tree
            inside = {id(node) for node in content.walk("button", "input")}
            buttons = [node for node in buttons if id(node) in inside]
        exact = [node for node in buttons if words in (node.text, node.get("value"))]
        found = exact or [node for node in buttons if words in node.text]
        said = ", ".join(node.text for node in buttons)
        assert found, f"no button {words!r} on {self.path}; there are: {said}"
        return found[0]


def label_of(tree: Node, node: Node) -> str:
    """Give the words of a control's label."""
    for label in tree.walk("label"):
        if node.get("id") and label.get("for") == node.get("id"):
            return label.text
    around = node.above("label")
    return around.text if around else node.get("aria-label")


def _sent(form: Node) -> dict[str, list[str | File]]:
    """List what a browser would send of a form that nobody touched."""
    data: dict[str, list[str | File]] = {}
    for node in form.walk(*CONTROLS):
        kind = node.get("type", "text")
        if "name" not in node.attrs or kind in ("submit", "button") or "disabled" in node.attrs:
            continue
        if kind in ("radio", "checkbox") and "checked" not in node.attrs:
            continue
        if kind == "file":
            data.setdefault(node["name"], []).append((b"", ""))
            continue
        data.setdefault(node["name"], []).extend(_values(node))
    return data


def _values(node: Node) -> list[str]:
    if node.tag == "select":
        return _chosen(node)
    if node.tag == "textarea":
        text = "".join(child for child in node.children if isinstance(child, str))
        return [text.removeprefix("\r").removeprefix("\n")]
    return [node.get("value", "on" if node.get("type") in ("radio", "checkbox") else "")]


def _chosen(node: Node) -> list[str]:
    options = list(node.walk("option"))
    picked = [each for each in options if "selected" in each.attrs] or options[:1]
    return [each.get("value", each.text) for each in picked]


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
