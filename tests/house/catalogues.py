"""The catalogues hold every word on screen, translated, and nothing else.

Run as a program (script/translations) this module brings them up to date: new words get an
empty translation and gone words leave. Nothing is guessed; no dates, no line numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.plurals import get_plural

from portfolio.checked import HEADER, UNREAD, is_well_formed
from portfolio.languages import LANGUAGES, SOURCE
from tests.house import glossary, notes
from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CATALOGUES = ROOT / "portfolio" / "translations"
TEMPLATE = CATALOGUES / "messages.pot"
OWN_KEYWORDS: Mapping[str, Any] = {"say": None, "say_n": (1, 2), "one": None, "mark": None}
ROOMS_WITH_WORDS = frozenset({"portfolio", "templates"})

# The forms of a number as translators know them, where Babel has others: it changes the last two
# of Arabic, and leaves Turkish and Persian one.
PLURALS: dict[str, tuple[int, str]] = {
    "ar": (
        6,
        "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5",
    ),
    "en": (2, "n != 1"),
    "ti": (2, "n > 1"),
    "tr": (2, "n != 1"),
    "fa": (2, "n > 1"),
}
for _tag in LANGUAGES.keys() - PLURALS.keys() - {SOURCE}:
    PLURALS[_tag] = (get_plural(_tag).num_plurals, get_plural(_tag).plural_expr.strip("()"))

PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])|%%")
Key = tuple[str, str, str]


@dataclass
class Message:
    """A text on screen in Dutch, its plural if it has one, and the files that show it."""

    context: str
    text: str
    plural: str
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        """Tell two messages apart."""
        return (self.context, self.text, self.plural)

    @property
    def where(self) -> str:
        """Name the first file that shows it."""
        return min(self.files)


def check() -> list[Finding]:
    """Find what the catalogues lack, hold too much, or translate wrongly."""
    messages = extract()
    return [
        *notes.check(messages.values(), notes.notes()),
        *glossary.gone_strings({text for _, text, _ in messages}, glossary.terms()),
        *(
            finding
            for path in (TEMPLATE, *map(_path, PLURALS))
            for finding in _check_catalogue(path, messages)
        ),
    ]


def extract(root: Path = ROOT) -> dict[Key, Message]:
    """Collect the messages of code, templates and data, in the order of their files."""
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        parsed = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]  # Babel's is untyped
        methods, options = parsed
    found = extract_from_dir(
        root,
        methods,
        options,
        keywords={**DEFAULT_KEYWORDS, **OWN_KEYWORDS},
        directory_filter=lambda folder: _has_words(Path(folder), root),
    )
    messages: dict[Key, Message] = {}
    for file, _line, text, _comments, context in sorted(found, key=lambda entry: entry[:2]):
        singular, plural = (text[0], text[1]) if isinstance(text, tuple) else (text, "")
        message = Message(context or "", singular, plural)
        messages.setdefault(message.key, message).files.add(Path(file).as_posix())
    return messages


def _has_words(folder: Path, root: Path) -> bool:
    return folder.relative_to(root).parts[0] in ROOMS_WITH_WORDS


def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def _check_catalogue(path: Path, messages: dict[Key, Message]) -> Iterator[Finding]:
    place = str(path.relative_to(ROOT))
    if not path.is_file():
        yield Finding(place, "run script/translations")
        return
    kept = _read(path)
    entries = {_key(entry): entry for entry in kept}
    if path != TEMPLATE:
        yield from wrong_header(place, kept.metadata.get(HEADER, ""))
    for key in messages.keys() - entries.keys():
        remedy = f"lacks {key[1]!r} ({messages[key].where}); run script/translations"
        yield Finding(place, remedy)
    told = notes.notes()
    if any(entries[key].comment != told.of(messages[key]) for key in entries.keys() & messages):
        yield Finding(place, "the notes for translators are of before; run script/translations")
    for key in entries.keys() - messages.keys():
        yield Finding(place, f"{key[1]!r} is no longer on screen; run script/translations")
    if path != TEMPLATE:
        for entry in entries.values():
            yield from wrong_translation(place, entry)
        yield from _check_glossary(path.parts[-3], place, entries.values())


def _check_glossary(
    language: str, place: str, entries: Iterable[polib.POEntry]
) -> Iterator[Finding]:
    yield from glossary.wrong_words(place, language, entries, glossary.terms())
    made = glossary.path_of(language)
    if not made.is_file() or made.read_text(encoding="utf-8") != glossary.tbx(language):
        yield Finding(str(made.relative_to(ROOT)), "run script/translations")


def wrong_header(place: str, said: str) -> Iterator[Finding]:
    """Find whether a header says who checked the language, or that nobody did."""
    if not is_well_formed(said):
        remedy = f"say `{UNREAD}` or who read it and when, as in `A. Name, 2026-11-29`"
        yield Finding(place, f"{HEADER} is {said!r}: {remedy}")


def wrong_translation(place: str, entry: polib.POEntry) -> Iterator[Finding]:
    """Find what is wrong in one translation: absent, unsure, or with other placeholders."""
    if entry.fuzzy:
        yield Finding(place, f"{entry.msgid!r} is fuzzy: read it, then remove the mark")
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(forms):
        yield Finding(place, f"{entry.msgid!r} is not translated")
        return
    wanted = _placeholders(entry.msgid) | _placeholders(entry.msgid_plural or "")
    # A form for exactly one or two may say it in a word, so it may leave the number out.
    optional = {"num"} if entry.msgid_plural else set()
    for form in forms:
        if _placeholders(form) - wanted or wanted - _placeholders(form) - optional:
            yield Finding(place, f"{entry.msgid!r} and {form!r} have other placeholders")


def _placeholders(text: str) -> set[str]:
    return {name for name, _kind in PLACEHOLDER.findall(text) if name}


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=0, encoding="utf-8")


def update() -> None:
    """Write the template and every catalogue anew, keeping the translations that still fit."""
    messages = extract()
    _write(TEMPLATE, messages, None, "")
    for language in PLURALS:
        path = _path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, messages, _read(path) if path.is_file() else None, language)
        glossary.path_of(language).write_text(glossary.tbx(language), encoding="utf-8")


def _write(
    path: Path, messages: dict[Key, Message], before: polib.POFile | None, language: str
) -> None:
    catalogue = polib.POFile(wrapwidth=0, encoding="utf-8")
    catalogue.metadata = _metadata(language)
    if language:
        # Whoever read it once stays; a new string is read at the next reading.
        catalogue.metadata[HEADER] = before.metadata.get(HEADER, UNREAD) if before else UNREAD
    old = {_key(entry): entry for entry in before or ()}
    for message in _by_file(messages):
        catalogue.append(_entry(message, old.get(message.key), language))
    text = str(catalogue).removeprefix("#\n")
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def _by_file(messages: dict[Key, Message]) -> list[Message]:
    grouped: dict[str, list[Message]] = defaultdict(list)
    for message in messages.values():
        grouped[message.where].append(message)
    return [message for file in sorted(grouped) for message in grouped[file]]


def _metadata(language: str) -> dict[str, str]:
    metadata = {
        "Project-Id-Version": "mijn-map",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if language:
        metadata["Language"] = language
        metadata["Plural-Forms"] = "nplurals={}; plural=({});".format(*PLURALS[language])
    return metadata


def _entry(message: Message, old: polib.POEntry | None, language: str) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.text,
        msgctxt=message.context or None,
        comment=notes.notes().of(message),
        occurrences=[(file, "") for file in sorted(message.files)],
        flags=["python-format"] if PLACEHOLDER.search(message.text + message.plural) else [],
    )
    if message.plural:
        entry.msgid_plural = message.plural
        forms = PLURALS[language][0] if language else 2
        entry.msgstr_plural = dict.fromkeys(range(forms), "")
    if old is not None:
        entry.msgstr = old.msgstr
        entry.msgstr_plural = {**entry.msgstr_plural, **old.msgstr_plural}
        entry.tcomment = old.tcomment
        entry.flags += [flag for flag in old.flags if flag == "fuzzy"]
    return entry


if __name__ == "__main__":
    update()
    print(*check(), sep="\n")
