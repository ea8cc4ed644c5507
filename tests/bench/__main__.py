"""Measure: script/bench [--short] [measure or page ...]; without a name everything.

Measures are setup, memory, rates, queries, paint, both, easy, evidence and history; the pages
stand in place.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import both, easy, evidence, history, memory, paint, queries, rates, setup_time
from tests.bench.goals import summary
from tests.bench.place import PAGES
from tests.bench.servers import SHORT, Effort, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.bench.measurement import Measurement

# Memory first: it counts from the first request of the server that the others ask as well.
MEASURES: Mapping[str, Callable[[Run], Iterable[Measurement]]] = {
    "setup": setup_time.measure,
    "memory": memory.measure,
    "rates": rates.measure,
    "queries": queries.measure,
    "paint": paint.measure,
    "both": both.measure,
    "easy": easy.measure,
    "evidence": evidence.measure,
    "history": history.measure,
}


def main(arguments: list[str]) -> int:
    """Print every measurement as it comes, and the goals at the end; return the exit status."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", choices=[*MEASURES, *PAGES, []])
    parser.add_argument("--short", action="store_true", help="only show that the measuring works")
    asked = parser.parse_args(arguments)
    measures = [name for name in MEASURES if name in asked.names] or list(MEASURES)
    pages = tuple(page for page in PAGES if page in asked.names) or PAGES
    measured: list[Measurement] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        run = Run(folder, SHORT if asked.short else Effort(), pages, stack)
        for name in measures:
            for measurement in MEASURES[name](run):
                print(measurement.as_line(), flush=True)
                measured.append(measurement)
    for line in summary(measured):
        print(line, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
