"""What stands before every Web API method: arguments, tokens, scopes, rate tiers, and failures ordered by a test."""

import asyncio
import json
import math
import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.slack_world import Token, World

_FILE = json.loads((Path(__file__).parent / "data" / "slack_methods.json").read_text(encoding="utf-8"))
COMMON_ERRORS = frozenset(_FILE["common_errors"]["errors"])
PER_MINUTE: Mapping[str, int] = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
"""Calls a minute per method, workspace and app: docs.slack.dev/apis/web-api/rate-limits; t5 is special."""
TOKEN_FREE = frozenset({"oauth.v2.access", "oauth.v2.exchange"})
ANY_ONE_SCOPE = frozenset(
    {"conversations.info", "conversations.list", "conversations.members", "conversations.replies"}
)
KIND_SCOPES: Mapping[str, str] = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
CIRCUMSTANCES = frozenset(
    [
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "hash_conflict",
        "expired_trigger_id",
        "token_expired",
        "token_revoked",
        "stopped_by_user",
        "message_not_in_streaming_state",
        "ratelimited",
        "user_not_found",
        "user_not_in_channel",
        "thread_not_found",
        "messages_tab_disabled",
        "edit_window_closed",
        "invalid_code",
        "user_disabled",
        "message_not_found",
        "posting_to_channel_denied",
        "file_uploads_except_images_disabled",
        "not_found",
    ]
)
"""Refusals an honest bot may meet; every other one is a fault of the bot and stands in `violations` too."""


def _specs() -> dict[str, dict[str, Any]]:
    specs = {name: dict(spec) for name, spec in _FILE["methods"].items()}
    for name, more in _FILE["additions"].items():
        if name not in specs:
            specs[name] = dict(more)
            continue
        spec = specs[name]
        spec["args"] = [*spec["args"], *more["args"]]
        spec["errors"] = [*spec["errors"], *more["errors"]]
        spec["required"] = [each for each in spec["required"] or [] if each not in more["optional"]]
    return specs


METHODS: Mapping[str, dict[str, Any]] = _specs()
"""Name, scopes, tier, arguments and errors of each method: see the source named in data/slack_methods.json."""


class Refused(Exception):
    """Say which documented error a call is answered with."""

    def __init__(self, code: str, detail: str = "", *, status: int = 200, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.status = status
        self.more = more


@dataclass(frozen=True, slots=True)
class Violation:
    """Be one refusal, or something accepted that a strict reader would not send."""

    method: str
    code: str
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Call:
    """Be one call of a Web API method, after decoding."""

    method: str
    args: dict[str, Any]
    token: Token
    world: World
    notes: list[Violation] = field(default_factory=list)

    @property
    def team_id(self) -> str:
        """Return the workspace the call is for."""
        return self.token.team_id

    def note(self, code: str, detail: str = "") -> None:
        """Record something Slack accepts and a careful bot does not do."""
        self.notes.append(Violation(self.method, code, detail))


@dataclass(slots=True, kw_only=True)
class Fault:
    """Be a failure to play at the n-th call of a method; `code` is an error code, or an HTTP status."""

    method: str
    code: str | int
    nth: int
    times: int
    retry_after: int = 1


@dataclass(slots=True)
class Hold:
    """Keep the calls of a method waiting until released."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the calls go on."""
        self.released.set()


@dataclass(slots=True, kw_only=True)
class Strike:
    """Strike at the n-th chat.* call from its ordering, before or after it is done; its answer never comes."""

    nth: int
    before: bool
    blow: Callable[[], None]
    seen: int = 0

    def hits(self, method: str) -> bool:
        """Count a call and say whether it is the one."""
        self.seen += method.startswith("chat.")
        return method.startswith("chat.") and self.seen == self.nth


@dataclass(slots=True)
class Gate:
    """Decide whether a call comes through; count what came."""

    world: World
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)
    strike: Strike | None = None
    cut_rate: float = 0.0
    cut_next: Counter[str] = field(default_factory=Counter)
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    enforce_rates: bool = True
    _recent: dict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _posts: dict[str, tuple[float, float]] = field(default_factory=dict)
    _blocked: dict[tuple[str, str], float] = field(default_factory=dict)

    def ordered(self, method: str) -> Fault | None:
        """Count the call and return the failure ordered for it."""
        self.counts[method] += 1
        seen = {method: self.counts[method], "*": self.counts.total()}
        for fault in self.faults:
            if fault.nth <= seen.get(fault.method, 0) < fault.nth + fault.times:
                return fault
        return None

    def cuts(self, method: str) -> bool:
        """Return whether the connection is cut after this call was done."""
        for key in (method, "*"):
            if self.cut_next[key]:
                self.cut_next[key] -= 1
                return True
        return self.rng.random() < self.cut_rate

    def forget_calls(self) -> None:
        """Begin the count of calls in a minute anew."""
        self._recent.clear()
        self._posts.clear()
        self._blocked.clear()

    def limit(self, call: Call) -> None:
        """Refuse calls beyond the tier with 429 and whole seconds to wait."""
        if not self.enforce_rates:
            return
        key = (call.team_id, call.method)
        if call.method == "chat.postMessage":
            key = (call.team_id, f"chat.postMessage:{call.args.get('channel')}")
        wait = self._wait_of(call, key)
        if wait <= 0:
            self._blocked.pop(key, None)
            return
        now = self.world.clock()
        if now < self._blocked.get(key, 0.0):
            call.note("retry_after_ignored", f"{self._blocked[key] - now:.0f} s too early")
        seconds = max(1, math.ceil(wait))
        self._blocked[key] = now + seconds
        raise Refused("ratelimited", status=429, retry_after=seconds)

    def _wait_of(self, call: Call, key: tuple[str, str]) -> float:
        now = self.world.clock()
        if call.method == "chat.postMessage":
            return self._wait_of_post(key[1], now)
        limit = PER_MINUTE.get(METHODS[call.method]["rate_limits"] or "")
        if limit is None:
            return 0.0
        recent = self._recent[key]
        while recent and now - recent[0] >= 60:
            recent.popleft()
        if len(recent) >= limit:
            return 60 - (now - recent[0])
        recent.append(now)
        return 0.0

    def _wait_of_post(self, channel: str, now: float) -> float:
        burst = float(self.world.app.post_burst)
        left, since = self._posts.get(channel, (burst, now))
        left = min(burst, left + now - since)
        if left < 1:
            self._posts[channel] = (left, now)
            return 1 - left
        self._posts[channel] = (left - 1, now)
        return 0.0


def decode(content_type: str, body: bytes, query: Mapping[str, str]) -> tuple[dict[str, Any], str | None]:
    """Return the arguments of a request from JSON, form and query string, and the token among them."""
    args: dict[str, Any] = dict(query)
    if content_type.startswith("application/json") and body:
        try:
            given = json.loads(body)
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(given, dict):
            raise Refused("json_not_object")
        args |= given
    elif content_type.startswith(("application/x-www-form-urlencoded", "multipart/form-data")) and body:
        args |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    elif body:
        raise Refused("invalid_post_type", content_type)
    return args, args.pop("token", None)


def authorize(world: World, method: str, bearer: str | None) -> Token:
    """Return the token of a call or refuse it."""
    if method in TOKEN_FREE:
        return world.tokens.get(bearer or "") or Token(value="", kind="none", team_id="", app_id=world.app.app_id)
    if not bearer:
        raise Refused("not_authed")
    token = world.tokens.get(bearer)
    if token is None:
        raise Refused("invalid_auth")
    if token.revoked:
        raise Refused("token_revoked")
    if token.expires_at is not None and world.clock() >= token.expires_at:
        raise Refused("token_expired")
    if (token.kind == "app") != (method == "apps.connections.open"):
        raise Refused("not_allowed_token_type", f"{token.kind} token")
    return token


def check_call(call: Call) -> None:
    """Refuse a call without its required arguments or scopes; note arguments nobody knows."""
    spec = METHODS[call.method]
    missing = [name for name in spec["required"] or [] if name != "token" and call.args.get(name) in (None, "")]
    if missing:
        needed = [say_missing(name) for name in missing]
        raise Refused("invalid_arguments", ", ".join(missing), response_metadata={"messages": needed})
    unknown = sorted(set(call.args) - set(spec["args"]) - {"team_id", "client_id", "client_secret"})
    if unknown:
        call.note("unknown_argument", ", ".join(unknown))
    check_scopes(call, spec)


def say_missing(name: str) -> str:
    """Return the message of a missing argument."""
    return f"[ERROR] missing required field: {name}"


def check_scopes(call: Call, spec: Mapping[str, Any]) -> None:
    """Refuse a call whose token lacks the scope of the method, by kind of channel where the method asks for it."""
    needed = list(spec["scope"].get("bot" if call.token.kind == "bot" else "user", []))
    channel = call.world.channels.get(str(call.args.get("channel", "")))
    if call.method == "conversations.open":
        users = [each for each in str(call.args.get("users") or "").split(",") if each]
        needed = ["mpim:write"] if len(users) > 1 else ["im:write"]
    elif call.method.startswith("conversations.") and channel is not None and len(needed) > 1:
        needed = [each for each in needed if each.startswith(KIND_SCOPES[channel.kind] + ":")]
    if needed and not call.token.scopes.intersection(needed):
        provided = ",".join(sorted(call.token.scopes))
        raise Refused("missing_scope", ",".join(needed), needed=needed[0], provided=provided)
