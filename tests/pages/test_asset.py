"""Files that are the same for everybody: packed as small as the browser can open."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import brotli
import pytest

if TYPE_CHECKING:
    from flask import Flask

PLAIN = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@pytest.mark.parametrize("name", ["map.css", "js/listen.js", "icon.svg"])
def test_a_file_travels_as_small_as_the_browser_can_open(app: Flask, name: str) -> None:
    asset = app.extensions["portfolio.assets"][name]
    sizes = []
    asked = {"": "", "gzip": "gzip, deflate", "br": "gzip, deflate, br"}
    for packing, accepted in asked.items():
        answer = app.test_client().get(
            f"/bestand/{asset.version}/{name}", headers={"Accept-Encoding": accepted}
        )
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding", "") == packing
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert PLAIN[packing](answer.data) == asset.content
        sizes.append(len(answer.data))
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_what_a_browser_refuses_is_not_sent(app: Flask) -> None:
    asset = app.extensions["portfolio.assets"]["map.css"]
    answer = app.test_client().get(
        f"/bestand/{asset.version}/map.css", headers={"Accept-Encoding": "br;q=0, gzip"}
    )
    assert answer.headers["Content-Encoding"] == "gzip"
