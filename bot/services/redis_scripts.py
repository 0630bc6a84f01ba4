"""Runs our Lua scripts: every write to Redis is one of them, and every fault of Redis leaves here as StoreError."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from bot.domain.errors import StoreError
from bot.services.redis_keys import KeyNames, Lifetimes, lua_names

_USE = re.compile(r"^-- use: (\w+)\n", re.MULTILINE)
_KINDS = re.compile(r"\bK\.(\w+)\(")
# More calls than this do not share one round trip, so that none waits long for the others.
TOGETHER = 50
_LIFETIMES = re.compile(r"\bT\.(\w+)\b")


@cache
def script_text(name: str, lifetimes: Lifetimes) -> str:
    """Return a script with what it uses in front: shared functions, key names and lifetimes."""
    folder = files("bot.services") / "lua"
    body = (folder / f"{name}.lua").read_text("utf-8")
    shared = "".join((folder / f"{one}.lua").read_text("utf-8") for one in _USE.findall(body))
    text = shared + body
    times = ", ".join(f"{one} = {lifetimes.of(one)}" for one in sorted(set(_LIFETIMES.findall(text))))
    return "\n".join((lua_names(set(_KINDS.findall(text))), f"local T = {{{times}}}", text))


@dataclass(frozen=True, slots=True)
class Call:
    """Be one call on its way; a fault of this call alone is its answer."""

    digest: str
    args: tuple[str | int, ...]
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

    async def run(self, name: str, *args: str | int) -> Any:
        """Run a script and return its answer. Raises StoreError when Redis does not answer in time."""
        digest = self._known.get(name) or self._digest(name)
        try:
            async with asyncio.timeout(self._deadline_s):
                answer = await self._send(digest, args)
                if isinstance(answer, NoScriptError):
                    await self.client.script_load(script_text(name, self.lifetimes))
                    answer = await self._send(digest, args)
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreError("error.store", reason=f"{type(error).__name__}: {error}") from error
        if isinstance(answer, Exception):
            raise StoreError("error.store", reason=f"{type(answer).__name__}: {answer}") from answer
        return answer

    def _send(self, digest: str, args: tuple[str | int, ...]) -> "asyncio.Future[Any]":
        """Queue a call; all that are queued in one turn of the loop share one round trip."""
        loop = asyncio.get_running_loop()
        call = Call(digest, args, loop.create_future())
        if not self._waiting:
            loop.call_soon(self._flush)
        self._waiting.append(call)
        return call.answer

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), TOGETHER):
            task = asyncio.get_running_loop().create_task(self._deliver(waiting[start : start + TOGETHER]))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _deliver(self, calls: Sequence[Call]) -> None:
        try:
            answers = await self._ask(calls)
        except (RedisError, OSError) as error:
            answers = [error] * len(calls)
        except asyncio.CancelledError:
            for call in calls:
                call.answer.cancel()
            raise
        for call, answer in zip(calls, answers, strict=True):
            if not call.answer.done():
                call.answer.set_result(answer)

    async def _ask(self, calls: Sequence[Call]) -> Sequence[Any]:
        if len(calls) == 1:
            return [await cast("Any", self.client.evalsha(calls[0].digest, 1, self.keys.root, *calls[0].args))]
        async with self.client.pipeline(transaction=False) as together:
            for call in calls:
                together.evalsha(call.digest, 1, self.keys.root, *call.args)
            return await together.execute(raise_on_error=False)

    async def close(self) -> None:
        """End calls whose callers have gone."""
        for task in self._sending:
            task.cancel()
        if self._sending:
            await asyncio.wait(self._sending)

    def _digest(self, name: str) -> str:
        # SHA-1 is the name Redis gives a script, not a protection of anything.
        text = script_text(name, self.lifetimes).encode()
        self._known[name] = sha1(text, usedforsecurity=False).hexdigest()
        return self._known[name]
