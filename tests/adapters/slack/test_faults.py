"""Faults of Slack and of the network: no plan is lost, none stands there twice, and Slack's wishes are honoured."""

import asyncio

import pytest

from bot.services.texts import load_texts
from tests.adapters.slack.running import Running
from tests.fakes.slack_town import ANA, BOT, GENERAL
from tests.fakes.slack_transcript import show_blocks

SECTIONS = (
    "# Veredicto",
    "# 1. Plan de transición",
    "# 2. Coste",
    "# 3. Riesgos",
    "# Supuestos",
    "# Decisión",
    "# Fuentes",
)


def _whole(text: str) -> None:
    for heading in SECTIONS:
        assert text.count(heading) == 1, heading


@pytest.mark.parametrize("seed", range(2))
async def test_lost_answers_double_nothing(bot: Running, seed: int) -> None:
    """When a third of the answers get lost after Slack did what was asked, each section still stands there once."""
    bot.slack.cut_often(0.33, seed)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    _whole(bot.read(GENERAL))


async def test_lost_answers_in_direct_messages_are_found_again(bot: Running) -> None:
    """In direct messages, where the bot may read, a post whose answer was lost is found and not repeated."""
    bot.slack.cut("chat.postMessage", times=1)
    await bot.slack.people.say(ANA, BOT, "finanzas 40")
    await bot.idle()

    im = bot.slack.world.im(bot.slack.world.people[ANA].team_id, ANA).id
    _whole(bot.read(im))
    assert len(bot.cards(im)) == 1


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_too_many_calls_are_waited_out(bot: Running, method: str) -> None:
    """A 429 is waited out as long as Slack wishes, and the plan is whole in the end."""
    bot.slack.fail(method, 429, times=2, retry_after=1)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    _whole(bot.read(GENERAL))
    assert len(bot.cards(GENERAL)) == 1


async def test_a_dead_attempt_is_taken_over(bot: Running) -> None:
    """An attempt that dies in the middle of a call leaves one plan behind when the next one has finished it."""
    hold = bot.slack.hold("chat.update")
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await asyncio.wait_for(hold.arrived.wait(), 30)
    bot.slack.fail("chat.update", 503)
    hold.release()
    await bot.idle()

    _whole(bot.read(GENERAL))
    assert len(bot.cards(GENERAL)) == 1


SOME = (
    "edit_window_closed",
    "invalid_blocks",
    "msg_too_long",
    "is_inactive",
    "as_user_not_supported",
    "internal_error",
)


@pytest.mark.parametrize("code", SOME)
async def test_errors_of_an_edit_end_well(bot: Running, code: str) -> None:
    """One error of each kind met once by an edit: the plan is read whole in the end, there or in direct messages."""
    bot.slack.fail("chat.update", code)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    _read_whole(bot)


def _read_whole(bot: Running) -> None:
    im = bot.slack.world.im(bot.slack.world.people[ANA].team_id, ANA).id
    read = bot.read(GENERAL) + bot.read(im)
    assert "Veredicto" in read
    assert "Fuentes" in read or load_texts().say("error.job_dead", "es") in read


async def test_a_card_that_stands_there_twice_says_where_the_plan_goes_on(bot: Running) -> None:
    """Where the bot may not read, a lost card is known when it is clicked: the click counts, and the card is marked."""
    bot.slack.cut("chat.postMessage", times=1)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()
    lost, card = bot.cards(GENERAL)

    await bot.slack.people.press(ANA, card, "say/regenerate/3")
    await bot.slack.people.press(ANA, lost, "say/stop/0")
    await bot.until(lambda: load_texts().say("card.twin", "es") in bot.read(GENERAL))
    await bot.idle()
    _, stands = bot.cards(GENERAL)
    assert load_texts().say("card.status.done", "es") in "\n".join(show_blocks(stands.blocks))
    link = lost.blocks[0]["elements"][0]["elements"][-1]
    assert link["url"].endswith(card.ts.replace(".", ""))
    assert [block["type"] for block in lost.blocks] == ["rich_text"]


async def test_reading_is_asked_for_only_where_it_was_granted(bot: Running) -> None:
    """After a lost answer in a channel whose reading nobody granted, the bot does not ask for its messages at all."""
    bot.slack.cut("chat.postMessage", times=2)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    _whole(bot.read(GENERAL))
    assert bot.slack.count("conversations.replies") == bot.slack.count("conversations.history") == 0
