"""How many pages a second the product serves, beside the floor; how long one takes."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.bench.floor import ROWS
from tests.bench.measurement import Measurement
from tests.bench.place import LOGGED, Target, readings_logged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.servers import Run, Server

CONNECTIONS = 4
NO_END = 10**9
# Drawn anew for each answer, or counted down in seconds; of the same length each time.
DRAWN = re.compile(r'(nonce=|name="csrf_token" value=|name="once" value=|data-left=)"[^"]*"')


def measure(run: Run) -> Iterator[Measurement]:
    """Measure every page of the run, and the trivial page for information."""
    for target in run.targets:
        # All of them start before the first is asked, from the same files.
        run.product_of(target.page)
    for target in run.targets:
        _check_same(run, target)
        yield from _rates(run, target)
        yield from _waits(run, target)
    rows = Target("rows", ROWS, "")
    rates = [_press(run, run.floor, rows).rate for _ in range(run.effort.pairs)]
    yield Measurement("rows_per_s", "", median(rates), "1/s")


@dataclass(frozen=True)
class Slice:
    """What one server did in a short while."""

    asked: int
    rate: float
    # Of the server's processor; hardly moved by what else the machine does.
    cpu_ms: float


def _rates(run: Run, target: Target) -> Iterator[Measurement]:
    slices = _logged_slices(run, target) if target.page == LOGGED else _slices(run, target)
    page = target.page
    yield Measurement("requests_per_s", page, median(a.rate for a, _ in slices), "1/s")
    yield Measurement("floor_per_s", page, median(b.rate for _, b in slices), "1/s")
    yield Measurement("floor_ratio", page, median(a.rate / b.rate for a, b in slices), "ratio")
    yield Measurement("cpu_ms", page, median(a.cpu_ms for a, _ in slices), "ms")
    yield Measurement("floor_cpu_ms", page, median(b.cpu_ms for _, b in slices), "ms")


def _slices(run: Run, target: Target) -> list[tuple[Slice, Slice]]:
    pairs = run.effort.pairs_logged if target.page == LOGGED else run.effort.pairs
    product, floor = run.product_of(target.page), run.floor
    return [(_press(run, product, target), _press(run, floor, target)) for _ in range(pairs)]


def _logged_slices(run: Run, target: Target) -> list[tuple[Slice, Slice]]:
    before = readings_logged(run.logged_place)
    slices = _slices(run, target)
    asked = sum(product.asked for product, _ in slices)
    written = readings_logged(run.logged_place) - before
    if written != asked:
        message = f"{asked} requests wrote {written} rows in the log"
        raise RuntimeError(message)
    return slices


def _press(run: Run, server: Server, target: Target) -> Slice:
    how = {"connections": CONNECTIONS, "seconds": run.effort.slice_seconds, "most": NO_END}
    before = server.worked
    done = run.load.do("press", server, target, **how)
    # Each connection asked once before the counting began.
    asked = done["count"] + CONNECTIONS
    rate = done["count"] / done["seconds"]
    return Slice(asked, rate, (server.worked - before) * 1000 / asked)


def _waits(run: Run, target: Target) -> Iterator[Measurement]:
    server = run.product_of(target.page)
    times = run.load.do("wait", server, target, count=run.effort.waits)["times"]
    yield Measurement("p50_ms", target.page, median(times), "ms")
    yield Measurement("p95_ms", target.page, quantiles(times, n=20)[-1], "ms")


def _check_same(run: Run, target: Target) -> None:
    """Refuse a floor that renders anything else than the product."""
    served, floor = (
        DRAWN.sub(r"\1", run.load.do("fetch", server, target)["body"])
        for server in (run.product_of(target.page), run.floor)
    )
    if served != floor:
        lines = difflib.unified_diff(served.split("\n"), floor.split("\n"), lineterm="", n=0)
        message = f"the floor of {target.page} is another page:\n" + "\n".join(lines)
        raise RuntimeError(message)
