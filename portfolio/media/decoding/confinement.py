"""What a worker may not do: it sets these limits on itself before the first hostile byte."""

from __future__ import annotations

import os
import resource

from .limits import CPU_SECONDS, MEMORY

NICER = 10


def confine() -> None:
    """Limit memory, time and files for good; call it when everything needed is imported."""
    os.nice(NICER)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    # No file of any size can be written, and no picture of the memory is left by a crash.
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)


def shut() -> None:
    """Open nothing from here on: no file and no socket, beside the pipes that are open."""
    _limit(resource.RLIMIT_NOFILE, 0)


def _limit(which: int, most: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(which, (most, most))
