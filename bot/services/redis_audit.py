"""The audit log in Redis: one line a deed, the oldest beyond a limit deleted, users gone when they are forgotten."""

from collections.abc import Sequence

from bot.audit_ports import Deed
from bot.services.records import CODEC
from bot.services.redis_scripts import Scripts

# The oldest lines above this number are deleted; a line takes about 400 bytes.
MOST_LINES = 50_000


class RedisAudit:
    """Keep the log; `forget` leaves the lines and takes the user out of them."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def note(self, deed: Deed) -> None:
        """Add a line; the same line again changes nothing."""
        await self._scripts.run("note_deed", deed.at, CODEC.write("deed", Deed, deed), MOST_LINES)

    async def since(self, at: int, *, most: int) -> Sequence[Deed]:
        """Return the lines from a time on, oldest first, at most so many."""
        return tuple(CODEC.read("deed", Deed, line) for line in await self._scripts.run("deeds", at, most))
