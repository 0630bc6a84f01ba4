"""Let a piece of work run until it ends, somebody stops it, or its time is up; twice a second is looked."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal

from bot.ports import Clock

LOOK_EVERY_S = 0.5
Outcome = Literal["done", "stopped", "late", "changed"]


async def supervise(
    work: Coroutine[Any, Any, None],
    *,
    clock: Clock,
    until: float,
    stopped: Callable[[], Awaitable[bool]],
    changed: Callable[[], Awaitable[bool]],
) -> Outcome:
    """Run `work` and say how it ended; what is cut short is cancelled and awaited, so its connection is closed.

    `until` is on the clock's monotonic scale, in seconds. Raises what `work` raises.
    """
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            left = until - clock.monotonic()
            if left <= 0:
                return "late"
            await asyncio.wait({task}, timeout=min(LOOK_EVERY_S, left))
            if task.done():
                break
            if await stopped():
                return "stopped"
            if await changed():
                return "changed"
        task.result()
        return "done"
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
