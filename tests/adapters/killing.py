"""One plan whose worker is killed: what outlives the worker, and real worker processes one after the other."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.fakes.openai_server import OpenAIServer
from tests.redis_server import RedisServer

ROOT = Path(__file__).parents[2]
# A plan makes at least ten calls to its platform; killed before and after each there are twenty points.
CALLS = 10


@dataclass(slots=True, kw_only=True)
class Trial:
    """Be what outlives the workers; `platform` are the settings that lead to where the plan is asked for."""

    platform: Mapping[str, str]
    server: RedisServer
    model: OpenAIServer
    namespace: str = field(default_factory=lambda: uuid4().hex)

    @property
    def settings(self) -> dict[str, str]:
        """Return what the processes share beside the platform and Redis."""
        return {"REDIS_NAMESPACE": self.namespace, **self.model.environ}

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run a worker process of the bot until the end of the block."""
        environ = {"PATH": os.environ["PATH"], "REDIS_URL": self.server.url, **self.platform, **self.settings}
        command = (sys.executable, "-m", "bot", "worker")
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environ, stdout=nothing, stderr=nothing)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def lapse_leases(self) -> None:
        """Make Redis believe that the dead worker was silent for longer than its leases."""
        with self.server.client() as client:
            for lane in ("talk", "write"):
                stream = f"{{{self.namespace}}}:jobs:{lane}"
                if client.exists(stream) and client.xinfo_groups(stream):
                    for entry in client.xpending_range(stream, "workers", "-", "+", 100):
                        client.xclaim(stream, "workers", entry["consumer"], 0, [entry["message_id"]], idle=60_000)


async def dies_before(over: Coroutine[Any, Any, None], process: asyncio.subprocess.Process) -> bool:
    """Wait until the work is over or the worker dead; say whether it is dead."""
    left: set[asyncio.Task[Any]] = {asyncio.create_task(over), asyncio.create_task(process.wait())}
    done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
    while left:
        # Python 3.11's wait_for loses a cancellation that meets its result, so once is not enough.
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.1)
    return process.returncode is not None
