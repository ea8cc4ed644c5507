"""Run every check of the house and say for each whether it is well: script/check [name ...].

All of them run, also after one has a finding; the exit status is 1 if any has.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.house import (
    asvs,
    bare_words,
    catalogues,
    columns,
    dutch,
    imports,
    locks,
    packages,
    queries,
    register,
    scripts,
    silences,
    sizes,
)
from tests.house.finding import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.house.finding import Finding

PYTHON_ROOMS = ("portfolio", "tests", "migrations")
TOOLS: Mapping[str, tuple[str, ...]] = {
    "types": ("mypy", "--no-error-summary"),
    "format": ("ruff", "format", "--check", "--output-format=concise", *PYTHON_ROOMS),
    "lint": ("ruff", "check", "--quiet", "--output-format=concise", *PYTHON_ROOMS),
    # The linter only: its formatter tears short inline markup apart.
    "templates": ("djlint", "--lint", "--quiet", "templates"),
}
RULES: Mapping[str, Callable[[], list[Finding]]] = {
    "import order": imports.check,
    "queries in views": queries.check,
    "columns declared": columns.check,
    "register of columns": register.check,
    "translations": catalogues.check,
    "words in templates": bare_words.check,
    "easy Dutch": dutch.check,
    "file length": sizes.check,
    "requirements named": asvs.check,
    "reasons for silence": silences.check,
    "packages": packages.check,
    "locks": locks.check,
    "scripts": scripts.check,
}


def main(names: list[str]) -> int:
    """Run the checks of these names, or all; return the exit status."""
    unknown = set(names) - TOOLS.keys() - RULES.keys()
    if unknown:
        print(f"No such check: {', '.join(sorted(unknown))}.", end=" ")
        print(f"There are: {', '.join((*TOOLS, *RULES))}.")
        return 2
    wanted = names or [*TOOLS, *RULES]
    # The types take longest, so the rest runs beside them.
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = [pool.submit(_answer, name) for name in wanted]
        well = [_report(name, *each.result()) for name, each in zip(wanted, running, strict=True)]
    if "requirements named" in wanted:
        # What is not shown is said, and is no finding.
        print("\n".join(asvs.summary()), flush=True)
    return 0 if all(well) else 1


def _answer(name: str) -> tuple[str, float]:
    """Give what a check has to say, empty when all is well, and the seconds it took."""
    begun = time.monotonic()
    said = _run_tool(TOOLS[name]) if name in TOOLS else _run_rule(RULES[name])
    return said, time.monotonic() - begun


def _run_tool(command: tuple[str, ...]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    return (said or f"ended with {done.returncode}") if done.returncode else ""


def _run_rule(rule: Callable[[], list[Finding]]) -> str:
    try:
        return "\n".join(map(str, rule()))
    except Exception as error:  # noqa: BLE001 -- a check that breaks is a finding; the rest goes on
        return f"the check itself broke: {type(error).__name__}: {error}"


def _report(name: str, said: str, seconds: float) -> bool:
    verdict = "finding" if said else "ok"
    print(f"{verdict:8}{name} ({seconds:.1f} s)", flush=True)
    for line in said.splitlines():
        print(f"        {line}", flush=True)
    return not said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
