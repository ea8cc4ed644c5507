"""Labels in Dutch, both or my language; the choice of language; dates in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from portfolio import dates, languages
from portfolio.languages import Reader
from tests.document import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Page
    from tests.chromium import Phone
    from tests.people import Actor

MARCH = date(2026, 3, 3)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Give a way to choose who reads."""

    def choose(tag: str, mode: str) -> None:
        who = languages.chosen(tag, mode)
        monkeypatch.setattr(languages, "reader", lambda: who)

    return choose


def test_both_says_dutch_first_and_each_with_its_direction(
    reads: Callable[[str, str], None],
) -> None:
    reads("ar", "both")
    pair = read(languages.say("Terug")).first("b")
    assert pair is not None
    dutch, own = pair.children[0], pair.first("i")
    assert (pair["lang"], pair["dir"], str(dutch).strip()) == ("nl", "ltr", "Terug")
    assert own is not None
    assert (own["lang"], own["dir"], own.text) == ("ar", "rtl", languages.translate("ar", "Terug"))


def test_one_language_says_it_plainly(reads: Callable[[str, str], None]) -> None:
    reads("ar", "own")
    assert languages.say("Terug") == languages.translate("ar", "Terug") != "Terug"
    reads("ar", "nl")
    assert languages.say("Terug") == "Terug"


def test_a_name_in_a_label_is_escaped_and_keeps_its_place(
    reads: Callable[[str, str], None],
) -> None:
    reads("ar", "both")
    shown = languages.say("Van %(name)s", name="<b>Bas</b> 100%")
    assert shown.count("<bdi>&lt;b&gt;Bas&lt;/b&gt; 100%</bdi>") == 2


def test_a_date_in_a_label_is_said_in_the_language_around_it(
    reads: Callable[[str, str], None],
) -> None:
    reads("en", "both")
    shown = languages.say("Tot en met %(day)s", day=dates.day(MARCH))
    dutch, own = shown.split("<i lang=")
    assert "dinsdag 3 maart 2026" in dutch
    assert "March" not in dutch
    assert "March 3, 2026" in own
    assert "maart" not in own


def test_a_percent_sign_without_parameters_is_only_that(
    reads: Callable[[str, str], None],
) -> None:
    reads("nl", "nl")
    assert languages.say("100% van jou") == "100% van jou"


def test_numbers_stay_western_in_arabic(reads: Callable[[str, str], None]) -> None:
    reads("ar", "own")
    assert "2026" in dates.day(MARCH)
    assert "3" in languages.say_n("%(num)s ding", "%(num)s dingen", 3)


def test_a_moment_is_told_as_it_was_in_amsterdam(reads: Callable[[str, str], None]) -> None:
    reads("nl", "nl")
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert dates.moment(summer) == "donderdag 2 juli 2026, 00.30 uur"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("ar,nl;q=0.5", ("ar", "both")), ("nl", ("nl", "nl")), ("xx", ("nl", "nl"))],
)
def test_the_browser_is_asked_first(page: Page, asked: str, expected: tuple[str, str]) -> None:
    with page.client.application.test_request_context(headers={"Accept-Language": asked}):
        assert languages.negotiate() == Reader(*expected)  # type: ignore[arg-type]  # two strings


def test_the_choice_is_kept_in_this_browser_and_with_the_account(amina: Actor) -> None:
    answer = amina.page.post("/taal-kiezen", {"language": "ar", "mode": "own", "next": "/map"})
    assert answer.headers["Location"] == "/map"
    assert amina.page.visit("/map").tree.first("html")["dir"] == "rtl"  # type: ignore[index]  # every page has one
    with amina.app.app_context():
        assert (amina.viewer().language, amina.viewer().mode) == ("ar", "own")


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_the_way_back_never_leaves_our_pages(page: Page, address: str) -> None:
    """ASVS 3.7.2."""
    answer = page.post("/taal-kiezen", {"language": "en", "next": address})
    assert answer.headers["Location"] == "/"


def test_an_unknown_language_is_refused(page: Page) -> None:
    assert page.post("/taal-kiezen", {"language": "tlh"}).status_code == 400
    assert page.post("/taal-kiezen", {"language": "ar", "mode": "loud"}).status_code == 400


def test_language_and_mode_are_chosen_each_without_the_other(amina: Actor) -> None:
    """What is not chosen stays; who saw Dutch alone sees a new language beside it."""
    steps = [
        ({"language": "nl", "mode": "nl"}, ("nl", "nl")),
        ({"language": "ti"}, ("ti", "both")),
        ({"mode": "own"}, ("ti", "own")),
        ({"language": "fa"}, ("fa", "own")),
        ({"mode": "nl"}, ("fa", "nl")),
        ({"language": "ar"}, ("ar", "both")),
    ]
    for sent, kept in steps:
        assert amina.page.post("/taal-kiezen", sent).status_code == 303
        with amina.app.app_context():
            assert (amina.viewer().language, amina.viewer().mode) == kept


@pytest.mark.browser
def test_a_language_is_called_by_its_name_where_its_letters_are_missing(
    phone: Phone, app: Flask
) -> None:
    """A device without Ethiopic letters has those of the name, and no whole font is fetched."""
    page = phone.open().visit("/")
    page.evaluate("document.fonts.ready")
    loaded = "[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)"
    assert page.evaluate(loaded) == ["Map Names"]
    assert len(app.extensions["portfolio.assets"]["fonts/names-400.woff2"].content) < 2_000
