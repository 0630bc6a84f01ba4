"""Socket Mode of the fake Slack: tickets, hello, envelopes spread over connections, acks, ways to go deaf."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack_gate import Call, Refused
from tests.fakes.slack_world import World

MAX_CONNECTIONS = 10
"""docs.slack.dev/apis/events-api/using-socket-mode: up to ten connections."""


@dataclass(slots=True)
class Socket:
    """Hold the open connections of an app; `deaf` ones neither answer pings nor close (a half-open TCP connection)."""

    world: World
    address: str = ""
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    deaf: bool = False
    lose_acks: int = 0
    opened: int = 0
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: int = 0

    def open(self, call: Call) -> dict[str, Any]:
        """Do apps.connections.open."""
        if len(self.connections) >= MAX_CONNECTIONS:
            raise Refused("forbidden_team", "ten connections are open")
        ticket = self.world.next_id("ticket")
        self._tickets.add(ticket)
        return {"url": f"{self.address.replace('http', 'ws', 1)}/socket/{ticket}"}

    async def connected(self, count: int = 1, timeout_s: float = 5.0) -> None:
        """Wait until so many connections have been opened in all."""
        async with asyncio.timeout(timeout_s):
            while self.opened < count:
                self._changed.clear()
                await self._changed.wait()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until it closes."""
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.Response(status=404)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        self.connections.append(ws)
        await ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "connection_info": {"app_id": self.world.app.app_id},
                "debug_info": {"host": "fake", "approximate_connection_time": 3600},
            }
        )
        self.opened += 1
        self._changed.set()
        try:
            await self._listen(ws)
        finally:
            self.connections.remove(ws)
        return ws

    async def _listen(self, ws: web.WebSocketResponse) -> None:
        async for message in ws:
            if self.deaf:
                continue
            if message.type is WSMsgType.PING:
                await ws.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._take_ack(json.loads(message.data))

    def _take_ack(self, ack: dict[str, Any]) -> None:
        if self.lose_acks:
            self.lose_acks -= 1
            return
        waiting = self._waiting.get(str(ack.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(ack)

    async def deliver(
        self, kind: str, payload: dict[str, Any], *, retry_num: int, retry_reason: str, timeout_s: float
    ) -> tuple[int, str]:
        """Send one envelope on the next connection; return 200 and the ack's payload, or 504."""
        if not self.connections:
            return 503, "no connection"
        ws = self.connections[self._turn % len(self.connections)]
        self._turn += 1
        envelope = {
            "envelope_id": self.world.next_id("env-"),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry_num, "retry_reason": retry_reason}
        return await self._send(ws, envelope, timeout_s)

    async def _send(self, ws: web.WebSocketResponse, envelope: dict[str, Any], timeout_s: float) -> tuple[int, str]:
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        self.sent.append(envelope)
        try:
            await ws.send_json(envelope)
            ack = await asyncio.wait_for(waiting, timeout_s)
        except (TimeoutError, ConnectionError):
            return 504, "no ack"
        finally:
            del self._waiting[envelope["envelope_id"]]
        answer = ack.get("payload")
        return 200, json.dumps(answer) if answer else ""

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to go: warning, refresh_requested or link_disabled."""
        for ws in list(self.connections):
            await ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})

    async def cut(self) -> None:
        """Drop every connection without a closing handshake."""
        for ws in list(self.connections):
            transport = ws._req.transport if ws._req else None
            if transport is not None:
                transport.abort()
