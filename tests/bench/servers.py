"""Starts the servers that are measured, each as a process of its own on loopback, and ends them by their ids."""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.redis_server import RedisServer, find_server, free_port

START_S, STOP_S = 30.0, 10.0
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parent.parent.parent


class Server:
    """Be one running process that listens on a port."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port

    @property
    def cpu_s(self) -> float:
        """Return the seconds of processor it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_S

    def peak_mb(self) -> float:
        """Return the most memory it has held."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3


@asynccontextmanager
async def started(
    *command: str,
    environ: Mapping[str, str],
    port: int = 0,
    ready: str = "/",
    python: str = sys.executable,
) -> AsyncIterator[Server]:
    """Start a Python process, wait until `ready` is answered without a server's fault, and stop it at the end.

    Without a port there is nothing to wait for.
    """
    whole = {**{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}, **environ}
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            python, *command, env=whole, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=errors
        )
        try:
            if port and not await _answers(process, port, ready):
                errors.seek(0)
                raise RuntimeError(f"{' '.join(command)} did not start: {errors.read()[-2000:].decode()}")
            yield Server(process, port)
        finally:
            await _stop(process)


async def _answers(process: asyncio.subprocess.Process, port: int, path: str) -> bool:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.returncode is None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head = await reader.readline()
            writer.close()
        except OSError:
            head = b""
        if head and not head.split()[1].startswith(b"5"):
            return True
        await asyncio.sleep(0.05)
    return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def redis_running() -> AsyncIterator[RedisServer]:
    """Run a redis-server of its own. Raises LookupError where there is none."""
    binary = find_server()
    if binary is None:
        raise LookupError("needs a redis-server")
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(binary, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def ports(count: int) -> Sequence[int]:
    """Return ports nobody listens on."""
    return [free_port() for _ in range(count)]
