"""The door of Slack: who may come in, what is answered, and that nothing is lost or doubled on the way."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from adapters.slack.limits import BODY_BYTES
from bot.services.texts import load_texts
from tests.adapters.slack.running import Running, run_bot
from tests.fakes.slack_delivery import Delivery, signed_headers
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOT, GENERAL, SCOPES
from tests.redis_server import RedisServer

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def quiet(slack: SlackServer, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the door without a worker."""
    async with run_bot(slack, redis_server.url, working=False) as running:
        yield running


async def _waiting(bot: Running) -> int:
    return len([report async for report in bot.services.desk.store.desk.reports()])


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"X-Slack-Signature": None}, 401),
        ({"X-Slack-Signature": ""}, 401),
        ({"X-Slack-Signature": "v0=" + "0" * 64}, 401),
        ({"X-Slack-Signature": "v1=abc"}, 401),
        ({"X-Slack-Signature": "v0=ñ"}, 401),
        ({"X-Slack-Request-Timestamp": None}, 401),
        ({"X-Slack-Request-Timestamp": "1"}, 401),
        ({"X-Slack-Request-Timestamp": "-1"}, 401),
        ({"X-Slack-Request-Timestamp": "soon"}, 401),
        ({"X-Slack-Request-Timestamp": "٣"}, 401),
        ({"X-Slack-Request-Timestamp": "9" * 400}, 401),
        ({"X-Slack-Request-Timestamp": "99999999999"}, 401),
    ],
)
async def test_only_signed_requests_are_read(quiet: Running, changed: dict[str, str | None], status: int) -> None:
    """A request without the right signature and a fresh timestamp is refused, whatever the headers hold."""
    body, _ = quiet.slack.people.command(ANA, GENERAL, "finanzas 40").body()
    headers = signed_headers(quiet.slack.signing_secret, body, _now(quiet), FORM) | {
        name: value for name, value in changed.items() if value is not None
    }
    for name, value in changed.items():
        if value is None:
            del headers[name]

    answer = await quiet.slack.people.courier.post_raw(body, headers)

    assert answer.status == status
    assert await _waiting(quiet) == (1 if status == 200 else 0)


@pytest.mark.parametrize("ahead", [-301, 301])
async def test_old_and_future_requests_are_refused(quiet: Running, ahead: int) -> None:
    """A rightly signed request from more than five minutes away is refused."""
    body, _ = quiet.slack.people.command(ANA, GENERAL, "finanzas 40").body()
    headers = signed_headers(quiet.slack.signing_secret, body, str(int(_now(quiet)) + ahead), FORM)

    answer = await quiet.slack.people.courier.post_raw(body, headers)

    assert answer.status == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[1]",
        b"payload=%7B",
        b"payload=%FF",
        b'{"type": "event_callback", "event": {"type": "app_mention"}, "event_id": "E"}',
        b"[" * 100_000,
        urlencode(
            {"payload": json.dumps({"type": "view_submission", "view": {"callback_id": "ai_strategy_form"}})}
        ).encode(),
    ],
)
async def test_a_signed_body_that_is_no_payload_is_a_bad_request(
    quiet: Running, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read is answered with 400 and no traceback, and comes to nothing."""
    headers = signed_headers(quiet.slack.signing_secret, body, _now(quiet), "application/json")

    answer = await quiet.slack.people.courier.post_raw(body, headers)

    assert answer.status == 400
    assert await _waiting(quiet) == 0
    assert not any(record.exc_info for record in caplog.records)


async def test_a_huge_body_is_not_read(quiet: Running) -> None:
    """A body above the cap is refused before it is looked at, announced or not."""
    body = b"a" * (BODY_BYTES + 1)
    headers = signed_headers(quiet.slack.signing_secret, body, _now(quiet), FORM)

    answer = await quiet.slack.people.courier.post_raw(body, headers)

    assert answer.status == 413


async def test_a_replayed_request_counts_once(quiet: Running) -> None:
    """The same signed bytes brought twice are acknowledged twice and taken once."""
    delivery = quiet.slack.people.command(ANA, GENERAL, "finanzas 40")

    answers = [await quiet.slack.people.courier.bring(delivery) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]
    assert await _waiting(quiet) == 1


async def test_unknown_events_are_acknowledged(quiet: Running) -> None:
    """An event nobody listens to is acknowledged: a refusal would only bring it again."""
    answers = await quiet.slack.people.send_event({"type": "emoji_changed", "event_ts": "1.1"})

    assert [answer.status for answer in answers] == [200]


async def test_the_address_is_verified(quiet: Running) -> None:
    """Slack's challenge is answered."""
    delivery = Delivery(kind="event", payload={"type": "url_verification", "challenge": "c", "token": "t"})

    answer = await quiet.slack.people.courier.bring(delivery)

    assert answer.json() == {"challenge": "c"}


async def test_a_mention_that_comes_as_two_events_is_one(quiet: Running) -> None:
    """With messages of channels subscribed too, one mention comes twice under two ids and is taken once."""
    quiet.slack.world.app.events = frozenset({*quiet.slack.world.app.events, "message.channels"})
    _, events = quiet.slack.people.type(ANA, GENERAL, f"<@{BOT}> finanzas 40")
    assert len(events) == 2

    await quiet.slack.people.courier.bring_all([(event, retry) for event in events for retry in range(3)])

    assert await _waiting(quiet) == 1


async def test_our_own_words_start_nothing(bot: Running) -> None:
    """Events about the bot's own messages come to nothing, or it would talk with itself."""
    await bot.slack.people.say(ANA, BOT, "hola")
    await bot.idle()
    im = bot.slack.world.im(bot.slack.world.people[ANA].team_id, ANA).id
    before = len(bot.slack.messages(im))

    for event in bot.slack.people.own_message_events(im):
        await bot.slack.people.courier.bring(event)
    await bot.idle()

    assert len(bot.slack.messages(im)) == before


async def test_slow_calls_do_not_delay_answers(bot: Running) -> None:
    """While every call to Slack hangs, commands are still acknowledged within Slack's three seconds."""
    hold = bot.slack.hold("chat.postMessage")
    opening = bot.slack.hold("views.open")

    first = await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await asyncio.wait_for(hold.arrived.wait(), 20)
    others = [await bot.slack.people.send_command(ANA, GENERAL, text) for text in ("", "ayuda", "retail 20")]

    assert [answer.status for answer in (first, *others)] == [200] * 4
    hold.release()
    opening.release()
    await bot.idle()


async def test_without_the_store_people_get_a_sentence_and_events_come_again(
    slack: SlackServer, redis_binary: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With Redis gone, a command and a form are answered with a sentence, and an event with 503."""
    server = RedisServer(redis_binary, tmp_path_factory.mktemp("gone"))
    server.start()
    async with run_bot(slack, server.url, working=False) as bot:
        await bot.slack.people.send_command(ANA, GENERAL)
        await bot.until(lambda: bool(slack.world.stacks.get(ANA)))
        server.kill()

        command = await slack.people.send_command(ANA, GENERAL, "finanzas 40")
        form = await slack.people.submit_view(ANA, {"industry": "retail", "target": "30"})
        _, events = slack.people.type(ANA, GENERAL, f"<@{BOT}> finanzas 40")
        event = await slack.people.courier.bring(events[0])

    sentence = load_texts().say("door.store_down", "es")
    assert command.json() == {"response_type": "ephemeral", "text": sentence}
    assert form.json() == {"response_action": "errors", "errors": {"industry": sentence}}
    assert event.status == 503


def _now(bot: Running) -> str:
    return str(int(bot.slack.clock()))


async def test_everything_three_times_on_two_processes_is_answered_once(redis_server: RedisServer) -> None:
    """Each event brought three times, in any order, to two processes with a worker each: one plan and one answer."""
    name = uuid4().hex
    async with (
        # With the optional scope a process finds what the other one has just posted.
        SlackServer(scopes=SCOPES | {"channels:history"}) as slack,
        run_bot(slack, redis_server.url, REDIS_NAMESPACE=name) as one,
        run_bot(slack, redis_server.url, REDIS_NAMESPACE=name) as two,
    ):
        _, events = slack.people.type(ANA, GENERAL, f"<@{BOT}> finanzas 40")
        command = slack.people.command(ANA, GENERAL, "comercio 20")
        deliveries = [(each, retry) for retry in (2, 0, 1) for each in (command, *events)]
        for process in (one, two):
            slack.connect(process.url)
            answers = await slack.people.courier.bring_all(deliveries)
            assert {answer.status for answer in answers} == {200}
        await one.idle()
        await two.idle()
        read = one.read(GENERAL)

    assert read.count("# Veredicto") == 2
    assert slack.violations == []
