"""Keeps a picture of every page: script/pictures --pages [reading ...], as in `ti-both`.

Without a name it is every language, alone and beside Dutch. They land in build/screenshots, a
folder for each reading, with one index of them all.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from portfolio.languages import LANGUAGES, SOURCE
from tests.chromium import FLAGS, PHONE, PROGRAM
from tests.house.finding import ROOT
from tests.pages.every_page import PLACES, Reading
from tests.pages.house import Windows, open_house
from tests.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playwright.sync_api import Page

FOLDER = ROOT / "build" / "screenshots"
ALL = (
    Reading(SOURCE, "nl"),
    *(Reading(tag, mode) for tag in LANGUAGES if tag != SOURCE for mode in ("own", "both")),
)
QUALITY = 60


def keep(names: Sequence[str], folder: Path = FOLDER) -> None:
    """Build every page in the readings of these names, or in all, and take its picture."""
    known = {str(reading): reading for reading in ALL}
    readings = [known[name] for name in names or known]
    with tempfile.TemporaryDirectory(prefix="screens-") as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        stores = Stores(Path(place) / "stores")
        for reading in readings:
            # A house for each: in one, the limits would be reached of what may be tried in an hour.
            with open_house(stores, Path(place) / str(reading), [reading]) as house:
                _keep_pages(Windows(browser, house), folder / str(reading))
        stores.close()
        browser.close()
    index = folder / "index.html"
    shown = [reading for reading in ALL if (folder / str(reading)).is_dir()]
    index.write_text(index_of(shown), encoding="utf-8")
    sys.stdout.write(f"{index}\n")


def _keep_pages(windows: Windows, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for (name, _reading), built in windows.house.pages.items():
        (folder / f"{name}.webp").write_bytes(take(windows.show(built)))


def take(page: Page) -> bytes:
    """Take a picture of a whole page, however long it is."""
    session = page.context.new_cdp_session(page)
    height = session.send("Page.getLayoutMetrics")["cssContentSize"]["height"]
    answer = session.send(
        "Page.captureScreenshot",
        {
            "format": "webp",
            "quality": QUALITY,
            "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": PHONE[0], "height": height, "scale": 1},
        },
    )
    session.detach()
    return base64.b64decode(answer["data"])


def index_of(readings: Iterable[Reading]) -> str:
    """Write a page that shows every place beside itself in all readings."""
    shown = [str(reading) for reading in readings]
    rows = [
        f'<h2 id="{escape(place.name)}">{escape(place.name)}</h2>\n<p>'
        + " ".join(
            f'<a href="{name}/{escape(place.name)}.webp">'
            f'<img loading="lazy" width="180" src="{name}/{escape(place.name)}.webp" '
            f'alt="{escape(place.name)} {name}"></a>'
            for name in shown
        )
        + "</p>"
        for place in PLACES
    ]
    head = '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Every page</title>'
    return "\n".join([head, f"<h1>Every page: {', '.join(shown)}</h1>", *rows, "</html>\n"])
