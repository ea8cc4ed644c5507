"""How long script/setup takes when there is nothing to do: it runs before every start."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from tests.bench.measurement import Measurement
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.servers import Run


def measure(_run: Run) -> Iterator[Measurement]:
    """Measure the second of two runs."""
    command = [str(ROOT / "script" / "setup"), "test"]
    subprocess.run(command, check=True)
    begun = time.monotonic()
    subprocess.run(command, check=True)
    yield Measurement("setup_again", "", (time.monotonic() - begun) * 1000, "ms")
