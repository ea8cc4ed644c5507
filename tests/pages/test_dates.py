"""Dates, times, numbers and lists: what each language writes, and what stays as it is here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton

from portfolio import dates, languages, prose
from portfolio.models.words import WRITTEN

if TYPE_CHECKING:
    from portfolio.languages import Label

DAY = date(2026, 3, 3)
# Ten at night in Amsterdam, and the day after in UTC; five past nine in the morning there.
EVENING = datetime(2026, 7, 1, 20, 0, tzinfo=UTC)
MORNING = datetime(2026, 7, 1, 7, 5, 59, tzinfo=UTC)

# Written out by hand from CLDR 48 (Babel 2.18); a new CLDR that says it otherwise is looked at.
SAID = {
    "nl": {
        "day": "dinsdag 3 maart 2026",
        "month": "maart 2026",
        "evening": "woensdag 1 juli 2026, 22.00 uur",
        "morning": "09.05",
        "weekdays": "maandag, woensdag en vrijdag",
        "number": "2,5",
        "names": "Amina, Bas en Dirk",
        "ti": "Tigrinya",
    },
    "en": {
        "day": "Tuesday, March 3, 2026",
        "month": "March 2026",
        "evening": "Wednesday, July 1, 2026, 22:00",
        "morning": "09:05",
        "weekdays": "Monday, Wednesday, and Friday",
        "number": "2.5",
        "names": "Amina, Bas, and Dirk",
        "ti": "Tigrinya",
    },
    "ar": {
        "day": "الثلاثاء، 3 مارس 2026",
        "month": "مارس 2026",
        "evening": "الأربعاء، 1 يوليو 2026، 22:00",
        "morning": "09:05",
        "weekdays": "الاثنين والأربعاء والجمعة",
        "number": "2.5",
        "names": "Amina وBas وDirk",
        "ti": "التغرينية",
    },
    "ti": {
        "day": "ሰሉስ፣ 3 መጋቢት 2026",
        "month": "መጋቢት 2026",
        "evening": "ረቡዕ፣ 1 ሓምለ 2026 22:00",
        "morning": "09:05",
        "weekdays": "ሰኑይ፣ ረቡዕን ዓርቢን",
        "number": "2.5",
        "names": "Amina፣ Basን Dirkን",
        "ti": "ትግርኛ",
    },
    "tr": {
        "day": "3 Mart 2026 Salı",
        "month": "Mart 2026",
        "evening": "1 Temmuz 2026 Çarşamba 22:00",
        "morning": "09:05",
        "weekdays": "Pazartesi, Çarşamba ve Cuma",
        "number": "2,5",
        "names": "Amina, Bas ve Dirk",
        "ti": "Tigrinya dili",
    },
    "fa": {
        "day": "سه\u200cشنبه 3 مارس 2026",
        "month": "مارس 2026",
        "evening": "چهارشنبه 1 ژوئیهٔ 2026، ساعت 22:00",
        "morning": "9:05",
        "weekdays": "دوشنبه،\u200f چهارشنبه، و جمعه",
        "number": "2.5",
        "names": "Amina،\u200f Bas، و Dirk",
        "ti": "تیگرینیایی",
    },
}


@pytest.fixture(params=languages.LANGUAGES)
def tag(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read in each language alone, in turn."""
    chosen = str(request.param)
    who = languages.chosen(chosen, "nl" if chosen == "nl" else "own")
    monkeypatch.setattr(languages, "reader", lambda: who)
    return chosen


def test_each_language_says_it_in_its_own_way(tag: str) -> None:
    made: dict[str, Label] = {
        "day": dates.day(DAY),
        "month": dates.month(DAY),
        "evening": dates.moment(EVENING),
        "morning": dates.clock(MORNING),
        "weekdays": dates.weekdays([1, 3, 5]),
        "number": dates.number(2.5),
        "names": dates.listed(["Amina", "Bas", "Dirk"]),
        "ti": languages.named("ti"),
    }
    assert {name: label.texts[tag] for name, label in made.items()} == SAID[tag]


def test_digits_and_calendar_are_those_of_a_dutch_letter(tag: str) -> None:
    # CLDR's own choice for Persian is another calendar and other digits: 1404, ۱۴۰۴.
    for label in (dates.day(DAY), dates.moment(EVENING), dates.clock("14.00"), dates.number(16)):
        said = label.texts[tag]
        assert not [sign for sign in said if sign.isdigit() and not sign.isascii()], said
    assert "2026" in dates.day(DAY).texts[tag]


def test_a_time_of_day_has_24_hours(tag: str) -> None:
    # Half past two in the afternoon; in Tigrinya an hour of twelve is counted from sunrise.
    assert dates.clock("14.30").texts[tag] == ("14.30" if tag == "nl" else "14:30")
    assert dates.clock(EVENING).texts[tag].startswith("22")


def test_a_period_is_as_exact_as_its_owner_said(tag: str) -> None:
    first = prose._exact(DAY, "month", tag)
    assert first == format_skeleton("yMMMM", DAY, locale=tag) == SAID[tag]["month"]
    assert prose._exact(DAY, "day", tag) == SAID[tag]["day"]
    assert prose._exact(DAY, "year", tag) == "2026"


def test_a_language_to_come_has_all_that_dates_need() -> None:
    # Those of domain.md 7.3 that CLDR knows under their own tag.
    for tag in ("so", "fa_AF", "ps", "es", "fr", "ru"):
        assert format_date(DAY, "full", locale=tag)
        assert "Hm" in Locale.parse(tag).datetime_skeletons


def test_languages_are_called_by_their_own_names() -> None:
    for tag, language in languages.LANGUAGES.items():
        assert language.name == WRITTEN[tag]
        # By CLDR too, but for the capital with which a name in a list begins.
        own = Locale.parse(tag).languages[tag]
        assert language.name.casefold() == own.casefold()
