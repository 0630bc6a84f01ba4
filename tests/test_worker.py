"""The worker: claims, renews, tries again, gives up, hands back; over the embedded and the real store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.burial import DEAD_JOB_TEXT
from bot.domain.effects import CloseCard, PostCard, Say, Write
from bot.domain.errors import ChatError
from bot.domain.events import Written
from bot.ports import Claimed, JobReport
from bot.services.clock import SystemClock
from bot.services.redis_jobs import Leasing
from bot.services.redis_store import Store, StoreOptions
from bot.worker import Handler, Patience, Rhythm, Worker, writing_slots
from tests.contracts.store_cases import PLACE, begin, claim, let_pass, said, silences, state, write_effect
from tests.redis_server import OpenStore, eventually, in_flight

FAST = Rhythm(renew_s=0.03, poll_s=0.01, grace_s=5, unwind_s=1, settle_s=2, tidy_s=0.05, silent_s=0)
EAGER = Patience(first_s=0, most_s=0)

Perform = Callable[[Claimed], Awaitable[None]]


def make_worker(
    store: Store,
    perform: Perform,
    *,
    name: str = "w1",
    concurrency: int = 4,
    rhythm: Rhythm = FAST,
    patience: Patience = EAGER,
    drain: Handler | None = None,
) -> Worker:
    """Make a worker whose drain turns each event into one sentence, unless told otherwise."""

    async def step(claimed: Claimed) -> None:
        while (loaded := await store.conversations.load(claimed.job.conversation)) and loaded.waiting:
            event = loaded.waiting[0]
            effects = (Say(text=event.id),)
            await store.conversations.commit(loaded, event=event, state=state(), effects=effects)

    return Worker(
        store.jobs,
        {"drain": drain or step, "perform": perform},
        name=name,
        concurrency=concurrency,
        clock=SystemClock(),
        draw=lambda: 0.5,
        rhythm=rhythm,
        patience=patience,
    )


@asynccontextmanager
async def at_work(*workers: Worker) -> AsyncIterator[asyncio.Event]:
    """Run workers until the end of the block."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(worker.run(stop)) for worker in workers]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def reports(store: Store) -> list[JobReport]:
    """Return the reports on all jobs."""
    return [report async for report in store.desk.reports()]


async def test_what_is_said_is_answered_once_and_in_order(store: Store) -> None:
    """Two workers over one store say each thing once, in the order it was heard, and leave no job behind."""
    heard: list[str] = []

    async def perform(claimed: Claimed) -> None:
        heard.extend(effect.text for effect in claimed.job.effects if isinstance(effect, Say))

    async with at_work(make_worker(store, perform), make_worker(store, perform, name="w2")):
        for number in range(20):
            await store.jobs.accept(said(f"e{number}"), keys=[str(number)])

        async def all_done() -> bool:
            return len(heard) >= 20 and not await reports(store)

        await eventually(all_done)
    assert heard == [f"e{i}" for i in range(20)]


async def test_events_redelivered_twice_come_to_the_same_as_once(store: Store) -> None:
    """With two workers, each event taken in three times past its keys gives one turn and one answer."""
    heard: list[str] = []

    async def perform(claimed: Claimed) -> None:
        heard.extend(effect.text for effect in claimed.job.effects if isinstance(effect, Say))

    async with at_work(make_worker(store, perform), make_worker(store, perform, name="w2")):
        for number in range(10):
            for delivery in range(3):
                await store.jobs.accept(said(f"e{number}"), keys=[f"{number} {delivery}"])

        async def all_done() -> bool:
            return not await in_flight(store)

        await eventually(all_done)
    assert heard == [f"e{i}" for i in range(10)]
    loaded = await store.conversations.load(await store.conversations.find(PLACE) or "")
    assert loaded is not None
    assert (loaded.version, loaded.waiting) == (10, ())


async def test_a_failing_job_starts_five_times_and_its_user_is_told(store: Store) -> None:
    """A perform job that always fails goes to the dead letters after five starts, and a notice goes out."""
    starts: list[int] = []
    told: list[str] = []

    async def perform(claimed: Claimed) -> None:
        if claimed.job.notice:
            told.extend(effect.text for effect in claimed.job.effects if isinstance(effect, Say))
            return
        starts.append(claimed.starts)
        raise ValueError("poison")

    async with at_work(make_worker(store, perform)):
        await store.jobs.accept(said("e1"), keys=["e1"])
        await eventually(lambda: bool(told))
    assert starts == [1, 2, 3, 4, 5]
    assert told == [DEAD_JOB_TEXT]
    (dead,) = await reports(store)
    assert (dead.where, dead.reason) == ("dead", "ValueError: poison")


async def test_a_job_that_kills_its_workers_is_given_up_too(new_store: OpenStore) -> None:
    """A job whose worker dies at each start is not started a sixth time."""
    async with new_store(StoreOptions(leasing=Leasing(lease_s=0.02))) as store:
        loaded = await begin(store, said("e1"))
        await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=(Say(text="x"),))
        seen = 0

        async def die() -> bool:
            nonlocal seen
            seen += len(await claim(store, f"dead{seen}"))
            return seen == 5

        await eventually(die)
        told: list[Claimed] = []

        async def perform(claimed: Claimed) -> None:
            told.append(claimed)

        async with at_work(make_worker(store, perform)):
            await eventually(lambda: bool(told))
        assert [one.job.notice for one in told] == [True]


@pytest.mark.parametrize(("fault", "whole"), [(ValueError("poison"), False), (ChatError("error.chat"), True)])
async def test_a_dead_writing_job_has_its_card_closed(store: Store, fault: Exception, *, whole: bool) -> None:
    """What closes the card of a plan that is given up knows the card, and whether our own code was at fault."""
    closed: list[CloseCard] = []

    async def perform(claimed: Claimed) -> None:
        for effect in claimed.job.effects:
            if isinstance(effect, Write):
                raise fault
            closed.extend([effect] if isinstance(effect, CloseCard) else [])

    loaded = await begin(store, said("e1"))
    write = write_effect()
    card = PostCard(plan=write.plan, brief=write.brief, requester=write.requester)
    await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=(card, write))
    async with at_work(make_worker(store, perform)):
        await eventually(lambda: bool(closed))
        (dead,) = [one async for one in store.desk.reports() if one.where == "dead"]
    assert closed == [CloseCard(write=write, key=f"{dead.job.id}/0", whole=whole)]


async def test_a_dead_writing_job_ends_its_plan_in_the_dialogue(store: Store) -> None:
    """When not even its card can be closed the dialogue hears that the plan failed, so it does not wait for ever."""
    heard: list[Written] = []

    async def drain(claimed: Claimed) -> None:
        loaded = await store.conversations.load(claimed.job.conversation)
        assert loaded is not None
        for event in loaded.waiting:
            heard.extend([event] if isinstance(event, Written) else [])
            await store.conversations.commit(loaded, event=event, state=state(), effects=())

    async def perform(claimed: Claimed) -> None:
        raise ValueError("poison")

    loaded = await begin(store, said("e1"))
    await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=(write_effect(),))
    async with at_work(make_worker(store, perform, drain=drain)):
        await eventually(lambda: bool(heard))
    assert [(one.plan, one.outcome) for one in heard] == [(1, "failed")]


async def test_a_final_refusal_is_not_tried_again(store: Store) -> None:
    """What the platform refuses for good is a dead letter at once, and nobody is told through the same platform."""
    starts: list[int] = []

    async def perform(claimed: Claimed) -> None:
        starts.append(claimed.starts)
        raise ChatError("error.chat", final=True)

    async with at_work(make_worker(store, perform)):
        await store.jobs.accept(said("e1"), keys=["e1"])

        async def dead() -> bool:
            return [one.where for one in await reports(store)] == ["dead"]

        await eventually(dead)
    assert starts == [1]


async def test_a_wish_to_wait_is_honoured(store: Store) -> None:
    """A platform that asks for a pause is not called before it is over."""

    async def perform(claimed: Claimed) -> None:
        raise ChatError("error.chat", retry_after_s=3600)

    async with at_work(make_worker(store, perform)):
        await store.jobs.accept(said("e1"), keys=["e1"])

        async def put_off() -> bool:
            return [one.where for one in await reports(store)] == ["delayed"]

        await eventually(put_off)
        assert await claim(store, "other") == ()


@pytest.mark.parametrize(
    ("starts", "draw", "wish", "expected"),
    [
        (1, 0.5, None, 2),
        (4, 0.5, None, 16),
        (9, 0.5, None, 60),
        (1, 0.0, None, 1),
        (2, 1.0, None, 6),
        (1, 0.5, 30.0, 30),
    ],
)
def test_waits_double_with_jitter_up_to_a_limit(starts: int, draw: float, wish: float | None, expected: float) -> None:
    """2, 4, 8 … 60 seconds, half to one and a half of it, and never less than what was asked for."""
    assert Patience().wait(starts, draw, wish) == expected


@pytest.mark.parametrize(("concurrency", "writing"), [(1, 1), (2, 1), (8, 6), (16, 13), (200, 174)])
def test_dialogue_always_finds_a_slot(concurrency: int, writing: int) -> None:
    """Writing never takes all slots of a worker that has more than one."""
    assert writing_slots(concurrency) == writing


async def test_dialogue_runs_while_all_writers_are_busy(store: Store) -> None:
    """Plans that take long do not keep anybody from being answered."""
    release, said_at = asyncio.Event(), asyncio.Event()

    async def perform(claimed: Claimed) -> None:
        if claimed.lane == "write":
            await release.wait()
        else:
            said_at.set()

    for number in range(5):
        event = said(f"e{number}", user=f"U{number}", place=replace(PLACE, thread=str(number)))
        loaded = await begin(store, event)
        await store.conversations.commit(loaded, event=event, state=state(), effects=(write_effect(),))
    async with at_work(make_worker(store, perform, concurrency=3)):
        await store.jobs.accept(said("hello", place=replace(PLACE, thread="new")), keys=["hello"])
        async with asyncio.timeout(10):
            await said_at.wait()
        release.set()

        async def all_done() -> bool:
            return not await reports(store)

        await eventually(all_done)


async def test_never_more_runs_than_there_are_slots(store: Store) -> None:
    """A worker of three does three jobs at a time, however many wait."""
    running, most, together = 0, 0, asyncio.Barrier(3)

    async def drain(claimed: Claimed) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await together.wait()
        running -= 1

    async def perform(claimed: Claimed) -> None:
        return

    for number in range(30):
        await store.jobs.accept(said(f"e{number}", place=replace(PLACE, thread=str(number))), keys=[str(number)])
    async with at_work(make_worker(store, perform, concurrency=3, drain=drain)):

        async def all_done() -> bool:
            return not await reports(store)

        await eventually(all_done)
    assert most == 3


async def test_a_job_longer_than_its_lease_runs_once(store: Store) -> None:
    """The lease is renewed while a job runs, so another worker never gets it."""
    runs, started, release = 0, asyncio.Event(), asyncio.Event()

    async def perform(claimed: Claimed) -> None:
        nonlocal runs
        runs += 1
        started.set()
        await release.wait()

    async def renewed() -> bool:
        return max((await silences(store)).values()) < 20_000

    async def done() -> bool:
        return not await reports(store)

    async with at_work(make_worker(store, perform), make_worker(store, perform, name="w2")):
        await store.jobs.accept(said("e1"), keys=["e1"])
        await started.wait()
        for _ in range(4):
            await let_pass(store, 20)
            await eventually(renewed)
        release.set()
        await eventually(done)
    assert runs == 1


async def test_a_worker_that_is_stopped_lets_its_jobs_finish(store: Store) -> None:
    """Within the grace period running jobs end normally, and the worker leaves no consumer behind."""
    started, stopping, finished = asyncio.Event(), asyncio.Event(), []

    async def perform(claimed: Claimed) -> None:
        started.set()
        await stopping.wait()
        # Some ways to the store and back, so that the worker has long begun to drain.
        for _ in range(5):
            await store.desk.measure()
        finished.append(claimed.job.id)

    async with at_work(make_worker(store, perform)) as stop:
        await store.jobs.accept(said("e1"), keys=["e1"])
        await started.wait()
        stop.set()
        stopping.set()
    assert len(finished) == 1
    assert await reports(store) == []
    for lane in ("talk", "write"):
        assert await store.scripts.client.xinfo_consumers(store.scripts.keys.of("jobs", lane), "workers") == []


async def test_what_does_not_finish_in_time_is_handed_back(store: Store) -> None:
    """After the grace period a job goes back at once, with its starts as before, and the next worker takes it."""
    started = asyncio.Event()

    async def perform(claimed: Claimed) -> None:
        started.set()
        await asyncio.Event().wait()

    async with at_work(make_worker(store, perform, rhythm=replace(FAST, grace_s=0.02))) as stop:
        await store.jobs.accept(said("e1"), keys=["e1"])
        await started.wait()
        stop.set()
    (back,) = await claim(store, "next")
    assert (back.job.kind, back.starts) == ("perform", 1)


async def test_a_cancelled_job_stops_running(store: Store) -> None:
    """A job that an operator drops, or a user's wish to be forgotten cancels, is interrupted where it is."""
    started, stopped = asyncio.Event(), asyncio.Event()

    async def perform(claimed: Claimed) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async with at_work(make_worker(store, perform)):
        await store.jobs.accept(said("e1"), keys=["e1"])
        await started.wait()
        await store.history.forget("T1", "U1", key="wish")
        async with asyncio.timeout(10):
            await stopped.wait()
    assert await reports(store) == []
