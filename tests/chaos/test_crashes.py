"""A crash after every single call to Redis and to the chat of one whole conversation, one after the other."""

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from bot.domain.errors import StoreError
from bot.domain.events import ConversationRef, Event, Pressed, Said
from bot.services.redis_jobs import Leasing
from bot.services.redis_store import Store, StoreOptions, open_store
from bot.settings import read_settings
from bot.wiring import Services, open_services
from bot.worker import Patience, Rhythm, Worker
from tests.fakes.board import SUPERSEDED, Board, BoardChat, standing
from tests.fakes.wire import Fate, Wire, laid_wire
from tests.redis_server import RedisServer, eventually, in_flight

PLACE = ConversationRef(platform="slack", tenant="T1", channel="C1", thread="1.1")
AT = 1_790_000_000_000
RHYTHM = Rhythm(renew_s=5, poll_s=0.05, grace_s=0.01, unwind_s=0.05, settle_s=0.2, tidy_s=60)
# No run makes more calls than this; the last test of the row shows it by not reaching its crash.
MOST_CALLS = 160
STRIDE = 16


def conversation() -> tuple[Event, ...]:
    """Return one whole conversation: a slot, help in the middle, the other slot, the plan, a question about it."""
    common = {"place": PLACE, "user": "U1"}
    return (
        Said(id="e1", at=AT, text="finanzas", hint="es", **common),  # type: ignore[arg-type]
        Said(id="e2", at=AT + 1, text="ayuda", hint="es", **common),  # type: ignore[arg-type]
        Said(id="e3", at=AT + 2, text="40 %", hint="es", **common),  # type: ignore[arg-type]
        Pressed(id="e4", at=AT + 3, button="prompt", plan=1, version=1, **common),  # type: ignore[arg-type]
    )


@dataclass
class Life:
    """Be what outlives a crash: the board, and what the platform still has to deliver."""

    board: Board
    address: str
    server: RedisServer
    namespace: str
    waiting: list[Event] = field(default_factory=lambda: list(conversation()))


class MortalBoard(Board):
    """Be a board whose answers go through the same fate as those of Redis."""

    wire: Wire | None = None

    async def meet(self, request: web.Request, answer: web.Response) -> web.Response:
        """Answer, or cut the caller off; from then on it finds Redis silent too."""
        if self.wire is not None and self.wire.count() == "die" and request.transport is not None:
            request.transport.abort()
        return answer

    async def post(self, request: web.Request) -> web.Response:
        """Take a post in."""
        return await self.meet(request, await super().post(request))

    async def edit(self, request: web.Request) -> web.Response:
        """Change a card."""
        return await self.meet(request, await super().edit(request))


@asynccontextmanager
async def process(life: Life, wire: Wire) -> AsyncIterator[Services]:
    """Run one process that takes in and works, with everything it says to Redis going through the wire."""
    settings = read_settings({"REDIS_URL": wire.url, "REDIS_NAMESPACE": life.namespace})
    options = StoreOptions(namespace=life.namespace, leasing=Leasing(lease_s=30))
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(life.address))
        services = await stack.enter_async_context(open_services(settings, {"slack": BoardChat(session)}))
        store = await stack.enter_async_context(open_store(wire.url, options))
        worker = Worker(
            store.jobs,
            {"drain": services.drain, "perform": services.perform},
            name=uuid4().hex,
            concurrency=1,
            clock=services.desk.clock,
            draw=random.random,
            rhythm=RHYTHM,
            patience=Patience(first_s=0, most_s=0),
        )
        stop = asyncio.Event()
        working = asyncio.create_task(worker.run(stop))
        try:
            yield services
        finally:
            stop.set()
            await asyncio.wait([working])


async def live_until_death(life: Life, wire: Wire, looking: Store) -> None:
    """Deliver what is waiting, each when the one before is finished with, until all is done or the wire is dead."""
    async with process(life, wire) as services:
        # What an earlier process took in is finished first: nobody answers a card that is not there yet.
        await until_quiet(looking, wire)
        while life.waiting and not wire.died.is_set():
            try:
                await services.desk.store.jobs.accept(life.waiting[0], keys=[life.waiting[0].id])
            except StoreError:
                return
            life.waiting.pop(0)
            await until_quiet(looking, wire)


async def until_quiet(looking: Store, wire: Wire) -> None:
    """Wait until no job is left, or nothing moves any more because the process is as good as dead."""

    async def quiet() -> bool:
        if wire.died.is_set():
            return True
        return not await in_flight(looking)

    await eventually(quiet, within_s=60)


def let_leases_lapse(life: Life) -> None:
    """Make Redis believe that the dead process was silent for longer than its leases."""
    with life.server.client() as client:
        for lane in ("talk", "write"):
            stream = f"{{{life.namespace}}}:jobs:{lane}"
            if client.exists(stream) and client.xinfo_groups(stream):
                for entry in client.xpending_range(stream, "workers", "-", "+", 100):
                    client.xclaim(stream, "workers", entry["consumer"], 0, [entry["message_id"]], idle=60_000)


async def end_state(life: Life, looking: Store) -> str:
    """Return what the whole conversation came to, without ids of chance."""
    talk = await looking.conversations.find(PLACE)
    assert talk is not None
    loaded = await looking.conversations.load(talk)
    assert loaded is not None
    (record,) = await looking.history.of_user("T1", "U1")
    says = [post.text for post in life.board.says]
    cards = [post.view for post in life.board.cards if post.status != SUPERSEDED]
    assert len({post.key for post in life.board.says}) == len(says)
    assert loaded.state is not None
    found = {
        "state": repr(replace(loaded.state, touched_ms=0)),
        "version": loaded.version,
        "waiting": len(loaded.waiting),
        "document": {k: v for k, v in json.loads(record.document).items() if k != "meta"},
        "says": says,
        "cards": cards,
        "jobs": [report.where async for report in looking.desk.reports()],
    }
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    return re.sub(r"\b[0-9a-f]{16}\b", "<token>", re.sub(r"\d+[.,]\d s\b", "<seconds>", text))


async def whole_conversation(server: RedisServer, dies_at: int) -> tuple[str, int, bool]:
    """Hold it with a crash after one call; returns the end state, the calls until then and whether it crashed."""
    board = MortalBoard()

    def fate(number: int) -> Fate:
        return "die" if number == dies_at else "pass"

    async with standing(board) as address:
        life = Life(board, address, server, uuid4().hex)
        async with open_store(server.url, StoreOptions(namespace=life.namespace)) as looking:
            async with laid_wire(server.port, fate) as wire:
                board.wire = wire
                await live_until_death(life, wire, looking)
                calls, died = wire.calls, wire.died.is_set()
            if died:
                let_leases_lapse(life)
                async with laid_wire(server.port) as good:
                    board.wire = None
                    await live_until_death(life, good, looking)
            return await end_state(life, looking), calls, died


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", range(1, MOST_CALLS, STRIDE))
async def test_the_end_is_the_same_wherever_it_crashes(redis_server: RedisServer, first: int) -> None:
    """After a crash at any one call, state, document, sentences, cards and jobs end as without it."""
    expected, calls, died = await whole_conversation(redis_server, 0)
    assert not died
    assert calls < MOST_CALLS
    for dies_at in range(first, min(first + STRIDE, calls + 1)):
        found, _, died = await whole_conversation(redis_server, dies_at)
        assert found == expected, f"crash after call {dies_at}, which {'came' if died else 'never came'}"
