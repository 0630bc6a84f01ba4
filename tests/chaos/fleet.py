"""The workers of the chaos run, kept running as a supervisor does, and killed."""

import json
import multiprocessing
import random
import time
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from tests.chaos.worker import main

# Workers are forked from a process that has loaded everything: from nothing, one needs longer to load on a busy machine
# than it is left alive, and killing workers that have nothing in hand proves nothing.
FORKS: ForkServerContext = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.chaos.worker", "openai", "numpy"])


@dataclass(slots=True)
class Life:
    """Be one worker, and what its log tells: when it began which job, and which it has in hand."""

    name: str
    log: Path
    process: ForkServerProcess
    born: float
    killed: float | None = None

    def begun(self) -> list[tuple[float, str]]:
        """Return when it began which job."""
        return [(row["at"], row["job"]) for row in self._rows() if row["event"] == "start"]

    def in_hand(self) -> set[str]:
        """Return the jobs that it began and did not end."""
        running: set[str] = set()
        for row in self._rows():
            (running.add if row["event"] == "start" else running.discard)(row["job"])
        return running

    def _rows(self) -> list[dict[str, Any]]:
        text = self.log.read_text() if self.log.exists() else ""
        # A line that a kill cut off has no end.
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


@dataclass(slots=True)
class Fleet:
    """Keep workers running as a supervisor does, and kill them."""

    board: str
    environ: dict[str, str]
    folder: Path
    lease_s: float
    alive: list[Life] = field(default_factory=list)
    gone: list[Life] = field(default_factory=list)
    kills_at_work: int = 0
    kills_loading: int = 0
    suicides: int = 0

    def start(self) -> None:
        """Start one more worker."""
        name = f"w{len(self.alive) + len(self.gone)}"
        log = self.folder / f"{name}.jsonl"
        process = FORKS.Process(target=main, args=(self.environ, self.board, log, self.lease_s))
        born = time.monotonic()
        process.start()
        self.alive.append(Life(name, log, process, born))

    def kill_one(self, draw: random.Random) -> None:
        """Kill a worker with SIGKILL, one with a job in hand where there is one, and start another."""
        at_work = [life for life in self.alive if life.in_hand()]
        life = draw.choice(at_work or self.alive)
        life.process.kill()
        life.killed = time.monotonic()
        life.process.join()
        self.kills_at_work += bool(at_work)
        self.kills_loading += not life.begun()
        self._replace(life)

    def has_begun(self) -> bool:
        """Say whether a worker has begun a job."""
        return any(life.begun() for life in self.alive)

    def mend(self) -> None:
        """Start a new worker for each that died by itself."""
        for life in [life for life in self.alive if not life.process.is_alive()]:
            life.killed = time.monotonic()
            self.suicides += 1
            self._replace(life)

    def _replace(self, life: Life) -> None:
        self.alive.remove(life)
        self.gone.append(life)
        self.start()

    def stop(self) -> None:
        """Ask all workers to stop and wait for them."""
        for life in self.alive:
            life.process.terminate()
        for life in self.alive:
            life.process.join(timeout=30)
            life.process.kill()
            life.process.join()

    def starts_s(self) -> list[float]:
        """Return for each worker that got so far the seconds from its start to its first job."""
        return [begun[0][0] - life.born for life in (*self.alive, *self.gone) if (begun := life.begun())]

    def recoveries(self) -> list[float]:
        """Return for each job that a kill interrupted the seconds until it was started again."""
        starts: dict[str, list[float]] = {}
        for life in (*self.alive, *self.gone):
            for at, job in life.begun():
                starts.setdefault(job, []).append(at)
        cut = ((life.killed, job) for life in self.gone if life.killed is not None for job in life.in_hand())
        later = (min((one - at for one in starts[job] if one > at), default=None) for at, job in cut)
        return [one for one in later if one is not None]
