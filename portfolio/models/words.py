"""A person's own words: a text with the language it was written in. Never translated silently."""

from __future__ import annotations

from dataclasses import dataclass

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
