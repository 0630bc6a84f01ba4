"""Whole dialogues through the signed door, a real Redis and the strict fake Slack, in three languages.

They are data (`talks/*.yaml`); all of one language share a bot, each has its own people and channel.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from bot.domain.brief import LANGUAGES, Language
from tests.adapters.slack.playing import Line, Play, talks
from tests.adapters.slack.running import HurriedClock, Running, run_bot
from tests.fakes.slack_server import SlackServer
from tests.redis_server import RedisServer

TALKS = talks()
RATE = 4.0
"""How many times as fast the time runs: Slack takes one message a second, and nobody has to wait for it here."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bots(redis_server: RedisServer) -> AsyncIterator[Mapping[Language, Running]]:
    """Run one bot for each language, as an operator in that country would."""
    async with AsyncExitStack() as stack:
        made = {}
        for language in LANGUAGES:
            clock = HurriedClock(rate=RATE)
            slack = await stack.enter_async_context(SlackServer(clock=clock))
            running = run_bot(slack, redis_server.url, clock=clock, DEFAULT_LANGUAGE=language)
            made[language] = await stack.enter_async_context(running)
        yield made


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("talk", TALKS.values(), ids=list(TALKS))
async def test_talk(bots: Mapping[Language, Running], talk: Line, language: Language) -> None:
    """Everybody reads what the transcript says, turn by turn, and the bot does nothing that Slack forbids."""
    play = Play(bots[language], language)
    try:
        for turn in talk["turns"]:
            await play.take(turn)
    finally:
        await play.hold("", "end", {})
        await play.bot.idle()
    assert play.bot.slack.violations == []


def test_each_slot_is_filled_in_each_way() -> None:
    """No slot and no way to fill it is without a transcript."""
    slots, ways = ("industry", "target", "both", "spend"), ("button", "form", "text")
    assert {f"{slot}_by_{way}" for slot in slots for way in ways} <= set(TALKS)
