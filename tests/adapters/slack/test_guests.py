"""The operator's lists: who is kept out of the bot, at every door, is told so and nothing else happens."""

from collections.abc import AsyncIterator

import pytest

from bot.services.texts import load_texts
from tests.adapters.slack.running import Running, run_bot
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOARD, BOB, BOT, GENERAL, TEAM
from tests.fakes.slack_transcript import show_message
from tests.redis_server import RedisServer

TEXTS = load_texts()


@pytest.fixture
async def guarded(slack: SlackServer, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run a bot for one workspace, two channels and two people."""
    async with run_bot(
        slack,
        redis_server.url,
        SLACK_WORKSPACES=TEAM,
        SLACK_CHANNELS=f"{BOARD} C0OTHER",
        SLACK_USERS=f"{ANA} U0OTHER",
    ) as running:
        yield running
    assert slack.violations == []


def _told(bot: Running, channel: str, user: str) -> str:
    return "\n".join(show_message(bot.slack.world, bot.last(channel, viewer=user)))


async def test_a_user_who_is_not_on_the_list_is_told_so_at_every_door(guarded: Running) -> None:
    """Command, mention, direct message, shortcut and home tab all answer with the sentence and begin nothing."""
    sentence, people = TEXTS.say("door.barred.user", "es"), guarded.slack.people
    answer = await people.send_command(BOB, BOARD, "retail 30")
    assert answer.json() == {"response_type": "ephemeral", "text": sentence}
    message = await people.say(BOB, BOARD, f"<@{BOT}> retail 30")
    await guarded.until(lambda: sentence in _told(guarded, BOARD, BOB))
    im = guarded.slack.world.im(TEAM, BOB).id
    await people.say(BOB, BOT, "retail 30")
    await guarded.until(lambda: sentence in guarded.read(im))
    await people.open_home(BOB)
    await guarded.until(lambda: sentence in str(guarded.slack.world.homes.get(BOB)))
    before = len(guarded.slack.messages(im))
    await people.shortcut(BOB, "new_strategy")
    await people.message_shortcut(BOB, message, "strategy_from_message")
    await guarded.until(lambda: len(guarded.slack.messages(im)) > before)
    await guarded.idle()

    assert guarded.cards(BOARD) == []
    assert not guarded.slack.world.stacks.get(BOB)


async def test_a_channel_that_is_not_on_the_list_is_closed_and_direct_messages_are_not(guarded: Running) -> None:
    """In another channel a sentence says where to go, nothing is shared there, and direct messages work."""
    answer = await guarded.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    assert answer.json()["text"] == TEXTS.say("door.barred.channel", "es")
    await guarded.slack.people.send_command(ANA, BOARD, "finanzas 40")
    await guarded.slack.people.say(ANA, BOT, "hola")
    await guarded.idle()

    assert guarded.cards(GENERAL) == []
    (card,) = guarded.cards(BOARD)
    assert TEXTS.say("ask.industry", "es") in guarded.read(guarded.slack.world.im(TEAM, ANA).id)
    share = next(
        one["action_id"]
        for block in card.blocks
        for one in block.get("elements", [])
        if "/share/" in str(one.get("action_id"))
    )
    await guarded.slack.people.press(ANA, card, share)
    await guarded.idle()
    await guarded.slack.people.select(ANA, guarded.last(BOARD), "say/share/0", GENERAL)
    await guarded.idle()
    assert TEXTS.say("share.not_listed", "es") in _told(guarded, BOARD, ANA)
    assert guarded.cards(GENERAL) == []


async def test_another_workspace_is_closed(slack: SlackServer, redis_server: RedisServer) -> None:
    """A workspace that is not on the list is told so, whoever asks."""
    async with run_bot(slack, redis_server.url, SLACK_WORKSPACES="T0OTHER") as bot:
        answer = await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        await bot.idle()
    assert answer.json()["text"] == TEXTS.say("door.barred.workspace", "es")
    assert slack.calls == []
