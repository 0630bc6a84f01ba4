"""Two other doors of Slack to measure ours against: one by hand with the same Redis call, and Bolt as documented.

`python -m tests.bench.slack_rivals by_hand --port N --redis URL`, or `bolt --port N --api URL`.
"""

import argparse
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.events import ConversationRef, Said
from bot.ports import Jobs
from bot.services.clock import SystemClock
from bot.services.redis_store import StoreOptions, open_store

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-bench"
OLDEST_S = 300
CLOCK = SystemClock()


def by_hand(redis_url: str) -> web.Application:
    """Return the least that accepts a command or a mention: signature, parsing, the one call of the store."""
    kept: list[Jobs] = []

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        stamp = request.headers["X-Slack-Request-Timestamp"]
        made = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        if abs(CLOCK.now_ms() / 1000 - int(stamp)) > OLDEST_S:
            return web.Response(status=401)
        if not hmac.compare_digest("v0=" + made, request.headers["X-Slack-Signature"]):
            return web.Response(status=401)
        event = _mention(json.loads(body)) if body.startswith(b"{") else _command(dict(parse_qsl(body.decode())))
        await kept[0].accept(event, keys=[event.id])
        return web.Response()

    async def opened(_: web.Application) -> AsyncIterator[None]:
        async with open_store(redis_url, StoreOptions(namespace="by-hand")) as store:
            kept.append(store.jobs)
            yield

    app = web.Application()
    app.router.add_post("/slack/events", receive)
    app.cleanup_ctx.append(opened)
    return app


def _command(form: dict[str, str]) -> Said:
    trigger = form["trigger_id"]
    place = ConversationRef(platform="slack", tenant=form["team_id"], channel=form["channel_id"], command=trigger)
    return Said(id=trigger, place=place, user=form["user_id"], at=CLOCK.now_ms(), text=form["text"], door="command")


def _mention(body: dict[str, Any]) -> Said:
    event = body["event"]
    place = ConversationRef(platform="slack", tenant=body["team_id"], channel=event["channel"], thread=event["ts"])
    return Said(
        id=body["event_id"], place=place, user=event["user"], at=CLOCK.now_ms(), text=event["text"], door="mention"
    )


def bolt(api_url: str) -> AsyncApp:
    """Return Bolt with what its documentation shows: listeners that acknowledge, and say something to a mention."""
    app = AsyncApp(token=TOKEN, signing_secret=SECRET, client=AsyncWebClient(token=TOKEN, base_url=api_url))

    @app.command("/ai-strategy")
    async def on_command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(f"Hi <@{body['user_id']}>!")

    @app.event("app_mention")
    async def on_mention(event: dict[str, Any], say: AsyncSay) -> None:
        await say(text=f"Hi <@{event['user']}>! Which industry?", thread_ts=event["ts"])

    return app


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.slack_rivals", description=__doc__)
    parser.add_argument("which", choices=("by_hand", "bolt"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--redis", default="")
    parser.add_argument("--api", default="")
    args = parser.parse_args()
    if args.which == "bolt":
        bolt(args.api).server(args.port, "/slack/events", host="127.0.0.1").start()
    else:
        web.run_app(by_hand(args.redis), host="127.0.0.1", port=args.port, print=None)


if __name__ == "__main__":
    main()
