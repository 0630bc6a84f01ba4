"""The fake Teams and the bot over a real Redis, for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.teams.running import Running, run_bot
from tests.fakes.teams_connector import FakeTeams, fake_teams
from tests.redis_server import RedisServer


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    """Run a fake Teams."""
    async with fake_teams() as fake:
        yield fake


@pytest.fixture
async def bot(teams: FakeTeams, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the whole bot over a real Redis; at the end, nothing an honest bot never does may have happened."""
    async with run_bot(teams, redis_server.url) as running:
        yield running
    assert teams.violations == []
