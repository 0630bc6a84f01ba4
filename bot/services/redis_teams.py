"""What the Teams adapter keeps in Redis: posts it made, where conversations are answered, teams, and paces."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from bot.domain.events import ConversationRef
from bot.ports import Attempt, Clock
from bot.services.redis_keys import hashed
from bot.services.redis_scripts import Scripts

_OPEN = "?"


class RedisTeams:
    """Keep posts, references, teams and paces; each write is one script that counts once."""

    def __init__(self, scripts: Scripts, clock: Clock) -> None:
        self._scripts = scripts
        self._clock = clock

    async def claim(
        self, name: str, field: str, *, of: ConversationRef | None = None, user: str = ""
    ) -> tuple[Literal["yours", "taken_before", "done"], str]:
        """Claim one post: `done` with what was kept, `taken_before` when somebody died while posting it."""
        attempt = self._scripts.new_id()
        outcome, kept = await self._scripts.run("teams_claim", hashed(name), field, attempt, *_whose(of, user))
        return outcome, kept

    async def keep(
        self, name: str, fields: Mapping[str, str], *, of: ConversationRef | None = None, user: str = ""
    ) -> None:
        """Keep what is known of posts."""
        flat = [part for pair in fields.items() for part in pair]
        await self._scripts.run("teams_keep", hashed(name), *_whose(of, user), *flat)

    async def read(self, name: str) -> dict[str, str]:
        """Return all that was kept under a name; a claim that is still open is an empty text."""
        flat = cast("list[str]", await self._scripts.run("teams_read", hashed(name)))
        kept = dict(zip(flat[::2], flat[1::2], strict=True))
        return {field: "" if text.startswith(_OPEN) else text for field, text in kept.items()}

    async def refer(self, tenant: str, channel: str, reference: str) -> None:
        """Keep where a conversation is answered; an empty text forgets it."""
        await self._scripts.run("teams_refer", hashed(tenant, channel), reference)

    async def referred(self, tenant: str, channel: str) -> str:
        """Return where a conversation is answered, or an empty text."""
        return str(await self._scripts.run("teams_referred", hashed(tenant, channel)) or "")

    async def keep_team(self, tenant: str, team: str, reference: str) -> None:
        """Keep a team the bot is installed in; an empty text forgets it."""
        await self._scripts.run("teams_team", hashed(tenant), team, reference)

    async def teams(self, tenant: str) -> tuple[str, ...]:
        """Return the teams of a tenant the bot is installed in."""
        return tuple(cast("list[str]", await self._scripts.run("teams_teams", hashed(tenant))))

    async def take(self, name: str, paces: Sequence[tuple[int, int]], *, by: Attempt | None = None) -> float:
        """Take one call from every pace (milliseconds between calls, calls at once); returns the seconds to wait.

        Raises StoreError (`error.lease_lost`) where `by` does not hold its job any more.
        """
        attempt, now = self._scripts.new_id(), self._clock.now_ms()
        flat = [part for pace in paces for part in pace]
        return int(await self._scripts.run_held("teams_take", by, hashed(name), attempt, now, *flat)) / 1000

    async def hold(self, name: str, seconds: float) -> None:
        """Let nobody call for so many seconds."""
        await self._scripts.run("teams_hold", hashed(name), self._clock.now_ms() + int(seconds * 1000))


def _whose(of: ConversationRef | None, user: str) -> tuple[str, str]:
    """Return the place and the person something is kept for, as the scripts name them."""
    return of.key() if of else "", hashed(of.tenant, user) if of and user else ""
