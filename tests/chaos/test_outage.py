"""Redis dies in the middle of a hundred real dialogues: each goes on where it was, and nobody notices but by waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest

from bot.domain.errors import StoreError
from bot.domain.events import ConversationRef, Said
from bot.services.redis_jobs import Leasing
from bot.services.redis_store import open_store
from bot.settings import read_settings
from bot.wiring import Services, open_services, store_options
from bot.worker import Rhythm
from tests.fakes.board import Board, BoardChat, standing
from tests.redis_server import RedisServer, eventually, in_flight
from tests.test_worker import at_work, make_worker

PEOPLE = 100
TURNS = ("finanzas", "ayuda", "cancelar")
DURABLE = ("appendonly yes", "appendfsync always")


def words(person: int, turn: int) -> Said:
    """Return what one person says in one turn, in a thread of their own."""
    place = ConversationRef(platform="slack", tenant="T1", channel="C1", thread=f"{person}.1")
    return Said(
        id=f"e{person}.{turn}", place=place, user=f"U{person}", at=1_790_000_000_000, text=TURNS[turn], hint="es"
    )


@dataclass
class Hall:
    """Be a hundred people before the bot; what it did not take in comes again, as the platform sends it again."""

    services: Services
    board: Board
    refused: set[str] = field(default_factory=set)

    async def speak(self, turn: int, people: range) -> None:
        """Let some people say their words of a turn, all at once."""
        await asyncio.gather(*(self._say(words(person, turn)) for person in people))

    async def repeat(self) -> None:
        """Send again what was refused, until it is taken in."""
        while self.refused:
            events = [words(*map(int, one.removeprefix("e").split("."))) for one in self.refused]
            self.refused.clear()
            await asyncio.gather(*(self._say(event) for event in events))

    async def quiet(self) -> bool:
        """Say whether no job is left."""
        return not await in_flight(self.services.desk.store)

    async def _say(self, event: Said) -> None:
        try:
            await self.services.desk.store.jobs.accept(event, keys=[event.id])
        except StoreError:
            self.refused.add(event.id)


@asynccontextmanager
async def opened(server: RedisServer) -> AsyncIterator[Hall]:
    """Open the bot with two workers over a board."""
    board = Board()
    settings = read_settings({"REDIS_URL": server.url, "REDIS_NAMESPACE": "hall"})
    async with (
        standing(board) as address,
        aiohttp.ClientSession(address) as session,
        open_services(settings, {"slack": BoardChat(session)}) as services,
        # A claim whose answer died with Redis is found again by its lease.
        open_store(settings.redis_url, replace(store_options(settings), leasing=Leasing(lease_s=3.0))) as store,
    ):
        workers = [
            make_worker(
                store, services.perform, name=name, concurrency=8, drain=services.drain, rhythm=Rhythm(renew_s=1.0)
            )
            for name in ("a", "b")
        ]
        async with at_work(*workers):
            yield Hall(services, board)


@pytest.mark.timeout(180)
async def test_a_hundred_dialogues_go_on_after_redis_was_killed(redis_binary: str, tmp_path: Path) -> None:
    """Redis is killed amid the second of three turns: everybody is told the same as the first, once and in order."""
    server = RedisServer(redis_binary, tmp_path, options=DURABLE)
    server.start()
    try:
        async with opened(server) as hall:
            await hall.speak(0, range(PEOPLE))
            await hall.repeat()
            await eventually(hall.quiet, within_s=60)
            await hall.speak(1, range(PEOPLE // 2))
            server.kill()
            await hall.speak(1, range(PEOPLE // 2, PEOPLE))
            assert hall.refused >= {words(person, 1).id for person in range(PEOPLE // 2, PEOPLE)}
            await asyncio.to_thread(server.start)
            await hall.repeat()
            await hall.speak(2, range(PEOPLE))
            await hall.repeat()
            await eventually(hall.quiet, within_s=60)
            for person in range(PEOPLE):
                place = words(person, 0).place
                loaded = await hall.services.desk.store.conversations.load(
                    await hall.services.desk.store.conversations.find(place) or ""
                )
                assert loaded is not None
                assert (loaded.version, loaded.waiting) == (len(TURNS), ())
        told = [
            [post.text for post in hall.board.says if post.place == words(one, 0).place.key()] for one in range(PEOPLE)
        ]
        assert len(told[0]) >= len(TURNS)
        assert all(one == told[0] for one in told)
        assert len({post.key for post in hall.board.says}) == len(hall.board.says)
    finally:
        server.kill()
