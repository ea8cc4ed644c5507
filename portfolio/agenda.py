"""A talk for one's own calendar (RFC 5545). It holds a moment and a number, no word of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from portfolio.languages import one
from portfolio.models.talk import CANCELLED

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio.models.talk import TalkPage

LASTS = timedelta(hours=1)
# Octets of a line, its end left out.
WIDTH = 75


def calendar_of(talk: TalkPage, address: str) -> str:
    """Write a talk as a calendar with one event. A later version takes the place of an earlier."""
    gone = talk.state == CANCELLED
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mijn map//Gesprek//NL",
        f"METHOD:{'CANCEL' if gone else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{talk.id}",
        f"SEQUENCE:{talk.version}",
        f"DTSTAMP:{_utc(talk.changed_at)}",
        f"DTSTART:{_utc(talk.starts_at)}",
        f"DTEND:{_utc(talk.starts_at + LASTS)}",
        f"SUMMARY:{_escaped(one('Gesprek'))}",
        f"STATUS:{'CANCELLED' if gone else 'CONFIRMED' if talk.accepted else 'TENTATIVE'}",
        f"URL:{address}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def folded(line: str) -> str:
    """Fold a line of more than 75 octets; no letter is cut in two."""
    parts, width = [""], 0
    for letter in line:
        size = len(letter.encode())
        if width + size > WIDTH:
            parts.append(" ")
            width = 1
        parts[-1] += letter
        width += size
    return "\r\n".join(parts)


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"
