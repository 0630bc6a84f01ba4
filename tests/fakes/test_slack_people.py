"""What people do in the fake Slack, heard by a real Bolt app that checks every signature."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes.slack_case import SECTION, Heard, bolt, client_of, error_of
from tests.fakes.slack_delivery import signed_headers
from tests.fakes.slack_forms import NotPossible
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOB, BOT, GENERAL, OPEN, SECRET, TEAM
from tests.fakes.slack_world import App

PLAIN = {"type": "plain_text", "text": "Forma"}
MENU = {"type": "static_select", "action_id": "industry", "options": [{"text": PLAIN, "value": "finance"}]}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": PLAIN,
    "submit": PLAIN,
    "notify_on_close": True,
    "blocks": [
        {"type": "input", "block_id": "i", "label": PLAIN, "element": MENU},
        {
            "type": "input",
            "block_id": "n",
            "label": PLAIN,
            "element": {
                "type": "number_input",
                "action_id": "target",
                "is_decimal_allowed": True,
                "min_value": "1",
                "max_value": "90",
            },
        },
        {
            "type": "input",
            "block_id": "c",
            "optional": True,
            "label": PLAIN,
            "element": {"type": "conversations_select", "action_id": "where", "response_url_enabled": True},
        },
    ],
}
BUTTONS = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "stop", "value": "s1", "text": PLAIN},
        {"type": "button", "action_id": "mine", "value": "s2", "text": PLAIN, "visible_to_user_ids": [ANA]},
    ],
}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Serve a fake Slack with the machine's time, by which Bolt checks signatures."""
    async with SlackServer() as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    """Return a real client."""
    return client_of(slack)


@pytest.fixture
async def heard(slack: SlackServer) -> AsyncIterator[Heard]:
    """Return what a Bolt app behind the fake hears."""
    async with bolt(slack) as it:
        yield it


async def test_a_command_reaches_bolt(slack: SlackServer, heard: Heard) -> None:
    """A signed command carries its text, a trigger and an address to answer at, and no thread."""
    outcome = await slack.people.send_command(ANA, OPEN, "finance 40")
    body = heard.bodies[0]
    assert (outcome.status, body["text"], body["channel_id"], body["user_id"]) == (200, "finance 40", OPEN, ANA)
    assert "thread_ts" not in body
    assert body["trigger_id"]
    with pytest.raises(NotPossible):
        await slack.people.send_command(BOB, SECRET, "finance 40")


async def test_a_failed_command_is_seen(slack: SlackServer, heard: Heard) -> None:
    """People see that a command failed; Slack does not try it again."""
    heard.statuses = [500]
    await slack.people.send_command(ANA, GENERAL, "x")
    assert slack.transcript(GENERAL) == [
        'Slackbot (only for Ana): /ai-strategy failed with the error "dispatch_failed"'
    ]
    assert len(heard.retries) == 1


async def test_a_wrong_signature_is_refused_by_bolt(slack: SlackServer, heard: Heard) -> None:
    """What the fake signs with another secret does not get in, so its signatures mean something."""
    body, kind = slack.people.command(ANA, GENERAL, "x").body()
    headers = signed_headers("another secret", body, str(int(slack.clock())), kind)
    assert (await slack.people.courier.post_raw(body, headers)).status == 401
    assert heard.bodies == []


async def test_mentions_and_direct_messages(slack: SlackServer, heard: Heard) -> None:
    """A mention is heard where the bot is, a direct message always, chatter never."""
    await slack.people.say(ANA, GENERAL, "good morning")
    await slack.people.say(ANA, OPEN, f"<@{BOT}> hello")
    await slack.people.say(ANA, GENERAL, f"<@{BOT}> hello")
    await slack.people.say(ANA, BOT, "hola")
    events = [each["event"] for each in await heard.bodies_within(2)]
    assert [(each["type"], each.get("channel_type")) for each in events] == [("app_mention", None), ("message", "im")]


async def test_a_followed_channel_brings_a_mention_twice(slack: SlackServer, heard: Heard) -> None:
    """With message.channels a mention comes as two events with different ids and one ts."""
    slack.app.events |= {"message.channels"}
    await slack.people.say(ANA, GENERAL, f"<@{BOT}> hello")
    first, second = await heard.bodies_within(2)
    assert first["event_id"] != second["event_id"]
    assert first["event"]["ts"] == second["event"]["ts"]


async def test_edits_deletions_and_own_messages(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """Hidden changes and the bot's own posts are brought too; Bolt drops the latter."""
    message = await slack.people.say(ANA, BOT, "finance 30")
    await slack.people.edit(message, "finance 40")
    await slack.people.delete(message)
    await client.chat_postMessage(channel=ANA, text="hola")
    own = slack.people.own_message_events(slack.world.im(TEAM, ANA).id)
    assert (await slack.people.courier.bring(own[0])).ok
    subtypes = [each["event"].get("subtype") for each in await heard.bodies_within(3)]
    assert subtypes == [None, "message_changed", "message_deleted"]
    assert own[0].payload["event"]["bot_id"] == "B0BOT00001"


async def test_events_come_again_until_taken(slack: SlackServer, heard: Heard) -> None:
    """A refused event comes up to three more times with its headers and the same event_id."""
    heard.statuses = [500, 503]
    outcomes = await slack.people.send_event(
        {"type": "app_mention", "user": ANA, "channel": GENERAL, "text": "x", "ts": "1.1"}
    )
    assert [each.status for each in outcomes] == [500, 503, 200]
    assert heard.retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({each.delivery.payload["event_id"] for each in outcomes if each.delivery}) == 1
    heard.statuses = [500] * 9
    assert len(await slack.people.send_event({"type": "app_mention", "channel": GENERAL})) == 4


async def test_any_order_any_number_of_times(slack: SlackServer, heard: Heard) -> None:
    """A test holds events back and brings each three times, shuffled."""
    events = [event for n in range(3) for event in slack.people.type(ANA, BOT, f"message {n}")[1]]
    pile = [(event, retry) for event in events for retry in range(3)]
    random.Random(1).shuffle(pile)
    await slack.people.courier.bring_all(pile)
    ids = [each["event_id"] for each in await heard.bodies_within(9)]
    assert sorted(ids.count(each.payload["event_id"]) for each in events) == [3, 3, 3]


async def test_buttons(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """A click carries message, value and a way to answer; what is not there cannot be clicked."""
    await client.chat_postMessage(channel=GENERAL, text="x", blocks=[SECTION, BUTTONS])
    message = slack.messages(GENERAL)[0]
    await slack.people.press(BOB, message, "stop")
    body = heard.bodies[0]
    assert (body["actions"][0]["value"], body["message"]["ts"], body["container"]["channel_id"]) == (
        "s1",
        message.ts,
        GENERAL,
    )
    for user, action, value in ((BOB, "mine", None), (BOB, "stop", "other"), (BOB, "share", None)):
        with pytest.raises(NotPossible):
            await slack.people.press(user, message, action, value)


async def test_an_old_click_can_come_late(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """A click made before the button went away is brought after it."""
    sent = await client.chat_postMessage(channel=GENERAL, text="x", blocks=[BUTTONS])
    message = slack.messages(GENERAL)[0]
    late = slack.people.click(ANA, message, "stop")
    await client.api_call(
        "chat.update", json={"channel": GENERAL, "ts": sent["ts"], "text": "x", "blocks": [], "parse": "none"}
    )
    assert [(await slack.people.courier.bring(late)).status for _ in range(2)] == [200, 200]
    assert len(heard.bodies) == 2
    with pytest.raises(NotPossible):
        slack.people.click(ANA, message, "stop")


async def test_a_response_url_works_five_times(slack: SlackServer, heard: Heard) -> None:
    """Five answers, also where the bot is not; the sixth and one after half an hour are refused."""
    await slack.people.send_command(ANA, OPEN, "help")
    webhook = AsyncWebhookClient(heard.bodies[0]["response_url"])
    answers = [await webhook.send(text=f"answer {n}") for n in range(6)]
    assert [(each.status_code, each.body) for each in answers] == [(200, "ok")] * 5 + [(404, "used_url")]
    assert slack.transcript(OPEN)[0] == "Strategy (only for Ana): answer 0"
    await slack.people.send_command(ANA, OPEN, "help")
    slack.clock.advance(1801)
    late = await AsyncWebhookClient(heard.bodies[1]["response_url"]).send(text="late")
    assert (late.status_code, late.body) == (404, "expired_url")


async def test_a_response_url_replaces_and_deletes(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """The address of a click changes the message that was clicked."""
    await client.chat_postEphemeral(channel=GENERAL, user=ANA, text="x", blocks=[BUTTONS])
    await slack.people.press(ANA, slack.messages(GENERAL)[0], "stop")
    webhook = AsyncWebhookClient(heard.bodies[0]["response_url"])
    await webhook.send(text="done", blocks=[], replace_original=True)
    assert slack.transcript(GENERAL) == ["Strategy (only for Ana): done"]
    await webhook.send(delete_original=True)
    assert slack.transcript(GENERAL) == []


async def test_a_trigger_opens_one_form_within_three_seconds(
    slack: SlackServer, heard: Heard, client: AsyncWebClient
) -> None:
    """A trigger is for one form, for three seconds, and for nobody else's invention."""
    for _ in range(2):
        await slack.people.send_command(ANA, GENERAL)
    first, second = (each["trigger_id"] for each in heard.bodies)
    assert await error_of(client.views_open(trigger_id=first, view=FORM)) == "ok"
    assert await error_of(client.views_open(trigger_id=first, view=FORM)) == "exchanged_trigger_id"
    slack.clock.advance(4)
    assert await error_of(client.views_open(trigger_id=second, view=FORM)) == "expired_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.abc", view=FORM)) == "invalid_trigger_id"


async def test_a_form_is_filled_and_submitted(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """A submission carries the state by block and action, and an address for the conversation chosen."""
    await slack.people.send_command(ANA, GENERAL)
    await client.views_open(trigger_id=heard.bodies[0]["trigger_id"], view=FORM)
    wrong: list[dict[str, Any]] = [
        {},
        {"industry": "finance"},
        {"industry": "finance", "target": "91"},
        {"industry": "x"},
    ]
    for values in wrong:
        with pytest.raises(NotPossible):
            await slack.people.submit_view(ANA, values)
    await slack.people.submit_view(ANA, {"industry": "finance", "target": "40", "where": OPEN})
    view = heard.bodies[1]["view"]
    assert view["state"]["values"]["i"]["industry"]["selected_option"]["value"] == "finance"
    assert view["state"]["values"]["n"]["target"]["value"] == "40"
    assert heard.bodies[1]["response_urls"][0]["channel_id"] == OPEN
    with pytest.raises(NotPossible):
        slack.people.view_of(ANA)


async def test_closing_a_form_is_told(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """view_closed comes because the form asked for it."""
    await slack.people.shortcut(ANA, "new")
    await client.views_open(trigger_id=heard.bodies[0]["trigger_id"], view=FORM)
    await slack.people.close_view(ANA)
    assert heard.bodies[1]["type"] == "view_closed"


async def test_views_stack_three_high_and_hashes_guard(
    slack: SlackServer, heard: Heard, client: AsyncWebClient
) -> None:
    """Three modals fit on each other; an update with an old hash is refused; the home has a hash too."""
    triggers = [slack.views.triggers.issue(TEAM, ANA) for _ in range(4)]
    opened = await client.views_open(trigger_id=triggers[0], view=FORM)
    codes = [await error_of(client.views_push(trigger_id=each, view=FORM)) for each in triggers[1:]]
    assert codes == ["ok", "ok", "push_limit_reached"]
    view = {"view_id": opened["view"]["id"], "view": FORM}
    assert await error_of(client.views_update(**view, hash=opened["view"]["hash"])) == "ok"
    assert await error_of(client.views_update(**view, hash=opened["view"]["hash"])) == "hash_conflict"
    home = await client.views_publish(user_id=ANA, view={"type": "home", "blocks": [SECTION]})
    await client.views_publish(user_id=ANA, view={"type": "home", "blocks": []}, hash=home["view"]["hash"])
    stale = client.views_publish(user_id=ANA, view={"type": "home", "blocks": []}, hash=home["view"]["hash"])
    assert await error_of(stale) == "hash_conflict"
    await slack.people.open_home(ANA)
    assert (await heard.bodies_within(1))[0]["event"]["view"]["type"] == "home"


async def test_stop_button_and_removal(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """Slack's stop button and the removal of the app are heard; removed tokens are dead."""
    await slack.people.stop_stream(ANA, GENERAL, "1.1")
    await slack.people.uninstall(TEAM)
    kinds = [each["event"]["type"] for each in await heard.bodies_within(3)]
    assert kinds == ["agent_session_stopped", "tokens_revoked", "app_uninstalled"]
    assert await error_of(client.auth_test()) == "token_revoked"


async def test_slack_checks_the_address(slack: SlackServer, heard: Heard) -> None:
    """The challenge comes back, and the certificate check is answered."""
    assert (await slack.people.verify_url("abc")).json() == {"challenge": "abc"}
    assert (await slack.people.check_ssl()).status == 200


async def test_a_bot_that_is_down_or_slow(slack: SlackServer) -> None:
    """Nobody listening and no answer in time are told apart."""
    slack.connect("http://127.0.0.1:9/slack/events")
    assert (await slack.people.send_command(ANA, GENERAL, "x")).status == 503
    slack.people.courier.timeout_s = 0.05
    await slack.people.courier.close()
    hold = slack.hold("auth.test")
    slack.connect(f"{slack.base_url}auth.test")
    assert (await slack.people.send_command(ANA, GENERAL, "x")).status == 504
    hold.release()
    assert "operation_timeout" in slack.transcript(GENERAL)[1]


async def test_a_held_call_waits_for_its_release(slack: SlackServer, client: AsyncWebClient) -> None:
    """A test decides when a call goes on; no time is involved."""
    hold = slack.hold("chat.postMessage")
    post = asyncio.create_task(client.chat_postMessage(channel=GENERAL, text="late"))
    await asyncio.wait_for(hold.arrived.wait(), 5)
    assert slack.messages(GENERAL) == []
    hold.release()
    await post
    assert slack.transcript(GENERAL) == ["Strategy: late"]


async def test_an_app_without_messages_tab() -> None:
    """A bot whose messages tab is off cannot write to people."""
    async with SlackServer(app=App(messages_tab=False)) as slack:
        assert await error_of(client_of(slack).chat_postMessage(channel=ANA, text="x")) == "messages_tab_disabled"


async def test_a_newcomer_plays_on_the_page(slack: SlackServer, heard: Heard, client: AsyncWebClient) -> None:
    """What the page sends types, clicks and fills forms in a person's name, and it is given all that person sees."""
    async with aiohttp.ClientSession(slack.address) as session:

        async def act(deed: str, **given: object) -> dict[str, object]:
            async with session.post(f"/page/{deed}", json={"me": ANA, **given}) as answer:
                told: dict[str, object] = await answer.json()
                return told

        await act("say", channel=GENERAL, text="/ai-strategy finance 40")
        sent = await client.chat_postMessage(channel=GENERAL, text="x", blocks=[SECTION, BUTTONS])
        await act("press", channel=GENERAL, ts=sent["ts"], action="stop", value="s1")
        nothing = await act("press", channel=GENERAL, ts=sent["ts"], action="none")
        in_thread = await act("say", channel=GENERAL, thread=sent["ts"], text="/ai-strategy finance 40")
        await client.views_open(trigger_id=heard.bodies[1]["trigger_id"], view=FORM)
        state = await (await session.get(f"/page/state?me={ANA}")).json()
        refused = await act("submit", values={"industry": "finance", "target": "91"})
        await act("submit", values={"industry": "finance", "target": "40"})
        page = await (await session.get("/")).text()
        missing = await session.get("/page/..%2Fslack_page.py")
    assert [each.get("type", "command") for each in heard.bodies] == ["command", "block_actions", "view_submission"]
    assert state["view"]["body"]["title"] == PLAIN
    assert [each["ts"] for each in state["messages"] if each["blocks"]] == [sent["ts"]]
    for wrong in (nothing, in_thread, refused):
        assert wrong["problem"]
    assert 'src="/page/page.js"' in page
    assert missing.status == 404
