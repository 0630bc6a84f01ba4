"""The gate and the chat methods of the fake Slack, seen through the real slack_sdk client over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack_case import HEADERS, SECTION, client_of, error_of
from tests.fakes.slack_gate import COMMON_ERRORS, METHODS
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import (
    ANA,
    ARCHIVE,
    BOARD,
    BOT,
    GENERAL,
    OPEN,
    READ_ONLY,
    RUI,
    SECRET,
    add_bot,
    add_workspace,
)
from tests.fakes.slack_world import VirtualClock

Ask = Callable[[AsyncWebClient], Awaitable[Any]]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Serve a fake Slack whose time stands still."""
    async with SlackServer(clock=VirtualClock()) as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    """Return a real client."""
    return client_of(slack)


async def test_json_form_query_and_get_mean_the_same(slack: SlackServer) -> None:
    """A method takes its arguments as JSON, form or query string, and its token as header or argument."""
    url, head = f"{slack.base_url}users.info", {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session:
        answers = [
            await session.post(url, json={"user": ANA}, headers=head),
            await session.post(url, data={"user": ANA}, headers=head),
            await session.post(url, params={"user": ANA}, headers=head),
            await session.get(url, params={"user": ANA, "token": slack.bot_token}),
        ]
        bodies = [await answer.json() for answer in answers]
    assert [body["user"]["real_name"] for body in bodies] == ["Ana"] * 4
    assert not slack.violations


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"x", "text/plain", "invalid_post_type"),
    ],
)
async def test_unreadable_bodies(slack: SlackServer, body: bytes, kind: str, code: str) -> None:
    """A body that is not what it says is refused with Slack's own code."""
    head = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": kind}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.base_url}auth.test", data=body, headers=head) as it,
    ):
        assert (await it.json())["error"] == code


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "not_authed"), ("xoxb-nobody", "invalid_auth"), ("xoxb-dead", "token_revoked"), ("xoxb-old", "token_expired"),
     ("xapp-fake-app", "not_allowed_token_type")],
)  # fmt: skip
async def test_tokens(slack: SlackServer, token: str, code: str) -> None:
    """Missing, unknown, revoked, expired and app-level tokens are each refused in their own way."""
    add_bot(slack.world, "T2", user_id="U2", bot_id="B2", token="xoxb-dead").revoked = True
    add_bot(slack.world, "T2", user_id="U3", bot_id="B3", token="xoxb-old").expires_at = slack.clock() - 1
    assert await error_of(client_of(slack, token).auth_test()) == code


async def test_missing_scope_says_what_is_needed(slack: SlackServer) -> None:
    """A token without the scope of a method is told which one, and which ones it has."""
    add_workspace(slack.world, "T2", "Two")
    add_bot(slack.world, "T2", user_id="U2", bot_id="B2", token="xoxb-two", scopes=frozenset({"commands"}))
    async with aiohttp.ClientSession() as session:
        head = {"Authorization": "Bearer xoxb-two"}
        async with session.post(
            f"{slack.base_url}chat.postMessage", json={"channel": "C", "text": "x"}, headers=head
        ) as it:
            body = await it.json()
    assert (body["error"], body["needed"], body["provided"]) == ("missing_scope", "chat:write", "commands")


async def test_reading_a_channel_takes_the_scope_of_its_kind(client: AsyncWebClient) -> None:
    """Public channels cannot be read with a scope for direct messages."""
    assert await error_of(client.conversations_history(channel=GENERAL)) == "missing_scope"
    assert await error_of(client.conversations_info(channel=GENERAL)) == "ok"


async def test_required_arguments_and_unknown_ones(slack: SlackServer, client: AsyncWebClient) -> None:
    """A missing argument is an error; one nobody knows is accepted by Slack and held against the bot."""
    assert await error_of(client.api_call("chat.postMessage", json={"text": "x"})) == "invalid_arguments"
    assert await error_of(client.chat_postMessage(channel=GENERAL, text="x", colour="red")) == "ok"
    assert [each.code for each in slack.violations] == ["invalid_arguments", "unknown_argument"]
    assert await error_of(client.api_call("chat.sing")) == "unknown_method"


@pytest.mark.parametrize(
    ("channel", "code"),
    [(GENERAL, "ok"), (OPEN, "ok"), (BOARD, "ok"), (SECRET, "channel_not_found"), ("C0NOWHERE", "channel_not_found"),
     (ARCHIVE, "is_archived"), (READ_ONLY, "restricted_action_read_only_channel"), (ANA, "ok")],
)  # fmt: skip
async def test_where_the_bot_may_post(client: AsyncWebClient, channel: str, code: str) -> None:
    """Public channels by scope, private ones by membership, a person's id means their direct messages."""
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == code


async def test_public_channel_without_the_public_scope() -> None:
    """Without chat:write.public a bot must be a member of a public channel."""
    async with SlackServer(scopes=frozenset({"chat:write"})) as slack:
        assert await error_of(client_of(slack).chat_postMessage(channel=OPEN, text="x")) == "not_in_channel"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({}, "no_text"),
        ({"markdown_text": "a", "text": "b"}, "markdown_text_conflict"),
        ({"markdown_text": "a" * 12_001}, "msg_blocks_too_long"),
        ({"text": "a", "blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"text": "a", "blocks": [SECTION] * 50}, "ok"),
        ({"text": "a", "blocks": "nonsense"}, "invalid_blocks_format"),
        (
            {"text": "a", "blocks": [SECTION | {"text": {"type": "mrkdwn", "text": "a" * 2700}}] * 5},
            "msg_blocks_too_long",
        ),
        ({"text": "a", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"text": "a", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "a", "metadata": {"event_type": "x", "event_payload": {"y": "z" * 8000}}}, "metadata_too_large"),
        ({"text": "a", "thread_ts": "1.1"}, "cannot_reply_to_message"),
    ],
)
async def test_what_a_message_may_hold(client: AsyncWebClient, args: dict[str, Any], code: str) -> None:
    """Each limit of a message is answered with its documented code, and the last good value passes."""
    assert await error_of(client.api_call("chat.postMessage", json={"channel": GENERAL} | args)) == code


async def test_long_text_is_cut_with_a_warning(slack: SlackServer, client: AsyncWebClient) -> None:
    """Text over 40,000 characters is lost without an error, which is held against the bot."""
    answer = await client.chat_postMessage(channel=GENERAL, text="a" * 40_001)
    assert answer["warning"] == "message_truncated"
    assert len(slack.messages(GENERAL)[0].text) == 40_000
    assert [each.code for each in slack.violations] == ["message_truncated"]


async def test_replies_hang_on_roots_only(client: AsyncWebClient) -> None:
    """The ts of a reply is not a thread."""
    root = await client.chat_postMessage(channel=GENERAL, text="root")
    reply = await client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root["ts"])
    again = client.chat_postMessage(channel=GENERAL, text="x", thread_ts=reply["ts"])
    assert await error_of(again) == "cannot_reply_to_message"


async def test_blocks_without_text_are_held_against_the_bot(slack: SlackServer, client: AsyncWebClient) -> None:
    """Slack shows blocks without text, but a notification then says nothing."""
    await client.api_call("chat.postMessage", json={"channel": GENERAL, "blocks": [SECTION]})
    assert [each.code for each in slack.violations] == ["no_notification_text"]


async def test_update_changes_what_is_given_and_keeps_the_rest(slack: SlackServer, client: AsyncWebClient) -> None:
    """chat.update keeps blocks and metadata that are not named, and drops blocks for an empty list."""
    sent = await client.chat_postMessage(channel=GENERAL, text="one", blocks=[SECTION], metadata=HEADERS)
    await client.chat_update(channel=GENERAL, ts=sent["ts"], text="two", parse="none")
    message = slack.messages(GENERAL)[0]
    assert (message.text, len(message.blocks), message.metadata, message.edits) == ("two", 1, HEADERS, 1)
    await client.api_call(
        "chat.update", json={"channel": GENERAL, "ts": sent["ts"], "text": "3", "blocks": [], "parse": "none"}
    )
    assert not message.blocks
    assert not slack.violations


async def test_update_refuses(slack: SlackServer, client: AsyncWebClient) -> None:
    """Only standing messages of one's own, within the workspace's window, and short text."""
    sent = await client.chat_postMessage(channel=GENERAL, text="one")
    other, _ = slack.people.type(ANA, GENERAL, "mine")
    whisper = await client.chat_postEphemeral(channel=GENERAL, user=ANA, text="psst")
    codes = [
        await error_of(client.chat_update(channel=GENERAL, ts=ts, text=text, parse="none"))
        for ts, text in (("1.1", "x"), (other.ts, "x"), (whisper["message_ts"], "x"), (sent["ts"], "a" * 4001))
    ]
    assert codes == ["message_not_found", "cant_update_message", "message_not_found", "msg_too_long"]
    slack.app.edit_window_s = 60
    slack.clock.advance(61)
    assert await error_of(client.chat_update(channel=GENERAL, ts=sent["ts"], text="x")) == "edit_window_closed"


async def test_update_without_parse_pings_the_channel(slack: SlackServer, client: AsyncWebClient) -> None:
    """chat.update reads @channel where chat.postMessage does not; both read <!channel>."""
    sent = await client.chat_postMessage(channel=GENERAL, text="@channel hello")
    assert slack.pings() == []
    await client.chat_update(channel=GENERAL, ts=sent["ts"], text="@channel hello")
    await client.chat_postMessage(channel=GENERAL, text="<!channel> and <@U0ANA00001>")
    assert slack.pings() == ["@channel", "<!channel>", "<@U0ANA00001>"]
    assert [each.code for each in slack.violations] == ["parse_client"]


async def test_rich_text_and_cells_never_ping(slack: SlackServer, client: AsyncWebClient) -> None:
    """A control sequence in rich text is only text."""
    run = {"type": "rich_text_section", "elements": [{"type": "text", "text": "<!channel>"}]}
    blocks = [{"type": "rich_text", "elements": [run]}]
    await client.api_call("chat.postMessage", json={"channel": GENERAL, "text": "x", "blocks": blocks})
    assert slack.pings() == []


async def test_ephemeral_messages(slack: SlackServer, client: AsyncWebClient) -> None:
    """Only members hear them, the bot must be a member too, and they are in no history."""
    assert await error_of(client.chat_postEphemeral(channel=BOARD, user=RUI, text="x")) == "user_not_in_channel"
    assert await error_of(client.chat_postEphemeral(channel=OPEN, user=ANA, text="x")) == "not_in_channel"
    assert await error_of(client.chat_postEphemeral(channel=GENERAL, user=ANA, text="a" * 40_001)) == "msg_too_long"
    await client.chat_postEphemeral(channel=GENERAL, user=ANA, text="only you")
    assert slack.transcript(GENERAL, viewer=ANA) == ["Strategy (only for Ana): only you"]
    assert slack.transcript(GENERAL, viewer=RUI) == []


async def test_delete_and_permalink(slack: SlackServer, client: AsyncWebClient) -> None:
    """A message has a link until it is deleted; other people's messages cannot be deleted."""
    sent = await client.chat_postMessage(channel=GENERAL, text="one")
    assert (await client.chat_getPermalink(channel=GENERAL, message_ts=sent["ts"]))["permalink"].startswith("https://")
    await client.chat_delete(channel=GENERAL, ts=sent["ts"])
    assert await error_of(client.chat_getPermalink(channel=GENERAL, message_ts=sent["ts"])) == "message_not_found"
    other, _ = slack.people.type(ANA, GENERAL, "mine")
    assert await error_of(client.chat_delete(channel=GENERAL, ts=other.ts)) == "cant_delete_message"


async def test_nothing_is_deduplicated(slack: SlackServer, client: AsyncWebClient) -> None:
    """The same post twice is two messages."""
    for _ in range(2):
        await client.chat_postMessage(channel=GENERAL, text="same", metadata=HEADERS)
    assert len(slack.messages(GENERAL)) == 2


async def test_tiers_answer_429_until_the_minute_is_over(slack: SlackServer, client: AsyncWebClient) -> None:
    """The 51st call of a tier 3 method in a minute waits; asking again too early is held against the bot."""
    for _ in range(50):
        await client.conversations_info(channel=GENERAL)
    slack.clock.advance(20)
    assert await error_of(client.conversations_info(channel=GENERAL)) == "ratelimited"
    assert not slack.violations
    head, url = {"Authorization": f"Bearer {slack.bot_token}"}, f"{slack.base_url}conversations.info?channel={GENERAL}"
    async with aiohttp.ClientSession(headers=head) as session, session.get(url) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "40")
    assert [each.code for each in slack.violations] == ["retry_after_ignored"]
    slack.clock.advance(40)
    assert await error_of(client.conversations_info(channel=GENERAL)) == "ok"


async def test_one_message_a_second_and_channel(slack: SlackServer, client: AsyncWebClient) -> None:
    """A channel takes one post a second after a short burst; other channels do not wait for it."""
    slack.app.post_burst = 1
    codes = [await error_of(client.chat_postMessage(channel=each, text="x")) for each in (GENERAL, GENERAL, BOARD)]
    slack.clock.advance(1)
    assert [*codes, await error_of(client.chat_postMessage(channel=GENERAL, text="x"))] == [
        "ok",
        "ratelimited",
        "ok",
        "ok",
    ]


async def test_ordered_failures(slack: SlackServer, client: AsyncWebClient) -> None:
    """A test orders the error of the nth call; it is played once and not held against the bot."""
    slack.fail("chat.postMessage", "fatal_error", nth=2)
    slack.fail("auth.test", 503)
    codes = [await error_of(client.chat_postMessage(channel=GENERAL, text="x")) for _ in range(3)]
    assert codes == ["ok", "fatal_error", "ok"]
    assert await error_of(client.auth_test()) == "internal_error"
    slack.fail("*", "access_denied", nth=2)
    calls = [client.auth_test(), client.users_info(user=ANA), client.auth_test()]
    assert [await error_of(each) for each in calls] == ["ok", "access_denied", "ok"]
    assert not slack.violations


async def test_accepted_then_cut(slack: SlackServer) -> None:
    """A cut connection hides that the message was posted."""
    slack.cut("chat.postMessage")
    client = client_of(slack)
    client.retry_handlers.clear()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=GENERAL, text="once")
    assert len(slack.messages(GENERAL)) == 1


async def test_cuts_are_the_same_for_the_same_seed(slack: SlackServer) -> None:
    """A seeded rate cuts some calls and not others, all of them done."""
    slack.app.post_burst = 40
    slack.cut_often(0.5, seed=3)
    client = client_of(slack)
    client.retry_handlers.clear()
    outcomes = []
    for _ in range(20):
        try:
            await client.chat_postMessage(channel=GENERAL, text="x")
            outcomes.append(True)
        except aiohttp.ClientError:
            outcomes.append(False)
    assert 4 < sum(outcomes) < 16
    assert len(slack.messages(GENERAL)) == 20


async def test_every_answerable_error_is_documented() -> None:
    """Each method served has a specification; the reference's source and licence are kept."""
    async with SlackServer() as slack:
        assert set(slack._handlers) <= set(METHODS)
    assert {"ratelimited", "invalid_auth"} <= COMMON_ERRORS
    assert "not_in_channel" in METHODS["chat.postMessage"]["errors"]


async def test_people_and_places(slack: SlackServer, client: AsyncWebClient) -> None:
    """Who somebody is, who is in a channel, which channels there are, and what is not shown."""
    assert (await client.users_info(user=RUI, include_locale=True))["user"]["locale"] == "pt-BR"
    assert await error_of(client.users_info(user="U0NOBODY")) == "user_not_found"
    page = await client.conversations_members(channel=GENERAL, limit=2)
    rest = await client.conversations_members(channel=GENERAL, cursor=page["response_metadata"]["next_cursor"])
    assert sorted(page["members"] + rest["members"]) == sorted([ANA, BOT, RUI, "U0BOB00001"])
    listed = await client.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    assert {SECRET, ARCHIVE}.isdisjoint(each["id"] for each in listed["channels"])
    im = await client.conversations_open(users=ANA)
    assert im["channel"]["id"] == (await client.conversations_open(users=[ANA]))["channel"]["id"]
    assert await error_of(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    assert (await client.conversations_info(channel=OPEN))["channel"]["is_member"] is False


async def test_replies_show_metadata_only_when_asked(slack: SlackServer) -> None:
    """A thread can be read back with the metadata of its messages, never with private ones."""
    async with SlackServer(scopes=frozenset({"chat:write", "channels:history"})) as open_slack:
        client = client_of(open_slack)
        root = await client.chat_postMessage(channel=GENERAL, text="root", metadata=HEADERS)
        await client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root["ts"])
        await client.chat_postEphemeral(channel=GENERAL, user=ANA, text="psst", thread_ts=root["ts"])
        plain = await client.conversations_replies(channel=GENERAL, ts=root["ts"])
        full = await client.conversations_replies(channel=GENERAL, ts=root["ts"], include_all_metadata=True, limit=1)
        await client.chat_postMessage(channel=GENERAL, text="later")
        roots = await client.conversations_history(channel=GENERAL, oldest=root["ts"], inclusive=True)
        newer = await client.conversations_history(channel=GENERAL, oldest=root["ts"])
    assert [each["text"] for each in roots["messages"]] == ["later", "root"]
    assert [each["text"] for each in newer["messages"]] == ["later"]
    assert [each["text"] for each in plain["messages"]] == ["root", "reply"]
    assert "metadata" not in plain["messages"][0]
    assert (full["messages"][0]["metadata"], full["has_more"]) == (HEADERS, True)


async def test_blocks_can_be_validated_online(client: AsyncWebClient) -> None:
    """blocks.validate refuses what chat.postMessage refuses, with pointers."""
    good, bad = [SECTION], [SECTION | {"text": {"type": "mrkdwn", "text": "a" * 3001}}]
    assert await error_of(client.api_call("blocks.validate", json={"blocks": good})) == "ok"
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("blocks.validate", json={"blocks": bad})
    assert refused.value.response["error"] == "invalid_blocks"
    assert "/blocks/0/text/text" in refused.value.response["response_metadata"]["messages"][0]
