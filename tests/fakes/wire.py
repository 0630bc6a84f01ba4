"""A TCP proxy in front of Redis that loses answers, stalls or goes dead, after the request has been carried out."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Literal

SCRIPT_CALL = b"EVALSHA"
CHUNK = 1 << 16
# A claim that found no work (behind what it waited for), a renewal that lost none and a script that the server had yet to
# learn changed nothing: such calls come in any number and are not counted.
UNCOUNTED = re.compile(rb"(\*-1\r\n)?(\*1\r\n\*3\r\n\$0\r\n|\*1\r\n\*0\r\n|-NOSCRIPT|\Z)")

# What happens to the answer of a script call: it passes, the connection is cut instead, it never comes, or from then
# on nothing passes at all, as if the client's machine had died.
Fate = Literal["pass", "cut", "stall", "die"]


class Wire:
    """Pass bytes between clients and one Redis; `fate` decides over each counted script call by its number, from 1."""

    def __init__(self, port: int, fate: Callable[[int], Fate]) -> None:
        self._upstream = port
        self._fate = fate
        self._dead = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.calls = 0
        self.port = 0
        self.delay_s = 0.0

    @property
    def url(self) -> str:
        """Return the address that leads through this wire."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def died(self) -> asyncio.Event:
        """Return the event that tells that nothing passes any more."""
        return self._dead

    def count(self) -> Fate:
        """Count one more call, also one that is none of Redis', and return its fate."""
        self.calls += 1
        fate = self._fate(self.calls)
        if fate == "die":
            self._dead.set()
        return fate

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until either side closes."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        writers = [writer]
        try:
            # Only `close` cancels this task; asyncio's server logs a task that ends cancelled.
            with suppress(OSError, asyncio.CancelledError):
                up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
                writers.append(up_writer)
                await self._pass_on(reader, writer, up_reader, up_writer)
        finally:
            self._tasks.discard(task)
            for one in writers:
                one.transport.abort()

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> None:
        """Alternate: one request up, its answer down; redis-py sends one at a time on a connection."""
        asking, answering = asyncio.create_task(reader.read(CHUNK)), asyncio.create_task(up_reader.read(CHUNK))
        asked = False
        try:
            while True:
                done, _ = await asyncio.wait([asking, answering], return_when=asyncio.FIRST_COMPLETED)
                if asking in done:
                    data = asking.result()
                    if not data:
                        return
                    if self._dead.is_set():
                        await asyncio.Event().wait()
                    asked = SCRIPT_CALL in data
                    up_writer.write(data)
                    asking = asyncio.create_task(reader.read(CHUNK))
                if answering in done:
                    data = answering.result()
                    fate = self.count() if asked and not UNCOUNTED.match(data) else "pass"
                    if not data or fate == "cut":
                        return
                    if fate == "stall" or self._dead.is_set():
                        await asyncio.Event().wait()
                    await asyncio.sleep(self.delay_s)
                    writer.write(data)
                    answering = asyncio.create_task(up_reader.read(CHUNK))
        finally:
            for task in (asking, answering):
                task.cancel()

    async def close(self) -> None:
        """End all connections."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


@asynccontextmanager
async def laid_wire(port: int, fate: Callable[[int], Fate] = lambda _: "pass") -> AsyncIterator[Wire]:
    """Lay a wire to the Redis at `port`."""
    wire = Wire(port, fate)
    server = await asyncio.start_server(wire.handle, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await wire.close()
        await server.wait_closed()
