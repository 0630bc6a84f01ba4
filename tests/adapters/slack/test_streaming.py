"""Plans streamed into their thread: tasks, sections, one close; and what is left when Slack or a reader ends a stream."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_faults import SECTIONS
from tests.adapters.slack.test_transcripts import TEXTS, VERDICTS
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack_gate import METHODS
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOARD, BOT, GENERAL, SCOPES, TEAM
from tests.fakes.slack_world import STREAM_LIFE_S, Message
from tests.fakes.strategist import Strategist
from tests.redis_server import RedisServer


@pytest.fixture
async def model() -> AsyncIterator[OpenAIServer]:
    """Run a model that writes a plan in some seconds."""
    async with OpenAIServer(documents=Strategist(), tokens_per_s=250.0) as server:
        yield server


@pytest.fixture
async def writer(slack: SlackServer, model: OpenAIServer, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the bot with that model."""
    async with run_bot(slack, redis_server.url, model) as running:
        yield running
    assert slack.violations == []


def streams(bot: Running, channel: str = GENERAL) -> list[Message]:
    """Return the streamed messages of a channel."""
    return [message for message in bot.slack.messages(channel) if message.stream]


def blocks_of(bot: Running, kind: str, channel: str = GENERAL) -> list[dict[str, Any]]:
    """Return all blocks of a kind that stand in a channel."""
    return [block for message in bot.slack.messages(channel) for block in message.blocks if block["type"] == kind]


def whole(read: str) -> None:
    """Fail unless each section stands there once, in order."""
    assert [read.count(heading) for heading in SECTIONS] == [1] * len(SECTIONS)
    places = [read.index(heading) for heading in SECTIONS]
    assert places == sorted(places)


async def test_a_plan_is_streamed_with_its_tasks_and_closed(writer: Running) -> None:
    """Costs, each section and the checks are tasks; sections come by appends; the last message closes the plan."""
    slack = writer.slack
    await slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await writer.until(lambda: VERDICTS["es"] in writer.read(GENERAL))
    (card,) = writer.cards(GENERAL)
    assert slack.world.sessions[GENERAL, card.ts] == "processing"
    await writer.idle()

    whole(writer.read(GENERAL))
    shown = streams(writer)
    assert {message.root for message in shown} == {card.ts}
    assert [message.stream.state for message in shown if message.stream] == ["stopped"] * len(shown)
    tasks = [task for message in shown if message.stream for task in message.stream.tasks.values()]
    titles = [task["title"] for task in tasks]
    assert titles[0] == TEXTS.say("task.costs", "es")
    assert titles[-1] == TEXTS.say("task.checked", "es")
    for heading in SECTIONS:
        assert any(title.startswith(heading.removeprefix("# ")) for title in titles), heading
    assert {task["status"] for task in tasks} == {"complete"}
    assert slack.world.sessions[GENERAL, card.ts] == "active"
    assert [message.metadata for message in shown if message.metadata is None] == []
    closing = [block["type"] for block in writer.last(GENERAL).blocks[-2:]]
    assert closing == ["actions", "context_actions"]
    assert slack.count("chat.appendStream") >= 2
    assert slack.count("chat.") <= 12


async def test_the_costs_are_a_native_table_and_one_chart_of_the_ledger(bot: Running) -> None:
    """The comparison is a native table of data with exactly one bar chart, whose values all stand in that table."""
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40, gastamos 20000 USD al mes en GPT-4o")
    await bot.idle()

    (table,), (chart,) = blocks_of(bot, "data_table"), blocks_of(bot, "data_visualization")
    assert chart["chart"]["type"] == "bar"
    assert chart["title"] == TEXTS.say("chart.costs", "es")
    written = {"".join(filter(str.isdecimal, cell["text"])) for row in table["rows"] for cell in row[1:]}
    values = [point["value"] for series in chart["chart"]["series"] for point in series["data"]]
    assert len(values) >= 4
    assert {str(int(value)) for value in values} <= written


@pytest.mark.parametrize(
    "refused", [{"data_table", "data_visualization"}, {"data_table", "table", "data_visualization", "markdown"}]
)
async def test_a_workspace_without_native_tables_loses_nothing(
    slack: SlackServer, redis_server: RedisServer, refused: set[str]
) -> None:
    """Where native tables and charts are refused the same words stand there as Markdown, or else as lines of text."""
    async with run_bot(slack, redis_server.url) as bot:
        await slack.people.send_command(ANA, BOARD, "finanzas 40")
        await bot.idle()
        (table,) = blocks_of(bot, "data_table", BOARD)
        slack.world.app.refused_blocks = frozenset(refused)
        await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        await bot.idle()
        read = bot.read(GENERAL).replace("\u00a0", " ")

    cells = [cell["text"].replace("\u00a0", " ") for row in table["rows"] for cell in row]
    assert any(cell.endswith(" USD") for cell in cells)
    for needle in ("Nube privada", "On-premise", "Coste medio anual", TEXTS.say("chart.costs", "es"), *cells):
        assert needle in read, needle
    for heading in SECTIONS:
        assert heading.removeprefix("# ") in read
    assert {one.code for one in slack.refusals} <= {"invalid_blocks", "msg_too_long"}


@pytest.mark.parametrize("code", ["not_in_channel", 429, 503])
async def test_where_nothing_streams_the_plan_is_posted_and_edited(bot: Running, code: str | int) -> None:
    """Each refusal to start a stream leaves a plan that is posted and edited, whole."""
    bot.slack.fail("chat.startStream", code, times=9)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    whole(bot.read(GENERAL))
    assert streams(bot) == []
    assert bot.slack.count("chat.startStream") == 1 or code == 429
    assert blocks_of(bot, "context_actions")


async def test_a_plan_that_may_take_long_is_not_streamed(slack: SlackServer, redis_server: RedisServer) -> None:
    """With a deadline past the life of a stream, nothing is streamed, and the plan costs at most twelve calls too."""
    async with run_bot(slack, redis_server.url, DEADLINE_SECONDS="300") as bot:
        await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        await bot.idle()
        whole(bot.read(GENERAL))

    assert slack.count("chat.startStream") == 0
    assert slack.count("chat.") <= 12
    assert slack.violations == []


async def test_an_append_that_says_stopped_ends_the_writing(writer: Running, model: OpenAIServer) -> None:
    """When Slack's event of the stop is lost, the next append tells: the writing ends, the sections stay, it is said."""
    await writer.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await writer.until(lambda: VERDICTS["es"] in writer.read(GENERAL))
    for message in streams(writer):
        assert message.stream
        message.stream.state = "stopped_by_user"
    await writer.idle()

    read = writer.read(GENERAL)
    assert read.count(VERDICTS["es"]) == 1
    assert max(read.count(heading) for heading in SECTIONS) == 1
    assert TEXTS.say("plan.stopped", "es") in read
    assert read.count(TEXTS.say("plan.stopping", "es")) == 1
    assert writer.slack.count("chat.startStream") == 1


@pytest.mark.parametrize("how", ["word", "button"])
async def test_stopping_keeps_what_is_there_and_says_so(writer: Running, how: str) -> None:
    """The word "stop" and Slack's own button end the job once, keep each finished section once and say that it ended."""
    slack = writer.slack
    await slack.people.say(ANA, BOT, "finanzas 40")
    im = slack.world.im(TEAM, ANA).id
    await writer.until(lambda: VERDICTS["es"] in writer.read(im))
    if how == "word":
        await slack.people.say(ANA, BOT, "para")
    else:
        await slack.people.stop_stream(ANA, im, streams(writer, im)[0].root)
    await writer.idle()

    read = writer.read(im)
    assert read.count("# Veredicto") == 1
    assert max(read.count(heading) for heading in SECTIONS) == 1
    assert TEXTS.say("plan.stopped", "es") in read
    assert TEXTS.say("plan.stopping_already", "es") not in read
    assert "(writing…)" not in read


async def test_a_stream_that_died_of_age_is_edited(writer: Running) -> None:
    """A stream whose five minutes are over leaves no broken message: it is edited, and the plan is whole."""
    await writer.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await writer.until(lambda: VERDICTS["es"] in writer.read(GENERAL))
    for message in streams(writer):
        assert message.stream
        message.stream.started_at -= STREAM_LIFE_S
    await writer.idle()

    whole(writer.read(GENERAL))
    assert all(message.edited for message in streams(writer) if message.stream and message.stream.state == "expired")


async def test_figures_that_change_while_it_streams_replace_the_text(writer: Running) -> None:
    """A click on the spend before the cost section takes the shown sections back: one plan, with the new figures."""
    await writer.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await writer.until(lambda: VERDICTS["es"] in writer.read(GENERAL))
    (card,) = writer.cards(GENERAL)
    spend = next(
        element["action_id"]
        for block in card.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith("say/spend/")
    )
    await writer.slack.people.press(ANA, card, spend)
    await writer.idle()

    whole(writer.read(GENERAL))


SOME = (
    ("chat.startStream", "internal_error", 2),
    ("chat.appendStream", "invalid_blocks", 1),
    ("chat.stopStream", "ratelimited", 1),
    ("chat.stopStream", "msg_too_long", 1),
    ("chat.stopStream", "message_not_in_streaming_state", 2),
)


@pytest.mark.parametrize(("method", "code", "nth"), SOME)
async def test_errors_of_a_stream_end_well(bot: Running, method: str, code: str, nth: int) -> None:
    """One error of each kind met once by a stream: the plan is read whole in the end."""
    bot.slack.fail(method, code, nth=nth)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    whole(bot.read(GENERAL))


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
async def test_a_lost_answer_of_a_stream_doubles_nothing(bot: Running, method: str) -> None:
    """When Slack did what was asked and its answer was lost, each section still stands there once."""
    bot.slack.cut(method, times=2)
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    whole(bot.read(GENERAL))


@pytest.mark.parametrize("busy", [0, 1], ids=["seen at once", "looked for again"])
@pytest.mark.parametrize("place", [BOT, GENERAL])
async def test_a_stream_whose_start_was_lost_is_taken_away(redis_server: RedisServer, place: str, busy: int) -> None:
    """Where the bot may read, a stream whose ts it never got is ended and deleted; the plan is posted and edited.

    A look that fails for a moment is taken again.
    """
    async with (
        SlackServer(scopes=SCOPES | {"channels:history", "groups:history"}) as slack,
        run_bot(slack, redis_server.url) as bot,
    ):
        slack.cut("chat.startStream")
        if busy:
            slack.fail("conversations.replies", 503, times=busy)
        if place == BOT:
            await slack.people.say(ANA, BOT, "finanzas 40")
        else:
            await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        await bot.idle()
        channel = slack.world.im(TEAM, ANA).id if place == BOT else GENERAL

        assert slack.count("chat.startStream") == 1
        assert streams(bot, channel) == []
        whole(bot.read(channel))
        assert slack.violations == []


def test_all_methods_of_a_plan_have_documented_errors() -> None:
    """The sweep over error codes has codes to try for each method of a plan."""
    for method in ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "chat.update"):
        assert len(METHODS[method]["errors"]) > 10
