"""Every page there is, built once and served to a browser exactly as it was answered.

What lives here: the house with its pages and the windows before it. What does not: what is asked
of a page (test_every_page.py), and which pages there are (every_page.py).
"""

from __future__ import annotations

import socket
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

from portfolio import create_app
from tests.chromium import Phone, serve
from tests.pages.every_page import PLACES, READINGS, Built, Reading, build
from tests.people import Cast
from tests.stores import SQLITE, close_engines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from playwright.sync_api import Browser, Page

    from tests.chromium import Window
    from tests.pages.place import Place
    from tests.stores import Stores


@dataclass
class House:
    """One application with the cast, on a port of this machine, and all its pages."""

    app: Flask
    cast: Cast
    address: str
    pages: dict[tuple[str, Reading], Built]


class Shelf:
    """Gives a built page again, as it was answered; all else comes from the application."""

    def __init__(self, app: WSGIApplication, pages: Iterable[Built]) -> None:
        self.app, self.pages = app, {page.path: page.answer for page in pages}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        answer = self.pages.get(environ["PATH_INFO"])
        if answer is None:
            return self.app(environ, start)
        # The browser keeps its own cookies: with them it asks for the photos of the page.
        headers = [
            (name, value)
            for name, value in answer.headers
            if name.lower() not in ("set-cookie", "clear-site-data")
        ]
        start(answer.status, headers)
        return [answer.get_data()]


class Windows:
    """One window per person, with and without script, kept for all the pages."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.house, self.phone = house, Phone(browser, house.address)
        self._kept: dict[tuple[str, bool], Window] = {}
        self._said: dict[str, Counter[str]] = {}

    def show(self, built: Built, *, javascript: bool = True) -> Page:
        """Open a page for the person whose page it is."""
        key = (built.place.who, javascript)
        if key not in self._kept:
            actor = self.house.cast.everybody()[built.place.who]
            self._kept[key] = self.phone.open(
                actor if actor.key in actor.facts.people else None,
                javascript=javascript,
                # Colours that are still changing would be measured halfway.
                reduced_motion="reduce",
                # Fingers and no mouse, so that the camera is offered.
                is_mobile=True,
                has_touch=True,
            )
            if javascript:
                # The browser keeps it; handed over again for each page it took as long as running.
                self._kept[key].context.add_init_script(Axe().axe_script)
        window = self._kept[key]
        window.trouble.clear()
        page = window.visit(built.path, built.place.status)
        assert not window.trouble, window.trouble
        if javascript:
            self._said[built.path] = lines_of(page)
        return page

    def said(self, built: Built) -> Counter[str]:
        """Give the lines of a page with script, looked at now or a moment ago."""
        if built.path not in self._said:
            self.show(built)
        return self._said[built.path]


@contextmanager
def open_house(
    stores: Stores,
    folder: Path,
    readings: Iterable[Reading] = READINGS,
    places: Iterable[Place] = PLACES,
    *,
    pseudo: bool = False,
) -> Iterator[House]:
    """Build these pages in these readings, and serve them."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"http://localhost:{held.getsockname()[1]}"
        settings = stores.copy(SQLITE, "cast", folder)
        app = create_app(replace(settings, public_url=address, pseudo=pseudo))
        cast = Cast(app, stores.facts(SQLITE))
        built = build(app, cast, readings, places)
        app.wsgi_app = Shelf(app.wsgi_app, built)  # type: ignore[assignment,method-assign]  # Flask's way
        with serve(app, held):
            yield House(
                app, cast, address, {(page.place.name, page.reading): page for page in built}
            )
        close_engines(app)


@contextmanager
def open_windows(browser: Browser, house: House) -> Iterator[Windows]:
    """Open the windows of everybody before a house, and close them at the end."""
    made = Windows(browser, house)
    yield made
    for window in made.phone.windows:
        window.context.close()


def lines_of(page: Page) -> Counter[str]:
    """Count the lines that somebody reads in the main part of a page."""
    lines = page.inner_text("main").splitlines()
    return Counter(" ".join(line.split()) for line in lines if line.strip())
