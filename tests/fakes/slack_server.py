"""A strict fake Slack: Web API over HTTP, Socket Mode, OAuth, signed events and people who use the app.

Standalone: `python -m tests.fakes.slack_server --port 0 --request-url http://127.0.0.1:3000/slack/events` prints its
address and serves a page on which one can play Ana: type, click, fill forms.
"""

import asyncio
import base64
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes import slack_chat, slack_responses, slack_streams
from tests.fakes.slack_delivery import Courier, Outcome
from tests.fakes.slack_files import Files
from tests.fakes.slack_gate import (
    CIRCUMSTANCES,
    COMMON_ERRORS,
    METHODS,
    Call,
    Fault,
    Gate,
    Hold,
    Refused,
    Strike,
    Violation,
    authorize,
    check_call,
    decode,
)
from tests.fakes.slack_oauth import OAuth
from tests.fakes.slack_oracle import second_opinion
from tests.fakes.slack_page import add_routes
from tests.fakes.slack_people import People
from tests.fakes.slack_rooms import HANDLERS as ROOM_HANDLERS
from tests.fakes.slack_socket import Socket
from tests.fakes.slack_town import APP_TOKEN, BOT_TOKEN, SCOPES, found_town
from tests.fakes.slack_transcript import transcript
from tests.fakes.slack_views import Triggers, Views
from tests.fakes.slack_world import App, Clock, Message, RunningClock, World


@dataclass(frozen=True, slots=True)
class Asked:
    """Remember one call: its method, arguments and the error it got, None for ok."""

    method: str
    args: Mapping[str, Any]
    error: str | None
    at: float


@dataclass(slots=True, kw_only=True)
class SlackServer:
    """Serve on 127.0.0.1 while entered; bring events to `request_url`, or over the socket when it is empty.

    `violations` holds what an honest bot never does; `refusals` every error answered; `calls` every call.
    """

    clock: Clock = field(default_factory=RunningClock)
    request_url: str = ""
    command_url: str = ""
    interactive_url: str = ""
    port: int = 0
    app: App = field(default_factory=App)
    scopes: frozenset[str] = SCOPES
    latency_s: float = 0.0
    calls: list[Asked] = field(default_factory=list)
    refusals: list[Violation] = field(default_factory=list)
    world: World = field(init=False)
    gate: Gate = field(init=False)
    views: Views = field(init=False)
    files: Files = field(init=False)
    oauth: OAuth = field(init=False)
    socket: Socket = field(init=False)
    people: People = field(init=False)
    _runner: web.AppRunner | None = None
    _handlers: dict[str, Callable[[Call], dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = World(clock=self.clock, app=self.app)
        found_town(self.world, self.scopes)
        self.gate = Gate(world=self.world)
        self.views = Views(Triggers(self.world))
        self.files, self.oauth, self.socket = Files(self.world), OAuth(self.world), Socket(self.world)
        courier = Courier(world=self.world, socket=self.socket)
        self.people = People(world=self.world, courier=courier, triggers=self.views.triggers, oauth=self.oauth)
        self.connect(self.request_url, commands=self.command_url, interactive=self.interactive_url)
        for handlers in (
            slack_chat.HANDLERS, slack_streams.HANDLERS, ROOM_HANDLERS, self.views.handlers(), self.files.handlers(),
            self.oauth.handlers(), {"apps.connections.open": self.socket.open},
        ):  # fmt: skip
            self._handlers |= handlers

    # addresses and secrets

    @property
    def address(self) -> str:
        """Return where the server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """Return the base_url to give to slack_sdk clients."""
        return f"{self.address}/api/"

    @property
    def bot_token(self) -> str:
        """Return the token of the app in the first workspace."""
        return BOT_TOKEN

    @property
    def app_token(self) -> str:
        """Return the app-level token for Socket Mode."""
        return APP_TOKEN

    @property
    def signing_secret(self) -> str:
        """Return the secret with which requests are signed."""
        return self.app.signing_secret

    @property
    def violations(self) -> list[Violation]:
        """Return what an honest bot never does, in order of kind; a test ends with `assert not slack.violations`."""
        wrong = [each for each in self.refusals if each.code not in CIRCUMSTANCES]
        return wrong + self.people.violations

    def connect(self, request_url: str, *, commands: str = "", interactive: str = "") -> None:
        """Bring events, commands and clicks to these addresses from now on."""
        self.people.courier.urls = (
            {"event": request_url, "command": commands or request_url, "interactive": interactive or request_url}
            if request_url
            else {}
        )

    # what tests order

    def fail(
        self, method: str, code: str | int, *, nth: int | None = None, times: int = 1, retry_after: int = 1
    ) -> None:
        """Answer the nth call of a method from now (the next one by default) with an error code or an HTTP status."""
        base = sum(self.gate.counts.values()) if method == "*" else self.gate.counts[method]
        self.gate.faults.append(
            Fault(method=method, code=code, nth=base + (nth or 1), times=times, retry_after=retry_after)
        )

    def hold(self, method: str) -> Hold:
        """Keep calls of a method (`*`: of all) waiting until the returned hold is released; `arrived` tells when one came."""
        self.gate.holds[method] = Hold()
        return self.gate.holds[method]

    def cut(self, method: str, times: int = 1) -> None:
        """Do the next calls of a method (`*`: of any), then cut the connection instead of answering."""
        self.gate.cut_next[method] += times

    def cut_often(self, rate: float, seed: int) -> None:
        """Do calls and cut the connection at this rate, the same ones for the same seed."""
        self.gate.cut_rate, self.gate.rng = rate, random.Random(seed)

    def strike(self, nth: int, blow: Callable[[], None], *, before: bool = False) -> None:
        """Have something happen at the nth chat.* call from now, before or after it is done; its answer never comes."""
        self.gate.strike = Strike(nth=nth, before=before, blow=blow)

    # what tests read

    def transcript(self, channel: str, thread: str | None = None, viewer: str | None = None) -> list[str]:
        """Return what people would read, as lines."""
        return transcript(self.world, channel, thread, viewer)

    def messages(self, channel: str, thread: str | None = None) -> list[Message]:
        """Return the standing messages of a channel or thread, ephemeral ones too."""
        seen = [each for each in self.world.channels[channel].messages if not each.deleted]
        return [each for each in seen if thread is None or each.root == thread]

    def pings(self) -> list[str]:
        """Return every mention the bot's messages would have notified people with."""
        return [ping for message in self.world.messages() if message.bot_id for ping in message.pings]

    def count(self, method: str = "") -> int:
        """Return how many calls of a method came; of all that start with it when it ends with a dot."""
        return sum(
            each.method == method or (method[-1:] in {"", "."} and each.method.startswith(method))
            for each in self.calls
        )

    # serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 << 20)
        app.router.add_route("*", "/api/{method}", self._serve_method)
        app.router.add_post("/response/{key}", self._serve_response)
        app.router.add_post("/upload/{file}", self._serve_upload)
        app.router.add_get("/socket/{ticket}", self.socket.serve)
        app.router.add_get("/oauth/v2/authorize", self._serve_authorize)
        add_routes(app, self)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = int(self._runner.addresses[0][1])
        self.files.address = self.socket.address = self.people.address = self.address
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for ws in list(self.socket.connections):
            await ws.close()
        await self.people.courier.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        hold = self.gate.holds.get(method) or self.gate.holds.get("*")
        if hold is not None:
            hold.arrived.set()
            await hold.released.wait()
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        raw = await request.read()
        strike = self.gate.strike if self.gate.strike and self.gate.strike.hits(method) else None
        if strike and strike.before:
            return _struck(request, strike)
        fault = self.gate.ordered(method)
        args: dict[str, Any] = {}
        try:
            if fault is not None:
                raise _ordered_refusal(fault)
            args, in_body = decode(request.content_type if raw else "", raw, request.query)
            answer = self._answer(method, args, _bearer(request, args) or in_body)
        except Refused as refused:
            self._remember(method, args, refused, ordered=fault is not None)
            return _refusal(refused, self._scopes_header(request, args))
        self.calls.append(Asked(method, args, None, self.clock()))
        if strike:
            return _struck(request, strike)
        if self.gate.cuts(method):
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True} | answer, headers=self._scopes_header(request, args))

    def _scopes_header(self, request: web.Request, args: dict[str, Any]) -> dict[str, str]:
        """Name the token's scopes, as every answer of Slack does (read by slack_bolt's authorization middleware)."""
        token = self.world.tokens.get(_bearer(request, args) or "")
        return {"x-oauth-scopes": ",".join(sorted(token.scopes))} if token and token.scopes else {}

    def _answer(self, method: str, args: dict[str, Any], bearer: str | None) -> dict[str, Any]:
        if method not in METHODS or method not in self._handlers:
            raise Refused("unknown_method", method)
        call = Call(method=method, args=args, token=authorize(self.world, method, bearer), world=self.world)
        try:
            self.gate.limit(call)
            check_call(call)
            answer = self._handlers[method](call)
            for complaint in second_opinion(args):
                call.note("slackblocks", complaint)
            return answer
        finally:
            self.refusals += call.notes

    def _remember(self, method: str, args: dict[str, Any], refused: Refused, *, ordered: bool) -> None:
        self.calls.append(Asked(method, args, refused.code, self.clock()))
        if ordered:
            return
        self.refusals.append(Violation(method, refused.code, refused.detail))
        documented = COMMON_ERRORS.union(METHODS.get(method, {"errors": ()})["errors"])
        if refused.code not in documented:
            self.refusals.append(Violation(method, "undocumented_error", f"fake Slack answered {refused.code}"))

    async def _serve_response(self, request: web.Request) -> web.Response:
        try:
            slack_responses.use(self.world, request.match_info["key"], await request.read())
        except Refused as refused:
            self.refusals.append(Violation("response_url", refused.code, refused.detail))
            return web.Response(status=refused.status, text=refused.code)
        return web.Response(text="ok")

    async def _serve_upload(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.content_type == "multipart/form-data":
            return web.Response(status=400, text="send the bytes as the body")
        taken = self.files.take(request.match_info["file"], body)
        return web.Response(text=f"OK - {len(body)}") if taken else web.Response(status=400, text="length mismatch")

    async def _serve_authorize(self, request: web.Request) -> web.Response:
        """Let the first person of the first workspace agree at once."""
        team = next(iter(self.world.teams))
        user = next(each.id for each in self.world.people.values() if each.team_id == team and not each.app_id)
        try:
            return web.Response(
                status=302, headers={"Location": self.oauth.consent(dict(request.query), team_id=team, user=user)}
            )
        except Refused as refused:
            return web.Response(status=refused.status, text=refused.code)


def _struck(request: web.Request, strike: Strike) -> web.Response:
    """Strike, and never answer."""
    strike.blow()
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _bearer(request: web.Request, args: dict[str, Any]) -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        name, _, secret = base64.b64decode(value).decode().partition(":")
        args |= {"client_id": name, "client_secret": secret}
        return None
    return value if scheme == "Bearer" else None


def _ordered_refusal(fault: Fault) -> Refused:
    if fault.code in {429, "ratelimited", "rate_limited"}:
        return Refused(
            "ratelimited" if fault.code == 429 else str(fault.code), status=429, retry_after=fault.retry_after
        )
    if isinstance(fault.code, int):
        return Refused("internal_error", status=fault.code)
    return Refused(fault.code)


def _refusal(refused: Refused, scopes: Mapping[str, str]) -> web.Response:
    more = dict(refused.more)
    wait = more.pop("retry_after", None)
    headers = {**scopes, **({"Retry-After": str(wait)} if wait is not None else {})}
    return web.json_response({"ok": False, "error": refused.code} | more, status=refused.status, headers=headers)


__all__ = ["Outcome", "SlackServer"]


if __name__ == "__main__":
    from tests.fakes.slack_standalone import main

    main()
