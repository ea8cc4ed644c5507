"""A person's own words: a text with the language it was written in. Never translated silently."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Language -> when something was first said in it; None where nobody wrote that down.
Since = dict[str, datetime | None]

# Languages of the world that are written from right to left, as far as newcomers use them.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "fa_AF", "ckb", "ps", "ur", "he", "yi", "ug", "sd"})

# The languages in which one can write, by their own names; more than the pages themselves speak.
WRITTEN = {
    "nl": "Nederlands",
    "ar": "العربية",
    "ti": "ትግርኛ",
    "en": "English",
    "tr": "Türkçe",
    "fa": "فارسی",
    "so": "Soomaali",
    "fa_AF": "دری",
    "ps": "پښتو",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "uk": "Українська",
    "kmr": "Kurmancî",
    "ckb": "کوردیی ناوەندی",
    "am": "አማርኛ",
}


@dataclass(frozen=True)
class Words:
    """A text and its language."""

    text: str
    lang: str

    @property
    def dir(self) -> str:
        """Give the direction in which this language is written."""
        return "rtl" if self.lang in RIGHT_TO_LEFT else "ltr"

    @property
    def tag(self) -> str:
        """Give the language tag for HTML (BCP 47)."""
        return self.lang.replace("_", "-")

    def __bool__(self) -> bool:
        return bool(self.text)


def note_language(kept: str | None, lang: str, now: datetime) -> str:
    """Note when a language was first spoken; a moment that was noted stays."""
    noted: dict[str, str] = json.loads(kept or "{}")
    noted.setdefault(lang, now.isoformat())
    return json.dumps(noted)


def since_of(kept: str | None, languages: Iterable[str]) -> Since:
    """Tell since when each of these languages is there."""
    noted: dict[str, str] = json.loads(kept or "{}")
    return {
        lang: datetime.fromisoformat(noted[lang]) if lang in noted else None for lang in languages
    }


def grown(since: Mapping[str, datetime | None]) -> list[tuple[str, datetime | None]]:
    """List the languages in which something was said, the first one first.

    Empty when nothing came later: in one language, or in all of them at once.
    """
    moments = {moment for moment in since.values() if moment}
    if len({*since.values()}) < 2:  # noqa: PLR2004 -- a first time and a later one
        return []
    return sorted(since.items(), key=lambda each: each[1] or min(moments))


def all_said_in(pieces: Iterable[Iterable[Words]]) -> list[str]:
    """List the languages in which each piece is said that is said at all."""
    spoken = [{each.lang for each in texts if each} for texts in pieces]
    return sorted(set.intersection(*filter(None, spoken)) if any(spoken) else ())


def words_for(texts: tuple[Words, ...], *languages: str) -> Words:
    """Give the text in the first of these languages that has one, or else the first there is."""
    by_lang = {each.lang: each for each in texts}
    found = next((by_lang[lang] for lang in languages if lang in by_lang), None)
    return found or next(iter(texts), Words("", "nl"))
