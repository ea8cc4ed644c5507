"""The house keeps its rules, and every rule finds what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polib
import pytest
from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from tests.house import (
    asvs,
    bare_words,
    catalogues,
    columns,
    dutch,
    imports,
    queries,
    silences,
    sizes,
)
from tests.house.check import RULES
from tests.house.finding import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.house.finding import Finding

WELL_DECLARED = {"class": "internal", "export": True, "erase": "row"}


def _plural(*forms: str) -> polib.POEntry:
    return polib.POEntry(
        msgid="%(num)s ding",
        msgid_plural="%(num)s dingen",
        msgstr_plural=dict(enumerate(forms)),
    )


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("ASVS 1.2.1, 1.2.2.", []),
        ("Also so: ASVS 1.2.1, 9.9.9.", ["9.9.9"]),
        ("ASVS 5.0 1.2.1.", ["5.0"]),
    ],
)
def test_a_requirement_that_nobody_knows_is_found(said: str, wrong: list[str]) -> None:
    source = Source("tests.test_x", f'def test_a() -> None:\n    """{said}"""\n')
    found = list(asvs.unknown([source], {"1.2.1", "1.2.2"}))
    assert [each.remedy.rpartition(" ")[2] for each in found] == wrong
    above = Source("tests.test_x", '"""ASVS 1.2.1."""')
    assert asvs.shown([above]) == set()
    assert "1.2.1" in asvs.shown([source]) or wrong == ["5.0"]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_the_house_keeps_its_rules(rule: Callable[[], list[Finding]]) -> None:
    findings = rule()
    assert not findings, "\n".join(map(str, findings))


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("portfolio.models.entry", "from portfolio.views import map"),
        ("portfolio.models.entry", "from portfolio import forms"),
        ("portfolio.keyring", "import portfolio.models.entry"),
        ("portfolio.config", "def late():\n    from portfolio.keyring import Keyring"),
        ("portfolio.pages", "from portfolio.views import map"),
        ("portfolio.models.helpers", ""),
    ],
)
def test_an_import_from_above_is_found(module: str, text: str) -> None:
    assert len(list(imports.wrong_way(Source(module, text)))) == 1


def test_an_import_from_below_or_beside_is_no_finding() -> None:
    text = "from portfolio import forms\nfrom portfolio.views.share import page\nimport flask"
    assert list(imports.wrong_way(Source("portfolio.views.map", text))) == []


@pytest.mark.parametrize(
    "text", ["from flask import request", "import flask", "from flask_login import current_user"]
)
def test_a_model_that_knows_a_request_is_found(text: str) -> None:
    assert len(list(imports.request_in_model(Source("portfolio.models.entry", text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import select",
        "import sqlalchemy.orm",
        "db.session.get(Entry, id)",
        "found = db.session.scalars(query).first()",
        "session.execute(query)",
    ],
)
def test_a_query_in_a_view_is_found(text: str) -> None:
    assert len(list(queries.own_queries(Source("portfolio.views.map", text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from flask import session\nsession.get('language')",
        "from sqlalchemy.exc import IntegrityError",
        "request.args.get('page')",
        "db.session.commit()",
    ],
)
def test_what_is_no_query_is_no_finding(text: str) -> None:
    assert list(queries.own_queries(Source("portfolio.views.map", text))) == []


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"class": "secret", "export": True, "erase": "key"},
        {"class": "internal", "erase": "row"},
        {"class": "internal", "export": True},
        {"class": "internal", "export": True, "erase": "perhaps"},
        {"class": "sealed", "export": True, "erase": "key"},
    ],
)
def test_a_column_that_declares_nothing_or_nonsense_is_found(info: dict[str, object]) -> None:
    column = Column("name", String(40), info=info)
    Table("things", MetaData(), column)
    assert len(list(columns.undeclared(column))) == 1


def test_a_column_that_declares_itself_is_no_finding() -> None:
    plain = Column("at", String(40), info=WELL_DECLARED)
    sealed = Column("text", LargeBinary, info={"class": "sealed", "export": True, "erase": "key"})
    Table("things", MetaData(), plain, sealed)
    assert [*columns.undeclared(plain), *columns.undeclared(sealed)] == []


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# noqa", 1),
        ("# noqa: S603", 1),
        ("# type: ignore", 1),
        ("# type: ignore[arg-type]", 1),
        ("# noqa: S603, S607 -- fixed arguments", 0),
        ("# type: ignore[arg-type]  # the stubs are too narrow", 0),
        ("# a plain remark", 0),
    ],
)
def test_a_silence_needs_its_rule_and_its_reason(comment: str, found: int) -> None:
    text = f"x = 1  {comment}\n"
    assert len(list(silences.without_reason(Source("portfolio.map", text)))) == found


def test_a_file_that_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "short.html").write_text("<p>\n" * 120)
    (tmp_path / "templates" / "long.html").write_text("<p>\n" * 121)
    assert [finding.place for finding in sizes.check(tmp_path)] == ["templates/long.html"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Deel met %(name)s", 0),
        ("Je kunt dit wijzigen", 1),
        ("ja " * 11 + "%(name)s", 0),
        ("ja " * 12 + "%(name)s", 1),
        ("ja " * 12 + "%(name)s?", 1),
        ("ja " * 14 + "%(name)s.", 0),
        ("ja " * 15 + "%(name)s.", 1),
        ("Je brief wordt gelezen. Dat doen wij derhalve.", 2),
    ],
)
def test_hard_dutch_on_screen_is_found(text: str, found: int) -> None:
    message = catalogues.Message("", text, "", {"templates/start.html"})
    assert len(list(dutch.hard(message))) == found


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (polib.POEntry(msgid="Dag %(name)s", msgstr="Hello %(name)s"), 0),
        (polib.POEntry(msgid="Dag %(name)s", msgstr="Hello %(nam)s"), 1),
        (polib.POEntry(msgid="Dag %(name)s", msgstr="Hello"), 1),
        (polib.POEntry(msgid="Dag", msgstr=""), 1),
        (polib.POEntry(msgid="Dag", msgstr="Hello", flags=["fuzzy"]), 1),
        (_plural("one thing", "%(num)s things"), 0),
        (_plural("one thing", ""), 1),
        (_plural("one %(name)s", "%(num)s things"), 1),
    ],
)
def test_a_translation_that_is_absent_or_wrong_is_found(entry: polib.POEntry, found: int) -> None:
    assert len(list(catalogues.wrong_translation("en", entry))) == found


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<h1>{{ say("Voeg iets toe") }}</h1>', []),
        ("<title>{% block title %}{% endblock %} – Mijn map</title>", []),
        ("<p>{# a remark #}\n\n12 × 3 – {{ name }}</p>", []),
        ("<p>\nVoeg iets toe</p>", [(1, "Voeg iets toe")]),
        ('<p>{{ name\n}}\n<img alt="Een foto"></p>', [(3, "Een foto")]),
    ],
)
def test_a_word_outside_the_catalogue_is_found(template: str, found: list[tuple[int, str]]) -> None:
    assert bare_words.bare_words(template) == found
