"""When not even the page for an error can be made, a last one comes, with every header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from portfolio import security
from portfolio.errors import LAST_PAGE
from tests.browser import ORIGIN
from tests.page_checks import check_headers

if TYPE_CHECKING:
    from tests.people import Cast


@pytest.mark.parametrize("path", ["/map", "/er-is-niets", "/hulp"])
def test_without_a_database_the_last_page_comes(
    cast: Cast, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """ASVS 16.5.1: and no traceback stands in a log, since it may quote what somebody typed."""

    def gone(*_args: object) -> None:
        statement = "SELECT"
        raise OperationalError(statement, {}, Exception("kanarie"))

    client = cast.amina.browse()
    monkeypatch.setattr(security, "find_sign_in", gone)
    answered = client.get(path, base_url=ORIGIN)
    assert answered.status_code in (404, 500)
    assert answered.text == LAST_PAGE
    check_headers(answered)
    assert "kanarie" not in caplog.text


def test_a_host_that_is_not_ours_is_told_nothing(cast: Cast) -> None:
    for path in ("/map", "/er-is-niets"):
        answered = cast.amina.browse().get(path, base_url="https://evil.example")
        assert answered.status_code == 400
        assert answered.text == LAST_PAGE
        check_headers(answered)
