"""The Dutch on screen is easy: short sentences, and no word that has an easier one.

How long a sentence may be depends on its place: a control (a label, a button, a question) and
the help beside it at most 12 words, an explanation at most 15. What stays hard has a reason.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING

from portfolio import b1
from tests.house.catalogues import PLACEHOLDER, Message, extract
from tests.house.finding import ROOT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

EXCEPTIONS = ROOT / "tests" / "data" / "hard_on_screen.toml"
CONTROL, EXPLANATION = 12, 15
HELP = re.compile(r'hint=say\("([^"]+)"')
ENDS = (".", "!", "…", ":")


def check() -> list[Finding]:
    """Find the texts on screen that are hard to read, and exceptions that are none any more."""
    excepted = exceptions()
    used: set[tuple[str, str]] = set()
    found: list[Finding] = []
    for message in extract().values():
        for where, text, each in hard(message):
            if (text, each.rule) in excepted:
                used.add((text, each.rule))
            else:
                found.append(Finding(where, f"{each.words!r}: {each.better} ({each.rule})"))
    place = str(EXCEPTIONS.relative_to(ROOT))
    found += [Finding(place, f"{text!r} is not hard any more") for text, _ in excepted - used]
    return sorted(found)


def exceptions() -> set[tuple[str, str]]:
    """Give each text with the rule that it may break; none without a reason."""
    listed = tomllib.loads(EXCEPTIONS.read_text("utf-8"))["exceptions"]
    return {(each["text"], each["rule"]) for each in listed if each["reason"]}


def hard(message: Message) -> Iterator[tuple[str, str, b1.Finding]]:
    """Find what is hard in one message; a placeholder counts as one word."""
    for text in filter(None, (message.text, message.plural)):
        said = PLACEHOLDER.sub("iets", text)
        for sentence in b1.sentences(said):
            most = CONTROL if is_control(sentence) or text in helping() else EXPLANATION
            for found in b1.findings(sentence, most):
                yield message.where, text, found


def is_control(sentence: str) -> bool:
    """Tell whether this is a label, a button or a question: it ends as no sentence does."""
    return not sentence.rstrip("\"'”’) ").endswith(ENDS)


@cache
def helping() -> frozenset[str]:
    """Collect the texts that stand as help beside a field."""
    pages = (ROOT / "templates").rglob("*.html")
    return frozenset(text for page in pages for text in HELP.findall(page.read_text("utf-8")))
