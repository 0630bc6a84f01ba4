"""A real worker process killed with SIGKILL around each of its calls to Teams: one strategy, in a chat and a channel."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.commands.process import make_worker
from tests.adapters.killing import CALLS, Trial, dies_before
from tests.adapters.teams.running import Running, lines_of, run_bot, settings_for
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist
from tests.fakes.teams_connector import APP_ID, SECRET, TENANT, FakeTeams, Strike, Talk, WallClock, fake_teams
from tests.redis_server import RedisServer, eventually

SOME = (("personal", 5, False), ("channel", 6, True))
HEADINGS = (
    "Veredicto",
    "1. Plan de transición",
    "2. Coste total de propiedad (TCO)",
    "Supuestos e incógnitas",
    "Fuentes",
)


@dataclass(slots=True, kw_only=True)
class Case(Trial):
    """Be one plan in Teams that is asked for."""

    teams: FakeTeams

    @asynccontextmanager
    async def door(self) -> AsyncIterator[Running]:
        """Open the door of the bot, in the process of the test, on the clock of the machine."""
        async with run_bot(self.teams, self.server.url, **self.settings) as bot:
            yield bot


async def idle(bot: Running) -> None:
    """Wait until no job is left."""

    async def no_job() -> bool:
        looks = [[one async for one in bot.services.desk.store.desk.reports() if one.where != "dead"] for _ in range(2)]
        return not any(looks)

    await eventually(no_job, within_s=90)


async def _kill_at(case: Case, place: str, nth: int, *, before: bool) -> tuple[Talk, bool]:
    """Ask for a plan, kill its worker at one call, let another finish; returns the conversation and whether it died."""
    async with case.door() as door, case.worker() as process:
        talk: Talk = getattr(door, place)
        case.teams.strike = Strike(nth, before, lambda: os.kill(process.pid, signal.SIGKILL))
        said = (
            {"text": "finanzas 40", "textFormat": "plain"} if place == "personal" else door.teams.mention("finanzas 40")
        )
        activity = door.teams.activity(talk, next(iter(talk.members)), **said)
        for _ in range(2):
            # Teams sends a message again that was not answered in fifteen seconds.
            assert (await door.send(activity)).status == 200
        died = await dies_before(idle(door), process)
    case.teams.strike = None
    case.lapse_leases()
    async with case.door() as bot:
        bot.teams.talks[talk.id] = talk
        stop = asyncio.Event()
        worker = asyncio.create_task(
            make_worker(settings_for(case.teams, case.server.url, **case.settings), bot.services).run(stop)
        )
        await idle(bot)
        stop.set()
        await worker
    return talk, died


def _one_strategy(case: Case, talk: Talk) -> None:
    """Fail unless each section stands once and no stream with words in it is left open."""
    shown = ["\n".join(lines_of(one)) for one in talk.messages.values()]
    finished = [one for one in shown if "✅" in one]
    text = "\n".join(shown)
    counts = {heading: sum(f"{heading}\n" in f"{one.replace('**', '')}\n" for one in shown) for heading in HEADINGS}
    assert len(finished) == 1, text
    assert set(counts.values()) <= {1, 2}, counts
    assert counts["Fuentes"] == 1, counts
    left = talk.streams.open
    assert left is None or not left.text
    assert case.teams.violations == []


@pytest.fixture
async def case(redis_server: RedisServer) -> AsyncIterator[Case]:
    """Run what outlives the workers: Teams on the clock of the machine, Redis and a model."""
    async with fake_teams(WallClock()) as teams, OpenAIServer(documents=Strategist(), tokens_per_s=1_500.0) as model:
        platform = {
            "TEAMS_APP_ID": APP_ID,
            "TEAMS_APP_PASSWORD": SECRET,
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_AUTHORITY": teams.address,
            "TEAMS_LOOPBACK": "true",
        }
        yield Case(teams=teams, platform=platform, server=redis_server, model=model)


@pytest.mark.slow
@pytest.mark.parametrize(("place", "nth", "before"), SOME)
async def test_a_killed_worker_leaves_one_strategy(case: Case, place: str, nth: int, *, before: bool) -> None:
    """Killed after a chunk of a stream, before an edit in a channel: the next worker makes it one plan."""
    talk, died = await _kill_at(case, place, nth, before=before)

    assert died
    _one_strategy(case, talk)


@pytest.mark.sweep
@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", ["personal", "channel"])
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("nth", range(1, CALLS + 1))
async def test_a_worker_killed_anywhere_leaves_one_strategy(case: Case, place: str, nth: int, *, before: bool) -> None:
    """Killed before or after any of its calls to Teams: the next worker makes it one plan."""
    talk, died = await _kill_at(case, place, nth, before=before)

    # The number of edits depends on how fast the model writes: the last points may not be reached.
    assert died or nth > CALLS - 3
    _one_strategy(case, talk)
