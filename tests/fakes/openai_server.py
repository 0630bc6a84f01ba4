"""A strict server that speaks OpenAI's chat completions: streams documents, fails on request, remembers what it heard.

Standalone: `python -m tests.fakes.openai_server --port 0 --document FILE --fault NAME` prints its address first.
"""

import argparse
import asyncio
import contextlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.openai_faults import FAULTS, STATUS_FAULTS, STREAM_FAULTS, Recovered
from tests.fakes.openai_rules import DIALECTS, check, limit_of

Documents = Callable[[dict[str, Any]], str]
DEFAULT_KEY = "sk-test-0123456789abcdef"
DEFAULT_MODELS = ("gpt-4o", "gpt-6-luna", "o3", "claude-sonnet-5-5", "llama3.3", "meta-llama/Llama-3.3-70B", "tgi")
FAULT_PREFIX = "fault-"
"""A model named `fault-drop` fails as `drop` does, so that one server plays them all."""

_TOKEN = re.compile(r"\s*\S{1,6}|\s+")
_DOCUMENT = "## Plan\n\nUna respuesta **corta** con ñ, € y 𝄞.\n\n- evaluar\n- probar\n- desplegar\n"


def short_document(body: dict[str, Any]) -> str:
    """Return a short answer to any request."""
    return '{"answer": "ok"}' if body.get("response_format") else _DOCUMENT


@dataclass(slots=True)
class Heard:
    """Hold one request."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(slots=True)
class AnswerLine:
    """Write one answer as server-sent events."""

    request: web.Request
    response: web.StreamResponse
    tokens: list[str]
    model: str
    pace_s: float
    split: bool
    sent: int = 0

    async def text(self, token: str) -> None:
        """Send a chunk with text, at the server's pace."""
        if self.pace_s:
            await asyncio.sleep(self.pace_s)
        await self.chunk([{"index": 0, "delta": {"content": token}, "finish_reason": None}])
        self.sent += 1

    async def finish(self, reason: str) -> None:
        """Send the chunk that says how the answer ended."""
        await self.chunk([{"index": 0, "delta": {}, "finish_reason": reason}])

    async def chunk(self, choices: list[Any], usage: dict[str, int] | None = None) -> None:
        """Send one chunk of the protocol."""
        body: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": self.model,
            "choices": choices,
        }
        if usage is not None:
            body["usage"] = usage
        await self.raw(f"data: {json.dumps(body, ensure_ascii=False)}\n\n")

    async def raw(self, data: str) -> None:
        """Send characters, byte by byte where the fault asks for it."""
        payload = data.encode()
        for part in (bytes([byte]) for byte in payload) if self.split else (payload,):
            await self.response.write(part)


@dataclass(slots=True, kw_only=True)
class OpenAIServer:
    """Serve on 127.0.0.1 while entered; `fault` holds for every model, `fault_after` counts tokens (None: half)."""

    documents: Documents = short_document
    fault: str | None = None
    fault_after: int | None = None
    dialect: str = "openai"
    key: str = DEFAULT_KEY
    models: Iterable[str] = DEFAULT_MODELS
    tokens_per_s: float = 0.0
    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    disconnects: int = 0
    _runner: web.AppRunner | None = None
    _asked: asyncio.Event = field(default_factory=asyncio.Event)
    _left: asyncio.Event = field(default_factory=asyncio.Event)
    _played: Counter[str] = field(default_factory=Counter)

    @property
    def base_url(self) -> str:
        """Return the address to give to clients."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def environ(self) -> dict[str, str]:
        """Return the bot's settings that lead here."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.key, "OPENAI_MODEL": "gpt-4o"}

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 << 20)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list_models)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def asked(self, timeout_s: float = 5.0) -> None:
        """Wait until a request has come."""
        async with asyncio.timeout(timeout_s):
            await self._asked.wait()

    async def client_left(self, timeout_s: float = 5.0) -> None:
        """Wait until a client has closed its connection before its answer was whole."""
        async with asyncio.timeout(timeout_s):
            await self._left.wait()

    async def _list_models(self, request: web.Request) -> web.Response:
        rows = [{"id": name, "object": "model", "created": 1, "owned_by": "fake"} for name in self.models]
        return web.json_response({"object": "list", "data": rows})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        known = body if isinstance(body, dict) else {}
        self.heard.append(Heard(request.path, dict(request.headers), known))
        self._asked.set()
        fault = self._fault(str(known.get("model")))
        if (answer := self._status_fault(fault)) is not None:
            return answer
        models = frozenset(self.models) | {FAULT_PREFIX + name for name in FAULTS}
        dialect = DIALECTS[self.dialect]
        refusal = check(body, request.headers.get("Authorization"), key=self.key, models=models, dialect=dialect)
        if refusal is not None:
            return web.json_response(refusal.body(), status=refusal.status)
        return await self._answer(request, known, fault)

    def _fault(self, model: str) -> str | None:
        """Return the fault to play."""
        fault = model.removeprefix(FAULT_PREFIX) if model.startswith(FAULT_PREFIX) else self.fault
        if fault is not None and fault not in FAULTS:
            raise ValueError(fault)
        return fault

    def _status_fault(self, fault: str | None) -> web.Response | None:
        """Return the answer of a fault that comes instead of a stream."""
        if fault is None or (played := STATUS_FAULTS.get(fault)) is None:
            return None
        self._played[fault] += 1
        if played.times is not None and self._played[fault] > played.times:
            return None
        headers = dict(played.headers)
        return web.Response(status=played.status, text=played.body, content_type=played.content_type, headers=headers)

    async def _answer(self, request: web.Request, body: dict[str, Any], fault: str | None) -> web.StreamResponse:
        text = "" if fault == "empty" else self.documents(body)
        if fault == "thinking":
            text = f"<think>The user wants a plan. I shall think first.</think>\n\n{text}"
        tokens = _TOKEN.findall(text)
        limit = limit_of(body)
        reason = "length" if limit is not None and len(tokens) > limit else "stop"
        reason = "content_filter" if fault == "filtered" else reason
        tokens = tokens[:limit]
        usage = {"prompt_tokens": len(json.dumps(body["messages"])) // 4, "completion_tokens": len(tokens)}
        usage["total_tokens"] = sum(usage.values())
        if not body.get("stream"):
            return _whole(body["model"], "".join(tokens), reason, usage)
        return await self._stream(request, body, fault, tokens, reason, usage)

    async def _stream(
        self,
        request: web.Request,
        body: dict[str, Any],
        fault: str | None,
        tokens: list[str],
        reason: str,
        usage: dict[str, int],
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        speed = 5.0 if fault == "slow" and not self.tokens_per_s else self.tokens_per_s
        pace = 1 / speed if speed else 0.0
        line = AnswerLine(request, response, tokens, body["model"], pace, fault == "split_bytes")
        try:
            whole = await self._play(line, fault)
            if not whole:
                return response
            await line.finish(reason)
            if fault == "hang_after_end":
                await asyncio.Event().wait()
            counts = DIALECTS[self.dialect].counts and (body.get("stream_options") or {}).get("include_usage")
            if counts:
                await line.chunk([], usage)
            if fault != "no_done":
                await line.raw("data: [DONE]\n\n")
        except (asyncio.CancelledError, ConnectionError):
            self.disconnects += 1
            self._left.set()
            raise
        await response.write_eof()
        return response

    async def _play(self, line: AnswerLine, fault: str | None) -> bool:
        """Send the text, with the fault in its place; return whether the answer comes to its proper end."""
        play = STREAM_FAULTS.get(fault or "")
        after = len(line.tokens) // 2 if self.fault_after is None else self.fault_after
        for at, token in enumerate(line.tokens):
            if play is not None and at == after:
                try:
                    await play(line)
                except Recovered:
                    play = None
                else:
                    return False
            await line.text(token)
        return True


def _whole(model: str, text: str, reason: str, usage: dict[str, int]) -> web.Response:
    """Return an answer that is not streamed."""
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "message": message, "finish_reason": reason}]
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model, "choices": choices}
    return web.json_response(body | {"usage": usage})


async def _serve(args: argparse.Namespace) -> None:
    """Serve until killed."""
    text: str | None = args.document.read_text("utf-8") if args.document is not None else None
    models = (*DEFAULT_MODELS, *args.model)
    server = OpenAIServer(
        documents=short_document if text is None else lambda _body: text,
        fault=args.fault,
        fault_after=args.fault_after,
        dialect=args.dialect,
        key=args.key,
        models=models,
        tokens_per_s=args.tokens_per_s,
        port=args.port,
    )
    async with server:
        sys.stdout.write(server.base_url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Run the server from the command line."""
    parser = argparse.ArgumentParser(description="A strict fake of an OpenAI-compatible server.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--document", type=Path, help="Markdown file that answers every request")
    parser.add_argument("--fault", choices=FAULTS)
    parser.add_argument("--fault-after", type=int, help="tokens before the fault; default: half of the document")
    parser.add_argument("--dialect", choices=sorted(DIALECTS), default="openai")
    parser.add_argument("--key", default=DEFAULT_KEY)
    parser.add_argument("--model", action="append", default=[], help="a model name it knows besides its own")
    parser.add_argument("--tokens-per-s", type=float, default=0.0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
