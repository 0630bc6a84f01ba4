"""Streams, assistant status and agent sessions of the fake Slack, through the real slack_sdk client."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack_case import HEADERS, SECTION, client_of, error_of
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOT, GENERAL, OPEN, TEAM, add_bot
from tests.fakes.slack_world import App, VirtualClock

RECIPIENT: dict[str, Any] = {"recipient_user_id": ANA, "recipient_team_id": TEAM}
TASK = {"type": "task_update", "id": "costs", "title": "Costes", "status": "in_progress"}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Serve a fake Slack whose time stands still."""
    async with SlackServer(clock=VirtualClock()) as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    """Return a real client."""
    return client_of(slack)


async def begin(client: AsyncWebClient, **more: Any) -> dict[str, Any]:
    """Start a stream in a new thread of #general and return its channel and ts."""
    root = await client.chat_postMessage(channel=GENERAL, text="root")
    answer = await client.chat_startStream(channel=GENERAL, thread_ts=root["ts"], **(RECIPIENT | more))
    return {"channel": GENERAL, "ts": answer["ts"]}


async def test_a_stream_from_start_to_stop(slack: SlackServer, client: AsyncWebClient) -> None:
    """Tasks move, text grows, blocks come last, the session ends as told."""
    stream = await begin(client, task_display_mode="plan", chunks=[{"type": "plan_update", "title": "Plan"}, TASK])
    assert slack.transcript(GENERAL)[1:] == ["    Strategy: [plan] Plan", "      ◐ Costes", "      (writing…)"]
    await client.chat_appendStream(**stream, markdown_text="## Fase 1\n")
    await client.chat_appendStream(
        **stream, chunks=[TASK | {"status": "complete"}, {"type": "markdown_text", "text": "uno"}]
    )
    await client.chat_stopStream(**stream, blocks=[SECTION], metadata=HEADERS, session_status="active")
    shown = ["    Strategy: [plan] Plan", "      ● Costes", "      ## Fase 1", "      uno", "      hola"]
    assert slack.transcript(GENERAL)[1:] == shown
    root = slack.messages(GENERAL)[0].ts
    assert slack.world.sessions[GENERAL, root] == "active"
    assert slack.messages(GENERAL)[1].metadata == HEADERS
    assert not slack.violations


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"recipient_user_id": None}, "missing_recipient_user_id"),
        ({"recipient_team_id": None}, "missing_recipient_team_id"),
        ({"recipient_user_id": "U0NOBODY"}, "user_not_found"),
        ({"recipient_team_id": "T0NOWHERE"}, "team_not_found"),
        ({"channel": OPEN}, "not_in_channel"),
        ({"thread_ts": "1.1"}, "invalid_thread_ts"),
        ({"task_display_mode": "cards"}, "invalid_arguments"),
        ({"chunks": [TASK | {"status": "completed"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "song"}]}, "invalid_chunks"),
        ({"markdown_text": "a" * 12_001}, "msg_too_long"),
    ],
)
async def test_starting_refuses(client: AsyncWebClient, args: dict[str, Any], code: str) -> None:
    """A stream in a channel needs its reader, membership, a root, and chunks Slack knows."""
    root = await client.chat_postMessage(channel=GENERAL, text="root")
    whole = {"channel": GENERAL, "thread_ts": root["ts"], **RECIPIENT} | args
    assert await error_of(client.api_call("chat.startStream", json=whole)) == code


async def test_direct_messages_need_no_recipient(slack: SlackServer, client: AsyncWebClient) -> None:
    """In a direct message it is clear who reads."""
    im = slack.world.im(TEAM, ANA)
    root, _ = slack.people.type(ANA, BOT, "hola")
    assert await error_of(client.chat_startStream(channel=im.id, thread_ts=root.ts)) == "ok"


async def test_an_app_must_hear_the_stop_button() -> None:
    """An app that does not subscribe to agent_session_stopped cannot stream."""
    async with SlackServer(app=App(events=frozenset({"app_mention"}))) as slack:
        answer = client_of(slack).chat_startStream(channel=GENERAL, thread_ts="", **RECIPIENT)
        assert await error_of(answer) == "not_subscribed_to_message_stream_stopped"


async def test_a_stream_dies_after_five_minutes(slack: SlackServer, client: AsyncWebClient) -> None:
    """After five minutes neither append nor stop work, however busy it was; chat.update still does."""
    stream = await begin(client)
    slack.clock.advance(299)
    await client.chat_appendStream(**stream, markdown_text="still")
    assert await error_of(client.chat_update(**stream, text="x", parse="none")) == "streaming_state_conflict"
    slack.clock.advance(1)
    assert await error_of(client.chat_appendStream(**stream, markdown_text="x")) == "message_not_in_streaming_state"
    assert await error_of(client.chat_stopStream(**stream)) == "message_not_in_streaming_state"
    assert slack.transcript(GENERAL)[-1].strip() == "(broken off)"
    assert await error_of(client.chat_update(**stream, text="whole", parse="none")) == "ok"


async def test_a_stream_holds_twelve_thousand_bytes(slack: SlackServer, client: AsyncWebClient) -> None:
    """What goes over the size of the whole stream is refused and not kept, counted in bytes."""
    stream = await begin(client)
    await client.chat_appendStream(**stream, markdown_text="ñ" * 5999)
    assert await error_of(client.chat_appendStream(**stream, markdown_text="abc")) == "msg_too_long"
    assert await error_of(client.chat_appendStream(**stream, markdown_text="ab")) == "ok"
    assert len(slack.messages(GENERAL)[1].markdown) == 6001


async def test_stopped_is_stopped(client: AsyncWebClient) -> None:
    """A stream is stopped once; nothing can be appended afterwards or to what never was a stream."""
    stream = await begin(client)
    assert await error_of(client.chat_appendStream(**stream)) == "no_text"
    await client.chat_stopStream(**stream)
    assert await error_of(client.chat_stopStream(**stream)) == "message_not_in_streaming_state"
    plain = await client.chat_postMessage(channel=GENERAL, text="x")
    refused = client.chat_appendStream(channel=GENERAL, ts=plain["ts"], markdown_text="x")
    assert await error_of(refused) == "message_not_in_streaming_state"
    assert await error_of(client.chat_appendStream(channel=GENERAL, ts="1.1", markdown_text="x")) == "message_not_found"


async def test_another_app_cannot_write_into_a_stream(slack: SlackServer, client: AsyncWebClient) -> None:
    """A stream belongs to the app that started it."""
    stream = await begin(client)
    add_bot(slack.world, TEAM, user_id="U0OTHER001", bot_id="B0OTHER001", token="xoxb-other").app_id = "A0OTHER"
    other = client_of(slack, "xoxb-other")
    assert await error_of(other.chat_appendStream(**stream, markdown_text="x")) == "message_not_owned_by_app"


async def test_the_stop_button(slack: SlackServer, client: AsyncWebClient) -> None:
    """After a person stopped it a stream answers stopped_by_user and freezes."""
    stream = await begin(client, markdown_text="half")
    await slack.people.stop_stream(ANA, GENERAL, slack.messages(GENERAL)[0].ts)
    assert await error_of(client.chat_appendStream(**stream, markdown_text="x")) == "stopped_by_user"
    assert await error_of(client.chat_stopStream(**stream)) == "message_not_in_streaming_state"
    assert slack.transcript(GENERAL)[1:] == ["    Strategy: half", "      (stopped)"]


async def test_fifty_blocks_while_writing_and_fifty_at_the_end(slack: SlackServer, client: AsyncWebClient) -> None:
    """Blocks of chunks and blocks of the stop are counted apart."""
    stream = await begin(client, chunks=[{"type": "blocks", "blocks": [SECTION] * 50}])
    one_more = client.chat_appendStream(**stream, chunks=[{"type": "blocks", "blocks": [SECTION]}])
    assert await error_of(one_more) == "msg_blocks_too_many"
    assert await error_of(client.chat_stopStream(**stream, blocks=[SECTION] * 51)) == "invalid_blocks"
    assert await error_of(client.chat_stopStream(**stream, blocks=[SECTION] * 50)) == "ok"
    assert len(slack.messages(GENERAL)[1].blocks) == 100


async def test_limits_of_a_message_count_for_all_calls_of_a_stream_together(client: AsyncWebClient) -> None:
    """Text of blocks, charts, tasks and block ids are limited in the whole message, whichever calls brought them."""
    chart = {
        "type": "data_visualization",
        "title": "Costes",
        "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
    }
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3000}}
    named = SECTION | {"block_id": "b1"}
    tasks = [TASK | {"id": f"t{number}"} for number in range(30)]
    for parts, code in (
        ([{"type": "blocks", "blocks": [chart, chart]}, {"type": "blocks", "blocks": [chart]}], "invalid_blocks"),
        ([{"type": "blocks", "blocks": [long] * 4}, {"type": "blocks", "blocks": [long]}], "msg_too_long"),
        ([{"type": "blocks", "blocks": [named]}, {"type": "blocks", "blocks": [named]}], "invalid_blocks"),
    ):
        stream = await begin(client, chunks=[parts[0]])
        assert await error_of(client.chat_appendStream(**stream, chunks=[parts[1]])) == code
        assert await error_of(client.chat_stopStream(**stream, chunks=[parts[1]])) == code
    stream = await begin(client, chunks=tasks)
    more = [TASK | {"id": f"u{number}"} for number in range(21)]
    assert await error_of(client.chat_appendStream(**stream, chunks=more)) == "invalid_chunks"
    assert await error_of(client.chat_appendStream(**stream, chunks=tasks + more[1:])) == "ok"


async def test_a_workspace_may_refuse_kinds_of_blocks(slack: SlackServer, client: AsyncWebClient) -> None:
    """Blocks that a workspace was not given yet are refused in messages and in streams."""
    slack.app.refused_blocks = frozenset({"section"})
    assert await error_of(client.chat_postMessage(channel=GENERAL, text="x", blocks=[SECTION])) == "invalid_blocks"
    stream = await begin(client)
    refused = client.chat_appendStream(**stream, chunks=[{"type": "blocks", "blocks": [SECTION]}])
    assert await error_of(refused) == "invalid_blocks"


async def test_titles_of_tasks_can_ping(slack: SlackServer, client: AsyncWebClient) -> None:
    """A mention in the title of a task or plan is counted as one that notifies people."""
    await begin(client, chunks=[{"type": "plan_update", "title": "<!channel>"}, TASK | {"title": f"<@{ANA}>"}])
    assert slack.pings() == ["<!channel>", f"<@{ANA}>"]


async def test_answers_name_the_scopes_of_the_token(slack: SlackServer, client: AsyncWebClient) -> None:
    """Each answer names the scopes of its token, so that a bot need not try what it may not do."""
    answer = await client.auth_test()
    assert set(answer.headers["x-oauth-scopes"].split(",")) == slack.scopes


async def test_twenty_streams_a_minute(slack: SlackServer, client: AsyncWebClient) -> None:
    """chat.startStream is tier 2: the 21st in a minute waits."""
    root = await client.chat_postMessage(channel=GENERAL, text="root")
    starts = [client.chat_startStream(channel=GENERAL, thread_ts=root["ts"], **RECIPIENT) for _ in range(21)]
    assert [await error_of(each) for each in starts] == ["ok"] * 20 + ["ratelimited"]


async def test_a_status_lives_two_minutes(slack: SlackServer, client: AsyncWebClient) -> None:
    """A status goes away by itself, or with the next message in its thread."""
    root = await client.chat_postMessage(channel=GENERAL, text="root")
    where = {"channel_id": GENERAL, "thread_ts": root["ts"]}
    await client.assistant_threads_setStatus(**where, status="calcula…", loading_messages=["a" * 50] * 10)
    slack.clock.advance(119)
    assert slack.world.status(GENERAL, root["ts"]) == "calcula…"
    slack.clock.advance(1)
    assert slack.world.status(GENERAL, root["ts"]) == ""
    await client.assistant_threads_setStatus(**where, status="calcula…")
    await client.chat_postMessage(channel=GENERAL, text="x", thread_ts=root["ts"])
    assert slack.world.status(GENERAL, root["ts"]) == ""
    for loading in (["a" * 51], ["a"] * 11):
        refused = client.assistant_threads_setStatus(**where, status="x", loading_messages=loading)
        assert await error_of(refused) == "invalid_arguments"


async def test_prompts_under_agent_view(slack: SlackServer, client: AsyncWebClient) -> None:
    """At most four prompts; with a thread_ts Slack says ok and shows none."""
    im = slack.world.im(TEAM, ANA)
    prompts = [{"title": "Finanzas", "message": "finanzas 40"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id=im.id, prompts=prompts, thread_ts="1.1")
    assert slack.world.prompts == {}
    assert [each.code for each in slack.violations] == ["thread_ts_ignored"]
    await client.assistant_threads_setSuggestedPrompts(channel_id=im.id, prompts=prompts)
    assert slack.world.prompts == {im.id: prompts}
    refused = client.assistant_threads_setSuggestedPrompts(channel_id=im.id, prompts=prompts * 5)
    assert await error_of(refused) == "invalid_arguments"


async def test_sessions(slack: SlackServer, client: AsyncWebClient) -> None:
    """A session has four states and a title, and only apps declared as agents have sessions."""
    root = await client.chat_postMessage(channel=GENERAL, text="root")
    where = {"channel_id": GENERAL, "thread_ts": root["ts"]}
    await client.agents_sessions_setStatus(**where, status="suspended", title="Finanzas")
    assert await error_of(client.agents_sessions_setStatus(**where, status="sleeping")) == "invalid_status"
    assert await error_of(client.agents_sessions_setStatus(channel_id=GENERAL, status="active")) == "thread_ts_required"
    await client.agents_sessions_rename(**where, title="Banca")
    assert slack.world.sessions[GENERAL, root["ts"]] == "suspended"
    assert slack.world.titles[GENERAL, root["ts"]] == "Banca"
    slack.app.is_agent = False
    assert await error_of(client.agents_sessions_setStatus(**where, status="active")) == "not_authorized"
