"""The processes of a run: the product, the floor, and the load that asks them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bench.place import LOGGED, Place, Target, make_place, with_every_reading_logged
from tests.house.finding import ROOT
from tests.plans import A_YEAR, FIVE_YEARS, Age

SERVE = "import sys; from portfolio.commands import main; sys.exit(main())"
# What `portfolio serve` takes by default; the floor gets the same.
THREADS = 8


@dataclass(frozen=True)
class Effort:
    """How much is asked. A short run shows that the measuring works, not how fast anything is."""

    pairs: int = 6
    pairs_logged: int = 4
    slice_seconds: float = 1.5
    waits: int = 150
    remembered: int = 2000
    paints: int = 3
    decodings: int = 3
    uploads: int = 40
    # How often an old and a new plan each have their turn.
    turns: int = 300
    old: Age = FIVE_YEARS
    slowed: bool = True


SHORT = Effort(1, 1, 0.1, 5, 10, 1, 1, 3, 5, A_YEAR, slowed=False)


class Server:
    """A process that serves pages and said on which port."""

    def __init__(self, command: list[str], environment: dict[str, str], said: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(said)
        self.process.stdin.close()
        self.port = 0
        for line in self.process.stdout:
            found = re.fullmatch(r"http://localhost:(\d+)\n", line)
            if found:
                self.port = int(found[1])
                return
        message = f"the server did not start: {self.process.wait()}"
        raise RuntimeError(message)

    @property
    def memory(self) -> float:
        """Tell how much memory the process holds, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    @property
    def worked(self) -> float:
        """Tell how many seconds of a processor the process has used."""
        status = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = status.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(20)


class Load:
    """The process that asks."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, deed: str, server: Server, target: Target, **how: float | str) -> dict[str, Any]:
        """Let it do something and wait for what came of it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        command = {"deed": deed, "port": server.port, "request": target.request, **how}
        print(json.dumps(command), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            message = f"the load stopped at {target.page}"
            raise RuntimeError(message)
        done: dict[str, Any] = json.loads(line)
        return done

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(20)


@dataclass
class Run:
    """One run of the measuring: its folder, how much is asked, of which pages, and the processes.

    Each process and place is made when it is first needed.
    """

    folder: Path
    effort: Effort
    pages: tuple[str, ...]
    stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def places(self) -> tuple[Place, Place]:
        """Make the place with the data and its copy, before anybody has it open."""
        folder = self.folder / "place"
        folder.mkdir(mode=0o700)
        place = make_place(folder)
        return place, with_every_reading_logged(place, self.folder / "logged")

    @property
    def place(self) -> Place:
        """Give the place with the data."""
        return self.places[0]

    @property
    def logged_place(self) -> Place:
        """Give the copy in which every reading is logged."""
        return self.places[1]

    @cached_property
    def product(self) -> Server:
        """Give the product, served as `portfolio serve` does."""
        return self.serve(self.place)

    @cached_property
    def logged_product(self) -> Server:
        """Give the product on the copy in which every reading is logged."""
        return self.serve(self.logged_place)

    @cached_property
    def floor(self) -> Server:
        """Give the floor."""
        wanted = [target for target in self.targets if target.page != LOGGED]
        if len(wanted) < len(self.targets):
            wanted.append(self.place.targets["coach"])
        said = json.dumps([[t.page, t.path, t.token] for t in wanted]) + "\n"
        command = ["-m", "tests.bench.floor", str(THREADS)]
        return self._keep(Server(command, self.place.environment, said))

    @cached_property
    def load(self) -> Load:
        """Give the load."""
        made = Load()
        self.stack.callback(made.stop)
        return made

    @property
    def targets(self) -> list[Target]:
        """List the pages of this run."""
        return [self.place.targets[page] for page in self.pages]

    def product_of(self, page: str) -> Server:
        """Give the product that serves this page."""
        return self.logged_product if page == LOGGED else self.product

    def serve(self, place: Place) -> Server:
        """Serve a place until the run is over."""
        return self._keep(Server(["-c", SERVE, "serve", "--port", "0"], place.environment))

    def _keep(self, server: Server) -> Server:
        self.stack.callback(server.stop)
        return server
