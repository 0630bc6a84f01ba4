"""Installing by OAuth: states and refresh tokens count once, tokens are sealed, a removal forgets them."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from cryptography.fernet import Fernet

from adapters.slack.installations import Client, Installations, make_seal, read_grant
from bot.services.clock import SystemClock
from bot.services.redis_slack import RedisSlack
from bot.services.redis_store import Store
from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_transcripts import VERDICTS
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL, TEAM
from tests.redis_server import RedisServer, free_port


@pytest.fixture
async def many(slack: SlackServer, redis_server: RedisServer) -> AsyncIterator[Running]:
    """Run the bot as an app that workspaces install, with tokens that rotate."""
    slack.world.app.token_rotation = True
    port = free_port()
    async with run_bot(
        slack,
        redis_server.url,
        port=port,
        SLACK_BOT_TOKEN="",
        SLACK_CLIENT_ID=slack.world.app.client_id,
        SLACK_CLIENT_SECRET=slack.world.app.client_secret,
        SLACK_TOKEN_KEYS=Fernet.generate_key().decode(),
        PUBLIC_URL=f"http://127.0.0.1:{port}",
    ) as running:
        yield running


async def _install(bot: Running, browser: aiohttp.ClientSession) -> tuple[int, str]:
    """Follow the installation link as a browser does; returns the last status and address."""
    address = bot.url.replace("/slack/events", "/slack/install")
    async with browser.get(address) as answer:
        return answer.status, str(answer.url)


def _browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def test_an_installed_workspace_is_served(many: Running) -> None:
    """After the installation link was followed, a command in that workspace leads to a plan."""
    async with _browser() as browser:
        status, _ = await _install(many, browser)
    await many.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await many.idle()

    assert status == 200
    assert VERDICTS["es"] in many.read(GENERAL)


async def test_a_state_works_once_and_in_one_browser(many: Running) -> None:
    """The address Slack sends a browser back to works once, and in no other browser."""
    async with _browser() as browser, _browser() as thief:
        status, address = await _install(many, browser)
        async with browser.get(address) as again:
            used = again.status
        async with thief.get(address) as stolen:
            elsewhere = stolen.status

    assert (status, used, elsewhere) == (200, 400, 400)


async def test_tokens_are_sealed(many: Running, redis_server: RedisServer) -> None:
    """No token stands in Redis as it is."""
    async with _browser() as browser:
        await _install(many, browser)
    tokens = [each for each in many.slack.world.tokens if each.startswith("xoxe")]

    with redis_server.client() as client:
        kept = "".join(str(client.get(key)) for key in client.scan_iter("*installation*"))

    assert kept
    assert tokens
    assert not any(token in kept for token in tokens)


class Later(SystemClock):
    """Run eleven hours and three quarters ahead, when a token that lives twelve is about to end."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return super().now_ms() + 705 * 60_000


async def test_an_ending_token_is_refreshed_once(slack: SlackServer, store: Store) -> None:
    """Eight calls at once in each of two processes, with a token about to end, refresh it once and all get the new."""
    slack.world.app.token_rotation = True
    code = (
        slack.oauth.consent(
            {"client_id": slack.world.app.client_id, "redirect_uri": "http://a", "scope": "chat:write"},
            team_id=TEAM,
            user=ANA,
        )
        .split("code=")[1]
        .split("&")[0]
    )
    seal = make_seal(Fernet.generate_key().decode())
    async with aiohttp.ClientSession() as session:
        app = slack.world.app
        client = Client(id=app.client_id, secret=app.client_secret, base_url=slack.base_url, session=session)
        kept = RedisSlack(store.scripts, SystemClock())
        now = Installations(store=kept, seal=seal, client=client, clock=SystemClock())
        await now.keep(read_grant(await client.access(code=code), SystemClock().now_ms()))
        old = await now.token(TEAM)
        processes = [Installations(store=kept, seal=seal, client=client, clock=Later()) for _ in range(2)]

        tokens = await asyncio.gather(*(process.token(TEAM) for process in processes for _ in range(8)))

    assert (slack.oauth.refreshed, slack.oauth.reused) == (1, [])
    assert len(set(tokens)) == 1
    assert tokens[0] != old


async def test_removing_the_app_forgets_its_tokens(many: Running, redis_server: RedisServer) -> None:
    """When a workspace removes the app, nothing of its tokens is left."""
    async with _browser() as browser:
        await _install(many, browser)
    await many.slack.people.uninstall(TEAM)

    namespace = many.services.desk.store.scripts.keys.root
    with redis_server.client() as client:
        await many.until(lambda: not list(client.scan_iter(f"{namespace}installation*")))
