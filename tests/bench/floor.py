"""The floor: the same templates with the same values, served by the same server.

Run as a process of its own. It opens each page once in the product, keeps the template and
all that it was given, and from then on renders exactly that for whoever asks: no database,
no sealing, no gate, no sessions, no headers of ours. What a template calls while it renders
(labels, dates, addresses) is the product's own.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, g, render_template, request, template_rendered

from portfolio import serving
from portfolio.languages import Reader, reader
from portfolio.security import SIGN_IN_COOKIE
from tests.bench.place import LOGGED, Place, Target

if TYPE_CHECKING:
    from jinja2 import Template

ROWS = "/-/rows"
ROW_COUNT = 50
ROWS_TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Rows</title></head>
<body><h1>Rows</h1><table>
{% for row in rows %}
<tr><td>{{ row.number }}</td><td>{{ row.name }}</td><td>{{ row.city }}</td></tr>
{% endfor %}
</table></body>
</html>
"""
# These work on the request of the product; what stands for them in the floor takes their place.
OF_THE_REQUEST = ("request", "session", "g", "csrf_token")


@dataclass(frozen=True)
class Rendered:
    """What one page was made of."""

    template: str
    context: dict[str, Any]
    reader: Reader
    csrf_token: str
    csp_nonce: str


@dataclass(frozen=True)
class Row:
    """One row of the trivial page."""

    number: int
    name: str
    city: str


def capture(app: Flask, target: Target) -> Rendered:
    """Open a page in the product and keep what it was rendered from."""
    found: list[Rendered] = []

    def keep(_app: Flask, template: Template, context: dict[str, Any], **_more: object) -> None:
        plain = {name: value for name, value in context.items() if name not in OF_THE_REQUEST}
        name = template.name or ""
        found.append(
            Rendered(name, plain, reader(), g.get("csrf_token", ""), g.get("csp_nonce", ""))
        )

    client = app.test_client()
    if target.token:
        client.set_cookie(SIGN_IN_COOKIE, target.token, domain="localhost")
    with template_rendered.connected_to(keep, app):
        answer = client.get(
            target.path, base_url="http://localhost", headers={"Accept-Language": "nl"}
        )
    if answer.status_code != 200 or len(found) != 1:
        message = f"{target.path} answered {answer.status_code} with {len(found)} templates"
        raise RuntimeError(message)
    return found[0]


def make_floor(product: Flask, pages: dict[str, Rendered]) -> Flask:
    """Make an application that renders these pages and does nothing else."""
    floor = Flask("floor", static_folder=None)
    floor.extensions["portfolio.settings"] = product.extensions["portfolio.settings"]
    for rule in product.url_map.iter_rules():
        floor.url_map.add(rule.empty())
    environment = product.jinja_env
    environment.globals.update(
        url_for=floor.url_for,
        csrf_token=lambda: g.rendered.csrf_token,
        csp_nonce=lambda: g.rendered.csp_nonce,
        get_flashed_messages=lambda **_which: [],
        by_picture=lambda: g.rendered.context["pictures"],
    )
    # Macros keep the names that they knew when they were first imported.
    if environment.cache is not None:
        environment.cache.clear()
    floor.__dict__["jinja_env"] = environment

    def answer(**_parts: str) -> str:
        rendered = g.rendered = pages[request.path]
        g.reader = rendered.reader
        return render_template(rendered.template, **rendered.context)

    adapter = floor.url_map.bind("localhost")
    for path in pages:
        floor.view_functions[str(adapter.match(path)[0])] = answer
    _add_rows(floor)
    return floor


def _add_rows(floor: Flask) -> None:
    template = floor.jinja_env.from_string(ROWS_TEMPLATE)
    rows = [Row(n, f"Somebody {n}", "Voorbeeldstad") for n in range(1, ROW_COUNT + 1)]
    floor.add_url_rule(ROWS, "rows", lambda: template.render(rows=rows))


def main() -> None:
    """Serve the floor of the place whose pages come on standard input; say the port."""
    targets = [Target(*fields) for fields in json.loads(sys.stdin.readline())]
    place = Place(Path(os.environ["PORTFOLIO_DATA"]).parent, {})
    with place.app() as product:
        pages = {
            target.path: capture(product, target) for target in targets if target.page != LOGGED
        }
    server = serving.listen(make_floor(product, pages), "127.0.0.1", 0, int(sys.argv[1]))
    print(f"http://localhost:{serving.port_of(server)}", flush=True)
    serving.stop_when_told()
    server.run()


if __name__ == "__main__":
    main()
