"""The notes for translators: what a string means where it can be read in two ways.

They stand in one file beside the catalogues, by string, by place and by parameter, so that
whoever translates can read and mend them; script/translations writes them into every catalogue.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tests.house.catalogues import Message

FILE = ROOT / "portfolio" / "translations" / "notes.toml"
PLACE = str(FILE.relative_to(ROOT))
PARAMETER = re.compile(r"%\((\w+)\)")
# With more places than this a string is said everywhere, and none of them explains it.
MOST_PLACES = 2


@dataclass(frozen=True)
class Notes:
    """What a translator is told: of a string, of where it stands, of what is filled in."""

    strings: Mapping[str, str]
    parameters: Mapping[str, str]
    places: Mapping[str, str]

    def place_of(self, file: str) -> str:
        """Find the place a file belongs to: the longest that fits, empty if none does."""
        return max((each for each in self.places if file.startswith(each)), key=len, default="")

    def of(self, message: Message) -> str:
        """Put together what a translator is told about a message, a line for each thing."""
        own = self.strings.get(message.text, "")
        where = {self.place_of(file): None for file in sorted(message.files)}
        said = dict.fromkeys(self.places[each] for each in where if each)
        lines = [own] if own else []
        lines += said if len(said) <= MOST_PLACES else []
        lines += [
            self.parameters[name]
            for name in _parameters(message)
            if name in self.parameters and f"%({name})s:" not in own
        ]
        return "\n".join(lines)


@cache
def notes() -> Notes:
    """Read the notes."""
    with FILE.open("rb") as file:
        read = tomllib.load(file)
    places = {where: each["note"] for each in read["places"] for where in each["where"]}
    return Notes(read["strings"], read["parameters"], places)


def check(messages: Iterable[Message], told: Notes) -> Iterator[Finding]:
    """Find a note for what is no longer there, and what needs one and has none."""
    messages = list(messages)
    yield from _too_many("string", told.strings, {each.text for each in messages})
    parameters = {name for each in messages for name in _parameters(each)}
    yield from _too_many("parameter", told.parameters, parameters)
    files = {file for each in messages for file in each.files}
    yield from _too_many("place", told.places, {told.place_of(file) for file in files})
    for name in sorted(parameters - told.parameters.keys()):
        yield Finding(PLACE, f"say under [parameters] what %({name})s stands for")
    for file in sorted(each for each in files if not told.place_of(each)):
        yield Finding(PLACE, f"say under [[places]] who speaks to whom in {file}")
    for each in messages:
        # One word alone is a noun here and a verb there: nobody can tell from the word.
        bare = len(each.text.split()) == 1 and not PARAMETER.search(each.text)
        if bare and each.text not in told.strings:
            yield Finding(PLACE, f"say under [strings] what {each.text!r} means ({each.where})")


def _too_many(kind: str, told: Iterable[str], there: set[str]) -> Iterator[Finding]:
    for each in sorted(set(told) - there):
        yield Finding(PLACE, f"a note for the {kind} {each!r}, which is not there (any more)")


def _parameters(message: Message) -> list[str]:
    return list(dict.fromkeys(PARAMETER.findall(f"{message.text} {message.plural}")))
