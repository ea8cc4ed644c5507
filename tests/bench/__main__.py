"""Run the measurements of these names, or all: script/bench [name ...]."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.bench import setup_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.bench.measurement import Measurement

# Pages (requests, queries, memory) and browser (bytes, paint) join here.
MEASURES: Mapping[str, Callable[[], Iterable[Measurement]]] = {
    "setup": setup_time.measure,
}


def main(names: list[str]) -> int:
    """Print every measurement as it comes; return the exit status."""
    unknown = set(names) - MEASURES.keys()
    if unknown:
        print(f"No such measure: {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    for name in names or MEASURES:
        for measurement in MEASURES[name]():
            print(measurement.as_line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
