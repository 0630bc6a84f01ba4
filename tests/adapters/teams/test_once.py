"""However often Teams delivers something, and however many workers do the jobs: one card, one strategy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, Running, run_bot
from tests.fakes.teams_connector import FakeTeams, Talk
from tests.redis_server import RedisServer

TEXTS = load_texts()
PLACES = ("personal", "group", "channel")
AGAIN_S = 15.0
"""Teams delivers a message again that was not answered in so many seconds."""


@asynccontextmanager
async def two_bots(teams: FakeTeams, server: RedisServer) -> AsyncIterator[tuple[Running, Running]]:
    """Run two bots over one store; both know the same conversations."""
    name = uuid4().hex
    async with (
        run_bot(teams, server.url, REDIS_NAMESPACE=name) as first,
        run_bot(teams, server.url, REDIS_NAMESPACE=name) as second,
    ):
        for place in PLACES:
            setattr(first, place, getattr(second, place))
        yield first, second


def one_strategy(bot: Running, talk: Talk) -> None:
    """Fail unless one plan stands in a conversation, with each section once."""
    seen = bot.read(talk)
    for words in ("✅", "Veredicto\n", "Decisión que se pide al consejo", "Fuentes\n"):
        assert seen.replace("**", "").count(words) == 1, words
    assert bot.teams.violations == []


@pytest.mark.parametrize("place", ["personal", "channel"])
async def test_a_message_delivered_again_counts_once(teams: FakeTeams, redis_server: RedisServer, place: str) -> None:
    """The same message, at once at two doors and again after fifteen seconds, leads to one plan by two workers."""
    async with two_bots(teams, redis_server) as (first, second):
        talk: Talk = getattr(second, place)
        said = {"text": "finanzas 40", "textFormat": "plain"} if place == "personal" else teams.mention("finanzas 40")
        activity = teams.activity(talk, ANA, **said)
        answers = list(await asyncio.gather(first.send(activity), second.send(activity)))
        await asyncio.gather(first.work(), second.work())
        await teams.clock.sleep(AGAIN_S)
        answers.append(await first.send(activity))
        await asyncio.gather(first.work(), second.work())

        assert [answer.status for answer in answers] == [200, 200, 200]
        one_strategy(first, talk)


@pytest.mark.parametrize("place", ["personal", "channel"])
async def test_an_invoke_sent_again_counts_once(teams: FakeTeams, redis_server: RedisServer, place: str) -> None:
    """A click that Teams sends three times, each time to another door and under another id, leads to one plan."""
    async with two_bots(teams, redis_server) as (first, second):
        talk: Talk = getattr(second, place)
        root = await first.say(talk, "una estrategia para nuestro banco")
        data = first.button(talk, TEXTS.say("button.target", "es", value=40))["data"]
        value = {"action": {"type": "Action.Execute", "verb": "press", "data": data}}
        thread = root if place == "channel" else ""
        answers = []
        for bot in (first, second, first):
            activity = teams.activity(
                talk, ANA, thread=thread, type="invoke", name="adaptiveCard/action", value=value, id=str(uuid4())
            )
            answers.append(await (await bot.send(activity)).json())
        await asyncio.gather(first.work(), second.work())

        assert answers[0] == answers[1] == answers[2]
        one_strategy(first, talk)


async def test_two_requests_at_once_are_two_plans_and_neither_is_lost(
    teams: FakeTeams, redis_server: RedisServer
) -> None:
    """In one personal chat only one stream can be open: the other plan comes in messages of its own, whole."""
    async with two_bots(teams, redis_server) as (first, second):
        talk = second.personal
        await first.say(talk, "finanzas 40")
        await second.say(talk, "seguros 30")
        await asyncio.gather(first.work(), second.work())

        seen = second.read(talk).replace("**", "")
        assert seen.count("✅") == 2
        assert seen.count("Veredicto\n") == 2
        assert teams.violations == []
