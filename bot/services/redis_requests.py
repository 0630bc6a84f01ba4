"""Requests in Redis: the same request within a day has one answer, and while it is written there is one writer."""

from typing import cast

from bot.ports import Clock, RequestClaim
from bot.services.redis_keys import hashed
from bot.services.redis_scripts import Scripts


class RedisRequests:
    """Know which plan answers a request; a writer that died holds it no longer than its lease."""

    def __init__(self, scripts: Scripts, clock: Clock, *, lease_ms: int) -> None:
        self._scripts = scripts
        self._clock = clock
        self._lease_ms = lease_ms

    async def claim(self, request: str, plan: str) -> tuple[RequestClaim, str]:
        """Say who answers a request: `yours` (and from now on held), `writing` by that plan, or `done` in that plan."""
        told = await self._scripts.run("claim_request", hashed(request), plan, self._clock.now_ms(), self._lease_ms)
        return cast("RequestClaim", told[0]), str(told[1])

    async def end(self, request: str, plan: str, *, kept: bool) -> None:
        """Say that the writing has ended: `kept` makes the plan the answer for a day, else the next one may write."""
        await self._scripts.run("end_request", hashed(request), plan, "1" if kept else "0")
