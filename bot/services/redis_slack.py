"""What the Slack adapter keeps in Redis: posts it made, the calls a workspace has left, addresses for answers."""

from collections.abc import Mapping
from typing import Literal, cast

from bot.domain.events import ConversationRef
from bot.ports import Attempt, Clock
from bot.services.redis_keys import hashed
from bot.services.redis_scripts import Scripts

_OPEN = "?"


class RedisSlack:
    """Keep posts, paces and addresses for answers; each write is one script that counts once."""

    def __init__(self, scripts: Scripts, clock: Clock) -> None:
        self._scripts = scripts
        self._clock = clock

    async def claim(
        self, name: str, field: str, *, of: ConversationRef
    ) -> tuple[Literal["yours", "taken_before", "done"], str]:
        """Claim one post: `done` with what was kept, `taken_before` with the time when somebody who died began it."""
        attempt, now = self._scripts.new_id(), self._clock.now_ms()
        outcome, kept = await self._scripts.run("slack_claim", hashed(name), field, attempt, of.key(), now)
        return outcome, kept

    async def keep(self, name: str, fields: Mapping[str, str], *, of: ConversationRef) -> None:
        """Keep what is known of posts."""
        flat = [part for pair in fields.items() for part in pair]
        await self._scripts.run("slack_keep", hashed(name), of.key(), *flat)

    async def read(self, name: str) -> dict[str, str]:
        """Return all that was kept under a name; a claim that is still open is an empty text."""
        flat = cast("list[str]", await self._scripts.run("slack_read", hashed(name)))
        kept = dict(zip(flat[::2], flat[1::2], strict=True))
        return {field: "" if text.startswith(_OPEN) else text for field, text in kept.items()}

    async def take(self, name: str, *, a_minute: int, at_once: int, by: Attempt | None = None) -> float:
        """Take one call; returns the seconds to wait before another try, 0 when the call may go.

        Raises StoreError (`error.lease_lost`) where `by` does not hold its job any more.
        """
        interval = 60_000 // a_minute
        attempt, now = self._scripts.new_id(), self._clock.now_ms()
        pace = (hashed(name), attempt, now, interval, at_once)
        wait_ms = await self._scripts.run_held("slack_take", by, *pace)
        return int(wait_ms) / 1000

    async def hold(self, name: str, seconds: float, *, a_minute: int, at_once: int) -> None:
        """Let nobody call for so many seconds."""
        unused = (at_once - 1) * 60_000 // a_minute
        await self._scripts.run("slack_hold", hashed(name), self._clock.now_ms() + int(seconds * 1000) + unused)

    async def take_answer(self, command: str, *, most: int, by: Attempt | None = None) -> str:
        """Return the address and count one use; empty when there is none or it was used `most` times.

        Raises as `take` does.
        """
        asked = (hashed(command), self._scripts.new_id(), most)
        return str(await self._scripts.run_held("slack_answer", by, *asked) or "")

    async def read_installation(self, tenant: str) -> str:
        """Return a workspace's sealed tokens, or an empty text."""
        return str(await self._scripts.run("slack_install", hashed(tenant), "?"))

    async def keep_installation(self, tenant: str, sealed: str) -> None:
        """Keep a workspace's sealed tokens; an empty text deletes them."""
        await self._scripts.run("slack_install", hashed(tenant), sealed)

    async def lock(self, tenant: str, holder: str) -> bool:
        """Take the right to refresh a token; it runs out by itself."""
        return bool(await self._scripts.run("slack_lock", hashed(tenant), holder, ""))

    async def unlock(self, tenant: str, holder: str) -> None:
        """Give the right to refresh back."""
        await self._scripts.run("slack_lock", hashed(tenant), holder, "1")

    async def issue_state(self, state: str) -> None:
        """Let a state be used once within ten minutes."""
        await self._scripts.run("slack_state", hashed(state), "")

    async def use_state(self, state: str) -> bool:
        """Use a state up; False when it is unknown, too old or used."""
        return bool(await self._scripts.run("slack_state", hashed(state), self._scripts.new_id()))

    def new_holder(self) -> str:
        """Return a fresh random id."""
        return self._scripts.new_id()
