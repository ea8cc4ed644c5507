"""What somebody is writing: the fields of an entry in the making, exactly as they were typed.

It is kept in a draft, sealed as one whole. Nothing is judged here, so that what is not yet
right is not lost either; the forms read it (portfolio.forms.draft).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from portfolio.data import KINDS, LEEFGEBIEDEN
from portfolio.models.entry import MOST_TEXTS, EntryPage
from portfolio.models.words import WRITTEN


@dataclass(frozen=True)
class Typed:
    """Title and story in one language, as typed."""

    lang: str
    title: str = ""
    story: str = ""


@dataclass(frozen=True)
class TypedDate:
    """A date, a month or a year, as typed."""

    day: str = ""
    month: str = ""
    year: str = ""


@dataclass(frozen=True)
class Writing:
    """An entry in the making."""

    leefgebied: str | None = None
    # Whoever began in a leefgebied is not asked for it again.
    preset: bool = False
    kind: str | None = None
    texts: tuple[Typed, ...] = ()
    started: TypedDate = TypedDate()
    ended: TypedDate = TypedDate()
    hours: str = ""
    private: bool = False
    # What its kind asks besides, as typed.
    details: dict[str, str] = field(default_factory=dict)
    # With what it was begun: a photo, a sound or a paper. Then little else is asked.
    first: str | None = None
    # Attachments of the entry that its change takes away.
    dropped: tuple[str, ...] = ()
    # The order of its attachments, and what is to be seen on them.
    order: tuple[str, ...] = ()
    described: dict[str, str] = field(default_factory=dict)
    # Screen -> the key of the form that was sent last, so that a late autosave changes nothing.
    sent: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Write it as text, to be sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Writing:
        """Read it back."""
        facts = json.loads(text)
        return cls(
            leefgebied=facts["leefgebied"],
            preset=facts["preset"],
            kind=facts["kind"],
            texts=tuple(Typed(**each) for each in facts["texts"]),
            started=TypedDate(**facts["started"]),
            ended=TypedDate(**facts["ended"]),
            hours=facts["hours"],
            private=facts["private"],
            details=facts.get("details", {}),
            first=facts.get("first"),
            dropped=tuple(facts["dropped"]),
            order=tuple(facts.get("order", ())),
            described=facts.get("described", {}),
            sent=facts["sent"],
        )

    @property
    def title(self) -> Typed | None:
        """Give the first title that was typed."""
        return next((typed for typed in self.texts if typed.title.strip()), None)

    @property
    def language(self) -> str:
        """Give the language in which most is written here."""
        return self.texts[0].lang if self.texts else "nl"

    def about(self, leefgebied: str | None) -> Writing:
        """Say what it is about; what is no leefgebied changes nothing."""
        return replace(self, leefgebied=leefgebied) if leefgebied in LEEFGEBIEDEN else self

    def of_kind(self, kind: str | None) -> Writing:
        """Say what kind of thing it is; what is no kind changes nothing."""
        return replace(self, kind=kind) if kind in KINDS else self

    def with_language(self, own: str) -> Writing:
        """Add an empty text, in the writer's own language or the first that is not there yet."""
        if len(self.texts) >= MOST_TEXTS:
            return self
        used = {typed.lang for typed in self.texts}
        order = [own if own in WRITTEN else "nl", *WRITTEN]
        lang = next(lang for lang in order if lang not in used)
        return replace(self, texts=(*self.texts, Typed(lang)))


def hours_of(minutes: int) -> str:
    """Write minutes as hours, with a comma, as they can be typed again."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def writing_of(entry: EntryPage) -> Writing:
    """Take an entry as the beginning of its change."""
    return Writing(
        leefgebied=entry.leefgebied,
        preset=True,
        kind=entry.kind,
        texts=tuple(Typed(text.lang, text.title.text, text.story.text) for text in entry.texts),
        started=typed_date(entry.started_on, entry.started_in),
        ended=typed_date(entry.ended_on, entry.ended_in),
        hours=hours_of(entry.minutes) if entry.minutes else "",
        private=entry.private,
        details=dict(entry.details),
        described={
            each.id: each.description.text for each in entry.attached.seen if each.description
        },
    )


def typed_date(day: date | None, exact: str) -> TypedDate:
    """Write a date as somebody would type it."""
    if day is None:
        return TypedDate()
    return TypedDate(
        str(day.day) if exact == "day" else "",
        str(day.month) if exact in ("day", "month") else "",
        str(day.year),
    )
