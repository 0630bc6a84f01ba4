"""`ai-strategy worker`: does the jobs; as many of it as wanted, on as many machines."""

import argparse
from typing import TYPE_CHECKING, Any

from bot.commands.process import begin_logging, figures_of, make_worker, require_redis, settle_memory, stop_on_signals

if TYPE_CHECKING:
    from bot.settings import Settings


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    subparsers.add_parser("worker", help="the worker process: writes strategies; needs REDIS_URL")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Work until a signal comes; returns the exit code."""
    require_redis(settings, args.command)
    begin_logging(settings)
    from bot.wiring import open_services

    stop = stop_on_signals()
    async with open_services(settings, {}, with_doors=False) as services, figures_of(settings, services):
        settle_memory()
        await make_worker(settings, services).run(stop)
    return 0
