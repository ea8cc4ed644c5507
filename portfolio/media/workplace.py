"""The workplace: one fresh interpreter per file, fed and heard over pipes, ended in time.

What does not live here: decoding, and what may be decoded; nothing that comes out is believed
before it is counted.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portfolio.media.decoding.clean import BROKEN, OF_A_WORKER, NotTakenError
from portfolio.media.decoding.limits import ANSWER_BYTES, WALL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

# Isolated and without writing bytecode: nothing of our surroundings is read or changed. The
# folder leads the path so that decoding is found without the rest of the product.
BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from decoding.worker import main; main()"
COMMAND = (sys.executable, "-I", "-B", "-c", BOOT, str(Path(__file__).parent))
CHUNK = 256 * 1024


@dataclass(frozen=True)
class Order:
    """What to decode: the kind of work, the formats that were recognised, and the bytes."""

    what: str
    kinds: tuple[str, ...]
    contents: Sequence[bytes]

    @property
    def line(self) -> bytes:
        """Say on one line what follows."""
        lengths = [len(content) for content in self.contents]
        line = {"what": self.what, "kinds": self.kinds, "lengths": lengths}
        return json.dumps(line).encode() + b"\n"


@dataclass(frozen=True)
class Result:
    """What a worker made: its bytes and what it says about them."""

    parts: list[bytes]
    facts: dict[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Give a fact that is a whole number of 1 or more. Raises NotTakenError otherwise."""
        value = self.facts.get(name)
        if not isinstance(value, int) or value < 1:
            raise NotTakenError(BROKEN)
        return value


def work(
    order: Order, *, command: Sequence[str] = COMMAND, patience: float = WALL_SECONDS
) -> Result:
    """Let a fresh interpreter decode. Raises NotTakenError, also when the worker dies."""
    answer = _converse(order, command, patience)
    try:
        return _read(answer)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotTakenError(BROKEN) from error


def _converse(order: Order, command: Sequence[str], patience: float) -> bytes:
    with subprocess.Popen(  # noqa: S603 -- our own interpreter with fixed arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    ) as worker:
        try:
            return _exchange(worker, order, time.monotonic() + patience)
        finally:
            # It has answered, or it will not: its whole group ends here.
            _kill(worker.pid)


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # It was gone before us.
        return


def _exchange(worker: subprocess.Popen[bytes], order: Order, deadline: float) -> bytes:
    """Write and read as the pipes allow, so that neither side can make the other wait."""
    letters = _letters(order)
    letter = next(letters)
    heard: list[bytes] = []
    room = ANSWER_BYTES
    with selectors.DefaultSelector() as pipes:
        stdin, stdout = _pipes(worker)
        pipes.register(stdin, selectors.EVENT_WRITE)
        pipes.register(stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in pipes.select(left):
                if key.fileobj is stdout:
                    part = os.read(key.fd, CHUNK)
                    if not part:
                        return b"".join(heard)
                    heard.append(part)
                    room -= len(part)
                    if room < 0:
                        raise NotTakenError(BROKEN)
                    continue
                try:
                    letter = letter[os.write(key.fd, letter[:CHUNK]) :] or next(letters, letter[:0])
                except BrokenPipeError:
                    # It reads no further; what it answers says why.
                    letter = letter[:0]
                if not letter:
                    pipes.unregister(stdin)
                    stdin.close()
    raise NotTakenError(BROKEN)


def _letters(order: Order) -> Iterator[memoryview]:
    """Give everything to be written, without a copy of it; nothing in it is empty."""
    yield memoryview(order.line)
    yield from (memoryview(content) for content in order.contents if content)


def _pipes(worker: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if worker.stdin is None or worker.stdout is None:
        raise NotTakenError(BROKEN)
    os.set_blocking(worker.stdin.fileno(), False)
    return worker.stdin, worker.stdout


def _read(answer: bytes) -> Result:
    line, _, rest = answer.partition(b"\n")
    facts = json.loads(line)
    if not isinstance(facts, dict):
        raise TypeError
    if "refused" in facts:
        raise NotTakenError(facts["refused"] if facts["refused"] in OF_A_WORKER else BROKEN)
    parts, start = [], 0
    for length in facts["lengths"]:
        if not isinstance(length, int) or length <= 0:
            raise ValueError
        parts.append(rest[start : start + length])
        start += length
    if start != len(rest):
        raise ValueError
    return Result(parts, facts)
