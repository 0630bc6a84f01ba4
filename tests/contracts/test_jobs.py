"""Contract of Jobs and JobDesk: taken in once, leased, in order, limited, tried again, given up, looked after."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.burial import notice_for
from bot.domain.effects import Say
from bot.domain.events import Said
from bot.ports import Claimed, Job
from bot.services.redis_jobs import Leasing
from bot.services.redis_state import WriterLimits
from bot.services.redis_store import Store, StoreOptions
from bot.worker import Patience
from tests.contracts.store_cases import OTHER, PLACE, begin, claim, let_pass, perform_job, said, state, write_effect
from tests.redis_server import OpenStore, eventually

SHORT_LEASE = StoreOptions(leasing=Leasing(lease_s=0.05))


async def test_an_event_is_accepted_once_under_any_of_its_keys(store: Store) -> None:
    """Any id the door has seen before makes an event a duplicate, also for ids it comes with the next time."""
    assert await store.jobs.accept(said("e1"), keys=["id", "ts"])
    assert not await store.jobs.accept(said("e1"), keys=["ts", "third"])
    assert not await store.jobs.accept(said("e1"), keys=["third"])
    assert len(await claim(store)) == 1


async def test_the_same_key_in_another_workspace_is_another_event(store: Store) -> None:
    """Ids are only unique within a workspace."""
    assert await store.jobs.accept(said("e1"), keys=["id"])
    assert await store.jobs.accept(said("e1", place=replace(PLACE, tenant="T2")), keys=["id"])


async def test_no_more_is_claimed_than_there_are_free_slots(store: Store) -> None:
    """A claim takes what it has room for, and the rest stays for others."""
    for number in range(5):
        await store.jobs.accept(said(f"e{number}", place=replace(PLACE, thread=str(number))), keys=[str(number)])
    assert len(await claim(store, free=2)) == 2
    assert len(await claim(store, "w2", free=10)) == 3
    assert await claim(store, free=0) == ()


async def test_dialogue_goes_before_writing(store: Store) -> None:
    """A writing job that came first is claimed after the talking ones, and only within its own share."""
    loaded = await begin(store, said("e1"))
    await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=(write_effect(),))
    await store.jobs.accept(said("e2", place=OTHER), keys=["e2"])
    (first,) = await claim(store, free=1)
    assert first.job.kind == "drain"
    assert await claim(store, free=5, writing=0) == ()
    (second,) = await claim(store, free=5, writing=1)
    assert second.lane == "write"


async def test_one_conversation_is_drained_by_one_worker_at_a_time(store: Store) -> None:
    """The second drain job of a conversation waits for the first, and then comes by itself."""
    await store.jobs.accept(said("e1"), keys=["e1"])
    await store.jobs.accept(said("e2"), keys=["e2"])
    (first,) = await claim(store)
    assert await claim(store, "w2") == ()
    await store.jobs.done(first)
    (second,) = await claim(store, "w2")
    assert second.job.event == "e2"


async def test_waiting_jobs_of_a_conversation_keep_their_order(store: Store) -> None:
    """Jobs that wait for the same slot start in the order they were made, whoever claims in between."""
    for number in range(6):
        await store.jobs.accept(said(f"e{number}"), keys=[str(number)])
    order = []
    while claimed := await claim(store, free=10):
        (one,) = claimed
        order.append(one.job.event)
        if one.job.event == "e1":
            await store.jobs.accept(said("e6"), keys=["6"])
        await store.jobs.done(one)
    assert order == [f"e{i}" for i in range(7)]


async def test_a_card_waits_for_the_sentences_before_it(store: Store) -> None:
    """Writing begins after the talking jobs of earlier turns are done, and does not hold up those of later turns."""
    loaded = await begin(store, said("e1"))
    await store.jobs.accept(said("e2"), keys=["e2"])
    assert await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=(Say(text="a"),)) == "more"
    loaded = loaded.after(said("e1"), state())
    assert (
        await store.conversations.commit(loaded, event=said("e2"), state=state(), effects=(write_effect(),)) == "done"
    )
    talking = [one for one in await claim(store) if one.job.kind == "perform"]
    assert [one.lane for one in talking] == ["talk"]
    await store.jobs.done(talking[0])
    (writing,) = await claim(store)
    assert writing.lane == "write"
    await store.jobs.accept(said("e3"), keys=["e3"])
    again = await store.conversations.load(loaded.conversation)
    assert again is not None
    await store.conversations.commit(again, event=said("e3"), state=state(), effects=(Say(text="b"),))
    later = await claim(store)
    assert (Say(text="b"),) in [one.job.effects for one in later]


async def test_writing_is_limited_for_each_user(new_store: OpenStore) -> None:
    """A user with more plans than their share waits with the rest; another user does not wait for them."""
    async with new_store(StoreOptions(writers=WriterLimits(user=2, tenant=10))) as store:
        for number in range(4):
            user = "U2" if number == 3 else "U1"
            event = said(f"e{number}", user=user, place=replace(PLACE, thread=str(number)))
            loaded = await begin(store, event)
            await store.conversations.commit(loaded, event=event, state=state(), effects=(write_effect(),))
        running = await claim(store)
        assert sorted(one.job.user for one in running) == ["U1", "U1", "U2"]
        await store.jobs.done(next(one for one in running if one.job.user == "U1"))
        assert [one.job.user for one in await claim(store)] == ["U1"]


async def test_a_dead_workers_job_is_reclaimed_when_its_lease_is_over(new_store: OpenStore) -> None:
    """A job that nobody renews goes to the next worker, also when nothing new arrives; the first has lost it."""
    async with new_store(SHORT_LEASE) as store:
        await store.jobs.accept(said("e1"), keys=["e1"])
        (first,) = await claim(store, "dead")
        found: list[Claimed] = []

        async def reclaimed() -> bool:
            found.extend(await claim(store, "alive"))
            return bool(found)

        await eventually(reclaimed)
        (second,) = found
        assert (second.job, second.starts) == (first.job, 2)
        assert await store.jobs.renew("dead", [first]) == {first.job.id}
        assert not await store.jobs.done(first)
        assert not await store.jobs.retry(first, after_s=0, reason="late")
        assert not await store.jobs.hand_back(first)
        assert not await store.jobs.bury(first, reason="late", notice=None)
        assert await store.jobs.done(second)


async def answer_waits(store: Store, times: int) -> None:
    """Leave one perform job in each of some conversations."""
    heard = [said(f"e{number}", place=replace(PLACE, thread=f"{number}")) for number in range(times)]
    for event, loaded in [(event, await begin(store, event)) for event in heard]:
        await store.conversations.commit(loaded, event=event, state=state(), effects=(Say(text="x"),))


async def lapsed(store: Store, worker: str, *, held: Sequence[str] = ()) -> tuple[Claimed, ...]:
    """Claim with a new worker what an earlier one left; where no lease is over, after it is."""
    found = await store.jobs.claim(worker, free=10, writing=10, reclaim=True, held=held)
    if not found:
        await let_pass(store, 60)
        found = await store.jobs.claim(worker, free=10, writing=10, reclaim=True, held=held)
    return found


async def test_deaths_in_company_count_against_nobody_until_suspects_are_alone(store: Store) -> None:
    """Two workers die with three jobs in hand: none counts a start; then each worker gets one of the suspects at a time."""
    await answer_waits(store, 3)
    assert [one.starts for one in await claim(store, "w1")] == [1, 1, 1]
    assert [one.starts for one in await lapsed(store, "w2")] == [1, 1, 1]
    (suspect,) = await lapsed(store, "w3")
    assert suspect.starts == 1
    (other,) = await lapsed(store, "w4")
    assert other.job.id != suspect.job.id
    # What gets on is no suspect any more, and its worker may have the next one.
    await store.effects.record(other, 0, "")
    (third,) = await lapsed(store, "w4", held=[other.job.id])
    assert third.job.id not in (suspect.job.id, other.job.id)


async def test_a_killer_in_company_is_told_apart(store: Store) -> None:
    """A job that kills each of its workers is charged once it is the only suspect; the one beside it gets on."""
    await answer_waits(store, 2)
    killer, innocent = await claim(store, "w0")
    counted = [killer.starts]
    for worker in range(1, 20):
        mine = {one.job.id: one for one in await lapsed(store, f"w{worker}")}
        if killer.job.id in mine:
            counted.append(mine[killer.job.id].starts)
        elif innocent.job.id in mine:
            assert mine[innocent.job.id].starts == 1
            assert await store.jobs.done(mine[innocent.job.id])
        if counted[-1] > Patience().starts:
            break
    # Twice in company, then five starts alone; the sixth is the one at which a worker gives it up.
    assert counted == [1, 1, 1, 2, 3, 4, 5, 6]
    assert await store.desk.report(innocent.job.id) is None


async def test_a_renewed_job_is_not_reclaimed(store: Store) -> None:
    """As long as its worker renews, a job stays with it however long it takes; then it goes to another."""
    await store.jobs.accept(said("e1"), keys=["e1"])
    (first,) = await claim(store, "w1")
    for _ in range(4):
        await let_pass(store, 20)
        assert await claim(store, "w2") == ()
        assert await store.jobs.renew("w1", [first]) == frozenset()
    await let_pass(store, 20)
    await let_pass(store, 20)
    assert [one.job.id for one in await claim(store, "w2")] == [first.job.id]


async def test_a_retried_job_comes_back_when_it_is_due(store: Store) -> None:
    """A job put off for an hour does not come now; one put off for nothing does, with its starts counted."""
    await store.jobs.accept(said("e1"), keys=["e1"])
    (first,) = await claim(store)
    assert await store.jobs.retry(first, after_s=3600, reason="busy")
    assert await claim(store) == ()
    report = await store.desk.report(first.job.id)
    assert report is not None
    assert (report.where, report.reason) == ("delayed", "busy")
    assert await store.desk.revive(first.job.id)
    (second,) = await claim(store)
    assert second.starts == 1
    await store.jobs.retry(second, after_s=0, reason="again")
    (third,) = await claim(store)
    assert third.starts == 2


async def test_a_job_handed_back_is_as_if_never_started(store: Store) -> None:
    """After a graceful stop the next worker starts at once, and the start does not count against the job."""
    await store.jobs.accept(said("e1"), keys=["e1"])
    (first,) = await claim(store)
    assert await store.jobs.hand_back(first)
    (second,) = await claim(store, "w2")
    assert second.starts == 1


async def test_a_buried_perform_job_tells_its_user(store: Store) -> None:
    """The dead letter keeps the job, and the notice is a job of its own that can go out at once."""
    job = await perform_job(store)
    assert await store.jobs.bury(job, reason="poison", notice=notice_for(job.job, 5))
    (notice,) = await claim(store)
    assert notice.job.notice
    assert notice.job.effects == (Say(text="error.job_dead"),)
    report = await store.desk.report(job.job.id)
    assert report is not None
    assert (report.where, report.reason) == ("dead", "poison")


async def test_a_buried_drain_takes_its_event_along_and_frees_the_rest(store: Store) -> None:
    """The event a drain died of leaves the inbox, and what waits behind it is drained by a new job."""
    loaded = await begin(store, said("bad", text="poison"))
    await store.jobs.accept(said("e2"), keys=["e2"])
    (drain,) = await claim(store)
    assert await store.jobs.bury(drain, reason="poison", notice=None)
    (fresh,) = await claim(store)
    assert (fresh.job.kind, fresh.job.conversation) == ("drain", loaded.conversation)
    after = await store.conversations.load(loaded.conversation)
    assert after is not None
    assert [event.id for event in after.waiting] == ["e2"]
    report = await store.desk.report(drain.job.id)
    assert report is not None
    assert "poison" in report.poison
    assert await store.desk.revive(drain.job.id)
    back = await store.conversations.load(loaded.conversation)
    assert back is not None
    assert [event.id for event in back.waiting] == ["bad", "e2"]


@pytest.mark.parametrize("where", ["queued", "running", "delayed", "parked", "dead"])
async def test_an_operator_can_drop_a_job_wherever_it_is(store: Store, where: str) -> None:
    """Dropping leaves nothing of the job behind, and frees what it held."""
    await store.jobs.accept(said("e1"), keys=["e1"])
    ids = [report.job.id async for report in store.desk.reports()]
    if where == "parked":
        await store.jobs.accept(said("e2"), keys=["e2"])
        ids = [one.job.id async for one in store.desk.reports() if one.job.event == "e2"]
    if where != "queued":
        (held,) = await claim(store)
        if where == "delayed":
            await store.jobs.retry(held, after_s=60, reason="x")
        if where == "dead":
            await store.jobs.bury(held, reason="x", notice=None)
    report = await store.desk.report(ids[0])
    assert report is not None
    assert report.where == where
    assert await store.desk.drop(ids[0])
    assert not await store.desk.drop(ids[0])
    assert await store.desk.report(ids[0]) is None
    assert all(one.job.id != ids[0] for one in await claim(store))


async def test_a_waiting_worker_is_given_what_comes(store: Store) -> None:
    """A worker that found nothing waits; what comes meanwhile, or came just before, is claimed, and nothing is made up."""
    assert await claim(store) == ()

    async def wait(seconds: float) -> tuple[Claimed, ...]:
        return await store.jobs.claim("w1", free=10, writing=10, reclaim=False, wait_s=seconds)

    assert await wait(0.01) == ()
    waiting = asyncio.create_task(wait(60))
    # The other client is blocked by now, or will find what came before: either way the job is there in one answer.
    await asyncio.sleep(0)
    await store.jobs.accept(said("e1"), keys=["e1"])
    assert [one.job.event for one in await waiting] == ["e1"]
    assert await claim(store) == ()
    await store.jobs.accept(said("e2", place=OTHER), keys=["e2"])
    assert [one.job.event for one in await wait(60)] == ["e2"]


async def test_a_worker_without_room_for_plans_does_not_wait_for_them(store: Store) -> None:
    """A waiting plan does not end the wait of a worker whose writers are all busy."""
    loaded = await begin(store, said("e1"))
    await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=(write_effect(),))
    assert await claim(store, writing=0) == ()
    assert await store.jobs.claim("w1", free=1, writing=0, reclaim=False, wait_s=0.02) == ()
    (plan,) = await store.jobs.claim("w1", free=1, writing=1, reclaim=False, wait_s=60)
    assert plan.lane == "write"


async def test_workers_that_hold_nothing_can_be_removed(store: Store) -> None:
    """A worker that left is forgotten; one with a job in its hands never is."""
    await store.jobs.accept(said("e1"), keys=["e1"])
    (held,) = await claim(store, "busy")
    await claim(store, "idle")
    await store.jobs.leave("busy")
    await store.jobs.leave("idle")
    stream = store.scripts.keys.of("jobs", "talk")
    consumers = await store.scripts.client.xinfo_consumers(stream, "workers")
    assert [one["name"] for one in consumers] == ["busy"]
    await store.jobs.done(held)
    assert await store.jobs.tidy(idle_s=0) > 0


async def test_the_queue_is_measured(store: Store) -> None:
    """Waiting, running, delayed and dead jobs are told apart."""
    for number in range(3):
        await store.jobs.accept(said(f"e{number}", place=replace(PLACE, thread=str(number))), keys=[str(number)])
    (first,) = await claim(store, free=1)
    await store.jobs.retry(first, after_s=60, reason="x")
    (second,) = await claim(store, free=1)
    await store.jobs.bury(second, reason="x", notice=None)
    health = await store.desk.measure()
    assert (health.waiting["talk"], health.delayed, health.dead) == (1, 1, 1)
    assert health.oldest_ms["talk"] >= 0


async def test_finished_work_leaves_nothing(store: Store) -> None:
    """When everything is done no job, slot, parked list or stream entry is left."""
    for number in range(4):
        await store.jobs.accept(said(f"e{number}"), keys=[str(number)])
    while claimed := await claim(store):
        for one in claimed:
            await store.jobs.done(one)
    keys = store.scripts.keys
    left = [key async for key in store.scripts.client.scan_iter(match=keys.root + "*") if keys.is_permanent(key)]
    assert sorted(left) == sorted(keys.of("jobs", lane) for lane in ("talk", "write"))
    assert [await store.scripts.client.xlen(key) for key in left] == [0, 0]


async def test_accepting_many_at_once_loses_none(store: Store) -> None:
    """More simultaneous callers than the pool has connections are all served."""
    events: list[Said] = [said(f"e{i}", place=replace(PLACE, thread=str(i))) for i in range(150)]
    answers = await asyncio.gather(*(store.jobs.accept(event, keys=[event.id]) for event in events))
    assert all(answers)
    jobs: list[Job] = []
    while claimed := await claim(store, free=50):
        jobs.extend(one.job for one in claimed)
    assert len({job.id for job in jobs}) == 150
