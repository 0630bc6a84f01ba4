"""The fake Slack and the bot over a real Redis, for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.running import Running, run_bot
from tests.fakes.slack_server import SlackServer
from tests.redis_server import RedisServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Run a fake Slack; at the end, nothing an honest bot never does may have happened."""
    async with SlackServer() as server:
        yield server


@pytest.fixture
async def bot(slack: SlackServer, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the whole bot over a real Redis in that Slack."""
    async with run_bot(slack, redis_server.url) as running:
        yield running
    assert slack.violations == []
