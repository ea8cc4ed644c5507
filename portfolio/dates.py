"""Dates, times, numbers and lists as each language writes them, by CLDR.

What lives here: days, months, the clock, a number, a list of names. What does not: what somebody
types, which is read as it is written in the Netherlands (forms/period.py, forms/talk.py).

Three things are the Netherlands' own in every language, so that they match letters, timetables
and the clock at a counter: the digits 0-9, the Gregorian calendar and the clock of 24 hours.
"""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_datetime_format,
    get_day_names,
)
from babel.lists import format_list
from babel.numbers import format_decimal

from portfolio.languages import AMSTERDAM, SOURCE, beside, say_n

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from portfolio.languages import Label


def day(on: date) -> Label:
    """Write a date out, with its weekday, in the reader's languages."""
    if isinstance(on, datetime):
        on = on.astimezone(AMSTERDAM).date()
    return beside(lambda tag: _date(on, "full", tag))


def weekday(on: date) -> Label:
    """Name a day of the week, in the reader's languages."""
    return beside(lambda tag: _date(on, "EEEE", tag))


def weekdays(days: Iterable[int]) -> Label:
    """Name days of the week, Monday being 1, as one list in the reader's languages."""
    at = [day - 1 for day in days]
    return beside(
        lambda tag: format_list([get_day_names("wide", locale=tag)[day] for day in at], locale=tag)
    )


def month(on: date) -> Label:
    """Write a month and year out, in the reader's languages."""
    return beside(lambda tag: str(format_skeleton("yMMMM", on, locale=tag)))


@lru_cache(maxsize=8192)
def _date(on: date, form: str, tag: str) -> str:
    return format_date(on, form, locale=tag)


def clock(at: datetime | time | str) -> Label:
    """Write a time of day in digits, in the reader's languages; a moment as it was in Amsterdam.

    A string is a time as it is kept: 14.00.
    """
    if isinstance(at, str):
        at = time.fromisoformat(at.replace(".", ":"))
    local = at.astimezone(AMSTERDAM).time() if isinstance(at, datetime) else at
    return beside(lambda tag: _clock(local.replace(second=0, microsecond=0), tag))


def moment(at: datetime) -> Label:
    """Write a moment out as it was in Amsterdam, in the reader's languages."""
    local = at.astimezone(AMSTERDAM)
    on, time_of_day = local.date(), local.time().replace(second=0, microsecond=0)
    return beside(lambda tag: _joined(_date(on, "full", tag), _clock(time_of_day, tag), tag))


def number(value: float) -> Label:
    """Write a number of at most two decimals, in the reader's languages."""
    return beside(lambda tag: str(format_decimal(round(value, 2), locale=tag)))


def hours(minutes: int) -> Label:
    """Write minutes as hours, in the reader's languages: 1,5 uur."""
    # A language's plural is that of whole hours; a part of one counts as many.
    plural = 100 if minutes % 60 else minutes // 60
    return say_n("%(num)s uur", "%(num)s uur", plural, num=number(minutes / 60))


def listed(names: Iterable[str]) -> Label:
    """Write names as one list, in the reader's languages."""
    each = [*names]
    return beside(lambda tag: format_list(each, locale=tag))


@lru_cache(maxsize=4096)
def _clock(at: time, tag: str) -> str:
    # With a point in Dutch, as in a letter; CLDR has a colon.
    pattern = "HH.mm" if tag == SOURCE else Locale.parse(tag).datetime_skeletons["Hm"]
    return format_time(at, pattern, locale=tag)


def _joined(on: str, at: str, tag: str) -> str:
    if tag == SOURCE:
        return f"{on}, {at} uur"
    pattern = str(get_datetime_format("full", locale=tag)).replace("'", "")
    return pattern.replace("{0}", at).replace("{1}", on)
