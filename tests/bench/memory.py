"""How much memory the server holds once it has answered 2,000 requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.measurement import Measurement
from tests.bench.place import LOGGED
from tests.bench.rates import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.servers import Run

NO_END = 3600.0


def measure(run: Run) -> Iterator[Measurement]:
    """Ask for the pages in equal parts; comes first, while the server has answered nothing."""
    yield Measurement("memory_mb_at_start", "", run.product.memory, "MB")
    targets = [target for target in run.targets if target.page != LOGGED]
    for target in targets:
        # Each connection asks once before it is counted.
        most = run.effort.remembered // len(targets) - CONNECTIONS
        how = {"connections": CONNECTIONS, "seconds": NO_END, "most": max(most, CONNECTIONS)}
        run.load.do("press", run.product, target, **how)
    if targets:
        yield Measurement("memory_mb", "", run.product.memory, "MB")
