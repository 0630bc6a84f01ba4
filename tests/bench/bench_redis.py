"""How much a turn, an acceptance and a hand-over cost beside the least that Redis itself asks for."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from bot.commands.process import settle_memory
from bot.domain.dialogue import step
from bot.domain.events import Pressed, Said
from bot.domain.industries import IndustryBook
from bot.domain.slots import understand
from bot.domain.talk.state import State
from bot.ports import Claimed
from bot.services.clock import SystemClock
from bot.services.industry_book import industry_book
from bot.services.redis_store import Store, StoreOptions, open_store
from bot.worker import Worker
from tests.bench.harness import Row, contest
from tests.contracts.store_cases import PLACE, said
from tests.redis_server import RedisServer, eventually, find_server, in_flight

# Many short rounds: on a machine with neighbours a short one has a chance to pass undisturbed, for the floor and for us.
TIMES = 32
ROUNDS = {32: 300, 1: 20}
HAND_OVERS = 200
DIALOGUES = 100_000
AT_ONCE = 32


@asynccontextmanager
async def opened() -> AsyncIterator[Store]:
    """Run a server of its own and open a store on it."""
    binary = find_server()
    assert binary is not None
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(binary, Path(folder))
        server.start()
        try:
            async with open_store(server.url, StoreOptions(namespace="bench")) as store:
                yield store
        finally:
            server.kill()


def fresh_events(numbers: Iterator[int]) -> Iterator[Said]:
    """Yield events, each of a conversation of its own."""
    for number in numbers:
        yield said(f"e{number}", user=f"U{number}", place=replace(PLACE, thread=str(number)), text="finanzas")


async def calls(store: Store) -> list[Row]:
    """Measure accept and a whole turn against an EVALSHA that does nothing, with the garbage as our processes keep it."""
    settle_memory()
    client: Any = store.scripts.client
    digest = await client.script_load("return 1")
    book, events = industry_book(), fresh_events(count())

    async def bare() -> None:
        await client.evalsha(digest, 1, "{bench}:none", "argument")

    async def accept() -> None:
        event = next(events)
        await store.jobs.accept(event, keys=[event.id, event.place.thread])

    turns = TIMES * sum(ROUNDS.values()) + len(ROUNDS)
    waiting: list[str] = []
    for start in range(10**7, 10**7 + turns, AT_ONCE):
        some = fresh_events(iter(range(start, start + AT_ONCE)))
        waiting += await asyncio.gather(*(_asked(store, event, book) for event in some))

    async def turn() -> None:
        loaded = await store.conversations.load(waiting.pop())
        assert loaded is not None
        event = loaded.waiting[0]
        stepped = step(loaded.state, event, None, book, default_language="es")
        done = await store.conversations.commit(loaded, event=event, state=stepped.state, effects=stepped.effects)
        assert done == "done"

    found: list[Row] = []
    for at_once, rounds in ROUNDS.items():
        accepted = await contest(bare, accept, times=TIMES, at_once=at_once, rounds=rounds)
        turned = await contest(bare, turn, times=TIMES, at_once=at_once, rounds=rounds)
        # A turn is two round trips, so one after the other it cannot come above a half; the limits are those of a
        # process under load.
        limits = ({"at_least": 0.5}, {"at_least": 0.4}) if at_once > 1 else ({}, {})
        name = f"{at_once} at a time" if at_once > 1 else "one after the other"
        found += [
            {"what": f"bare EVALSHA, {name} (floor)", "unit": "us", "value": round(1e6 * accepted.floor)},
            {"what": f"accept, {name}", "unit": "us", "value": round(1e6 * accepted.ours)},
            {"what": f"accept to bare, {name}", "unit": "ratio", "value": round(accepted.ratio, 2), **limits[0]},
            {"what": f"turn: load, step, commit, {name}", "unit": "us", "value": round(1e6 * turned.ours)},
            {"what": f"turn to bare, {name}", "unit": "ratio", "value": round(turned.ratio, 2), **limits[1]},
        ]
    return found


async def _asked(store: Store, event: Said, book: IndustryBook) -> str:
    """Open a dialogue that asks for its industry, with the click that answers it waiting."""
    await store.jobs.accept(event, keys=[event.id])
    talk = await store.conversations.find(event.place) or ""
    loaded = await store.conversations.load(talk)
    assert loaded is not None
    asking = State(language="es", stage="industry", asked="industry", owner=event.user, touched_ms=event.at)
    await store.conversations.commit(loaded, event=event, state=asking, effects=())
    click = Pressed(
        id=f"{event.id}p", place=event.place, user=event.user, at=event.at, button="industry", value="finance"
    )
    assert step(asking, click, None, book, default_language="es").effects
    await store.jobs.accept(click, keys=[click.id])
    return talk


async def hand_overs(store: Store) -> list[Row]:
    """Measure from enqueue to start: our worker beside one XADD and one blocking XREADGROUP."""
    started: asyncio.Queue[float] = asyncio.Queue()

    async def handle(_: Claimed) -> None:
        started.put_nowait(time.perf_counter())

    clock = SystemClock()
    worker = Worker(
        store.jobs,
        {"drain": handle, "perform": handle},
        name="bench",
        concurrency=8,
        clock=clock,
        draw=lambda: 0.5,
    )
    stop = asyncio.Event()
    working = asyncio.create_task(worker.run(stop))
    client: Any = store.scripts.client
    await client.xgroup_create("{bench}:bare", "g", mkstream=True)
    ours, floor = [], []
    events = fresh_events(count(20_000_000))
    for _ in range(HAND_OVERS):
        await eventually(lambda: _waiting(store, 1))
        event = next(events)
        began = time.perf_counter()
        await store.jobs.accept(event, keys=[event.id])
        ours.append(await started.get() - began)
        reading = asyncio.create_task(client.xreadgroup("g", "c", {"{bench}:bare": ">"}, count=1, block=1000))
        await eventually(lambda: _waiting(store, 2))
        began = time.perf_counter()
        await client.xadd("{bench}:bare", {"job": "1"})
        await reading
        floor.append(time.perf_counter() - began)
    stop.set()
    await working
    return [
        {"what": "bare XADD to XREADGROUP (floor)", "unit": "us", "value": round(1e6 * median(floor))},
        {"what": "enqueue to start", "unit": "us", "value": round(1e6 * median(ours))},
        {"what": "hand-over to bare", "unit": "ratio", "value": round(median(ours) / median(floor), 2), "at_most": 3.0},
    ]


async def _waiting(store: Store, blocked: int) -> bool:
    """Say whether all work is done and so many clients wait for more."""
    facts: Any = await store.scripts.client.info("clients")
    return not await in_flight(store) and bool(facts["blocked_clients"] == blocked)


async def memory(store: Store) -> list[Row]:
    """Measure what open dialogues take, after their jobs are done."""
    client: Any = store.scripts.client
    await client.flushall()
    await client.config_resetstat()
    before = (await client.info("memory"))["used_memory"]
    book, gate = industry_book(), asyncio.Semaphore(AT_ONCE)
    heard = understand("finanzas", book, hint="es")

    async def open_one(event: Said) -> None:
        async with gate:
            await store.jobs.accept(event, keys=[event.id])
            talk = await store.conversations.find(event.place)
            loaded = await store.conversations.load(talk or "")
            assert loaded is not None
            stepped = step(None, event, heard, book, default_language="es")
            await store.conversations.commit(loaded, event=event, state=stepped.state, effects=())

    for start in range(0, DIALOGUES, 5000):
        await asyncio.gather(*(open_one(event) for event in fresh_events(iter(range(start, start + 5000)))))
    for pattern in ("job:*", "jobs:*"):
        await _delete(client, "{bench}:" + pattern)
    with_keys = (await client.info("memory"))["used_memory"]
    for kind in ("seen", "committed"):
        await _delete(client, f"{{bench}}:{kind}:*")
    without = (await client.info("memory"))["used_memory"]
    return [
        {"what": f"{DIALOGUES} open dialogues", "unit": "MB", "value": round((without - before) / 1e6, 1)},
        {"what": "their dedupe keys, for 24 hours", "unit": "MB", "value": round((with_keys - without) / 1e6, 1)},
    ]


async def _delete(client: Any, pattern: str) -> None:
    keys = [key async for key in client.scan_iter(match=pattern, count=5000)]
    for start in range(0, len(keys), 5000):
        await client.unlink(*keys[start : start + 5000])


async def rows() -> list[Row]:
    """Return this bench's rows."""
    if find_server() is None:
        return [{"what": "NOT RUN: needs a redis-server", "unit": "", "value": None, "at_least": 1}]
    found: list[Row] = []
    for part in (calls, hand_overs, memory):
        async with opened() as store:
            found += await part(store)
    return found
