"""One OpenAI-compatible endpoint: a request in its dialect, its stream read under our own deadlines."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bot.domain.errors import ModelError
from bot.ports import Ended, ModelRequest, Piece
from bot.services.answer_chunks import AnswerChunks
from bot.services.endpoint_profiles import Endpoint, Profile
from bot.services.openai_faults import ErrorEvent, caught, fault, refused_parameter, translate

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

_MOST_REFUSALS = 3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Hold what an endpoint may take, in seconds; keep-alive pings extend none of them."""

    connect_s: float = 5.0
    first_content_s: float = 45.0
    idle_s: float = 20.0
    tail_s: float = 2.0
    """Wait for the usage after the answer has ended."""
    retry_pause_s: float = 0.5
    longest_pause_s: float = 2.0
    """A server that asks for a longer pause is not asked again within the same call."""


class Watch:
    """Know which deadline comes next, on the event loop's clock."""

    def __init__(self, timeouts: Timeouts, *, now: float, total_at: float) -> None:
        self._timeouts = timeouts
        self._total_at = total_at
        self._stage = "first_content"
        self._stage_at = now + timeouts.first_content_s

    @property
    def at(self) -> float:
        """Return when the next deadline is."""
        return min(self._stage_at, self._total_at)

    @property
    def stage(self) -> str:
        """Return which deadline comes next: first_content, idle, tail or total."""
        return "total" if self._total_at <= self._stage_at and self._stage != "tail" else self._stage

    def heard(self, now: float) -> None:
        """Start the idle deadline anew: there was content."""
        self._stage, self._stage_at = "idle", now + self._timeouts.idle_s

    def answered(self, now: float) -> None:
        """Start the short wait for what may follow a finished answer."""
        if self._stage != "tail":
            self._stage, self._stage_at = "tail", now + self._timeouts.tail_s


class DeadlinePassed(Exception):
    """Say which of our deadlines passed."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


class OpenAIEndpoint:
    """Ask one endpoint, once; what it refused of a request is remembered and not sent again."""

    def __init__(self, endpoint: Endpoint, profile: Profile, timeouts: Timeouts, clock: Callable[[], float]) -> None:
        self.endpoint = endpoint
        self.profile = profile
        self._timeouts = timeouts
        self._clock = clock
        self._client: AsyncOpenAI | None = None

    async def stream(self, request: ModelRequest, *, total_at: float) -> AsyncGenerator[Piece | Ended, None]:
        """Yield pieces and one `Ended`; `total_at` is on the event loop's clock. Raises ModelError."""
        started = self._clock()
        client = await self._connected()
        watch = Watch(self._timeouts, now=_now(), total_at=total_at)
        answer = AnswerChunks(request.max_tokens + self.profile.headroom_tokens)
        try:
            source = await self._open(client, request, watch)
            try:
                while (text := await _next_text(source, watch, answer)) is not None:
                    yield Piece(text, answer.model or self.endpoint.model, self.endpoint.name)
            finally:
                await source.close()
        except DeadlinePassed as passed:
            raise fault(f"error.model.timeout.{passed.stage}", endpoint=self.endpoint.name) from None
        except caught() as error:
            raise self._translate(error, request, streaming=True) from None
        self._check(answer, request, source.response.headers.get("content-type", ""))
        tokens_in, tokens_out, estimated = answer.usage(request.messages)
        yield Ended(
            reason=answer.reason(),
            model=answer.model or self.endpoint.model,
            endpoint=self.endpoint.name,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            estimated=estimated,
            seconds=self._clock() - started,
        )

    async def close(self) -> None:
        """Close the connections that were kept open."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _connected(self) -> "AsyncOpenAI":
        """Return the client; the package loads in a thread, because that takes half a second the first time."""
        if self._client is None:
            await asyncio.to_thread(import_module, "openai")
        if self._client is None:  # nobody else has made it meanwhile
            try:
                self._client = _connect(self.endpoint, self.profile, self._timeouts)
            except caught() as error:
                raise translate(error, endpoint=self.endpoint.name, streaming=False) from None
        return self._client

    async def _open(
        self, client: "AsyncOpenAI", request: ModelRequest, watch: Watch
    ) -> "AsyncStream[ChatCompletionChunk]":
        """Send the request; a parameter the server does not know is left out and the request sent again."""
        profile = self.profile
        for _ in range(_MOST_REFUSALS):
            body = request_body(request, self.endpoint.model, profile)
            try:
                stream = await _within(watch, _create(client, body))
            except caught() as error:
                refused = refused_parameter(error, body.keys())
                lighter = profile.without(refused) if refused else profile
                if lighter == profile:
                    raise self._translate(error, request, streaming=False) from None
                profile = lighter
            else:
                self.profile = profile
                return stream
        raise fault("error.model.bad_request", endpoint=self.endpoint.name, detail="refuses too many parameters")

    def _check(self, answer: AnswerChunks, request: ModelRequest, content_type: str) -> None:
        """Raise ModelError where the stream held an error or no answer at all."""
        if answer.fault is not None:
            raise self._translate(ErrorEvent(answer.fault), request, streaming=True)
        if answer.began or answer.reason() in ("length", "content_filter"):
            return
        protocol = "text/event-stream" in content_type
        text = "error.model.empty_answer" if protocol else "error.model.not_protocol"
        raise fault(text, endpoint=self.endpoint.name, detail=f"answered {content_type or 'nothing'} without text")

    def _translate(self, error: BaseException, request: ModelRequest, *, streaming: bool) -> ModelError:
        """Translate with what must not be seen of this call."""
        prompt = "\n".join(message.content for message in request.messages)
        secrets = (self.endpoint.api_key,)
        return translate(error, endpoint=self.endpoint.name, streaming=streaming, secrets=secrets, prompt=prompt)


async def _create(client: "AsyncOpenAI", body: dict[str, Any]) -> "AsyncStream[ChatCompletionChunk]":
    """Ask for a stream; all but the three members every server takes go into the body as they are."""
    rest = {name: value for name, value in body.items() if name not in ("model", "messages", "stream")}
    return await client.chat.completions.create(
        model=body["model"], messages=cast("Any", body["messages"]), stream=True, extra_body=rest
    )


def request_body(request: ModelRequest, model: str, profile: Profile) -> dict[str, Any]:
    """Return the request in the endpoint's dialect: each member is there because its profile says so."""
    body: dict[str, Any] = {
        "model": model,
        "messages": _messages(request, profile.system_role),
        "stream": True,
        profile.token_parameter: request.max_tokens + profile.headroom_tokens,
        **profile.extra,
    }
    if profile.temperature is not None:
        body["temperature"] = min(profile.temperature, profile.temperature_cap)
    if profile.include_usage:
        body["stream_options"] = {"include_usage": True}
    if request.json_object and profile.json_mode:
        body["response_format"] = {"type": "json_object"}
    if request.user_key and profile.safety_identifier:
        body["safety_identifier"] = request.user_key
    return body


def _messages(request: ModelRequest, system_role: str) -> list[dict[str, str]]:
    """Return the messages; where a server knows no system role, its text opens the first user message."""
    if system_role != "user":
        return [
            {"role": system_role if message.role == "system" else message.role, "content": message.content}
            for message in request.messages
        ]
    system = [message.content for message in request.messages if message.role == "system"]
    rest = [{"role": m.role, "content": m.content} for m in request.messages if m.role != "system"]
    opening = next((message for message in rest if message["role"] == "user"), None)
    if opening is None:
        return [{"role": "user", "content": "\n\n".join(system)}, *rest]
    opening["content"] = "\n\n".join([*system, opening["content"]])
    return rest


async def _next_text(source: "AsyncStream[ChatCompletionChunk]", watch: Watch, answer: AnswerChunks) -> str | None:
    """Return the next text, or None when the answer is over, was an error, or runs on past its limit."""
    while answer.fault is None and not answer.overrun:
        try:
            chunk = await _within(watch, anext(source))
        except StopAsyncIteration:
            return answer.rest() or None
        except DeadlinePassed as passed:
            if passed.stage != "tail":
                raise
            return None
        text, alive = answer.take(chunk)
        if answer.finished:
            watch.answered(_now())
        elif alive:
            watch.heard(_now())
        if text:
            return text
    return None


async def _within(watch: Watch, awaitable: Awaitable[_T]) -> _T:
    """Await something until the next deadline; raises DeadlinePassed."""
    try:
        async with asyncio.timeout_at(watch.at) as limit:
            return await awaitable
    except TimeoutError:
        if limit.expired():
            raise DeadlinePassed(watch.stage) from None
        raise


def _connect(endpoint: Endpoint, profile: Profile, timeouts: Timeouts) -> "AsyncOpenAI":
    """Make the client; address, key and headers are always ours, whatever the environment says.

    The SDK would add OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS to requests to any server, and follow
    a redirect with the prompt to wherever it points. Retries and deadlines are ours as well.
    """
    import httpx2
    from openai import AsyncOpenAI, DefaultAioHttpClient

    patience = httpx2.Timeout(None, connect=timeouts.connect_s, pool=timeouts.connect_s)
    key = endpoint.api_key or "none"  # servers without keys take any, the SDK refuses an empty one
    client = AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=key,
        admin_api_key="",
        max_retries=0,
        timeout=patience,
        default_headers={"Authorization": f"Bearer {key}"},
        http_client=DefaultAioHttpClient(timeout=patience, follow_redirects=False),
    )
    if profile.name != "openai":
        client.organization = client.project = None
    return client


def _now() -> float:
    """Return the event loop's time, on which deadlines are."""
    return asyncio.get_running_loop().time()
