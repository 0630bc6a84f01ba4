"""Redis dies and comes back, or a replica takes over: nothing accepted is lost and nobody restarts us."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.domain.effects import Say
from bot.domain.errors import StoreError
from bot.domain.events import Said
from bot.ports import Claimed
from bot.services.redis_client import Tuning
from bot.services.redis_jobs import Leasing
from bot.services.redis_store import Store, StoreOptions, open_store
from tests.contracts.store_cases import PLACE, said
from tests.redis_server import RedisServer, eventually
from tests.test_worker import FAST, at_work, make_worker

OPTIONS = StoreOptions(
    leasing=Leasing(lease_s=0.5, accept_s=1.0),
    tuning=Tuning(socket_timeout_s=0.5, connect_timeout_s=0.3, retries=2, retry_cap_s=0.05, block_s=0.5, deadline_s=2),
)
DURABLE = ("appendonly yes", "appendfsync always")


@dataclass
class Crowd:
    """Be many people who talk to the bot, and remember what each was told."""

    store: Store
    accepted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    answered: list[str] = field(default_factory=list)

    async def perform(self, claimed: Claimed) -> None:
        """Note what is said."""
        for effect in claimed.job.effects:
            if isinstance(effect, Say):
                self.answered.append(effect.text)

    async def talk(self, event: Said) -> bool:
        """Say something; what is refused was told so."""
        try:
            await self.store.jobs.accept(event, keys=[event.id])
        except StoreError:
            self.refused.add(event.id)
            return False
        self.accepted.add(event.id)
        return True

    async def all_answered(self) -> bool:
        """Say whether everybody who was taken in has their answer."""
        return self.accepted <= set(self.answered)


def words(number: int) -> Said:
    """Return what the person with this number says first, in a thread of their own."""
    return said(f"e{number}", user=f"U{number}", place=replace(PLACE, thread=f"{number}"))


@asynccontextmanager
async def crowded(url: str) -> AsyncIterator[Crowd]:
    """Open a store with two workers and a crowd before it."""
    async with open_store(url, OPTIONS) as store:
        crowd = Crowd(store)
        workers = [make_worker(store, crowd.perform, name=name, rhythm=FAST) for name in ("w1", "w2")]
        async with at_work(*workers):
            yield crowd


async def test_a_killed_redis_loses_nothing_it_accepted(redis_binary: str, tmp_path: Path) -> None:
    """Redis is killed and restarted amid 100 dialogues: all that was accepted is answered, the rest was told no."""
    server = RedisServer(redis_binary, tmp_path, options=DURABLE)
    server.start()
    try:
        async with crowded(server.url) as crowd:
            for number in range(40):
                await crowd.talk(words(number))
            server.kill()
            assert not await crowd.talk(words(40))
            for number in range(41, 44):
                await crowd.talk(words(number))
            await asyncio.to_thread(server.start)

            async def taken_in_again() -> bool:
                return await crowd.talk(words(44))

            await eventually(taken_in_again)
            for number in range(45, 100):
                assert await crowd.talk(words(number))
            await eventually(crowd.all_answered, within_s=40)
        assert crowd.refused >= {"e40", "e41", "e42", "e43"}
        assert len(crowd.accepted) + len(crowd.refused - crowd.accepted) == 100
    finally:
        server.kill()


@dataclass
class Watched:
    """Be a master and its replica under a Sentinel."""

    master: RedisServer
    replica: RedisServer
    sentinel: RedisServer

    @property
    def url(self) -> str:
        """Return the address by way of the Sentinel."""
        return f"redis+sentinel://127.0.0.1:{self.sentinel.port}/mymaster"

    def start(self) -> None:
        """Start all three and wait until the replica follows and the Sentinel knows it."""
        for one in (self.master, self.replica, self.sentinel):
            one.start()

    def in_step(self) -> bool:
        """Say whether the replica follows and the Sentinel knows it."""
        with self.replica.client() as replica, self.sentinel.client() as sentinel:
            linked = replica.info("replication").get("master_link_status") == "up"
            return linked and len(sentinel.sentinel_slaves("mymaster")) == 1

    def kill(self) -> None:
        """End all three."""
        for one in (self.sentinel, self.replica, self.master):
            one.kill()


@pytest.fixture
def watched(redis_binary: str, tmp_path: Path) -> Watched:
    """Make the three servers."""
    master = RedisServer(redis_binary, tmp_path / "master", options=("repl-diskless-sync-delay 0",))
    replica = RedisServer(redis_binary, tmp_path / "replica", options=(f"replicaof 127.0.0.1 {master.port}",))
    watch = (
        f"sentinel monitor mymaster 127.0.0.1 {master.port} 1",
        "sentinel down-after-milliseconds mymaster 400",
        "sentinel failover-timeout mymaster 3000",
    )
    return Watched(master, replica, RedisServer(redis_binary, tmp_path / "sentinel", options=watch, sentinel=True))


async def test_a_failover_keeps_what_a_replica_confirmed(watched: Watched) -> None:
    """The master dies: what its replica had confirmed is answered, new words are taken in after the promotion."""
    try:
        await asyncio.to_thread(watched.start)
        await eventually(watched.in_step)
        async with crowded(watched.url) as crowd:
            for number in range(30):
                assert await crowd.talk(words(number))
            with watched.master.client() as client:
                # WAIT answers for the writes of its own connection, so it needs one: after all those before it.
                client.set("barrier", 1, px=60_000)
                assert client.wait(1, 5000) == 1
            watched.master.kill()

            async def taken_in_again() -> bool:
                return await crowd.talk(words(30))

            await eventually(taken_in_again, within_s=60)
            for number in range(31, 60):
                assert await crowd.talk(words(number))
            await eventually(crowd.all_answered, within_s=40)
            with watched.sentinel.client() as client:
                assert client.sentinel_get_master_addr_by_name("mymaster")[1] == watched.replica.port
    finally:
        watched.kill()
