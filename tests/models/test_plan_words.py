"""The ready goals, statements, questions and names of the plan are complete and fit together."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from portfolio.data import LEEFGEBIEDEN, PLAN_PARTS
from portfolio.data.plan import (
    AFTER,
    ASKS,
    BARRIERS,
    BUILDING_BLOCKS,
    CHOICES,
    DIRECTION,
    EXAMS,
    FILES,
    GOAL_EXAMPLES,
    KNM_THEMES,
    LEVELS,
    PROEFWEKEN,
    RIGHT_FORMS,
    RIGHTS,
    SKILLS,
    STATEMENTS,
    TALK_KINDS,
    TALK_OFFERS,
    TALK_QUESTIONS,
    TALK_STATES,
    WELLBEING,
    WELLBEING_ANSWERS,
    goals_of,
    origin,
    rights_of,
    sayings,
    statements_of,
)
from tests.house.catalogues import extract
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def test_each_leefgebied_has_goals_and_rights() -> None:
    for leefgebied in LEEFGEBIEDEN:
        assert len(goals_of(leefgebied)) >= 3, leefgebied
        assert any(each.form == "right" for each in rights_of(leefgebied)), leefgebied
    assert {each.leefgebied for each in GOAL_EXAMPLES.values()} == set(LEEFGEBIEDEN)
    assert {each.leefgebied for each in RIGHTS.values()} == set(LEEFGEBIEDEN)
    for right in RIGHTS.values():
        assert right.form in RIGHT_FORMS


def test_a_ready_goal_is_complete_and_has_small_steps() -> None:
    for goal in GOAL_EXAMPLES.values():
        assert goal.key.partition(".")[0] == goal.leefgebied
        assert all((goal.wish, goal.what, goal.why, goal.done_when, goal.helper)), goal.key
        assert goal.wish.startswith("Ik wil "), goal.key
        assert 1 <= goal.weeks <= 52, goal.key
        assert 3 <= len(goal.steps) <= 5, goal.key


def test_all_statements_are_there() -> None:
    assert list(SKILLS) == ["luisteren", "spreken", "lezen", "schrijven"]
    assert list(LEVELS) == ["alfa_a", "alfa_b", "alfa_c", "a1", "a2", "b1", "b2"]
    found = Counter((each.skill, each.level) for each in STATEMENTS.values() if each.skill)
    by_level = {"alfa_a": 2, "alfa_b": 2, "alfa_c": 2, "a1": 5, "a2": 5, "b1": 5, "b2": 1}
    assert found == {
        (skill, level): count
        for skill in SKILLS
        for level, count in by_level.items()
        if not level.startswith("alfa") or skill in {"lezen", "schrijven"}
    }
    assert [each.theme for each in STATEMENTS.values() if not each.skill] == list(KNM_THEMES)
    assert len(STATEMENTS) == 84


def test_the_key_of_a_statement_says_where_it_belongs() -> None:
    for key, each in STATEMENTS.items():
        first, second, number = key.split(".")
        if first == "knm":
            assert (each.theme, each.skill, each.level) == (second, None, None)
        else:
            assert (each.skill, each.level, each.theme) == (first, second, None)
            assert each in statements_of(first, second)
        assert int(number) >= 1


def test_questions_of_direction_have_three_answers_to_take_over() -> None:
    assert list(DIRECTION) == ["horizon", "interests", "can", "gain"]
    assert all(len(set(each.examples)) == 3 for each in DIRECTION.values())
    assert list(PROEFWEKEN) == ["did", "liked", "again"]


def test_each_talk_has_its_questions() -> None:
    assert list(TALK_KINDS) == ["first", "progress", "final", "aftercare"]
    for each in TALK_KINDS.values():
        assert {"proud", "going", "want", "hard", "ask"} <= set(each.questions)
        assert set(each.questions) <= set(TALK_QUESTIONS)
    asked_at = {
        question: {key for key, each in TALK_KINDS.items() if question in each.questions}
        for question in ("after", "now", "need")
    }
    assert asked_at == {"after": {"final"}, "now": {"aftercare"}, "need": {"aftercare"}}
    assert list(AFTER) == ["werk", "vrijwilligerswerk", "studie", "hulp", "weet_niet"]
    assert list(TALK_STATES) == ["planned", "held", "agreed", "cancelled"]
    assert "alleen" in TALK_OFFERS["alone"].text


def test_how_somebody_is_has_six_sides_and_four_answers() -> None:
    assert len(WELLBEING) == 6
    assert len(WELLBEING_ANSWERS) == 4


def test_what_is_closed_twice() -> None:
    assert {key for key, each in BARRIERS.items() if each.sensitive} == {"health", "family"}
    assert {key for key, each in PLAN_PARTS.items() if each.sensitive} == {"barriers", "wellbeing"}


def test_each_person_to_ask_is_known() -> None:
    asked = {key for right in RIGHTS.values() for key in right.ask}
    asked |= {key for choice in CHOICES.values() for key in choice.ask}
    assert asked == set(ASKS)


def test_each_picture_is_there() -> None:
    drawn = set(re.findall(r'id="(\w+)"', (ROOT / "static" / "icons.svg").read_text("utf-8")))
    tables: Iterable[Mapping[str, Any]] = (
        *(ASKS, CHOICES, SKILLS, BARRIERS, AFTER, WELLBEING, EXAMS, BUILDING_BLOCKS),
    )
    for table in tables:
        assert [each.icon for each in table.values() if each.icon not in drawn] == []


def test_every_string_reaches_the_catalogues() -> None:
    extracted = {message.text for message in extract().values()}
    assert [text for _file, text in sayings() if text not in extracted] == []


def test_each_file_states_its_source_and_day() -> None:
    for file in FILES:
        assert origin(file).source
