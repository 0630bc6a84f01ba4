"""Watches how long the loop of a server cannot answer; whoever connects to the port is told, and it counts anew."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

EVERY_S = 0.005


@asynccontextmanager
async def watched(port: int) -> AsyncIterator[None]:
    """Watch the loop while entered; only the standard library is needed, for environments of others."""
    worst = [0.0]

    async def watch() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(EVERY_S)
            worst[0] = max(worst[0], time.perf_counter() - began - EVERY_S)

    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{worst[0]}\n".encode())
        worst[0] = 0.0
        await writer.drain()
        writer.close()

    watching = asyncio.create_task(watch())
    server = await asyncio.start_server(tell, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        watching.cancel()


async def worst_stall(port: int) -> float:
    """Return the longest stall in seconds since it was last asked for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = await reader.readline()
    writer.close()
    return float(told)
