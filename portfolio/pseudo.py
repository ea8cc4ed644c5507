"""A language that nobody speaks, made from the Dutch: it shows what is not translated, or too long.

Every text of the catalogues comes out in brackets, with accents, and longer than most languages
are. It is for whoever builds: a setting offers it, and only in the demonstration.
"""

from __future__ import annotations

import re

from babel.support import NullTranslations
from flask import current_app, has_app_context

# Among the codes that ISO 639 leaves for private use.
TAG = "qps"
# A label is this much longer than the Dutch, in tenths: as long as the longest language of ours.
LONGER = 4
ACCENTS = str.maketrans("aeiouycnszAEIOUYCNSZ", "àéîöüýçñšžÀÉÎÖÜÝÇÑŠŽ")
VOWELS = re.compile(r"[aeiouAEIOU]")
# What is filled in later, and what nobody translates, stays as it is.
FIXED = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]*>|&\w+;|https?://\S+)")


def is_on() -> bool:
    """Tell whether this installation offers the language."""
    return has_app_context() and bool(current_app.extensions["portfolio.settings"].pseudo)


def stretched(text: str) -> str:
    """Say a Dutch text in the language: with accents, longer, in brackets."""
    if not text.strip():
        return text
    parts = FIXED.split(text)
    missing = sum(map(len, parts[::2])) * LONGER // 10 + 1
    for place in range(0, len(parts), 2):
        # Longer words, not only more of them: a long word is what does not wrap.
        if missing > 0:
            parts[place], used = VOWELS.subn(lambda found: found[0] * 2, parts[place], missing)
            missing -= used
    filling = "~" * missing
    said = "".join(
        part if place % 2 else part.translate(ACCENTS) for place, part in enumerate(parts)
    )
    return f"[{said}{filling}]"


class Catalogue(NullTranslations):
    """Translates everything, so that only what asks for no translation stays Dutch."""

    def ugettext(self, message: str) -> str:
        """Say a label."""
        return stretched(message)

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        """Say a label that counts."""
        return stretched(singular if num == 1 else plural)
