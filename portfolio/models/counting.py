"""Counting days and months of a leerroute. Pure: no database, no clock.

Days are days of the calendar, so summer time and winter time change nothing.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from portfolio.data.plan import LAW


def months_later(on: date, months: int) -> date:
    """Give the same day so many months later, or the last day of a month that has no such day."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    month += 1
    return date(year, month, min(on.day, calendar.monthrange(year, month)[1]))


def last_day(first_pip: date) -> date:
    """Count the end of the term from the date on the first letter with the plan (Wi2021).

    The length, in months, and the day on which it begins stand in data/plan/law.toml.
    """
    begin = first_pip + timedelta(days=LAW["term_start"].number or 0)
    return months_later(begin, LAW["term"].number or 0)
