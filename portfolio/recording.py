"""What `portfolio voices` tells: which strings have no recorded voice yet, per language.

What does not live here: how a recording is found and sent (voices.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.messages.mofile import read_mo

from portfolio.languages import FOLDER, LANGUAGES, SOURCE, translate
from portfolio.migrations import folder_of
from portfolio.voices import PLACE, load, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from portfolio.voices import Voices


def texts_of(tag: str, translations: Path = FOLDER) -> dict[str, str]:
    """List the fixed strings of a language by the names of their recordings.

    A string that is filled in with a name, date or number has none: the device reads it. What
    is not translated yet is read in Dutch, so it is missing in Dutch only.
    """
    dutch: set[str] = set()
    for path in sorted(translations.glob("*/LC_MESSAGES/messages.mo")):
        with path.open("rb") as file:
            for message in read_mo(file):
                if isinstance(message.id, str) and message.id and "%(" not in message.id:
                    dutch.add(message.id)
    texts = {
        translate(tag, each) for each in dutch if tag == SOURCE or translate(tag, each) != each
    }
    return {name_of(text): text for text in sorted(texts)}


def missing(tag: str, texts: Mapping[str, str], voices: Voices) -> dict[str, str]:
    """List the strings of a language that nobody has recorded."""
    return {name: text for name, text in texts.items() if (tag, name) not in voices.found}


def report(language: str | None) -> Iterator[str]:
    """Count the recordings of every language; of one language, list the strings without."""
    recorded = load(folder_of("static"))
    for tag in [language] if language else LANGUAGES:
        texts = texts_of(tag)
        lacking = missing(tag, texts, recorded)
        if language:
            for name, text in lacking.items():
                # One line each: a text may hold a line's end.
                yield f"static/{PLACE}/{tag}/{name}.mp3\t{' '.join(text.split())}"
        else:
            unknown = sum(1 for each, name in recorded.found if each == tag and name not in texts)
            yield (
                f"{tag}  {len(texts)} strings  {len(texts) - len(lacking)} recorded  "
                f"{len(lacking)} missing  {unknown} of no string"
            )
