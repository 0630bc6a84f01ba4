"""Socket Mode, OAuth and uploads of the fake Slack, with slack_bolt's and slack_sdk's own clients on the other side."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack_case import Heard, bolt_app, client_of, error_of
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOT, GENERAL, OPEN, SCOPES, TEAM
from tests.fakes.slack_world import VirtualClock

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
"""slack_sdk 3.47 still uses it for oauth.v2.access."""


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Serve a fake Slack that brings events over the socket, whose time stands still."""
    async with SlackServer(clock=VirtualClock(), scopes=SCOPES | {"files:read"}) as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    """Return a real client."""
    return client_of(slack)


@contextlib.asynccontextmanager
async def socket_bot(slack: SlackServer, connections: int = 1) -> AsyncIterator[Heard]:
    """Connect Bolt's own socket client, several times if asked to."""
    heard = Heard()
    handlers = [
        AsyncSocketModeHandler(bolt_app(slack, heard), slack.app_token, web_client=client_of(slack), ping_interval=1)
        for _ in range(connections)
    ]
    for handler in handlers:
        await handler.client.connect()  # type: ignore[no-untyped-call]
    await slack.socket.connected(connections)
    try:
        yield heard
    finally:
        for handler in handlers:
            await handler.client.close()  # type: ignore[no-untyped-call]


async def test_events_and_commands_over_the_socket(slack: SlackServer) -> None:
    """Each envelope is acknowledged by its id; events carry retry_attempt 0 from the first."""
    async with socket_bot(slack) as heard:
        await slack.people.say(ANA, GENERAL, f"<@{BOT}> hello")
        outcome = await slack.people.send_command(ANA, GENERAL, "finance 40")
        bodies = await heard.bodies_within(2)
    assert outcome.status == 200
    assert {each.get("text") or each["event"]["text"] for each in bodies} == {"finance 40", f"<@{BOT}> hello"}
    assert [each.get("retry_attempt") for each in slack.socket.sent] == [0, None]


async def test_two_connections_share_the_load(slack: SlackServer) -> None:
    """Two connections are told of each other and both are used."""
    async with socket_bot(slack, 2):
        ports = [connection._req and connection._req.transport for connection in slack.socket.connections]
        for _ in range(4):
            await slack.people.send_command(ANA, GENERAL, "x")
        assert len({id(each) for each in ports}) == 2
    assert len(slack.socket.sent) == 4


async def test_a_lost_ack_brings_the_event_again(slack: SlackServer) -> None:
    """When an ack does not arrive the same event comes with retry_attempt 1 and is heard twice."""
    async with socket_bot(slack) as heard:
        slack.people.courier.timeout_s = 0.2
        slack.socket.lose_acks = 1
        outcomes = await slack.people.send_event({"type": "app_mention", "channel": GENERAL, "user": ANA, "ts": "1.1"})
        first, second = await heard.bodies_within(2)
    assert [each.status for each in outcomes] == [504, 200]
    assert first["event_id"] == second["event_id"]
    assert [each["retry_attempt"] for each in slack.socket.sent] == [0, 1]


async def test_asked_to_reconnect(slack: SlackServer) -> None:
    """After refresh_requested the client fetches a new address and hears on."""
    async with socket_bot(slack) as heard:
        await slack.socket.disconnect("refresh_requested")
        await slack.socket.connected(2, 10)
        await slack.people.send_command(ANA, GENERAL, "again")
        assert (await heard.bodies_within(1))[0]["text"] == "again"


async def test_a_torn_connection_comes_back(slack: SlackServer) -> None:
    """A connection cut without goodbye is opened again by the client, even if the first try is refused."""
    async with socket_bot(slack):
        slack.fail("apps.connections.open", "internal_error")
        await slack.socket.cut()
        await slack.socket.connected(2, 20)
    assert slack.count("apps.connections.open") >= 3


async def test_nobody_on_the_socket(slack: SlackServer) -> None:
    """Without a connection nothing is delivered; a ticket works once."""
    assert (await slack.people.send_command(ANA, GENERAL, "x")).status == 503
    app = client_of(slack, slack.app_token)
    url = (await app.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as ws:
            assert (await ws.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


SECRETS = {"client_id": "111.222", "client_secret": "fake-client-secret"}


def agree(slack: SlackServer, *, org_wide: bool = False) -> str:
    """Let Ana agree to an installation and return the code."""
    query = {"client_id": "111.222", "scope": "commands,chat:write", "redirect_uri": "http://127.0.0.1/x", "state": "s"}
    enterprise = "E0FAKE0001" if org_wide else None
    url = slack.oauth.consent(query, team_id=TEAM, user=ANA, enterprise_id=enterprise, org_wide=org_wide)
    return parse_qs(urlsplit(url).query)["code"][0]


async def test_the_browser_comes_back_with_code_and_state(slack: SlackServer) -> None:
    """The authorize page sends the browser back; a wrong client or no scopes are refused."""
    query = {"client_id": "111.222", "scope": "commands", "redirect_uri": "http://127.0.0.1/x", "state": "abc"}
    async with aiohttp.ClientSession() as session:
        url = f"{slack.address}/oauth/v2/authorize"
        async with session.get(url, params=query, allow_redirects=False) as answer:
            back = parse_qs(urlsplit(answer.headers["Location"]).query)
        async with session.get(url, params=query | {"client_id": "x"}, allow_redirects=False) as answer:
            assert (answer.status, await answer.text()) == (400, "invalid_client_id")
        async with session.get(url, params=query | {"scope": ""}, allow_redirects=False) as answer:
            assert await answer.text() == "no_scopes"
    assert back["state"] == ["abc"]


async def test_a_code_works_once_and_ten_minutes(slack: SlackServer) -> None:
    """A code becomes a token once, in ten minutes, with the right secret; the token then works with its scopes."""
    client = AsyncWebClient(base_url=slack.base_url)
    code = agree(slack)
    wrong = client.oauth_v2_access(client_id="111.222", client_secret="wrong", code=code)
    assert await error_of(wrong) == "bad_client_secret"
    answer = await client.oauth_v2_access(**SECRETS, code=code, redirect_uri="http://127.0.0.1/x")
    assert (answer["team"]["id"], answer["authed_user"]["id"], answer["expires_in"]) == (TEAM, ANA, 43_200)
    assert await error_of(client.oauth_v2_access(**SECRETS, code=code)) == "invalid_code"
    bot = client_of(slack, answer["access_token"])
    assert await error_of(bot.chat_postMessage(channel=GENERAL, text="x")) == "ok"
    assert await error_of(bot.users_info(user=ANA)) == "missing_scope"
    late = agree(slack)
    slack.clock.advance(601)
    assert await error_of(client.oauth_v2_access(**SECRETS, code=late)) == "invalid_code"


async def test_rotation(slack: SlackServer) -> None:
    """A token dies after twelve hours; its refresh token works once, and a second use is noticed."""
    client = AsyncWebClient(base_url=slack.base_url)
    first = await client.oauth_v2_access(**SECRETS, code=agree(slack))
    slack.clock.advance(43_200)
    assert await error_of(client_of(slack, first["access_token"]).auth_test()) == "token_expired"
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    many = [error_of(client.oauth_v2_access(**SECRETS, **refresh)) for _ in range(3)]
    assert sorted(await asyncio.gather(*many)) == ["invalid_refresh_token", "invalid_refresh_token", "ok"]
    assert (slack.oauth.refreshed, len(slack.oauth.reused)) == (1, 2)


async def test_the_sdk_rotator_refreshes(slack: SlackServer) -> None:
    """slack_sdk's own rotator gets a working token from the fake."""
    client = AsyncWebClient(base_url=slack.base_url)
    first = await client.oauth_v2_access(**SECRETS, code=agree(slack))
    installed = Bot(
        bot_token=first["access_token"],
        bot_id="B0BOT00001",
        bot_user_id=BOT,
        bot_refresh_token=first["refresh_token"],
        bot_token_expires_at=1,
        team_id=TEAM,
        installed_at=0.0,
    )
    fresh = await AsyncTokenRotator(client=client, **SECRETS).perform_bot_token_rotation(bot=installed)
    assert fresh is not None
    assert await error_of(client_of(slack, fresh.bot_token).auth_test()) == "ok"


async def test_an_organisation_installs(slack: SlackServer) -> None:
    """An org-wide installation names the enterprise and no team."""
    client = AsyncWebClient(base_url=slack.base_url)
    answer = await client.oauth_v2_access(**SECRETS, code=agree(slack, org_wide=True))
    assert (answer["team"], answer["enterprise"]["id"], answer["is_enterprise_install"]) == (None, "E0FAKE0001", True)


async def test_exchange_revoke_and_uninstall(slack: SlackServer, client: AsyncWebClient) -> None:
    """A long-lived token is exchanged once; revoking kills one token, uninstalling all of a workspace."""
    assert await error_of(client.oauth_v2_exchange(token=slack.bot_token, **SECRETS)) == "ok"
    assert await error_of(client.oauth_v2_exchange(token=slack.bot_token, **SECRETS)) == "token_already_exchanged"
    other = await client.oauth_v2_access(**SECRETS, code=agree(slack))
    bot = client_of(slack, other["access_token"])
    assert (await bot.auth_revoke(test=True))["revoked"] is False
    assert (await bot.auth_revoke())["revoked"] is True
    assert await error_of(bot.auth_test()) == "token_revoked"
    assert await error_of(client.apps_uninstall(**SECRETS)) == "ok"
    assert await error_of(client.auth_test()) == "token_revoked"


async def test_a_file_is_shared_later(slack: SlackServer, client: AsyncWebClient) -> None:
    """files_upload_v2 answers before the file is in the channel; files.info tells when it is."""
    slack.files.share_delay_s = 5
    root = await client.chat_postMessage(channel=GENERAL, text="root")
    sent = await client.files_upload_v2(content=b"PK", filename="plan.pptx", channel=GENERAL, thread_ts=root["ts"])
    file = sent["files"][0]["id"]
    assert (await client.files_info(file=file))["file"]["shares"] == {}
    slack.clock.advance(5)
    shares = (await client.files_info(file=file))["file"]["shares"]["public"]
    assert shares[GENERAL][0]["thread_ts"] == root["ts"]
    assert slack.transcript(GENERAL)[1] == "    Strategy: [file] plan.pptx"
    assert not slack.violations


async def test_a_file_may_never_be_shared(slack: SlackServer, client: AsyncWebClient) -> None:
    """Slack sometimes says ok and shares nothing; the permalink is what remains."""
    slack.files.share_delay_s = None
    sent = await client.files_upload_v2(content=b"PK", filename="plan.pptx", channel=GENERAL)
    slack.clock.advance(600)
    info = (await client.files_info(file=sent["files"][0]["id"]))["file"]
    assert info["shares"] == {}
    assert info["permalink"]
    assert slack.transcript(GENERAL) == []


async def test_uploads_refused(slack: SlackServer, client: AsyncWebClient) -> None:
    """Workspaces forbid files, bots share only where they are, bytes must be as many as announced."""
    outside = client.files_upload_v2(content=b"PK", filename="a.pptx", channel=OPEN)
    assert await error_of(outside) == "not_in_channel"
    address = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with aiohttp.ClientSession() as session, session.post(address["upload_url"], data=b"abc") as answer:
        assert answer.status == 400
    done = client.files_completeUploadExternal(files=[{"id": address["file_id"], "title": "a"}], channel_id=GENERAL)
    assert await error_of(done) == "file_not_found"
    slack.files.images_only = True
    code = await error_of(client.files_getUploadURLExternal(filename="a.pptx", length=5))
    assert code == "file_uploads_except_images_disabled"


async def test_it_runs_by_hand() -> None:
    """Started from a shell it prints its address first, serves its page and takes what is typed there."""
    command = (sys.executable, "-m", "tests.fakes.slack_server", "--port", "0")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=pipe, stderr=pipe)
    assert process.stdout
    try:
        address = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        async with aiohttp.ClientSession(address) as session:
            typed = {"me": ANA, "channel": GENERAL, "text": "/ai-strategy finance 40"}
            told = await (await session.post("/page/say", json=typed)).json()
            state = await (await session.get("/page/state")).json()
    finally:
        process.terminate()
        await process.communicate()
    assert "503" in told["problem"]
    assert "dispatch_failed" in state["messages"][-1]["text"]
