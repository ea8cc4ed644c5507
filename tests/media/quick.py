"""The intake with workers that start in a millisecond, so that hundreds of files can be tried."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Self

from portfolio.media import workplace
from portfolio.media.decoding.clean import BROKEN, NotTakenError

if TYPE_CHECKING:
    from types import TracebackType

    from portfolio.media.workplace import Order, Result

ZYGOTE = __file__.replace("quick.py", "zygote.py")
COMMAND = (sys.executable, "-I", "-B", ZYGOTE, workplace.COMMAND[-1])


class Quick:
    """Decodes in a child per file, as `workplace.work` does in an interpreter per file."""

    def __init__(self) -> None:
        self.crashes: list[int] = []
        self._zygote = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End with it."""
        self._zygote.kill()
        self._zygote.communicate()

    def work(self, order: Order) -> Result:
        """Stand in for `workplace.work`."""
        zygote = self._zygote
        assert zygote.stdin
        assert zygote.stdout
        zygote.stdin.write(order.line + b"".join(order.contents))
        zygote.stdin.flush()
        head = json.loads(zygote.stdout.readline())
        answer = zygote.stdout.read(head["length"])
        if head["status"]:
            self.crashes.append(head["status"])
            raise NotTakenError(BROKEN)
        return workplace._read(answer)
