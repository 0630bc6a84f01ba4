"""A real worker process killed with SIGKILL around each of its calls to Slack: one strategy in the thread."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_streaming import streams, whole
from tests.fakes.openai_server import DEFAULT_KEY, OpenAIServer
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL
from tests.fakes.strategist import Strategist
from tests.redis_server import RedisServer

ROOT = Path(__file__).parents[3]
# A plan makes ten calls to chat.*; killed before and after each there are twenty points.
CALLS = 10
SOME = ((2, False), (4, False), (6, True))


@dataclass(slots=True)
class Case:
    """Be one plan that is asked for, and what its processes are told."""

    slack: SlackServer
    server: RedisServer
    model: OpenAIServer
    namespace: str = field(default_factory=lambda: uuid4().hex)

    @property
    def settings(self) -> dict[str, str]:
        """Return what the processes share beside Slack and Redis."""
        return {
            "REDIS_NAMESPACE": self.namespace,
            "OPENAI_BASE_URL": self.model.base_url,
            "OPENAI_API_KEY": DEFAULT_KEY,
            "OPENAI_MODEL": "gpt-4o",
        }

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run a worker process of the bot until the end of the block."""
        environ = {
            "PATH": os.environ["PATH"],
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_API_URL": self.slack.base_url,
            "REDIS_URL": self.server.url,
            **self.settings,
        }
        command = (sys.executable, "-m", "bot", "worker")
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environ, stdout=nothing, stderr=nothing)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def lapse_leases(self) -> None:
        """Make Redis believe that the dead worker was silent for longer than its leases."""
        with self.server.client() as client:
            for lane in ("talk", "write"):
                stream = f"{{{self.namespace}}}:jobs:{lane}"
                if client.exists(stream) and client.xinfo_groups(stream):
                    for entry in client.xpending_range(stream, "workers", "-", "+", 100):
                        client.xclaim(stream, "workers", entry["consumer"], 0, [entry["message_id"]], idle=60_000)


async def _kill_at(case: Case, nth: int, *, before: bool) -> tuple[Running, bool]:
    """Ask for a plan, kill its worker at one call, and let another one finish; returns the rest and whether it died."""
    slack = case.slack
    async with (
        run_bot(slack, case.server.url, working=False, port=0, clock=None, **case.settings) as door,
        case.worker() as process,
    ):
        slack.strike(nth, lambda: os.kill(process.pid, signal.SIGKILL), before=before)
        await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        over, dead = asyncio.create_task(door.idle()), asyncio.create_task(process.wait())
        await asyncio.wait({over, dead}, return_when=asyncio.FIRST_COMPLETED)
        for task in (over, dead):
            task.cancel()
        died = process.returncode is not None
    slack.gate.strike = None
    case.lapse_leases()
    async with run_bot(slack, case.server.url, working=True, port=0, clock=None, **case.settings) as bot:
        await bot.idle()
    return bot, died


def _one_strategy(bot: Running) -> None:
    """Fail unless each section stands once; a stream whose name died with its worker bears none and is only one."""
    whole(bot.read(GENERAL))
    unended = [message for message in streams(bot) if message.stream and message.stream.state == "open"]
    assert len(unended) <= 1
    assert all(message.blocks == [] and message.markdown == "" for message in unended)
    assert len(bot.cards(GENERAL)) <= 2
    assert bot.slack.violations == []


@pytest.fixture
async def case(slack: SlackServer, redis_server: RedisServer) -> AsyncIterator[Case]:
    """Run what outlives the workers: Slack, Redis and a model."""
    async with OpenAIServer(documents=Strategist(), tokens_per_s=700.0) as model:
        yield Case(slack, redis_server, model)


@pytest.mark.slow
@pytest.mark.parametrize(("nth", "before"), SOME)
async def test_a_killed_worker_leaves_one_strategy(case: Case, nth: int, *, before: bool) -> None:
    """Killed after the start of a stream, after an append, before a later call: the next worker makes it one plan."""
    bot, died = await _kill_at(case, nth, before=before)

    assert died
    _one_strategy(bot)


@pytest.mark.sweep
@pytest.mark.timeout(300)
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("nth", range(1, CALLS + 1))
async def test_a_worker_killed_anywhere_leaves_one_strategy(case: Case, nth: int, *, before: bool) -> None:
    """Killed before or after any of its calls to Slack: the next worker makes it one plan."""
    bot, died = await _kill_at(case, nth, before=before)

    # The number of appends depends on how fast the model writes: the last points may not be reached.
    assert died or nth > CALLS - 3
    _one_strategy(bot)
