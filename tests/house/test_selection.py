"""How tests are shared out: what a file builds once is built once."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.house.finding import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
import os, pathlib, pytest, time

@pytest.mark.parametrize("number", range(8))
def test_number(number):
    time.sleep(0.02)
    with pathlib.Path(__file__).with_suffix(".seen").open("a") as seen:
        seen.write(f"{os.getpid()}\\n")
"""


def test_each_file_is_whole_in_one_process(tmp_path: Path) -> None:
    names = ("test_one", "test_two", "test_three")
    for name in names:
        (tmp_path / f"{name}.py").write_text(FILE, encoding="utf-8")
    ran = (ROOT / "script" / "test").read_text(encoding="utf-8")
    assert "-n 3 --dist loadscope" in ran
    shared = ("-p", "tests.selection", "-n", "2", "--dist", "loadscope")
    apart = ("--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path))
    done = subprocess.run(
        (sys.executable, "-m", "pytest", *shared, *apart),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    seen = [(tmp_path / f"{name}.seen").read_text(encoding="utf-8").split() for name in names]
    assert [len(each) for each in seen] == [8, 8, 8]
    assert [len(set(each)) for each in seen] == [1, 1, 1]
    assert len({pid for each in seen for pid in each}) == 2
