"""Makes docs/start.png: Amina's start page of the demonstration, on a phone.

With --pages [reading ...] it keeps a picture of every page instead: tests/pages/screens.py.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from portfolio.demo.place import passphrases_of
from tests.bench.servers import SERVE, Server
from tests.chromium import FLAGS, PHONE, PROGRAM
from tests.house.finding import ROOT
from tests.pages import screens

PICTURE = ROOT / "docs" / "start.png"


def main() -> None:
    """Take what is asked for."""
    parser = argparse.ArgumentParser(prog="script/pictures", description=__doc__)
    names = [str(reading) for reading in screens.ALL]
    parser.add_argument("--pages", nargs="*", metavar="reading", choices=[*names, []])
    asked = parser.parse_args()
    if asked.pages is None:
        picture()
    else:
        screens.keep(asked.pages)


def picture() -> None:
    """Serve a new demonstration, sign Amina in and take the picture."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo"
        # Only what a program needs: no setting of this shell ends up in the picture.
        settings = {"PATH": os.environ["PATH"], "PORTFOLIO_DATA": str(folder)}
        server = Server(["-c", SERVE, "serve", "--demo", "--port", "0"], settings)
        try:
            take(server.port, passphrases_of(folder, ["amina"])["amina"])
        finally:
            server.stop()


def take(port: int, passphrase: str) -> None:
    """Take the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(FLAGS))
        page = browser.new_page(
            viewport={"width": PHONE[0], "height": PHONE[1]}, locale="nl-NL", color_scheme="light"
        )
        page.goto(f"http://localhost:{port}/inloggen")
        page.fill("[name=sign_in_name]", "amina")
        page.fill("[name=passphrase]", passphrase)
        page.click("main [type=submit]")
        page.wait_for_url("**/map")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
