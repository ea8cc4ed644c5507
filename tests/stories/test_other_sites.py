"""Another site that shows ours inside, and another site to which a page of ours leads."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chromium import Phone
    from tests.people import Cast


@dataclass
class Elsewhere:
    """Another site: one page of our making, and what it was told when it was asked."""

    page: str = ""
    address: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Serve another site on another port, by another name."""
    made = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(made.page.encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def test_a_page_of_ours_inside_another_site_stays_blank(phone: Phone, cast: Cast) -> None:
    """ASVS 3.4.6. In a frame, an object or an embed: not a word of ours."""
    window = phone.open(cast.amina)
    window.visit("/map")
    with elsewhere() as other:
        ours = f"{window.address}/hulp"
        other.page = (
            f"<iframe src='{ours}'></iframe><object data='{ours}'></object><embed src='{ours}'>"
        )
        window.page.goto(other.address)
        window.page.wait_for_timeout(500)
        assert len(window.page.frames) > 1
        for frame in window.page.frames[1:]:
            assert "Mijn map" not in frame.content()
            assert not frame.url.startswith(window.address)
    # The browser says on its console that it refused: that is what is asked here.
    assert any("frame" in each.lower() for each in window.trouble)
    window.trouble.clear()


def test_another_site_is_not_told_where_one_came_from(phone: Phone, cast: Cast) -> None:
    """ASVS 3.4.5. A link on a page of ours is followed: the other site hears no Referer."""
    window = phone.open(cast.amina)
    with elsewhere() as other:
        window.visit("/map/gezondheid")
        window.page.evaluate(
            """(address) => {
              const link = document.createElement("a");
              link.href = address; link.textContent = "elders"; link.id = "elders";
              document.querySelector("main").prepend(link);
            }""",
            other.address,
        )
        window.page.click("#elders")
        window.page.wait_for_url(f"{other.address}/**")
        assert other.headers
        assert all("referer" not in each and "origin" not in each for each in other.headers)
        assert all("cookie" not in each for each in other.headers)
    window.trouble.clear()
