"""`ai-strategy web`: takes in what the platforms send and answers their health checks."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.commands.process import (
    begin_logging,
    figures_of,
    load_wiring,
    opened_by,
    require_redis,
    settle_memory,
    stop_on_signals,
)

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.web import Opened


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    subparsers.add_parser("web", help="the web process: platforms and health; needs REDIS_URL")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Serve until a signal comes; returns the exit code."""
    from bot.web import serve

    require_redis(settings, args.command)
    begin_logging(settings)
    stop = stop_on_signals()

    @asynccontextmanager
    async def opening() -> AsyncIterator["Opened"]:
        await load_wiring()
        from bot.wiring import open_services

        async with (
            open_services(settings, {}) as services,
            figures_of(settings, services),
            opened_by(services) as opened,
        ):
            settle_memory()
            yield opened

    await serve(opening, host=settings.host, port=settings.port, stop=stop)
    return 0
