"""A real worker process killed with SIGKILL around each of its calls to Slack: one strategy in the thread."""

import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.adapters.killing import CALLS, Trial, dies_before
from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_streaming import streams, whole
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL
from tests.fakes.strategist import Strategist
from tests.redis_server import RedisServer

SOME = ((2, False), (4, False), (6, True))


@dataclass(slots=True, kw_only=True)
class Case(Trial):
    """Be one plan in Slack that is asked for."""

    slack: SlackServer


async def _kill_at(case: Case, nth: int, *, before: bool) -> tuple[Running, bool]:
    """Ask for a plan, kill its worker at one call, and let another one finish; returns the rest and whether it died."""
    slack = case.slack
    async with (
        run_bot(slack, case.server.url, case.model, working=False, REDIS_NAMESPACE=case.namespace) as door,
        case.worker() as process,
    ):
        slack.strike(nth, lambda: os.kill(process.pid, signal.SIGKILL), before=before)
        await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        died = await dies_before(door.idle(), process)
    slack.gate.strike = None
    case.lapse_leases()
    async with run_bot(slack, case.server.url, case.model, REDIS_NAMESPACE=case.namespace) as bot:
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
        platform = {
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.base_url,
        }
        yield Case(slack=slack, platform=platform, server=redis_server, model=model)


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
