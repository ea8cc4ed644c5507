"""The log of events: every way in, every refusal, in UTC, one record each, and no word typed."""

from __future__ import annotations

import json
import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from portfolio.events import CATALOGUE, record
from tests.access.table import NO, SHARED, answer
from tests.access.test_forgery import laid_out
from tests.access.test_matrix import FIELDS, cells_of
from tests.browser import ORIGIN, Page
from tests.stories.evidence import on_sqlite

if TYPE_CHECKING:
    from tests.people import Cast

CRLF = 'regel\r\n{"event": "signed_in"}\n\u2028\x1b[31m'


def events(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """Read what was recorded: each record one line, with the fields of the catalogue."""
    found = []
    for line in caplog.messages:
        assert "\n" not in line
        assert "\r" not in line
        said = json.loads(line)
        assert said.keys() - {"at", "event"} == CATALOGUE[said["event"]]
        found.append(said)
    caplog.clear()
    return found


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    """Hear the events."""
    caplog.set_level(logging.INFO, "portfolio.events")


def test_each_try_to_come_in_is_an_event(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """ASVS 16.3.1. By passphrase or code, right or wrong, by a name that nobody has."""
    page = Page(cast.amina.app.test_client()).visit("/inloggen")
    amina = cast.amina
    for path, fields, told in (
        ("/inloggen", {"sign_in_name": "amina", "passphrase": "niet dit"}, "sign_in_refused"),
        ("/inloggen", {"sign_in_name": "niemand", "passphrase": "niet dit"}, "sign_in_refused"),
        ("/inloggen/code", {"sign_in_name": "amina", "code": "A" * 16}, "sign_in_refused"),
        ("/inloggen", {"sign_in_name": "amina", "passphrase": amina.passphrase}, "signed_in"),
    ):
        caplog.clear()
        page.post(path, fields)
        assert [each["event"] for each in events(caplog)] == [told]
    page.post("/uitloggen")
    assert [each["event"] for each in events(caplog)] == ["signed_out"]


@on_sqlite
def test_each_refusal_is_an_event(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """ASVS 16.3.2. Every page that docs/access.md refuses somebody, by role or by thing."""
    app, things = cast.amina.app, laid_out(cast)
    tried = 0
    for who in ("farid", "bas", "dirk", "eva"):
        actor = getattr(cast, who)
        client = actor.browse()
        token = Page(client).token()
        for rule, method, declared in cells_of(app):
            # A visit that is over is the visitor's, whoever else sits at that browser.
            if answer(declared, who, SHARED) != NO or rule.endpoint == "visit.page":
                continue
            caplog.clear()
            data = {} if method == "GET" else {"csrf_token": token, **FIELDS.get(rule.endpoint, {})}
            path = things.path(rule, declared, who)
            assert client.open(path, method=method, base_url=ORIGIN, data=data).status_code == 404
            refused = [each for each in events(caplog) if each["event"] == "access_refused"]
            assert [(each["person"], each["endpoint"]) for each in refused] == [
                (actor.person_id, rule.endpoint)
            ]
            tried += 1
    assert tried > 400


def test_what_is_typed_or_asked_begins_no_record(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """ASVS 16.4.1. Line ends and controls in a name, an address, a header: one record, no word."""
    page = Page(cast.amina.app.test_client()).visit("/inloggen")
    page.post("/inloggen", {"sign_in_name": CRLF, "passphrase": CRLF})
    client = cast.bas.browse()
    client.get("/mensen/a%0d%0ab%1b", base_url=ORIGIN, headers={"User-Agent": "a\x1bb"})
    client.get(f"/mensen/{cast.farid.map_id}/stuk/%0a%0dx", base_url=ORIGIN)
    record("form_refused", person=CRLF, why=CRLF)
    found = events(caplog)
    assert [each["event"] for each in found] == [
        "sign_in_refused",
        "access_refused",
        "access_refused",
        "form_refused",
    ]
    assert all("regel" not in json.dumps(each) for each in found[:-1])


def test_records_are_in_utc_whatever_the_clock_of_the_house_says(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ASVS 16.2.2. Also where the summer time of the machine begins or ends."""
    for zone in ("Europe/Amsterdam", "Pacific/Kiritimati", "America/St_Johns"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        record("signed_out", person="x")
        (said,) = events(caplog)
        at = datetime.fromisoformat(str(said["at"]))
        assert at.utcoffset() == timedelta(0)
        assert abs(at.timestamp() - time.time()) < 5
    monkeypatch.undo()
    time.tzset()
