"""What the plan says of the law has a source, a day and one place; the rest points to it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from portfolio.b1 import SENTENCE_END, WORD
from portfolio.data import plan
from portfolio.data.plan import (
    ACTS,
    BUILDING_BLOCKS,
    CHOICES,
    EXAMS,
    FACT_KINDS,
    KNM_THEMES,
    LAW,
    MAP_THEMES,
    PHASES,
    REFERENCES,
    RIGHTS,
    ROUTES,
    SKILLS,
    sayings,
)
from portfolio.data.plan.rows import Block, Choice, Exam, Fact, Level, Right

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCED: tuple[Fact | Right, ...] = (*LAW.values(), *RIGHTS.values())

# The study on which the facts rest was closed on this day.
LATEST = date(2026, 8, 23)

NUMBERS = {
    "term": (36, "months"),
    "term_start": (1, "days"),
    "objection": (6, "weeks"),
    "talk_every": (3, "months"),
    "z_lesson_hours": (800, "hours"),
    "z_taking_part_hours": (800, "hours"),
    "switch_within": (18, "months"),
    "scale_down_hours": (600, "hours"),
    "pvt_hours": (12, "hours"),
    "pvt_seen": (3, "weeks"),
    "map_hours": (40, "hours"),
    "map_themes": (8, "themes"),
    "knm_themes": (8, "themes"),
    "knm_minutes": (45, "minutes"),
    "language_exams": (4, "exams"),
    "free_attempts": (2, "attempts"),
    "result_weeks": (8, "weeks"),
    "fixed_costs": (6, "months"),
}

# What frightens, and what nobody could verify: amounts of fines and loans, the ten weeks of the
# PIP, an age for the onderwijsroute, an exemption from MAP, Turkish nationals, pass marks, ...
NEVER = re.compile(
    r"boete|sanctie|straf|verplicht|te laat|mislukt|€|euro\b|turk|rente|cijfer 6|"
    r"\b(?:250|340|1\.?000|10\.?000|225|1\.?500|300)\b|"
    r"\b(?:10|tien) weken|\bjaar oud|\b(?:28|27) jaar|jonger dan|ouder dan|"
    r"vrijgesteld|\bgeen MAP (?:nodig|doen)|slaaggrens|certificaat van de Z|keer per jaar",
    re.IGNORECASE,
)

# A figure that belongs to no name: A2, NT2 and the acts of 2013 and 2021 are names.
FIGURE = re.compile(r"(?<![ABT\d])(?<!wet van )\d")
MAX_WORDS = 12


def _texts(*files: str) -> list[str]:
    return [text for file, text in sayings() if file in files]


def test_each_fact_names_source_day_and_kind() -> None:
    for each in SOURCED:
        assert re.match(r"(?:S\d+b?|own|custom): \w", each.source), each.key
        assert date(2026, 1, 1) <= each.checked <= LATEST, each.key
        assert each.kind in FACT_KINDS, each.key


def test_what_is_called_law_rests_on_a_source_of_the_study() -> None:
    for each in SOURCED:
        if each.kind == "law":
            assert "own" not in each.source.split(":")[0]
            assert "custom" not in each.source, each.key


def test_each_source_is_cited_somewhere() -> None:
    cited = " ".join(each.source for each in SOURCED)
    assert [key for key, each in REFERENCES.items() if f"{key}: {each.cite}" not in cited] == []


def test_the_numbers_of_the_law_are_these() -> None:
    found = {key: (each.number, each.unit) for key, each in LAW.items() if each.number is not None}
    assert found == NUMBERS


def test_a_figure_stands_in_the_number_and_not_in_the_text() -> None:
    for key, each in LAW.items():
        assert ("%(number)s" in each.text) == (each.number is not None), key
        assert (each.unit is None) == (each.number is None), key
        filled = each.text % {"number": each.number}
        assert str(each.number) in filled or each.number is None


def test_no_other_file_states_a_figure_of_the_law() -> None:
    files = ("law.toml", "rights.toml", "choices.toml", "routes.toml", "talks.toml", "themes.toml")
    assert [text for text in _texts(*files) if FIGURE.search(text)] == []


def test_practice_can_be_adjusted_and_law_cannot() -> None:
    adjustable = {key for key, each in LAW.items() if each.adjustable}
    assert adjustable == {"talk_every"}
    for each in LAW.values():
        limits = (each.lowest, each.number, each.highest)
        if each.adjustable:
            assert each.kind == "practice"
            assert limits == (1, 3, 12)
            assert each.question
        else:
            assert not each.question
            assert (each.lowest, each.highest) == (None, None)


def test_nothing_frightens_and_nothing_unverified_is_stated() -> None:
    shown = [text for _file, text in sayings()] + [each.cite for each in REFERENCES.values()]
    assert [text for text in shown if NEVER.search(text)] == []


@pytest.mark.parametrize(
    "text", ["Je krijgt een boete.", "Dat is verplicht.", "€ 250", "Binnen 10 weken.", "Te laat!"]
)
def test_the_search_for_such_words_finds_them(text: str) -> None:
    assert NEVER.search(text)


def test_each_sentence_is_short() -> None:
    long = [
        sentence
        for _file, text in sayings()
        for sentence in SENTENCE_END.split(text)
        if len(WORD.findall(sentence.replace("%(number)s", "9"))) > MAX_WORDS
    ]
    assert long == []


def test_facts_hold_for_acts_and_routes_that_exist() -> None:
    assert list(ROUTES) == ["b1", "onderwijs", "z"]
    assert list(ACTS) == ["wi2021", "wi2013", "vrijwillig"]
    assert list(PHASES) == ["azc", "start", "route", "afronden", "nazorg"]
    of_an_act: tuple[Fact | Block, ...] = (*LAW.values(), *BUILDING_BLOCKS.values())
    of_a_route: tuple[Choice | Exam, ...] = (*CHOICES.values(), *EXAMS.values())
    for each in of_an_act:
        assert each.acts
        assert set(each.acts) <= set(ACTS)
    for row in (*of_an_act, *of_a_route):
        assert set(row.routes) <= set(ROUTES)


def test_choices_take_their_figures_from_the_law() -> None:
    assert list(CHOICES) == ["switch_route", "scale_down", "miss_talk", "exam_below_level", "move"]
    for each in CHOICES.values():
        assert each.facts
        assert set(each.facts) <= set(LAW)
        assert each.ask
        for fact in each.facts:
            # A choice for one route brings no fact of another.
            assert not LAW[fact].routes or set(each.routes) <= set(LAW[fact].routes)


def test_blocks_take_their_number_from_the_law_or_the_letter() -> None:
    numbers = {
        key: LAW[each.fact].number for key, each in BUILDING_BLOCKS.items() if each.fact is not None
    }
    assert numbers == {"pvt": 12, "map": 40, "knm": 8, "lesuren": 600}
    from_letter = {key for key, each in BUILDING_BLOCKS.items() if each.from_letter}
    assert from_letter == set(BUILDING_BLOCKS) - set(numbers) == {"z_lessen", "z_meedoen"}


def test_map_and_the_knm_exam_belong_to_their_routes() -> None:
    assert BUILDING_BLOCKS["map"].routes == ("b1", "z")
    assert EXAMS["knm"].routes == ("b1", "onderwijs")
    assert not EXAMS["knm"].voluntary
    assert all(EXAMS[skill].voluntary == ("z",) for skill in SKILLS)
    assert list(EXAMS) == ["lezen", "luisteren", "schrijven", "spreken", "knm"]
    assert LAW["language_exams"].number == len(EXAMS) - 1


def test_themes_are_as_many_as_the_law_says() -> None:
    assert len(MAP_THEMES) == LAW["map_themes"].number
    assert len(KNM_THEMES) == LAW["knm_themes"].number


ROW: Mapping[str, Any] = {"key": "a1", "label": "A1", "explanation": "Het begin."}


def _reading(monkeypatch: pytest.MonkeyPatch, *rows: Mapping[str, Any]) -> Mapping[str, Level]:
    monkeypatch.setattr(plan, "_TABLES", {})
    monkeypatch.setattr(plan, "_read", lambda _file: {"level": [dict(row) for row in rows]})
    return plan._rows("can_do.toml", "level", Level)


def test_a_key_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _reading(monkeypatch, ROW)["a1"].label == "A1"
    with pytest.raises(TypeError, match="colour"):
        _reading(monkeypatch, {**ROW, "colour": "red"})


def test_a_key_that_is_used_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="a1 is there twice"):
        _reading(monkeypatch, ROW, ROW)


def test_nobody_changes_a_fact_later() -> None:
    with pytest.raises(AttributeError):
        LAW["term"].number = 12  # type: ignore[misc]  # what mypy refuses is what we test
    with pytest.raises(TypeError):
        LAW["term"] = LAW["objection"]  # type: ignore[index]  # as above
    assert isinstance(LAW["term"], Fact)
