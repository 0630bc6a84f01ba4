"""Plans while a model writes them: sections as they come, few calls, Slack's stop, and many at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_transcripts import TEXTS, VERDICTS
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOARD, BOB, BOT, GENERAL, RUI, TEAM
from tests.fakes.strategist import Strategist
from tests.redis_server import RedisServer


@pytest.fixture
async def model() -> AsyncIterator[OpenAIServer]:
    """Run a model that writes a plan in about a quarter of a minute."""
    async with OpenAIServer(documents=Strategist(), tokens_per_s=120.0) as server:
        yield server


@pytest.fixture
async def writer(slack: SlackServer, model: OpenAIServer, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the bot with that model."""
    async with run_bot(
        slack,
        redis_server.url,
        model,
        LIMIT_CHANNEL_TOKENS_HOUR="10000000",
        LIMIT_USER_TOKENS_HOUR="10000000",
    ) as running:
        yield running
    assert slack.violations == []


async def test_sections_come_while_it_is_written(writer: Running) -> None:
    """The first sections can be read before the last are written, and the whole plan costs at most twelve calls."""
    await writer.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await writer.until(lambda: VERDICTS["es"] in writer.read(GENERAL))
    assert TEXTS.say("card.status.done", "es") not in writer.read(GENERAL)
    await writer.idle()

    read = writer.read(GENERAL)
    assert TEXTS.say("card.status.done", "es") in read
    assert read.count("# 3. Riesgos") == 1
    assert writer.slack.count("chat.") <= 12


async def test_the_platforms_own_stop_ends_the_writing(writer: Running, model: OpenAIServer) -> None:
    """Slack's stop button ends the writing: the model's stream is closed and the finished sections stay."""
    await writer.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await writer.until(lambda: VERDICTS["es"] in writer.read(GENERAL))
    (card,) = writer.cards(GENERAL)
    await model.asked(60)

    await writer.slack.people.stop_stream(ANA, GENERAL, card.ts)
    await writer.idle()

    read = writer.read(GENERAL)
    assert TEXTS.say("card.status.stopped", "es") in read
    assert VERDICTS["es"] in read
    await model.client_left(20)


async def test_with_every_call_ten_seconds_late_answers_are_not(bot: Running) -> None:
    """While each call to Slack takes ten seconds, every door still answers at once, and nothing is lost."""
    slack = bot.slack
    hold = slack.hold("*")
    answers = [await slack.people.send_command(ANA, GENERAL, text) for text in ("finanzas 40", "", "ayuda")]
    await asyncio.wait_for(hold.arrived.wait(), 20)
    events = slack.people.type(ANA, GENERAL, f"<@{BOT}> comercio 20")[1] + slack.people.type(BOB, BOT, "retail 30")[1]
    answers += [await slack.people.courier.bring(event) for event in events]
    assert [answer.status for answer in answers] == [200] * len(answers)

    slack.clock.advance(10)
    hold.release()
    await bot.idle()

    read = bot.read(GENERAL) + bot.read(slack.world.im(TEAM, BOB).id)
    assert read.count("# Fuentes") + read.count("# Sources") == 3


@pytest.mark.slow
async def test_eight_plans_at_once_are_all_finished(writer: Running) -> None:
    """Eight strategies at once in one workspace all end, and Slack never has to say that there are too many calls."""
    places = [(user, channel) for user in (ANA, BOB) for channel in (GENERAL, BOARD, BOT)]
    places += [(RUI, GENERAL), (RUI, BOT)]
    answers = await asyncio.gather(
        *(writer.slack.people.send_command(user, channel, "finanzas 40") for user, channel in places)
    )
    await writer.idle()

    assert [answer.status for answer in answers] == [200] * len(places)
    ims = [writer.slack.world.im(TEAM, user).id for user in (ANA, BOB, RUI)]
    read = "\n".join(writer.read(channel) for channel in (GENERAL, BOARD, *ims))
    assert read.count("# 3. Riesgos") == len(places)
    assert all(asked.error is None for asked in writer.slack.calls)
