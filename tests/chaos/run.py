"""The chaos run itself: jobs in, workers killed one after the other, then everything is counted."""

import asyncio
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.events import ConversationRef, Said
from bot.services.redis_store import Store, StoreOptions, open_store
from bot.services.texts import load_texts
from tests.chaos.fleet import Fleet
from tests.chaos.worker import KILLER, POISONED
from tests.fakes.board import SUPERSEDED, Board, standing
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist
from tests.redis_server import RedisServer, eventually, in_flight

NAMESPACE = "chaos"
MEND_EVERY_S = 0.1
TENANTS = 20
FAILED = load_texts().say("plan.failed", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Set the size of a chaos run; times in seconds. `poisoned` are users whose plan can never be written."""

    workers: int = 3
    kill_every_s: float = 1.5
    kill_for_s: float = 60.0
    jobs: int = 200
    lease_s: float = 30.0
    patience_s: float = 900.0
    cut_share: float = 0.05
    tokens_per_s: float = 1200.0
    seed: int = 1
    poisoned: tuple[str, ...] = (POISONED, KILLER)


@dataclass(slots=True)
class Outcome:
    """Count what came of it."""

    asked: int
    poisoned: int
    done: int = 0
    lost: int = 0
    doubled: int = 0
    orphans: int = 0
    superseded: int = 0
    said_twice: int = 0
    poison_dead: int = 0
    poison_told: int = 0
    left_over: int = 0
    kills: int = 0
    kills_at_work: int = 0
    kills_loading: int = 0
    killing_s: float = 0.0
    suicides: int = 0
    restarts: int = 0
    starts_s: list[float] = field(default_factory=list)
    cuts: int = 0
    dead: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Say whether nothing was lost, doubled or left behind, and the poison was dealt with."""
        wrong = self.lost + self.doubled + self.orphans + self.said_twice + self.left_over
        return (
            wrong == 0
            and self.done == self.asked
            and (len(self.dead) == self.poison_dead == self.poison_told == self.poisoned)
        )

    def lines(self) -> list[str]:
        """Return the report."""
        recoveries, starts = self.recoveries or [0.0], self.starts_s or [0.0]
        return [
            f"strategies asked {self.asked}, done {self.done}, lost {self.lost}, doubled {self.doubled}",
            f"orphan cards {self.orphans}, superseded cards {self.superseded}, sentences twice {self.said_twice}",
            f"posts accepted and then cut off {self.cuts}, jobs left over {self.left_over}",
            f"poison jobs {self.poisoned}, in the dead letters {self.poison_dead}, users told {self.poison_told}",
            *(f"dead letter: {reason}" for reason in self.dead),
            *(f"a card ended as {end}" for end in self.ends),
            (
                f"kills {self.kills} in {self.killing_s:.1f} s, of workers with a job in hand {self.kills_at_work}, "
                f"before their first {self.kills_loading}"
            ),
            f"workers that their own job killed {self.suicides}, restarts {self.restarts}",
            f"from a worker's start to its first job median {statistics.median(starts):.2f} s",
            f"jobs started again after a kill {len(self.recoveries)}",
            f"recovery median {statistics.median(recoveries):.1f} s, worst {max(recoveries):.1f} s",
            f"took {self.seconds:.1f} s: {'passed' if self.passed else 'FAILED'}",
        ]


ASKED = ("finanzas", "seguros", "salud", "minorista", "energía", "telecomunicaciones", "educación", "agricultura")


def tenant(number: int) -> str:
    """Return the workspace of one user: in a single one, its limit would leave most workers without a job."""
    return f"T{number % TENANTS}"


def words(number: int, user: str) -> Said:
    """Return what one user asks for, in a thread and channel of their own; no two ask the same, so none is reused."""
    place = ConversationRef(platform="slack", tenant=tenant(number), channel=f"C{number}", thread=f"{number}.1")
    return Said(
        id=f"e{number}",
        place=place,
        user=user,
        at=1_790_000_000_000,
        text=f"{ASKED[number % len(ASKED)]} {10 + number // len(ASKED)}",
        hint="es",
    )


@asynccontextmanager
async def staged(plan: Plan, binary: str, folder: Path) -> AsyncIterator[tuple[Board, Fleet, Store]]:
    """Set up Redis, board, model and store; the workers are started by the run."""
    server = RedisServer(binary, folder, options=("appendonly yes", "appendfsync everysec"))
    server.start()
    try:
        async with AsyncExitStack() as stack:
            board = Board(cut_share=plan.cut_share, draw=random.Random(plan.seed).random)
            address = await stack.enter_async_context(standing(board))
            model = await stack.enter_async_context(
                OpenAIServer(documents=Strategist(), tokens_per_s=plan.tokens_per_s)
            )
            environ = os.environ | {
                "REDIS_URL": server.url,
                "REDIS_NAMESPACE": NAMESPACE,
                **model.environ,
                "LIMIT_TOTAL_TOKENS_DAY": "1000000000",
            }
            store = await stack.enter_async_context(open_store(server.url, StoreOptions(namespace=NAMESPACE)))
            fleet = Fleet(address, environ, folder, plan.lease_s)
            try:
                yield board, fleet, store
            finally:
                await asyncio.to_thread(fleet.stop)
    finally:
        server.kill()


async def run_chaos(plan: Plan, binary: str, folder: Path) -> Outcome:
    """Run it and count."""
    began = time.monotonic()
    async with staged(plan, binary, folder) as (board, fleet, store):
        for _ in range(plan.workers):
            fleet.start()
        # The poison goes first, so that it has company while it kills.
        for number, user in [*enumerate(plan.poisoned, plan.jobs), *((one, f"U{one}") for one in range(plan.jobs))]:
            await store.jobs.accept(words(number, user), keys=[f"e{number}"])
        killing_s = await _kill_on(plan, fleet)

        async def finished() -> bool:
            await asyncio.to_thread(fleet.mend)
            return not await in_flight(store)

        with suppress(TimeoutError):
            await eventually(finished, within_s=plan.patience_s)
        outcome = await _count(plan, board, store)
        outcome.recoveries, outcome.starts_s = fleet.recoveries(), fleet.starts_s()
        outcome.kills, outcome.killing_s = len(fleet.gone) - fleet.suicides, killing_s
        outcome.kills_at_work, outcome.kills_loading = fleet.kills_at_work, fleet.kills_loading
        outcome.suicides, outcome.restarts = fleet.suicides, len(fleet.gone)
    outcome.seconds = time.monotonic() - began
    return outcome


async def _kill_on(plan: Plan, fleet: Fleet) -> float:
    """Kill a worker at every stroke of the clock, whatever they are doing; returns the seconds that it took."""
    await eventually(fleet.has_begun, within_s=plan.patience_s)
    began, draw = time.monotonic(), random.Random(plan.seed)
    for stroke in range(1, int(plan.kill_for_s / plan.kill_every_s) + 1):
        while (left := began + stroke * plan.kill_every_s - time.monotonic()) > 0:
            await asyncio.to_thread(fleet.mend)
            await asyncio.sleep(min(left, MEND_EVERY_S))
        await asyncio.to_thread(fleet.kill_one, draw)
    return time.monotonic() - began


async def _unfinished(store: Store) -> int:
    reports = [report async for report in store.desk.reports()]
    return sum(report.where != "dead" for report in reports)


async def _count(plan: Plan, board: Board, store: Store) -> Outcome:
    outcome = Outcome(asked=plan.jobs, poisoned=len(plan.poisoned), left_over=await _unfinished(store), cuts=board.cuts)
    for number in range(plan.jobs):
        place = words(number, "").place.key()
        cards = Counter(card.status for card in board.cards if card.place == place)
        kept = len(await store.history.of_user(tenant(number), f"U{number}"))
        outcome.done += cards["done"] == 1 and kept == 1
        outcome.lost += cards["done"] == 0 or kept == 0
        outcome.doubled += cards["done"] > 1 or kept > 1
        outcome.superseded += cards[SUPERSEDED]
        outcome.ends += [
            f"{card.status}: {card.view['progress']}"
            for card in board.cards
            if card.view and card.place == place and card.status not in ("done", SUPERSEDED)
        ]
        outcome.orphans += sum(cards.values()) - cards["done"] - cards[SUPERSEDED]
    keys = Counter(post.key for post in board.says)
    outcome.said_twice = sum(times - 1 for times in keys.values())
    poisoned = {words(number, "").place.key() for number in range(plan.jobs, plan.jobs + len(plan.poisoned))}
    dead = [report async for report in store.desk.reports() if report.where == "dead"]
    outcome.poison_dead = sum(report.job.user in plan.poisoned for report in dead)
    outcome.dead = [f"{report.job.kind} {report.lane}: {report.reason}" for report in dead]
    outcome.poison_told = sum(post.place in poisoned and post.text == FAILED for post in board.says)
    return outcome
