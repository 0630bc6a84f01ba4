"""Every script counts once, however often the client tries the call again."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from bot.burial import notice_for
from bot.domain.effects import Say
from bot.domain.errors import StoreError
from bot.ports import Claimed, SavedSection
from bot.services.redis_client import Tuning
from bot.services.redis_limits import budgets
from bot.services.redis_scripts import script_text
from bot.services.redis_store import Store, StoreOptions, open_store
from tests.contracts.store_cases import BRIEF, OTHER, PLACE, claim, dump, plan_record, said, state, write_effect
from tests.contracts.test_limits import SetClock
from tests.fakes.wire import Fate, laid_wire
from tests.redis_server import OpenStore, RedisServer, free_port

QUICK = Tuning(socket_timeout_s=0.06, retries=10, retry_base_s=0.001, retry_cap_s=0.002, block_s=0.1, deadline_s=30)
BUDGETS = budgets(
    user_requests_hour=9,
    user_tokens_hour=10_000,
    channel_tokens_hour=10_000,
    tenant_tokens_day=10_000,
    total_tokens_day=10_000,
)


async def whole_life(store: Store) -> list[Any]:
    """Call every writing script at least once and return all answers."""
    answers: list[Any] = []
    note = answers.append
    note(await store.jobs.accept(said("e1"), keys=["a", "b"]))
    note(await store.jobs.accept(said("e1"), keys=["b"]))
    note(await store.jobs.accept(said("e2"), keys=["c"]))
    (drain,) = await claim(store)
    talk = drain.job.conversation
    loaded = await store.conversations.load(talk)
    assert loaded is not None
    effects = (Say(text="x"), write_effect())
    note(await store.conversations.commit(loaded, event=said("e1"), state=state(typed="y" * 99), effects=effects))
    loaded = await store.conversations.load(talk)
    assert loaded is not None
    note(await store.conversations.commit(loaded, event=said("e2"), state=state(), effects=(Say(text="z"),)))
    await store.conversations.bind(talk, OTHER)
    note(await store.jobs.done(drain))
    first = await claim(store)
    note([(one.job.id, one.attempt, one.starts, one.lane) for one in first])
    for one in first:
        note(await store.jobs.hand_back(one))
    second = await claim(store)
    note([(one.job.id, one.starts) for one in second])
    note(await store.jobs.renew("w1", second))
    for one in second:
        note(await store.effects.results(one))
        note(await store.jobs.retry(one, after_s=0, reason="later"))
    third = await claim(store)
    for one in third:
        await store.effects.record(one, 0, "card")
        note(await store.effects.results(one))
    await store.jobs.accept(said("e3", place=replace(PLACE, thread="another")), keys=["d"])
    (drain,) = [one for one in await claim(store) if one.job.event == "e3"]
    loaded = await store.conversations.load(drain.job.conversation)
    assert loaded is not None
    say = (Say(text="w"),)
    note(await store.conversations.commit(loaded, event=said("e3"), state=state(), effects=say, drain=drain))
    return [*answers, *await _later_life(store, talk, third)]


async def _later_life(store: Store, talk: str, held: tuple[Claimed, ...]) -> list[Any]:
    answers: list[Any] = []
    note = answers.append
    note(await store.limits.reserve("p", PLACE, "U1", tokens=500))
    await store.limits.settle("p", tokens=123)
    await store.plans.save_section(f"{talk}/1/1", SavedSection(id="a", source="s", written_by="model"))
    await store.plans.finish(plan_record(f"{talk}/1/1"))
    await store.flags.stop(talk, 1, 1)
    await store.flags.note(talk, 1, 1, BRIEF.given)
    for one in held:
        note(await store.jobs.bury(one, reason="dead", notice=notice_for(one.job, 7)))
    note(await store.desk.revive(held[0].job.id))
    note(await store.desk.drop(held[0].job.id))
    await store.jobs.accept(said("e9", user="U2", place=replace(PLACE, tenant="T2")), keys=["z"])
    note(await store.history.forget("T2", "U2", key="wish"))
    await store.limits.halt("why")
    note(sorted(one.job.event for one in await claim(store, "w2")))
    note(await claim(store, "w2"))
    await store.jobs.accept(said("e10", user="U3", place=replace(PLACE, tenant="T3")), keys=["y"])
    waited = await store.jobs.claim("w2", free=9, writing=9, reclaim=False, wait_s=0.05)
    note([(one.job.event, one.attempt, one.starts) for one in waited])
    return answers


def numbered() -> Iterator[str]:
    """Yield ids that are the same in every run."""
    return (f"{number:032x}" for number in count(1))


async def live(url: str) -> tuple[list[Any], str]:
    """Return the answers of a whole life at this address, and what it left behind, without Redis' own times."""
    ids = numbered()
    options = StoreOptions(namespace="once", budgets=BUDGETS, tuning=QUICK)
    async with open_store(url, options, clock=SetClock(), ids=lambda: next(ids)) as store:
        answers = await whole_life(store)
        left = re.sub(r"\d{13}-\d+", "<entry>", await dump(store))
    return answers, "\n".join(sorted(left.splitlines()))


@pytest.mark.parametrize("fate", ["cut", "stall"])
async def test_every_script_counts_once_when_its_answer_is_lost(redis_server: RedisServer, fate: Fate) -> None:
    """With the answer of every script call lost once or twice, answers and end state are as with a good wire."""
    with redis_server.client() as client:
        client.flushall()
        expected = await live(redis_server.url)
        client.flushall()
        # Two of three calls are lost, each after Redis has carried it out.
        async with laid_wire(redis_server.port, lambda number: "pass" if number % 3 == 0 else fate) as wire:
            found = await live(wire.url)
        client.flushall()
    assert wire.calls > 2 * 40
    assert found[0] == expected[0]
    assert found[1] == expected[1]


async def test_a_store_that_is_away_is_a_store_error() -> None:
    """No fault of Redis leaves the store under another name, and the door learns of it in time."""
    options = StoreOptions(tuning=replace(QUICK, retries=1, connect_timeout_s=0.1))
    async with open_store(f"redis://127.0.0.1:{free_port()}/0", options) as store:
        with pytest.raises(StoreError, match=r"error\.store"):
            await store.jobs.accept(said("e1"), keys=["e1"])
        with pytest.raises(StoreError, match=r"error\.store"):
            await store.jobs.claim("w1", free=1, writing=1, reclaim=False)
        with pytest.raises(StoreError, match=r"error\.store"):
            _ = [report async for report in store.desk.reports()]


async def test_a_script_the_server_forgot_is_loaded_again(redis_server: RedisServer) -> None:
    """After a restart or a failover without our scripts, calls go on."""
    async with open_store(redis_server.url, StoreOptions(namespace="flush")) as store:
        await store.limits.halt("a")
        with redis_server.client() as client:
            client.script_flush()
        assert await store.limits.halted() == "a"
        await store.limits.halt("")
        assert await claim(store) == ()
        with redis_server.client() as client:
            client.script_flush()
        await store.jobs.accept(said("e1"), keys=["e1"])
        assert await store.jobs.claim("w1", free=1, writing=1, reclaim=False, wait_s=60)


async def test_calls_that_share_a_round_trip_keep_their_own_answers(new_store: OpenStore) -> None:
    """Each call gets its own answer in its own place, nothing where there is nothing, and a fault hits its own call."""
    async with new_store() as store:
        await store.scripts.client.set(store.scripts.keys.of("flags", "bad"), "no hash", px=60_000)
        await store.jobs.accept(said("e1"), keys=["e1"])
        talk = await store.conversations.find(PLACE)

        async def stop(conversation: str) -> str:
            try:
                await store.flags.stop(conversation, 1, 1)
            except StoreError as error:
                return str(error)
            return "stopped"

        calls = (
            stop("good"),
            store.conversations.find(OTHER),
            stop("bad"),
            store.conversations.find(PLACE),
            stop("also"),
        )
        first, nowhere, fault, here, last = await asyncio.gather(*calls)
        assert (first, nowhere, here, last) == ("stopped", None, talk, "stopped")
        assert "WRONGTYPE" in fault


async def test_text_that_utf8_cannot_carry_harms_no_other_call(new_store: OpenStore) -> None:
    """Half a surrogate pair in an argument is replaced, and the calls beside it go through."""
    async with new_store() as store:
        await asyncio.gather(
            store.limits.halt("caf\u00e9 \U0001f600 \ud800"), store.jobs.accept(said("e1"), keys=["e1"])
        )
        assert await store.limits.halted() == "caf\u00e9 \U0001f600 ?"
        await store.limits.halt("")


def test_a_script_carries_only_the_names_it_uses() -> None:
    """Key names and lifetimes come from one table, and no script is burdened with those of others."""
    text = script_text("find", StoreOptions().lifetimes)
    assert 'function K.name(a) return R .. "name:" .. a .. "" end' in text
    assert "K.jobs" not in text
    assert "T.dialogue" in script_text("accept", StoreOptions().lifetimes)


async def test_what_comes_after_the_end_is_refused() -> None:
    """A closed store takes no call any more: a connection made for it would be left open."""
    async with open_store(None) as store:
        await store.flags.stopped("c", 1, 1)

    with pytest.raises(StoreError, match="closed"):
        await store.flags.stopped("c", 1, 1)
