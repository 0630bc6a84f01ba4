"""A strict fake of Teams over HTTP: OpenID keys and tokens of its own, the token service, and the Bot Connector."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.services.clock import SystemClock
from tests.fakes.teams_rules import breaches
from tests.fakes.teams_streams import StreamRefused, Streams

APP_ID = "00000000-aaaa-bbbb-cccc-000000000001"
SECRET = "the app's secret"
TENANT = "11111111-2222-3333-4444-555555555555"
BOT = f"28:{APP_ID}"
ISSUER = "https://api.botframework.com"
TOKEN_S = 3600
# [docs] calls per bot and conversation: (calls, seconds).
QUOTAS = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))


@dataclass(slots=True)
class VirtualClock:
    """Be a clock that moves only when somebody waits on it."""

    seconds: float = 1_795_413_600.0

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return int(self.seconds * 1000)

    def monotonic(self) -> float:
        """Return seconds."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.seconds += max(seconds, 0.0)
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class WallClock:
    """Be the clock of this machine, for bots that run in processes of their own."""

    clock: SystemClock = field(default_factory=SystemClock)

    @property
    def seconds(self) -> float:
        """Return seconds since 1970 UTC."""
        return self.clock.now_ms() / 1000

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return self.clock.now_ms()

    def monotonic(self) -> float:
        """Return seconds."""
        return self.clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self.clock.sleep(seconds)


@dataclass(slots=True)
class Strike:
    """Be a blow at the n-th call from now: its bot is killed before the call is carried out, or after, unanswered."""

    nth: int
    before: bool
    kill: Callable[[], None]

    def falls(self) -> bool:
        """Count a call, and say whether it is the one."""
        self.nth -= 1
        return self.nth == 0


@cache
def signing_key(number: int) -> rsa.RSAPrivateKey:
    """Return a key, the same for all tests: making one takes a while."""
    del number
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True, kw_only=True)
class Talk:
    """Be a conversation the bot may be in."""

    id: str
    kind: str = "personal"
    team: str = ""
    members: dict[str, str] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    streams: Streams = field(default_factory=Streams)
    bot_is_in: bool = True
    calls: "deque[float]" = field(default_factory=deque)


@dataclass(slots=True)
class Fault:
    """Be a failure to play at the next calls whose method and path hold these words, if wished for one type only."""

    method: str
    path: str
    status: int
    times: int = 1
    retry_after: str = ""
    done_anyway: bool = False
    type: str = ""


@dataclass(slots=True, kw_only=True)
class FakeTeams:
    """Be Teams: what the bot sent stands in `talks`; every breach of a rule in `violations`."""

    clock: VirtualClock | WallClock
    address: str = ""
    key_number: int = 1
    talks: dict[str, Talk] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    log: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    fetches: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    keys_down: bool = False
    takes_extended: bool = False
    """Whether this tenant has the preview of extended Markdown; the others answer 400, as the Playground does."""
    refuses_streams: bool = False
    strike: Strike | None = None
    dies_after: int = 0
    """After so many more calls the bot's process is dead: the last one is carried out, its answer and all else lost."""

    # The side of the channel.

    def sign(self, *, key: int | None = None, headers: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """Return a token of the channel; a claim given as None is left out."""
        number = self.key_number if key is None else key
        now = int(self.clock.seconds)
        whole = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": self.address,
            "nbf": now - 300,
            "exp": now + 3600,
            **claims,
        }
        return jwt.encode(
            {name: value for name, value in whole.items() if value is not None},
            signing_key(number),
            algorithm="RS256",
            headers={name: one for name, one in {"kid": f"key-{number}", **(headers or {})}.items() if one},
        )

    def activity(
        self, talk: Talk, user: str, *, thread: str = "", locale: str = "es-ES", **more: Any
    ) -> dict[str, Any]:
        """Return an activity as Teams sends it."""
        id_ = str(more.pop("id", None) or uuid4().int % 10**13)
        whole = f"{talk.id};messageid={thread or id_}" if talk.kind == "channel" else talk.id
        data: dict[str, Any] = {"tenant": {"id": TENANT}}
        if talk.team:
            data["team"] = {"id": talk.team}
            data["channel"] = {"id": talk.id}
        return {
            "type": "message",
            "id": id_,
            "timestamp": "2026-11-23T06:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.address,
            "from": {"id": user, "name": talk.members.get(user, "?"), "aadObjectId": f"aad-{user[-4:]}"},
            "recipient": {"id": BOT, "name": "AI Strategy"},
            "conversation": {"id": whole, "conversationType": talk.kind, "tenantId": TENANT},
            "channelData": data,
            "entities": [{"type": "clientInfo", "locale": locale, "country": "ES", "platform": "Web"}],
            "locale": locale,
            **more,
        }

    def mention(self, text: str) -> dict[str, Any]:
        """Return text and entities of a message that mentions the bot."""
        entity = {"type": "mention", "text": "<at>AI Strategy</at>", "mentioned": {"id": BOT, "name": "AI Strategy"}}
        return {"text": f"<at>AI Strategy</at> {text}", "entities": [entity], "textFormat": "plain"}

    def add(self, talk: Talk) -> Talk:
        """Add a conversation."""
        self.talks[talk.id] = talk
        return talk

    # What the bot calls.

    def app(self) -> web.Application:
        """Return the application."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", "/v3/{path:.*}", self._connector)
        return app

    async def _openid(self, _: web.Request) -> web.Response:
        self.fetches["openid"] += 1
        if self.keys_down:
            return web.Response(status=500)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.address}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        numbers = (self.key_number, 99)
        keys = []
        for number in numbers:
            described = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(number).public_key()))
            channels = ["msteams"] if number != 99 else ["webchat"]
            keys.append({**described, "kid": f"key-{number}", "use": "sig", "endorsements": channels})
        return web.json_response({"keys": keys})

    async def _token(self, request: web.Request) -> web.Response:
        self.fetches["token"] += 1
        form = await request.post()
        good = form.get("client_id") == APP_ID and form.get("scope") == f"{ISSUER}/.default"
        if not good or form.get("client_secret") != SECRET or request.match_info["tenant"] != TENANT:
            return web.json_response({"error": "invalid_client"}, status=401)
        token = uuid4().hex
        self.tokens[token] = self.clock.seconds + TOKEN_S
        return web.json_response({"token_type": "Bearer", "expires_in": TOKEN_S, "access_token": token})

    async def _connector(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        # The raw path: a conversation id holds ";" and may hold an encoded "/".
        parts = [unquote(part) for part in request.rel_url.raw_path.split("/")[2:]]
        self.log.append((request.method, "/".join(parts), body))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0.0) < self.clock.seconds:
            return _refuse(401, "Unauthorized", "")
        if self._dies(request, parts, body):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        fault = self._fault(request.method, "/".join(parts), str(body.get("type")))
        if fault and not fault.done_anyway:
            return _faulty(fault)
        if body.get("textFormat") == "extendedmarkdown" and not self.takes_extended:
            return _refuse(400, "BadArgument", "Invalid input")
        try:
            answer = self._route(request.method, parts, body, request)
        except StreamRefused as error:
            if fault:
                # The answer is lost: the bot was not told.
                self._untell(parts)
            elif error.is_breach:
                self._accuse(f"{error.status} {error.message}")
            answer = _refuse(error.status, error.code, error.message)
        return _faulty(fault) if fault else answer

    def _dies(self, request: web.Request, parts: list[str], body: dict[str, Any]) -> bool:
        """Say whether the caller is dead before its answer comes; the call itself may be carried out."""
        if self.strike and self.strike.falls():
            if not self.strike.before:
                self._carry_out(request.method, parts, body, request)
            self.strike.kill()
            return True
        if self.dies_after == 1:
            self._carry_out(request.method, parts, body, request)
        if self.dies_after:
            self.dies_after = max(self.dies_after - 1, -1) or -1
        return self.dies_after == -1

    def _carry_out(self, method: str, parts: list[str], body: dict[str, Any], request: web.Request) -> None:
        self._route(method, parts, body, request)

    def _untell(self, parts: list[str]) -> None:
        talk = self._talk(parts[1])
        for stream in (talk.streams.open, *talk.streams.done.values()) if talk else ():
            if stream and stream.told:
                stream.told.pop()

    def _fault(self, method: str, path: str, type_: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == method and fault.path in path and fault.type in ("", type_):
                fault.times -= 1
                return fault
        return None

    def _route(self, method: str, parts: list[str], body: dict[str, Any], request: web.Request) -> web.Response:
        match (method, *parts):
            case ("POST", "conversations"):
                return self._begin(body)
            case ("GET", "teams", team, "conversations"):
                found = [{"id": one.id, "name": one.id} for one in self.talks.values() if one.team == team]
                return web.json_response({"conversations": found})
            case ("GET", "conversations", talk, "members", user):
                return self._member(talk, user)
            case ("POST", "conversations", talk, "activities"):
                return self._post(talk, body, private="isTargetedActivity" in request.query)
            case ("PUT", "conversations", talk, "activities", id_):
                return self._put(talk, id_, body)
            case ("DELETE", "conversations", talk, "activities", id_):
                return self._delete(talk, id_)
            case _:
                return _refuse(404, "NotFound", request.path)

    def _talk(self, whole: str) -> Talk | None:
        talk = self.talks.get(whole.partition(";messageid=")[0])
        return talk if talk and talk.bot_is_in else None

    def _quota(self, talk: Talk) -> web.Response | None:
        now = self.clock.seconds
        while talk.calls and talk.calls[0] <= now - 3_600:
            talk.calls.popleft()
        for calls, seconds in QUOTAS:
            if sum(1 for at in talk.calls if at > now - seconds) >= calls:
                self._accuse(f"more than {calls} calls in {seconds} s")
                return _refuse(429, "TooManyRequests", "API calls quota exceeded", retry_after="2")
        talk.calls.append(now)
        return None

    def _post(self, whole: str, body: dict[str, Any], *, private: bool) -> web.Response:
        talk = self._talk(whole)
        if talk is None:
            return _refuse(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
        streaming = next((one for one in body.get("entities") or [] if one.get("type") == "streaminfo"), None)
        if streaming is not None:
            return self._stream(talk, body, streaming)
        if (refused := self._quota(talk)) or (refused := self._check(body)):
            return refused
        if bool((body.get("recipient") or {}).get("isTargeted")) != private:
            self._accuse("targeted in the query and in the recipient must agree")
        if private and talk.kind == "personal":
            return _refuse(400, "BadArgument", "targeted messages are for groups and channels")
        id_ = str(1_795_400_000_000 + len(self.log))
        talk.messages[id_] = {**body, "conversation": whole, "private": private}
        return web.json_response({"id": id_}, status=201)

    def _stream(self, talk: Talk, body: dict[str, Any], info: Mapping[str, Any]) -> web.Response:
        if talk.kind != "personal" or self.refuses_streams:
            return _refuse(405, "MethodNotAllowed", "streaming is for personal chats")
        id_ = str(1_795_400_000_000 + len(self.log))
        if info.get("streamType") == "final" and (refused := self._check(body)):
            return refused
        made = talk.streams.take(body, info, self.clock.seconds, id_)
        shown = made or str(info["streamId"])
        talk.messages[shown] = {**body, "conversation": talk.id, "private": False}
        return web.json_response({"id": made}, status=201) if made else web.json_response({}, status=202)

    def _put(self, whole: str, id_: str, body: dict[str, Any]) -> web.Response:
        talk = self._talk(whole)
        if talk is None or id_ not in talk.messages:
            return _refuse(404, "ActivityNotFoundInConversation", "")
        if (refused := self._quota(talk)) or (refused := self._check(body)):
            return refused
        if any(one.get("type") == "streaminfo" for one in body.get("entities") or []):
            self._accuse("streaminfo in an update")
        if talk.streams.is_running(id_, self.clock.seconds):
            self._accuse("an update of a stream that was not ended")
        talk.messages[id_] = {**body, "conversation": whole, "private": talk.messages[id_]["private"]}
        return web.json_response({"id": id_})

    def _delete(self, whole: str, id_: str) -> web.Response:
        talk = self._talk(whole)
        if talk is None or id_ not in talk.messages:
            return _refuse(404, "ActivityNotFoundInConversation", "")
        if refused := self._quota(talk):
            return refused
        del talk.messages[id_]
        return web.json_response({})

    def _begin(self, body: dict[str, Any]) -> web.Response:
        if not body.get("isGroup"):
            user = body["members"][0]["id"]
            talk = next((one for one in self.talks.values() if one.kind == "personal" and user in one.members), None)
            return web.json_response({"id": talk.id}, status=201) if talk else _refuse(403, "NotInstalled", "")
        talk = self._talk(body["channelData"]["channel"]["id"])
        if talk is None:
            return _refuse(403, "BotNotInConversationRoster", "")
        if refused := self._check(body["activity"]):
            return refused
        id_ = str(1_795_400_000_000 + len(self.log))
        talk.messages[id_] = {**body["activity"], "conversation": f"{talk.id};messageid={id_}", "private": False}
        return web.json_response({"id": f"{talk.id};messageid={id_}", "activityId": id_}, status=201)

    def _member(self, whole: str, user: str) -> web.Response:
        talk = self._talk(whole)
        if talk is None or user not in talk.members:
            return _refuse(404, "MemberNotFoundInConversation", "")
        return web.json_response({"id": user, "name": talk.members[user], "tenantId": TENANT})

    def _check(self, activity: Mapping[str, Any]) -> web.Response | None:
        found = list(breaches(activity))
        self.violations += found
        if "MessageSizeTooBig" in found:
            return _refuse(413, "MessageSizeTooBig", "Message size too large")
        return _refuse(400, "BadSyntax", found[0]) if found else None

    def _accuse(self, breach: str) -> None:
        self.violations.append(breach)


def _faulty(fault: Fault) -> web.Response:
    return _refuse(fault.status, f"Fault{fault.status}", "", retry_after=fault.retry_after)


def _refuse(status: int, code: str, message: str, *, retry_after: str = "") -> web.Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return web.json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


@asynccontextmanager
async def fake_teams(clock: VirtualClock | WallClock | None = None) -> AsyncIterator[FakeTeams]:
    """Serve a fake Teams on this machine."""
    fake = FakeTeams(clock=clock or VirtualClock())
    runner = web.AppRunner(fake.app(), handle_signals=False, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        fake.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield fake
    finally:
        await runner.cleanup()
