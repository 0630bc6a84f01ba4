"""What the long-running commands share: stopping on a signal, and making their parts from the settings."""

import asyncio
import gc
import importlib
import logging
import os
import random
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.web import Opened
    from bot.wiring import Services
    from bot.worker import Worker


def stop_on_signals() -> asyncio.Event:
    """Return the event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    return stop


def require_redis(settings: "Settings", command: str) -> None:
    """Refuse to run a process that must share its store. Raises SettingsError (`error.redis_required`)."""
    if not settings.redis_url:
        raise SettingsError("error.redis_required", command=command)


def begin_logging(settings: "Settings") -> None:
    """Log to standard error from the chosen level on."""
    from bot.services.tracing import TraceFilter

    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s [%(trace)s] %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(TraceFilter())


async def load_wiring() -> None:
    """Import what is heavy in a thread, so that the loop goes on answering."""
    await asyncio.to_thread(importlib.import_module, "bot.wiring")


def settle_memory() -> None:
    """Take what start-up made, which stays for good, out of the garbage collector's rounds, and make them rarer.

    With a hundred thousand objects of libraries to look through, they took a sixth of the time of each request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def make_worker(settings: "Settings", services: "Services") -> "Worker":
    """Make the worker of this process; its name tells machine and process apart."""
    from bot.worker import Worker

    name = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"
    # Jitter only spreads retries in time; nothing secret depends on it.
    draw = random.Random().random  # noqa: S311
    return Worker(
        services.desk.store.jobs,
        {"drain": services.drain, "perform": services.perform},
        name=name,
        concurrency=settings.concurrency,
        clock=services.desk.clock,
        draw=draw,
    )


@asynccontextmanager
async def figures_of(settings: "Settings", services: "Services") -> AsyncIterator[None]:
    """Show the figures of running services where the operator asked for them. Raises SettingsError."""
    desk = services.desk
    if desk.meters is None or settings.metrics_port is None:
        yield
        return
    from bot.web import showing

    page = partial(desk.meters.scrape, desk.store.desk)
    async with showing(page, host=settings.metrics_host, port=settings.metrics_port):
        yield


@asynccontextmanager
async def opened_by(services: "Services") -> AsyncIterator["Opened"]:
    """Return what the web process shows of running services."""
    from bot.web import Opened, Readiness

    model = services.desk.model
    probes = {one.name: partial(model.probe, one.name) for one in services.desk.endpoints} if model else {}
    yield Opened(readiness=Readiness(services.desk.store.desk, services.desk.clock, probes), doors=services.doors)
