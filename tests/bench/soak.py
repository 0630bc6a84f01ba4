"""`python -m tests.bench.soak`: minutes at half load; our memory and that of Redis must stay flat."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from bot.domain.effects import Say
from bot.ports import Claimed
from bot.services.clock import SystemClock
from bot.services.redis_keys import SECOND, Lifetimes
from bot.services.redis_store import Store, StoreOptions, open_store
from bot.worker import Worker
from tests.bench.harness import stay_on_loopback
from tests.contracts.store_cases import PLACE, said, state
from tests.redis_server import RedisServer, eventually, find_server

# Everything that lives for hours or days in production lives for seconds here, so that comings and goings balance.
SHORT = 10 * SECOND
LIFETIMES = Lifetimes(
    retention=SHORT,
    dialogue=SHORT,
    flags=SHORT,
    tombstone=SHORT,
    answer=SHORT,
    seen=SHORT,
    ended=SHORT,
    reserved=SHORT,
    dead=SHORT,
    limit=SHORT,
)
PEAK_S = 5.0
# Half load against what the peak showed; and how much memory may grow from the second third to the last.
LOAD = 0.5
GROWTH = 1.05
MB = 1e6


@dataclass(slots=True)
class Traffic:
    """Be turns that come in, are stepped through and answered."""

    store: Store
    answered: int = 0
    sent: int = 0

    async def drain(self, claimed: Claimed) -> Claimed | None:
        """Answer each waiting event with a sentence, the last one under the same job."""
        talks = self.store.conversations
        while (loaded := await talks.load(claimed.job.conversation)) and loaded.waiting:
            answer = (Say(text="x"),)
            outcome = await talks.commit(loaded, event=loaded.waiting[0], state=state(), effects=answer, drain=claimed)
            if isinstance(outcome, Claimed):
                return outcome
        return None

    async def perform(self, claimed: Claimed) -> None:
        """Do the one effect."""
        await self.store.effects.record(claimed, 0, "")
        self.answered += 1

    async def say(self) -> None:
        """Send one event of one of 200 people."""
        number, self.sent = self.sent, self.sent + 1
        place = replace(PLACE, thread=str(number % 200))
        await self.store.jobs.accept(said(f"e{number}", user=f"U{number % 200}", place=place), keys=[str(number)])

    async def at(self, per_s: float, seconds: float) -> None:
        """Keep a pace for a time."""
        clock = SystemClock()
        began, sent = clock.monotonic(), 0
        while (spent := clock.monotonic() - began) < seconds:
            if sent < per_s * spent:
                await self.say()
                sent += 1
            else:
                await clock.sleep(0.002)


@asynccontextmanager
async def flowing() -> AsyncIterator[Traffic]:
    """Run a server, a store and a worker."""
    binary = find_server()
    if binary is None:
        raise SystemExit("NOT RUN: the soak needs a redis-server (tools/install_redis.sh)")
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(binary, Path(folder))
        server.start()
        try:
            async with open_store(server.url, StoreOptions(namespace="soak", lifetimes=LIFETIMES)) as store:
                traffic, stop = Traffic(store), asyncio.Event()
                handlers: Any = {"drain": traffic.drain, "perform": traffic.perform}
                worker = Worker(
                    store.jobs,
                    handlers,
                    name="soak",
                    concurrency=32,
                    clock=SystemClock(),
                    draw=lambda: 0.5,
                )
                working = asyncio.create_task(worker.run(stop))
                yield traffic
                stop.set()
                await working
        finally:
            server.kill()


def rss() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


async def sample(traffic: Traffic, seconds: float) -> list[tuple[float, float]]:
    """Return pairs of our memory and Redis' in MB, one a second."""
    pairs = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(1)
        facts: Any = await traffic.store.scripts.client.info("memory")
        pairs.append((rss(), facts["used_memory"] / MB))
    return pairs


def grown(values: list[float]) -> float:
    """Return the last third's median over the second third's."""
    third = len(values) // 3
    return median(values[2 * third :]) / median(values[third : 2 * third])


async def soak(seconds: float) -> bool:
    """Find the peak, run at half of it, and say whether memory stayed flat."""
    stay_on_loopback()
    task = asyncio.current_task()
    if task:
        # Ended by SIGTERM, as by Ctrl-C, it ends its server too.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with flowing() as traffic:
        began = time.monotonic()
        while time.monotonic() - began < PEAK_S:
            await asyncio.gather(*(traffic.say() for _ in range(20)))
            await eventually(lambda: traffic.answered >= traffic.sent - 200)
        peak = traffic.answered / PEAK_S
        talking = asyncio.create_task(traffic.at(LOAD * peak, seconds))
        pairs = await sample(traffic, seconds)
        await talking
    ours, theirs = [list(column) for column in zip(*pairs, strict=True)]
    flat = grown(ours) <= GROWTH and grown(theirs) <= GROWTH
    sys.stdout.write(
        f"peak {peak:.0f} turns/s, held {LOAD * peak:.0f} for {seconds:.0f} s\n"
        f"our memory {median(ours):.1f} MB, last third to second {grown(ours):.3f}\n"
        f"Redis {median(theirs):.1f} MB, last third to second {grown(theirs):.3f}\n"
        f"{'flat' if flat else 'GROWING'}\n"
    )
    return flat


def main() -> int:
    """Read the arguments and soak."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    return 0 if asyncio.run(soak(parser.parse_args().seconds)) else 1


if __name__ == "__main__":
    sys.exit(main())
