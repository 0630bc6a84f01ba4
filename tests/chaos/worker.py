"""One worker of the chaos run: the real services over a board; it writes down what it starts and ends."""

import asyncio
import json
import logging
import os
import random
import signal
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import aiohttp

from bot.ports import Claimed
from bot.services.redis_jobs import Leasing
from bot.services.redis_store import open_store
from bot.settings import read_settings
from bot.wiring import open_services, store_options
from bot.worker import Handler, Patience, Rhythm, Worker
from tests.fakes.board import BoardChat

# The job of the first user always fails, that of the second kills its worker.
POISONED, KILLER = "UPOISON", "UKILLER"


def noted(log: Path, handler: Handler) -> Handler:
    """Write down start and end of each job; two are poison."""

    def note(event: str, claimed: Claimed) -> None:
        row = {"at": time.monotonic(), "event": event, "job": claimed.job.id, "starts": claimed.starts}
        with log.open("a") as lines:
            lines.write(json.dumps(row) + "\n")

    async def attempt(claimed: Claimed) -> Claimed | None:
        note("start", claimed)
        if claimed.job.user == POISONED and claimed.lane == "write":
            raise ValueError("poison")
        if claimed.job.user == KILLER and claimed.lane == "write":
            os.kill(os.getpid(), signal.SIGKILL)
        following = await handler(claimed)
        note("end", claimed)
        return following

    return attempt


async def work(environ: Mapping[str, str], board: str, log: Path, lease_s: float) -> None:
    """Work until SIGTERM."""
    settings = read_settings(environ)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    options = replace(store_options(settings), leasing=Leasing(lease_s=lease_s))
    async with (
        aiohttp.ClientSession(board) as session,
        open_services(settings, {"slack": BoardChat(session)}) as services,
        open_store(settings.redis_url, options) as store,
    ):
        perform = noted(log, services.perform)
        worker = Worker(
            store.jobs,
            {"drain": services.drain, "perform": perform},
            name=log.stem,
            concurrency=settings.concurrency,
            clock=services.desk.clock,
            draw=random.random,
            rhythm=Rhythm(renew_s=lease_s / 3, grace_s=5),
            # As long as in production at a lease of 30 s.
            patience=Patience(first_s=lease_s / 15),
        )
        await worker.run(stop)


def main(environ: Mapping[str, str], board: str, log: Path, lease_s: float) -> None:
    """Be the process: what it says on stderr stands beside its log."""
    with log.with_suffix(".err").open("w") as errors:
        os.dup2(errors.fileno(), 2)
    logging.basicConfig(level="ERROR")
    asyncio.run(work(environ, board, log, lease_s))
