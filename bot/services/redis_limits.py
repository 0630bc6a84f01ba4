"""Budgets in Redis: requests and model tokens for each user, channel and workspace and for all, and the kill switch."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.events import ConversationRef
from bot.ports import Clock, Refused
from bot.services.redis_keys import DAY, HOUR, hashed
from bot.services.redis_scripts import Scripts

Scope = Literal["user", "channel", "tenant", "all"]


@dataclass(frozen=True, slots=True)
class Budget:
    """Set how much one scope may use in a window: requests or tokens, the window in milliseconds."""

    scope: Scope
    measure: Literal["requests", "tokens"]
    most: int
    window: int


def budgets(
    *,
    user_requests_hour: int,
    user_tokens_hour: int,
    channel_tokens_hour: int,
    tenant_tokens_day: int,
    total_tokens_day: int,
) -> tuple[Budget, ...]:
    """Return the budgets the operator set."""
    return (
        Budget("user", "requests", user_requests_hour, HOUR),
        Budget("user", "tokens", user_tokens_hour, HOUR),
        Budget("channel", "tokens", channel_tokens_hour, HOUR),
        Budget("tenant", "tokens", tenant_tokens_day, DAY),
        Budget("all", "tokens", total_tokens_day, DAY),
    )


class RedisLimits:
    """Keep requests and model tokens within the budgets; a window opens with its first use."""

    def __init__(self, scripts: Scripts, clock: Clock, limits: tuple[Budget, ...]) -> None:
        self._scripts = scripts
        self._clock = clock
        self._limits = limits

    async def reserve(self, key: str, place: ConversationRef, user: str, *, tokens: int) -> Refused | None:
        """Count one request and set `tokens` aside, all or nothing; None means go ahead."""
        names = {
            "user": (place.platform, place.tenant, user),
            "channel": (place.platform, place.tenant, place.channel),
            "tenant": (place.platform, place.tenant),
            "all": (),
        }
        rows = [
            part
            for one in self._limits
            for part in (
                one.scope,
                f"{one.scope}:{one.measure}:{hashed(*names[one.scope])}",
                one.measure,
                one.most,
                one.window,
            )
        ]
        scope, reset = await self._scripts.run("reserve", hashed(key), self._clock.now_ms(), tokens, *rows)
        return Refused(scope=scope, reset_at=int(reset) if reset else None) if scope else None

    async def settle(self, key: str, *, tokens: int) -> None:
        """Replace the tokens set aside by those that were used."""
        await self._scripts.run("settle", hashed(key), tokens)

    async def halt(self, reason: str) -> None:
        """Refuse every reservation from now on; an empty reason lifts it."""
        await self._scripts.run("halt", reason)

    async def halted(self) -> str:
        """Return the reason of the halt, or an empty text."""
        return str(await self._scripts.run("halt", "?"))
