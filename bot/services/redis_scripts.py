"""Runs our Lua scripts: every write to Redis is one of them, and every fault of Redis leaves here as StoreError."""

import asyncio
import re
from collections.abc import Callable
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

    async def run(self, name: str, *args: str | int) -> Any:
        """Run a script and return its answer. Raises StoreError when Redis does not answer in time."""
        digest = self._known.get(name) or self._digest(name)
        try:
            async with asyncio.timeout(self._deadline_s):
                try:
                    return await self._evalsha(digest, args)
                except NoScriptError:
                    await self.client.script_load(script_text(name, self.lifetimes))
                    return await self._evalsha(digest, args)
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreError("error.store", reason=f"{type(error).__name__}: {error}") from error

    async def _evalsha(self, digest: str, args: tuple[str | int, ...]) -> Any:
        return await cast("Any", self.client.evalsha(digest, 1, self.keys.root, *args))

    def _digest(self, name: str) -> str:
        # SHA-1 is the name Redis gives a script, not a protection of anything.
        text = script_text(name, self.lifetimes).encode()
        self._known[name] = sha1(text, usedforsecurity=False).hexdigest()
        return self._known[name]
