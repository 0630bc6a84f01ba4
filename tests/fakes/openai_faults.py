"""The ways a model endpoint fails, as data and as small streams: each by its name."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web


class Line(Protocol):
    """Be the stream of one answer, as a fault sees it."""

    request: web.Request
    tokens: list[str]

    async def text(self, token: str) -> None:
        """Send a chunk with text."""

    async def raw(self, data: str) -> None:
        """Send bytes as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFault:
    """Answer with a status instead of a stream, for the first `times` requests (None: always)."""

    status: int
    body: str
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None


def _error(message: str, code: str | None = None, kind: str = "server_error", param: str | None = None) -> str:
    return json.dumps({"error": {"message": message, "type": kind, "code": code, "param": param}})


_HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_BUSY = _error("Rate limit reached for requests", "rate_limit_exceeded", "requests")

STATUS_FAULTS: Mapping[str, StatusFault] = {
    "busy_short": StatusFault(status=429, body=_BUSY, headers={"Retry-After": "0.01"}, times=1),
    "busy_long": StatusFault(status=429, body=_BUSY, headers={"Retry-After": "300"}),
    "quota": StatusFault(status=429, body=_error("You exceeded your current quota", "insufficient_quota")),
    "bad_gateway": StatusFault(status=502, body=_HTML, content_type="text/html"),
    "bad_gateway_once": StatusFault(status=502, body=_HTML, content_type="text/html", times=1),
    "unauthorized": StatusFault(status=401, body=_error("Incorrect API key provided", "invalid_api_key")),
    "unknown_model": StatusFault(status=404, body=_error("The model does not exist", "model_not_found")),
    "wrong_path": StatusFault(status=404, body='{"detail":"Not Found"}'),
    "refused": StatusFault(status=400, body=_error("Invalid value", "invalid_value", "invalid_request_error")),
    "context_length": StatusFault(
        status=400, body=_error("This model's maximum context length is 4096 tokens.", "context_length_exceeded")
    ),
    "redirect": StatusFault(status=307, body="", headers={"Location": "http://127.0.0.1:9/elsewhere"}),
    "html_page": StatusFault(status=200, body=_HTML, content_type="text/html"),
}
"""Faults that come instead of a stream."""


async def drop(line: Line) -> None:
    """Close the connection in the middle of the answer."""
    _transport(line).close()


async def reset(line: Line) -> None:
    """Reset the connection in the middle of the answer."""
    _transport(line).abort()


async def end_early(line: Line) -> None:
    """End the response properly, without finish_reason and without [DONE]."""


async def error_data(line: Line) -> None:
    """Send an error as data of the stream."""
    await line.raw(f"data: {_error('The server is overloaded', 'overloaded')}\n\n")


async def error_event(line: Line) -> None:
    """Send an error event, as vLLM and others do, which the SDK takes for a chunk."""
    body = json.dumps({"object": "error", "message": "CUDA out of memory", "type": "InternalServerError", "code": 500})
    await line.raw(f"event: error\ndata: {body}\n\n")


async def bad_json(line: Line) -> None:
    """Send a line that is no JSON."""
    await line.raw('data: {"choices":[{"delta":{"content":"half\n\n')


async def stall(line: Line) -> None:
    """Say nothing any more, and keep the connection."""
    await asyncio.Event().wait()


async def pings(line: Line) -> None:
    """Send keep-alive comments for ever."""
    while True:
        await line.raw(": ping\n\n")
        await asyncio.sleep(0.005)


async def empty_chunks(line: Line) -> None:
    """Send chunks without text for ever, as some gateways do to keep a connection."""
    while True:
        await line.raw('data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n')
        await asyncio.sleep(0.005)


async def no_choices(line: Line) -> None:
    """Send chunks of every wrong shape, then go on with the answer."""
    shapes: list[Any] = [
        {"choices": None},
        {"choices": []},
        {"choices": [None]},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": None}}]},
        {"choices": [{"delta": {"content": ["a"]}}]},
        {"choices": 5},
        {},
        [],
        7,
        None,
        "text",
    ]
    for shape in shapes:
        await line.raw(f"data: {json.dumps(shape)}\n\n")
    await line.raw(": comment\n\n")
    raise Recovered


async def loop(line: Line) -> None:
    """Say the same sentence for ever, whatever the limit of tokens."""
    while True:
        await line.text("La misma frase otra vez. ")
        await asyncio.sleep(0)


class Recovered(Exception):
    """Say that the answer goes on after the fault."""


STREAM_FAULTS: Mapping[str, Callable[[Line], Awaitable[None]]] = {
    "drop": drop,
    "reset": reset,
    "end_early": end_early,
    "error_data": error_data,
    "error_event": error_event,
    "bad_json": bad_json,
    "stall": stall,
    "pings": pings,
    "empty_chunks": empty_chunks,
    "no_choices": no_choices,
    "loop": loop,
}
"""Faults that come after some text (`fault_after` tokens)."""

MANNERS = ("split_bytes", "slow", "no_done", "hang_after_end", "filtered", "thinking", "empty")
"""Answers that are strange but whole; the server itself plays them."""

FAULTS = (*STATUS_FAULTS, *STREAM_FAULTS, *MANNERS)


def _transport(line: Line) -> asyncio.Transport:
    transport = line.request.transport
    assert isinstance(transport, asyncio.Transport)
    return transport
