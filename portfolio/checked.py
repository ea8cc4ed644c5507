"""Who checked a language, and which pages keep their Dutch until somebody did.

What lives here: the form of the header in a catalogue, and the pages about consent and health.
What does not: the catalogues themselves (languages.py). A wrong word about who sees something, or
about one's body, does harm, so there a translation that nobody read never stands alone.
"""

from __future__ import annotations

from datetime import date

from flask import g, has_request_context, request

# In the header of a catalogue: `unread`, or who read all of it and on which day, as in
# "X-Checked-By: Selam Tesfay, 2026-11-29". Whoever reads must know the language from home.
# A header that is not there, or not in this form, is unread.
HEADER = "X-Checked-By"
UNREAD = "unread"
BETWEEN = ", "

HEALTH = "gezondheid"
# Words whose every page is about consent, or about health.
WORDS = frozenset(
    {
        # Given, shown, changed, stopped; looking through another's eyes belongs to deciding.
        *("consent", "preview", "share", "visitor_link"),
        # Another contact person takes over what was given; who looked is what came of it.
        *("access_log", "contact"),
        # Somebody at a desk may help one in again.
        "desk",
        # A cry for help, and a telephone number, go to those who are named there.
        "signal",
        # A version of the plan is given to one person, and both agree to it.
        "version",
        # An address for e-mail is given freely, and taken back.
        "email",
        # What one has a right to; and going away ends all that was given.
        *("going", "rights"),
        # Health, and help: safety at home, 112 and 113.
        *("help", "wellbeing"),
    }
)
# Pages of other words on which consent stands: who gains sight of a thing, and who has it.
PAGES = frozenset(
    {
        *("entry.change", "entry.done", "entry.finish", "entry.page", "entry.set_private"),
        # What stands in one's way is sealed as health is, when it is that.
        "direction.barriers",
    }
)
# What an address may say that is about health, also behind what comes before a colon.
IN_ADDRESSES = frozenset({HEALTH, "health"})


def is_read(said: str) -> bool:
    """Tell whether a header names somebody who read the language, and when."""
    name, between, day = said.rpartition(BETWEEN)
    return bool(between) and name.strip() not in ("", UNREAD) and _is_day(day)


def is_well_formed(said: str) -> bool:
    """Tell whether a header says one of the two things it may say."""
    return said == UNREAD or is_read(said)


def page_about(leefgebied: str | None) -> None:
    """Note what this page is about; the reader is looked at again when it is health."""
    if leefgebied == HEALTH and has_request_context():
        g.about_health = True
        g.pop("reader", None)


def keeps_dutch() -> bool:
    """Tell whether this page is one on which an unread language never stands alone."""
    word = (request.endpoint or "").partition(".")[0]
    if word in WORDS or request.endpoint in PAGES or g.get("about_health"):
        return True
    said = {part for value in (request.view_args or {}).values() for part in str(value).split(":")}
    # What is withheld after a storing, and a recovery at a desk, stand above every page.
    found = g.get("found")
    return bool(said & IN_ADDRESSES) or bool(found and (found.withheld or found.recovering))


def _is_day(said: str) -> bool:
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False
