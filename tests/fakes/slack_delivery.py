"""How the fake Slack brings things to the bot: signed HTTP or Socket Mode, retries with their headers, what people see."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack_socket import Socket
from tests.fakes.slack_world import World

RETRY_REASONS = ("http_timeout", "http_error", "connection_failed", "ssl_error", "too_many_redirects", "unknown_error")
SOCKET_TYPES = {"event": "events_api", "command": "slash_commands", "interactive": "interactive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Be something to bring to the bot: kind is event, command or interactive."""

    kind: str
    payload: dict[str, Any]

    def body(self) -> tuple[bytes, str]:
        """Return the body Slack sends over HTTP, and its content type."""
        if self.kind == "event":
            return json.dumps(self.payload, ensure_ascii=False).encode(), "application/json"
        form = self.payload if self.kind == "command" else {"payload": json.dumps(self.payload, ensure_ascii=False)}
        return urlencode(form).encode(), "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Be the bot's answer; status 504 means none came within three seconds, 503 that nobody listened."""

    delivery: Delivery | None
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Return whether Slack takes this for an acknowledgement."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """Return the body as an object, empty if it is none."""
        try:
            body = json.loads(self.body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


def sign(secret: str, body: bytes, timestamp: str) -> str:
    """Return X-Slack-Signature for a body (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed_headers(secret: str, body: bytes, timestamp: str, content_type: str) -> dict[str, str]:
    """Return the headers of a signed request."""
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret, body, timestamp),
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


@dataclass(slots=True, kw_only=True)
class Courier:
    """Bring deliveries to the bot, over HTTP to `urls` or over the socket when `urls` is empty."""

    world: World
    socket: Socket
    urls: dict[str, str] = field(default_factory=dict)
    timeout_s: float = 3.0
    delivered: list[Outcome] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections to the bot."""
        if self._session is not None:
            await self._session.close()

    async def bring(self, delivery: Delivery, *, retry_num: int = 0, retry_reason: str = "http_timeout") -> Outcome:
        """Bring one delivery once; a retry carries its number and reason."""
        assert retry_reason in RETRY_REASONS
        if self.urls:
            body, content_type = delivery.body()
            headers = signed_headers(self.world.app.signing_secret, body, str(int(self.world.clock())), content_type)
            if retry_num:
                headers |= {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": retry_reason}
            outcome = await self.post_raw(body, headers, kind=delivery.kind, delivery=delivery)
        else:
            status, text = await self.socket.deliver(
                SOCKET_TYPES[delivery.kind], delivery.payload, retry_num=retry_num,
                retry_reason=retry_reason if retry_num else "", timeout_s=self.timeout_s,
            )  # fmt: skip
            outcome = Outcome(delivery=delivery, status=status, body=text)
        self.delivered.append(outcome)
        return outcome

    async def bring_until_taken(self, delivery: Delivery) -> list[Outcome]:
        """Bring an event as Slack does: up to three more times until it is acknowledged."""
        outcomes = [await self.bring(delivery)]
        while not outcomes[-1].ok and len(outcomes) <= 3:
            if outcomes[-1].headers.get("X-Slack-No-Retry") == "1":
                break
            reason = "http_timeout" if outcomes[-1].status == 504 else "http_error"
            reason = "connection_failed" if outcomes[-1].status == 503 and not outcomes[-1].headers else reason
            outcomes.append(await self.bring(delivery, retry_num=len(outcomes), retry_reason=reason))
        return outcomes

    async def post_raw(
        self, body: bytes, headers: dict[str, str], *, kind: str = "event", delivery: Delivery | None = None
    ) -> Outcome:
        """Post any bytes with any headers, for what attackers and broken proxies send."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.timeout_s))
        try:
            async with self._session.post(self.urls[kind], data=body, headers=headers) as answer:
                text = await answer.text()
                return Outcome(delivery=delivery, status=answer.status, body=text, headers=dict(answer.headers))
        except TimeoutError:
            return Outcome(delivery=delivery, status=504, body="operation_timeout")
        except aiohttp.ClientConnectionError:
            return Outcome(delivery=delivery, status=503, body="connection_failed")

    async def bring_all(self, deliveries: list[tuple[Delivery, int]]) -> list[Outcome]:
        """Bring many at once; each comes with its retry number, 0 for the first time."""
        return list(await asyncio.gather(*(self.bring(each, retry_num=number) for each, number in deliveries)))
