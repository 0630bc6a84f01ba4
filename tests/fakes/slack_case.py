"""What the tests of the fake Slack share: a server with a real client, and a real Bolt app that hears what it sends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack_server import SlackServer

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hola"}}
HEADERS = {"event_type": "strategy", "event_payload": {"id": "s1"}}


def client_of(slack: SlackServer, token: str | None = None) -> AsyncWebClient:
    """Return a real client of a fake Slack."""
    return AsyncWebClient(token=slack.bot_token if token is None else token, base_url=slack.base_url)


async def error_of(call: Awaitable[Any]) -> str:
    """Return the error code a call was answered with, or `ok`."""
    try:
        await call
    except SlackApiError as error:
        return str(error.response["error"])
    return "ok"


@dataclass(slots=True)
class Heard:
    """Hold what Bolt's listeners got, and the retry headers of each request."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    retries: list[tuple[str | None, str | None]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def bodies_within(self, count: int, timeout_s: float = 5.0) -> list[dict[str, Any]]:
        """Wait until so many bodies have reached listeners and return them."""
        async with asyncio.timeout(timeout_s):
            while len(self.bodies) < count:
                self.changed.clear()
                await self.changed.wait()
        return self.bodies


def bolt_app(slack: SlackServer, heard: Heard) -> AsyncApp:
    """Return a Bolt app that acknowledges and keeps everything."""
    app = AsyncApp(client=client_of(slack), signing_secret=slack.signing_secret)

    async def keep(ack: Any, body: dict[str, Any]) -> None:
        heard.bodies.append(body)
        heard.changed.set()
        await ack()

    for kind in (
        "app_mention",
        "message",
        "app_home_opened",
        "agent_session_stopped",
        "app_uninstalled",
        "tokens_revoked",
    ):
        app.event(kind)(keep)
    app.command("/ai-strategy")(keep)
    app.action("stop")(keep)
    app.view("form")(keep)
    app.view_closed("form")(keep)
    app.shortcut("new")(keep)
    return app


@contextlib.asynccontextmanager
async def bolt(slack: SlackServer) -> AsyncIterator[Heard]:
    """Serve a Bolt app over HTTP and bring the fake's events to it; `heard.statuses` are answered first."""
    heard = Heard()
    app = bolt_app(slack, heard)

    async def hear(request: web.Request) -> web.Response:
        heard.retries.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        if heard.statuses:
            return web.Response(status=heard.statuses.pop(0))
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    door = web.Application()
    door.router.add_post("/slack/events", hear)
    runner = web.AppRunner(door, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.connect(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield heard
    finally:
        await runner.cleanup()
