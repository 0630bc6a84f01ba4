"""What is left in the store of a bot in Slack of somebody who was forgotten: nothing, whatever they did before."""

import asyncio

import pytest

from bot.services.texts import load_texts
from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_transcripts import VERDICTS
from tests.contracts.store_cases import dump
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOB, BOT, GENERAL, TEAM
from tests.fakes.strategist import Strategist
from tests.redis_server import RedisServer

TEXTS = load_texts()


async def _use_everything(bot: Running) -> str:
    """Have plans written, one shared and judged, and her home opened; returns her direct channel."""
    people = bot.slack.people
    await people.send_command(ANA, GENERAL, "finanzas 40")
    await people.say(ANA, BOT, "comercio 30")
    await bot.idle()
    (card,) = bot.cards(GENERAL)
    await people.press(ANA, card, "say/share/4")
    await people.press(ANA, card, "say/feedback/0", "good")
    await people.open_home(ANA)
    await bot.until(lambda: ANA in bot.slack.world.homes)
    await bot.idle()
    return bot.slack.world.im(TEAM, ANA).id


async def test_nothing_is_left_of_a_forgotten_user(bot: Running) -> None:
    """After plans in a channel and in private, a judgement, an offer to share and her home, no name of hers stands there."""
    direct = await _use_everything(bot)
    store = bot.services.desk.store
    before = await dump(store)
    assert all(word in before for word in (ANA, direct, "slack:post:"))

    await bot.slack.people.say(ANA, BOT, "olvídame")
    await bot.idle()
    question = bot.last(direct)
    await bot.slack.people.press(ANA, question, "say/forget_yes/0")
    await bot.idle()

    assert TEXTS.say("say.forgotten", "es", count=0).split(":")[0] in bot.read(direct)
    after = await dump(store)
    assert ANA not in after
    assert direct not in after
    # What is left is the last answer, and no name: its message's ts and a digest.
    assert len([line for line in after.splitlines() if "slack:post:" in line]) <= 1


async def test_nothing_is_left_of_a_forgotten_workspace(bot: Running) -> None:
    """Forgotten as a whole, nobody of a workspace, none of its channels and no post in them is named any more."""
    direct = await _use_everything(bot)
    await bot.slack.people.send_command(BOB, GENERAL, "seguros 20")
    await bot.idle()
    store = bot.services.desk.store
    before = await dump(store)
    assert all(word in before for word in (ANA, BOB, direct, GENERAL, "slack:post:"))

    await store.history.forget(TEAM, "", key="the operator's wish")

    after = "\n".join(line for line in (await dump(store)).splitlines() if "slack:answer:" not in line)
    assert not any(word in after for word in (ANA, BOB, direct, GENERAL, "slack:post:"))


async def _forget(bot: Running) -> None:
    """Have Ana ask to be forgotten, and mean it."""
    direct = bot.slack.world.im(TEAM, ANA).id
    await bot.slack.people.say(ANA, BOT, "olvídame")
    await bot.until(lambda: TEXTS.say("forget.confirm", "es") in bot.read(direct))
    await bot.slack.people.press(ANA, bot.last(direct), "say/forget_yes/0")
    await bot.until(lambda: TEXTS.say("say.forgotten", "es", count=0).split(":")[0] in bot.read(direct))


@pytest.mark.parametrize("deadline_s", ["110", "900"])
async def test_a_plan_being_written_is_taken_back(
    slack: SlackServer, redis_server: RedisServer, deadline_s: str
) -> None:
    """Streamed or edited, its sections go, the model is left, the card says why, and nothing of hers comes after."""
    async with (
        OpenAIServer(documents=Strategist(), tokens_per_s=120.0) as model,
        run_bot(slack, redis_server.url, model, DEADLINE_SECONDS=deadline_s) as bot,
    ):
        await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        await bot.until(lambda: VERDICTS["es"] in bot.read(GENERAL))
        (card,) = bot.cards(GENERAL)
        await model.asked(60)
        await _forget(bot)
        await bot.until(lambda: TEXTS.say("card.forgotten", "es") in bot.read(GENERAL))
        await model.client_left(20)
        await bot.idle()

        thread = [each for each in slack.messages(GENERAL) if each.root == card.ts]
        read = bot.read(GENERAL)
        assert [each.ts for each in thread] == [card.ts], read
        assert TEXTS.say("card.status.stopped", "es") in read
        assert TEXTS.say("card.status.writing", "es") not in read
        assert ANA not in await dump(bot.services.desk.store)
    # Closed, the worker has ended all it had in hand.
    assert bot.read(GENERAL) == read
    assert slack.violations == []


async def test_a_section_on_its_way_is_taken_back(slack: SlackServer, redis_server: RedisServer) -> None:
    """What Slack takes in while everything is deleted goes as well, though nobody had noted yet where it stands."""
    async with (
        OpenAIServer(documents=Strategist(), tokens_per_s=120.0) as model,
        run_bot(slack, redis_server.url, model, DEADLINE_SECONDS="900") as bot,
    ):
        hold = slack.hold("chat.update")
        await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        await asyncio.wait_for(hold.arrived.wait(), 20)
        await _forget(bot)
        hold.release()
        await bot.until(lambda: TEXTS.say("card.forgotten", "es") in bot.read(GENERAL))
        await bot.idle()

        (card,) = bot.cards(GENERAL)
        assert [each.ts for each in slack.messages(GENERAL) if each.root == card.ts] == [card.ts]
        assert ANA not in await dump(bot.services.desk.store)
    assert slack.violations == []
