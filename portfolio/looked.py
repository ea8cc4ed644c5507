"""Who looked in one's own map, as a page that is loaded whole.

What lives here: readings per day, with the name of what was read as it is called now. What
does not: writing them (access.py does, in the reading itself).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from portfolio.access import Action, Viewer, keys_of, visible
from portfolio.extensions import db
from portfolio.granted import named_things
from portfolio.models.access_log import AccessLog, Reading, busy_hours, read_log
from portfolio.models.answer import Answer, questions_of
from portfolio.models.attachment import ATTACHMENT_KINDS, Attachment, answers_of, entries_of
from portfolio.models.consent import AMSTERDAM

if TYPE_CHECKING:
    from datetime import date, datetime

    from portfolio.models.entry import EntryPage


PER_PAGE = 50
SATURDAY = 5
# Holidays are not known here: whoever looks on one is not marked, and nobody is blamed.
OFFICE_HOURS = range(7, 19)


def is_outside_hours(at: datetime) -> bool:
    """Tell whether it was outside office hours in Amsterdam: Monday to Friday, 7 to 19."""
    here = at.astimezone(AMSTERDAM)
    return here.weekday() >= SATURDAY or here.hour not in OFFICE_HOURS


@dataclass(frozen=True)
class Look:
    """One reading; `entry` is the thing that was read, when it is still there.

    `question`: what was asked where a sound or photo of an answer was heard or seen.
    """

    reading: Reading
    entry: EntryPage | None
    question: str | None = None

    # More readings of this reader in this hour than is usual.
    many: bool = False

    @property
    def outside_hours(self) -> bool:
        """Tell whether it was outside office hours."""
        return is_outside_hours(self.reading.at)

    @property
    def at(self) -> datetime:
        """Give the moment of the reading."""
        return self.reading.at


@dataclass(frozen=True)
class Day:
    """The readings of one day in Amsterdam."""

    date: date
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class LogPage:
    """Fifty readings and where they stand among the others."""

    days: tuple[Day, ...]
    number: int
    more: bool


def page_of(viewer: Viewer, number: int) -> LogPage:
    """Load one page of readings, newest first."""
    keys = keys_of(viewer.portfolio_id)
    by_map = {str(viewer.portfolio_id): keys}
    chosen = visible(viewer, Action.LOG_READ, AccessLog)
    chosen = chosen.limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE)
    readings = read_log(db.session, chosen, by_map)
    more, readings = len(readings) > PER_PAGE, readings[:PER_PAGE]
    files = {each.thing for each in readings if each.kind in ATTACHMENT_KINDS}
    entry_of: dict[str, str] = {}
    asked: dict[str, str] = {}
    if files:
        mine = visible(viewer, Action.MAP_KEEP, Attachment).where(Attachment.id.in_(files))
        entry_of, answer_of = entries_of(db.session, mine), answers_of(db.session, mine)
        answers = visible(viewer, Action.MAP_KEEP, Answer)
        questions = questions_of(db.session, answers, set(answer_of.values()))
        asked = {file: questions[answer] for file, answer in answer_of.items()}
    wanted = {each.thing for each in readings if each.kind == "entry"} | set(entry_of.values())
    things = named_things(viewer, Action.MAP_KEEP, keys, wanted)
    busy = busy_hours(db.session, visible(viewer, Action.LOG_READ, AccessLog))
    looks = [
        Look(
            each,
            things.get(entry_of.get(each.thing, each.thing)),
            asked.get(each.thing),
            many=(each.reader, f"{each.at:%Y-%m-%dT%H}") in busy,
        )
        for each in readings
    ]
    days = groupby(looks, key=lambda look: look.reading.at.astimezone(AMSTERDAM).date())
    return LogPage(tuple(Day(day, tuple(of_day)) for day, of_day in days), number, more)
