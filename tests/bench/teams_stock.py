"""The bot that botbuilder's samples show, over its stock adapter; runs in an environment of its own.

`python -m tests.bench.teams_stock PORT STALL_PORT API_ADDRESS LOGIN_ADDRESS`.
"""

import asyncio
import sys
from types import SimpleNamespace

from aiohttp import web
from botbuilder.core import ActivityHandler, MessageFactory, TurnContext  # type: ignore[import-untyped]
from botbuilder.integration.aiohttp import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    CloudAdapter,
    ConfigurationBotFrameworkAuthentication,
)

from tests.bench.stall import watched


class EchoBot(ActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    """Answer each message."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Echo."""
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))


async def serve(port: int, stall_port: int, api: str, login: str) -> None:
    """Serve until ended."""
    config = SimpleNamespace(
        APP_ID="00000000-aaaa-bbbb-cccc-000000000001",
        APP_PASSWORD="the app's secret",  # a fake's
        APP_TYPE="MultiTenant",
        TO_CHANNEL_FROM_BOT_LOGIN_URL=f"{login}/adfs",
        TO_CHANNEL_FROM_BOT_OAUTH_SCOPE="https://api.botframework.com",
        TO_BOT_FROM_CHANNEL_TOKEN_ISSUER="https://api.botframework.com",
        TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL=f"{api}/openid",
        OAUTH_URL=api,
    )
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(config)), EchoBot()

    async def messages(request: web.Request) -> web.Response:
        answer: web.Response = await adapter.process(request, bot)
        return answer

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    async with watched(stall_port):
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
