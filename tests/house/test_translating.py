"""What docs/translating.md says: the notes, the glossary, and how a language comes in."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import polib
import pytest

from tests.house import catalogues, glossary, notes
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = (ROOT / "docs" / "translating.md").read_text(encoding="utf-8")
LINE = re.search(r"```text\n\s*(Language\(.+\),)\n\s*```", GUIDE)
# Serves the first page to somebody whose browser asks for the language.
ASK = """
from portfolio import create_app
from portfolio.config import read_settings
page = create_app(read_settings()).test_client().get(
    "/", base_url="https://localhost", headers={"Accept-Language": "so"})
print(page.get_data(as_text=True))
"""


def message(text: str, *files: str, plural: str = "") -> catalogues.Message:
    """Make a message as it would be found."""
    return catalogues.Message("", text, plural, set(files))


TOLD = notes.Notes(
    {"Stop": "Een knop.", "Dit is %(name)s": "%(name)s: een taal."},
    {"name": "%(name)s: een mens."},
    {"templates/": "Ergens.", "templates/people/": "Van een coach."},
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (message("Stop", "templates/a.html"), "Een knop.\nErgens."),
        # The longest place that fits.
        (message("Ga", "templates/people/a.html"), "Van een coach."),
        (message("Ga", "templates/people/a.html", "templates/a.html"), "Ergens.\nVan een coach."),
        (message("Dag %(name)s", "portfolio/a.py"), "%(name)s: een mens."),
        # What a string says of its own parameter counts.
        (message("Dit is %(name)s", "portfolio/a.py"), "%(name)s: een taal."),
        (message("Ga", "portfolio/a.py"), ""),
    ],
)
def test_a_translator_is_told_of_the_string_its_place_and_what_is_filled_in(
    said: catalogues.Message, told: str
) -> None:
    assert TOLD.of(said) == told


def test_a_note_that_lacks_or_is_left_over_is_found() -> None:
    there = [message("Stop", "templates/a.html"), message("Ga %(day)s weg", "portfolio/a.py")]
    there += [message("Open", "templates/a.html")]
    found = "\n".join(map(str, notes.check(there, TOLD)))
    assert "'Dit is %(name)s', which is not there" in found
    assert "parameter 'name', which is not there" in found
    assert "place 'templates/people/', which is not there" in found
    assert "what %(day)s stands for" in found
    assert "who speaks to whom in portfolio/a.py" in found
    assert "what 'Open' means" in found
    assert found.count("\n") == 5


def test_the_notes_reach_every_catalogue() -> None:
    for path in (catalogues.TEMPLATE, *map(catalogues._path, catalogues.PLURALS)):
        entries = {entry.msgid: entry for entry in polib.pofile(str(path), encoding="utf-8")}
        assert "Niet: straks." in entries["Later"].comment, path
        assert "%(name)s: de naam van een mens." in entries["Van %(name)s"].comment, path


TERM = glossary.Term(
    "gemeente",
    "",
    re.compile(r"\b(?:[Gg]emeente)\b"),
    {"tr": ["belediye"]},
    kept=True,
    otherwise=frozenset("x"),
)


@pytest.mark.parametrize(
    ("dutch", "said", "found"),
    [
        ("Vraag het de gemeente.", "Belediyeye (gemeente) sor.", 0),
        # A Turkish capital is the same letter.
        ("Vraag het de gemeente.", "BELEDİYE (GEMEENTE) ...", 0),
        ("Vraag het de gemeente.", "Belediyeye sor.", 1),
        ("Vraag het de gemeente.", "Şehre (gemeente) sor.", 1),
        ("Vraag het de gemeenteraad.", "Meclise sor.", 0),
        ("Vraag het de gemeente.", "", 0),
    ],
)
def test_a_word_that_is_said_otherwise_is_found(dutch: str, said: str, found: int) -> None:
    entry = polib.POEntry(msgid=dutch, msgstr=said)
    assert len(list(glossary.wrong_words("tr", "tr", [entry], [TERM]))) == found
    elsewhere = replace(TERM, otherwise=frozenset({dutch}))
    assert not list(glossary.wrong_words("tr", "tr", [entry], [elsewhere]))


def test_a_term_that_no_string_has_any_more_is_found() -> None:
    assert len(list(glossary.gone_strings({"de gemeente"}, [TERM]))) == 1
    assert len(list(glossary.gone_strings({"de stad"}, [TERM]))) == 2
    assert len(list(glossary.wrong_words("so", "so", [], [TERM]))) == 1


@pytest.mark.parametrize("language", catalogues.PLURALS)
def test_the_glossary_that_weblate_reads_is_bilingual_and_whole(language: str) -> None:
    root = ET.fromstring(glossary.path_of(language).read_bytes())  # noqa: S314 -- our own file
    spoken = "{http://www.w3.org/XML/1998/namespace}lang"
    entries = root.findall(".//termEntry")
    assert len(entries) == len(glossary.terms())
    for entry, term in zip(entries, glossary.terms(), strict=True):
        said = {each.get(spoken): each.findtext("tig/term") for each in entry.findall("langSet")}
        assert list(said) == ["nl", language]
        assert said["nl"] == term.dutch
        assert str(said[language]).startswith(term.said[language][0])
        assert entry.findtext("descrip") == term.note


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of what a language is brought into."""
    made = tmp_path_factory.mktemp("checkout")
    left_out = shutil.ignore_patterns("__pycache__", "*.mo", "ar", "en", "ti", "tr", "fa")
    for folder in ("portfolio", "templates", "tests/house"):
        shutil.copytree(ROOT / folder, made / folder, ignore=left_out)
    for name in ("tests/__init__.py", "babel.cfg"):
        shutil.copy(ROOT / name, made / name)
    for name in ("static", "migrations"):
        (made / name).symlink_to(ROOT / name)
    return made


def run(folder: Path, *command: str, **environment: str) -> str:
    """Run Python in the copy, and give what it says."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_language_is_one_line_and_a_catalogue(copy: Path) -> None:
    """The steps of docs/translating.md, for a language that nobody translated yet."""
    assert LINE
    place = copy / "portfolio" / "languages.py"
    code = place.read_text(encoding="utf-8")
    last = '        Language("fa", "فارسی", "rtl", "fonts-ar.css"),\n'
    assert last in code
    place.write_text(code.replace(last, f"{last}        {LINE[1]}\n"), encoding="utf-8")
    # The half of script/translations that writes; checking all again would take as long.
    run(copy, "-c", "from tests.house import catalogues; catalogues.update()")
    made = copy / "portfolio" / "translations" / "so" / "LC_MESSAGES" / "messages.po"
    catalogue = polib.pofile(str(made), wrapwidth=0, encoding="utf-8")
    assert not catalogue.translated_entries()
    assert catalogue.metadata["Language"] == "so"
    assert catalogue.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"
    assert {entry.msgid for entry in catalogue} == {
        entry.msgid for entry in polib.pofile(str(catalogues.TEMPLATE), encoding="utf-8")
    }
    for entry in catalogue:
        entry.msgstr = "" if entry.msgid_plural else f"Af {entry.msgid}"
        for form in entry.msgstr_plural:
            entry.msgstr_plural[form] = f"Af {entry.msgid_plural}"
    catalogue.save()
    run(copy, "-c", COMPILE, str(made))
    page = run(
        copy,
        "-c",
        ASK,
        PORTFOLIO_DATA=str(copy / "var"),
        PORTFOLIO_MASTER_KEY=base64.b64encode(bytes(32)).decode(),
    )
    # Dutch first, and the new language beside it, in its own direction; and it can be chosen.
    assert re.search("<b lang=nl dir=ltr>Begin mijn map <i lang=so dir=ltr>Af", page)
    assert re.search(r'value="so" lang="so" dir="ltr"[^>]*>Soomaali<', page)


COMPILE = """
import sys, polib
polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[1].removesuffix("po") + "mo")
"""
