"""`ai-strategy run`: web and worker in one process, over an embedded store where no Redis is configured."""

import argparse
import asyncio
import importlib
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.commands.process import (
    begin_logging,
    figures_of,
    load_wiring,
    make_worker,
    opened_by,
    settle_memory,
    stop_on_signals,
)
from bot.domain.errors import UserError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.web import Opened

FAKE_SLACK = "tests.fakes.slack_standalone"
"""The fake belongs to the tests and is not part of the installed package."""
LOOPBACK = "127.0.0.1"


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("run", help="web and worker in one process; embedded store without REDIS_URL")
    parser.add_argument(
        "--fake-slack", action="store_true", help="inside a made-up Slack with a page to play in (from a checkout)"
    )


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Serve and work until a signal comes; returns the exit code. Raises UserError where there is no fake Slack."""
    begin_logging(settings)
    stop = stop_on_signals()
    if not args.fake_slack:
        await _serve(settings, stop, lambda _: None)
        return 0
    async with _load_fake().stage() as fake:

        def show(port: int) -> None:
            fake.connect(f"http://{LOOPBACK}:{port}/slack/events")
            sentence = load_texts().say("console.fake_slack", settings.default_language, address=fake.address)
            sys.stderr.write(sentence + "\n")

        from bot.services.texts import load_texts

        await _serve(_inside(settings, fake.settings), stop, show)
    return 0


async def _serve(settings: "Settings", stop: asyncio.Event, ready: Callable[[int], None]) -> None:
    """Run web and worker until `stop`; `ready` is told the port once the bot answers there."""
    from bot.web import serve

    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @asynccontextmanager
    async def opening() -> AsyncIterator["Opened"]:
        await load_wiring()
        from bot.wiring import open_services

        async with (
            open_services(settings, {}) as services,
            figures_of(settings, services),
            opened_by(services) as opened,
        ):
            if not services.desk.store.durable:
                sys.stderr.write(services.desk.texts.say("console.embedded", settings.default_language) + "\n")
            working = asyncio.create_task(make_worker(settings, services).run(stop))
            # A worker that ends by itself ends the process: a platform starts it again.
            working.add_done_callback(lambda _: stop.set())
            settle_memory()
            ready(await port)
            try:
                yield opened
            finally:
                stop.set()
                await working

    await serve(opening, host=settings.host, port=settings.port, stop=stop, listens=port.set_result)


def _load_fake() -> Any:
    """Import the fake Slack. Raises UserError that says what is missing."""
    try:
        return importlib.import_module(FAKE_SLACK)
    except ModuleNotFoundError as missing:
        raise UserError("error.fake_slack", missing=missing.name) from missing


def _inside(settings: "Settings", told: Mapping[str, str]) -> "Settings":
    """Return the settings of a bot that lives in a fake Slack and nowhere else, and keeps nothing."""
    from bot.settings import read_settings

    slack = read_settings(told)
    platforms = {name for name in type(settings).model_fields if name.startswith(("slack_", "teams_"))}
    here = {name: getattr(slack, name) for name in platforms}
    # The fake counts its ids from one again: what a lasting store remembers of the last time would get in the way.
    return settings.model_copy(update=here | {"host": LOOPBACK, "redis_url": None})
