"""Who checked a language: until somebody did, it says so, and some pages keep their Dutch."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from portfolio import languages
from portfolio.checked import HEADER, UNREAD, is_read, is_well_formed
from portfolio.compiling import compile_catalogue
from portfolio.extensions import db
from portfolio.languages import FOLDER, LANGUAGES, SOURCE
from portfolio.models.base import begin, database_now
from portfolio.models.portfolio import Portfolio
from tests import factories
from tests.house import catalogues
from tests.pages.untranslated import without_dutch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.browser import Page
    from tests.document import Node
    from tests.people import Actor

READ = "Selam Tesfay, 2026-11-29"
WHY = "Hier staat ook Nederlands, omdat nog niemand jouw taal nakeek."
# One page of each reason, with a page of the same person that has none.
KEPT = ("/delen", "/delen/nieuw", "/hulp", "/hulp/nodig", "/plan/rechten", "/map/gezondheid")
FREE = ("/map", "/map/werk", "/plan", "/over-mij")


@pytest.fixture
def ti_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let somebody have read the Tigrinya catalogue, in a copy of it."""
    for tag in LANGUAGES.keys() - {SOURCE}:
        shutil.copytree(FOLDER / tag, tmp_path / tag)
    file = tmp_path / "ti" / "LC_MESSAGES" / "messages.po"
    said = file.read_text(encoding="utf-8").replace(f"{HEADER}: {UNREAD}", f"{HEADER}: {READ}")
    file.write_text(said, encoding="utf-8")
    assert not compile_catalogue(file, file.with_suffix(".mo"), "ti")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    languages.catalogue.cache_clear()
    yield
    monkeypatch.undo()
    languages.catalogue.cache_clear()


def reads(page: Page, language: str, mode: str) -> None:
    assert page.post("/taal-kiezen", {"language": language, "mode": mode}).status_code == 303


def lang(page: Page) -> str:
    root = page.tree.first("html")
    return root["lang"] if root else ""


def marked(page: Page, name: str) -> list[Node]:
    return [node for node in page.tree.walk() if name in node.attrs]


@pytest.mark.parametrize(
    ("said", "read", "formed"),
    [
        (UNREAD, False, True),
        (READ, True, True),
        ("Selam", False, False),
        ("", False, False),
        ("Selam, 29-11-2026", False, False),
        ("Selam, 2026-02-30", False, False),
        (", 2026-11-29", False, False),
        ("unread, 2026-11-29", False, False),
        ("yes", False, False),
        ("Unread", False, False),
    ],
)
def test_only_a_name_and_a_day_make_a_language_read(said: str, *, read: bool, formed: bool) -> None:
    assert (is_read(said), is_well_formed(said)) == (read, formed)
    assert bool(list(catalogues.wrong_header("ti", said))) is not formed


def test_every_catalogue_says_that_nobody_read_it() -> None:
    for tag, language in LANGUAGES.items():
        assert language.read is (tag == SOURCE)
        if tag != SOURCE:
            assert languages.catalogue(tag).info()[HEADER.lower()] == UNREAD


def test_who_read_a_catalogue_stays_when_it_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    monkeypatch.setattr(catalogues, "TEMPLATE", tmp_path / "messages.pot")
    message = catalogues.Message("", "Terug", "", {"templates/start.html"})
    monkeypatch.setattr(catalogues, "extract", lambda: {message.key: message})
    file = tmp_path / "ti" / "LC_MESSAGES" / "messages.po"
    catalogues.update()
    # A new language is one that nobody read.
    assert f'"{HEADER}: {UNREAD}\\n"' in file.read_text(encoding="utf-8")
    assert HEADER not in (tmp_path / "messages.pot").read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(UNREAD, READ), encoding="utf-8")
    catalogues.update()
    assert f'"{HEADER}: {READ}\\n"' in file.read_text(encoding="utf-8")
    file.write_text(
        file.read_text(encoding="utf-8").replace(f'"{HEADER}: {READ}\\n"\n', ""), encoding="utf-8"
    )
    assert list(catalogues.wrong_header("ti", ""))
    assert not compile_catalogue(file, file.with_suffix(".mo"), "ti")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    languages.catalogue.cache_clear()
    # Nothing said is unread.
    assert not LANGUAGES["ti"].read
    monkeypatch.undo()
    languages.catalogue.cache_clear()


def test_a_wrong_placeholder_is_found_when_a_catalogue_is_compiled(tmp_path: Path) -> None:
    file = tmp_path / "messages.po"
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    file.write_text(
        f'{head}#, python-format\nmsgid "Dag %(name)s"\nmsgstr "%(nam)s"\n', encoding="utf-8"
    )
    found = compile_catalogue(file, tmp_path / "messages.mo", "ti")
    assert len(found) == 1
    assert "nam" in found[0]


def test_consent_and_health_keep_their_dutch_in_a_language_that_nobody_read(amina: Actor) -> None:
    page = amina.page
    for language in ("ti", "ar"):
        reads(page, language, "own")
        for path in FREE:
            assert lang(page.visit(path)) == language, path
            assert not marked(page, "data-keeps-dutch")
        for path in KEPT:
            assert lang(page.visit(path)) == "nl", path
            assert not without_dutch(page.tree, language), path
            why = [(node["lang"], node.text) for node in marked(page, "data-keeps-dutch")]
            assert why == [(language, languages.translate(language, WHY))]
            # What was chosen is still what was chosen: a next choice of language keeps it.
            modes = [node for node in page.tree.walk("button") if node.get("name") == "mode"]
            assert [each["value"] for each in modes if each["aria-pressed"] == "true"] == ["own"]
    with amina.app.app_context():
        assert (amina.viewer().language, amina.viewer().mode) == ("ar", "own")


def test_a_thing_of_health_keeps_its_dutch_wherever_it_is_opened(amina: Actor) -> None:
    page = amina.page
    with amina.app.app_context():
        begin(db.session, writing=True)
        health = factories.goal(amina.map_id, "gezondheid", "Ik ga zwemmen", ["Ik koop een pas"])[0]
        work = factories.goal(amina.map_id, "werk", "Ik word kok", ["Ik zoek werk"])[0]
        db.session.commit()
    reads(page, "ti", "own")
    assert lang(page.visit(f"/plan/doelen/{work}")) == "ti"
    assert lang(page.visit(f"/plan/doelen/{health}")) == "nl"


def test_whoever_sees_dutch_already_sees_what_they_chose(amina: Actor) -> None:
    page = amina.page
    for language, mode in (("ti", "both"), ("ti", "nl"), ("nl", "nl"), ("nl", "own")):
        reads(page, language, mode)
        for path in ("/delen", "/map"):
            assert lang(page.visit(path)) == "nl"
            assert not marked(page, "data-keeps-dutch")
            # Told where the language is read, also beside Dutch.
            told = marked(page, "data-unread")
            assert bool(told) == (language == "ti" and mode == "both"), (language, mode)
            assert not told or not without_dutch(page.tree, "ti")


def test_what_is_withheld_keeps_its_dutch_above_every_page(amina: Actor) -> None:
    reads(amina.page, "ti", "own")
    assert lang(amina.page.visit("/map")) == "ti"
    with amina.app.app_context():
        begin(db.session, writing=True)
        db.session.get_one(Portfolio, amina.map_id).withheld_at = database_now()
        db.session.commit()
    assert lang(amina.page.visit("/map")) == "nl"


@pytest.mark.usefixtures("ti_is_read")
def test_a_language_that_somebody_read_stands_alone(amina: Actor) -> None:
    page = amina.page
    reads(page, "ti", "own")
    for path in (*FREE, *KEPT):
        assert lang(page.visit(path)) == "ti", path
        assert not marked(page, "data-unread")
        assert not marked(page, "data-keeps-dutch")
    # Nobody read the other.
    reads(page, "ar", "own")
    assert lang(page.visit("/delen")) == "nl"
