"""The web process: its port is open before anything heavy is loaded; doors are mounted when the bot is ready."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Protocol

from aiohttp import web

from bot.domain.errors import SettingsError, StoreError
from bot.ports import Clock, JobDesk

log = logging.getLogger(__name__)

# Answers one request of a platform.
Door = Callable[[web.Request], Awaitable[web.StreamResponse]]
# Doors by method and path.
Doors = Mapping[tuple[str, str], Door]

MAX_BODY_BYTES = 1024 * 1024
# A queue whose oldest job waits longer than this is reported as not well; a person notices after about that long.
LAG_LIMIT_MS = 60_000
# A probe of a model costs a token, so its answer is kept.
PROBE_EVERY_S = 300.0
STOP_S = 20.0
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Probed(Protocol):
    """Be what a probe of a model endpoint found."""

    @property
    def endpoint(self) -> str:
        """Return the endpoint's name."""
        ...

    @property
    def ok(self) -> bool:
        """Say whether it answers."""
        ...

    @property
    def problem(self) -> str | None:
        """Return the key of what is wrong."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Be one line of the readiness report; only a check that is `needed` makes the process not ready."""

    id: str
    ok: bool
    needed: bool = False
    problem: str | None = None
    facts: Mapping[str, int | float | str] = field(default_factory=dict)


class Readiness:
    """Measure whether the bot can do its work: store, queue lag and model endpoints."""

    def __init__(self, desk: JobDesk, clock: Clock, probes: Mapping[str, Callable[[], Awaitable[Probed]]]) -> None:
        self._desk = desk
        self._clock = clock
        self._probes = probes
        self._found: dict[str, Probed] = {}
        self._probed = float("-inf")
        self._probing: asyncio.Task[None] | None = None

    async def checks(self) -> tuple[Check, ...]:
        """Return all checks; a model is probed in the background and reported as it was found last."""
        return (*await self._store(), *self._models())

    async def close(self) -> None:
        """End a probe on its way."""
        if self._probing is not None:
            self._probing.cancel()
            with suppress(asyncio.CancelledError):
                await self._probing

    async def _store(self) -> tuple[Check, ...]:
        try:
            health = await self._desk.measure()
        except StoreError as error:
            return (Check(id="redis", ok=False, needed=True, problem=error.text),)
        oldest = max(health.oldest_ms.values())
        facts = {f"waiting_{lane}": count for lane, count in health.waiting.items()}
        lag = Check(
            id="queue",
            ok=oldest <= LAG_LIMIT_MS,
            problem=None if oldest <= LAG_LIMIT_MS else "error.queue_lag",
            facts={**facts, "oldest_ms": oldest, "delayed": health.delayed, "dead": health.dead},
        )
        return Check(id="redis", ok=True, needed=True, facts={"ping_ms": round(health.ping_ms, 1)}), lag

    def _models(self) -> tuple[Check, ...]:
        now = self._clock.monotonic()
        if self._probes and now - self._probed > PROBE_EVERY_S and (self._probing is None or self._probing.done()):
            self._probed = now
            self._probing = asyncio.create_task(self._probe())
        found = ((name, self._found.get(name)) for name in self._probes)
        return tuple(
            Check(id=f"model {name}", ok=one.ok, problem=one.problem)
            if one
            else Check(id=f"model {name}", ok=True, facts={"state": "not probed yet"})
            for name, one in found
        )

    async def _probe(self) -> None:
        for name, probe in self._probes.items():
            self._found[name] = await probe()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Be the bot once it is loaded: how it fares and which doors it has."""

    readiness: Readiness
    doors: Doors


Opening = Callable[[], AbstractAsyncContextManager[Opened]]


class Site:
    """Answer from the first moment on: health at once, the doors as soon as the bot is loaded."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._opened: Opened | None = None
        self._stop = asyncio.Event()
        self._loading: asyncio.Task[None] | None = None

    async def live(self, _: web.Request) -> web.Response:
        """Say that the process runs."""
        return web.json_response({"alive": True})

    async def ready(self, _: web.Request) -> web.Response:
        """Say whether it can do its work, and what is wrong."""
        if self._opened is None:
            return web.json_response({"ready": False, "checks": []}, status=503, headers={"Retry-After": "1"})
        checks = await self._opened.readiness.checks()
        ready = all(check.ok for check in checks if check.needed)
        body = {"ready": ready, "checks": [asdict(check) for check in checks]}
        return web.json_response(body, status=200 if ready else 503)

    async def knock(self, request: web.Request) -> web.StreamResponse:
        """Hand a request to its door."""
        if self._opened is None:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "1"})
        door = self._opened.doors.get((request.method, request.path))
        if door is None:
            raise web.HTTPNotFound
        return await door(request)

    async def opened(self, _: web.Application) -> AsyncIterator[None]:
        """Load the bot beside the open port, and close it at the end."""
        self._loading = asyncio.create_task(self._open())
        yield
        self._stop.set()
        await asyncio.wait([self._loading])

    async def ended(self) -> None:
        """Wait until the bot is closed again. Raises what kept it from loading or closing."""
        if self._loading is not None:
            await asyncio.shield(self._loading)

    async def _open(self) -> None:
        # Entered and left in one task, as some context managers demand.
        async with self._opening() as opened:
            self._opened = opened
            await self._stop.wait()
            self._opened = None
            await opened.readiness.close()


def create_app(site: Site) -> web.Application:
    """Return the application of a site."""
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/health/live", site.live)
    app.router.add_get("/health/ready", site.ready)
    app.router.add_route("*", "/{path:.*}", site.knock)
    app.cleanup_ctx.append(site.opened)
    return app


@asynccontextmanager
async def listening(site: Site, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve a site and yield the port it listens on; running requests are waited for at the end."""
    runner = web.AppRunner(create_app(site), handle_signals=False, access_log=None, shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        taken: int = runner.addresses[0][1]
        log.info("listening on %s:%d", host, taken)
        yield taken
    finally:
        await runner.cleanup()


@asynccontextmanager
async def showing(page: Callable[[], Awaitable[bytes]], *, host: str, port: int) -> AsyncIterator[int]:
    """Serve the operator's figures at `/metrics` and yield the port; raises SettingsError when it cannot be had.

    It has an address of its own, so that nothing on the public one leads there.
    """

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=await page(), headers={"Content-Type": METRICS_TYPE})

    app = web.Application()
    app.router.add_get("/metrics", answer)
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            reason = f"{host}:{port}: {error.strerror}"
            raise SettingsError("error.settings", setting="METRICS_PORT", reason=reason) from error
        taken: int = runner.addresses[0][1]
        log.info("figures at %s:%d/metrics", host, taken)
        yield taken
    finally:
        await runner.cleanup()


async def serve(
    opening: Opening, *, host: str, port: int, stop: asyncio.Event, listens: Callable[[int], None] | None = None
) -> None:
    """Serve until `stop` is set; `listens` is told the port. Raises what kept the bot from loading."""
    site = Site(opening)
    async with listening(site, host=host, port=port) as taken:
        if listens is not None:
            listens(taken)
        ending = [asyncio.create_task(stop.wait()), asyncio.create_task(site.ended())]
        await asyncio.wait(ending, return_when=asyncio.FIRST_COMPLETED)
        for task in ending:
            task.cancel()
        await asyncio.wait(ending)
    await site.ended()
