"""Sends ready-made HTTP requests over kept connections, cheaper than any server answers them: a flood, or at a pace."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

_END = b"\r\n\r\n"


def http_request(path: str, body: bytes, headers: dict[str, str], *, method: str = "POST") -> bytes:
    """Return the bytes of a request; they are made before the clock starts."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _END + body


class Connection(asyncio.Protocol):
    """Be one kept connection with one request under way."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]  # a TCP transport

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer; when it is whole, its status is what was asked for."""
        self._received += data
        head, found, body = self._received.partition(_END)
        if not found:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length or b"0"):
            return
        self._received = b""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is under way."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed by the server"))

    def send(self, request: bytes) -> "asyncio.Future[int]":
        """Send a request; the future is the status of its answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Close."""
        if self._transport is not None:
            self._transport.close()


@dataclass(slots=True)
class Sent:
    """Be what came of some requests: statuses, milliseconds to each answer, seconds for all."""

    statuses: Counter[int] = field(default_factory=Counter)
    waits_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_s(self) -> float:
        """Return answers with status 200 in a second."""
        return self.statuses[200] / self.seconds

    def percentile(self, percent: float) -> float:
        """Return the milliseconds within which so many of all answers came."""
        ordered = sorted(self.waits_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


async def flood(port: int, requests: Sequence[bytes], *, lanes: int) -> Sent:
    """Send all requests, each lane the next one as soon as its last is answered."""
    sent, left = Sent(), iter(requests)

    async def lane(connection: Connection) -> None:
        for request in left:
            began = time.perf_counter()
            status = await connection.send(request)
            sent.waits_ms.append(1e3 * (time.perf_counter() - began))
            sent.statuses[status] += 1

    connections = await _connect(port, lanes)
    began = time.perf_counter()
    await asyncio.gather(*(lane(one) for one in connections))
    sent.seconds = time.perf_counter() - began
    for one in connections:
        one.close()
    return sent


async def pace(port: int, requests: Sequence[bytes], *, per_s: float, lanes: int = 64) -> Sent:
    """Send requests at a pace; a wait counts from when its request was due, so that a stall is seen by all behind it."""
    sent, left = Sent(), iter(enumerate(requests))
    connections = await _connect(port, lanes)
    began = time.perf_counter()

    async def lane(connection: Connection) -> None:
        for number, request in left:
            due = began + number / per_s
            await asyncio.sleep(due - time.perf_counter())
            status = await connection.send(request)
            sent.waits_ms.append(1e3 * (time.perf_counter() - due))
            sent.statuses[status] += 1

    await asyncio.gather(*(lane(one) for one in connections))
    sent.seconds = time.perf_counter() - began
    for one in connections:
        one.close()
    return sent


async def _connect(port: int, lanes: int) -> list[Connection]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Connection, "127.0.0.1", port))[1] for _ in range(lanes)]
