"""What a plan says at one moment to somebody who coaches, as lines that can be frozen.

What lives here: turning the page that they see into lines, per part. What does not: who sees
what (planned.py asks the gate), and keeping or comparing versions (models/version.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.data import SCALE
from portfolio.data.plan import (
    ACTS,
    BUILDING_BLOCKS,
    EXAMS,
    KNM,
    LEVELS,
    QUESTIONS,
    ROUTES,
    SKILLS,
    WELLBEING,
    WELLBEING_ANSWERS,
    tried_number,
)
from portfolio.languages import mark
from portfolio.models import parts
from portfolio.models.parts import place_of
from portfolio.models.route import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from portfolio.models.answer import AnswerPage
    from portfolio.models.goal_page import GoalPage
    from portfolio.models.route import RouteSaid
    from portfolio.models.version import Line
    from portfolio.models.words import Words
    from portfolio.planned import PlanPage

GOAL_LABELS = {
    "what": mark("Doel"),
    "why": mark("Waarom ik dit wil"),
    "done_when": mark("Zo weet ik dat het klaar is"),
    "helper": mark("Wie mij helpt"),
}
LETTER = mark("Hoeveel uren staan in je brief?")
STEP, DONE, TO_DO = mark("Stap"), mark("Klaar"), mark("Nog te doen")
SCALED, DAY, REACHED = mark("Hoe ver ben je?"), mark("Wanneer"), mark("Gehaald")


def content_of(page: PlanPage) -> dict[str, dict[str, Line]]:
    """Write down what a page of a plan says, part by part; a part that is held may say nothing.

    Left out on purpose: results of exams, which are things of the map, and talks with their
    preparation and signals, which are no plan and bear a yes of their own.
    """
    found: dict[str, dict[str, Line]] = {}
    for part in sorted(page.parts):
        if part == parts.DIRECTION:
            found[part] = _answers(page.direction)
        elif part == parts.BARRIERS:
            found[part] = _answers(page.barriers)
        elif place := place_of(part):
            found[part] = _goals(g for g in page.goals.rows if g.leefgebied == place)
        elif part == parts.ROUTE:
            found[part] = _route(page)
        elif part == parts.LEVELS:
            found[part] = _levels(page)
        elif part == parts.WELLBEING:
            found[part] = _wellbeing(page)
    return found


def _words(label: str, texts: Iterable[Words]) -> Line:
    return {"label": label, "words": {each.lang: each.text for each in texts}}


def _answers(said: Mapping[str, AnswerPage]) -> dict[str, Line]:
    return {
        # The first time in the tasting weeks is a line as it was before there could be more.
        key: _words(QUESTIONS[key], said[key].texts)
        | ({"time": tried_number(key)} if tried_number(key) > 1 else {})
        for key in QUESTIONS
        if key in said and said[key].texts
    }


def _goals(goals: Iterable[GoalPage]) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for goal in goals:
        for name, label in GOAL_LABELS.items():
            if goal.said.get(name):
                found[f"{goal.id}/{name}"] = _words(label, goal.said[name])
        if goal.by_day:
            found[f"{goal.id}/day"] = {"label": DAY, "day": goal.by_day.isoformat()}
        if goal.reached_at:
            found[f"{goal.id}/scale"] = {"label": SCALED, "say": REACHED}
        elif goal.scale:
            found[f"{goal.id}/scale"] = {"label": SCALED, "say": SCALE[goal.scale].label}
        for step in goal.steps:
            state = {"say": DONE if step.done else TO_DO}
            on = {"day": step.by_day.isoformat()} if step.by_day else {}
            found[f"{goal.id}/{step.id}"] = _words(STEP, step.texts) | state | on
    return found


def _route(page: PlanPage) -> dict[str, Line]:
    if page.route is None:
        return {}
    said = page.route.said
    found: dict[str, Line] = {}
    if said.act:
        found["act"] = {"label": mark("Wet"), "say": ACTS[said.act].label}
    if said.route:
        found["route"] = {"label": mark("Leerroute"), "say": ROUTES[said.route].label}
    for key, label, on in (
        ("first", mark("Eerste brief met mijn plan"), said.first_pip),
        ("end", mark("Einddatum in mijn brief"), said.end),
    ):
        if on:
            found[key] = {"label": label, "day": on.isoformat()}
    found |= _letter(said)
    for block in BUILDING_BLOCKS.values():
        if minutes := page.route.of(block.key):
            found[f"hours/{block.key}"] = {"label": block.label, "minutes": minutes}
    return found


def _letter(said: RouteSaid) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for exam, level in said.aims.items():
        found[f"aim/{exam}"] = {"label": EXAMS[exam].label, "say": LEVELS[level].label}
    for key, minutes in said.letter.items():
        label = BUILDING_BLOCKS[key].label
        found[f"letter/{key}"] = {"label": LETTER, "say": label, "minutes": minutes}
    for key, themes in said.themes.items():
        for theme in themes:
            line = {"label": BUILDING_BLOCKS[key].label, "say": THEMES[key][theme].label}
            found[f"theme/{key}/{theme}"] = line
    return found


def _levels(page: PlanPage) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for subject, points in page.levels.items():
        if points:
            last = points[-1]
            row = BUILDING_BLOCKS[KNM] if subject == KNM else SKILLS[subject]
            found[subject] = {
                "label": row.label,
                "alone": last.alone,
                "helped": last.helped,
            }
    return found


def _wellbeing(page: PlanPage) -> dict[str, Line]:
    if not page.webs:
        return {}
    last = page.webs[-1].said
    return {
        key: {"label": WELLBEING[key].label, "say": WELLBEING_ANSWERS[last[key]].label}
        for key in WELLBEING
        if key in last
    }
