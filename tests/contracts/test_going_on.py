"""Contract of a drain that goes on: the job that drained performs what it brought where nothing has to be said before."""

from bot.burial import notice_for
from bot.domain.effects import Effect, Say
from bot.ports import Claimed, Loaded
from bot.services.redis_jobs import Leasing
from bot.services.redis_state import WriterLimits
from bot.services.redis_store import Store, StoreOptions
from tests.contracts.store_cases import claim, let_pass, perform_job, said, state, write_effect
from tests.redis_server import OpenStore, eventually


async def _draining(store: Store, event: str, *, writing: int = 10) -> tuple[Claimed, Loaded]:
    """Accept an event, claim the job that drains it, with so many free writers, and return it with what it loaded."""
    await store.jobs.accept(said(event), keys=[event])
    (drain,) = await claim(store, writing=writing)
    loaded = await store.conversations.load(drain.job.conversation)
    assert loaded is not None
    return drain, loaded


async def _turn(store: Store, drain: Claimed, loaded: Loaded, event: str, *effects: Effect) -> Claimed | str:
    return await store.conversations.commit(loaded, event=said(event), state=state(), effects=effects, drain=drain)


async def test_a_drain_goes_on_to_say_what_it_brought(store: Store) -> None:
    """The same job under the same attempt has the effects now; nobody else finds any, and once done nothing is left."""
    drain, loaded = await _draining(store, "e1")
    ours = await _turn(store, drain, loaded, "e1", Say(text="a"), Say(text="b"))
    assert isinstance(ours, Claimed)
    assert (ours.job.id, ours.attempt, ours.lane) == (drain.job.id, drain.attempt, "talk")
    assert (ours.job.kind, ours.job.effects) == ("perform", (Say(text="a"), Say(text="b")))
    assert (ours.job.event, ours.job.conversation, ours.begun, ours.starts) == ("e1", loaded.conversation, False, 1)
    report = await store.desk.report(ours.job.id)
    assert report is not None
    assert report.job == ours.job
    assert await claim(store, "w2") == ()
    await store.effects.record(ours, 0, "x")
    assert await store.effects.results(ours) == ("x",)
    assert await store.jobs.done(ours)
    assert await claim(store) == ()
    assert (await perform_job(store, event="e2")).job.event == "e2"


async def test_what_went_on_is_performed_by_the_next_worker(new_store: OpenStore) -> None:
    """After a death the job comes back as the one that performs, begun, with the results it had."""
    async with new_store(StoreOptions(leasing=Leasing(lease_s=0.05))) as store:
        drain, loaded = await _draining(store, "e1")
        ours = await _turn(store, drain, loaded, "e1", Say(text="a"), Say(text="b"))
        assert isinstance(ours, Claimed)
        await store.effects.record(ours, 0, "x")
        found: list[Claimed] = []

        async def reclaimed() -> bool:
            found.extend(await claim(store, "w2"))
            return bool(found)

        await eventually(reclaimed)
        (again,) = found
        assert (again.job, again.begun) == (ours.job, True)
        assert await store.effects.results(again) == ("x",)


async def test_a_drain_that_went_on_unknown_to_its_worker_is_not_buried(new_store: OpenStore) -> None:
    """Where the word of the commit got lost, no other event goes as poison, and what is to be said is said later."""
    async with new_store() as store:
        drain, loaded = await _draining(store, "e1")
        assert isinstance(await _turn(store, drain, loaded, "e1", Say(text="a")), Claimed)
        await store.jobs.accept(said("e2"), keys=["e2"])
        assert not await store.jobs.bury(drain, reason="no answer", notice=notice_for(drain.job, 5))
        after = await store.conversations.load(loaded.conversation)
        assert after is not None
        assert [event.id for event in after.waiting] == ["e2"]
        await let_pass(store, 60)
        again = {one.job.kind: one for one in await claim(store, "w2")}
        assert again["perform"].job.effects == (Say(text="a"),)
        assert again["perform"].job.id == drain.job.id
        assert again["drain"].job.event == "e2"


async def test_a_drain_that_went_on_unknown_to_its_worker_can_be_retried(store: Store) -> None:
    """It comes back as what it is by then."""
    drain, loaded = await _draining(store, "e1")
    assert isinstance(await _turn(store, drain, loaded, "e1", Say(text="a")), Claimed)
    assert await store.jobs.retry(drain, after_s=0, reason="no answer")
    (again,) = await claim(store, "w2")
    assert (again.job.kind, again.job.effects) == ("perform", (Say(text="a"),))


async def test_what_went_on_and_fails_is_buried_as_what_it_is(store: Store) -> None:
    """Held as the job that performs, it goes to the dead letters and takes no event along."""
    drain, loaded = await _draining(store, "e1")
    ours = await _turn(store, drain, loaded, "e1", Say(text="a"))
    assert isinstance(ours, Claimed)
    await store.jobs.accept(said("e2"), keys=["e2"])
    assert await store.jobs.bury(ours, reason="poison", notice=None)
    report = await store.desk.report(ours.job.id)
    assert report is not None
    assert (report.where, report.poison) == ("dead", "")


async def test_events_that_wait_are_drained_first(store: Store) -> None:
    """While more waits the effects become a job of their own, and what is said later waits for them, in order."""
    drain, loaded = await _draining(store, "e1")
    await store.jobs.accept(said("e2"), keys=["e2"])
    assert await _turn(store, drain, loaded, "e1", Say(text="1")) == "more"
    again = await store.conversations.load(loaded.conversation)
    assert again is not None
    assert await _turn(store, drain, again, "e2", Say(text="2")) == "done"
    await store.jobs.done(drain)
    spoken = []
    while some := await claim(store, "w2"):
        spoken += [one.job.effects for one in some if one.job.kind == "perform"]
        for one in some:
            await store.jobs.done(one)
    assert spoken == [(Say(text="1"),), (Say(text="2"),)]


async def test_the_next_event_is_drained_while_the_job_goes_on(store: Store) -> None:
    """A job that goes on drains no more: what is said meanwhile has its own, and is said after it."""
    drain, loaded = await _draining(store, "e1")
    ours = await _turn(store, drain, loaded, "e1", Say(text="1"))
    assert isinstance(ours, Claimed)
    second, loaded = await _draining(store, "e2")
    assert second.job.kind == "drain"
    assert await _turn(store, second, loaded, "e2", Say(text="2")) == "done"
    await store.jobs.done(second)
    assert await claim(store, "w2") == ()
    await store.jobs.done(ours)
    (later,) = await claim(store, "w2")
    assert later.job.effects == (Say(text="2"),)


async def test_plans_and_lost_jobs_do_not_go_on(store: Store) -> None:
    """A plan waits in its own lane, a turn that brought nothing has nothing to go on with, nor has a job that is not ours."""
    drain, loaded = await _draining(store, "e1")
    assert await _turn(store, drain, loaded, "e1", write_effect()) == "done"
    await store.jobs.done(drain)
    (writing,) = await claim(store)
    assert writing.lane == "write"
    silent, loaded = await _draining(store, "e2")
    assert await _turn(store, silent, loaded, "e2") == "done"
    await store.jobs.done(silent)
    lost, loaded = await _draining(store, "e3")
    await store.jobs.hand_back(lost)
    assert await _turn(store, lost, loaded, "e3", Say(text="3")) == "done"
    kinds = [one.job.kind for one in await claim(store, "w2")]
    assert sorted(kinds) == ["drain", "perform"]


async def test_a_plan_that_waits_for_a_writer_holds_up_no_sentence(new_store: OpenStore) -> None:
    """Once the sentences before it are said, a plan in line for a writer leaves the talking to those after it."""
    async with new_store(StoreOptions(writers=WriterLimits(user=2, tenant=10))) as store:
        drain, loaded = await _draining(store, "e1")
        ours = await _turn(store, drain, loaded, "e1", Say(text="1"))
        assert isinstance(ours, Claimed)
        second, loaded = await _draining(store, "e2")
        assert await _turn(store, second, loaded, "e2", write_effect()) == "done"
        await store.jobs.done(second)
        # A worker looks at the plan and finds that a sentence is still being said.
        assert await claim(store, "w2") == ()
        await store.jobs.done(ours)
        third, loaded = await _draining(store, "e3", writing=0)
        later = await _turn(store, third, loaded, "e3", Say(text="3"))
        assert isinstance(later, Claimed)
        (writing,) = await claim(store, "w2")
        assert writing.lane == "write"
