"""Reading when something was, and how many hours it took, from what somebody typed."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from portfolio.languages import mark

if TYPE_CHECKING:
    from portfolio.models.writing import TypedDate, Writing

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Longer numbers are no year or day; Python itself refuses to read one of 4301 digits.
MOST_DIGITS = 6
MOST_HOURS = 9999
# Digits of every script count, and so do the decimal marks of Arabic keyboards.
HOURS = re.compile(r"(\d{1,4})(?:[.,٫](\d{1,2}))?(?:\s*uur)?")
YEAR_ASKED = mark("Schrijf ook het jaar. Bijvoorbeeld 2026.")
YEAR_STRANGE = mark("Schrijf het jaar met 4 cijfers. Bijvoorbeeld 2026.")
MONTH_ASKED = mark("Kies ook de maand.")
DAY_STRANGE = mark("Deze dag is er niet. Kijk nog een keer naar de dag.")
END_FIRST = mark("Het einde is voor het begin. Kijk nog een keer naar de datum.")
HOURS_STRANGE = mark("Schrijf een getal van 0 tot en met 9999. Bijvoorbeeld 2,5.")


@dataclass(frozen=True)
class Moment:
    """A day, and how exactly it is known."""

    on: date | None = None
    exact: str = "day"


@dataclass(frozen=True)
class Period:
    """When something was and how long it took; `errors` says per field what is not right yet."""

    started: Moment
    ended: Moment
    minutes: int | None
    errors: dict[str, str]


def read_period(writing: Writing) -> Period:
    """Read period and hours. What cannot be read is left out and named in the errors."""
    errors: dict[str, str] = {}
    started = read_date(writing.started, "started", errors, last=False)
    ended = read_date(writing.ended, "ended", errors, last=True)
    if started.on and ended.on and ended.on < started.on:
        errors["ended_year"] = END_FIRST
        ended = Moment()
    return Period(started, ended, read_hours(writing.hours, errors), errors)


def read_date(typed: TypedDate, name: str, errors: dict[str, str], *, last: bool) -> Moment:
    """Read a date, a month or a year; `last` takes the last day of a month or year."""
    parts = typed.day.strip(), typed.month.strip(), typed.year.strip()
    wrong = _wrong(*parts)
    if wrong:
        errors[f"{name}_{wrong[0]}"] = wrong[1]
    if wrong or not parts[2]:
        return Moment()
    day, month, year = (int(part or 0) for part in parts)
    if day:
        return Moment(date(year, month, day))
    if month:
        return Moment(date(year, month, _length(year, month) if last else 1), "month")
    return Moment(date(year, 12, 31) if last else date(year, 1, 1), "year")


def _wrong(day: str, month: str, year: str) -> tuple[str, str] | None:
    """Name the first part that cannot be read, with what to do; nothing typed is right too."""
    found = None
    if not year:
        found = ("year", YEAR_ASKED) if day or month else None
    elif not FIRST_YEAR <= _number(year) <= LAST_YEAR:
        found = ("year", YEAR_STRANGE)
    elif (day and not month) or (month and not _within(month, 12)):
        found = ("month", MONTH_ASKED)
    elif day and not _within(day, _length(int(year), int(month))):
        found = ("day", DAY_STRANGE)
    return found


def _within(typed: str, last: int) -> bool:
    return 1 <= _number(typed) <= last


def _number(typed: str) -> int:
    """Read a whole number; what is none, or too long to be one of ours, is -1."""
    return int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else -1


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def read_hours(typed: str, errors: dict[str, str]) -> int | None:
    """Read hours as minutes; a comma or a point may stand before parts of an hour."""
    if not typed.strip():
        return None
    match = HOURS.fullmatch(typed.strip().lower())
    if match is None:
        errors["hours"] = HOURS_STRANGE
        return None
    whole, part = match.groups()
    # Rounded down to whole minutes; nothing at all counts as not said.
    hundredths = int(f"{part or ''}00"[:2])
    minutes = int(whole) * 60 + hundredths * 60 // 100
    if minutes > MOST_HOURS * 60:
        errors["hours"] = HOURS_STRANGE
        return None
    return minutes or None
