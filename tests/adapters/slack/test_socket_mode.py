"""Socket Mode: the same bot without a public address, and a connection that comes back from everything."""

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_transcripts import VERDICTS
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOT, GENERAL
from tests.redis_server import RedisServer


@pytest.fixture
async def connected(slack: SlackServer, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the bot without an HTTP door, over the socket alone."""
    async with run_bot(slack, redis_server.url, SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN=slack.app_token) as running:
        await slack.socket.connected()
        yield running
    assert slack.violations == []


async def test_a_command_over_the_socket_is_answered(connected: Running) -> None:
    """A command over the socket is acknowledged and leads to a plan; a form's errors come back in its answer."""
    answer = await connected.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await connected.slack.people.send_command(ANA, GENERAL)
    await connected.until(lambda: bool(connected.slack.world.stacks.get(ANA)))
    wrong = await connected.slack.people.submit_view(ANA, {})
    await connected.idle()

    assert answer.status == 200
    assert wrong.json()["response_action"] == "errors"
    assert VERDICTS["es"] in connected.read(GENERAL)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_refresh_brings_a_new_connection(connected: Running, reason: str) -> None:
    """When Slack asks a connection to go, a new one takes its place."""
    await connected.slack.socket.disconnect(reason)
    await connected.slack.socket.connected(2)

    answer = await connected.slack.people.send_command(ANA, GENERAL, "ayuda")

    assert answer.status == 200


async def test_a_cut_connection_comes_back(connected: Running) -> None:
    """A connection dropped without a word is replaced, even when the first try to do so fails."""
    connected.slack.fail("apps.connections.open", 500)
    await connected.slack.socket.cut()
    await connected.slack.socket.connected(2)

    answer = await connected.slack.people.send_command(ANA, GENERAL, "ayuda")

    assert answer.status == 200


async def test_a_lost_acknowledgement_doubles_nothing(connected: Running) -> None:
    """An event whose acknowledgement was lost is sent again and taken once."""
    connected.slack.people.courier.timeout_s = 0.5
    connected.slack.socket.lose_acks = 2

    await connected.slack.people.say(ANA, BOT, "finanzas 40")
    await connected.idle()

    im = connected.slack.world.im(connected.slack.world.people[ANA].team_id, ANA).id
    assert len(connected.slack.socket.sent) == 3
    assert len(connected.cards(im)) == 1
