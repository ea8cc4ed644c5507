"""The parts of a plan, each shared by its own name: direction, route, the goals of one leefgebied.

A part is named by its key in data/plan_parts.toml; goals bear their leefgebied besides.
"""

from __future__ import annotations

from portfolio.data import PLAN_PARTS
from portfolio.models.portfolio import SENSITIVE

DIRECTION, GOALS, BARRIERS, ROUTE = "direction", "goals", "barriers", "route"
LEVELS, WELLBEING = "levels", "wellbeing"
PREPARATION, TALKS, SIGNALS = "preparation", "talks", "signals"
# The question of the part *signals* that stands as long as somebody asks for help.
HELP = "help"


def goals_of(leefgebied: str) -> str:
    """Name the part that holds the goals of a leefgebied."""
    return f"{GOALS}:{leefgebied}"


def place_of(part: str) -> str | None:
    """Tell of which leefgebied a part holds the goals, if it does."""
    return part.partition(":")[2] or None


def is_sensitive(part: str) -> bool:
    """Tell whether sharing a part asks a second, separate yes (AVG art. 9)."""
    return PLAN_PARTS[part.partition(":")[0]].sensitive or place_of(part) in SENSITIVE
