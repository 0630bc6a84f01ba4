"""The web process: live at once, ready when loaded, honest about its store, doors mounted late, graceful at the end."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.domain.errors import SettingsError
from bot.services.clock import SystemClock
from bot.services.redis_client import Tuning
from bot.services.redis_store import StoreOptions, open_store
from bot.web import Doors, Opened, Probed, Readiness, Site, listening, serve
from tests.contracts.store_cases import said
from tests.redis_server import eventually, free_port

IMPATIENT = Tuning(retries=0, connect_timeout_s=0.2, deadline_s=1.0)


@dataclass(frozen=True)
class Found:
    """Be a probe's result."""

    endpoint: str = "host/model"
    ok: bool = True
    problem: str | None = None


@dataclass
class Bot:
    """Be a bot whose loading the test controls."""

    url: str | None = None
    doors: Doors | None = None
    probes: dict[str, Callable[[], Awaitable[Probed]]] | None = None
    closed: bool = False

    def __post_init__(self) -> None:
        """Begin unloaded."""
        self.may_load = asyncio.Event()

    @asynccontextmanager
    async def opening(self) -> AsyncIterator[Opened]:
        """Open a store once the test lets it."""
        await self.may_load.wait()
        async with open_store(self.url, StoreOptions(tuning=IMPATIENT)) as self.store:
            readiness = Readiness(self.store.desk, SystemClock(), self.probes or {})
            yield Opened(readiness=readiness, doors=self.doors or {})
        self.closed = True


@asynccontextmanager
async def visiting(bot: Bot) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve a bot and visit it."""
    async with (
        listening(Site(bot.opening), host="127.0.0.1", port=0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        try:
            yield session
        finally:
            bot.may_load.set()


async def get(session: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
    """Return status and JSON of a page."""
    async with session.get(path) as answer:
        return answer.status, await answer.json()


async def until_ready(session: aiohttp.ClientSession) -> None:
    """Wait until the bot is loaded."""

    async def loaded() -> bool:
        return bool((await get(session, "/health/ready"))[1]["checks"])

    await eventually(loaded)


async def test_the_port_is_open_before_anything_is_loaded() -> None:
    """While the bot loads the process is live, not ready, and its doors ask to come back."""
    bot = Bot()
    async with visiting(bot) as session:
        assert await get(session, "/health/live") == (200, {"alive": True})
        status, body = await get(session, "/health/ready")
        assert (status, body["ready"]) == (503, False)
        async with session.post("/slack/commands") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        bot.may_load.set()
        await until_ready(session)
        assert (await get(session, "/health/ready"))[0] == 200
    assert bot.closed


async def test_a_door_answers_and_everything_else_is_not_found() -> None:
    """Method and path choose the door; too large a body is turned away."""

    async def door(request: web.Request) -> web.Response:
        return web.Response(text=(await request.text())[::-1])

    bot = Bot(doors={("POST", "/slack/commands"): door})
    bot.may_load.set()
    async with visiting(bot) as session:
        await until_ready(session)
        async with session.post("/slack/commands", data="abc") as answer:
            assert (answer.status, await answer.text()) == (200, "cba")
        async with session.get("/slack/commands") as answer:
            assert answer.status == 404
        async with session.post("/slack/commands", data=io.BytesIO(b"x" * 1_100_000)) as answer:
            assert answer.status == 413


async def test_readiness_tells_the_queue() -> None:
    """Waiting jobs are counted by lane, with the age of the oldest."""
    bot = Bot()
    bot.may_load.set()
    async with visiting(bot) as session:
        await until_ready(session)
        await bot.store.jobs.accept(said("e1"), keys=["e1"])
        _, body = await get(session, "/health/ready")
        redis, queue = body["checks"]
        assert (redis["id"], redis["ok"], redis["needed"]) == ("redis", True, True)
        assert (queue["id"], queue["ok"], queue["facts"]["waiting_talk"]) == ("queue", True, 1)


async def test_without_its_store_the_process_is_live_but_not_ready() -> None:
    """A Redis that is down shows in readiness and not in liveness: a restart of ours would not help."""
    bot = Bot(url=f"redis://127.0.0.1:{free_port()}/0")
    bot.may_load.set()
    async with visiting(bot) as session:
        await until_ready(session)
        status, body = await get(session, "/health/ready")
        assert (status, body["ready"], body["checks"][0]["problem"]) == (503, False, "error.store")
        assert (await get(session, "/health/live"))[0] == 200


async def test_a_model_that_is_down_is_told_but_keeps_nobody_out() -> None:
    """The planner stands in for a model, so readiness names its problem and stays ready; it is probed once."""
    probed = 0

    async def probe() -> Probed:
        nonlocal probed
        probed += 1
        return Found(ok=False, problem="error.model.unreachable")

    bot = Bot(probes={"host/model": probe})
    bot.may_load.set()
    async with visiting(bot) as session:
        await until_ready(session)

        async def told() -> bool:
            status, body = await get(session, "/health/ready")
            return status == 200 and body["checks"][-1]["problem"] == "error.model.unreachable"

        await eventually(told)
        assert probed == 1


async def test_what_keeps_the_bot_from_loading_ends_the_process() -> None:
    """A wrong setting is raised to the command and does not leave a process that is never ready."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        raise SettingsError("error.settings", setting="REDIS_URL", reason="x")
        yield

    with pytest.raises(SettingsError):
        await serve(opening, host="127.0.0.1", port=0, stop=asyncio.Event())


async def test_a_request_under_way_is_answered_before_the_end() -> None:
    """Stopping waits for what was begun."""
    entered, release = asyncio.Event(), asyncio.Event()

    async def door(_: web.Request) -> web.Response:
        entered.set()
        await release.wait()
        return web.Response(text="done")

    bot = Bot(doors={("GET", "/slow"): door})
    bot.may_load.set()
    port, stop = free_port(), asyncio.Event()
    serving = asyncio.create_task(serve(bot.opening, host="127.0.0.1", port=port, stop=stop))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:

        async def up() -> bool:
            try:
                return bool((await get(session, "/health/ready"))[1]["checks"])
            except aiohttp.ClientConnectionError:
                return False

        await eventually(up)
        asking = asyncio.create_task(session.get("/slow"))
        await entered.wait()
        stop.set()
        release.set()
        async with await asking as answer:
            assert await answer.text() == "done"
    await serving
    assert bot.closed
