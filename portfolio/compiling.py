"""Making a catalogue: from the data files, and into what is read at the start.

What lives here: taking the Dutch strings out of the data, and the program that script/setup runs
to compile. Babel's own drops every header that it does not know, and so who checked the language.
What does not: reading a catalogue (languages.py), keeping one up to date (script/translations).
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser

from portfolio.checked import HEADER, UNREAD
from portfolio.data import SAID_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO


class Checked(Catalog):
    """A catalogue that keeps the header that says who checked it."""

    checked_by = UNREAD

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Give the headers, who checked it first."""
        return [(HEADER, self.checked_by), *super().mime_headers]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        found = list(headers)
        self.checked_by = dict(found).get(HEADER, UNREAD)
        self._set_mime_headers(found)


def compile_catalogue(source: Path, target: Path, tag: str) -> list[str]:
    """Write a catalogue as it is read at the start; gives what is wrong in its placeholders."""
    catalogue = Checked(locale=tag)
    with source.open("rb") as file:
        PoFileParser(catalogue, abort_invalid=True).parse(file)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return [
        f"{source}:{message.lineno}: {error}"
        for message, errors in catalogue.check()
        for error in errors
    ]


def extract_toml(
    file: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Give Babel the Dutch strings of the data files (a Babel extraction method)."""
    del keywords, comment_tags, options
    text = file.read().decode()
    for rows in tomllib.loads(text).values():
        for row in rows if isinstance(rows, list) else []:
            for name, value in row.items():
                if name in SAID_FIELDS:
                    for said in [value] if isinstance(value, str) else value:
                        yield _line_of(text, said), "mark", said, []


def _line_of(text: str, said: str) -> int:
    return text[: text.find(said)].count("\n") + 1


if __name__ == "__main__":
    wrong = compile_catalogue(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    sys.exit("\n".join(wrong) or None)
