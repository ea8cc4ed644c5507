"""Starts many workers quickly: one interpreter with every decoder loaded, forked for each file.

Run as a program by `quick.py`. Each child sets the same limits on itself as a real worker.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 30


def main() -> None:
    """Serve orders until there are no more."""
    sys.path.insert(0, sys.argv[1])
    from decoding import confinement, late, worker  # type: ignore[import-not-found]  # noqa: PLC0415 -- both: it is found on the path that a worker has

    for room in worker.ROOMS.values():
        late.load(room)

    def serve(order: dict[str, Any], contents: list[bytes]) -> bytes:
        confinement.confine()
        confinement.shut()
        facts, parts = worker.answer(order, iter(contents))
        facts["lengths"] = [len(part) for part in parts]
        return json.dumps(facts).encode() + b"\n" + b"".join(parts)

    while line := sys.stdin.buffer.readline():
        order = json.loads(line)
        contents = [sys.stdin.buffer.read(length) for length in order["lengths"]]
        status, answer = in_a_child(serve, order, contents)
        head = json.dumps({"status": status, "length": len(answer)}).encode()
        sys.stdout.buffer.write(head + b"\n" + answer)
        sys.stdout.buffer.flush()


def in_a_child(serve: Callable[..., bytes], *arguments: Any) -> tuple[int, bytes]:
    """Give how a child ended and what it said."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        signal.alarm(PATIENCE)
        with os.fdopen(theirs, "wb") as out:
            out.write(serve(*arguments))
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as heard:
        answer = heard.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), answer


if __name__ == "__main__":
    main()
