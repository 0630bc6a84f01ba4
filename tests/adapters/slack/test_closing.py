"""Plans whose job is given up: the card says how it ended, no stream stays open, and the dialogue goes on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ports import SectionView
from tests.adapters.slack.chatting import PLACE, VIEW, chatting
from tests.adapters.slack.running import HurriedClock, Running, run_bot
from tests.adapters.slack.test_streaming import streams, whole
from tests.adapters.slack.test_transcripts import TEXTS
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL
from tests.fakes.slack_world import VirtualClock
from tests.redis_server import RedisServer

EVER = 10_000
WRITING = "(writing…)"


@pytest.fixture
async def hurried(redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the bot and its Slack on a clock that lets nobody wait for retries."""
    clock = HurriedClock(rate=200.0)
    async with SlackServer(clock=clock) as slack, run_bot(slack, redis_server.url, clock=clock) as running:
        yield running
        assert slack.violations == []


async def _given_up(bot: Running) -> None:
    """Wait until the writing of the plan was started five times in vain."""

    async def dead() -> bool:
        return any([one.where == "dead" async for one in bot.services.desk.store.desk.reports()])

    await bot.until(dead)


def _buttons(bot: Running) -> list[str]:
    """Return the buttons of the card."""
    (card,) = bot.cards(GENERAL)
    rows = [block["elements"] for block in card.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row]


async def test_a_finished_plan_that_could_not_be_shown_is_shown_when_slack_is_back(
    hurried: Running,
) -> None:
    """Five starts fail at Slack, then it answers again: the plan stands there whole, its card says done, nothing is open."""
    hurried.slack.fail("chat.stopStream", "internal_error", times=EVER)
    await hurried.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await _given_up(hurried)
    hurried.slack.gate.faults.clear()
    await hurried.idle()

    read = hurried.read(GENERAL)
    whole(read)
    assert WRITING not in read
    assert TEXTS.say("card.status.done", "es") in read
    assert TEXTS.say("plan.failed", "es") not in read
    assert TEXTS.say("button.regenerate", "es") in _buttons(hurried)


async def test_a_plan_that_slack_refuses_for_good_keeps_what_was_finished(bot: Running) -> None:
    """A refusal while it is written gives the plan up: its sections stay, the card offers to write it anew, and that works."""
    bot.slack.fail("chat.appendStream", "no_permission")
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    read = bot.read(GENERAL)
    assert TEXTS.say("plan.failed", "es") in read
    assert TEXTS.say("card.status.failed", "es") in read
    assert WRITING not in read
    assert read.count("# Veredicto") == 1
    assert _buttons(bot) == [TEXTS.say(f"button.{one}", "es") for one in ("refine", "regenerate")]
    tasks = [task for one in streams(bot) if one.stream for task in one.stream.tasks.values()]
    assert [task["status"] for task in tasks].count("error") == 1
    assert "in_progress" not in {task["status"] for task in tasks}

    (card,) = bot.cards(GENERAL)
    await bot.slack.people.press(ANA, card, "say/regenerate/1")
    await bot.idle()
    assert TEXTS.say("card.status.done", "es") in bot.read(GENERAL)


async def test_a_plan_that_breaks_us_is_closed_without_what_breaks_us(hurried: Running) -> None:
    """A note that cannot be read ends each start, and the closing that would read it too: the card is closed bare."""
    store = hurried.services.desk.store
    held = hurried.slack.hold("chat.appendStream")
    await hurried.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await asyncio.wait_for(held.arrived.wait(), 30)
    (talk,) = {one.job.conversation async for one in store.desk.reports()}
    await store.scripts.client.hset(store.scripts.keys.of("flags", talk), "note:1.1", "{")
    hurried.slack.fail("chat.appendStream", 503)
    held.release()
    await hurried.idle()

    read = hurried.read(GENERAL)
    assert TEXTS.say("card.status.failed", "es") in read
    assert TEXTS.say("plan.failed", "es") in read
    assert WRITING not in read
    assert "# Veredicto" not in read
    assert _buttons(hurried) == [TEXTS.say(f"button.{one}", "es") for one in ("refine", "regenerate")]
    (card,) = hurried.cards(GENERAL)
    await hurried.slack.people.press(ANA, card, "say/regenerate/1")
    await hurried.idle()
    assert TEXTS.say("card.status.done", "es") in hurried.read(GENERAL)


@pytest.mark.parametrize("deadline_s", [110.0, 900.0])
async def test_a_card_closed_without_its_sections_leaves_none_behind(deadline_s: float) -> None:
    """What a fault of ours broke off is closed as a whole: the card says so, and no section and no stream stays open."""
    clock = VirtualClock()
    sections = tuple(SectionView(f"other{n}", f"Sección {n}", "Texto. " * 400) for n in range(5))
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=deadline_s) as chat:
        card = await chat.post_card(PLACE, VIEW, key="job")
        for count in range(len(sections)):
            clock.advance(8)
            await chat.update_card(PLACE, card, replace(VIEW, sections=sections[:count]))
        assert "Sección 3" in "\n".join(slack.transcript(GENERAL))
        await chat.update_card(PLACE, card, replace(VIEW, status="failed", progress="No terminado"))
        read = "\n".join(slack.transcript(GENERAL))

    assert "No terminado" in read
    assert "Sección" not in read
    assert WRITING not in read
    assert slack.violations == []
