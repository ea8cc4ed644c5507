"""What is to be reached, and whether it was: said at the end of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.measurement import Measurement


@dataclass(frozen=True)
class Goal:
    """A bound that every page has to keep."""

    name: str
    bound: float
    at_least: bool = False

    def reached(self, value: float) -> bool:
        """Tell whether a value keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


GOALS = (
    Goal("floor_ratio", 1 / 3, at_least=True),
    Goal("sql_queries", 12),
    Goal("bytes_without_photos", 60_000),
    Goal("bytes_total", 250_000),
    Goal("bytes_js", 10_000),
    Goal("bytes_js_all", 10_000),
    Goal("both_ratio", 1.4),
    Goal("both_sent_ratio", 1.4),
    Goal("both_own_ratio", 1.4),
    Goal("both_own_sent_ratio", 1.4),
    Goal("photo_bytes_large", 250_000),
    Goal("uploads_not_kept", 0),
    Goal("others_p95_ms", 300),
    Goal("old_plan_ratio", 1.5),
    Goal("easy_ms", 5),
    Goal("easy_right", 0.95, at_least=True),
)


def summary(measured: Sequence[Measurement]) -> Iterator[str]:
    """Say for each goal and page whether it was reached."""
    for goal in GOALS:
        for each in measured:
            if each.name == goal.name:
                word = "reached" if goal.reached(each.value) else "NOT REACHED"
                sign = ">=" if goal.at_least else "<="
                yield (
                    f"{goal.name:22}{each.page:14}{each.value:>12.3f} "
                    f"{sign} {goal.bound:<10.3f} {word}"
                )
