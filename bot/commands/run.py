"""`ai-strategy run`: web and worker in one process, over an embedded store where no Redis is configured."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.commands.process import begin_logging, load_wiring, make_worker, opened_by, stop_on_signals

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.web import Opened


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    subparsers.add_parser("run", help="web and worker in one process; embedded store without REDIS_URL")


async def run(_: argparse.Namespace, settings: "Settings") -> int:
    """Serve and work until a signal comes; returns the exit code."""
    from bot.web import serve

    begin_logging(settings)
    stop = stop_on_signals()

    @asynccontextmanager
    async def opening() -> AsyncIterator["Opened"]:
        await load_wiring()
        from bot.wiring import open_services

        async with open_services(settings, {}) as services, opened_by(services) as opened:
            if not services.desk.store.durable:
                sys.stderr.write(services.desk.texts.say("console.embedded", settings.default_language) + "\n")
            working = asyncio.create_task(make_worker(settings, services).run(stop))
            # A worker that ends by itself ends the process: a platform starts it again.
            working.add_done_callback(lambda _: stop.set())
            try:
                yield opened
            finally:
                stop.set()
                await working

    await serve(opening, host=settings.host, port=settings.port, stop=stop)
    return 0
