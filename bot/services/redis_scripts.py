"""Runs our Lua scripts: every write to Redis is one of them, and every fault of Redis leaves here as StoreError."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any, NamedTuple, cast

import orjson
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from bot.domain.errors import StoreError
from bot.job_ports import Attempt
from bot.services.redis_keys import KeyNames, Lifetimes, lua_names

# What a script is given: a text, a number that it gets as text, or lists of texts.
Arg = str | int | Sequence[Sequence[str]]
_AS_THEY_ARE = frozenset({str, tuple})
LOST = -1
_USE = re.compile(r"^-- use: (\w+)\n", re.MULTILINE)
_KINDS = re.compile(r"\bK\.(\w+)\(")
# More calls than this do not share one round trip, so that none waits long for the others.
TOGETHER = 50
# So many seconds a call waits for those on their way, which may be stuck, before it goes without them.
PATIENCE_S = 0.02
# What may come of a call when Redis is away, slow or out of its mind.
FAULTS = (RedisError, OSError, TimeoutError)
_LIFETIMES = re.compile(r"\bT\.(\w+)\b")


@cache
def script_text(name: str, lifetimes: Lifetimes) -> str:
    """Return a script with what it uses in front (shared functions, key names, lifetimes) and the runner behind."""
    folder = files("bot.services") / "lua"
    body = (folder / f"{name}.lua").read_text("utf-8")
    shared = "".join((folder / f"{one}.lua").read_text("utf-8") for one in _USE.findall(body))
    text = f"{shared}local function run(ARGV)\n{body}end\n{(folder / '_run.lua').read_text('utf-8')}"
    times = ", ".join(f"{one} = {lifetimes.of(one)}" for one in sorted(set(_LIFETIMES.findall(text))))
    return "\n".join((lua_names(set(_KINDS.findall(text))), f"local T = {{{times}}}", text))


def batch(calls: Sequence[Sequence[Arg]]) -> str:
    """Return the arguments of some calls as one JSON text, numbers written out: Lua would round long ones."""
    said = [[one if type(one) in _AS_THEY_ARE else str(one) for one in args] for args in calls]
    try:
        return orjson.dumps(said).decode()
    except TypeError:
        # Half a surrogate pair, which a user can type and UTF-8 cannot carry, becomes a question mark.
        return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace").decode()


class Call(NamedTuple):
    """Be one call on its way, with the moment on the loop's clock until which it waits; its fault is its answer."""

    digest: str
    args: Sequence[Arg]
    until: float
    answer: "asyncio.Future[Any]"


class Scripts:
    """Run scripts by name in one namespace.

    redis-py tries a call again after a broken connection, so a script may run several times for one call: each
    writing one carries the id of its attempt, or writes the same again.
    """

    def __init__(
        self, client: "Redis", keys: KeyNames, lifetimes: Lifetimes, *, new_id: Callable[[], str], deadline_s: float
    ) -> None:
        self.client = client
        self.keys = keys
        self.lifetimes = lifetimes
        self.new_id = new_id
        self._deadline_s = deadline_s
        self._known: dict[str, str] = {}
        self._waiting: list[Call] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    async def run(self, name: str, *args: Arg) -> Any:
        """Run a script and return its answer. Raises StoreError when Redis does not answer in time."""
        self._refuse_when_closed()
        digest = self._known.get(name) or self._digest(name)
        until = asyncio.get_running_loop().time() + self._deadline_s
        answer = await self._send(digest, args, until)
        if isinstance(answer, NoScriptError):
            answer = await self._load(name, until) or await self._send(digest, args, until)
        if isinstance(answer, Exception):
            raise StoreError("error.store", reason=f"{type(answer).__name__}: {answer}") from answer
        return answer

    async def run_held(self, name: str, by: Attempt | None, *args: Arg) -> Any:
        """Run a script that is given what `by` holds, and answers -1 when that job is another attempt's by now.

        Raises StoreError (`error.lease_lost`) then.
        """
        held = (by.job, by.attempt) if by else ("", "")
        answer = await self.run(name, *held, *args)
        if answer == LOST:
            raise StoreError("error.lease_lost", job=held[0])
        return answer

    async def run_after(self, waits: "Redis", streams: Mapping[str, str], wait_s: float, name: str, *args: Arg) -> Any:
        """Wait on `waits` for an entry after those named, at most `wait_s` seconds, then run a script; as `run`.

        Both are sent at once: Redis runs the script as soon as the wait is over, without a round trip in between.
        """
        self._refuse_when_closed()
        digest = self._known.get(name) or self._digest(name)
        try:
            async with asyncio.timeout(wait_s + self._deadline_s), waits.pipeline(transaction=False) as together:
                together.xread(cast("Any", streams), count=1, block=max(1, int(wait_s * 1000)))
                together.evalsha(digest, 1, self.keys.root, batch([args]))
                waited, answer = await together.execute(raise_on_error=False)
        except FAULTS as error:
            waited, answer = error, error
        if isinstance(answer, NoScriptError):
            return await self.run(name, *args)
        for found in (waited, answer):
            if isinstance(found, Exception):
                raise StoreError("error.store", reason=f"{type(found).__name__}: {found}") from found
        return answer[0]

    async def _load(self, name: str, until: float) -> Exception | None:
        """Give Redis a script it does not have yet, or has lost with a restart; returns what went wrong."""
        try:
            async with asyncio.timeout_at(until):
                await self.client.script_load(script_text(name, self.lifetimes))
        except FAULTS as error:
            return error
        return None

    def _send(self, digest: str, args: Sequence[Arg], until: float) -> "asyncio.Future[Any]":
        """Queue a call: all that come while others are on their way share the next round trip."""
        loop = asyncio.get_running_loop()
        call = Call(digest, args, until, loop.create_future())
        if not self._waiting:
            loop.call_soon(self._flush)
        self._waiting.append(call)
        return call.answer

    def _flush(self) -> None:
        """Send what waits once nothing is on its way: a call that shares a round trip costs less than half."""
        if not self._sending:
            self._send_waiting()
        elif self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._send_waiting)

    def _send_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), TOGETHER):
            task = asyncio.get_running_loop().create_task(self._deliver(waiting[start : start + TOGETHER]))
            self._sending.add(task)
            task.add_done_callback(self._delivered)

    def _delivered(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        self._flush()

    async def _deliver(self, calls: Sequence[Call]) -> None:
        try:
            answers = await self._try(calls)
        except asyncio.CancelledError:
            for call in calls:
                call.answer.cancel()
            raise
        for call, answer in zip(calls, answers, strict=True):
            if not call.answer.done():
                call.answer.set_result(answer)

    async def _try(self, calls: Sequence[Call]) -> Sequence[Any]:
        """Return the answers in the order of the calls; a fault of all is the answer of each."""
        try:
            async with asyncio.timeout_at(calls[0].until):
                return await self._ask(calls)
        except FAULTS as error:
            return [error] * len(calls)

    async def _ask(self, calls: Sequence[Call]) -> Sequence[Any]:
        """Ask Redis: all calls of one script are one command, and all commands one round trip."""
        alike: dict[str, list[Call]] = {}
        for call in calls:
            alike.setdefault(call.digest, []).append(call)
        if len(alike) == 1:
            answers: Sequence[Any] = await self._command(self.client, calls)
            return answers
        async with self.client.pipeline(transaction=False) as together:
            for some in alike.values():
                self._command(together, some)
            found = await together.execute(raise_on_error=False)
        by_call: dict[int, Any] = {}
        for some, these in zip(alike.values(), found, strict=True):
            each = [these] * len(some) if isinstance(these, Exception) else these
            by_call.update(zip(map(id, some), each, strict=True))
        return [by_call[id(call)] for call in calls]

    def _command(self, client: "Redis", calls: Sequence[Call]) -> Any:
        # One text and not one argument each: the client packs each argument at a cost that JSON does not have.
        return client.evalsha(calls[0].digest, 1, self.keys.root, batch([call.args for call in calls]))

    async def close(self) -> None:
        """End calls whose callers have gone, and refuse what comes late: its connection would outlive the client."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for call in self._waiting:
            call.answer.cancel()
        self._waiting = []
        while self._sending:
            for task in self._sending:
                task.cancel()
            await asyncio.wait(self._sending)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StoreError("error.store", reason="the store is closed")

    def _digest(self, name: str) -> str:
        # SHA-1 is the name Redis gives a script, not a protection of anything.
        text = script_text(name, self.lifetimes).encode()
        self._known[name] = sha1(text, usedforsecurity=False).hexdigest()
        return self._known[name]
