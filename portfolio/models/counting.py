"""Counting days and months of a leerroute. Pure: no database, no clock.

Days are days of the calendar, so summer time and winter time change nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from portfolio.data.plan import LAW
from portfolio.models.consent import months_later

if TYPE_CHECKING:
    from datetime import date


def end_of_term(first_pip: date) -> date:
    """Count the end of the term from the date on the first letter with the plan (Wi2021).

    The length, in months, and the day on which it begins stand in data/plan/law.toml.
    """
    begin = first_pip + timedelta(days=LAW["term_start"].number or 0)
    return months_later(begin, LAW["term"].number or 0)
