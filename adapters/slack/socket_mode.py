"""Socket Mode: what Slack sends over a connection of ours, acknowledged when kept; a dead connection is replaced."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import Routing
from bot.ports import Clock

log = logging.getLogger(__name__)

HEARTBEAT_S = 10.0
"""A connection that does not answer a ping within half of this is dropped and replaced."""
FIRST_WAIT_S, MOST_WAIT_S = 0.5, 30.0
_LINK_DISABLED = "link_disabled"


@dataclass(slots=True, kw_only=True)
class SocketMode:
    """Hold one connection to Slack for as long as it is entered, opening a new one whenever it ends."""

    routing: Routing
    token: str = field(repr=False)
    session: aiohttp.ClientSession
    base_url: str
    clock: Clock
    _running: "set[asyncio.Task[None]]" = field(default_factory=set)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen while entered; what was received is answered before it is left."""
        holding = asyncio.create_task(self._hold())
        try:
            yield
        finally:
            holding.cancel()
            await asyncio.wait([holding])
            if self._running:
                await asyncio.wait(self._running)

    async def _hold(self) -> None:
        wait = FIRST_WAIT_S
        while True:
            try:
                if not await self._listen():
                    return
                wait = FIRST_WAIT_S
                continue
            except SlackApiError as error:
                log.warning("Socket Mode could not be opened: %s", error.response.get("error"))
            except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("the connection to Slack broke: %s", type(error).__name__)
            await self.clock.sleep(wait)
            wait = min(2 * wait, MOST_WAIT_S)

    async def _listen(self) -> bool:
        """Open a connection and listen until it ends; False when Slack has turned Socket Mode off."""
        client = AsyncWebClient(session=self.session, base_url=self.base_url, retry_handlers=[])
        opened = await client.apps_connections_open(app_token=self.token)
        async with self.session.ws_connect(str(opened["url"]), heartbeat=HEARTBEAT_S) as connection:
            async for message in connection:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                envelope = _read(message.data)
                if envelope.get("type") == "disconnect":
                    log.info("Slack closes the connection: %s", envelope.get("reason"))
                    if envelope.get("reason") == _LINK_DISABLED:
                        log.error("Socket Mode is turned off for this app: turn it on, or give Slack an address")
                        return False
                    return True
                if "envelope_id" in envelope:
                    self._start(connection, envelope)
        return True

    def _start(self, connection: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        task = asyncio.create_task(self._answer(connection, envelope))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, connection: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        """Acknowledge what is kept; an event that could not be kept stays open, and Slack sends it again."""
        payload = envelope.get("payload")
        if not isinstance(payload, dict):
            return
        answer = await self.routing.hear(payload)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        ack: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if answer.body and envelope.get("accepts_response_payload"):
            ack["payload"] = json.loads(answer.body)
        try:
            await connection.send_str(json.dumps(ack))
        except (ConnectionError, aiohttp.ClientError) as error:
            log.info("an acknowledgement was lost, Slack will send it again: %s", type(error).__name__)


def _read(data: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
